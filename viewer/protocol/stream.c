/* SPDX-License-Identifier: MIT */
#include "viewer/protocol/stream.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/protocol/decoder.h"
#include "viewer/protocol/decoders.h"

/* So many bytes of each side have to be enough to recognise a protocol. */
#define OPENING_LIMIT 4096

/* No alert of TLS is longer. */
#define FAREWELL_LIMIT 64

/* A message that is being said. */
struct utterance {
	struct message message;
	size_t exchange; /* NO_EXCHANGE: not told yet */
	uint64_t asked;  /* a question's place in the row of those that were asked */
	bool is_open, is_answered;
};

/* One of the two sides. */
struct voice {
	uint64_t offset;          /* of the first byte that has not passed */
	uint64_t rest;            /* of the unit that passes; UNTIL_END: as many as there will be */
	uint32_t unit_call, call; /* brought the unit's first byte, and the last one that passed */
	uint64_t unit_at;         /* of the first byte that the former brought */
	uint64_t fed;             /* how many bytes there were in all */
	uint32_t fed_call;        /* the last one that brought any */
	uint64_t lost_at;         /* behind the offset where a decoder could not go on */
	bool is_cut;              /* nobody knows where its message ends */
	unsigned char head[TLS_HEADER]; /* of its turn, as far as it is known */
	size_t head_count;
	unsigned char *kept; /* owned: the beginning of a unit that is not known yet */
	size_t kept_count, kept_capacity;
	struct utterance said;
	char *name;             /* owned: of what is being said; NULL until there was any */
	char *fields[FIELD_NR]; /* the same */
};

/* A transfer, or the end of a side, that waits until it is known what is spoken. */
struct piece {
	enum speaker speaker;
	uint32_t call;
	uint64_t at; /* of the call's first byte */
	bool is_end;
	size_t known;
	uint64_t length;
};

/* What was said since nobody knows what is spoken. */
struct held {
	struct piece *pieces; /* owned */
	size_t count, capacity, at;
	unsigned char *bytes[2]; /* owned: the known ones of the pieces, by speaker */
	size_t byte_count[2], byte_capacity[2], byte_at[2];
};

enum mode {
	MODE_LISTENING, /* to what is spoken */
	MODE_DECODING,
	MODE_TURNS, /* bytes alone */
};

struct protocol_stream {
	const struct decoder *const *decoders;
	message_heard heard;
	void *listener;
	enum mode mode;
	enum protocol protocol;        /* of what is said by turns */
	const struct decoder *decoder; /* while it decodes */
	void *state;                   /* owned, the decoder's */
	enum speaker asker;
	bool is_at_start; /* nothing was said, or nothing in what is carried now */
	bool is_closed;   /* what is said by turns is not listened to any more */
	bool has_pipelined;
	enum speaker judged; /* whose turn is bytes alone */
	struct voice voices[2];
	struct asked *asked; /* owned, a ring: those from first to next wait */
	size_t asked_capacity;
	uint64_t asked_first, asked_next;
	struct held held;
	bool is_whole; /* its decoder has had all from the beginning on */
};

void *stream_state(struct protocol_stream *stream)
{
	return stream->state;
}

enum speaker stream_asker(const struct protocol_stream *stream)
{
	return stream->asker;
}

/* --- questions that wait --- */

static struct asked *asked_at(struct protocol_stream *stream, uint64_t place)
{
	return &stream->asked[place & (stream->asked_capacity - 1)];
}

static uint64_t ask(struct protocol_stream *stream, uint32_t note)
{
	size_t count = stream_asked_count(stream), capacity = stream->asked_capacity;

	if (count == capacity) {
		struct asked *wider = xcalloc(capacity ? 2 * capacity : 2, sizeof(*wider));
		for (uint64_t at = stream->asked_first; at < stream->asked_next; at++)
			wider[at & ((capacity ? 2 * capacity : 2) - 1)] = *asked_at(stream, at);
		free(stream->asked);
		stream->asked = wider;
		stream->asked_capacity = capacity ? 2 * capacity : 2;
	}
	*asked_at(stream, stream->asked_next) = (struct asked){NO_EXCHANGE, note};
	return stream->asked_next++;
}

