/* SPDX-License-Identifier: MIT */
/*
 * Finds the hints of a trace.
 *
 *	struct hints *hints = hints_new(selection, text->is_ascii, text->language);
 *	for (size_t i = 0; i < hints->group_count; i++)
 *		… hints->groups[i].rule->title, hints->groups[i].list[0].seen …
 *	hints_free(hints);
 */
#ifndef VIEWER_HINT_FIND_H
#define VIEWER_HINT_FIND_H

#include "viewer/hints/hint.h"
#include "viewer/model/selection.h"

/* Those that are shown by calls of the selection. For the caller to free with hints_free.
 * `is_ascii`: what was seen is said in plain letters. */
struct hints *hints_new(const struct selection *selection, bool is_ascii, enum language language);
void hints_free(struct hints *hints);

#endif
