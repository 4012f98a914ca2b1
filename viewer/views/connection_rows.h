/* SPDX-License-Identifier: MIT */
/*
 * The connections of a trace as rows, both ends in one: equal ones are taken together where there
 * are many.
 *
 *	struct connection_rows rows = connection_rows_of(selection, sums, is_full);
 *	for (size_t i = 0; i < rows.count; i++)
 *		… &rows.list[i] …
 *	… &rows.total …
 *	connection_rows_free(&rows);
 */
#ifndef VIEWER_CONNECTION_ROWS_H
#define VIEWER_CONNECTION_ROWS_H

#include "viewer/relate/exchange.h"
#include "viewer/views/socket_sums.h"

/* One connection, or several that are equal: times are the median of theirs. */
struct connection_row {
	const struct trace *trace;
	const struct connection *first; /* NULL: of all connections */
	size_t count;
	bool is_of_one_client, is_of_one_server; /* all are of the same process */
	bool is_guessed;                         /* who asked whom is not known */
	int64_t bytes_to_server, bytes_to_client, calls, errors, in_calls_ns;
	int64_t connect_ns, first_byte_ns, lived_ns; /* -1: not known */
	int64_t first_ns, last_ns;                   /* first and last byte; INT64_MIN: none */
	struct exchange_figures exchanges;
};

struct connection_rows {
	struct connection_row *list; /* owned, in the order of their first connections */
	size_t count;
	struct connection_row total;
};

/* `sums`: socket_sums_of the selection. `is_full`: each connection has a row of its own. */
struct connection_rows connection_rows_of(
	const struct selection *selection, const struct socket_sums *sums, bool is_full);
void connection_rows_free(struct connection_rows *rows);

#endif
