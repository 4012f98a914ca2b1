/* SPDX-License-Identifier: MIT */
#include "viewer/term/gaps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

struct gaps {
	struct text *text;
	bool (*sink)(void *context, const char *bytes, size_t length);
	void *context;
	struct text numbered; /* owned: lines with numbers, before the sink has them */
	char **answers;       /* owned: of (1), (2) … */
	size_t count, capacity;
	size_t first; /* of the line */
};

static const char *escape_end(const char *at, const char *end)
{
	const char *letter = *at == '\033' ? memchr(at, 'm', (size_t)(end - at)) : NULL;

	return letter ? letter + 1 : at;
}

/* What is seen of it, without colours and the blanks behind it; for the caller to free. */
static char *answer_of(const char *bytes, const char *end)
{
	char *answer = xcalloc((size_t)(end - bytes) + 1, 1);
	size_t length = 0;

	while (bytes < end) {
		const char *after = escape_end(bytes, end);
		if (after == bytes)
			answer[length++] = *bytes++;
		else
			bytes = after;
	}
	while (length > 0 && answer[length - 1] == ' ')
		answer[--length] = '\0';
	return answer;
}

/* Counts from 1; 0: there are too many. Takes the answer. */
static size_t number_of(struct gaps *gaps, char *answer)
{
	for (size_t i = gaps->first; i < gaps->count; i++)
		if (strcmp(gaps->answers[i], answer) == 0) {
			free(answer);
			return i + 1;
		}
	if (gaps->count == GAPS_MOST) {
		free(answer);
		return 0;
	}
	gaps->answers =
		array_grow(gaps->answers, gaps->count, &gaps->capacity, sizeof(*gaps->answers));
	gaps->answers[gaps->count++] = answer;
	return gaps->count;
}

static void number_gap(struct gaps *gaps, const char *bytes, const char *end)
{
	struct text *text = &gaps->numbered;
	char *answer = answer_of(bytes, end);
	size_t blanks = 0;

	for (const char *at = end; at > bytes && at[-1] == ' '; at--)
		blanks++;
	size_t columns = text_columns(answer) + blanks;
	size_t number = number_of(gaps, answer);
	if (number == 0) {
		text_raw(text, bytes, (size_t)(end - bytes));
		return;
	}
	char words[32];
	size_t length = (size_t)snprintf(words, sizeof(words), "(%zu)", number);
	text_raw(text, words, length);
	for (; length < columns; length++)
		text_raw(text, "_", 1);
}

static bool write_numbered(void *context, const char *bytes, size_t length)
{
	struct gaps *gaps = context;
	const char *end = bytes + length;

	gaps->numbered.length = 0;
	while (bytes < end) {
		size_t plain = 0;
		while (bytes + plain < end && bytes[plain] != GAP_BEGIN &&
			bytes[plain] != GAP_END && bytes[plain] != '\n')
			plain++;
		text_raw(&gaps->numbered, bytes, plain);
		bytes += plain;
		if (bytes == end)
			break;
		if (*bytes == '\n') {
			text_raw(&gaps->numbered, bytes, 1);
			gaps->first = gaps->count;
		} else if (*bytes == GAP_BEGIN) {
			const char *begin = ++bytes;
			while (bytes < end && *bytes != GAP_END && *bytes != '\n')
				bytes++;
			number_gap(gaps, begin, bytes);
			if (bytes < end && *bytes == '\n')
				continue; /* it was cut */
		}
		bytes += bytes < end;
	}
	return gaps->sink(gaps->context, gaps->numbered.bytes, gaps->numbered.length);
}

struct gaps *gaps_new(struct text *text)
{
	struct gaps *gaps = xcalloc(1, sizeof(*gaps));

	*gaps = (struct gaps){.text = text, .sink = text->sink, .context = text->context};
	text->sink = write_numbered;
	text->context = gaps;
	return gaps;
}

static void add_answers(const struct gaps *gaps, struct text *text)
{
	text_end_line(text);
	text_add(text, STYLE_TITLE, "answers");
	text_end_line(text);
	for (size_t i = 0; i < gaps->count; i++) {
		size_t columns = text_columns(gaps->answers[i]);
		char number[32];
		snprintf(number, sizeof(number), "(%zu) ", i + 1);
		if (text->column > 0 && text->column + strlen(number) + columns > text->width)
			text_end_line(text);
		text_add(text, STYLE_FAINT, number);
		text_raw(text, gaps->answers[i], strlen(gaps->answers[i]));
		text->column += columns;
		text_add(text, STYLE_PLAIN, "  ");
	}
	if (gaps->count > 0)
		text_end_line(text);
}

void gaps_finish(struct gaps *gaps)
{
	gaps_finish_into(gaps, gaps->text);
}

void gaps_finish_into(struct gaps *gaps, struct text *answers)
{
	struct text *text = gaps->text;

	text_flush(text);
	text->sink = gaps->sink;
	text->context = gaps->context;
	text->gaps = GAP_NONE;
	add_answers(gaps, answers);
	for (size_t i = 0; i < gaps->count; i++)
		free(gaps->answers[i]);
	free(gaps->answers);
	text_free(&gaps->numbered);
	free(gaps);
}
