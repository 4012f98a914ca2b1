#include "viewer/view.h"

#include <string.h>

const struct view views[] = {
	{"timeline", "a lane and a story for each descriptor", view_timeline},
	{NULL},
};

const struct view *view_find(const char *name)
{
	for (const struct view *view = views; view->name; view++)
		if (strcmp(view->name, name) == 0)
			return view;
	return NULL;
}
