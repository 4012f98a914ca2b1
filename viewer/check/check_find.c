/* SPDX-License-Identifier: MIT */
#include "viewer/check/check_find.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/check/check_kinds.h"
#include "viewer/check/check_line.h"
#include "viewer/hints/hint_find.h"
#include "viewer/hints/hint_rules.h"

#define BIT(effect) (1u << EFFECT_##effect)

/* What tells how a connect ended. */
#define CONNECTS (BIT(CONNECT) | BIT(QUERY) | BIT(WAIT) | BIT(SEND) | BIT(RECEIVE))

/* What tells questions and answers, and what ended them. */
#define TALK (BIT(CONNECT) | BIT(ACCEPT) | BIT(SEND) | BIT(RECEIVE) | BIT(SHUTDOWN) | BIT(CLOSE))

static const struct {
	void (*find)(struct check_search *search); /* NULL: this file does */
	const char *things;                        /* that are counted, or NULL */
	unsigned int effects; /* of calls without which nobody can tell: socktrace --calls */
	bool wants_payloads;
} kinds[] = {
	[CHECK_COMPLETE] = {NULL, NULL, 0, false},
	[CHECK_CONNECT_ONLY] = {check_find_connects, "calls",
		BIT(CONNECT) | BIT(SEND) | BIT(RECEIVE), false},
	[CHECK_CONNECT_NOT] = {check_find_connects, "calls",
		BIT(CONNECT) | BIT(SEND) | BIT(RECEIVE), false},
	[CHECK_LISTEN_ONLY] = {check_find_listens, "sockets", BIT(LISTEN) | BIT(BIND), false},
	[CHECK_LISTEN_NOT] = {check_find_listens, "sockets", BIT(LISTEN) | BIT(BIND), false},
	[CHECK_HINTS] = {NULL, NULL, (1u << EFFECT_COUNT) - 1, false},
	[CHECK_FAILED_CONNECTS] = {check_find_failed_connects, "connects", CONNECTS, false},
	[CHECK_FAILED_EXCHANGES] = {check_find_exchanges, "exchanges", TALK, true},
	[CHECK_PENDING_EXCHANGES] = {check_find_exchanges, "exchanges", TALK, false},
	[CHECK_EXCHANGE_WITHIN] = {check_find_exchanges, "exchanges", TALK, false},
	[CHECK_ANSWER_WITHIN] = {check_find_exchanges, "exchanges", TALK, false},
	[CHECK_UNCLOSED] = {check_find_unclosed, "sockets", 0, false},
	[CHECK_MOST_CONNECTIONS] = {check_find_connections, "connections", CONNECTS | BIT(ACCEPT),
		false},
	[CHECK_MOST_OPEN] = {check_find_open, "at most", 0, false},
};

/* --- whether the trace tells ----------------------------------------------------------------- */

/* Warnings of what only differs from a run without a tracer, or lacks no call: sockline-trace(5).
 * Others say that something may be missing. */
static bool tells_of_a_gap(const struct record_warning *warning)
{
	return strcmp(warning->code, "set-id") != 0 && strcmp(warning->code, "stepped") != 0 &&
	       strcmp(warning->code, "keys") != 0;
}

static void find_gaps(struct check_search *search)
{
	const struct trace *trace = search->trace;

	if (trace->problems > 0)
		check_add(search, NO_CALL, NULL,
			"the trace was cut, or lines of it are missing or bad, as is said on "
			"standard error");
	for (size_t i = 0; i < trace->record_count && trace->warning_count > 0; i++) {
		const struct record_warning *warning = &trace->records[i]->warning;
		if (trace->records[i]->type != RECORD_WARNING || !tells_of_a_gap(warning))
			continue;
		struct text text = check_text(search);
		text_add(&text, STYLE_PLAIN, "warning: ");
		text_add_foreign(&text, STYLE_PLAIN, warning->message, strlen(warning->message),
			CHECK_SENTENCE);
		if (warning->pid != RECORD_ABSENT)
			text_addf(&text, STYLE_PLAIN, " (process %" PRId64 ")", warning->pid);
		check_add_text(search, NO_CALL, NULL, 0, &text);
	}
}

