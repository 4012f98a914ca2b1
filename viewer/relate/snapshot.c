/* SPDX-License-Identifier: MIT */
#include "viewer/relate/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "format/id_map.h"
#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/model/model.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/connection.h"
#include "viewer/term/quantity.h"

#define NONE UINT32_MAX

/* A descriptor begins or ends at a time, and not by a call of its own. */
struct silent_event {
	int64_t time_ns;
	uint32_t descriptor;
	bool is_end;
};

/* A thread's calls in causal order. */
struct thread_calls {
	const struct process *process;
	int32_t tid;
	uint32_t next,
		last; /* calls: the first that is still to come, the last that was; NO_CALL */
};

struct snapshot_facts {
	const struct causal_order *order;
	const struct links *links;
	/* What does not change: all owned. */
	struct silent_event *silent;
	size_t silent_count;
	uint32_t *made; /* descriptors that calls made, sorted by these */
	size_t made_count;
	uint32_t *links_to; /* links with a call `to`, sorted by it */
	size_t links_to_count;
	uint32_t *next_of_thread; /* by call */
	uint32_t *thread_of;      /* by call: its place */
	struct thread_calls *threads, *threads_first;
	size_t thread_count;
	struct id_map listening;            /* sockets, by their address */
	bool *is_ambiguous, *has_outsiders; /* listening sockets, by number */
	/* What does. */
	size_t silent_at;
	bool *is_open;     /* descriptors, by number */
	unsigned *changes; /* the same */
	uint32_t *changed; /* descriptors that the last call has changed */
	size_t changed_count, changed_capacity;
	size_t touched_count, touched_capacity;
	uint32_t *touched;               /* sockets, by number */
	struct present_socket **present; /* by number */
	struct id_map by_fd;             /* descriptors that are there, by process and number */
	int64_t *unread, *lost, *bytes_in, *bytes_out; /* by the number of the socket */
	size_t *unread_messages;
	bool *is_accepted; /* who asked for a connection: its other end has been accepted */
	bool *has_ended;   /* it was given back */
	bool *is_sending;  /* a send on it never returned: how much it moved is not known */
	bool *is_told_end; /* the end of stream is in its buffer, or on its way there */
	uint32_t *queue_first, *queue_last;  /* of a listening socket */
	uint32_t *queue_next, *queue_before; /* of a waiting one */
	uint32_t *waits_at;                  /* of a waiting one */
};

/* --- what does not change ------------------------------------------------------------------- */

static const struct call *call_at(const struct snapshot *snapshot, uint32_t index)
{
	return &snapshot->trace->calls[index];
}

static int compare_silent(const void *one, const void *other)
{
	const struct silent_event *a = one, *b = other;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	if (a->is_end != b->is_end)
		return a->is_end ? 1 : -1;
	return (a->descriptor > b->descriptor) - (a->descriptor < b->descriptor);
}

static int compare_made(const void *one, const void *other, void *context)
{
	struct descriptor *const *descriptors = context;
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
	uint32_t left = descriptors[a]->made_by, right = descriptors[b]->made_by;

	if (left != right)
		return left < right ? -1 : 1;
	return (a > b) - (a < b);
}

static void find_descriptor_events(struct snapshot_facts *facts, const struct trace *trace)
{
	size_t count = trace->descriptor_count;

	facts->silent = xcalloc(2 * count + 1, sizeof(*facts->silent));
	facts->made = xcalloc(count + 1, sizeof(*facts->made));
	for (uint32_t i = 0; i < count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		if (descriptor->made_by != NO_CALL)
			facts->made[facts->made_count++] = i;
		else
			facts->silent[facts->silent_count++] =
				(struct silent_event){descriptor->born_ns, i, false};
		if (descriptor->ended_ns != INT64_MAX &&
			descriptor_closer(trace, descriptor) == NO_CALL)
			facts->silent[facts->silent_count++] =
				(struct silent_event){descriptor->ended_ns, i, true};
	}
	qsort(facts->silent, facts->silent_count, sizeof(*facts->silent), compare_silent);
	qsort_r(facts->made, facts->made_count, sizeof(*facts->made), compare_made,
		(void *)trace->descriptors);
}

static int compare_links_to(const void *one, const void *other, void *context)
{
	const struct link *list = context;
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	if (list[a].to != list[b].to)
		return list[a].to < list[b].to ? -1 : 1;
	return (a > b) - (a < b);
}

