/* SPDX-License-Identifier: MIT */
/* HTTP/1.0 and HTTP/1.1: RFC 9112. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "viewer/protocol/decoders.h"
#include "viewer/protocol/name.h"

/* What the next unit is. */
enum http_unit {
	UNIT_START,   /* the request line, or the status line */
	UNIT_FIELD,   /* a line of the header section */
	UNIT_BODY,    /* of announced length */
	UNIT_SIZE,    /* the line before a chunk */
	UNIT_CHUNK,   /* a chunk and the end of its line */
	UNIT_TRAILER, /* a line behind the last chunk */
	UNIT_REST,    /* a body as long as there is anything */
};

/* What a request says of its answer, beside its exchange. */
enum http_note {
	NOTE_NONE,
	NOTE_HEAD,    /* it has no body */
	NOTE_CONNECT, /* when it succeeds, what follows is anything */
};

struct http_voice {
	enum http_unit kind;
	bool is_blank;   /* the line that passes */
	bool is_resumed; /* the end of the message before was told by turns */
	bool has_length, is_encoded, is_chunked;
	uint64_t length;     /* of the body, or of the chunk */
	int status;          /* of an answer */
	enum http_note note; /* of the question that it answers */
};

struct http {
	struct http_voice voices[2];
};

/* Longer bodies are none. */
#define LONGEST ((uint64_t)1 << 60)

static struct http_voice *voice_of(struct protocol_stream *stream, enum speaker speaker)
{
	return &((struct http *)stream_state(stream))->voices[speaker];
}

/* RFC 9110, 5.6.2 */
static bool is_token(unsigned char byte)
{
	return isalnum(byte) || (byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte));
}

static bool begins(const unsigned char *bytes, size_t count, const char *word)
{
	size_t length = strlen(word);

	return count >= length && memcmp(bytes, word, length) == 0;
}

/* Whether bytes may be the beginning of the word, or begin with it. */
static bool fits(const unsigned char *bytes, size_t count, const char *word)
{
	size_t length = strlen(word);

	return memcmp(bytes, word, count < length ? count : length) == 0;
}

/* The line's end behind its last byte but CR and LF; NULL: it is not there. */
static const unsigned char *line_end(const unsigned char *bytes, size_t count, size_t *length)
{
	const unsigned char *end = memchr(bytes, '\n', count);

	if (end)
		*length = (size_t)(end - bytes) - (end > bytes && end[-1] == '\r');
	return end;
}

/* --- the first lines --- */

/* A line that was read as far as it goes. */
struct first_line {
	enum verdict verdict;
	size_t method, target, target_end; /* where these end, begin, and end */
	size_t length;                     /* with its end; of a whole line */
};

#define LONGEST_METHOD 32

