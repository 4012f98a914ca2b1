/* SPDX-License-Identifier: MIT */
/* Both sides of a stream, and what viewer/protocol tells of them: for tests and fuzzers. */
#ifndef TESTS_DIALOGUE_H
#define TESTS_DIALOGUE_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/utf8.h"
#include "viewer/protocol/protocol.h"

/* A message as it was told of last. */
struct told {
	size_t exchange;
	struct message message;
	char name[MESSAGE_NAME_SIZE];
	char fields[FIELD_NR][MESSAGE_NAME_SIZE];
};

struct dialogue {
	struct protocol_stream *stream;
	struct told *told; /* owned */
	size_t count, capacity;
	size_t exchanges;
	uint64_t said[2]; /* bytes, by speaker */
	uint32_t calls;
	uint64_t *begins; /* owned: where each call's bytes begin */
	size_t begin_capacity;
	const char *wrong; /* what is not as it is promised; NULL: nothing */
};

static inline void expect(struct dialogue *dialogue, int is_right, const char *promise)
{
	if (!is_right && !dialogue->wrong)
		dialogue->wrong = promise;
}

static inline int is_text(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return 0;
	return utf8_valid_prefix((const unsigned char *)name, length) == length;
}

/* The newest one of the speaker in that exchange, with that role, that began there. */
static inline struct told *told_before(
	struct dialogue *dialogue, size_t exchange, const struct message *message)
{
	for (size_t i = dialogue->count; i > 0 && dialogue->count - i < 64; i--) {
		struct told *told = &dialogue->told[i - 1];
		if (told->exchange == exchange && told->message.role == message->role &&
			told->message.begin == message->begin &&
			told->message.speaker == message->speaker)
			return told;
	}
	return NULL;
}

static inline size_t dialogue_heard(void *listener, size_t exchange, const struct message *message)
{
	struct dialogue *dialogue = listener;
	struct told *told =
		exchange == NO_EXCHANGE ? NULL : told_before(dialogue, exchange, message);
	int is_new = exchange == NO_EXCHANGE;

	expect(dialogue, is_new || exchange < dialogue->exchanges,
		"an exchange is one that was told");
	expect(dialogue, is_new || message->role != MESSAGE_NOTICE || told, "a notice is alone");
	expect(dialogue,
		!is_new || message->role == MESSAGE_QUESTION || message->role == MESSAGE_NOTICE,
		"an exchange begins with a question");
	expect(dialogue, message->role == MESSAGE_UNTOLD || message->begin <= message->end,
		"a message ends behind its beginning");
	expect(dialogue,
		message->role == MESSAGE_UNTOLD || message->end <= dialogue->said[message->speaker],
		"a message was said");
	expect(dialogue, message->first_call <= message->last_call, "calls have an order");
	expect(dialogue, message->last_call <= dialogue->calls, "a message's calls were made");
	if (!dialogue->wrong && message->role != MESSAGE_UNTOLD) {
		uint64_t begin = dialogue->begins[message->first_call];
		expect(dialogue, begin <= message->begin, "a message begins in its first call");
		expect(dialogue, message->begins_call == (begin == message->begin),
			"a message knows whether it begins its call");
	}
	expect(dialogue, strlen(message->name) < MESSAGE_NAME_SIZE && is_text(message->name),
		"a name is text");
	expect(dialogue, !told || told->message.end <= message->end, "a message only grows");
	expect(dialogue, message->told == (told ? told->message.end - told->message.begin : 0),
		"what it has told before it knows");
	if (!told) {
		dialogue->told = array_grow(
			dialogue->told, dialogue->count, &dialogue->capacity, sizeof(*told));
		told = &dialogue->told[dialogue->count++];
	}
	told->exchange = is_new ? dialogue->exchanges++ : exchange;
	told->message = *message;
	snprintf(told->name, sizeof(told->name), "%s", message->name);
	told->message.name = NULL;
	for (int field = 0; field < FIELD_NR; field++) {
		const char *said = message->fields[field] ? message->fields[field] : "";
		expect(dialogue, strlen(said) < MESSAGE_NAME_SIZE && is_text(said),
			"a field is text");
		snprintf(told->fields[field], sizeof(told->fields[field]), "%s", said);
		told->message.fields[field] = NULL;
	}
	return told->exchange;
}

