/* SPDX-License-Identifier: MIT */
/* Exchanges as a table, a line each: when, who asks whom what, and how long the answer took. */
#ifndef VIEWER_EXCHANGE_TABLE_H
#define VIEWER_EXCHANGE_TABLE_H

#include "viewer/relate/exchange.h"
#include "viewer/term/json_output.h"
#include "viewer/views/view.h"

/* Narrower tables have fewer columns and words. */
#define EXCHANGE_TABLE_WIDE 110

void exchange_table_draw(struct text *text, const struct exchanges *exchanges,
	const uint32_t *numbers, size_t count, const struct view_options *options);

/* A line, if it is so, that of what was asked and answered nothing can be known but when and how
 * much. Tables of exchanges end with it. */
void exchange_table_draw_redacted(struct text *text, const struct trace *trace);

/* The same as an array. */
void exchange_table_tell(struct json_output *output, const char *key,
	const struct exchanges *exchanges, const uint32_t *numbers, size_t count);

/* What the exchange is sorted by, the most first; those of one key as they began. */
int64_t exchange_table_key(
	const struct exchanges *exchanges, const struct exchange *exchange, enum sort sort);

/* As a number that JSON and tables have. */
int64_t exchange_table_bytes(uint64_t bytes);

#endif
