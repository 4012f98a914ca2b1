/* SPDX-License-Identifier: MIT */
#include "viewer/layout/tracks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/span.h"
#include "viewer/model/address.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/exchange_words.h"
#include "viewer/wording/names.h"

/* Words of a trace are cut here. */
#define LONGEST ((size_t)200)

#define NO_LANE UINT32_MAX

/* What becomes a slice; LOST becomes none. At one time what is before the other here begins first.
 */
enum planned_kind {
	PLANNED_LOST, /* what a socket ends with, and has not received: `number` is the link's */
	PLANNED_SOCKET,
	PLANNED_NOTICE,
	PLANNED_ASKED,    /* an exchange, at the end that asks */
	PLANNED_ANSWERED, /* and at the one that answers */
	PLANNED_CALL,
};

struct planned {
	int64_t begin_ns, end_ns; /* end: INT64_MAX where it never does */
	uint32_t number;          /* of the socket, the exchange, the call */
	uint8_t kind;             /* enum planned_kind */
};

/* A track, and what is open on it. */
struct lane {
	uint64_t track;
	int64_t until_ns; /* when the innermost open slice ends */
	unsigned int depth;
	uint32_t group, next_free;
};

/* The tracks of one thread or socket, of which the first one has what fits there. */
struct lane_group {
	enum track_kind kind; /* of the first one */
	const struct process *process;
	int32_t tid;
	const struct socket *socket;
	uint32_t first, free; /* lanes; of the others the first free one */
	unsigned int deepest; /* so many slices may be one within the other on the first one */
};

/* An open slice. */
struct opened {
	int64_t end_ns, outer_ns; /* outer: when the one around it ends */
	size_t order;
	uint32_t lane, call; /* call: NO_CALL of other slices */
};

struct tracks {
	const struct selection *selection;
	const struct trace *trace;
	const struct links *links;
	const struct exchanges *exchanges;
	const struct text *text;
	const struct track_sink *sink;
	struct spans *spans;
	struct planned *planned; /* owned */
	size_t planned_count, planned_capacity;
	struct opened *opened; /* owned: a heap, the one on top ends first */
	size_t opened_count, opened_capacity, order;
	struct lane *lanes; /* owned */
	size_t lane_count, lane_capacity;
	struct lane_group *groups; /* owned */
	size_t group_count, group_capacity;
	struct id_map by_thread, beside_thread; /* groups, counted from 1 */
	uint32_t *by_socket;                    /* owned, by its number: the same */
	uint64_t *processes;                    /* owned, by its number: its track */
	uint64_t *in_flight_tracks;             /* owned, by the number of the socket that sends */
	int64_t *in_flight;                     /* owned, the same */
	bool *is_beside;                        /* owned, by the number of a call's name */
	size_t *links_to;    /* owned, by call: where those that lead to it begin */
	uint32_t *link_list; /* owned: links, those that lead to a call together */
	uint64_t last_track;
	struct note notes[NOTE_KEYS];
	size_t note_count;
	uint64_t *flows; /* owned */
	size_t flow_count, flow_capacity;
	struct text name, words, more; /* owned */
};

const char *slice_category_name(enum slice_category category)
{
	switch (category) {
	case SLICE_SOCKET:
		return "socket";
	case SLICE_EXCHANGE:
		return "exchange";
	case SLICE_ARRIVAL:
		return "arrival";
	default:
		return effect_name((enum effect)category);
	}
}

const char *note_key_name(enum note_key key)
{
	static const char *const names[NOTE_KEYS] = {
		[NOTE_CALL] = "call",
		[NOTE_TRACE] = "trace",
		[NOTE_FD] = "fd",
		[NOTE_SOCKET] = "socket",
		[NOTE_RESULT] = "result",
		[NOTE_ERROR] = "error",
		[NOTE_BYTES] = "bytes",
		[NOTE_LOCAL] = "local",
		[NOTE_PEER] = "peer",
		[NOTE_STATE] = "state",
		[NOTE_BYTES_IN] = "bytes_in",
		[NOTE_BYTES_OUT] = "bytes_out",
		[NOTE_ROLE] = "role",
		[NOTE_PROTOCOL] = "protocol",
		[NOTE_ANSWER] = "answer",
		[NOTE_OUTCOME] = "outcome",
		[NOTE_BYTES_ASKED] = "bytes_asked",
		[NOTE_BYTES_ANSWERED] = "bytes_answered",
		[NOTE_WAIT_NS] = "wait_ns",
	};

	return names[key];
}

