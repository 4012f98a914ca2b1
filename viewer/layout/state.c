/* SPDX-License-Identifier: MIT */
#include "viewer/layout/state.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/relate/complete.h"
#include "viewer/term/quantity.h"

#define LANES_MOST 8

/* --- the steps ------------------------------------------------------------------------------ */

/* Servers stand at the left, and who receives first; who asks, or sends first, at the right. */
static void choose_sides(struct state_steps *steps)
{
	const struct trace *trace = steps->trace;
	const struct causal_order *order = trace_causal_order(trace);
	bool *is_known = xcalloc(trace->process_count + 1, sizeof(*is_known));
	bool has_left = false;

	for (size_t i = 0; i < trace->process_count; i++) {
		const struct process *process = trace->processes[i];
		is_known[i] = process->is_server || process->is_client;
		steps->sides[i] =
			process->is_server || !process->is_client ? SIDE_LEFT : SIDE_RIGHT;
	}
	for (size_t i = 0; i < order->count; i++) {
		const struct call *call = &trace->calls[order->calls[i]];
		uint32_t number = call->process->number;
		if (is_known[number] || !effect_transfers((enum effect)call->effect))
			continue;
		is_known[number] = true;
		steps->sides[number] = call->effect == EFFECT_SEND ? SIDE_RIGHT : SIDE_LEFT;
	}
	for (size_t i = 0; i < trace->process_count; i++)
		has_left |=
			steps->sides[i] == SIDE_LEFT && trace->processes[i]->descriptor_count > 0;
	for (size_t i = 0; i < trace->process_count && !has_left; i++)
		steps->sides[i] = SIDE_LEFT;
	free(is_known);
}

/* What most can be seen of: descriptors, and then whether anything is on its way between them. */
static size_t weight_of(const struct snapshot *snapshot)
{
	return 2 * snapshot->open_count + (snapshot->unread_count > 0);
}

/* The end, where a thread of the trace waits in a call that never returned; else when most
 * descriptors were there. */
static size_t first_step(struct state_steps *steps)
{
	size_t most = 0, found = 0;

	for (size_t i = 0; i < steps->count; i++) {
		snapshot_pass(steps->snapshot, steps->positions[i]);
		if (weight_of(steps->snapshot) > most) {
			most = weight_of(steps->snapshot);
			found = i;
		}
	}
	struct present_thread thread;
	for (size_t i = 0; i < snapshot_thread_count(steps->snapshot); i++)
		if (snapshot_thread(steps->snapshot, i, &thread) &&
			call_is(&steps->trace->calls[thread.call], CALL_UNFINISHED))
			return steps->count - 1;
	return found;
}

struct state_steps *state_steps_new(const struct selection *selection, bool is_full)
{
	const struct trace *trace = selection->trace;
	const struct causal_order *order = trace_causal_order(trace);
	struct state_steps *steps = xcalloc(1, sizeof(*steps));

	steps->selection = selection;
	steps->trace = trace;
	steps->is_full = is_full;
	steps->positions = xcalloc(order->count + 1, sizeof(*steps->positions));
	for (size_t i = 0; i < order->count; i++)
		if (selection_has_call(selection, order->calls[i]) &&
			(is_full || call_has_effect(&trace->calls[order->calls[i]])))
			steps->positions[steps->count++] = i;
	steps->snapshot = snapshot_new(trace);
	steps->processes = process_tree_new(trace);
	steps->order = xcalloc(trace->process_count + 1, sizeof(*steps->order));
	for (uint32_t i = 0; i < trace->process_count; i++)
		steps->order[steps->processes[i].process->number] = i;
	steps->sides = xcalloc(trace->process_count + 1, sizeof(*steps->sides));
	choose_sides(steps);
	steps->first = SIZE_MAX;
	return steps;
}

size_t state_steps_first(struct state_steps *steps)
{
	if (steps->first == SIZE_MAX)
		steps->first = first_step(steps);
	return steps->first;
}

