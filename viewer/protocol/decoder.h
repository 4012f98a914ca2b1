/* SPDX-License-Identifier: MIT */
/*
 * A stream, as the decoder of its protocol sees it. A decoder reads units, such as a line, a header
 * or a body: it says how long the unit is whose beginning it is given, and is told when all of it
 * has passed. So it meets no gap but where a unit's length is in it.
 *
 * A message consists of units: say_begin() before its first, say_end() when its last has passed.
 */
#ifndef VIEWER_PROTOCOL_DECODER_H
#define VIEWER_PROTOCOL_DECODER_H

#include "viewer/protocol/message.h"

struct protocol_stream;

/* A unit whose length needs more bytes than these to be known is none of any protocol here. */
#define UNIT_LIMIT 16384

/* A unit that ends with its speaker's side of the stream. */
#define UNTIL_END UINT64_MAX

/* Returned instead of the length of a unit. */
#define MORE_NEEDED 0                /* more bytes are needed to know it */
#define NOT_SPOKEN  (UINT64_MAX - 1) /* these bytes are none of the protocol's */

enum verdict {
	VERDICT_NO,
	VERDICT_PERHAPS, /* more bytes are needed to know it */
	VERDICT_YES,
};

/* What is said first, or first in a turn: by one side, and then perhaps by the other. */
struct opening {
	enum speaker first;
	const unsigned char *bytes[2]; /* by speaker */
	size_t count[2];
	bool is_cut[2];     /* what follows these bytes is not known */
	bool is_at_start;   /* nothing was said before */
	enum speaker asker; /* as far as that is known without these */
};

struct decoder {
	enum protocol protocol;
	size_t state_size; /* of a struct of zeros, which each stream has for it */
	/* Says who asks when it is sure, if the bytes say so. The more bytes it has, the surer it
	 * is, and never of something else. */
	enum verdict (*recognise)(const struct opening *opening, enum speaker *asker);
	/* The length of the unit at the beginning of `bytes`, which may be longer than these.
	 * `is_cut`: what follows them is not known. */
	uint64_t (*unit)(struct protocol_stream *stream, enum speaker speaker,
		const unsigned char *bytes, size_t count, bool is_cut);
	/* All of it has passed. */
	void (*passed)(struct protocol_stream *stream, enum speaker speaker);
	/* The speaker's message was cut, and its turn has ended: its next unit begins a message. */
	void (*resume)(struct protocol_stream *stream, enum speaker speaker);
	/* What else is said cannot be decoded. NULL: nothing is to be done. */
	void (*lost)(struct protocol_stream *stream);
	/* Frees what the state holds. NULL: nothing. */
	void (*release)(void *state);
};

/* A question that waits for its answer. */
struct asked {
	size_t exchange; /* NO_EXCHANGE: it is being said, and not told yet */
	uint32_t note;   /* the decoder's */
};

/* What a decoder keeps of the stream it decodes. */
void *stream_state(struct protocol_stream *stream);
enum speaker stream_asker(const struct protocol_stream *stream);
static inline enum speaker speaker_other(enum speaker speaker)
{
	return speaker == SPEAKER_SELF ? SPEAKER_PEER : SPEAKER_SELF;
}

/* Begins a message with the unit that is being read. A question waits for its answer from now on,
 * and `note` is given back with it. An answer is that to the question that waits longest: of none,
 * it is a notice. */
void say_question(struct protocol_stream *stream, enum speaker speaker, uint32_t note);
void say_answer(struct protocol_stream *stream, enum speaker speaker);
void say_interim(struct protocol_stream *stream, enum speaker speaker);
void say_notice(struct protocol_stream *stream, enum speaker speaker);

/* A question that does not wait in the row, and an answer to such a one. */
void say_question_apart(struct protocol_stream *stream, enum speaker speaker);
void say_in_exchange(struct protocol_stream *stream, enum speaker speaker, size_t exchange);

/* Where the speaker's open message has its name, MESSAGE_NAME_SIZE bytes; "" at first. */
char *said_name(struct protocol_stream *stream, enum speaker speaker);

/* The same of a field; what was said of it stands there. */
char *said_field(struct protocol_stream *stream, enum speaker speaker, enum message_field field);

void said_failed(struct protocol_stream *stream, enum speaker speaker);

/* The note of the question that is being said is another one. */
void said_note(struct protocol_stream *stream, enum speaker speaker, uint32_t note);

/* What is being said gets no answer: it is a notice, and no question. */
void said_unasking(struct protocol_stream *stream, enum speaker speaker);

/* The speaker says something at present. */
bool is_saying(const struct protocol_stream *stream, enum speaker speaker);

/* The open message has ended with the last byte that passed. Returns its exchange. */
size_t say_end(struct protocol_stream *stream, enum speaker speaker);

/* The message that ended last goes on. */
void say_again(struct protocol_stream *stream, enum speaker speaker);

/* The question that waits longest, or NULL. */
struct asked *stream_asked(struct protocol_stream *stream);

/* How many wait. */
size_t stream_asked_count(const struct protocol_stream *stream);

/* All was seen from the beginning of the protocol on. */
bool stream_is_whole(const struct protocol_stream *stream);

/* A question waits, and others may that were not seen. */
bool stream_is_doubtful(const struct protocol_stream *stream);

/* Nobody can tell what answers the exchange's question. */
void stream_untold(struct protocol_stream *stream, size_t exchange);

/* These four are for unit(), which returns what they do. Behind the last two, and behind lost(),
 * there is no state any more. */

/* The end of the message that is being said is not known any more: all that its speaker says
 * belongs to it until the other one speaks. */
uint64_t stream_cut(struct protocol_stream *stream, enum speaker speaker);

/* The asker has not waited for answers, some of which were not seen. */
uint64_t stream_overlaps(struct protocol_stream *stream);

/* What follows is bytes alone, of the protocol, or of nobody knows which. For passed(), too. */
uint64_t stream_close(struct protocol_stream *stream, enum protocol protocol);

/* What follows on both sides is another protocol, to be recognised. For passed(), too. */
uint64_t stream_change(struct protocol_stream *stream);

#endif
