/* SPDX-License-Identifier: MIT */
#include "viewer/view.h"

#include <string.h>

const struct view views[] = {
	{"timeline", "a lane and a story for each descriptor", view_timeline},
	{"sequence", "who sent what to whom: a column for each process, time downwards",
		view_sequence},
	{"socket", "everything known of each socket, from birth to return: --socket=N for one",
		view_socket},
	{"calls", "a line for each call, to search in", view_calls},
	{"summary", "sums for each socket and each name of calls", view_summary},
	{"hints", "what may be wrong, where it shows, and what to do", view_hints},
	{"html", "a page for a browser, complete in one file: use -o FILE", view_html},
	{"mermaid", "the sequence as the text of a Mermaid diagram", view_mermaid},
	{"svg", "timeline and sequence as a picture, for slides and papers", view_svg},
	{"log", "the trace itself, as lines of JSON: with --redact, to give away", view_log},
	{NULL},
};

const struct view *view_find(const char *name)
{
	for (const struct view *view = views; view->name; view++)
		if (strcmp(view->name, name) == 0)
			return view;
	return NULL;
}