struct asked *stream_asked(struct protocol_stream *stream)
{
	return stream_asked_count(stream) > 0 ? asked_at(stream, stream->asked_first) : NULL;
}

size_t stream_asked_count(const struct protocol_stream *stream)
{
	return (size_t)(stream->asked_next - stream->asked_first);
}

/* --- messages --- */

/* Tells of what the speaker has said until now. */
static void tell(struct protocol_stream *stream, enum speaker speaker)
{
	struct voice *voice = &stream->voices[speaker];
	struct utterance *said = &voice->said;

	said->message.end = voice->offset;
	if (voice->offset == said->message.begin)
		said->message.last_call = said->message.first_call;
	else if (!said->is_answered)
		said->message.last_call = voice->call;
	said->message.name = voice->name ? voice->name : "";
	for (int field = 0; field < FIELD_NR; field++)
		said->message.fields[field] = voice->fields[field];
	said->exchange = stream->heard(stream->listener, said->exchange, &said->message);
	said->message.told = said->message.end - said->message.begin;
	if (said->message.role == MESSAGE_QUESTION && said->asked >= stream->asked_first &&
		said->asked < stream->asked_next)
		asked_at(stream, said->asked)->exchange = said->exchange;
}

void stream_untold(struct protocol_stream *stream, size_t exchange)
{
	const struct message untold = {
		.protocol = stream->protocol,
		.role = MESSAGE_UNTOLD,
		.speaker = speaker_other(stream->asker),
		.name = "",
	};

	stream->heard(stream->listener, exchange, &untold);
}

/* Nobody can tell any more which answers are those of the questions that wait. */
static void untell(struct protocol_stream *stream)
{
	for (int speaker = 0; speaker < 2; speaker++) {
		struct utterance *said = &stream->voices[speaker].said;
		if (said->is_open && said->message.role == MESSAGE_QUESTION &&
			said->exchange == NO_EXCHANGE)
			tell(stream, speaker);
	}
	for (; stream_asked_count(stream) > 0; stream->asked_first++)
		stream_untold(stream, stream_asked(stream)->exchange);
}

static void say(struct protocol_stream *stream, enum speaker speaker, enum message_role role,
	size_t exchange)
{
	struct voice *voice = &stream->voices[speaker];

	voice->said = (struct utterance){
		.message =
			{
				.protocol = stream->protocol,
				.role = role,
				.speaker = speaker,
				.begin = voice->offset,
				.first_call = voice->unit_call,
				.begins_call = voice->offset == voice->unit_at,
			},
		.exchange = exchange,
		.is_open = true,
	};
	if (voice->name)
		voice->name[0] = '\0';
	for (int field = 0; field < FIELD_NR; field++)
		if (voice->fields[field])
			voice->fields[field][0] = '\0';
}

void say_question(struct protocol_stream *stream, enum speaker speaker, uint32_t note)
{
	if (stream_asked_count(stream) > 0 || is_saying(stream, speaker_other(speaker)))
		stream->has_pipelined = true;
	say(stream, speaker, MESSAGE_QUESTION, NO_EXCHANGE);
	stream->voices[speaker].said.asked = ask(stream, note);
}

/* Of the question that waits longest; NO_EXCHANGE: none does. A question that goes on is told, so
 * that it has one. */
static size_t exchange_asked(struct protocol_stream *stream, enum speaker speaker)
{
	const struct asked *asked = stream_asked(stream);

	if (asked && asked->exchange == NO_EXCHANGE)
		tell(stream, speaker_other(speaker));
	return asked ? asked->exchange : NO_EXCHANGE;
}