static void find_links_to(struct snapshot_facts *facts)
{
	const struct links *links = facts->links;

	facts->links_to = xcalloc(links->count + 1, sizeof(*facts->links_to));
	for (uint32_t i = 0; i < links->count; i++)
		if (links->list[i].to != NO_CALL)
			facts->links_to[facts->links_to_count++] = i;
	qsort_r(facts->links_to, facts->links_to_count, sizeof(*facts->links_to), compare_links_to,
		links->list);
}

static void find_threads(struct snapshot_facts *facts, const struct trace *trace)
{
	struct id_map places = {0}; /* counted from 1 */
	uint32_t *last =
		xcalloc(trace->call_count + 1, sizeof(*last)); /* of a thread its last call */

	facts->next_of_thread = xcalloc(trace->call_count + 1, sizeof(*last));
	facts->thread_of = xcalloc(trace->call_count + 1, sizeof(*last));
	facts->threads_first = xcalloc(trace->call_count + 1, sizeof(*facts->threads_first));
	for (size_t i = 0; i < facts->order->count; i++) {
		uint32_t index = facts->order->calls[i];
		const struct call *call = &trace->calls[index];
		uint64_t key = ((uint64_t)call->process->number << 32 | (uint32_t)call->tid) + 1;
		size_t place = (size_t)(uintptr_t)id_map_get(&places, key);
		if (place == 0) {
			place = ++facts->thread_count;
			id_map_put(&places, key, (void *)(uintptr_t)place);
			facts->threads_first[place - 1] =
				(struct thread_calls){call->process, call->tid, index, NO_CALL};
		} else {
			facts->next_of_thread[last[place - 1]] = index;
		}
		last[place - 1] = index;
		facts->thread_of[index] = (uint32_t)place - 1;
		facts->next_of_thread[index] = NO_CALL;
	}
	facts->threads = xcalloc(facts->thread_count + 1, sizeof(*facts->threads));
	id_map_free(&places);
	free(last);
}

/* The address of a listening socket as a key: of one that takes what comes to any address of the
 * machine the port alone. */
static uint64_t listening_key(const struct value *address, bool is_any)
{
	int64_t port = 0;

	if (is_any && value_integer(value_member(address, "port"), &port) && port >= 0)
		return (uint64_t)port + 1;
	return address_hash(NULL, address);
}

/* Of several listening sockets with one address nobody knows at which of them a connect arrived
 * that was never accepted. */
static void find_listening(struct snapshot_facts *facts, const struct trace *trace)
{
	facts->is_ambiguous = xcalloc(trace->socket_count + 1, sizeof(*facts->is_ambiguous));
	facts->has_outsiders = xcalloc(trace->socket_count + 1, sizeof(*facts->has_outsiders));
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i], *other;
		if (socket->direction != DIRECTION_LISTENING || !socket->local)
			continue;
		bool is_any = false;
		address_of_this_machine(socket->local, &is_any);
		uint64_t key = listening_key(socket->local, is_any);
		if ((other = id_map_get(&facts->listening, key)))
			facts->is_ambiguous[other->number] = facts->is_ambiguous[i] = true;
		id_map_put(&facts->listening, key, socket);
	}
	for (size_t i = 0; i < facts->links->count; i++) {
		const struct link *link = &facts->links->list[i];
		const struct descriptor *on =
			link->to != NO_CALL ? trace->calls[link->to].descriptor : NULL;
		if (link->kind == LINK_CONNECT && link->from == NO_CALL && on)
			facts->has_outsiders[on->socket->number] = true;
	}
}

/* --- sockets -------------------------------------------------------------------------------- */

static void touch(struct snapshot_facts *facts, uint32_t socket, unsigned change)
{
	struct present_socket *present = facts->present[socket];

	if (!present)
		return;
	if (present->changes == 0)
		APPEND(facts->touched, facts->touched_count, facts->touched_capacity, socket);
	present->changes |= change;
}

/* What is known of who can send to it. */
static bool is_unread_known(const struct trace *trace, const struct socket *socket)
{
	const struct socket *other = socket->other_end;

	if (!other)
		return false;
	return !socket->found && !other->found &&
	       !trace_leaves_out(trace, socket, EFFECT_RECEIVE) &&
	       !trace_leaves_out(trace, other, EFFECT_SEND);
}

static struct present_socket *appear(struct snapshot *snapshot, const struct socket *socket)
{
	struct snapshot_facts *facts = snapshot->facts;
	struct present_socket *present = facts->present[socket->number];

	if (present)
		return present;
	present = xcalloc(1, sizeof(*present));
	*present = (struct present_socket){.socket = socket,
		.known = {.trace = snapshot->trace},
		.backlog = RECORD_ABSENT,
		.connecting_until_ns = INT64_MIN,
		.place = snapshot->socket_count};
	APPEND(snapshot->sockets, snapshot->socket_count, snapshot->socket_capacity, present);
	facts->present[socket->number] = present;
	return present;
}