/* Methods that are known by their names, where the rest of the line is not there. */
static bool is_known_method(const unsigned char *bytes, size_t length)
{
	static const char *const methods[] = {
		"GET",
		"HEAD",
		"POST",
		"PUT",
		"DELETE",
		"CONNECT",
		"OPTIONS",
		"PATCH",
		"TRACE",
		"PROPFIND",
		"REPORT",
		"MKCOL",
		"COPY",
		"MOVE",
		"LOCK",
		"UNLOCK",
		"PROPPATCH",
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (strlen(methods[i]) == length && memcmp(methods[i], bytes, length) == 0)
			return true;
	return false;
}

static bool is_version(const unsigned char *bytes, size_t count)
{
	return count == strlen("HTTP/1.x") && fits(bytes, count, "HTTP/1.") &&
	       isdigit(bytes[count - 1]);
}

static struct first_line request_line(const unsigned char *bytes, size_t count)
{
	struct first_line line = {VERDICT_NO};
	size_t length = 0, at = 0;
	const unsigned char *end = line_end(bytes, count, &length), *space;

	while (at < count && is_token(bytes[at]) && at <= LONGEST_METHOD)
		at++;
	line.method = at;
	if (at > LONGEST_METHOD)
		return line;
	if (at == count)
		line.verdict = VERDICT_PERHAPS;
	if (at == count || at == 0 || bytes[at] != ' ')
		return line;
	line.target = ++at;
	while (at < count && (isgraph(bytes[at]) || bytes[at] >= 0x80))
		at++;
	line.target_end = at;
	if (at == count)
		line.verdict = VERDICT_PERHAPS;
	if (at == count || at == line.target || bytes[at] != ' ')
		return line;
	space = bytes + at + 1;
	if (!end) {
		size_t rest = count - at - 1, most = strlen("HTTP/1.x\r");
		if (fits(space, rest, "HTTP/1.") && rest <= most)
			line.verdict = VERDICT_PERHAPS;
	} else if (bytes + length >= space && is_version(space, (size_t)(bytes + length - space))) {
		line.verdict = VERDICT_YES;
		line.length = (size_t)(end - bytes) + 1;
	}
	return line;
}

/* "HTTP/1.1 200 OK": the status ends at column 12. */
#define STATUS_AT  9
#define STATUS_END 12

static struct first_line status_line(const unsigned char *bytes, size_t count)
{
	struct first_line line = {VERDICT_NO, .target = STATUS_AT};
	size_t length = 0;
	const unsigned char *end = line_end(bytes, count, &length);
	size_t there = end ? length : count;

	if (!fits(bytes, there, "HTTP/1."))
		return line;
	for (size_t at = strlen("HTTP/1."); at < there; at++) {
		bool is_space = at == STATUS_AT - 1 || at == STATUS_END;
		bool is_digit = at < STATUS_END && !is_space;
		bool is_end = bytes[at] == '\r' && !end && at + 1 == count;
		if ((is_space && bytes[at] != ' ' && !(is_end && at == STATUS_END)) ||
			(is_digit && !isdigit(bytes[at])) ||
			(at == STATUS_AT && (bytes[at] < '1' || bytes[at] > '9')) ||
			(bytes[at] < ' ' && bytes[at] != '\t' && !is_end) || bytes[at] == 0x7f)
			return line;
	}
	line.target_end = there;
	if (end && there >= STATUS_END)
		line.length = (size_t)(end - bytes) + 1;
	line.verdict = line.length > 0 ? VERDICT_YES : end ? VERDICT_NO : VERDICT_PERHAPS;
	return line;
}

/* A first line of which no more is there than this. */
static bool is_cut_request(const struct first_line *line, const unsigned char *bytes, size_t count)
{
	const unsigned char *target = bytes + line->target;
	size_t length = line->target_end - line->target;

	return line->verdict == VERDICT_PERHAPS && line->target_end > line->target &&
	       is_known_method(bytes, line->method) && count > line->target &&
	       (target[0] == '/' || begins(target, length, "http://") ||
		       begins(target, length, "https://"));
}

static bool is_cut_status(const struct first_line *line, size_t count)
{
	return line->verdict == VERDICT_PERHAPS && count >= STATUS_END;
}

static enum verdict recognise(const struct opening *opening, enum speaker *asker)
{
	const unsigned char *bytes = opening->bytes[opening->first];
	size_t count = opening->count[opening->first];
	bool is_cut = opening->is_cut[opening->first];
	struct first_line request = request_line(bytes, count), status = status_line(bytes, count);

	if (request.verdict == VERDICT_YES || (is_cut && is_cut_request(&request, bytes, count))) {
		*asker = opening->first;
		return VERDICT_YES;
	}
	if (status.verdict == VERDICT_YES || (is_cut && is_cut_status(&status, count))) {
		*asker = speaker_other(opening->first);
		return VERDICT_YES;
	}
	if (is_cut)
		return VERDICT_NO;
	return request.verdict == VERDICT_PERHAPS ? VERDICT_PERHAPS : status.verdict;
}

static void begin_request(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, const struct first_line *line)
{
	bool is_head = begins(bytes, line->method, "HEAD");
	bool is_connect = begins(bytes, line->method, "CONNECT");

	say_question(stream, speaker,
		is_head && line->method == strlen("HEAD")         ? NOTE_HEAD
		: is_connect && line->method == strlen("CONNECT") ? NOTE_CONNECT
								  : NOTE_NONE);
	struct name name = name_begin(said_name(stream, speaker));
	name_bytes(&name, bytes, line->target_end);
	if (line->verdict != VERDICT_YES)
		name_cut(&name);
}

static void begin_status(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, const struct first_line *line)
{
	struct http_voice *voice = voice_of(stream, speaker);
	const struct asked *asked = stream_asked(stream);

	voice->status = (bytes[STATUS_AT] - '0') * 100 + (bytes[STATUS_AT + 1] - '0') * 10 +
			(bytes[STATUS_AT + 2] - '0');
	voice->note = asked ? (enum http_note)asked->note : NOTE_NONE;
	if (voice->status < 200 && voice->status != 101)
		say_interim(stream, speaker);
	else
		say_answer(stream, speaker);
	if (voice->status >= 400)
		said_failed(stream, speaker);
	struct name name = name_begin(said_name(stream, speaker));
	size_t end = line->target_end;
	while (end > STATUS_END && (bytes[end - 1] == ' ' || bytes[end - 1] == '\r'))
		end--;
	name_bytes(&name, bytes + STATUS_AT, end - STATUS_AT);
	if (line->verdict != VERDICT_YES)
		name_cut(&name);
}

static void begin_head(struct http_voice *voice)
{
	*voice = (struct http_voice){
		.kind = UNIT_FIELD, .status = voice->status, .note = voice->note};
}

/* RFC 9112, 2.2: an empty line before a request is none of it. */
static uint64_t empty_line(const unsigned char *bytes, size_t count)
{
	return begins(bytes, count, "\n") ? 1 : begins(bytes, count, "\r\n") ? 2 : 0;
}

static uint64_t unit_start(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct http_voice *voice = voice_of(stream, speaker);
	bool is_request = speaker == stream_asker(stream);
	struct first_line line =
		is_request ? request_line(bytes, count) : status_line(bytes, count);
	bool is_there = line.verdict == VERDICT_YES ||
			(is_cut && (is_request ? is_cut_request(&line, bytes, count)
					       : is_cut_status(&line, count)));

	if (is_request && count > 0 && (bytes[0] == '\n' || bytes[0] == '\r')) {
		uint64_t length = empty_line(bytes, count);
		if (length > 0 || count == 1)
			return length;
	}
	if (!is_there && line.verdict == VERDICT_PERHAPS && !is_cut)
		return MORE_NEEDED;
	if (!is_there && voice->is_resumed && is_request) {
		say_again(stream, speaker);
		return stream_cut(stream, speaker);
	}
	if (is_there && is_request && stream_is_doubtful(stream))
		return stream_overlaps(stream);
	if (!is_there)
		return voice->is_resumed ? stream_overlaps(stream) : NOT_SPOKEN;
	if (is_request)
		begin_request(stream, speaker, bytes, &line);
	else
		begin_status(stream, speaker, bytes, &line);
	begin_head(voice);
	return line.verdict == VERDICT_YES ? line.length : stream_cut(stream, speaker);
}

/* --- what follows them --- */

static bool value_is(const unsigned char *value, size_t length, const char *word)
{
	return length == strlen(word) && strncasecmp((const char *)value, word, length) == 0;
}

/* The last of a list: RFC 9112, 6.1. */
static bool is_last_coding(const unsigned char *value, size_t length, const char *word)
{
	size_t at = length;

	while (at > 0 && value[at - 1] != ',')
		at--;
	while (at < length && (value[at] == ' ' || value[at] == '\t'))
		at++;
	return value_is(value + at, length - at, word);
}

static bool read_number(
	uint64_t *number, const unsigned char *text, size_t length, unsigned int base)
{
	size_t at = 0;

	for (*number = 0; at < length; at++) {
		unsigned int digit = isdigit(text[at]) ? text[at] - (unsigned int)'0'
				     : isxdigit(text[at])
					     ? (unsigned int)(tolower(text[at]) - 'a' + 10)
					     : base;
		if (digit >= base || *number > LONGEST / base)
			return false;
		*number = *number * base + digit;
	}
	return length > 0 && *number < LONGEST;
}

/* The first of that name counts. */
static void say_field(struct protocol_stream *stream, enum speaker speaker,
	enum message_field field, const unsigned char *value, size_t length)
{
	char *said = said_field(stream, speaker, field);

	if (*said)
		return;
	struct name name = name_begin(said);
	name_bytes(&name, value, length);
}

/* False: it contradicts itself, or what was said before. */
static bool read_field(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *line, size_t length)
{
	struct http_voice *voice = voice_of(stream, speaker);
	const unsigned char *colon = memchr(line, ':', length), *value, *end = line + length;
	size_t name = colon ? (size_t)(colon - line) : 0;
	uint64_t number;

	/* A line that begins with white space goes on with the one before. */
	if (line[0] == ' ' || line[0] == '\t')
		return true;
	for (size_t i = 0; i < name; i++)
		if (!is_token(line[i]))
			return false;
	if (name == 0)
		return false;
	for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++)
		;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (value_is(line, name, "Content-Length")) {
		if (!read_number(&number, value, (size_t)(end - value), 10) ||
			(voice->has_length && voice->length != number))
			return false;
		voice->has_length = true;
		voice->length = number;
	} else if (value_is(line, name, "Transfer-Encoding")) {
		voice->is_encoded = true;
		voice->is_chunked = is_last_coding(value, (size_t)(end - value), "chunked");
	} else if (speaker == stream_asker(stream) && value_is(line, name, "Host")) {
		say_field(stream, speaker, FIELD_HOST, value, (size_t)(end - value));
	} else if (speaker == stream_asker(stream) && value_is(line, name, "traceparent")) {
		say_field(stream, speaker, FIELD_TRACEPARENT, value, (size_t)(end - value));
	}
	return true;
}

