/* SPDX-License-Identifier: MIT */
#include "tracer/call/recorded_calls.h"

#include <stdio.h>
#include <string.h>

/* As strace(1) calls them: whatever is recorded is of the network. */
static bool is_all(const char *word)
{
	static const char *const words[] = {"all", "%all", "network", "%network", "net", "%net"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static bool is_named(const struct syscall_row *row, const char *word)
{
	/* recv(3) makes another call than recv(2), which only 32-bit programs have. */
	if (strcmp(word, "recv") == 0)
		word = effect_name(EFFECT_RECEIVE);
	return is_all(word) || strcmp(row->name, word) == 0 ||
	       (!row->hook && strcmp(effect_name(row->effect), word) == 0);
}

static bool apply(struct recorded_calls *recorded, const char *word)
{
	bool leaves_out = word[0] == '!', is_known = false;

	if (!recorded->has_words)
		memset(recorded->is_left_out, !leaves_out, sizeof(recorded->is_left_out));
	recorded->has_words = true;
	for (size_t i = 0; i < syscall_count() && i < RECORDED_ROWS; i++) {
		if (!is_named(syscall_row(i), word + leaves_out))
			continue;
		recorded->is_left_out[i] = leaves_out;
		is_known = true;
	}
	/* An effect that no row has: fcntl's duplicates, and what a later version may record. */
	return is_known || effect_from_name(word + leaves_out) >= 0;
}

bool recorded_calls_add(
	struct recorded_calls *recorded, const char *words, char *wrong, size_t size)
{
	while (true) {
		size_t length = strcspn(words, ",");
		snprintf(wrong, size, "%.*s", (int)length, words);
		if (length >= size || !apply(recorded, wrong))
			return false;
		if (words[length] == '\0')
			return true;
		words += length + 1;
	}
}