static void leave_queue(struct snapshot_facts *facts, uint32_t waiting)
{
	uint32_t at = facts->waits_at[waiting];

	if (at == NONE)
		return;
	uint32_t next = facts->queue_next[waiting], before = facts->queue_before[waiting];
	*(before == NONE ? &facts->queue_first[at] : &facts->queue_next[before]) = next;
	*(next == NONE ? &facts->queue_last[at] : &facts->queue_before[next]) = before;
	facts->waits_at[waiting] = NONE;
	if (facts->present[at])
		facts->present[at]->waiting--;
	touch(facts, at, CHANGE_QUEUE);
}

static void join_queue(struct snapshot_facts *facts, uint32_t waiting, uint32_t at)
{
	if (facts->waits_at[waiting] != NONE || !facts->present[at])
		return;
	facts->queue_next[waiting] = NONE;
	facts->queue_before[waiting] = facts->queue_last[at];
	*(facts->queue_last[at] == NONE ? &facts->queue_first[at]
					: &facts->queue_next[facts->queue_last[at]]) = waiting;
	facts->queue_last[at] = waiting;
	facts->waits_at[waiting] = at;
	facts->present[at]->waiting++;
	touch(facts, at, CHANGE_QUEUE);
}

/* The last descriptor has ended. What the socket was sent and never received is lost to its sender.
 */
static void give_back(struct snapshot *snapshot, const struct socket *socket)
{
	struct snapshot_facts *facts = snapshot->facts;
	uint32_t number = socket->number;
	const struct socket *other = socket->other_end;

	facts->has_ended[number] = true;
	/* Whether its connection stood is known of one that was established only. */
	if (facts->waits_at[number] != NONE &&
		(!socket->connection || socket->connection->outcome != OUTCOME_ESTABLISHED))
		leave_queue(facts, number);
	while (facts->queue_first[number] != NONE)
		leave_queue(facts, facts->queue_first[number]);
	if (other && facts->unread[number] > 0) {
		quantity_add_up(&facts->lost[other->number], facts->unread[number]);
		touch(facts, other->number, CHANGE_LOST);
	}
	snapshot->unread_count -= facts->unread_messages[number];
	facts->unread[number] = 0;
	facts->unread_messages[number] = 0;
	if (other)
		touch(facts, other->number, CHANGE_STATE);
	touch(facts, number, CHANGE_ENDED);
}

/* The socket that was given back is not shown at the next instant any more. */
static void disappear(struct snapshot *snapshot, uint32_t number)
{
	struct snapshot_facts *facts = snapshot->facts;
	struct present_socket *present = facts->present[number];
	struct present_socket *last = snapshot->sockets[snapshot->socket_count - 1];

	snapshot->sockets[present->place] = last;
	last->place = present->place;
	snapshot->socket_count--;
	facts->present[number] = NULL;
	free(present);
}

/* --- descriptors ---------------------------------------------------------------------------- */

static void mark(struct snapshot_facts *facts, uint32_t descriptor, unsigned change)
{
	if (facts->changes[descriptor] == 0)
		APPEND(facts->changed, facts->changed_count, facts->changed_capacity, descriptor);
	facts->changes[descriptor] |= change;
}

static uint64_t fd_key(const struct descriptor *descriptor)
{
	return ((uint64_t)descriptor->process->number << 32 | (uint32_t)descriptor->fd) + 1;
}

static void end_descriptor(struct snapshot *snapshot, uint32_t number);

/* `call`: that made it; NULL: none did. */
static void begin_descriptor(struct snapshot *snapshot, uint32_t number, const struct call *call)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct descriptor *descriptor = snapshot->trace->descriptors[number];

	if (facts->is_open[number] || facts->has_ended[descriptor->socket->number])
		return;
	bool is_new = !facts->present[descriptor->socket->number];
	struct present_socket *present = appear(snapshot, descriptor->socket);
	/* A number stands for one descriptor: dup2(2) has closed the one before. */
	struct descriptor *before = id_map_get(&facts->by_fd, fd_key(descriptor));
	if (before)
		end_descriptor(snapshot, before->number);
	id_map_put(&facts->by_fd, fd_key(descriptor), snapshot->trace->descriptors[number]);
	facts->is_open[number] = true;
	snapshot->open_count++;
	present->open++;
	mark(facts, number, CHANGE_NEW);
	if (is_new) {
		struct life_event event = {.kind = LIFE_BEGIN,
			.descriptor = descriptor->socket->holder,
			.call = call,
			.open = present->open};
		socket_state_learn(&present->known, &event, false);
		touch(facts, descriptor->socket->number,
			CHANGE_NEW | CHANGE_STATE | (present->known.local[0] ? CHANGE_LOCAL : 0) |
				(present->known.peer[0] ? CHANGE_PEER : 0));
	}
}

