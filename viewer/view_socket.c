#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/header.h"
#include "viewer/rank.h"
#include "viewer/socket_facts.h"
#include "viewer/socket_life.h"
#include "viewer/socket_table.h"
#include "viewer/view.h"

/* The descriptors of each socket, those of one after those of another. */
struct holders {
	const struct descriptor **list; /* owned */
	size_t *first;                  /* owned; of each socket, and one more */
};

static struct holders holders_of(const struct trace *trace)
{
	struct holders holders = {
		.list = xcalloc(trace->descriptor_count + 1, sizeof(*holders.list)),
		.first = xcalloc(trace->socket_count + 2, sizeof(*holders.first)),
	};

	for (size_t i = 0; i < trace->descriptor_count; i++)
		holders.first[trace->descriptors[i]->socket->number + 2]++;
	for (size_t i = 2; i < trace->socket_count + 2; i++)
		holders.first[i] += holders.first[i - 1];
	/* Now [n + 1] is where the next one of socket n goes; at the end it is where n + 1 begins.
	 */
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		holders.list[holders.first[descriptor->socket->number + 1]++] = descriptor;
	}
	return holders;
}

static void choose(struct rank *rank, const struct trace *trace, const struct holders *holders,
	const struct view_options *options)
{
	for (uint32_t i = 0; i < trace->socket_count; i++) {
		int64_t in = 0, out = 0, calls = 0;
		for (size_t j = holders->first[i]; j < holders->first[i + 1]; j++) {
			const struct descriptor *descriptor = holders->list[j];
			calls += descriptor->is_left_out ? 0 : (int64_t)descriptor->call_count;
			in = descriptor->bytes_in > in ? descriptor->bytes_in : in;
			out = descriptor->bytes_out > out ? descriptor->bytes_out : out;
		}
		if (calls > 0 && !trace->sockets[i]->is_left_out)
			rank_add(rank, i, in, out, 0, calls);
	}
	rank_choose(rank, options->sort, options->is_full ? SIZE_MAX : options->top);
}

static void draw_socket(struct text *text, const struct trace *trace, const struct holders *holders,
	uint32_t number, bool is_full)
{
	const struct descriptor *const *list = holders->list + holders->first[number];
	size_t count = holders->first[number + 1] - holders->first[number];
	struct life life = life_of(trace, list, count, is_full);

	text_end_line(text);
	socket_facts_draw(text, trace, trace->sockets[number], list, count);
	text_end_line(text);
	socket_table_draw(text, trace, &life);
	life_free(&life);
}

void view_socket(struct text *text, const struct trace *trace, const struct view_options *options)
{
	struct holders holders = holders_of(trace);
	struct rank rank = {0};

	header_draw(text, trace);
	choose(&rank, trace, &holders, options);
	for (size_t i = 0; i < rank.chosen && !text->is_unwanted; i++)
		draw_socket(text, trace, &holders, rank.list[i].number, options->is_full);
	if (rank.count == 0) {
		text_add(text, STYLE_PLAIN,
			trace->left_out ? "No call fits." : "No socket was used.");
		text_end_line(text);
	}
	rank_say_rest(text, &rank, "sockets (--top=N, --full)");
	rank_free(&rank);
	free(holders.list);
	free(holders.first);
}
