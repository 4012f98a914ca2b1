/* SPDX-License-Identifier: MIT */
/*
 * The rules of a check, as sockview(1) describes them: what a trace has to keep to.
 *
 *	struct check_rules rules = {0};
 *	bool is_good = check_rules_add(&rules, "connect only loopback,unix; no leak");
 *	…
 *	check_rules_free(&rules);
 */
#ifndef VIEWER_CHECK_RULES_H
#define VIEWER_CHECK_RULES_H

#include "viewer/check/check_address.h"
#include "viewer/hints/hint.h"

enum check_kind {
	CHECK_COMPLETE, /* nothing is missing from the trace: of every check */
	CHECK_CONNECT_ONLY,
	CHECK_CONNECT_NOT,
	CHECK_LISTEN_ONLY,
	CHECK_LISTEN_NOT,
	CHECK_HINTS,
	CHECK_FAILED_CONNECTS,
	CHECK_FAILED_EXCHANGES,
	CHECK_PENDING_EXCHANGES,
	CHECK_EXCHANGE_WITHIN,
	CHECK_ANSWER_WITHIN,
	CHECK_UNCLOSED,
	CHECK_MOST_CONNECTIONS,
	CHECK_MOST_OPEN,
};

struct check_rule {
	enum check_kind kind;
	char *text;                       /* owned: as it was written, in one line */
	struct check_addresses addresses; /* none: any */
	bool *hints;                      /* owned: by the number of a hint's row; NULL: none */
	size_t most;
	int64_t within_ns;
	char **programs; /* owned patterns as in glob(7); none: any */
	size_t program_count, program_capacity;
};

/* Starts as zeros. */
struct check_rules {
	struct check_rule *list; /* owned */
	size_t count, capacity;
};

/* Adds the rules that the words are, or those of a file: "@FILE". False when something is wrong
 * with them, which has been said. */
bool check_rules_add(struct check_rules *rules, const char *words);

/* The same of rules that are there. What is wrong is put into `problem`, with its place: `name`,
 * line and column. */
bool check_rules_read(
	struct check_rules *rules, const char *name, const char *words, char *problem, size_t size);

/* Adds the rule that there are no hints of that weight, and none that weigh more. */
void check_rules_add_weight(struct check_rules *rules, enum hint_weight least);

void check_rules_free(struct check_rules *rules);

/* The rule asks about that program. */
bool check_rule_is_for(const struct check_rule *rule, const char *program);

#endif
