/* SPDX-License-Identifier: MIT */
/*
 * Makes records of the lines of a trace, on several threads: reading JSON is most of the work.
 *
 *	struct parser *parser = parser_new(source);
 *	while ((line = parser_next(parser)))
 *		…
 *	parser_free(parser);
 */
#ifndef VIEWER_PARSER_H
#define VIEWER_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/record.h"
#include "viewer/model/source.h"

struct parser;

struct parsed_line {
	uint64_t offset;      /* in the source */
	size_t length;        /* without its end; at most UINT32_MAX where there is no problem */
	bool is_whole;        /* it has an end */
	bool follows_cut;     /* a line that was cut short, so that both stand in one */
	uint64_t hash;        /* of its text, unless it is a call */
	char *problem;        /* owned by the parser; NULL: none */
	struct record record; /* of a line without a problem; the parser's unless it is taken */
};

struct parser *parser_new(struct source *source);
void parser_free(struct parser *parser);

/* The next line that is not empty, good until the next call; NULL at the end, or after an error:
 * then `parser_error` is its errno. */
struct parsed_line *parser_next(struct parser *parser);
int parser_error(const struct parser *parser);

/* Of the line that was given last: counts from 1. */
size_t parser_line_number(const struct parser *parser);

#endif