static void add_words(struct text *text, const char *words)
{
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), LONGEST);
}

/* 0, which no string has, is none of theirs. */
static uint32_t peer_word(const struct trace *trace, const struct socket *socket)
{
	return (uint32_t)trace->strings.count + 1 + socket->number;
}

void track_word(struct text *text, const struct trace *trace, uint32_t word)
{
	char address[ADDRESS_SIZE];

	if (word <= trace->strings.count) {
		add_words(text, trace_word(trace, word));
		return;
	}
	address_text(address, trace->sockets[word - trace->strings.count - 1]->peer);
	add_words(text, address);
}

size_t track_words(const struct trace *trace)
{
	return trace->strings.count + 1 + trace->socket_count;
}

/* --- what there will be -------------------------------------------------------------------- */

static void plan(struct tracks *tracks, enum planned_kind kind, uint32_t number, int64_t begin_ns,
	int64_t end_ns)
{
	tracks->planned = array_grow(tracks->planned, tracks->planned_count,
		&tracks->planned_capacity, sizeof(*tracks->planned));
	tracks->planned[tracks->planned_count++] = (struct planned){.begin_ns = begin_ns,
		.end_ns = end_ns < begin_ns ? begin_ns : end_ns,
		.number = number,
		.kind = (uint8_t)kind};
}

static int by_begin(const void *one, const void *other)
{
	const struct planned *a = one, *b = other;

	if (a->begin_ns != b->begin_ns)
		return a->begin_ns < b->begin_ns ? -1 : 1;
	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	return (a->number > b->number) - (a->number < b->number);
}

static int64_t socket_end_ns(const struct trace *trace, const struct socket *socket)
{
	return socket->last ? socket->last->ended_ns : trace->end_ns;
}

static void plan_sockets(struct tracks *tracks)
{
	const struct trace *trace = tracks->trace;

	for (uint32_t i = 0; i < trace->socket_count; i++) {
		const struct socket *socket = trace->sockets[i];
		const struct descriptor *holder = socket->holder;
		while (holder && !selection_has_descriptor(tracks->selection, holder))
			holder = holder->next_holder;
		if (holder)
			plan(tracks, PLANNED_SOCKET, i, socket->holder->born_ns,
				socket_end_ns(trace, socket));
	}
}

static void plan_exchanges(struct tracks *tracks)
{
	const struct exchanges *exchanges = tracks->exchanges;
	size_t count;
	uint32_t *numbers = exchanges_shown(exchanges, tracks->selection, &count);

	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &exchanges->list[numbers[i]];
		struct exchange_span pair[2];
		size_t found = spans_of(tracks->spans, numbers[i], pair);
		for (size_t j = 0; j < found; j++)
			plan(tracks, pair[j].kind == SPAN_CLIENT ? PLANNED_ASKED : PLANNED_ANSWERED,
				numbers[i], pair[j].begin_ns, pair[j].end_ns);
		if (exchange->result == EXCHANGE_NOTICE)
			plan(tracks, PLANNED_NOTICE, numbers[i],
				exchange_begin_ns(exchanges, exchange),
				exchange_asked_ns(exchanges, exchange));
	}
	free(numbers);
}

static void plan_calls(struct tracks *tracks)
{
	const struct trace *trace = tracks->trace;

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (selection_has_call(tracks->selection, i))
			plan(tracks, PLANNED_CALL, i, call->time_ns,
				call_is(call, CALL_UNFINISHED) ? INT64_MAX : call_end_ns(call));
	}
}

/* A call is shown, and the other end of the link, if that is one. */
static bool has_link(const struct tracks *tracks, const struct link *link)
{
	return link->from != NO_CALL && selection_has_call(tracks->selection, link->from) &&
	       (link->to == NO_CALL || selection_has_call(tracks->selection, link->to));
}

/* What was sent on it was in flight: it was received later, was lost with the socket that it was
 * for, or nobody had received it when the trace ended. */
