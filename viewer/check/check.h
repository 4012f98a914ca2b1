/* SPDX-License-Identifier: MIT */
/* What came of a check: of each rule what violates it. */
#ifndef VIEWER_CHECK_H
#define VIEWER_CHECK_H

#include "viewer/check/check_rules.h"
#include "viewer/model/trace.h"

/* Something that a rule forbids: of all that are alike the first, or the longest. */
struct check_finding {
	uint32_t call;                 /* that shows it; NO_CALL: none does */
	const struct process *process; /* NULL: of none alone */
	char *what;                    /* owned: in words in which nothing is obeyed */
	int64_t took_ns;               /* too long; 0: that is not it */
	size_t times;
	uint64_t line; /* of the call in its file; 0: not known */
};

/* What one rule has found. */
struct check_result {
	const struct check_rule *rule;
	struct check_finding *list; /* owned: no more than CHECK_FINDINGS */
	size_t count, capacity;
	size_t violations;  /* in all */
	size_t seen;        /* of what the rule is about, */
	const char *things; /* which are these; NULL: nothing is counted */
	struct string_table known;
};

/* Of so many that differ all is said. */
#define CHECK_FINDINGS 1000

struct checks {
	const struct trace *trace;
	struct check_rule complete; /* the rule that nothing is missing from the trace */
	struct check_result *list;  /* owned: of each rule, in their order; last of that one */
	size_t count, violated;
};

#endif
