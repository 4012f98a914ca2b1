/* SPDX-License-Identifier: MIT */
#include "format/hash.h"
#include "format/memory.h"
#include "viewer/layout/sequence_builder.h"
#include "viewer/term/quantity.h"

/* A run of more steps than this is shown by its beginning and its end. */
#define LONG_RUN    16
#define SHOWN_FIRST 8
#define SHOWN_LAST  4

/* The same of connections that are alike. */
#define MANY_CONNECTIONS  6
#define CONNECTIONS_SHOWN 2

static void add_fold(struct fold *sum, const struct fold *fold)
{
	sum->steps += fold->steps;
	sum->turns += fold->turns;
	quantity_add_up(&sum->bytes_left, fold->bytes_left);
	quantity_add_up(&sum->bytes_right, fold->bytes_right);
}

/* A step that stands for `count` others, which make up so many connections or are of those that go
 * on: 0. */
static struct step sum_up(struct sequence *sequence, size_t from, size_t count, size_t connections)
{
	const struct step *steps = &sequence->steps[from];
	struct fold fold = {.connections = (uint32_t)connections};
	struct step sum = {.kind = STEP_FOLD,
		.from = NO_LIFELINE,
		.to = NO_LIFELINE,
		.from_call = NO_CALL,
		.to_call = NO_CALL,
		.connection = steps[0].connection,
		.time_ns = steps[0].time_ns};
	int before = 0;

	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];
		bool is_left = step->to != NO_LIFELINE && step->to < step->from;
		int direction = is_left ? -1 : 1;
		if (step->connection != sum.connection)
			sum.connection = 0;
		if (step->kind == STEP_FOLD)
			add_fold(&fold, &sequence->folds[step->fold]);
		/* What arrives was counted where it left. */
		if (step->arrow == ARROW_ARRIVES || step->cargo != CARGO_BYTES)
			continue;
		fold.steps++;
		fold.turns += direction != before;
		before = direction;
		quantity_add_up(is_left ? &fold.bytes_left : &fold.bytes_right, step->bytes);
	}
	sum.fold = (uint32_t)sequence->fold_count;
	sequence->folds = array_grow(sequence->folds, sequence->fold_count,
		&sequence->fold_capacity, sizeof(*sequence->folds));
	sequence->folds[sequence->fold_count++] = fold;
	return sum;
}

static size_t run_length(const struct sequence *sequence, size_t from)
{
	size_t end = from;

	while (end < sequence->step_count && sequence->steps[end].cargo == CARGO_BYTES)
		end++;
	return end - from;
}

static void fold_transfers(struct sequence *sequence)
{
	struct step *steps = sequence->steps;
	size_t count = 0;

	for (size_t i = 0; i < sequence->step_count;) {
		size_t length = run_length(sequence, i), end = i + (length ? length : 1);
		while (i < end) {
			size_t middle = length > LONG_RUN ? length - SHOWN_FIRST - SHOWN_LAST : 0;
			if (middle && i == end - length + SHOWN_FIRST) {
				steps[count++] = sum_up(sequence, i, middle, 0);
				i += middle;
			}
			steps[count++] = steps[i++];
		}
	}
	sequence->step_count = count;
}

static bool begins_connection(const struct step *step)
{
	return step->kind == STEP_PHASE && step->phase == PHASE_ESTABLISHMENT &&
	       step->connection != 0;
}

/* What a step looks like, but for what it carries. */
static uint64_t look(const struct sequence *sequence, const struct step *step)
{
	uint32_t index = step->from_call != NO_CALL ? step->from_call : step->to_call;
	const struct call *call = index == NO_CALL ? NULL : &sequence->trace->calls[index];
	uint64_t parts[] = {step->kind, step->arrow, step->link, step->phase, step->from, step->to,
		step->from_call == NO_CALL, step->to_call == NO_CALL,
		call ? (uint64_t)call->effect << 32 | call->error : 0};

	return hash_of(parts, sizeof(parts));
}

/* A connection's steps, up to where the next one begins. */
struct block {
	size_t end;
	uint64_t look;
};

static struct block block_at(const struct sequence *sequence, size_t from)
{
	struct block block = {from, 0};

	do {
		block.look = block.look * 31 + look(sequence, &sequence->steps[block.end++]);
	} while (block.end < sequence->step_count &&
		 !begins_connection(&sequence->steps[block.end]));
	return block;
}

static void keep(struct step *steps, size_t *count, size_t from, size_t to)
{
	while (from < to)
		steps[(*count)++] = steps[from++];
}

/* Where the first ones of a run of connections that are alike end, where its last one begins, and
 * where it ends. */
struct run {
	size_t length, first_end, last_begin, end;
};

static struct run run_at(const struct sequence *sequence, size_t from)
{
	struct block first = block_at(sequence, from), block = first;
	struct run run = {.last_begin = from, .first_end = first.end};

	for (size_t begin = from; block.look == first.look; begin = run.end) {
		run.last_begin = begin;
		run.end = block.end;
		if (++run.length <= CONNECTIONS_SHOWN)
			run.first_end = block.end;
		if (block.end == sequence->step_count)
			break;
		block = block_at(sequence, block.end);
	}
	return run;
}

static void fold_connections(struct sequence *sequence)
{
	struct step *steps = sequence->steps;
	size_t count = 0, at = 0;

	while (at < sequence->step_count) {
		if (!begins_connection(&steps[at])) {
			steps[count++] = steps[at++];
			continue;
		}
		struct run run = run_at(sequence, at);
		if (run.length <= MANY_CONNECTIONS) {
			keep(steps, &count, at, run.end);
		} else {
			struct step sum = sum_up(sequence, run.first_end,
				run.last_begin - run.first_end, run.length - CONNECTIONS_SHOWN - 1);
			keep(steps, &count, at, run.first_end);
			steps[count++] = sum;
			keep(steps, &count, run.last_begin, run.end);
		}
		at = run.end;
	}
	sequence->step_count = count;
}

void sequence_fold(struct sequence *sequence)
{
	fold_transfers(sequence);
	fold_connections(sequence);
}