static bool is_in_flight(const struct tracks *tracks, const struct link *link)
{
	if (!has_link(tracks, link) || link->bytes <= 0 ||
		!tracks->trace->calls[link->from].descriptor)
		return false;
	if (link->kind == LINK_DATA && link->to != NO_CALL)
		return true;
	return (link->kind == LINK_DATA || link->kind == LINK_LOST) && link->peer &&
	       !trace_leaves_out(tracks->trace, link->peer, EFFECT_RECEIVE);
}

static void plan_losses(struct tracks *tracks)
{
	const struct links *links = tracks->links;

	for (size_t i = 0; i < links->count && i < UINT32_MAX; i++) {
		const struct link *link = &links->list[i];
		if (link->kind != LINK_LOST || !is_in_flight(tracks, link))
			continue;
		int64_t sent_ns = tracks->trace->calls[link->from].time_ns;
		int64_t lost_ns = socket_end_ns(tracks->trace, link->peer);
		lost_ns = lost_ns < sent_ns ? sent_ns : lost_ns;
		plan(tracks, PLANNED_LOST, (uint32_t)i, lost_ns, lost_ns);
	}
}

/* Sorts the links by where they lead to, too. */
static void find_links_to(struct tracks *tracks)
{
	const struct links *links = tracks->links;
	size_t calls = tracks->trace->call_count;
	size_t *next = xcalloc(calls + 2, sizeof(*next));

	tracks->link_list = xcalloc(links->count + 1, sizeof(*tracks->link_list));
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].to != NO_CALL)
			next[links->list[i].to + 2]++;
	for (size_t i = 1; i < calls + 2; i++)
		next[i] += next[i - 1];
	/* Once they are filled in, each is where the next one's begin. */
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].to != NO_CALL)
			tracks->link_list[next[links->list[i].to + 1]++] = (uint32_t)i;
	tracks->links_to = next;
}

/* --- tracks -------------------------------------------------------------------------------- */

static void begin_words(struct text *text, const struct tracks *tracks)
{
	text->length = text->column = 0;
	text->is_ascii = tracks->text->is_ascii;
}

static const char *end_words(struct text *text)
{
	text_raw(text, "", 1);
	return text->bytes;
}

static uint64_t give_track(struct tracks *tracks, struct track track)
{
	track.id = ++tracks->last_track;
	track.name = end_words(&tracks->name);
	tracks->sink->track(tracks->sink->context, &track);
	return track.id;
}

static uint64_t process_track(struct tracks *tracks, const struct process *process)
{
	uint64_t *known = &tracks->processes[process->number];

	if (*known == 0) {
		begin_words(&tracks->name, tracks);
		add_words(&tracks->name, name_program(process));
		*known = give_track(
			tracks, (struct track){.kind = TRACK_PROCESS, .process = process});
	}
	return *known;
}

/* "socket 7 fd 5 TCP → 127.0.0.1:80" */
static void add_socket_name(struct tracks *tracks, const struct socket *socket)
{
	struct text *name = &tracks->name;

	text_addf(name, STYLE_PLAIN, "socket %" PRId64, socket->id);
	if (socket->holder)
		text_addf(name, STYLE_PLAIN, " fd %" PRId64, socket->holder->fd);
	text_addf(name, STYLE_PLAIN, " %s", name_kind(tracks->trace, socket));
	if (socket->direction == DIRECTION_LISTENING) {
		text_add(name, STYLE_PLAIN, " listening");
		name_address(name, socket->local, LONGEST);
	} else if (*name_arrow(name, socket)) {
		name_peer(name, socket, LONGEST);
	}
}

static uint64_t lane_track(struct tracks *tracks, const struct lane_group *group, bool is_first)
{
	struct track track = {
		.kind = is_first || group->kind != TRACK_THREAD ? group->kind : TRACK_BESIDE,
		.process = group->process,
		.parent = process_track(tracks, group->process),
		.tid = group->tid,
		.socket = group->socket};

	begin_words(&tracks->name, tracks);
	if (group->socket)
		add_socket_name(tracks, group->socket);
	else if (track.kind == TRACK_BESIDE)
		text_addf(&tracks->name, STYLE_PLAIN, "%s thread %" PRId32,
			group->kind == TRACK_BESIDE ? "io_uring of" : "beside", group->tid);
	else if (group->tid == group->process->pid)
		add_words(&tracks->name, name_program(group->process));
	else
		text_add(&tracks->name, STYLE_PLAIN, "thread");
	return give_track(tracks, track);
}

