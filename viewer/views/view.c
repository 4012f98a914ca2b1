/* SPDX-License-Identifier: MIT */
#include "viewer/views/view.h"

#include <string.h>
#include <strings.h>

#include "format/command_line.h"

const struct view views[] = {
	{"timeline", "a lane and a story for each descriptor", view_timeline},
	{"sequence", "who sent what to whom: a column for each process, time downwards",
		view_sequence},
	{"socket", "everything known of each socket, from birth to return: --socket=N for one",
		view_socket},
	{"calls", "a line for each call, to search in", view_calls, .is_data = true},
	{"summary", "sums for each socket and each name of calls", view_summary},
	{"hints", "what may be wrong, where it shows, and what to do", view_hints},
	{"html", "a page for a browser, complete in one file: use -o FILE", view_html,
		.ending = ".html", .is_data = true},
	{"mermaid", "the sequence as the text of a Mermaid diagram", view_mermaid, .ending = ".mmd",
		.is_data = true},
	{"svg", "timeline and sequence as a picture, for slides and papers", view_svg,
		.ending = ".svg", .is_data = true},
	{"log", "the trace itself, as lines of JSON: with --redact, to give away", view_log,
		.ending = ".jsonl"},
	{NULL},
};

const char *view_word(size_t index)
{
	return views[index].name;
}

const struct view *view_find(const char *name)
{
	int index = command_word_find(view_word, name);

	return index < 0 ? NULL : &views[index];
}

const struct view *view_guess(const char *beginning)
{
	const struct view *found = NULL;

	for (const struct view *view = views; view->name; view++) {
		if (!*beginning || strncasecmp(view->name, beginning, strlen(beginning)) != 0)
			continue;
		if (found)
			return NULL;
		found = view;
	}
	return found;
}

const struct view *view_for_file(const char *name)
{
	size_t length = strlen(name);

	for (const struct view *view = views; view->name; view++) {
		size_t ending = view->ending ? strlen(view->ending) : length;
		if (ending < length && strcasecmp(name + length - ending, view->ending) == 0)
			return view;
	}
	return NULL;
}