void state_steps_free(struct state_steps *steps)
{
	snapshot_free(steps->snapshot);
	free(steps->positions);
	free(steps->processes);
	free(steps->order);
	free(steps->sides);
	free(steps);
}

size_t state_steps_at(const struct state_steps *steps, int64_t time_ns)
{
	const struct causal_order *order = trace_causal_order(steps->trace);
	int64_t latest_ns = INT64_MIN;
	size_t found = 0;

	for (size_t i = 0; i < steps->count; i++) {
		int64_t step_ns = causal_order_time_ns(
			&steps->trace->calls[order->calls[steps->positions[i]]]);
		latest_ns = step_ns > latest_ns ? step_ns : latest_ns;
		if (latest_ns > time_ns)
			break;
		found = i;
	}
	return found;
}

/* --- what is there --------------------------------------------------------------------------- */

/* A descriptor that is there, and the box that it leads to. */
struct open_descriptor {
	const struct descriptor *descriptor;
	unsigned changes;
	uint32_t box;
};

struct state_builder {
	struct state_steps *steps;
	struct state_picture *picture;
	struct open_descriptor *held; /* owned: in the order of sides, processes, numbers */
	size_t held_count, held_capacity;
	uint32_t actor; /* the number of the process that made the call, or NO_CALL */
	size_t level;   /* how much is folded */
	size_t most;
	uint32_t *box_of; /* owned: by the place of a socket among those present */
	size_t *leader; /* owned: of a process, by its number, the one it is folded into, from 1 */
	size_t *folded; /* owned: of a leader how many it stands for */
	size_t *row_of_box; /* owned: the row that led to a box last */
};

static enum picture_side side_of(const struct state_builder *builder, const struct process *process)
{
	return builder->steps->sides[process->number];
}

static int compare_held(const void *one, const void *other, void *context)
{
	const struct open_descriptor *a = one, *b = other;
	const struct state_builder *builder = context;
	const struct process *left = a->descriptor->process, *right = b->descriptor->process;

	if (side_of(builder, left) != side_of(builder, right))
		return (int)side_of(builder, left) - (int)side_of(builder, right);
	if (left != right)
		return builder->steps->order[left->number] < builder->steps->order[right->number]
			       ? -1
			       : 1;
	if (a->descriptor->fd != b->descriptor->fd)
		return a->descriptor->fd < b->descriptor->fd ? -1 : 1;
	return (a->descriptor->number > b->descriptor->number) -
	       (a->descriptor->number < b->descriptor->number);
}

static void find_held(struct state_builder *builder)
{
	const struct snapshot *snapshot = builder->steps->snapshot;

	for (size_t i = 0; i < snapshot->socket_count; i++)
		for (const struct descriptor *holder = snapshot->sockets[i]->socket->holder; holder;
			holder = holder->next_holder) {
			unsigned changes;
			if (!snapshot_has(snapshot, holder, &changes))
				continue;
			builder->held = array_grow(builder->held, builder->held_count,
				&builder->held_capacity, sizeof(*builder->held));
			builder->held[builder->held_count++] =
				(struct open_descriptor){holder, changes, NO_BOX};
		}
	if (builder->held_count > 1)
		qsort_r(builder->held, builder->held_count, sizeof(*builder->held), compare_held,
			builder);
}

/* --- boxes ---------------------------------------------------------------------------------- */

static void add_line(struct state_box *box, enum state_line line, const struct socket *waiting)
{
	box->lines[box->line_count] = line;
	box->waiting[box->line_count++] = waiting;
}