static uint32_t add_lane(struct tracks *tracks, uint32_t group, bool is_first)
{
	uint64_t track = lane_track(tracks, &tracks->groups[group], is_first);

	tracks->lanes = array_grow(
		tracks->lanes, tracks->lane_count, &tracks->lane_capacity, sizeof(*tracks->lanes));
	tracks->lanes[tracks->lane_count] = (struct lane){
		.track = track, .until_ns = INT64_MAX, .group = group, .next_free = NO_LANE};
	return (uint32_t)tracks->lane_count++;
}

static uint32_t add_group(struct tracks *tracks, struct lane_group group)
{
	uint32_t number = (uint32_t)tracks->group_count;

	tracks->groups = array_grow(tracks->groups, tracks->group_count, &tracks->group_capacity,
		sizeof(*tracks->groups));
	group.free = NO_LANE;
	tracks->groups[tracks->group_count++] = group;
	tracks->groups[number].first = add_lane(tracks, number, true);
	return number;
}

static uint32_t socket_group(struct tracks *tracks, const struct socket *socket)
{
	uint32_t *known = &tracks->by_socket[socket->number];

	if (*known == 0)
		*known = 1 + add_group(tracks, (struct lane_group){.kind = TRACK_SOCKET,
						       .process = socket_process(socket),
						       .socket = socket,
						       .deepest = 1});
	return *known - 1;
}

/* Processes that had the same thread one after the other are several. */
static uint32_t thread_group(struct tracks *tracks, const struct call *call)
{
	bool is_beside = tracks->is_beside[call->name];
	struct id_map *map = is_beside ? &tracks->beside_thread : &tracks->by_thread;
	uint64_t key = ((uint64_t)call->process->number << 32 | (uint32_t)call->tid) + 1;
	uintptr_t known = (uintptr_t)id_map_get(map, key);

	if (known == 0) {
		known = 1 + add_group(tracks, (struct lane_group){.kind = is_beside ? TRACK_BESIDE
										    : TRACK_THREAD,
						      .process = call->process,
						      .tid = call->tid,
						      .deepest = is_beside ? 1 : UINT32_MAX});
		id_map_put(map, key, (void *)known);
	}
	return (uint32_t)(known - 1);
}

/* --- open slices --------------------------------------------------------------------------- */

/* Of those that end at one time the last that began is the innermost one. */
static bool ends_before(const struct opened *one, const struct opened *other)
{
	return one->end_ns != other->end_ns ? one->end_ns < other->end_ns
					    : one->order > other->order;
}

static void heap_add(struct tracks *tracks, struct opened added)
{
	size_t at = tracks->opened_count;

	tracks->opened =
		array_grow(tracks->opened, at, &tracks->opened_capacity, sizeof(*tracks->opened));
	tracks->opened_count++;
	for (; at > 0 && ends_before(&added, &tracks->opened[(at - 1) / 2]); at = (at - 1) / 2)
		tracks->opened[at] = tracks->opened[(at - 1) / 2];
	tracks->opened[at] = added;
}

static struct opened heap_take(struct tracks *tracks)
{
	struct opened *heap = tracks->opened, first = heap[0], moved = heap[--tracks->opened_count];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < tracks->opened_count) {
		if (child + 1 < tracks->opened_count && ends_before(&heap[child + 1], &heap[child]))
			child++;
		if (!ends_before(&heap[child], &moved))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moved;
	return first;
}

static uint32_t free_lane(struct tracks *tracks, uint32_t number)
{
	uint32_t lane = tracks->groups[number].free;

	if (lane == NO_LANE)
		return add_lane(tracks, number, false);
	tracks->groups[number].free = tracks->lanes[lane].next_free;
	return lane;
}

/* Opens a slice on a track of the group where it is beside no other one. Returns the track. */
static uint64_t open_slice(
	struct tracks *tracks, uint32_t number, const struct planned *planned, uint32_t call)
{
	const struct lane_group *group = &tracks->groups[number];
	const struct lane *first = &tracks->lanes[group->first];
	uint32_t at = first->depth < group->deepest && planned->end_ns <= first->until_ns
			      ? group->first
			      : free_lane(tracks, number);
	struct lane *lane = &tracks->lanes[at];

