/* SPDX-License-Identifier: MIT */
/* What differs between two traces: sockview --diff. */
#ifndef VIEWER_VIEW_DIFF_H
#define VIEWER_VIEW_DIFF_H

#include "viewer/compare/difference.h"
#include "viewer/term/text.h"
#include "viewer/views/view.h"

/* As text or, as the options say, as a line of JSON. */
void view_diff(struct text *text, const struct differences *differences,
	const struct view_options *options);

/* As a page for a browser, complete in one file. */
void view_diff_page(struct text *text, const struct differences *differences,
	const struct view_options *options);

#endif
