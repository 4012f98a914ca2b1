#include <inttypes.h>

#include "viewer/hint_rules.h"
#include "viewer/quantity.h"

/* So many transfers of one byte, one after the other, are no accident. */
#define SINGLE_BYTES 64

struct run {
	uint32_t first, last;
	size_t length;
};

static void end_run(
	struct hint_search *search, const struct run *run, size_t *total, struct hint *hint)
{
	if (run->length < SINGLE_BYTES)
		return;
	if (*total == 0)
		*hint = hint_begin(search, run->first);
	if (*total == 0)
		hint_show(hint, run->last);
	*total += run->length;
}

static void find_runs(struct hint_search *search, const struct socket *socket, enum effect effect)
{
	size_t count = hint_call_count(search, socket), total = 0;
	struct run run = {0};
	struct hint hint;

	for (size_t i = 0; i < count; i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (!(call->effect == EFFECT_SEND || call->effect == EFFECT_RECEIVE) ||
			call_is(call, CALL_PENDING))
			continue;
		if (call->bytes == 1 && call_has_moved(call, effect)) {
			if (run.length++ == 0)
				run.first = index;
			run.last = index;
			continue;
		}
		end_run(search, &run, &total, &hint);
		run.length = 0;
	}
	end_run(search, &run, &total, &hint);
	if (total == 0)
		return;
	hint.times = total;
	hint_add(search, hint, "%zu %s of a single byte", total,
		effect == EFFECT_SEND ? "sends" : "receives");
}

/*
 * Each system call costs about as much as copying a page. What is received byte by byte because a
 * person types so, or because the peer sends so, is answered in between: only runs of one direction
 * count. A byte through a pair wakes a thread, and is meant to be one.
 */
void hint_find_single_bytes(struct hint_search *search, const struct socket *socket)
{
	if (!socket_is_stream(search->trace, socket) || socket->direction == DIRECTION_PAIR)
		return;
	find_runs(search, socket, EFFECT_SEND);
	find_runs(search, socket, EFFECT_RECEIVE);
}
