/* SPDX-License-Identifier: MIT */
/*
 * Streams and datagrams of any bytes, in any pieces, with gaps. What is told of a stream keeps its
 * promises, and is the same byte by byte.
 */
#include <stdlib.h>

#include "tests/dialogue.h"
#include "tests/fuzz/target.h"

/* A transfer as it stands in the input, before its bytes. */
struct transfer {
	uint8_t flags; /* 1: of the peer; 2: the speaker's end; 4: with a gap; 8: with a long one */
	uint8_t known[2], gap[2];
};

static void say(struct dialogue *dialogue, struct input input, size_t most)
{
	struct transfer transfer;
	uint8_t beginning;

	input_take(&input, &beginning, sizeof(beginning));
	dialogue_begin(dialogue, (enum speaker)((beginning & 3) % 3), beginning & 4);
	while (input_take(&input, &transfer, sizeof(transfer)) > 0) {
		enum speaker speaker = transfer.flags & 1 ? SPEAKER_PEER : SPEAKER_SELF;
		size_t known = (size_t)transfer.known[0] << 8 | transfer.known[1];
		uint64_t gap = (uint64_t)transfer.gap[0] << 8 | transfer.gap[1];

		known = known < input.size ? known : input.size;
		gap = transfer.flags & 8 ? gap << 40 : transfer.flags & 4 ? gap : 0;
		for (size_t at = 0, piece; at < known; at += piece) {
			piece = most < known - at ? most : known - at;
			dialogue_say(dialogue, speaker, input.bytes + at, piece, piece);
		}
		if (gap > 0)
			dialogue_say(dialogue, speaker, NULL, 0, gap);
		if (transfer.flags & 2)
			protocol_stream_end(dialogue->stream, speaker);
		input.bytes += known;
		input.size -= known;
	}
	dialogue_end(dialogue);
	if (dialogue->wrong) {
		fprintf(stderr, "%s\n", dialogue->wrong);
		abort();
	}
}

static void run_stream(struct input *input)
{
	struct dialogue whole, cut;

	say(&whole, *input, SIZE_MAX);
	say(&cut, *input, 1);
	if (!dialogue_equals(&whole, &cut)) {
		char *texts[] = {dialogue_text(&whole), dialogue_text(&cut)};
		fprintf(stderr, "whole:\n%sbyte by byte:\n%s", texts[0], texts[1]);
		abort();
	}
	dialogue_free(&whole);
	dialogue_free(&cut);
}

static void run_packet(struct input *input)
{
	struct packet packet;
	uint8_t port[2], more;

	input_take(input, port, sizeof(port));
	input_take(input, &more, sizeof(more));
	if (protocol_packet(&packet, input->bytes, input->size, input->size + more,
		    (uint16_t)(port[0] << 8 | port[1])) &&
		!is_text(packet.name))
		abort();
}

static const struct {
	const char *name;
	void (*run)(struct input *input);
} targets[] = {
	{"stream", run_stream},
	{"packet", run_packet},
};

const char *target_name(size_t target)
{
	return target < sizeof(targets) / sizeof(*targets) ? targets[target].name : NULL;
}

void target_run(size_t target, struct input *input)
{
	targets[target].run(input);
}
