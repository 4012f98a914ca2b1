#include "viewer/hint.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hint_rules.h"

const struct hint_rule hint_rules[] = {
	{"busy-loop", HINT_WASTES, "a call that says \"not yet\" is made again and again",
		"Wait with poll or epoll until the socket is ready, or let it block.",
		.of_trace = hint_find_busy_loop},
	{"single-bytes", HINT_WASTES, "bytes move one by one, each with a system call",
		"Read into a buffer and take bytes from there; collect what is to be sent.",
		.of_socket = hint_find_single_bytes},
	{NULL},
};

static void sort_calls(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	size_t *next = xcalloc(trace->socket_count + 2, sizeof(*next));

	for (size_t i = 0; i < trace->call_count; i++)
		if (trace->calls[i].descriptor)
			next[trace->calls[i].descriptor->socket->number + 2]++;
	for (size_t i = 2; i < trace->socket_count + 2; i++)
		next[i] += next[i - 1];
	search->by_socket = xcalloc(next[trace->socket_count + 1] + 1, sizeof(*search->by_socket));
	/* next[n + 1] is where the next call on socket n goes: at last, where those of n + 1 begin.
	 */
	for (size_t i = 0; i < trace->call_count; i++)
		if (trace->calls[i].descriptor)
			search->by_socket[next[trace->calls[i].descriptor->socket->number + 1]++] =
				(uint32_t)i;
	search->first = next;
}

static void find_all(struct hint_search *search)
{
	const struct trace *trace = search->trace;

	for (search->rule = hint_rules; search->rule->name; search->rule++) {
		const struct hint_rule *rule = search->rule;
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
	return (a->calls[0] > b->calls[0]) - (a->calls[0] < b->calls[0]);
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
		last->lost_ns = hint_sum(last->lost_ns, hint->lost_ns);
	}
	if (hints->group_count > 1)
		qsort(hints->groups, hints->group_count, sizeof(*hints->groups), compare_groups);
}

struct hints *hints_new(const struct trace *trace, bool is_ascii)
{
	struct hint_search search = {
		.trace = trace, .hints = xcalloc(1, sizeof(*search.hints)), .is_ascii = is_ascii};

	sort_calls(&search);
	find_all(&search);
	group(search.hints);
	links_free(search.links);
	free(search.by_socket);
	free(search.first);
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