static void end_descriptor(struct snapshot *snapshot, uint32_t number)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct descriptor *descriptor = snapshot->trace->descriptors[number];
	struct present_socket *present = facts->present[descriptor->socket->number];

	if (!facts->is_open[number] || !present)
		return;
	facts->is_open[number] = false;
	if (id_map_get(&facts->by_fd, fd_key(descriptor)) == descriptor)
		id_map_remove(&facts->by_fd, fd_key(descriptor));
	snapshot->open_count--;
	present->open--;
	mark(facts, number, CHANGE_ENDED);
	if (descriptor->socket->last == descriptor ||
		(present->open == 0 && descriptor->socket->last))
		if (present->open == 0)
			give_back(snapshot, descriptor->socket);
}

/* --- calls ---------------------------------------------------------------------------------- */

/* Sockets that a transfer goes to: where the bytes are until they are received. */
static const struct socket *receiver_of(const struct trace *trace, const struct link *link)
{
	const struct descriptor *descriptor =
		link->to != NO_CALL ? trace->calls[link->to].descriptor : NULL;

	return descriptor ? descriptor->socket : link->peer;
}

static void count_sent(struct snapshot *snapshot, const struct link *link)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct socket *receiver = receiver_of(snapshot->trace, link);

	if (!receiver)
		return;
	uint32_t number = receiver->number;
	if (facts->has_ended[number]) {
		const struct descriptor *sender = call_at(snapshot, link->from)->descriptor;
		if (sender && receiver->other_end == sender->socket) {
			quantity_add_up(&facts->lost[sender->socket->number], link->bytes);
			touch(facts, sender->socket->number, CHANGE_LOST);
		}
		return;
	}
	quantity_add_up(&facts->unread[number], link->bytes > 0 ? link->bytes : 0);
	facts->unread_messages[number]++;
	snapshot->unread_count++;
	touch(facts, number, CHANGE_UNREAD);
	if (facts->present[number] == NULL && receiver->other_end &&
		facts->waits_at[receiver->other_end->number] != NONE)
		touch(facts, facts->waits_at[receiver->other_end->number], CHANGE_QUEUE);
}

static void count_received(struct snapshot *snapshot, const struct link *link)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct descriptor *on = call_at(snapshot, link->to)->descriptor;

	if (!on || link->from == NO_CALL)
		return;
	uint32_t number = on->socket->number;
	if (facts->unread[number] >= link->bytes && facts->unread_messages[number] > 0) {
		facts->unread[number] -= link->bytes > 0 ? link->bytes : 0;
		facts->unread_messages[number]--;
		snapshot->unread_count--;
	}
	touch(facts, number, CHANGE_UNREAD);
}

/* Who asked, and where: at the accept that takes it, or at the socket at which it waits, also where
 * the program never learned how its connect ended. */
static void arrive(struct snapshot *snapshot, const struct link *link)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct descriptor *from = call_at(snapshot, link->from)->descriptor;
	const struct descriptor *to =
		link->to != NO_CALL ? call_at(snapshot, link->to)->descriptor : NULL;
	const struct attempt *attempt = connection_attempt(snapshot->trace, link->from);
	const struct socket *listening = to ? to->socket : link->peer;

	if (!from || !attempt)
		return;
	if (link->kind != LINK_CONNECT && attempt->outcome != OUTCOME_ASKING &&
		attempt->outcome != OUTCOME_GIVEN_UP)
		return;
	const struct value *asked = from->socket->peer;
	bool is_any;
	if (!listening && asked)
		listening = id_map_get(&facts->listening, listening_key(asked, false));
	if (!listening && asked && address_of_this_machine(asked, &is_any))
		listening = id_map_get(&facts->listening, listening_key(asked, true));
	if (!listening || listening->direction != DIRECTION_LISTENING ||
		(!to && listening->part != from->socket->part) ||
		(!to && facts->is_ambiguous[listening->number]))
		return;
	join_queue(facts, from->socket->number, listening->number);
}