static void lay_out_lines(struct state_builder *builder, struct state_box *box)
{
	const struct present_socket *present = box->socket;
	const struct snapshot *snapshot = builder->steps->snapshot;
	bool is_listening = present->state == STATE_LISTENING;

	box->line_count = 0;
	add_line(box, STATE_LINE_TITLE, NULL);
	if (present->socket->direction != DIRECTION_PAIR)
		add_line(box, STATE_LINE_LOCAL, NULL);
	add_line(box, STATE_LINE_PEER, NULL);
	if (is_listening) {
		const struct socket *waiting = present->first_waiting;
		add_line(box, STATE_LINE_QUEUE, NULL);
		for (size_t i = 0; waiting && i < STATE_WAITING_MOST; i++) {
			add_line(box, STATE_LINE_WAITING, waiting);
			waiting = snapshot_next_waiting(snapshot, waiting);
		}
		if (waiting)
			add_line(box, STATE_LINE_MORE, NULL);
	} else if (present->state != STATE_NEW && present->state != STATE_GIVEN_BACK) {
		bool is_stream = socket_is_stream(builder->steps->trace, present->socket);
		bool has_stood = present->state != STATE_BOUND &&
				 present->state != STATE_CONNECTING &&
				 present->state != STATE_UNCONNECTED;
		if (box->unread > 0 || box->unread_messages > 0 || (is_stream && has_stood))
			add_line(box, STATE_LINE_UNREAD, NULL);
		if (has_stood || box->bytes_in > 0 || box->bytes_out > 0)
			add_line(box, STATE_LINE_BYTES, NULL);
	}
	if (box->lost > 0)
		add_line(box, STATE_LINE_LOST, NULL);
	box->height = box->line_count + 1;
}

/* Sockets that a reader cannot tell apart by what they do: of one kind, in one state, with one
 * address that they share, none of which the call has changed. */
static bool are_alike(const struct present_socket *one, const struct present_socket *other)
{
	const struct socket *a = one->socket, *b = other->socket;

	if (one->changes || other->changes || one->state == STATE_LISTENING ||
		one->state != other->state || one->is_peer_gone != other->is_peer_gone ||
		one->is_cut != other->is_cut || a->family != b->family || a->type != b->type ||
		a->direction != b->direction)
		return false;
	if (a->direction == DIRECTION_IN)
		return strcmp(one->known.local, other->known.local) == 0;
	if (a->direction == DIRECTION_OUT)
		return strcmp(one->known.peer, other->known.peer) == 0;
	return true;
}

static void count_in(struct state_box *box, const struct present_socket *present)
{
	box->count++;
	box->changes |= present->changes;
	quantity_add_up(&box->unread, present->unread);
	quantity_add_up(&box->bytes_in, present->bytes_in);
	quantity_add_up(&box->bytes_out, present->bytes_out);
	quantity_add_up(&box->lost, present->lost);
	box->unread_messages += present->unread_messages;
}

/* The box for the socket of the descriptor, which may be that of others: of those that are there
 * the last few are looked at, so that many kinds of sockets are no trouble. */
#define KINDS_MOST 64

static uint32_t box_for(struct state_builder *builder, const struct present_socket *present)
{
	struct state_picture *picture = builder->picture;
	uint32_t *known = &builder->box_of[present->place];

	if (*known != NO_BOX)
		return *known;
	for (size_t i = picture->box_count, seen = 0;
		builder->level > 0 && i-- > 0 && seen < KINDS_MOST; seen++)
		if (are_alike(picture->boxes[i].socket, present)) {
			count_in(&picture->boxes[i], present);
			return *known = (uint32_t)i;
		}
	picture->boxes = array_grow(picture->boxes, picture->box_count, &picture->box_capacity,
		sizeof(*picture->boxes));
	struct state_box *box = &picture->boxes[picture->box_count];
	*box = (struct state_box){.socket = present, .other = NO_BOX};
	count_in(box, present);
	return *known = (uint32_t)picture->box_count++;
}

