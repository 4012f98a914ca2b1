/* SPDX-License-Identifier: MIT */
/*
 * PostgreSQL, version 3 of its protocol:
 * https://www.postgresql.org/docs/current/protocol-message-formats.html.
 *
 * A question is what asks for one result: a simple query; or Parse, Bind, Describe and what else
 * precedes an Execute, with the Sync that follows at once.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "format/hash.h"
#include "format/id_map.h"
#include "format/memory.h"
#include "viewer/protocol/decoders.h"
#include "viewer/protocol/name.h"

/* What the frontend says first has no type. */
enum startup_code {
	CODE_STARTUP = 3 << 16, /* and the minor version */
	CODE_CANCEL = 80877102,
	CODE_SSL = 80877103,
	CODE_GSS = 80877104,
};

/* With what the answer to a question ends. */
enum pg_note {
	NOTE_READY,   /* ReadyForQuery, or a request to the frontend */
	NOTE_SYNC,    /* the same; nothing was to be executed */
	NOTE_RESULT,  /* that of an Execute without Sync */
	NOTE_ENCRYPT, /* one byte */
};

enum pg_phase {
	PG_STARTUP, /* the frontend's next message has no type */
	PG_ENCRYPT, /* the backend's next answer has one byte */
	PG_MESSAGES,
};

/* How a backend asks for a password: AuthenticationRequest. */
enum authentication {
	AUTHENTICATION_OK = 0,
	AUTHENTICATION_CLEARTEXT = 3,
	AUTHENTICATION_MD5 = 5,
	AUTHENTICATION_SASL = 10,
	AUTHENTICATION_SASL_CONTINUE = 11,
	AUTHENTICATION_SASL_FINAL = 12,
};

struct pg_voice {
	enum pg_phase phase;
	unsigned char type;       /* of the message that passes; '\0': it has none */
	bool is_resumed, is_last; /* the message that passes is the last of what is said */
};

struct pg {
	struct pg_voice voices[2];
	struct id_map statements; /* their texts by the hashes of their names; owned */
	uint64_t secrets[2];      /* of these hashes */
	enum pg_note note;        /* of the question whose answer is being said */
	bool has_parsed;          /* the question that is being said has a Parse, and no Bind yet */
	bool has_executed;        /* it has its Execute */
	bool copies;              /* the frontend sends the rows of a COPY */
	bool has_error;           /* nothing is executed until the next Sync */
	bool was_ready, was_cut;
	uint32_t authentication; /* what was asked for last */
};

#define HEADER_SIZE 5
/* PQ_LARGE_MESSAGE_LIMIT of PostgreSQL's sources. */
#define LONGEST_MESSAGE 0x3fffffff
/* MAX_STARTUP_PACKET_LENGTH */
#define LONGEST_STARTUP 10000
/* So many bytes of a message are looked at. */
#define LOOKED_AT 1024

static const char frontend_types[] = "QPBDECSHFpdcfX";
static const char backend_types[] = "RKSZTDCIE12n3tsANGHWdcvV";

static bool is_type(const char *types, unsigned char type)
{
	return type != '\0' && strchr(types, type);
}