static void accept_from(struct snapshot *snapshot, const struct link *link)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct descriptor *from =
		link->from != NO_CALL ? call_at(snapshot, link->from)->descriptor : NULL;

	if (!from)
		return;
	leave_queue(facts, from->socket->number);
	facts->is_accepted[from->socket->number] = true;
	if (facts->present[from->socket->number] &&
		facts->present[from->socket->number]->known.state == STATE_CONNECTING)
		touch(facts, from->socket->number, CHANGE_STATE);
}

static void follow_links(struct snapshot *snapshot, uint32_t index)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct link *list = facts->links->list;
	size_t low = 0, high = facts->links_to_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (list[facts->links_to[middle]].to < index)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < facts->links_to_count && list[facts->links_to[low]].to == index; low++) {
		const struct link *link = &list[facts->links_to[low]];
		if (link->kind == LINK_DATA)
			count_received(snapshot, link);
		else if (link->kind == LINK_CONNECT)
			accept_from(snapshot, link);
	}
	for (size_t i = links_from(facts->links, index);
		i < facts->links->count && list[i].from == index; i++) {
		if (list[i].kind == LINK_DATA || list[i].kind == LINK_LOST)
			count_sent(snapshot, &list[i]);
		else if (list[i].kind == LINK_CONNECT || list[i].kind == LINK_ASKED ||
			 list[i].kind == LINK_FAILED)
			arrive(snapshot, &list[i]);
		else if (list[i].kind == LINK_CLOSE && receiver_of(snapshot->trace, &list[i]))
			facts->is_told_end[receiver_of(snapshot->trace, &list[i])->number] = true;
	}
}

static void begin_made(struct snapshot *snapshot, uint32_t index)
{
	struct snapshot_facts *facts = snapshot->facts;
	struct descriptor *const *descriptors = snapshot->trace->descriptors;
	size_t low = 0, high = facts->made_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (descriptors[facts->made[middle]]->made_by < index)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < facts->made_count && descriptors[facts->made[low]]->made_by == index; low++)
		begin_descriptor(snapshot, facts->made[low], call_at(snapshot, index));
}

/* What only the line of the call says. */
static void learn_details(
	struct snapshot *snapshot, struct present_socket *present, const struct call *call)
{
	bool is_done = !call->error && !call_is(call, CALL_UNFINISHED);
	const char *how;

	if (!is_done || (call->effect != EFFECT_LISTEN && call->effect != EFFECT_SHUTDOWN))
		return;
	const struct record_call *details = call_details(snapshot->trace, call);
	if (call->effect == EFFECT_LISTEN) {
		if (!value_integer(value_member(details->args, "backlog"), &present->backlog))
			present->backlog = RECORD_ABSENT;
		touch(snapshot->facts, present->socket->number, CHANGE_QUEUE);
		return;
	}
	how = value_text(value_member(details->args, "how"), NULL);
	if (!how || strcmp(how, "SHUT_RD") != 0) {
		present->is_cut = true;
		if (present->socket->other_end)
			touch(snapshot->facts, present->socket->other_end->number, CHANGE_STATE);
	}
}

static void learn_call(struct snapshot *snapshot, const struct call *call)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct descriptor *descriptor = call->descriptor;
	struct present_socket *present =
		descriptor ? facts->present[descriptor->socket->number] : NULL;

	if (!present)
		return;
	uint32_t number = descriptor->socket->number;
	struct socket_state before = present->known;
	struct life_event event = {
		.kind = LIFE_CALL, .descriptor = descriptor, .call = call, .open = present->open};
	socket_state_learn(&present->known, &event, false);
	if (strcmp(before.local, present->known.local) != 0)
		touch(facts, number, CHANGE_LOCAL);
	if (strcmp(before.peer, present->known.peer) != 0)
		touch(facts, number, CHANGE_PEER);
	bool is_known_end = present->known.state == STATE_PEER_ENDED && facts->is_told_end[number];
	if (before.state != present->known.state && !is_known_end)
		touch(facts, number, CHANGE_STATE);
	if (call->effect == EFFECT_CONNECT)
		present->connecting_until_ns = call_is(call, CALL_UNFINISHED) ? INT64_MAX
					       : call_has_waited(call)        ? call_end_ns(call)
									      : INT64_MIN;
	if (call->effect == EFFECT_SEND && call_is(call, CALL_UNFINISHED))
		facts->is_sending[number] = true;
	if (call_has_moved(call, EFFECT_SEND) && call->bytes > 0)
		quantity_add_up(&facts->bytes_out[number], call->bytes);
	if (call_has_moved(call, EFFECT_RECEIVE) && call->bytes > 0)
		quantity_add_up(&facts->bytes_in[number], call->bytes);
	learn_details(snapshot, present, call);
}

