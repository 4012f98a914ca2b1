/* SPDX-License-Identifier: MIT */
/* Rules about receives that wait for what cannot come. */
#include <inttypes.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/wording/names.h"

/* So long people wait before they ask what a program waits for. */
#define STUCK_NS 1000000000

/* Of a socket that many processes have, so many descriptors are looked at. */
#define HOLDERS_LOOKED_AT 1000

/* The receive with which all work on the socket ended, if it waited long and got no byte; NO_CALL:
 * there is none. After the end of the stream a program may still send, to nobody any more: so many
 * bytes. */
static uint32_t last_receive(
	const struct hint_search *search, const struct socket *socket, int64_t *sent_after)
{
	bool has_sent = false;

	*sent_after = 0;
	for (size_t i = hint_call_count(search, socket); i-- > 0;) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (!hint_is_work(call))
			continue;
		if (call->effect == EFFECT_SEND) {
			has_sent = true;
			quantity_add_up(sent_after, call->bytes > 0 ? call->bytes : 0);
			continue;
		}
		return call->effect == EFFECT_RECEIVE && call->descriptor &&
				       call->duration_ns >= STUCK_NS &&
				       !hint_has_moved(call, EFFECT_RECEIVE) &&
				       (!has_sent || call_is(call, CALL_END_OF_STREAM))
			       ? index
			       : NO_CALL;
	}
	return NO_CALL;
}

/* No process but that of the receive can send on it from then on; then its bytes are added up. */
static bool is_held_alone(const struct socket *socket, const struct call *receive, int64_t begin_ns,
	int64_t *in, int64_t *out)
{
	size_t holders = 0;

	for (const struct descriptor *one = socket->holder; one; one = one->next_holder) {
		if (++holders > HOLDERS_LOOKED_AT ||
			(one->process != receive->process && one->ended_ns > begin_ns))
			return false;
		quantity_add_up(in, one->calls.bytes_in);
		quantity_add_up(out, one->calls.bytes_out);
	}
	return true;
}

/* By the number of a process: another thread than its first one has made calls. */
static bool *learn_threads(const struct trace *trace)
{
	bool *has_threads = xcalloc(trace->process_count + 1, sizeof(*has_threads));

	for (size_t i = 0; i < trace->call_count; i++)
		if (trace->calls[i].tid != trace->calls[i].process->pid)
			has_threads[trace->calls[i].process->number] = true;
	return has_threads;
}

/* From `begin_ns` on both wait. */
static void report_mutual_wait(
	struct hint_search *search, uint32_t mine, uint32_t other, int64_t begin_ns)
{
	const struct call *one = hint_call(search, mine), *two = hint_call(search, other);
	int64_t one_end_ns = one->time_ns + one->duration_ns;
	int64_t two_end_ns = two->time_ns + two->duration_ns;
	int64_t waited_ns = (one_end_ns < two_end_ns ? one_end_ns : two_end_ns) - begin_ns;

	if (waited_ns < STUCK_NS)
		return;
	struct hint hint = hint_begin(search, mine);
	hint_show(&hint, other);
	hint.lost_ns = waited_ns;
	hint_add(search, hint,
		"for %s %.40s of this end and %.40s of its peer, %.60s %" PRId64
		", waited for each other, and nothing was on its way",
		hint_time(search, waited_ns), trace_word(search->trace, one->name),
		trace_word(search->trace, two->name), name_program(two->process),
		two->process->pid);
}

/*
 * Both ends of a connection are in a receive that blocks, and have had all that the other has sent:
 * nothing can come, unless somebody else sends on it. So each process has one thread that makes
 * calls, its first one, and no other process has the socket. A reader of its own thread waits on
 * purpose.
 */
void hint_find_mutual_wait(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	bool *has_threads = NULL;

	for (size_t i = 0; i < trace->socket_count; i++) {
		const struct socket *socket = trace->sockets[i], *peer = socket->other_end;
		uint32_t mine, other;
		int64_t sent, peer_sent; /* when it was over */
		if (!peer || peer->number < socket->number || !socket_is_stream(trace, socket) ||
			(mine = last_receive(search, socket, &sent)) == NO_CALL ||
			(other = last_receive(search, peer, &peer_sent)) == NO_CALL ||
			!hint_has_all_bytes(search, socket) || !hint_has_all_bytes(search, peer))
			continue;
		const struct call *one = hint_call(search, mine), *two = hint_call(search, other);
		int64_t begin_ns = one->time_ns > two->time_ns ? one->time_ns : two->time_ns;
		int64_t in = 0, out = 0, peer_in = 0, peer_out = 0;
		has_threads = has_threads ? has_threads : learn_threads(trace);
		if (!has_threads[one->process->number] && !has_threads[two->process->number] &&
			is_held_alone(socket, one, begin_ns, &in, &out) &&
			is_held_alone(peer, two, begin_ns, &peer_in, &peer_out) &&
			in == peer_out - peer_sent && out - sent == peer_in)
			report_mutual_wait(search, mine, other, begin_ns);
	}
	free(has_threads);
}