static uint32_t read_number(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* --- what a message says --- */

/* What is there of a message behind its header. */
struct body {
	const unsigned char *bytes;
	size_t count;
	uint64_t length; /* of all of it */
};

/* A zero-terminated string from the front; false: its end is not there. */
static bool read_string(struct body *body, struct body *string)
{
	const unsigned char *end = memchr(body->bytes, '\0', body->count);
	size_t length = end ? (size_t)(end - body->bytes) : body->count,
	       taken = length + (end != NULL);

	*string = (struct body){body->bytes, length, length};
	body->bytes += taken;
	body->count -= taken;
	body->length -= taken;
	return end;
}

static uint64_t statement_id(struct pg *pg, const struct body *name)
{
	if (pg->secrets[0] == 0)
		hash_secrets(pg->secrets);
	return hash_from(pg->secrets[0], name->bytes, name->count) | 1;
}

static void set_statement(struct pg *pg, const struct body *name, const char *text)
{
	uint64_t id = statement_id(pg, name);

	free(id_map_get(&pg->statements, id));
	id_map_remove(&pg->statements, id);
	if (text)
		id_map_put(&pg->statements, id, xstrdup(text));
}

/* The text as a name, with an ellipsis where it is not all there. */
static void name_text(struct protocol_stream *stream, enum speaker speaker, const char *prefix,
	const struct body *text, bool is_all)
{
	struct name name = name_begin(said_name(stream, speaker));

	name_format(&name, "%s", prefix);
	name_words(&name, text->bytes, text->count);
	if (!is_all)
		name_cut(&name);
}

/* Parse: the name of a statement, and its text. */
static void read_parse(struct protocol_stream *stream, enum speaker speaker, struct body body)
{
	struct pg *pg = stream_state(stream);
	struct body statement, text;
	bool is_all;

	if (!read_string(&body, &statement))
		return;
	is_all = read_string(&body, &text);
	name_text(stream, speaker, "", &text, is_all);
	set_statement(pg, &statement, said_name(stream, speaker));
	pg->has_parsed = true;
}

/* Bind: the names of a portal and of a statement. */
static void read_bind(struct protocol_stream *stream, enum speaker speaker, struct body body)
{
	struct pg *pg = stream_state(stream);
	struct body portal, name;
	const char *text;

	if (!read_string(&body, &portal) || !read_string(&body, &name))
		return;
	pg->has_parsed = false;
	text = id_map_get(&pg->statements, statement_id(pg, &name));
	if (text)
		memcpy(said_name(stream, speaker), text, strlen(text) + 1);
	else
		name_text(stream, speaker, "Bind ", &name, true);
}

static void read_close(struct pg *pg, struct body body)
{
	struct body name;

	if (body.count == 0 || body.bytes[0] != 'S')
		return;
	body = (struct body){body.bytes + 1, body.count - 1, body.length - 1};
	if (read_string(&body, &name))
		set_statement(pg, &name, NULL);
}

/* ErrorResponse: fields, each with a letter. */
static void read_error(struct protocol_stream *stream, enum speaker speaker, struct body body)
{
	struct body severity = {0}, code = {0}, message = {0}, value;
	struct name name;
	bool is_all = true;

	while (is_all && body.count > 0 && body.bytes[0] != '\0') {
		unsigned char letter = body.bytes[0];
		body = (struct body){body.bytes + 1, body.count - 1, body.length - 1};
		is_all = read_string(&body, &value);
		if (letter == 'S')
			severity = value;
		else if (letter == 'C')
			code = value;
		else if (letter == 'M')
			message = value;
	}
	said_failed(stream, speaker);
	name = name_begin(said_name(stream, speaker));
	name_words(&name, severity.bytes, severity.count);
	if (code.count > 0) {
		name_format(&name, " ");
		name_words(&name, code.bytes, code.count);
	}
	if (message.count > 0) {
		name_format(&name, ": ");
		name_words(&name, message.bytes, message.count);
	}
	/* A zero is behind the last field. */
	if (body.count == 0)
		name_cut(&name);
}

/* StartupMessage: parameters and their values. */
static void read_startup(struct protocol_stream *stream, enum speaker speaker, struct body body)
{
	struct body parameter, value;
	struct name name = name_begin(said_name(stream, speaker));

	name_format(&name, "startup");
	while (body.count > 0 && body.bytes[0] != '\0' && read_string(&body, &parameter)) {
		bool is_all = read_string(&body, &value);
		if ((parameter.count != strlen("user") ||
			    memcmp(parameter.bytes, "user", 4) != 0) &&
			(parameter.count != strlen("database") ||
				memcmp(parameter.bytes, "database", 8) != 0))
			continue;
		name_format(&name, " ");
		name_words(&name, parameter.bytes, parameter.count);
		name_format(&name, "=");
		name_words(&name, value.bytes, value.count);
		if (!is_all)
			name_cut(&name);
	}
}

/* A message that says little more than its type. */
static void name_plainly(struct protocol_stream *stream, enum speaker speaker, const char *text)
{
	struct name name;

	if (said_name(stream, speaker)[0] != '\0')
		return;
	name = name_begin(said_name(stream, speaker));
	name_format(&name, "%s", text);
}

/* --- what is spoken --- */

/* Statements begin with words. */
static bool is_statement(const unsigned char *bytes, size_t count)
{
	static const char *const words[] = {
		"SELECT",
		"INSERT",
		"UPDATE",
		"DELETE",
		"BEGIN",
		"COMMIT",
		"ROLLBACK",
		"COPY",
		"WITH",
		"SET",
		"SHOW",
		"CREATE",
		"DROP",
		"ALTER",
		"EXECUTE",
		"PREPARE",
		"DEALLOCATE",
		"FETCH",
		"CLOSE",
		"DECLARE",
		"LOCK",
		"VACUUM",
		"ANALYZE",
		"TRUNCATE",
		"EXPLAIN",
		"DISCARD",
		"LISTEN",
		"NOTIFY",
		"START",
		"END",
		"ABORT",
		"SAVEPOINT",
		"RELEASE",
		"MERGE",
		"VALUES",
		"CALL",
		"DO",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t length = strlen(words[i]);
		if (count > length && strncasecmp((const char *)bytes, words[i], length) == 0 &&
			!isalnum(bytes[length]) && bytes[length] != '_')
			return true;
	}
	return false;
}

/* A Query or a Parse, of a stream whose beginning was not seen. */
static enum verdict is_query(const unsigned char *bytes, size_t count, bool is_cut)
{
	struct body body, statement, text;
	uint32_t length;
	bool is_all;

	if (count > 0 && bytes[0] != 'Q' && bytes[0] != 'P')
		return VERDICT_NO;
	if (count < HEADER_SIZE)
		return is_cut ? VERDICT_NO : VERDICT_PERHAPS;
	length = read_number(bytes + 1);
	if (length < 4 || length > LONGEST_MESSAGE)
		return VERDICT_NO;
	if (count < length + 1 && count < LOOKED_AT && !is_cut)
		return VERDICT_PERHAPS;
	count = count < length + 1 ? count : length + 1;
	body = (struct body){bytes + HEADER_SIZE, count - HEADER_SIZE, length - 4};
	if (bytes[0] == 'P' && !read_string(&body, &statement))
		return VERDICT_NO;
	is_all = read_string(&body, &text);
	if (!is_statement(text.bytes, text.count) || (!is_all && count == length + 1) ||
		(is_all && bytes[0] == 'Q' && body.length > 0))
		return VERDICT_NO;
	return VERDICT_YES;
}

static bool is_parameter(unsigned char byte)
{
	return isalnum(byte) || byte == '_' || byte == '.';
}

/* The frontend's first message. */
static enum verdict is_startup(const unsigned char *bytes, size_t count, bool is_cut)
{
	static const unsigned char zeros[2];
	uint32_t length, code;
	size_t at = 8;

	if (memcmp(bytes, zeros, count < sizeof(zeros) ? count : sizeof(zeros)) != 0)
		return VERDICT_NO;
	if (count < at)
		return is_cut ? VERDICT_NO : VERDICT_PERHAPS;
	length = read_number(bytes);
	code = read_number(bytes + 4);
	if (length > LONGEST_STARTUP)
		return VERDICT_NO;
	if (code == CODE_SSL || code == CODE_GSS)
		return length == 8 ? VERDICT_YES : VERDICT_NO;
	if (code == CODE_CANCEL)
		return length == 16 ? VERDICT_YES : VERDICT_NO;
	if (code >> 16 != CODE_STARTUP >> 16 || length < 9)
		return VERDICT_NO;
	/* The name of a parameter. */
	while (at < count && at < length && is_parameter(bytes[at]))
		at++;
	if (at == length || (at < count && (bytes[at] != '\0' || at == 8)))
		return VERDICT_NO;
	return at < count ? VERDICT_YES : is_cut ? VERDICT_NO : VERDICT_PERHAPS;
}

static enum verdict recognise(const struct opening *opening, enum speaker *asker)
{
	enum speaker first = opening->first;
	const unsigned char *bytes = opening->bytes[first];

	*asker = first;
	if (opening->asker == speaker_other(first))
		return VERDICT_NO;
	if (opening->is_at_start)
		return is_startup(bytes, opening->count[first], opening->is_cut[first]);
	return is_query(bytes, opening->count[first], opening->is_cut[first]);
}

/* --- the frontend --- */

/* The question that is being said is whole. What is not executed was only to be parsed. */
static void finish_question(struct protocol_stream *stream, enum speaker speaker)
{
	struct pg *pg = stream_state(stream);
	char text[MESSAGE_NAME_SIZE];

	if (pg->has_parsed && !pg->has_executed) {
		snprintf(text, sizeof(text), "%s", said_name(stream, speaker));
		struct name name = name_begin(said_name(stream, speaker));
		name_format(&name, "Parse ");
		name_bytes(&name, text, strlen(text));
	}
	pg->has_parsed = pg->has_executed = false;
	say_end(stream, speaker);
}

/* It ends before the message that is read. */
static void end_question(struct protocol_stream *stream, enum speaker speaker)
{
	const struct pg *pg = stream_state(stream);

	if (!is_saying(stream, speaker))
		return;
	if (pg->has_executed)
		said_note(stream, speaker, NOTE_RESULT);
	finish_question(stream, speaker);
}

static uint64_t unit_startup(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct pg *pg = stream_state(stream);
	struct pg_voice *voice = &pg->voices[speaker], *other = &pg->voices[speaker_other(speaker)];
	enum verdict verdict = is_startup(bytes, count, is_cut);
	uint32_t length = count < 8 ? 0 : read_number(bytes),
		 code = count < 8 ? 0 : read_number(bytes + 4);

	if (verdict != VERDICT_YES)
		return verdict == VERDICT_PERHAPS ? MORE_NEEDED : NOT_SPOKEN;
	if (!is_cut && count < length && count < LOOKED_AT)
		return MORE_NEEDED;
	voice->type = '\0';
	voice->is_last = true;
	if (code == CODE_SSL || code == CODE_GSS) {
		say_question(stream, speaker, NOTE_ENCRYPT);
		name_plainly(stream, speaker, code == CODE_SSL ? "SSLRequest" : "GSSENCRequest");
		other->phase = PG_ENCRYPT;
		return length;
	}
	voice->phase = PG_MESSAGES;
	if (code == CODE_CANCEL) {
		say_notice(stream, speaker);
		name_plainly(stream, speaker, "CancelRequest");
		return length;
	}
	count = count < length ? count : length;
	count = count < LOOKED_AT ? count : LOOKED_AT;
	say_question(stream, speaker, NOTE_READY);
	read_startup(stream, speaker, (struct body){bytes + 8, count - 8, length - 8});
	return length;
}

static const char *password_name(const struct pg *pg)
{
	switch (pg->authentication) {
	case AUTHENTICATION_CLEARTEXT:
	case AUTHENTICATION_MD5:
		return "password";
	case AUTHENTICATION_SASL:
		return "SASLInitialResponse";
	case AUTHENTICATION_SASL_CONTINUE:
		return "SASLResponse";
	default:
		return "authentication";
	}
}

/* What the message says of the question that it belongs to. */
static void read_frontend(
	struct protocol_stream *stream, enum speaker speaker, unsigned char type, struct body body)
{
	struct pg *pg = stream_state(stream);
	struct body text;
	bool is_all;

	switch (type) {
	case 'Q':
		is_all = read_string(&body, &text);
		name_text(stream, speaker, "", &text, is_all);
		break;
	case 'P':
		read_parse(stream, speaker, body);
		break;
	case 'B':
		read_bind(stream, speaker, body);
		break;
	case 'C':
		read_close(pg, body);
		name_plainly(stream, speaker, "Close");
		break;
	case 'D':
		name_plainly(stream, speaker, "Describe");
		break;
	case 'E':
		name_plainly(stream, speaker, "Execute");
		break;
	case 'F':
		name_plainly(stream, speaker, "FunctionCall");
		break;
	case 'S':
		name_plainly(stream, speaker, "Sync");
		break;
	case 'p':
		name_plainly(stream, speaker, password_name(pg));
		break;
	case 'H':
		name_plainly(stream, speaker, "Flush");
		break;
	case 'X':
		name_plainly(stream, speaker, "Terminate");
		break;
	}
}

/* Begins what the message belongs to, or goes on with it. False: it cannot be known to which
 * answers it leads. */
static bool say_frontend(struct protocol_stream *stream, enum speaker speaker, unsigned char type)
{
	struct pg *pg = stream_state(stream);
	struct pg_voice *voice = &pg->voices[speaker];
	bool goes_on = is_saying(stream, speaker) && is_type("PBDECHS", type) &&
		       (!pg->has_executed || type == 'S');

	if (pg->copies && is_type("dcfSH", type)) {
		if (!is_saying(stream, speaker))
			say_again(stream, speaker);
		voice->is_last = true;
		return true;
	}
	if (!goes_on) {
		end_question(stream, speaker);
		if (stream_is_doubtful(stream))
			return false;
		if (is_type("XHdcf", type))
			say_notice(stream, speaker);
		else
			say_question(stream, speaker, type == 'S' ? NOTE_SYNC : NOTE_READY);
	}
	pg->has_executed |= type == 'E';
	voice->is_last = !is_type("PBDEC", type);
	if (goes_on && type == 'H' && !pg->has_executed)
		voice->is_last = false;
	return true;
}

/* --- the backend --- */

static void read_authentication(
	struct protocol_stream *stream, enum speaker speaker, struct body body)
{
	struct pg *pg = stream_state(stream);

	if (body.count < 4)
		return;
	pg->authentication = read_number(body.bytes);
	pg->voices[speaker].is_last = pg->authentication != AUTHENTICATION_OK &&
				      pg->authentication != AUTHENTICATION_SASL_FINAL;
	if (pg->authentication == AUTHENTICATION_OK)
		said_name(stream, speaker)[0] = '\0';
	switch (pg->authentication) {
	case AUTHENTICATION_OK:
		name_plainly(stream, speaker, "AuthenticationOk");
		break;
	case AUTHENTICATION_CLEARTEXT:
		name_plainly(stream, speaker, "AuthenticationCleartextPassword");
		break;
	case AUTHENTICATION_MD5:
		name_plainly(stream, speaker, "AuthenticationMD5Password");
		break;
	case AUTHENTICATION_SASL:
		name_plainly(stream, speaker, "AuthenticationSASL");
		break;
	case AUTHENTICATION_SASL_CONTINUE:
		name_plainly(stream, speaker, "AuthenticationSASLContinue");
		break;
	case AUTHENTICATION_SASL_FINAL:
		name_plainly(stream, speaker, "AuthenticationSASLFinal");
		break;
	default:
		name_plainly(stream, speaker, "Authentication");
	}
}

/* What was asked between an error and the Sync behind it gets no bytes. */
static void answer_unexecuted(struct protocol_stream *stream, enum speaker speaker)
{
	const struct asked *asked;

	while ((asked = stream_asked(stream)) && asked->note == NOTE_RESULT) {
		say_answer(stream, speaker);
		name_plainly(stream, speaker, "not executed after an error");
		said_failed(stream, speaker);
		say_end(stream, speaker);
	}
}

/* Begins what the message belongs to. False: nobody is known to have asked for it. */
static bool say_backend(struct protocol_stream *stream, enum speaker speaker, unsigned char type)
{
	struct pg *pg = stream_state(stream);
	const struct asked *asked;

	if (pg->has_executed && is_saying(stream, speaker_other(speaker)))
		end_question(stream, speaker_other(speaker));
	if (is_saying(stream, speaker))
		return true;
	if (pg->has_error && type == 'Z')
		answer_unexecuted(stream, speaker);
	asked = stream_asked(stream);
	if (!asked && is_type("NAS", type)) {
		say_notice(stream, speaker);
		pg->voices[speaker].is_last = true;
		return true;
	}
	if (!asked && pg->was_cut)
		return false;
	pg->note = asked ? (enum pg_note)asked->note : NOTE_READY;
	if (type == 'G') {
		say_interim(stream, speaker);
		pg->voices[speaker].is_last = true;
		return true;
	}
	say_answer(stream, speaker);
	if (pg->has_error && type == 'Z' && pg->note == NOTE_READY) {
		name_plainly(stream, speaker, "not executed after an error");
		said_failed(stream, speaker);
	}
	return true;
}

static void read_backend(
	struct protocol_stream *stream, enum speaker speaker, unsigned char type, struct body body)
{
	struct pg *pg = stream_state(stream);
	struct pg_voice *voice = &pg->voices[speaker];
	struct body text;
	bool is_all;

	switch (type) {
	case 'R':
		read_authentication(stream, speaker, body);
		break;
	case 'C':
		is_all = read_string(&body, &text);
		if (!pg->has_error && text.count > 0)
			name_text(stream, speaker, "", &text, is_all);
		voice->is_last |= pg->note == NOTE_RESULT;
		break;
	case 'I':
		name_plainly(stream, speaker, "empty query");
		voice->is_last |= pg->note == NOTE_RESULT;
		break;
	case 's':
		name_plainly(stream, speaker, "portal suspended");
		voice->is_last |= pg->note == NOTE_RESULT;
		break;
	case 'E':
		read_error(stream, speaker, body);
		pg->has_error = true;
		voice->is_last |= pg->note == NOTE_RESULT || !pg->was_ready;
		break;
	case 'N':
	case 'A':
		if (voice->is_last)
			name_plainly(stream, speaker, type == 'N' ? "notice" : "notification");
		break;
	case 'S':
		if (voice->is_last)
			name_plainly(stream, speaker, "parameter status");
		break;
	case 'G':
		name_plainly(stream, speaker, "CopyInResponse");
		pg->copies = true;
		break;
	case 'Z':
		name_plainly(stream, speaker, "ready");
		voice->is_last = true;
		pg->was_ready = true;
		pg->copies = pg->has_error = false;
		break;
	}
}

static uint64_t unit_encrypt(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count)
{
	struct pg *pg = stream_state(stream);
	struct pg_voice *voice = &pg->voices[speaker];

	if (count == 0)
		return MORE_NEEDED;
	if (!is_type("SGN", bytes[0]))
		return NOT_SPOKEN;
	say_answer(stream, speaker);
	name_plainly(stream, speaker, bytes[0] == 'N' ? "refused" : "accepted");
	voice->type = bytes[0];
	voice->is_last = true;
	return 1;
}

/* --- messages --- */

/* A header; its message's length without the type is at least that of the length itself. */
static uint64_t unit_message(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct pg *pg = stream_state(stream);
	struct pg_voice *voice = &pg->voices[speaker];
	bool is_frontend = speaker == stream_asker(stream), is_said;
	uint64_t wanted, length;
	struct body body;

	if (count > 0 && !is_type(is_frontend ? frontend_types : backend_types, bytes[0]))
		return voice->is_resumed ? stream_overlaps(stream) : NOT_SPOKEN;
	if (count < HEADER_SIZE && !is_cut)
		return MORE_NEEDED;
	if (count < HEADER_SIZE) {
		if (is_frontend && pg->copies && !is_saying(stream, speaker))
			say_again(stream, speaker);
		return stream_cut(stream, speaker);
	}
	length = read_number(bytes + 1);
	if (length < 4 || length > LONGEST_MESSAGE)
		return voice->is_resumed ? stream_overlaps(stream) : NOT_SPOKEN;
	wanted = is_type("dD", bytes[0]) ? HEADER_SIZE : length + 1;
	wanted = wanted < LOOKED_AT ? wanted : LOOKED_AT;
	if (!is_cut && count < wanted)
		return MORE_NEEDED;
	count = count < wanted ? count : (size_t)wanted;
	body = (struct body){bytes + HEADER_SIZE, count - HEADER_SIZE, length - 4};
	if (!is_frontend && bytes[0] == 'W')
		return stream_close(stream, PROTOCOL_POSTGRESQL);
	voice->type = bytes[0];
	voice->is_last = false;
	is_said = is_frontend ? say_frontend(stream, speaker, bytes[0])
			      : say_backend(stream, speaker, bytes[0]);
	if (!is_said)
		return stream_overlaps(stream);
	voice->is_resumed = false;
	if (is_frontend)
		read_frontend(stream, speaker, bytes[0], body);
	else
		read_backend(stream, speaker, bytes[0], body);
	return length + 1;
}

static uint64_t unit(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct pg *pg = stream_state(stream);
	struct pg_voice *voice = &pg->voices[speaker];
	bool is_frontend = speaker == stream_asker(stream);
	uint64_t length;

	/* Of a stream that is seen from later on: the first byte of a length is 0. */
	if (is_frontend && voice->phase == PG_STARTUP && count > 0 && bytes[0] != '\0') {
		voice->phase = PG_MESSAGES;
		pg->was_ready = true;
	}
	if (!is_frontend && voice->phase == PG_ENCRYPT && (count == 0 || bytes[0] != 'E'))
		return unit_encrypt(stream, speaker, bytes, count);
	if (is_frontend && voice->phase == PG_STARTUP)
		return unit_startup(stream, speaker, bytes, count, is_cut);
	length = unit_message(stream, speaker, bytes, count, is_cut);
	/* Where it is another protocol from here on, its state is no more. */
	if (length == UNTIL_END && is_frontend)
		pg->was_cut = true;
	return length;
}

static void passed(struct protocol_stream *stream, enum speaker speaker)
{
	struct pg *pg = stream_state(stream);
	struct pg_voice *voice = &pg->voices[speaker];
	bool encrypts = voice->phase == PG_ENCRYPT && is_type("SG", voice->type);

	if (voice->phase == PG_ENCRYPT)
		voice->phase = PG_MESSAGES;
	if (!voice->is_last)
		return;
	if (speaker == stream_asker(stream))
		finish_question(stream, speaker);
	else
		say_end(stream, speaker);
	if (encrypts)
		stream_change(stream);
}

static void resume(struct protocol_stream *stream, enum speaker speaker)
{
	struct pg *pg = stream_state(stream);

	pg->voices[speaker] = (struct pg_voice){.phase = PG_MESSAGES, .is_resumed = true};
	if (speaker == stream_asker(stream))
		pg->has_parsed = pg->has_executed = false;
	else
		pg->copies = pg->has_error = false;
}

static void release(void *state)
{
	struct pg *pg = state;
	void *text;

	for (size_t at = 0; (text = id_map_next(&pg->statements, &at));)
		free(text);
	id_map_free(&pg->statements);
}

const struct decoder postgresql_decoder = {
	.protocol = PROTOCOL_POSTGRESQL,
	.state_size = sizeof(struct pg),
	.recognise = recognise,
	.unit = unit,
	.passed = passed,
	.resume = resume,
	.release = release,
};