static void apply(struct snapshot *snapshot, uint32_t index)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct call *call = call_at(snapshot, index);
	struct thread_calls *thread = &facts->threads[facts->thread_of[index]];

	thread->last = index;
	thread->next = facts->next_of_thread[index];
	learn_call(snapshot, call);
	if (call_is(call, CALL_MAKES))
		begin_made(snapshot, index);
	follow_links(snapshot, index);
	if (call->effect == EFFECT_CLOSE && call->descriptor && !call->descriptor->ended_by &&
		!call_is(call, CALL_UNFINISHED))
		end_descriptor(snapshot, call->descriptor->number);
}

/* --- from instant to instant ---------------------------------------------------------------- */

/* What the call before has changed is as it is now; what it ended is gone. */
static void settle(struct snapshot *snapshot)
{
	struct snapshot_facts *facts = snapshot->facts;

	for (size_t i = 0; i < facts->changed_count; i++)
		facts->changes[facts->changed[i]] = 0;
	facts->changed_count = 0;
	for (size_t i = 0; i < facts->touched_count; i++) {
		struct present_socket *present = facts->present[facts->touched[i]];
		if (!present)
			continue;
		present->changes = 0;
		if (facts->has_ended[facts->touched[i]])
			disappear(snapshot, facts->touched[i]);
	}
	facts->touched_count = 0;
}

static void apply_silent(struct snapshot *snapshot, int64_t until_ns)
{
	struct snapshot_facts *facts = snapshot->facts;

	for (; facts->silent_at < facts->silent_count &&
		facts->silent[facts->silent_at].time_ns <= until_ns;
		facts->silent_at++) {
		const struct silent_event *event = &facts->silent[facts->silent_at];
		if (event->is_end)
			end_descriptor(snapshot, event->descriptor);
		else
			begin_descriptor(snapshot, event->descriptor, NULL);
	}
}

/* A connect that waits makes its connection meanwhile: when it was accepted, or when the call
 * returned, at the latest. While nothing else happened in between, it has returned. */
static enum state state_now(const struct snapshot *snapshot, const struct present_socket *present)
{
	const struct snapshot_facts *facts = snapshot->facts;
	enum state state = present->known.state;
	size_t next = snapshot->position + 1;
	bool is_asking = snapshot->time_ns < present->connecting_until_ns;

	if (facts->has_ended[present->socket->number])
		return STATE_GIVEN_BACK;
	if (is_asking && snapshot->call != NO_CALL &&
		call_at(snapshot, snapshot->call)->effect == EFFECT_CONNECT &&
		call_at(snapshot, snapshot->call)->descriptor &&
		call_at(snapshot, snapshot->call)->descriptor->socket == present->socket)
		is_asking = present->connecting_until_ns == INT64_MAX ||
			    (next < facts->order->count && causal_order_time_ns(call_at(snapshot,
								   facts->order->calls[next])) <
								   present->connecting_until_ns);
	if (facts->is_accepted[present->socket->number] && state == STATE_CONNECTING)
		return STATE_CONNECTED;
	if (is_asking && !facts->is_accepted[present->socket->number] &&
		(state == STATE_CONNECTED || state == STATE_UNCONNECTED))
		return STATE_CONNECTING;
	/* The kernel has chosen the port of one that sends or listens first: ip(7). */
	if (state == STATE_NEW && *present->known.local)
		return STATE_BOUND;
	const struct present_socket *other = snapshot_find(snapshot, present->socket->other_end);
	bool is_told_end = facts->is_told_end[present->socket->number] || (other && other->is_cut);
	return state == STATE_CONNECTED && is_told_end ? STATE_PEER_ENDED : state;
}

static bool is_peer_gone(const struct snapshot_facts *facts, const struct present_socket *present)
{
	const struct socket *other = present->socket->other_end;

	if (present->known.state == STATE_PEER_ENDED)
		return true;
	return other &&
	       (facts->has_ended[other->number] ||
		       (facts->present[other->number] && facts->present[other->number]->is_cut));
}