static inline void dialogue_begin(
	struct dialogue *dialogue, enum speaker opener, bool is_from_start)
{
	*dialogue = (struct dialogue){0};
	dialogue->stream = protocol_stream_new(opener, is_from_start, dialogue_heard, dialogue);
}

/* The first `known` of the bytes; the others are a gap. */
static inline void dialogue_say(struct dialogue *dialogue, enum speaker speaker, const void *bytes,
	size_t known, uint64_t length)
{
	dialogue->begins = array_grow(dialogue->begins, ++dialogue->calls,
		&dialogue->begin_capacity, sizeof(*dialogue->begins));
	dialogue->begins[dialogue->calls] = dialogue->said[speaker];
	dialogue->said[speaker] += length;
	protocol_stream_feed(dialogue->stream, speaker, dialogue->calls, bytes, known, length);
}

static inline int told_order(const void *a, const void *b)
{
	const struct message *x = &((const struct told *)a)->message;
	const struct message *y = &((const struct told *)b)->message;

	return x->speaker != y->speaker ? (x->speaker > y->speaker) - (x->speaker < y->speaker)
	       : x->begin != y->begin   ? (x->begin > y->begin) - (x->begin < y->begin)
	       : x->end != y->end       ? (x->end > y->end) - (x->end < y->end)
					: (x->role > y->role) - (x->role < y->role);
}

/* Ends it, and sees that no byte is of two messages. */
static inline void dialogue_end(struct dialogue *dialogue)
{
	const struct message *before = NULL;

	protocol_stream_finish(dialogue->stream);
	protocol_stream_free(dialogue->stream);
	if (dialogue->count > 0)
		qsort(dialogue->told, dialogue->count, sizeof(*dialogue->told), told_order);
	for (size_t i = 0; i < dialogue->count; i++) {
		const struct message *message = &dialogue->told[i].message;
		if (message->role == MESSAGE_UNTOLD)
			continue;
		expect(dialogue,
			!before || before->speaker != message->speaker ||
				before->end <= message->begin,
			"a byte is of one message");
		before = message;
	}
}

/* Whether the same was told of both, whatever calls brought it. */
static inline int dialogue_equals(const struct dialogue *a, const struct dialogue *b)
{
	if (a->count != b->count)
		return 0;
	for (size_t i = 0; i < a->count; i++) {
		const struct message *x = &a->told[i].message, *y = &b->told[i].message;
		if (x->protocol != y->protocol || x->role != y->role || x->speaker != y->speaker ||
			x->begin != y->begin || x->end != y->end ||
			x->has_failed != y->has_failed || x->is_whole != y->is_whole ||
			x->by_turns != y->by_turns || strcmp(a->told[i].name, b->told[i].name) != 0)
			return 0;
		for (int field = 0; field < FIELD_NR; field++)
			if (strcmp(a->told[i].fields[field], b->told[i].fields[field]) != 0)
				return 0;
	}
	return 1;
}

/* A line for each message, for the caller to free: who said it, its place, what it is, its name;
 * and behind an answer the question's. */
static inline char *dialogue_text(const struct dialogue *dialogue)
{
	static const char *const roles[] = {"?", "~", "=", "!", "untold"};
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	for (size_t i = 0; i < dialogue->count; i++) {
		const struct told *told = &dialogue->told[i], *question = NULL;
		const struct message *message = &told->message;

		for (size_t j = 0; j < dialogue->count && message->role != MESSAGE_QUESTION; j++)
			if (dialogue->told[j].exchange == told->exchange &&
				dialogue->told[j].message.role == MESSAGE_QUESTION)
				question = &dialogue->told[j];
		fprintf(file, "%c %s %" PRIu64 "-%" PRIu64 "%s%s%s%s%s%s", "><"[message->speaker],
			roles[message->role], message -> begin, message -> end,
			*protocol_name(message->protocol) ? " " : "",
			protocol_name(message->protocol), *told->name ? " " : "", told->name,
			message->has_failed ? " FAILED" : "", message->by_turns ? " BY-TURNS" : "");
		fprintf(file, "%s",
			message->is_whole || message->role == MESSAGE_UNTOLD ? "" : " OPEN");
		if (question)
			fprintf(file, " <- %" PRIu64, question->message.begin);
		fputc('\n', file);
	}
	fclose(file);
	return text;
}

static inline void dialogue_free(struct dialogue *dialogue)
{
	free(dialogue->told);
	free(dialogue->begins);
}

#endif