/* What the trace does not tell that the rule asks for. */
static void find_untold(struct check_search *search)
{
	const struct trace *trace = search->trace;
	enum check_kind kind = search->rule->kind;
	unsigned int left_out = 0;
	bool has_no_payloads = false, has_no_addresses = false;

	for (size_t i = 0; i < trace->part_count; i++) {
		const struct record_trace *header = trace->parts[i].header;
		left_out |= header ? header->left_out : 0;
		has_no_payloads |= header && header->has_no_payloads;
		has_no_addresses |= header && header->has_no_addresses;
	}
	for (int i = 0; i < EFFECT_COUNT; i++)
		if (kinds[kind].effects & left_out & 1u << i) {
			check_add(search, NO_CALL, NULL,
				"cannot be told: the trace leaves out calls of effect %s (socktrace "
				"--calls)",
				effect_name((enum effect)i));
			break;
		}
	if (kinds[kind].wants_payloads && has_no_payloads)
		check_add(search, NO_CALL, NULL,
			"cannot be told: the trace has no payloads, and so not what answers say");
	if (check_addresses_want_hosts(&search->rule->addresses) && has_no_addresses)
		check_add(search, NO_CALL, NULL,
			"cannot be told: addresses were taken out of the trace");
}

/* --- hints ----------------------------------------------------------------------------------- */

static void find_hints(struct check_search *search, const struct hints *hints)
{
	for (size_t i = 0; i < hints->count; i++) {
		const struct hint *hint = &hints->list[i];
		if (!search->rule->hints[hint->rule - hint_rules] ||
			!check_is_for(search, hint->process))
			continue;
		struct text text = check_text(search);
		text_add(&text, STYLE_PLAIN, hint->rule->name);
		text_add_separator(&text, STYLE_PLAIN, ':');
		text_add_foreign(&text, STYLE_PLAIN, hint->seen, strlen(hint->seen),
			text.column + CHECK_SENTENCE);
		check_add_text(search, hint->shown_by, hint->process, 0, &text);
	}
}

/* --- all rules ------------------------------------------------------------------------------- */

static bool wants_hints(const struct check_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->list[i].kind == CHECK_HINTS)
			return true;
	return false;
}

static void look(struct check_search *search, const struct hints *hints)
{
	enum check_kind kind = search->rule->kind;

	search->result->rule = search->rule;
	search->result->things = kinds[kind].things;
	find_untold(search);
	if (kind == CHECK_COMPLETE)
		find_gaps(search);
	else if (kinds[kind].find)
		kinds[kind].find(search);
	else if (hints)
		find_hints(search, hints);
}

struct checks *checks_new(
	const struct selection *selection, const struct check_rules *rules, const struct text *text)
{
	struct checks *checks = xcalloc(1, sizeof(*checks));
	struct hints *hints =
		wants_hints(rules) ? hints_new(selection, text->is_ascii, text->language) : NULL;
	struct check_search search = {
		.trace = selection->trace, .selection = selection, .words = text};

	checks->trace = selection->trace;
	checks->complete = (struct check_rule){
		.kind = CHECK_COMPLETE, .text = xstrdup("nothing is missing from the trace")};
	checks->count = rules->count + 1;
	checks->list = xcalloc(checks->count, sizeof(*checks->list));
	for (size_t i = 0; i < checks->count; i++) {
		search.rule = i < rules->count ? &rules->list[i] : &checks->complete;
		search.result = &checks->list[i];
		look(&search, hints);
		checks->violated += search.result->violations > 0;
	}
	if (hints)
		hints_free(hints);
	check_lines_find(checks);
	return checks;
}

void checks_free(struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		struct check_result *result = &checks->list[i];
		for (size_t j = 0; j < result->count; j++)
			free(result->list[j].what);
		free(result->list);
		string_table_free(&result->known);
	}
	free(checks->complete.text);
	free(checks->list);
	free(checks);
}
