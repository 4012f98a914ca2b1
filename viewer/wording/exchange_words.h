/* SPDX-License-Identifier: MIT */
/* Exchanges in words. */
#ifndef VIEWER_EXCHANGE_WORDS_H
#define VIEWER_EXCHANGE_WORDS_H

#include "viewer/relate/exchange.h"
#include "viewer/term/text.h"

/* How much is said of an end. */
enum exchange_detail {
	EXCHANGE_WHOLE, /* "curl fd 5", "nginx :80"; outside of the trace its address */
	EXCHANGE_KIND,  /* of all that are alike: no descriptor, no port of who connected */
	EXCHANGE_SHORT, /* the same, and ":80" alone */
};

/* Who asks, and who is asked, up to the column `end`. */
void exchange_add_asker(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, enum exchange_detail detail, size_t end);
void exchange_add_answerer(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, enum exchange_detail detail, size_t end);

/* What it asks: by its protocol, or the bytes that it begins with. */
void exchange_add_name(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, size_t end);

/* What came of it: "200 OK", "answered", "no answer: closed by its peer"; and its style. */
void exchange_add_result(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, size_t end);
enum style exchange_style(const struct exchange *exchange);

/* "answered"; "asker", or NULL when nothing ended it. */
const char *exchange_result_name(enum exchange_result result);
const char *exchange_end_name(enum exchange_end end);

#endif