static void find_boxes(struct state_builder *builder)
{
	const struct snapshot *snapshot = builder->steps->snapshot;
	struct state_picture *picture = builder->picture;

	picture->box_count = 0;
	for (size_t i = 0; i < snapshot->socket_count; i++)
		builder->box_of[i] = NO_BOX;
	for (size_t i = 0; i < builder->held_count; i++) {
		struct open_descriptor *held = &builder->held[i];
		const struct present_socket *present =
			snapshot_find(snapshot, held->descriptor->socket);
		size_t before = picture->box_count;
		held->box = box_for(builder, present);
		if (picture->box_count > before && picture->columns > 1)
			picture->boxes[held->box].column =
				side_of(builder, held->descriptor->process);
	}
	/* On their way in a message. */
	for (size_t i = 0; i < snapshot->socket_count; i++)
		box_for(builder, snapshot->sockets[i]);
	for (size_t i = 0; i < picture->box_count; i++) {
		struct state_box *box = &picture->boxes[i];
		const struct present_socket *other =
			snapshot_find(snapshot, box->socket->socket->other_end);
		if (other && box->count == 1 &&
			picture->boxes[builder->box_of[other->place]].count == 1)
			box->other = builder->box_of[other->place];
		lay_out_lines(builder, box);
	}
}

/* --- the sides ------------------------------------------------------------------------------ */

static struct state_row *add_row(struct state_builder *builder, struct state_row row)
{
	struct state_picture *picture = builder->picture;

	picture->rows = array_grow(
		picture->rows, picture->row_count, &picture->row_capacity, sizeof(*picture->rows));
	picture->rows[picture->row_count] = row;
	return &picture->rows[picture->row_count++];
}

static size_t held_end(const struct state_builder *builder, size_t first)
{
	size_t end = first;

	while (end < builder->held_count &&
		builder->held[end].descriptor->process == builder->held[first].descriptor->process)
		end++;
	return end;
}

static int compare_boxes(const void *one, const void *other)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	return (a > b) - (a < b);
}

/* The boxes that a process's descriptors lead to, sorted; for the caller to free. */
static uint32_t *boxes_of(
	const struct state_builder *builder, size_t first, size_t end, size_t *count)
{
	uint32_t *boxes = xcalloc(end - first + 1, sizeof(*boxes));

	for (size_t i = first; i < end; i++)
		boxes[i - first] = builder->held[i].box;
	qsort(boxes, end - first, sizeof(*boxes), compare_boxes);
	*count = 0;
	for (size_t i = 0; i < end - first; i++)
		if (i == 0 || boxes[i] != boxes[*count - 1])
			boxes[(*count)++] = boxes[i];
	return boxes;
}

static bool has_changes(const struct state_builder *builder, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (builder->held[i].changes)
			return true;
	return false;
}

/* Processes of one program that lead to the same boxes are one, unless the call was made by them.
 */
static void fold_processes(struct state_builder *builder)
{
	size_t leader = 0, leader_count = 0;
	uint32_t *leader_boxes = NULL;

	memset(builder->leader, 0, builder->steps->trace->process_count * sizeof(*builder->leader));
	memset(builder->folded, 0, builder->steps->trace->process_count * sizeof(*builder->folded));
	for (size_t first = 0, end; builder->level > 1 && first < builder->held_count;
		first = end) {
		const struct process *process = builder->held[first].descriptor->process;
		size_t count;
		end = held_end(builder, first);
		if (process->number == builder->actor || has_changes(builder, first, end))
			continue;
		uint32_t *boxes = boxes_of(builder, first, end, &count);
		const struct process *before =
			leader_boxes ? builder->held[leader].descriptor->process : NULL;
		if (before && before->program && process->program &&
			strcmp(before->program, process->program) == 0 && count == leader_count &&
			side_of(builder, before) == side_of(builder, process) &&
			memcmp(boxes, leader_boxes, count * sizeof(*boxes)) == 0) {
			builder->leader[process->number] = before->number + 1;
			builder->folded[before->number]++;
			free(boxes);
			continue;
		}
		free(leader_boxes);
		leader = first;
		leader_boxes = boxes;
		leader_count = count;
	}
	free(leader_boxes);
}