	if (planned->end_ns != INT64_MAX)
		heap_add(tracks, (struct opened){.end_ns = planned->end_ns,
					 .outer_ns = lane->until_ns,
					 .order = tracks->order++,
					 .lane = at,
					 .call = call});
	lane->until_ns = planned->end_ns;
	lane->depth++;
	return lane->track;
}

/* --- what is said of a slice --------------------------------------------------------------- */

static void note_number(struct tracks *tracks, enum note_key key, int64_t number)
{
	tracks->notes[tracks->note_count++] = (struct note){.key = key, .number = number};
}

static void note_word(struct tracks *tracks, enum note_key key, uint32_t word)
{
	if (word)
		tracks->notes[tracks->note_count++] = (struct note){.key = key, .word = word};
}

static void note_text(struct tracks *tracks, enum note_key key, const char *text)
{
	if (text && *text)
		tracks->notes[tracks->note_count++] = (struct note){.key = key, .text = text};
}

/* Its words stay in `words` until the slice is given. */
static void note_address(
	struct tracks *tracks, enum note_key key, struct text *words, const struct value *address)
{
	char text[ADDRESS_SIZE];

	address_text(text, address);
	begin_words(words, tracks);
	add_words(words, text);
	note_text(tracks, key, end_words(words));
}

static void note_trace(struct tracks *tracks, uint32_t part)
{
	if (tracks->trace->part_count > 1)
		note_number(tracks, NOTE_TRACE, part);
}

static void add_flow(struct tracks *tracks, uint64_t flow)
{
	tracks->flows = array_grow(
		tracks->flows, tracks->flow_count, &tracks->flow_capacity, sizeof(*tracks->flows));
	tracks->flows[tracks->flow_count++] = flow;
}

/* Where clocks of several traces are not the same a cause may seem to be later. */
static bool has_flow(const struct tracks *tracks, const struct link *link)
{
	const struct call *calls = tracks->trace->calls;

	return link->to != NO_CALL && has_link(tracks, link) &&
	       !call_is(&calls[link->to], CALL_UNFINISHED) &&
	       calls[link->from].time_ns < call_end_ns(&calls[link->to]);
}

static uint64_t flow_of_exchange(const struct tracks *tracks, uint32_t number)
{
	return (uint64_t)tracks->links->count + 1 + number;
}

static void give_begin(struct tracks *tracks, struct slice slice)
{
	slice.notes = tracks->notes;
	slice.note_count = tracks->note_count;
	slice.flows = tracks->flows;
	slice.flow_count = tracks->flow_count;
	tracks->sink->begin(tracks->sink->context, &slice);
	tracks->note_count = tracks->flow_count = 0;
}

/* --- bytes in flight ----------------------------------------------------------------------- */

static void give_in_flight(struct tracks *tracks, const struct socket *socket, int64_t time_ns)
{
	uint64_t *track = &tracks->in_flight_tracks[socket->number];

	if (*track == 0) {
		const struct process *process = socket_process(socket);
		uint64_t parent = process_track(tracks, process);
		begin_words(&tracks->name, tracks);
		text_add(&tracks->name, STYLE_PLAIN, "in flight from ");
		add_socket_name(tracks, socket);
		*track = give_track(tracks, (struct track){.kind = TRACK_IN_FLIGHT,
						    .parent = parent,
						    .process = process,
						    .socket = socket});
	}
	tracks->sink->value(
		tracks->sink->context, *track, time_ns, tracks->in_flight[socket->number]);
}

static void take_in_flight(struct tracks *tracks, const struct socket *socket, int64_t bytes)
{
	int64_t *in_flight = &tracks->in_flight[socket->number];

	*in_flight = *in_flight > bytes ? *in_flight - bytes : 0;
}

/* From when the call that sends begins: while it goes on the first bytes may be received. */
static void send_bytes(struct tracks *tracks, uint32_t number)
{
	const struct call *call = &tracks->trace->calls[number];
	const struct links *links = tracks->links;
	int64_t bytes = 0;

	for (size_t i = links_from(links, number);
		i < links->count && links->list[i].from == number; i++)
		if (is_in_flight(tracks, &links->list[i]))
			quantity_add_up(&bytes, links->list[i].bytes);
	if (bytes == 0)
		return;
	quantity_add_up(&tracks->in_flight[call->descriptor->socket->number], bytes);
	give_in_flight(tracks, call->descriptor->socket, call->time_ns);
}

