/* SPDX-License-Identifier: MIT */
/* A trace as the page of the view html takes it: one JSON object, with a column for each property
 * of the calls. viewer/page/README.md. */
#ifndef VIEWER_PAGE_DATA_H
#define VIEWER_PAGE_DATA_H

#include "viewer/model/selection.h"
#include "viewer/term/text.h"

/* Adds the object; it has no "<", and so cannot end the element of a page that it stands in. */
void page_data_add(struct text *text, const struct selection *selection);

#endif
