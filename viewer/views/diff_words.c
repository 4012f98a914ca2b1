/* SPDX-License-Identifier: MIT */
#include "viewer/views/diff_words.h"

#include <stdio.h>
#include <string.h>

#include "viewer/term/dictionary.h"

const char *diff_kind_name(enum difference_kind kind)
{
	static const char *const names[] = {
		[DIFFERENCE_ADDRESS] = "address",
		[DIFFERENCE_FAILURE] = "failure",
		[DIFFERENCE_RESULT] = "result",
		[DIFFERENCE_ONLY] = "only",
		[DIFFERENCE_ORDER] = "order",
		[DIFFERENCE_COUNT] = "count",
		[DIFFERENCE_SIZE] = "size",
		[DIFFERENCE_TIME] = "time",
	};

	return names[kind];
}

const char *diff_kind_title(enum difference_kind kind)
{
	static const char *const titles[] = {
		[DIFFERENCE_FAILURE] = "What fails",
		[DIFFERENCE_ADDRESS] = "Addresses",
		[DIFFERENCE_RESULT] = "Other results",
		[DIFFERENCE_ONLY] = "Only in one",
		[DIFFERENCE_ORDER] = "Order",
		[DIFFERENCE_COUNT] = "How often",
		[DIFFERENCE_SIZE] = "Sizes",
		[DIFFERENCE_TIME] = "Times",
	};

	return titles[kind];
}

const char *diff_role_name(enum side_role role)
{
	static const char *const names[] = {
		[SIDE_PROGRAM] = "program",
		[SIDE_LISTENER] = "listener",
		[SIDE_CLIENT] = "client",
		[SIDE_SERVER] = "server",
		[SIDE_PAIR] = "pair",
	};

	return names[role];
}

const char *diff_topic_name(const struct side *side, const struct side_topic *topic)
{
	switch (topic->kind) {
	case TOPIC_END:
		return dictionary_words(side->language, "end");
	case TOPIC_CONNECT:
		return "connect";
	case TOPIC_CALL:
	case TOPIC_LINE:
		break;
	case TOPIC_EXCHANGE:
		if (topic->name == 0)
			return dictionary_words(side->language,
				topic->protocol == PROTOCOL_TLS ? "encrypted" : "bytes");
		break;
	}
	return side_word(side, topic->shown);
}

const struct difference_side *diff_where(const struct difference *difference, int *on)
{
	bool is_second = !difference->sides[0].peer ||
			 (!difference->sides[0].topic && difference->sides[1].topic);

	*on = is_second;
	return &difference->sides[is_second];
}

const char *diff_address(const struct differences *differences, const struct difference *difference)
{
	const struct side_peer *first = difference->sides[0].peer,
			       *second = difference->sides[1].peer;
	const struct side_peer *peer = first ? first : second;
	const struct side *side = differences->sides[0];

	if (!first || !second || first->address == second->address ||
		first->normal != second->normal)
		return side_word(side, peer->address);
	return side_word(side, first->normal);
}

static unsigned int left_out(const struct trace *trace)
{
	unsigned int effects = 0;

	for (size_t i = 0; i < trace->part_count; i++)
		if (trace->parts[i].header)
			effects |= trace->parts[i].header->left_out;
	return effects;
}

bool diff_has_other_calls(const struct differences *differences)
{
	return left_out(differences->sides[0]->trace) != left_out(differences->sides[1]->trace);
}

const char *diff_note(const struct differences *differences, size_t index)
{
	const char *notes[3] = {NULL, NULL, NULL};
	size_t count = 0;

	if (differences->sides[0]->is_nameless)
		notes[count++] =
			"What is asked and answered is not compared, but for its length: one "
			"of the traces has no payloads.";
	if (diff_has_other_calls(differences))
		notes[count] = "One of the traces leaves calls out that the other one has: some "
			       "differences may be of that.";
	return notes[index];
}

/* "5"; "3 and 5" */
static void both_counts(char words[60], const size_t counts[2], enum language language)
{
	if (counts[0] == counts[1])
		snprintf(words, 60, "%zu", counts[0]);
	else
		snprintf(
			words, 60, dictionary_words(language, "%zu and %zu"), counts[0], counts[1]);
}

void diff_compared(
	char *words, size_t size, const struct differences *differences, enum language language)
{
	const size_t *exchanges = differences->exchanges, *unnamed = differences->unnamed;
	const char *peers_end = differences->peers == 1 ? "" : "s";
	const char *exchanges_end = exchanges[0] == 1 && exchanges[1] == 1 ? "" : "s";
	char all[60], some[60];

	both_counts(all, exchanges, language);
	both_counts(some, unnamed, language);
	if (unnamed[0] == 0 && unnamed[1] == 0)
		snprintf(words, size,
			dictionary_words(language, "%zu peer%s and %s exchange%s compared"),
			differences->peers, peers_end, all, exchanges_end);
	else
		snprintf(words, size,
			dictionary_words(language,
				"%zu peer%s and %s exchange%s (%s by their bytes alone) compared"),
			differences->peers, peers_end, all, exchanges_end, some);
}

static void put(struct text *text, const char *words)
{
	text_raw(text, words, strlen(words));
}

void diff_put_subject(struct text *text, const struct differences *differences,
	const struct difference *difference)
{
	int on;
	const struct difference_side *where = diff_where(difference, &on);
	const struct side *side = differences->sides[on];
	const char *address = diff_address(differences, difference);
	const char *program = side_word(side, where->peer->program);
	const char *kind = side_word(side, where->peer->kind);

	const char *peer = *address ? address : kind;

	put(text, *program ? program : dictionary_words(text->language, "process"));
	switch (where->peer->role) {
	case SIDE_PROGRAM:
		break;
	case SIDE_LISTENER:
		text_addf(text, STYLE_PLAIN, " listens on %s", peer);
		break;
	case SIDE_CLIENT:
		put(text, text_choose(text, " → ", " -> "));
		put(text, peer);
		break;
	case SIDE_SERVER:
		text_addf(text, STYLE_PLAIN,
			text_choose(text, " ← clients of %s", " <- clients of %s"), peer);
		break;
	case SIDE_PAIR:
		text_add_separator(text, STYLE_PLAIN, ':');
		put(text, "socketpair");
		break;
	}
	if (where->topic) {
		text_add_separator(text, STYLE_PLAIN, ':');
		put(text, diff_topic_name(side, where->topic));
	}
	if (difference->about) {
		text_add_separator(text, STYLE_PLAIN, ':');
		text_add(text, STYLE_PLAIN, difference->about);
	}
}