/* A line of the header section, or of what stands behind the last chunk. */
static uint64_t unit_field(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct http_voice *voice = voice_of(stream, speaker);
	size_t length = 0;
	const unsigned char *end = line_end(bytes, count, &length);

	if (!end)
		return is_cut ? stream_cut(stream, speaker) : MORE_NEEDED;
	voice->is_blank = length == 0;
	if (length > 0 && voice->kind == UNIT_FIELD && !read_field(stream, speaker, bytes, length))
		return NOT_SPOKEN;
	return (uint64_t)(end - bytes) + 1;
}

static uint64_t unit_size(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct http_voice *voice = voice_of(stream, speaker);
	size_t length = 0, digits = 0;
	const unsigned char *end = line_end(bytes, count, &length);

	if (!end)
		return is_cut ? stream_cut(stream, speaker) : MORE_NEEDED;
	while (digits < length && isxdigit(bytes[digits]))
		digits++;
	if (!read_number(&voice->length, bytes, digits, 16) ||
		(digits < length && bytes[digits] != ';' && bytes[digits] != ' ' &&
			bytes[digits] != '\t'))
		return NOT_SPOKEN;
	return (uint64_t)(end - bytes) + 1;
}

static uint64_t unit(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	const struct http_voice *voice = voice_of(stream, speaker);

	switch (voice->kind) {
	case UNIT_START:
		return unit_start(stream, speaker, bytes, count, is_cut);
	case UNIT_FIELD:
	case UNIT_TRAILER:
		return unit_field(stream, speaker, bytes, count, is_cut);
	case UNIT_SIZE:
		return unit_size(stream, speaker, bytes, count, is_cut);
	case UNIT_CHUNK:
		return voice->length + strlen("\r\n");
	case UNIT_BODY:
		return voice->length;
	case UNIT_REST:
		break;
	}
	return UNTIL_END;
}

