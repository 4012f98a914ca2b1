/* SPDX-License-Identifier: MIT */
#include "format/color.h"

#include <string.h>

static const char *const words[] = {
	[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never", NULL};

bool color_find(const char *word, enum color *color)
{
	*color = COLOR_ALWAYS;
	if (!word)
		return true;
	for (int i = COLOR_AUTO; i <= COLOR_NEVER; i++)
		if (strcmp(words[i], word) == 0) {
			*color = (enum color)i;
			return true;
		}
	return false;
}

const char *color_word(size_t color)
{
	return words[color];
}