/* The calls that have not returned, and the one that was made, by process and descriptor. */
struct progress_list {
	struct present_thread *list; /* owned */
	bool *is_placed;             /* owned */
	size_t count, capacity;
};

static uint64_t progress_key(const struct process *process, const struct descriptor *on)
{
	return (uint64_t)process->number << 32 | (on ? on->number : UINT32_MAX);
}

static int compare_progress(const void *one, const void *other, void *context)
{
	const struct present_thread *a = one, *b = other;
	const struct call *calls = context, *left = &calls[a->call], *right = &calls[b->call];
	uint64_t left_key = progress_key(a->process, left->descriptor);
	uint64_t right_key = progress_key(b->process, right->descriptor);

	if (left_key != right_key)
		return left_key < right_key ? -1 : 1;
	if (left->name != right->name)
		return left->name < right->name ? -1 : 1;
	return (a->tid > b->tid) - (a->tid < b->tid);
}

static void add_progress(struct progress_list *progress, struct present_thread thread)
{
	progress->list = array_grow(
		progress->list, progress->count, &progress->capacity, sizeof(*progress->list));
	progress->list[progress->count++] = thread;
}

static void find_progress(const struct state_builder *builder, struct progress_list *progress)
{
	const struct snapshot *snapshot = builder->steps->snapshot;

	if (snapshot->call != NO_CALL) {
		const struct call *call = &snapshot->trace->calls[snapshot->call];
		add_progress(progress,
			(struct present_thread){call->process, call->tid, snapshot->call});
	}
	for (size_t i = 0; i < snapshot_thread_count(snapshot); i++) {
		struct present_thread thread;
		if (snapshot_thread(snapshot, i, &thread) && thread.call != snapshot->call)
			add_progress(progress, thread);
	}
	if (progress->count > 1)
		qsort_r(progress->list, progress->count, sizeof(*progress->list), compare_progress,
			snapshot->trace->calls);
	progress->is_placed = xcalloc(progress->count + 1, sizeof(*progress->is_placed));
}

/* Those of the process on the descriptor; NULL: those that have no row yet. */
static size_t add_calls(struct state_builder *builder, struct progress_list *progress,
	const struct process *process, const struct descriptor *on, size_t row)
{
	struct state_picture *picture = builder->picture;
	const struct snapshot *snapshot = builder->steps->snapshot;
	uint64_t from = on ? progress_key(process, on) : (uint64_t)process->number << 32;
	uint64_t to = progress_key(process, on);
	size_t low = 0, high = progress->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct present_thread *thread = &progress->list[middle];
		if (progress_key(thread->process, snapshot->trace->calls[thread->call].descriptor) <
			from)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < progress->count; low++) {
		const struct present_thread *thread = &progress->list[low];
		const struct call *call = &snapshot->trace->calls[thread->call];
		bool is_made = thread->call == snapshot->call && !call_is(call, CALL_UNFINISHED);
		if (progress_key(thread->process, call->descriptor) > to)
			break;
		if (progress->is_placed[low])
			continue;
		progress->is_placed[low] = true;
		struct state_row *last = &picture->rows[picture->row_count - 1];
		const struct call *before =
			last->kind == STATE_CALL ? &snapshot->trace->calls[last->call] : NULL;
		picture->has_call |= !is_made;
		if (builder->level > 0 && before && !last->is_made && !is_made &&
			before->name == call->name && before->descriptor == call->descriptor) {
			last->count++;
			continue;
		}
		add_row(builder, (struct state_row){.kind = STATE_CALL,
					 .side = side_of(builder, process),
					 .row = row,
					 .process = process,
					 .count = 1,
					 .call = thread->call,
					 .tid = thread->tid,
					 .is_made = is_made,
					 .box = NO_BOX,
					 .lane = NO_LANE});
		row++;
	}
	return row;
}