void say_answer(struct protocol_stream *stream, enum speaker speaker)
{
	size_t exchange = exchange_asked(stream, speaker);
	struct utterance *other = &stream->voices[speaker_other(speaker)].said;

	say(stream, speaker, exchange == NO_EXCHANGE ? MESSAGE_NOTICE : MESSAGE_ANSWER, exchange);
	if (exchange == NO_EXCHANGE)
		return;
	stream->asked_first++;
	other->is_answered = other->exchange == exchange;
}

void say_interim(struct protocol_stream *stream, enum speaker speaker)
{
	size_t exchange = exchange_asked(stream, speaker);

	say(stream, speaker, exchange == NO_EXCHANGE ? MESSAGE_NOTICE : MESSAGE_INTERIM, exchange);
}

void say_notice(struct protocol_stream *stream, enum speaker speaker)
{
	say(stream, speaker, MESSAGE_NOTICE, NO_EXCHANGE);
}

void say_question_apart(struct protocol_stream *stream, enum speaker speaker)
{
	say(stream, speaker, MESSAGE_QUESTION, NO_EXCHANGE);
	stream->voices[speaker].said.asked = UINT64_MAX;
}

void say_in_exchange(struct protocol_stream *stream, enum speaker speaker, size_t exchange)
{
	say(stream, speaker, MESSAGE_ANSWER, exchange);
}

char *said_name(struct protocol_stream *stream, enum speaker speaker)
{
	struct voice *voice = &stream->voices[speaker];

	if (!voice->name)
		voice->name = xcalloc(MESSAGE_NAME_SIZE, 1);
	return voice->name;
}

char *said_field(struct protocol_stream *stream, enum speaker speaker, enum message_field field)
{
	char **said = &stream->voices[speaker].fields[field];

	if (!*said)
		*said = xcalloc(MESSAGE_NAME_SIZE, 1);
	return *said;
}

void said_failed(struct protocol_stream *stream, enum speaker speaker)
{
	stream->voices[speaker].said.message.has_failed = true;
}

bool is_saying(const struct protocol_stream *stream, enum speaker speaker)
{
	return stream->voices[speaker].said.is_open;
}

void said_note(struct protocol_stream *stream, enum speaker speaker, uint32_t note)
{
	const struct utterance *said = &stream->voices[speaker].said;

	if (said->asked >= stream->asked_first && said->asked < stream->asked_next)
		asked_at(stream, said->asked)->note = note;
}

void said_unasking(struct protocol_stream *stream, enum speaker speaker)
{
	struct utterance *said = &stream->voices[speaker].said;

	if (said->exchange != NO_EXCHANGE || said->asked + 1 != stream->asked_next)
		return;
	stream->asked_next--;
	said->message.role = MESSAGE_NOTICE;
}

size_t say_end(struct protocol_stream *stream, enum speaker speaker)
{
	struct utterance *said = &stream->voices[speaker].said;

	said->message.is_whole = true;
	tell(stream, speaker);
	said->is_open = false;
	return said->exchange;
}

void say_again(struct protocol_stream *stream, enum speaker speaker)
{
	struct utterance *said = &stream->voices[speaker].said;

	said->is_open = true;
	said->message.is_whole = said->message.by_turns = false;
}

static void end_turn(struct protocol_stream *stream, enum speaker speaker)
{
	if (is_saying(stream, speaker)) {
		stream->voices[speaker].said.message.by_turns = true;
		say_end(stream, speaker);
	}
}

/* --- bytes alone --- */

static void take_turn(
	struct protocol_stream *stream, const struct piece *piece, const unsigned char *bytes)
{
	enum speaker speaker = piece->speaker;
	struct voice *voice = &stream->voices[speaker];