static void fill_in(struct snapshot *snapshot)
{
	const struct snapshot_facts *facts = snapshot->facts;
	const struct trace *trace = snapshot->trace;

	for (size_t i = 0; i < snapshot->socket_count; i++) {
		struct present_socket *present = snapshot->sockets[i];
		uint32_t number = present->socket->number;
		present->state = state_now(snapshot, present);
		present->is_peer_gone = is_peer_gone(facts, present);
		present->is_in_connect = snapshot->time_ns < present->connecting_until_ns;
		present->is_waiting = facts->waits_at[number] != NONE;
		/* Where nobody has accepted nobody has sent. */
		present->is_unread_known =
			present->is_waiting ||
			(is_unread_known(trace, present->socket) &&
				!facts->is_sending[present->socket->other_end->number]);
		present->unread = facts->unread[number];
		present->unread_messages = facts->unread_messages[number];
		present->lost = facts->lost[number];
		present->bytes_in = facts->bytes_in[number];
		present->bytes_out = facts->bytes_out[number];
		present->first_waiting = facts->queue_first[number] == NONE
						 ? NULL
						 : trace->sockets[facts->queue_first[number]];
		present->is_queue_known = !facts->has_outsiders[number] &&
					  !facts->is_ambiguous[number] && !present->socket->found &&
					  !trace_leaves_out(trace, present->socket, EFFECT_ACCEPT);
	}
}

static void begin(struct snapshot *snapshot)
{
	struct snapshot_facts *facts = snapshot->facts;
	const struct trace *trace = snapshot->trace;
	size_t sockets = trace->socket_count;

	for (size_t i = 0; i < snapshot->socket_count; i++)
		free(snapshot->sockets[i]);
	id_map_free(&facts->by_fd);
	facts->by_fd = (struct id_map){0};
	snapshot->socket_count = snapshot->open_count = snapshot->unread_count = 0;
	snapshot->call = NO_CALL;
	snapshot->position = SIZE_MAX;
	snapshot->time_ns = INT64_MIN;
	facts->silent_at = facts->changed_count = facts->touched_count = 0;
	memcpy(facts->threads, facts->threads_first, facts->thread_count * sizeof(*facts->threads));
	memset(facts->is_open, 0, trace->descriptor_count * sizeof(*facts->is_open));
	memset(facts->changes, 0, trace->descriptor_count * sizeof(*facts->changes));
	memset(facts->present, 0, sockets * sizeof(struct present_socket *));
	memset(facts->unread, 0, sockets * sizeof(*facts->unread));
	memset(facts->lost, 0, sockets * sizeof(*facts->lost));
	memset(facts->bytes_in, 0, sockets * sizeof(*facts->bytes_in));
	memset(facts->bytes_out, 0, sockets * sizeof(*facts->bytes_out));
	memset(facts->unread_messages, 0, sockets * sizeof(*facts->unread_messages));
	memset(facts->is_accepted, 0, sockets * sizeof(*facts->is_accepted));
	memset(facts->has_ended, 0, sockets * sizeof(*facts->has_ended));
	memset(facts->is_sending, 0, sockets * sizeof(*facts->is_sending));
	memset(facts->is_told_end, 0, sockets * sizeof(*facts->is_told_end));
	for (size_t i = 0; i < sockets; i++)
		facts->queue_first[i] = facts->queue_last[i] = facts->queue_next[i] =
			facts->queue_before[i] = facts->waits_at[i] = NONE;
}

void snapshot_pass(struct snapshot *snapshot, size_t position)
{
	struct snapshot_facts *facts = snapshot->facts;

	if (snapshot->position != SIZE_MAX && position < snapshot->position)
		begin(snapshot);
	for (size_t at = snapshot->position + 1; at <= position && at < facts->order->count; at++) {
		uint32_t index = facts->order->calls[at];
		int64_t time_ns = causal_order_time_ns(call_at(snapshot, index));
		snapshot->position = at;
		snapshot->call = index;
		if (time_ns > snapshot->time_ns)
			snapshot->time_ns = time_ns;
		settle(snapshot);
		apply_silent(snapshot, snapshot->time_ns);
		settle(snapshot);
		apply(snapshot, index);
	}
}

void snapshot_go(struct snapshot *snapshot, size_t position)
{
	snapshot_pass(snapshot, position);
	fill_in(snapshot);
}