/* From `row` on. Descriptors stand in the rows of their boxes, where these are below. */
static size_t add_process(struct state_builder *builder, struct progress_list *progress,
	size_t first, size_t end, const struct process *process, size_t row)
{
	struct state_picture *picture = builder->picture;
	enum picture_side side = side_of(builder, process);
	size_t heading = picture->row_count;

	add_row(builder, (struct state_row){.kind = STATE_PROCESS,
				 .side = side,
				 .row = row,
				 .process = process,
				 .count = builder->folded[process->number] + 1,
				 .call = NO_CALL,
				 .box = NO_BOX,
				 .lane = NO_LANE});
	row++;
	for (size_t i = first; i < end; i++) {
		const struct open_descriptor *held = &builder->held[i];
		const struct state_box *box = &picture->boxes[held->box];
		size_t *known = &builder->row_of_box[held->box];
		if (box->count > 1 && *known > heading && *known < picture->row_count &&
			picture->rows[*known].box == held->box) {
			picture->rows[*known].count++;
			continue;
		}
		if (row < box->row)
			row = box->row;
		*known = picture->row_count;
		add_row(builder, (struct state_row){.kind = STATE_DESCRIPTOR,
					 .side = side,
					 .row = row,
					 .process = process,
					 .count = 1,
					 .descriptor = held->descriptor,
					 .changes = held->changes,
					 .call = NO_CALL,
					 .box = held->box,
					 .lane = NO_LANE});
		row = add_calls(builder, progress, process, held->descriptor, row + 1);
	}
	return add_calls(builder, progress, process, NULL, row);
}

static void lay_out_boxes(struct state_builder *builder)
{
	struct state_picture *picture = builder->picture;
	size_t row[SIDE_COUNT] = {1, 1};

	for (size_t i = 0; i < picture->box_count; i++) {
		struct state_box *box = &picture->boxes[i];
		const struct state_box *other =
			box->other != NO_BOX && box->other < i ? &picture->boxes[box->other] : NULL;
		if (other && other->column != box->column && row[box->column] < other->row)
			row[box->column] = other->row;
		box->row = row[box->column];
		row[box->column] += box->height;
	}
	picture->height = row[0] > row[1] ? row[0] : row[1];
}

static void lay_out_sides(struct state_builder *builder)
{
	struct state_picture *picture = builder->picture;
	struct progress_list progress = {0};
	size_t row[SIDE_COUNT] = {0, 0};
	bool has_actor = false;

	picture->row_count = 0;
	picture->has_call = false;
	picture->processes_left_out = 0;
	find_progress(builder, &progress);
	for (size_t first = 0, end; first < builder->held_count; first = end) {
		const struct process *process = builder->held[first].descriptor->process;
		enum picture_side side = side_of(builder, process);
		end = held_end(builder, first);
		has_actor |= process->number == builder->actor;
		if (builder->leader[process->number] > 0)
			continue;
		if (builder->level > 2 && row[side] >= builder->most &&
			process->number != builder->actor) {
			picture->processes_left_out += builder->folded[process->number] + 1;
			continue;
		}
		if (row[side] > 0)
			row[side]++;
		row[side] = add_process(builder, &progress, first, end, process, row[side]);
	}
	if (builder->actor != NO_CALL && !has_actor) {
		const struct process *process = builder->steps->trace->processes[builder->actor];
		enum picture_side side = side_of(builder, process);
		row[side] = add_process(
			builder, &progress, 0, 0, process, row[side] > 0 ? row[side] + 1 : 0);
	}
	for (size_t i = 0; i < SIDE_COUNT; i++)
		if (row[i] > picture->height)
			picture->height = row[i];
	free(progress.list);
	free(progress.is_placed);
}

/* --- lines ---------------------------------------------------------------------------------- */

/* What leads from one side to one box over a lane. */
struct bundle {
	uint32_t box;
	enum picture_side side;
	size_t top, bottom, port;
};

static bool is_straight(const struct state_row *row, const struct state_box *box)
{
	return row->row >= box->row && row->row + 1 < box->row + box->height;
}