	end_turn(stream, speaker_other(speaker));
	if (!is_saying(stream, speaker)) {
		voice->unit_call = piece->call;
		voice->unit_at = piece->at;
		voice->head_count = 0;
		/* A turn answers one question. */
		if (stream->asker == speaker && stream_asked_count(stream) > 0) {
			untell(stream);
			stream->is_closed = true;
		}
		if (stream->asker == SPEAKER_UNKNOWN)
			say_notice(stream, speaker);
		else if (stream->asker == speaker)
			say_question(stream, speaker, 0);
		else
			say_answer(stream, speaker);
	}
	if (voice->offset - voice->said.message.begin == voice->head_count)
		for (size_t i = 0; i < piece->known && voice->head_count < TLS_HEADER; i++)
			voice->head[voice->head_count++] = bytes[i];
	voice->offset += piece->length;
	voice->call = piece->call;
}

/* The last turn before its speaker's end: an alert of TLS, most often that nothing more will come,
 * is no question. */
static void judge_last_turn(struct protocol_stream *stream, enum speaker speaker)
{
	const struct voice *voice = &stream->voices[speaker];

	if (stream->mode == MODE_TURNS && is_saying(stream, speaker) &&
		stream->protocol == PROTOCOL_TLS &&
		voice->offset - voice->said.message.begin ==
			tls_alert_length(voice->head, voice->head_count))
		said_unasking(stream, speaker);
}

/* --- units --- */

static void drop_decoder(struct protocol_stream *stream)
{
	if (stream->decoder && stream->decoder->release)
		stream->decoder->release(stream->state);
	free(stream->state);
	stream->state = NULL;
	stream->decoder = NULL;
	for (int speaker = 0; speaker < 2; speaker++) {
		struct voice *voice = &stream->voices[speaker];
		voice->rest = 0;
		voice->is_cut = false;
	}
}

/* What the speaker says is not the protocol's. */
static void lose(struct protocol_stream *stream, enum speaker speaker)
{
	struct voice *voice = &stream->voices[speaker];
	bool is_asker = speaker == stream->asker;

	/* One that waits is answered by the turn that follows, or goes on. */
	if (stream_asked_count(stream) > 1 || (!is_asker && is_saying(stream, speaker)) ||
		stream->has_pipelined)
		untell(stream);
	if (stream->decoder->lost)
		stream->decoder->lost(stream);
	drop_decoder(stream);
	stream->mode = MODE_TURNS;
	stream->protocol = PROTOCOL_NONE;
	stream->is_closed = stream->has_pipelined;
	/* It may begin another protocol, for which its bytes are looked at once. */
	stream->judged = is_saying(stream, speaker) || voice->lost_at == voice->offset + 1
				 ? speaker
				 : SPEAKER_UNKNOWN;
	voice->lost_at = voice->offset + 1;
}

bool stream_is_whole(const struct protocol_stream *stream)
{
	return stream->is_whole;
}

bool stream_is_doubtful(const struct protocol_stream *stream)
{
	return !stream->is_whole && stream_asked_count(stream) > 0;
}

uint64_t stream_overlaps(struct protocol_stream *stream)
{
	stream->has_pipelined = true;
	return NOT_SPOKEN;
}

uint64_t stream_cut(struct protocol_stream *stream, enum speaker speaker)
{
	/* Turns tell nothing of who does not wait for answers. */
	if (stream->has_pipelined || !is_saying(stream, speaker))
		return NOT_SPOKEN;
	stream->voices[speaker].is_cut = true;
	return UNTIL_END;
}

uint64_t stream_change(struct protocol_stream *stream)
{
	drop_decoder(stream);
	stream->mode = MODE_LISTENING;
	stream->protocol = PROTOCOL_NONE;
	stream->is_at_start = true;
	return NOT_SPOKEN;
}

uint64_t stream_close(struct protocol_stream *stream, enum protocol protocol)
{
	drop_decoder(stream);
	stream->mode = MODE_TURNS;
	stream->protocol = protocol;
	stream->is_closed = true;
	return NOT_SPOKEN;
}

