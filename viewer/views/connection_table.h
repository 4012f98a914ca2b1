/* SPDX-License-Identifier: MIT */
/* The connections of the summary, as a table. */
#ifndef VIEWER_CONNECTION_TABLE_H
#define VIEWER_CONNECTION_TABLE_H

#include "viewer/views/socket_sums.h"
#include "viewer/views/view.h"

/* Nothing where there is no connection; true: there was one. `sums`: of the selection. */
bool connection_table_draw(struct text *text, const struct selection *selection,
	const struct socket_sums *sums, const struct view_options *options);
void connection_table_tell(struct json_output *output, const struct selection *selection,
	const struct socket_sums *sums, const struct view_options *options);

#endif
