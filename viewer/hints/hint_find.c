/* SPDX-License-Identifier: MIT */
#include "viewer/hints/hint_find.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/relate/complete.h"

static uint64_t bit_of(const struct hint_rule *rule)
{
	return UINT64_C(1) << (rule - hint_rules);
}

/* They stand above it in the table, too, and so have spoken already. */
static uint64_t rules_before(const struct hint_rule *rule)
{
	uint64_t rules = 0;

	for (const struct hint_rule *other = hint_rules; other < rule; other++)
		for (size_t i = 0; i < HINT_BEFORE && other->before[i]; i++)
			if (strcmp(other->before[i], rule->name) == 0)
				rules |= bit_of(other);
	return rules;
}

static void find_all(struct hint_search *search)
{
	const struct trace *trace = search->trace;

	for (search->rule = hint_rules; search->rule->name; search->rule++) {
		const struct hint_rule *rule = search->rule;
		search->bit = bit_of(rule);
		search->before = rules_before(rule);
		for (size_t i = 0; rule->of_socket && i < trace->socket_count; i++)
			rule->of_socket(search, trace->sockets[i]);
		for (size_t i = 0; rule->of_process && i < trace->process_count; i++)
			rule->of_process(search, trace->processes[i]);
		if (rule->of_trace)
			rule->of_trace(search);
	}
}

static int compare_programs(const struct hint *a, const struct hint *b)
{
	const char *one = a->process->program, *other = b->process->program;

	return strcmp(one ? one : "", other ? other : "");
}

static bool belong_together(const struct hint *a, const struct hint *b)
{
	return a->rule == b->rule && compare_programs(a, b) == 0;
}

static int compare_hints(const void *one, const void *other)
{
	const struct hint *a = one, *b = other;

	if (!belong_together(a, b))
		return a->rule != b->rule ? (a->rule < b->rule ? -1 : 1) : compare_programs(a, b);
	if (a->lost_ns != b->lost_ns)
		return a->lost_ns > b->lost_ns ? -1 : 1;
	if (a->times != b->times)
		return a->times > b->times ? -1 : 1;
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return (a->shown_by > b->shown_by) - (a->shown_by < b->shown_by);
}

static int compare_groups(const void *one, const void *other)
{
	const struct hint_group *a = one, *b = other;

	if (a->rule->weight != b->rule->weight)
		return a->rule->weight < b->rule->weight ? -1 : 1;
	if (a->lost_ns != b->lost_ns)
		return a->lost_ns > b->lost_ns ? -1 : 1;
	return a->list < b->list ? -1 : a->list > b->list;
}

static void group(struct hints *hints)
{
	if (hints->count > 1)
		qsort(hints->list, hints->count, sizeof(*hints->list), compare_hints);
	hints->groups = xcalloc(hints->count + 1, sizeof(*hints->groups));
	for (size_t i = 0; i < hints->count; i++) {
		const struct hint *hint = &hints->list[i];
		if (i == 0 || !belong_together(&hint[-1], hint))
			hints->groups[hints->group_count++] =
				(struct hint_group){.rule = hint->rule, .list = hint};
		struct hint_group *last = &hints->groups[hints->group_count - 1];
		last->count++;
		quantity_add_up(&last->lost_ns, hint->lost_ns);
	}
	if (hints->group_count > 1)
		qsort(hints->groups, hints->group_count, sizeof(*hints->groups), compare_groups);
}

struct hints *hints_new(const struct selection *selection, bool is_ascii, enum language language)
{
	struct hint_words words = {0};
	struct hint_search search = {.trace = selection->trace,
		.selection = selection,
		.hints = xcalloc(1, sizeof(*search.hints)),
		.words = &words,
		.calls = trace_socket_calls(selection->trace),
		.facts = hint_facts_new(selection->trace),
		.last_works = hint_last_works_new(selection->trace),
		.is_ascii = is_ascii,
		.language = language,
		.spoke_of_socket = xcalloc(selection->trace->socket_count + 1, sizeof(uint64_t)),
		.spoke_of_process = xcalloc(selection->trace->process_count + 1, sizeof(uint64_t))};

	find_all(&search);
	free(search.facts);
	free(search.last_works);
	free(search.spoke_of_socket);
	free(search.spoke_of_process);
	group(search.hints);
	return search.hints;
}

void hints_free(struct hints *hints)
{
	for (size_t i = 0; i < hints->count; i++)
		free(hints->list[i].seen);
	free(hints->list);
	free(hints->groups);
	free(hints);
}