/* The other one speaks: a message whose end nobody knew has ended. */
static void resume(struct protocol_stream *stream, enum speaker speaker)
{
	struct voice *voice = &stream->voices[speaker];

	if (!voice->is_cut)
		return;
	voice->is_cut = false;
	voice->rest = 0;
	end_turn(stream, speaker);
	stream->decoder->resume(stream, speaker);
}

/* Bytes that are read, and behind them a gap. */
struct reading {
	const unsigned char *bytes;
	size_t count;
	uint64_t gap;
};

/* Puts bytes behind those that were kept. */
static void keep(struct voice *voice, const unsigned char *bytes, size_t count)
{
	if (voice->kept_capacity < voice->kept_count + count) {
		voice->kept_capacity = 2 * (voice->kept_count + count);
		voice->kept = xrealloc(voice->kept, voice->kept_capacity);
	}
	memcpy(voice->kept + voice->kept_count, bytes, count);
	voice->kept_count += count;
}

/* Keeps what was not read, which may be among what was kept. */
static void keep_rest(struct voice *voice, const struct reading *reading, bool was_kept)
{
	if (was_kept) {
		memmove(voice->kept, reading->bytes, reading->count);
		voice->kept_count = reading->count;
	} else if (reading->count > 0) {
		keep(voice, reading->bytes, reading->count);
	}
}

/* Lets bytes of the unit pass. False: it is not at its end. */
static bool pass(struct voice *voice, struct reading *reading)
{
	uint64_t there = reading->count + reading->gap;
	uint64_t length = voice->rest < there ? voice->rest : there;
	size_t known = length < reading->count ? (size_t)length : reading->count;

	reading->bytes += known;
	reading->count -= known;
	reading->gap -= length - known;
	voice->offset += length;
	if (voice->rest != UNTIL_END)
		voice->rest -= length;
	return voice->rest == 0;
}

/* Reads the next unit. False: more is needed. */
static bool read_unit(
	struct protocol_stream *stream, enum speaker speaker, const struct reading *reading)
{
	size_t count = reading->count < UNIT_LIMIT ? reading->count : UNIT_LIMIT;
	bool is_cut = reading->gap > 0 && count == reading->count;
	uint64_t length = stream->decoder->unit(stream, speaker, reading->bytes, count, is_cut);

	if (stream->mode != MODE_DECODING)
		return true;
	if (length == MORE_NEEDED && !is_cut && count < UNIT_LIMIT)
		return false;
	if (length == MORE_NEEDED || length == NOT_SPOKEN)
		lose(stream, speaker);
	else
		stream->voices[speaker].rest = length;
	return true;
}

/* What both sides have said of units that are read no more. */
static void let_kept_pass(struct protocol_stream *stream, enum speaker speaker, size_t count)
{
	struct voice *voice = &stream->voices[speaker];

	voice->kept_count = 0;
	if (count > 0)
		take_turn(stream,
			&(struct piece){.speaker = speaker,
				.call = voice->unit_call,
				.at = voice->unit_at,
				.known = count,
				.length = count},
			voice->kept);
}

/* How many bytes of the transfer are left, from which on something else is spoken. */
static uint64_t decode(
	struct protocol_stream *stream, const struct piece *piece, const unsigned char *bytes)
{
	enum speaker speaker = piece->speaker;
	struct voice *voice = &stream->voices[speaker],
		     *other = &stream->voices[speaker_other(speaker)];
	struct reading reading = {bytes, piece->known, piece->length - piece->known};
	size_t kept = voice->kept_count; /* of a unit that an earlier call began */
	bool was_kept = kept > 0;

