/* SPDX-License-Identifier: MIT */
/* A check in words, as all that reports it says them. */
#ifndef VIEWER_CHECK_WORDS_H
#define VIEWER_CHECK_WORDS_H

#include "viewer/check/check.h"
#include "viewer/term/text.h"
#include "viewer/wording/instant.h"

/* Puts the rule into the text, cut where it is very long. */
void check_put_rule(struct text *text, const struct check_rule *rule);

/* "t.jsonl:17: ", where the trace has a name: "line 17: " where not; nothing of a finding that no
 * call shows. */
void check_put_place(
	struct text *text, const struct trace *trace, const struct check_finding *finding);

/* "curl 4121 fd 5, connect at 12.345 ms: to 10.0.0.1:80, refused (3 times)". */
void check_put_finding(struct text *text, const struct trace *trace,
	const struct instants *instants, const struct check_finding *finding);

/* "12 exchanges", or nothing: what a rule that was kept was about. */
void check_put_seen(struct text *text, const struct check_result *result);

/* The source of the call that shows the finding; of one that none shows the first. */
const char *check_source_name(const struct trace *trace, const struct check_finding *finding);

#endif