/* A row of the box in which no other line of that side ends or begins. */
static size_t free_port(const bool *is_taken, const struct state_box *box)
{
	for (size_t row = box->row; row + 1 < box->row + box->height; row++)
		if (!is_taken[row])
			return row;
	return box->row;
}

static int compare_bundles(const void *one, const void *other)
{
	const struct bundle *a = one, *b = other;

	if (a->top != b->top)
		return a->top < b->top ? -1 : 1;
	return (a->box > b->box) - (a->box < b->box);
}

static size_t find_bundles(
	struct state_builder *builder, enum picture_side side, struct bundle *bundles, size_t *at)
{
	struct state_picture *picture = builder->picture;
	bool *is_taken = xcalloc(picture->height + 2, sizeof(*is_taken));
	size_t count = 0;

	for (size_t i = 0; i < picture->row_count; i++)
		if (picture->rows[i].side == side && picture->rows[i].box != NO_BOX)
			is_taken[picture->rows[i].row] = true;
	for (size_t i = 0; i < picture->box_count; i++)
		at[i] = SIZE_MAX;
	for (size_t i = 0; i < picture->row_count; i++) {
		struct state_row *row = &picture->rows[i];
		if (row->side != side || row->box == NO_BOX)
			continue;
		const struct state_box *box = &picture->boxes[row->box];
		row->port = row->row;
		if (is_straight(row, box) && (picture->columns == 1 || box->column == side))
			continue;
		if (at[row->box] == SIZE_MAX) {
			size_t port = free_port(is_taken, box);
			is_taken[port] = true;
			at[row->box] = count;
			bundles[count++] = (struct bundle){row->box, side, port, port, port};
		}
		struct bundle *bundle = &bundles[at[row->box]];
		if (row->row < bundle->top)
			bundle->top = row->row;
		if (row->row > bundle->bottom)
			bundle->bottom = row->row;
		row->port = bundle->port;
	}
	free(is_taken);
	return count;
}

/* Lanes are taken from the kernel outwards, each free below what it has. */
static void choose_lanes(struct state_builder *builder, enum picture_side side)
{
	struct state_picture *picture = builder->picture;
	struct bundle *bundles = xcalloc(picture->box_count + 1, sizeof(*bundles));
	size_t *at = xcalloc(picture->box_count + 1, sizeof(*at));
	uint32_t *lanes = xcalloc(picture->box_count + 1, sizeof(*lanes)); /* by box */
	size_t free_from[LANES_MOST] = {0};
	size_t count = find_bundles(builder, side, bundles, at);

	qsort(bundles, count, sizeof(*bundles), compare_bundles);
	picture->lanes[side] = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t lane = 0;
		while (lane < LANES_MOST && free_from[lane] > bundles[i].top)
			lane++;
		lanes[bundles[i].box] = lane < LANES_MOST ? lane : NO_LANE;
		if (lane == LANES_MOST)
			continue;
		free_from[lane] = bundles[i].bottom + 1;
		if (lane >= picture->lanes[side])
			picture->lanes[side] = lane + 1;
	}
	for (size_t i = 0; i < picture->row_count; i++) {
		struct state_row *row = &picture->rows[i];
		if (row->side != side || row->box == NO_BOX || at[row->box] == SIZE_MAX ||
			(row->port == row->row && is_straight(row, &picture->boxes[row->box])))
			continue;
		row->lane = lanes[row->box];
		row->is_named = row->lane == NO_LANE;
	}
	free(bundles);
	free(at);
	free(lanes);
}

/* --- the picture ---------------------------------------------------------------------------- */