	resume(stream, speaker_other(speaker));
	if (was_kept) {
		keep(voice, bytes, piece->known);
		reading.bytes = voice->kept;
		reading.count = voice->kept_count;
	} else {
		voice->unit_call = piece->call;
		voice->unit_at = piece->at;
	}
	while (stream->mode == MODE_DECODING) {
		if (voice->rest > 0) {
			size_t count = reading.count;
			bool is_all = pass(voice, &reading);
			count -= reading.count;
			kept -= count < kept ? count : kept;
			voice->call = kept > 0 ? voice->unit_call : piece->call;
			if (!is_all)
				break;
			voice->unit_call = voice->call;
			voice->unit_at = kept > 0 ? voice->unit_at : piece->at;
			stream->decoder->passed(stream, speaker);
		} else if (reading.count + reading.gap == 0 ||
			   !read_unit(stream, speaker, &reading)) {
			break;
		}
	}
	if (stream->mode == MODE_DECODING) {
		keep_rest(voice, &reading, was_kept);
		return 0;
	}
	let_kept_pass(stream, speaker_other(speaker), other->kept_count);
	if (was_kept)
		memmove(voice->kept, reading.bytes, kept);
	voice->kept_count = kept;
	if (stream->judged == speaker)
		let_kept_pass(stream, speaker, kept);
	return reading.count - kept + reading.gap;
}

static void end_voice(struct protocol_stream *stream, enum speaker speaker)
{
	struct voice *voice = &stream->voices[speaker];

	if (stream->mode == MODE_TURNS || voice->is_cut) {
		judge_last_turn(stream, speaker);
		end_turn(stream, speaker);
		return;
	}
	if (voice->rest == UNTIL_END) {
		voice->rest = 0;
		stream->decoder->passed(stream, speaker);
	}
}

/* --- what is spoken --- */

/* Puts a piece behind those that are held, or before them. */
static void hold(
	struct held *held, const struct piece *piece, const unsigned char *bytes, bool is_first)
{
	enum speaker speaker = piece->speaker;
	size_t count = held->byte_count[speaker], place = is_first ? held->at : held->count;
	size_t offset = is_first ? held->byte_at[speaker] : count;

	held->pieces = array_grow(held->pieces, held->count, &held->capacity, sizeof(*piece));
	memmove(held->pieces + place + 1, held->pieces + place,
		(held->count++ - place) * sizeof(*piece));
	held->pieces[place] = *piece;
	if (piece->known == 0)
		return;
	if (held->byte_capacity[speaker] < count + piece->known) {
		held->byte_capacity[speaker] = 2 * (count + piece->known);
		held->bytes[speaker] = xrealloc(held->bytes[speaker], held->byte_capacity[speaker]);
	}
	memmove(held->bytes[speaker] + offset + piece->known, held->bytes[speaker] + offset,
		count - offset);
	memcpy(held->bytes[speaker] + offset, bytes, piece->known);
	held->byte_count[speaker] += piece->known;
}

/* Bytes that were kept for a unit of a decoder that is gone are listened to once more. */
static void hold_kept(struct protocol_stream *stream, enum speaker speaker)
{
	struct voice *voice = &stream->voices[speaker];
	const struct piece piece = {
		.speaker = speaker,
		.call = voice->unit_call,
		.at = voice->unit_at,
		.known = voice->kept_count,
		.length = voice->kept_count,
	};

	if (stream->mode == MODE_DECODING || voice->kept_count == 0)
		return;
	voice->kept_count = 0;
	hold(&stream->held, &piece, voice->kept, true);
}

static const unsigned char *held_bytes(const struct held *held, int speaker)
{
	static const unsigned char none[1];

	return held->bytes[speaker] ? held->bytes[speaker] + held->byte_at[speaker] : none;
}

/* What is held, as far as it belongs to an opening. True: more cannot change what it is. */
static bool opening_of(struct opening *opening, const struct held *held)
{
	bool has_answered = false;

	*opening = (struct opening){.first = held->pieces[held->at].speaker};
	for (int speaker = 0; speaker < 2; speaker++)
		opening->bytes[speaker] = held_bytes(held, speaker);
	for (size_t i = held->at; i < held->count; i++) {
		const struct piece *piece = &held->pieces[i];
		enum speaker speaker = piece->speaker;

		if (piece->is_end || (has_answered && speaker == opening->first))
			return true;
		has_answered = speaker != opening->first;
		if (opening->is_cut[speaker])
			continue;
		opening->count[speaker] += piece->known;
		opening->is_cut[speaker] = piece->known < piece->length;
	}
	for (int speaker = 0; speaker < 2; speaker++)
		if (opening->count[speaker] >= OPENING_LIMIT) {
			opening->count[speaker] = OPENING_LIMIT;
			return true;
		}
	return false;
}

