/* SPDX-License-Identifier: MIT */
/* A trace as the page of the view html takes it: one JSON object with tables, columns of the calls,
 * and what is drawn of them. viewer/page/README.md. */
#ifndef VIEWER_PAGE_DATA_H
#define VIEWER_PAGE_DATA_H

#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"
#include "viewer/views/view.h"

/* Adds the members of the object. */
void page_data_add(struct json_output *output, const struct selection *selection,
	const struct view_options *options);

#endif