static void receive_bytes(struct tracks *tracks, uint32_t number)
{
	const struct trace *trace = tracks->trace;
	const struct socket *sender = NULL;

	for (size_t i = tracks->links_to[number]; i < tracks->links_to[number + 1]; i++) {
		const struct link *link = &tracks->links->list[tracks->link_list[i]];
		if (link->kind != LINK_DATA || !is_in_flight(tracks, link))
			continue;
		const struct socket *next = trace->calls[link->from].descriptor->socket;
		if (sender && next != sender)
			give_in_flight(tracks, sender, call_end_ns(&trace->calls[number]));
		sender = next;
		take_in_flight(tracks, sender, link->bytes);
	}
	if (sender)
		give_in_flight(tracks, sender, call_end_ns(&trace->calls[number]));
}

static void lose_bytes(struct tracks *tracks, const struct planned *planned)
{
	const struct link *link = &tracks->links->list[planned->number];
	const struct socket *sender = tracks->trace->calls[link->from].descriptor->socket;

	take_in_flight(tracks, sender, link->bytes);
	give_in_flight(tracks, sender, planned->begin_ns);
}

/* --- slices -------------------------------------------------------------------------------- */

/* In the order in which calls become slices. */
static bool begins_before(const struct tracks *tracks, uint32_t one, uint32_t other)
{
	int64_t one_ns = tracks->trace->calls[one].time_ns;
	int64_t other_ns = tracks->trace->calls[other].time_ns;

	return one_ns != other_ns ? one_ns < other_ns : one < other;
}

/* Adds the flows that lead to a call: those from calls that began before it, or the others. */
static void add_flows_to(struct tracks *tracks, uint32_t number, bool is_from_before)
{
	for (size_t i = tracks->links_to[number]; i < tracks->links_to[number + 1]; i++) {
		const struct link *link = &tracks->links->list[tracks->link_list[i]];
		if (has_flow(tracks, link) &&
			begins_before(tracks, link->from, number) == is_from_before)
			add_flow(tracks, (uint64_t)tracks->link_list[i] + 1);
	}
}

static void note_call(struct tracks *tracks, const struct call *call)
{
	note_number(tracks, NOTE_CALL, call->seq);
	note_trace(tracks, call->process->part);
}

/* Perfetto leads a flow to the slice that began later. A call that had begun before what led to it
 * has a slice of no length in it, when it returned. */
static void give_arrival(struct tracks *tracks, uint32_t number, uint64_t track)
{
	const struct call *call = &tracks->trace->calls[number];
	int64_t time_ns = call_end_ns(call);

	add_flows_to(tracks, number, false);
	if (tracks->flow_count == 0)
		return;
	note_call(tracks, call);
	give_begin(tracks, (struct slice){.track = track,
				   .time_ns = time_ns,
				   .category = SLICE_ARRIVAL,
				   .name_word = call->name,
				   .name = "call"});
	tracks->sink->end(tracks->sink->context, track, time_ns);
}

static void end_slice(struct tracks *tracks)
{
	struct opened ended = heap_take(tracks);
	struct lane *lane = &tracks->lanes[ended.lane];
	struct lane_group *group = &tracks->groups[lane->group];

	lane->until_ns = ended.outer_ns;
	lane->depth--;
	if (ended.lane != group->first) {
		lane->next_free = group->free;
		group->free = ended.lane;
	}
	if (ended.call != NO_CALL)
		give_arrival(tracks, ended.call, lane->track);
	tracks->sink->end(tracks->sink->context, lane->track, ended.end_ns);
	if (ended.call != NO_CALL)
		receive_bytes(tracks, ended.call);
}