static void end_message(struct protocol_stream *stream, enum speaker speaker)
{
	voice_of(stream, speaker)->kind = UNIT_START;
	say_end(stream, speaker);
}

/* Which body follows: RFC 9112, 6.3. */
static void end_head(struct protocol_stream *stream, enum speaker speaker)
{
	struct http_voice *voice = voice_of(stream, speaker);
	bool is_answer = speaker != stream_asker(stream);
	bool is_success = voice->status >= 200 && voice->status < 300;
	bool is_tunnel =
		is_answer && (voice->status == 101 || (voice->note == NOTE_CONNECT && is_success));
	bool has_none = is_answer && (voice->status < 200 || voice->status == 204 ||
					     voice->status == 304 || voice->note == NOTE_HEAD);

	if (is_tunnel) {
		end_message(stream, speaker);
		stream_change(stream);
	} else if (has_none || (!voice->is_encoded && voice->has_length && voice->length == 0) ||
		   (!is_answer && !voice->is_encoded && !voice->has_length)) {
		end_message(stream, speaker);
	} else if (voice->is_chunked) {
		voice->kind = UNIT_SIZE;
	} else if (voice->has_length && !voice->is_encoded) {
		voice->kind = UNIT_BODY;
	} else {
		voice->kind = UNIT_REST;
	}
}

static void passed(struct protocol_stream *stream, enum speaker speaker)
{
	struct http_voice *voice = voice_of(stream, speaker);

	switch (voice->kind) {
	case UNIT_START:
		break;
	case UNIT_FIELD:
		if (voice->is_blank)
			end_head(stream, speaker);
		break;
	case UNIT_SIZE:
		voice->kind = voice->length > 0 ? UNIT_CHUNK : UNIT_TRAILER;
		break;
	case UNIT_CHUNK:
		voice->kind = UNIT_SIZE;
		break;
	case UNIT_TRAILER:
		if (voice->is_blank)
			end_message(stream, speaker);
		break;
	case UNIT_BODY:
	case UNIT_REST:
		end_message(stream, speaker);
		break;
	}
}

static void resume(struct protocol_stream *stream, enum speaker speaker)
{
	*voice_of(stream, speaker) = (struct http_voice){.kind = UNIT_START, .is_resumed = true};
}

const struct decoder http_decoder = {
	.protocol = PROTOCOL_HTTP,
	.state_size = sizeof(struct http),
	.recognise = recognise,
	.unit = unit,
	.passed = passed,
	.resume = resume,
};
