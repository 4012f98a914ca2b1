/* SPDX-License-Identifier: MIT */
/* Mistakes and oddities in a trace that an expert would point at. A hint is found by one row of the
 * table of rules and its function: docs/adding-a-hint.md. */
#ifndef VIEWER_HINT_H
#define VIEWER_HINT_H

#include "format/language.h"
#include "viewer/model/trace.h"

/* So many of the calls that it was seen in are kept. */
#define HINT_CALLS 4

/* A rule stands before so many others at most. */
#define HINT_BEFORE 6

/* The order of hints when there are many. */
enum hint_weight {
	HINT_BREAKS, /* something failed, or bytes are lost */
	HINT_DELAYS, /* it cost time */
	HINT_WASTES, /* it costs more than it has to */
	HINT_TELLS,  /* nothing is wrong; worth knowing */
};

struct hint_search;

struct hint_rule {
	const char *name; /* NULL ends the table */
	enum hint_weight weight;
	const char *title;  /* what is wrong, short */
	const char *advice; /* what to do */
	const char *title_zh, *advice_zh;
	/* Names of rules further down that see the same thing, less certainly: they leave out
	 * what this one spoke of. */
	const char *before[HINT_BEFORE];
	/* The function: one of these. It is called for each socket, for each process, or once. */
	void (*of_socket)(struct hint_search *search, const struct socket *socket);
	void (*of_process)(struct hint_search *search, const struct process *process);
	void (*of_trace)(struct hint_search *search);
};

struct hint {
	const struct hint_rule *rule;
	const struct process *process;
	const struct descriptor *descriptor; /* NULL: it is about none alone */
	uint32_t shown_by;                   /* the call that shows it most plainly */
	int64_t time_ns;                     /* of that call */
	int64_t lost_ns;                     /* that it cost; 0: not known */
	size_t times;                        /* how often it was seen */
	uint32_t calls[HINT_CALLS];          /* that one, and others that show it, by time */
	size_t call_count;
	char *seen; /* owned: what, in words; some of them are the trace's */
	/* What to do, where the rule's does not fit; NULL: the rule's. */
	const char *advice, *advice_zh;
};

static inline const char *hint_advice(const struct hint *hint)
{
	return hint->advice ? hint->advice : hint->rule->advice;
}

/* Of one rule in one program: the one that cost most, then the others. */
struct hint_group {
	const struct hint_rule *rule;
	const struct hint *list;
	size_t count;
	int64_t lost_ns;
};

struct hints {
	struct hint *list; /* owned */
	size_t count, capacity;
	struct hint_group *groups; /* owned: the heaviest first */
	size_t group_count;
};

#endif
