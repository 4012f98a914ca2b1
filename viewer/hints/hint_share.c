/* SPDX-License-Identifier: MIT */
/* Rules about sockets that several descriptors stand for. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"
#include "viewer/wording/names.h"

/* Standard input, output and error are handed over on purpose. */
#define LAST_STANDARD_FD 2

/* Of a socket that many processes have, so many descriptors are looked at. */
#define HOLDERS_LOOKED_AT 1000

/* A copy of a fork that went through exec, and that nothing was ever done with. */
static bool is_unused_copy(const struct descriptor *descriptor)
{
	int64_t executed_ns = descriptor->process->executed_ns;

	return descriptor->given_by && strcmp(descriptor->given_by, "fork") == 0 &&
	       descriptor->fd > LAST_STANDARD_FD && descriptor->calls.count == 0 &&
	       descriptor->last_wait == NO_CALL && executed_ns > descriptor->born_ns &&
	       executed_ns < descriptor->ended_ns && hint_is_open_at_exit(descriptor);
}

/* Some copy of the process's, which a child of its may have, was used. */
static bool is_used_below(const struct descriptor *copy)
{
	size_t looked_at = 0;

	for (const struct descriptor *other = copy->next_holder; other; other = other->next_holder)
		if (++looked_at > HOLDERS_LOOKED_AT ||
			(other->given_by && other->given_from == copy->process->pid))
			return true;
	return false;
}

/* The program had asked for close-on-exec, and has taken it back since. */
static bool was_made_to_close(const struct hint_search *search, const struct socket *socket)
{
	const struct record_call *made = call_details(search->trace, hint_maker(search, socket));

	return value_has(value_member(made->args, "flags"), "SOCK_CLOEXEC");
}

/*
 * exec(2) keeps descriptors without close-on-exec. A program that does not know of one keeps the
 * connection open that the other has closed, or the port in use: its peer gets no end of stream.
 * Only when the whole life of the program is in the trace, in which nothing was done with it.
 */
void hint_find_inherited(struct hint_search *search, const struct socket *socket)
{
	const struct descriptor *maker = socket->holder, *first = NULL;
	size_t count = 0;

	if (!hint_maker(search, socket))
		return;
	for (const struct descriptor *copy = maker->next_holder; copy; copy = copy->next_holder) {
		/* With another number it was meant for somebody: dup2(2). */
		if (copy->fd != maker->fd || !is_unused_copy(copy) || is_used_below(copy))
			continue;
		first = first ? first : copy;
		count++;
	}
	if (!first || was_made_to_close(search, socket))
		return;
	struct hint hint = hint_begin(search, maker->made_by);
	hint.descriptor = maker;
	hint.times = count;
	hint_add(search, hint,
		"%.60s %" PRId64 " got it as fd %" PRId64 ", through exec, and never used it",
		name_program(first->process), first->process->pid, first->fd);
}

/* The epoll_ctl(2) that left the descriptor in an interest list; NO_CALL: there is none, or it was
 * taken out. */
static uint32_t last_interest(const struct hint_search *search, const struct descriptor *descriptor)
{
	for (size_t i = descriptor->calls.count; i-- > 0;) {
		const struct call *call = descriptor_call(search->trace, descriptor, i);
		if (call->descriptor != descriptor || !hint_is_epoll_control(search, call))
			continue;
		const char *operation = value_text(
			value_member(call_details(search->trace, call)->args, "op"), NULL);
		return operation && strcmp(operation, "EPOLL_CTL_DEL") != 0
			       ? descriptor->calls.list[i]
			       : NO_CALL;
	}
	return NO_CALL;
}

static int64_t epoll_of(const struct hint_search *search, const struct call *call)
{
	int64_t epoll = -1;

	value_integer(value_member(call_details(search->trace, call)->args, "epfd"), &epoll);
	return epoll;
}

/* So many calls after the close are looked at, and so many waits among them. */
#define CALLS_LOOKED_AT 1000
#define WAITS_LOOKED_AT 8

/* The next wait of the process with that epoll instance, or NO_CALL. */
static uint32_t next_wait(const struct hint_search *search, uint32_t close, int64_t epoll)
{
	const struct process *process = hint_call(search, close)->process;
	size_t waits = 0;

	for (size_t i = 1; i <= CALLS_LOOKED_AT && close + i < search->trace->call_count; i++) {
		const struct call *call = hint_call(search, (uint32_t)(close + i));
		if (call->process != process || call->effect != EFFECT_WAIT)
			continue;
		if (epoll_of(search, call) == epoll)
			return (uint32_t)(close + i);
		if (++waits == WAITS_LOOKED_AT)
			break;
	}
	return NO_CALL;
}

static bool has_copy_at(const struct descriptor *closed, int64_t from_ns, int64_t to_ns)
{
	const struct descriptor *holder = closed->socket->holder;

	for (size_t i = 0; holder && i < HOLDERS_LOOKED_AT; i++) {
		if (holder != closed && holder->born_ns <= from_ns && holder->ended_ns > to_ns)
			return true;
		holder = holder->next_holder;
	}
	return false;
}

static bool look_at_epoll(struct hint_search *search, const struct descriptor *descriptor)
{
	uint32_t close = descriptor_closer(search->trace, descriptor);
	uint32_t interest = close == NO_CALL ? NO_CALL : last_interest(search, descriptor);
	uint32_t wait;

	if (interest == NO_CALL ||
		(wait = next_wait(search, close, epoll_of(search, hint_call(search, interest)))) ==
			NO_CALL ||
		!has_copy_at(descriptor, hint_call(search, close)->time_ns,
			hint_call(search, wait)->time_ns))
		return false;
	struct hint hint = hint_begin(search, interest);
	hint_show(&hint, close);
	hint_show(&hint, wait);
	hint_add(search, hint,
		"closed, and not taken out of epoll fd %" PRId64
		", while another descriptor of the same socket is open",
		epoll_of(search, hint_call(search, interest)));
	return true;
}

/*
 * epoll watches the socket and not the descriptor: the socket is reported, under the number that
 * was closed, until the last descriptor of it is closed: epoll(7), questions and answers. Only when
 * a copy was open when the instance was waited for again.
 */
void hint_find_epoll_left(struct hint_search *search, const struct socket *socket)
{
	const struct descriptor *holder = socket->holder;

	if (!holder || !holder->next_holder)
		return;
	for (size_t i = 0; holder && i < HOLDERS_LOOKED_AT; i++) {
		if (look_at_epoll(search, holder))
			return;
		holder = holder->next_holder;
	}
}
