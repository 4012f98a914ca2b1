/* SPDX-License-Identifier: MIT */
/*
 * What differs between two traces, of which each is what it comes to (side.h): only what is
 *certain, so that two runs of a program that behaves the same have none.
 *
 *	struct differences *differences = differences_new(first, second, 0, false);
 *	for (size_t i = 0; i < differences->count; i++)
 *		… differences->list[i] …
 *	differences_free(differences);
 */
#ifndef VIEWER_DIFFERENCE_H
#define VIEWER_DIFFERENCE_H

#include "viewer/compare/side.h"

/* In the order in which they are told. */
enum difference_kind {
	DIFFERENCE_FAILURE, /* something fails, or never ends, on one side alone */
	DIFFERENCE_RESULT,  /* another one, and none of them is a failure */
	DIFFERENCE_ADDRESS, /* the program turns to another one, and listens at another one */
	DIFFERENCE_ONLY,    /* it happens on one side alone */
	DIFFERENCE_ORDER,
	DIFFERENCE_COUNT,
	DIFFERENCE_SIZE,
	DIFFERENCE_TIME,
	DIFFERENCE_KINDS
};

/* What it is on one of both sides. */
struct difference_side {
	const struct side_peer *peer;   /* NULL: the side has none */
	const struct side_topic *topic; /* NULL: it has none, or it is about the peer */
	char *words;                    /* owned: a trace's may be among them, as they are */
	uint32_t call;                  /* that shows it; NO_CALL: none alone does */
};

struct difference {
	enum difference_kind kind;
	const char *about; /* what of it differs: "connections", "order"; NULL: that is clear */
	int64_t at_ns;     /* when it shows first, since its trace began */
	struct difference_side sides[2];
};

struct differences {
	const struct side *sides[2]; /* borrowed */
	struct difference *list;     /* owned: what matters most first, of that the earliest */
	size_t count, capacity;
	size_t peers, topics; /* that are on both sides: how many were compared */
	/* Of each side; of these nothing of what they ask is compared but how many bytes. */
	size_t exchanges[2], unnamed[2];
};

/* Waits count as longer when they are so by a factor, and by so much at least: 0 for what
 * difference.c says. `is_ascii`: the words are plain letters, but for those of a trace. */
struct differences *differences_new(
	const struct side *first, const struct side *second, int64_t longer_ns, bool is_ascii);
void differences_free(struct differences *differences);

#endif