static void begin(struct protocol_stream *stream, const struct decoder *decoder, enum speaker asker)
{
	end_turn(stream, SPEAKER_SELF);
	end_turn(stream, SPEAKER_PEER);
	if (asker == SPEAKER_UNKNOWN)
		asker = stream->asker;
	if (stream->asker != asker)
		untell(stream);
	stream->mode = MODE_DECODING;
	stream->protocol = decoder->protocol;
	stream->decoder = decoder;
	stream->state = xcalloc(1, decoder->state_size);
	stream->asker = asker;
	stream->is_whole = stream->is_at_start;
	stream->is_at_start = false;
}

/* `is_final`: more would not tell more. */
static void judge(struct protocol_stream *stream, struct opening *opening, bool is_final)
{
	bool is_open = false;

	opening->is_at_start = stream->is_at_start;
	opening->asker = stream->asker;
	for (const struct decoder *const *decoder = stream->decoders; *decoder; decoder++) {
		enum speaker asker = SPEAKER_UNKNOWN;
		enum verdict verdict = (*decoder)->recognise(opening, &asker);
		if (verdict == VERDICT_YES) {
			begin(stream, *decoder, asker);
			return;
		}
		is_open |= verdict == VERDICT_PERHAPS;
	}
	if (is_open && !is_final)
		return;
	if (stream->asker == SPEAKER_UNKNOWN && stream->is_at_start)
		stream->asker = opening->first;
	stream->mode = MODE_TURNS;
	stream->judged = opening->first;
	stream->is_at_start = false;
}

/* What is left of the piece, from which on something else is spoken. */
static uint64_t take(
	struct protocol_stream *stream, const struct piece *piece, const unsigned char *bytes)
{
	if (piece->is_end) {
		end_voice(stream, piece->speaker);
		return 0;
	}
	if (stream->mode == MODE_DECODING)
		return decode(stream, piece, bytes);
	if (!stream->is_closed && stream->judged != piece->speaker) {
		stream->mode = MODE_LISTENING;
		return piece->length;
	}
	take_turn(stream, piece, bytes);
	return 0;
}

/* Leaves as much of the piece. Returns how many of its known bytes that takes away. */
static size_t leave(struct piece *piece, uint64_t left)
{
	uint64_t gap = piece->length - piece->known;
	size_t known = left > gap ? (size_t)(left - gap) : 0, taken = piece->known - known;

	piece->known = known;
	piece->length = left;
	return taken;
}

/* Takes what is held as far as it is known what is spoken; when it is final, all of it. */
static void settle(struct protocol_stream *stream, bool is_final)
{
	struct held *held = &stream->held;

	while (held->at < held->count) {
		struct piece *piece = &held->pieces[held->at];
		enum speaker speaker = piece->speaker;

		if (stream->mode == MODE_LISTENING) {
			struct opening opening;
			bool is_all = opening_of(&opening, held);
			judge(stream, &opening, is_all || is_final);
			if (stream->mode == MODE_LISTENING)
				return;
			continue;
		}
		uint64_t left = take(stream, piece, held_bytes(held, speaker));
		held->byte_at[speaker] += leave(piece, left);
		if (left == 0)
			held->at++;
		hold_kept(stream, speaker);
	}
	held->count = held->at = 0;
	for (int speaker = 0; speaker < 2; speaker++)
		held->byte_count[speaker] = held->byte_at[speaker] = 0;
}