struct snapshot *snapshot_new(const struct trace *trace)
{
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));
	struct snapshot_facts *facts = xcalloc(1, sizeof(*facts));
	size_t sockets = trace->socket_count + 1, descriptors = trace->descriptor_count + 1;

	snapshot->trace = trace;
	snapshot->facts = facts;
	facts->order = trace_causal_order(trace);
	facts->links = trace_links(trace);
	find_descriptor_events(facts, trace);
	find_links_to(facts);
	find_threads(facts, trace);
	find_listening(facts, trace);
	facts->is_open = xcalloc(descriptors, sizeof(*facts->is_open));
	facts->changes = xcalloc(descriptors, sizeof(*facts->changes));
	facts->present = xcalloc(sockets, sizeof(struct present_socket *));
	facts->unread = xcalloc(sockets, sizeof(*facts->unread));
	facts->lost = xcalloc(sockets, sizeof(*facts->lost));
	facts->bytes_in = xcalloc(sockets, sizeof(*facts->bytes_in));
	facts->bytes_out = xcalloc(sockets, sizeof(*facts->bytes_out));
	facts->unread_messages = xcalloc(sockets, sizeof(*facts->unread_messages));
	facts->is_accepted = xcalloc(sockets, sizeof(*facts->is_accepted));
	facts->has_ended = xcalloc(sockets, sizeof(*facts->has_ended));
	facts->is_sending = xcalloc(sockets, sizeof(*facts->is_sending));
	facts->is_told_end = xcalloc(sockets, sizeof(*facts->is_told_end));
	facts->queue_first = xcalloc(sockets, sizeof(uint32_t));
	facts->queue_last = xcalloc(sockets, sizeof(uint32_t));
	facts->queue_next = xcalloc(sockets, sizeof(uint32_t));
	facts->queue_before = xcalloc(sockets, sizeof(uint32_t));
	facts->waits_at = xcalloc(sockets, sizeof(uint32_t));
	begin(snapshot);
	return snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
	struct snapshot_facts *facts = snapshot->facts;
	void *const owned[] = {facts->silent, facts->made, facts->links_to, facts->next_of_thread,
		facts->thread_of, facts->threads, facts->threads_first, facts->is_ambiguous,
		facts->has_outsiders, facts->is_open, facts->changes, facts->changed,
		facts->touched, (void *)facts->present, facts->unread, facts->lost, facts->bytes_in,
		facts->bytes_out, facts->unread_messages, facts->is_accepted, facts->has_ended,
		facts->is_sending, facts->is_told_end, facts->queue_first, facts->queue_last,
		facts->queue_next, facts->queue_before, facts->waits_at};

	for (size_t i = 0; i < snapshot->socket_count; i++)
		free(snapshot->sockets[i]);
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		free(owned[i]);
	id_map_free(&facts->by_fd);
	id_map_free(&facts->listening);
	free((void *)snapshot->sockets);
	free(facts);
	free(snapshot);
}

const struct present_socket *snapshot_find(
	const struct snapshot *snapshot, const struct socket *socket)
{
	return socket ? snapshot->facts->present[socket->number] : NULL;
}

bool snapshot_has(
	const struct snapshot *snapshot, const struct descriptor *descriptor, unsigned *changes)
{
	const struct snapshot_facts *facts = snapshot->facts;

	*changes = facts->changes[descriptor->number];
	return facts->is_open[descriptor->number] || (*changes & CHANGE_ENDED);
}

const struct socket *snapshot_next_waiting(
	const struct snapshot *snapshot, const struct socket *waiting)
{
	uint32_t next = snapshot->facts->queue_next[waiting->number];

	return next == NONE ? NULL : snapshot->trace->sockets[next];
}

int64_t snapshot_sent_ahead(const struct snapshot *snapshot, const struct socket *waiting)
{
	return waiting->other_end ? snapshot->facts->unread[waiting->other_end->number] : 0;
}

size_t snapshot_thread_count(const struct snapshot *snapshot)
{
	return snapshot->facts->thread_count;
}

/* A call that others see the beginning of was applied already. */
static uint32_t call_in_progress(const struct snapshot *snapshot, const struct thread_calls *thread)
{
	if (thread->last != NO_CALL) {
		const struct call *last = call_at(snapshot, thread->last);
		bool goes_on = call_is(last, CALL_UNFINISHED) ||
			       (causal_order_is_cause((enum effect)last->effect) &&
				       call_end_ns(last) > snapshot->time_ns);
		if (goes_on && (thread->last != snapshot->call || call_is(last, CALL_UNFINISHED)))
			return thread->last;
	}
	if (thread->next != NO_CALL && call_at(snapshot, thread->next)->time_ns < snapshot->time_ns)
		return thread->next;
	return NO_CALL;
}

bool snapshot_thread(const struct snapshot *snapshot, size_t index, struct present_thread *thread)
{
	const struct thread_calls *calls = &snapshot->facts->threads[index];
	uint32_t call = call_in_progress(snapshot, calls);

	*thread = (struct present_thread){calls->process, calls->tid, call};
	if (call == NO_CALL || !call_can_wait((enum effect)call_at(snapshot, call)->effect))
		return false;
	/* A thread that has died in its call lets nobody know when. */
	const struct descriptor *on = call_at(snapshot, call)->descriptor;
	return !on || snapshot->facts->is_open[on->number];
}