static bool is_used(const struct descriptor *descriptor)
{
	return descriptor->calls.transfers_in > 0 || descriptor->calls.transfers_out > 0;
}

/* The accept in which the process that accepted the socket waited for the next client, last;
 * NO_CALL: it did not wait in one so long. */
static uint32_t next_accept(const struct hint_search *search, const struct socket *socket)
{
	const struct call *maker = hint_maker(search, socket);
	const struct socket *listener = maker && maker->effect == EFFECT_ACCEPT && maker->descriptor
						? maker->descriptor->socket
						: NULL;

	for (size_t i = listener ? hint_call_count(search, listener) : 0; i-- > 0;) {
		uint32_t index = hint_call_on(search, listener, i);
		const struct call *call = hint_call(search, index);
		if (hint_is_work(call))
			return call->effect == EFFECT_ACCEPT && call->process == maker->process &&
					       call->tid == maker->tid &&
					       call->duration_ns >= STUCK_NS
				       ? index
				       : NO_CALL;
	}
	return NO_CALL;
}

/*
 * The server has sent its answer, keeps the connection, and the thread that made all calls on it
 * waits in accept(2): while it does, neither more of the answer nor its end comes.
 */
static void find_kept(struct hint_search *search, const struct socket *peer, uint32_t receive)
{
	const struct call *call = hint_call(search, receive);
	uint32_t accept = next_accept(search, peer);

	if (accept == NO_CALL || peer->holder->ended_ns < call->time_ns ||
		peer->holder->calls.transfers_out == 0)
		return;
	/* Another thread may serve it still. */
	for (size_t i = 0; i < hint_call_count(search, peer); i++)
		if (hint_call(search, hint_call_on(search, peer, i))->tid !=
			hint_call(search, accept)->tid)
			return;
	const struct call *waits = hint_call(search, accept);
	int64_t begin_ns = waits->time_ns > call->time_ns ? waits->time_ns : call->time_ns;
	int64_t end_ns = call->time_ns + call->duration_ns;
	if (waits->time_ns + waits->duration_ns < end_ns)
		end_ns = waits->time_ns + waits->duration_ns;
	if (end_ns - begin_ns < STUCK_NS)
		return;
	struct hint hint = hint_begin(search, receive);
	hint_show(&hint, accept);
	hint.lost_ns = end_ns - begin_ns;
	hint.advice = "Close a connection when all of the answer is sent, before the next accept.";
	hint.advice_zh = "回答全部发出之后就 close 这个连接，然后再进行下一次 accept。";
	hint_add(search, hint,
		"for %s no end of stream came: %.60s %" PRId64 " has answered, keeps fd %" PRId64
		" open, and waits in accept",
		hint_time(search, hint.lost_ns), name_program(waits->process), waits->process->pid,
		peer->holder->fd);
}

/*
 * The end of stream is sent when the last descriptor of a socket is closed: close(2), shutdown(2).
 * Those with which the other end was used are closed, and one is open with which nothing was ever
 * sent, received or waited for, so that nothing but the end can come.
 */
void hint_find_held_open(struct hint_search *search, const struct socket *socket)
{
	const struct socket *peer = socket->other_end;
	const struct descriptor *user = NULL, *copy = NULL;
	size_t holders = 0;

	if (!peer || !peer->holder || !socket_is_stream(search->trace, socket) ||
		!hint_has_all_bytes(search, peer))
		return;
	int64_t sent_after;
	uint32_t receive = last_receive(search, socket, &sent_after);
	if (receive == NO_CALL || sent_after > 0)
		return;
	if (!peer->holder->next_holder) {
		find_kept(search, peer, receive);
		return;
	}
	const struct call *call = hint_call(search, receive);
	for (const struct descriptor *one = peer->holder; one; one = one->next_holder) {
		if (++holders > HOLDERS_LOOKED_AT || (!is_used(one) && one->last_wait != NO_CALL))
			return;
		const struct descriptor **kind = is_used(one) ? &user : &copy;
		if (!*kind || one->ended_ns > (*kind)->ended_ns)
			*kind = one;
	}
	if (!user || !copy || user->ended_ns == INT64_MAX)
		return;
	int64_t begin_ns = user->ended_ns > call->time_ns ? user->ended_ns : call->time_ns;
	int64_t end_ns = call->time_ns + call->duration_ns;
	if (copy->ended_ns < end_ns)
		end_ns = copy->ended_ns;
	if (end_ns - begin_ns < STUCK_NS)
		return;
	struct hint hint = hint_begin(search, receive);
	uint32_t close = descriptor_closer(search->trace, user);
	if (close != NO_CALL)
		hint_show(&hint, close);
	hint.lost_ns = end_ns - begin_ns;
	hint_add(search, hint,
		"for %s no end of stream came: %.60s %" PRId64 " had ended it, but fd %" PRId64
		" of %.60s %" PRId64 " is the same socket",
		hint_time(search, hint.lost_ns), name_program(user->process), user->process->pid,
		copy->fd, name_program(copy->process), copy->process->pid);
}