static void begin_call(struct tracks *tracks, const struct planned *planned)
{
	const struct call *call = &tracks->trace->calls[planned->number];
	const struct links *links = tracks->links;
	struct slice slice = {.time_ns = planned->begin_ns,
		.category = (enum slice_category)call->effect,
		.name_word = call->name,
		.name = "call"};

	slice.track = open_slice(tracks, thread_group(tracks, call), planned, planned->number);
	note_call(tracks, call);
	if (call->fd >= 0)
		note_number(tracks, NOTE_FD, call->fd);
	if (call->descriptor)
		note_number(tracks, NOTE_SOCKET, call->descriptor->socket->id);
	if (!call_is(call, CALL_UNFINISHED))
		note_number(tracks, NOTE_RESULT, call->result);
	note_word(tracks, NOTE_ERROR, call->error);
	if (call->bytes != RECORD_ABSENT)
		note_number(tracks, NOTE_BYTES, call->bytes);
	if (call->address)
		note_word(tracks, NOTE_PEER, call->address);
	else if (call->descriptor && call->descriptor->socket->peer &&
		 socket_is_stream(tracks->trace, call->descriptor->socket))
		note_word(tracks, NOTE_PEER, peer_word(tracks->trace, call->descriptor->socket));
	for (size_t i = links_from(links, planned->number);
		i < links->count && links->list[i].from == planned->number; i++)
		if (has_flow(tracks, &links->list[i]))
			add_flow(tracks, (uint64_t)i + 1);
	add_flows_to(tracks, planned->number, true);
	give_begin(tracks, slice);
	send_bytes(tracks, planned->number);
}

static void begin_socket(struct tracks *tracks, const struct planned *planned)
{
	const struct socket *socket = tracks->trace->sockets[planned->number];
	int64_t bytes_in = 0, bytes_out = 0;

	for (const struct descriptor *holder = socket->holder; holder;
		holder = holder->next_holder) {
		quantity_add_up(&bytes_in, holder->calls.bytes_in);
		quantity_add_up(&bytes_out, holder->calls.bytes_out);
	}
	uint32_t group = socket_group(tracks, socket);
	struct slice slice = {.time_ns = planned->begin_ns,
		.category = SLICE_SOCKET,
		.track = open_slice(tracks, group, planned, NO_CALL)};
	/* An exchange is within it, and beside other ones. */
	tracks->groups[group].deepest = 2;
	begin_words(&tracks->name, tracks);
	add_socket_name(tracks, socket);
	slice.name = end_words(&tracks->name);
	note_number(tracks, NOTE_SOCKET, socket->id);
	note_trace(tracks, socket->part);
	note_address(tracks, NOTE_LOCAL, &tracks->words, socket->local);
	note_address(tracks, NOTE_PEER, &tracks->more, socket->peer);
	note_text(tracks, NOTE_STATE, name_state_of(socket));
	note_number(tracks, NOTE_BYTES_IN, bytes_in);
	note_number(tracks, NOTE_BYTES_OUT, bytes_out);
	give_begin(tracks, slice);
}

/* The call that the exchange begins with at this end, and the flow from the asker to the answerer.
 */
static const struct call *exchange_call(struct tracks *tracks, const struct planned *planned)
{
	const struct exchange *exchange = &tracks->exchanges->list[planned->number];
	struct exchange_span pair[2];
	size_t found = spans_of(tracks->spans, planned->number, pair);

	if (found == 2 && pair[0].begin_ns <= pair[1].begin_ns)
		add_flow(tracks, flow_of_exchange(tracks, planned->number));
	for (size_t i = 0; i < found; i++)
		if ((pair[i].kind == SPAN_CLIENT) == (planned->kind == PLANNED_ASKED))
			return pair[i].call;
	return &tracks->trace->calls[exchange->question_first];
}

static void note_exchange(
	struct tracks *tracks, const struct exchange *exchange, enum planned_kind kind)
{
	const struct exchanges *exchanges = tracks->exchanges;

	if (kind != PLANNED_NOTICE)
		note_text(tracks, NOTE_ROLE, kind == PLANNED_ASKED ? "client" : "server");
	note_text(tracks, NOTE_PROTOCOL, protocol_name((enum protocol)exchange->protocol));
	begin_words(&tracks->words, tracks);
	exchange_add_result(&tracks->words, exchanges, exchange, LONGEST);
	note_text(tracks, NOTE_ANSWER, end_words(&tracks->words));
	note_text(
		tracks, NOTE_OUTCOME, exchange_result_name((enum exchange_result)exchange->result));
	note_number(tracks, NOTE_BYTES_ASKED, (int64_t)(exchange->bytes_asked & INT64_MAX));
	note_number(tracks, NOTE_BYTES_ANSWERED, (int64_t)(exchange->bytes_answered & INT64_MAX));
	if (exchange_has_waited(exchange))
		note_number(tracks, NOTE_WAIT_NS, exchange_wait_ns(exchanges, exchange));
}