static void hear(struct protocol_stream *stream, struct piece *piece, const unsigned char *bytes)
{
	do {
		if (stream->mode == MODE_LISTENING || stream->held.count > 0) {
			if (piece->length > 0 || piece->is_end)
				hold(&stream->held, piece, bytes, false);
			settle(stream, false);
			return;
		}
		bytes += leave(piece, take(stream, piece, bytes));
		hold_kept(stream, piece->speaker);
	} while (piece->length > 0 || stream->held.count > 0);
}

struct protocol_stream *stream_new(const struct decoder *const *decoders, enum speaker opener,
	bool is_from_start, message_heard heard, void *listener)
{
	struct protocol_stream *stream = xcalloc(1, sizeof(*stream));

	stream->decoders = decoders;
	stream->heard = heard;
	stream->listener = listener;
	stream->asker = opener;
	stream->is_at_start = is_from_start;
	stream->judged = SPEAKER_UNKNOWN;
	return stream;
}

void protocol_stream_feed(struct protocol_stream *stream, enum speaker speaker, uint32_t call,
	const void *bytes, size_t known, uint64_t length)
{
	struct piece piece = {
		.speaker = speaker,
		.call = call,
		.at = stream->voices[speaker].fed,
		.known = known < length ? known : (size_t)length,
		.length = length,
	};

	if (length > 0) {
		stream->voices[speaker].fed_call = call;
		stream->voices[speaker].fed += length;
		hear(stream, &piece, known > 0 ? bytes : (const void *)"");
	}
}

bool protocol_stream_reads(
	const struct protocol_stream *stream, enum speaker speaker, uint64_t length)
{
	const struct voice *voice = &stream->voices[speaker];

	switch (stream->mode) {
	case MODE_TURNS:
		return (!stream->is_closed && stream->judged != speaker) ||
		       (stream->protocol == PROTOCOL_TLS && length <= FAREWELL_LIMIT &&
			       (!is_saying(stream, speaker) || voice->head_count < TLS_HEADER));
	case MODE_DECODING:
		return voice->rest < length;
	case MODE_LISTENING:
		break;
	}
	return true;
}

void protocol_stream_end(struct protocol_stream *stream, enum speaker speaker)
{
	hear(stream, &(struct piece){.speaker = speaker, .is_end = true},
		(const unsigned char *)"");
}

/* What the speaker has begun is all that there will be of it. */
static void finish_voice(struct protocol_stream *stream, enum speaker speaker)
{
	struct voice *voice = &stream->voices[speaker];
	size_t kept = voice->kept_count;

	if (kept > 0 && !is_saying(stream, speaker)) {
		if (speaker == stream->asker)
			say_question(stream, speaker, 0);
		else
			say_answer(stream, speaker);
	}
	if (kept > 0)
		voice->call = voice->fed_call;
	voice->offset += kept;
	voice->kept_count = 0;
	/* Of the protocol's, nobody knows that more was to come. */
	if (voice->is_cut || (stream->mode == MODE_TURNS && stream->protocol != PROTOCOL_NONE))
		voice->said.message.by_turns = true;
	judge_last_turn(stream, speaker);
	if (is_saying(stream, speaker))
		tell(stream, speaker);
	voice->said.is_open = false;
}

void protocol_stream_finish(struct protocol_stream *stream)
{
	enum speaker first = stream->asker == SPEAKER_PEER ? SPEAKER_PEER : SPEAKER_SELF;

	settle(stream, true);
	finish_voice(stream, first);
	finish_voice(stream, speaker_other(first));
}

void protocol_stream_free(struct protocol_stream *stream)
{
	if (!stream)
		return;
	drop_decoder(stream);
	for (int speaker = 0; speaker < 2; speaker++) {
		free(stream->voices[speaker].kept);
		free(stream->voices[speaker].name);
		for (int field = 0; field < FIELD_NR; field++)
			free(stream->voices[speaker].fields[field]);
		free(stream->held.bytes[speaker]);
	}
	free(stream->held.pieces);
	free(stream->asked);
	free(stream);
}
