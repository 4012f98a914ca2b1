/* SPDX-License-Identifier: MIT */
/* Shared by what looks whether one rule is kept. */
#ifndef VIEWER_CHECK_SEARCH_H
#define VIEWER_CHECK_SEARCH_H

#include "viewer/check/check.h"
#include "viewer/model/selection.h"
#include "viewer/term/text.h"

struct check_search {
	const struct trace *trace;
	const struct selection *selection;
	const struct check_rule *rule;
	struct check_result *result; /* of that rule */
	const struct text *words;    /* of the language of this one */
};

/* An empty text for words of a finding, in which those of the trace are put with text_add_foreign.
 */
struct text check_text(const struct check_search *search);

/* No word of the trace is longer than this in what is said, no sentence than that. */
#define CHECK_COLUMNS  300
#define CHECK_SENTENCE 600

/* Puts an address of a socket of that family into the text, or that it is not known. */
void check_put_address(struct text *text, const char *family, const char *address);

/* Adds what the text says, and frees it. */
void check_add_text(struct check_search *search, uint32_t call, const struct process *process,
	int64_t took_ns, struct text *text);

/* The same of our own words. */
__attribute__((format(printf, 4, 5))) void check_add(struct check_search *search, uint32_t call,
	const struct process *process, const char *format, ...);

/* The rule asks about the program of that process. */
bool check_is_for(const struct check_search *search, const struct process *process);

#endif