static void begin_exchange(struct tracks *tracks, const struct planned *planned)
{
	const struct exchange *exchange = &tracks->exchanges->list[planned->number];
	const struct call *call = exchange_call(tracks, planned);
	const struct socket *socket =
		call->descriptor ? call->descriptor->socket : exchange->socket;
	struct slice slice = {.time_ns = planned->begin_ns,
		.category = SLICE_EXCHANGE,
		.track = open_slice(tracks, socket_group(tracks, socket), planned, NO_CALL)};

	begin_words(&tracks->name, tracks);
	exchange_add_name(&tracks->name, tracks->exchanges, exchange, LONGEST);
	if (tracks->name.length == 0)
		text_add(&tracks->name, STYLE_PLAIN,
			planned->kind == PLANNED_NOTICE ? "notice" : "exchange");
	slice.name = end_words(&tracks->name);
	note_call(tracks, call);
	note_number(tracks, NOTE_SOCKET, socket->id);
	note_exchange(tracks, exchange, (enum planned_kind)planned->kind);
	give_begin(tracks, slice);
}

static void begin_slice(struct tracks *tracks, const struct planned *planned)
{
	switch ((enum planned_kind)planned->kind) {
	case PLANNED_LOST:
		lose_bytes(tracks, planned);
		break;
	case PLANNED_SOCKET:
		begin_socket(tracks, planned);
		break;
	case PLANNED_NOTICE:
	case PLANNED_ASKED:
	case PLANNED_ANSWERED:
		begin_exchange(tracks, planned);
		break;
	case PLANNED_CALL:
		begin_call(tracks, planned);
		break;
	}
}

static bool *find_beside(const struct trace *trace)
{
	static const char of_uring[] = "io_uring_";
	bool *is_beside = xcalloc(trace->strings.count + 1, sizeof(*is_beside));

	for (uint32_t i = 0; i < trace->strings.count; i++)
		is_beside[i] = strncmp(trace_word(trace, i), of_uring, strlen(of_uring)) == 0;
	return is_beside;
}

static void free_tracks(struct tracks *tracks)
{
	spans_free(tracks->spans);
	id_map_free(&tracks->by_thread);
	id_map_free(&tracks->beside_thread);
	free(tracks->planned);
	free(tracks->opened);
	free(tracks->lanes);
	free(tracks->groups);
	free(tracks->by_socket);
	free(tracks->processes);
	free(tracks->in_flight_tracks);
	free(tracks->in_flight);
	free(tracks->is_beside);
	free(tracks->links_to);
	free(tracks->link_list);
	free(tracks->flows);
	text_free(&tracks->name);
	text_free(&tracks->words);
	text_free(&tracks->more);
}

void tracks_show(
	const struct selection *selection, const struct text *text, const struct track_sink *sink)
{
	const struct trace *trace = selection->trace;
	struct tracks tracks = {.selection = selection,
		.trace = trace,
		.links = trace_links(trace),
		.exchanges = trace_exchanges(trace),
		.text = text,
		.sink = sink,
		.spans = spans_new(trace),
		.by_socket = xcalloc(trace->socket_count + 1, sizeof(*tracks.by_socket)),
		.processes = xcalloc(trace->process_count + 1, sizeof(*tracks.processes)),
		.in_flight_tracks =
			xcalloc(trace->socket_count + 1, sizeof(*tracks.in_flight_tracks)),
		.in_flight = xcalloc(trace->socket_count + 1, sizeof(*tracks.in_flight)),
		.is_beside = find_beside(trace)};

	find_links_to(&tracks);
	plan_sockets(&tracks);
	plan_exchanges(&tracks);
	plan_calls(&tracks);
	plan_losses(&tracks);
	if (tracks.planned_count > 1)
		qsort(tracks.planned, tracks.planned_count, sizeof(*tracks.planned), by_begin);
	for (size_t i = 0; i < tracks.planned_count && !text->is_unwanted; i++) {
		const struct planned *planned = &tracks.planned[i];
		while (tracks.opened_count > 0 && tracks.opened[0].end_ns <= planned->begin_ns)
			end_slice(&tracks);
		begin_slice(&tracks, planned);
	}
	while (tracks.opened_count > 0 && !text->is_unwanted)
		end_slice(&tracks);
	free_tracks(&tracks);
}