/* What the call has to do with comes first; the rest as far as there is room. */
static void cut(struct state_builder *builder)
{
	struct state_picture *picture = builder->picture;
	size_t kept = 0, height = 0;
	bool *is_kept = xcalloc(builder->picture->box_count + 1, sizeof(*is_kept));
	const struct snapshot *snapshot = builder->steps->snapshot;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < picture->box_count; i++) {
			const struct state_box *box = &picture->boxes[i];
			if (is_kept[i] || (pass == 0 && !box->changes) ||
				height + box->height > builder->most)
				continue;
			is_kept[i] = true;
			height += box->height;
			kept++;
		}
	if (kept == picture->box_count) {
		free(is_kept);
		return;
	}
	size_t held_count = 0;
	for (size_t i = 0; i < builder->held_count; i++)
		if (is_kept[builder->held[i].box])
			builder->held[held_count++] = builder->held[i];
	builder->held_count = held_count;
	uint32_t *moved = xcalloc(picture->box_count + 1, sizeof(*moved));
	size_t count = 0;
	for (size_t i = 0; i < picture->box_count; i++) {
		moved[i] = is_kept[i] ? (uint32_t)count : NO_BOX;
		if (!is_kept[i])
			picture->sockets_left_out += picture->boxes[i].count;
		else
			picture->boxes[count++] = picture->boxes[i];
	}
	picture->box_count = count;
	for (size_t i = 0; i < builder->held_count; i++)
		builder->held[i].box = moved[builder->held[i].box];
	for (size_t i = 0; i < count; i++)
		if (picture->boxes[i].other != NO_BOX)
			picture->boxes[i].other = moved[picture->boxes[i].other];
	for (size_t i = 0; i < snapshot->socket_count; i++)
		builder->box_of[i] = moved[builder->box_of[i]];
	free(moved);
	free(is_kept);
}

static void lay_out(struct state_builder *builder)
{
	find_boxes(builder);
	if (builder->level > 2)
		cut(builder);
	fold_processes(builder);
	lay_out_boxes(builder);
	lay_out_sides(builder);
}

/* What ends has a cross in place of the dot of its state. */
static void add_changes(struct state_picture *picture, unsigned changes)
{
	bool is_end = changes & CHANGE_ENDED;

	picture->has_end |= is_end;
	picture->has_mark |=
		(is_end ? changes & ~(CHANGE_ENDED | CHANGE_STATE | CHANGE_NEW) : changes) != 0;
}

struct state_picture *state_picture_new(
	struct state_steps *steps, size_t step, size_t columns, size_t most)
{
	struct state_picture *picture = xcalloc(1, sizeof(*picture));
	struct state_builder builder = {
		.steps = steps, .picture = picture, .most = most, .actor = NO_CALL};

	*picture = (struct state_picture){.trace = steps->trace,
		.snapshot = steps->snapshot,
		.step = step,
		.step_count = steps->count,
		.columns = columns};
	if (step < steps->count)
		snapshot_go(steps->snapshot, steps->positions[step]);
	if (steps->snapshot->call != NO_CALL)
		builder.actor = steps->trace->calls[steps->snapshot->call].process->number;
	builder.box_of = xcalloc(steps->snapshot->socket_count + 1, sizeof(*builder.box_of));
	builder.leader = xcalloc(steps->trace->process_count + 1, sizeof(*builder.leader));
	builder.folded = xcalloc(steps->trace->process_count + 1, sizeof(*builder.folded));
	builder.row_of_box =
		xcalloc(steps->snapshot->socket_count + 1, sizeof(*builder.row_of_box));
	find_held(&builder);
	lay_out(&builder);
	while (most > 0 && picture->height > most && builder.level < 3) {
		builder.level++;
		lay_out(&builder);
	}
	choose_lanes(&builder, SIDE_LEFT);
	choose_lanes(&builder, SIDE_RIGHT);
	for (size_t i = 0; i < picture->box_count; i++)
		add_changes(picture, picture->boxes[i].changes);
	for (size_t i = 0; i < picture->row_count; i++)
		add_changes(picture, picture->rows[i].changes);
	free(builder.held);
	free(builder.box_of);
	free(builder.leader);
	free(builder.folded);
	free(builder.row_of_box);
	return picture;
}

void state_picture_free(struct state_picture *picture)
{
	free(picture->rows);
	free(picture->boxes);
	free(picture);
}
