/* SPDX-License-Identifier: MIT */
/*
 * TLS 1.0 to 1.3: RFC 8446. The handshake is an exchange; what is encrypted then is bytes alone.
 *
 * The client's question goes on until its Finished, and the server's answer until its own, which in
 * TLS 1.3 comes before the client's.
 */
#include <ctype.h>
#include <string.h>

#include "viewer/protocol/decoders.h"
#include "viewer/protocol/name.h"

enum content {
	CONTENT_CHANGE_CIPHER_SPEC = 20,
	CONTENT_ALERT = 21,
	CONTENT_HANDSHAKE = 22,
	CONTENT_APPLICATION_DATA = 23,
};

enum handshake {
	HANDSHAKE_CLIENT_HELLO = 1,
	HANDSHAKE_SERVER_HELLO = 2,
};

enum extension {
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_ALPN = 16,
	EXTENSION_SUPPORTED_VERSIONS = 43,
};

#define SSL_3_0 0x0300
#define TLS_1_0 0x0301
#define TLS_1_3 0x0304

/* RFC 5246, 6.2.3: what is compressed and encrypted may be longer than 2^14. */
#define LONGEST_RECORD (16384 + 2048)
/* RFC 8446, 5.2: its two bytes, the kind of content, and what authenticates them. */
#define ENCRYPTED_ALERT (2 + 1 + 16)
/* So many bytes of a hello are looked at. */
#define HELLO_LIMIT 8192

struct tls {
	int version;             /* the one that the server chose; 0: not known */
	enum content content[2]; /* of the record that passes, by speaker */
	bool has_changed[2];     /* it encrypts: its next handshake message is its Finished */
	bool is_done[2];         /* its Finished was seen */
};

/* Bytes that are taken from the front, as far as there are any. */
struct octets {
	const unsigned char *bytes;
	size_t count;
};

/* A number of so many bytes, at most 3; -1: they are not there. */
static long read_number(struct octets *octets, size_t size)
{
	long number = 0;

	if (octets->count < size) {
		octets->count = 0;
		return -1;
	}
	for (size_t i = 0; i < size; i++)
		number = number << 8 | octets->bytes[i];
	octets->bytes += size;
	octets->count -= size;
	return number;
}

static void skip(struct octets *octets, size_t size)
{
	size = size < octets->count ? size : octets->count;
	octets->bytes += size;
	octets->count -= size;
}

/* What a length of so many bytes announces, as far as it is there. False: not all of it is. */
static bool read_vector(struct octets *octets, size_t size, struct octets *vector)
{
	long length = read_number(octets, size);
	size_t there = length < 0                       ? 0
		       : (size_t)length < octets->count ? (size_t)length
							: octets->count;

	*vector = (struct octets){octets->bytes, there};
	octets->bytes += there;
	octets->count -= there;
	return length >= 0 && (size_t)length == there;
}

/* --- what a hello says --- */

struct hello {
	int version;   /* the highest one; 0: not known */
	bool is_whole; /* all of it is there */
	struct octets server_name, protocols;
};

static bool is_host_name(const struct octets *name)
{
	for (size_t i = 0; i < name->count; i++)
		if (!isalnum(name->bytes[i]) &&
			!strchr(".-_", name->bytes[i] ? name->bytes[i] : ' '))
			return false;
	return name->count > 0;
}

/* RFC 6066, 3: a list of which hosts' names are the only kind. */
static void read_server_name(struct hello *hello, struct octets body)
{
	struct octets list, name;

	if (read_vector(&body, 2, &list) && read_number(&list, 1) == 0 &&
		read_vector(&list, 2, &name) && is_host_name(&name))
		hello->server_name = name;
}

static bool is_version(long version)
{
	return version >= TLS_1_0 && version <= TLS_1_3;
}

static void read_versions(struct hello *hello, struct octets body, enum handshake type)
{
	struct octets list = body;
	long version;

	if (type == HANDSHAKE_CLIENT_HELLO && !read_vector(&body, 1, &list))
		return;
	while ((version = read_number(&list, 2)) >= 0)
		if (is_version(version) && version > hello->version)
			hello->version = (int)version;
}

/* False: not all of them are there. */
static bool read_extensions(struct hello *hello, enum handshake type, struct octets body)
{
	struct octets extensions, extension;
	bool is_whole = read_vector(&body, 2, &extensions);

	while (extensions.count > 0) {
		long kind = read_number(&extensions, 2);
		if (!read_vector(&extensions, 2, &extension))
			return false;
		if (kind == EXTENSION_SERVER_NAME && type == HANDSHAKE_CLIENT_HELLO)
			read_server_name(hello, extension);
		else if (kind == EXTENSION_SUPPORTED_VERSIONS)
			read_versions(hello, extension, type);
		else if (kind == EXTENSION_ALPN)
			read_vector(&extension, 2, &hello->protocols);
	}
	return is_whole;
}

/* False: it is none, as far as it is there. */
static bool read_hello(struct hello *hello, enum handshake type, struct octets body)
{
	struct octets skipped;
	long version = read_number(&body, 2);

	*hello = (struct hello){0};
	if (version >= 0 && (version < SSL_3_0 || version > TLS_1_3))
		return false;
	/* The random, and the session's id. */
	skip(&body, 32);
	if (body.count > 0 && body.bytes[0] > 32)
		return false;
	if (!read_vector(&body, 1, &skipped))
		return true;
	if (type == HANDSHAKE_SERVER_HELLO)
		skip(&body, 3);
	else if (!read_vector(&body, 2, &skipped) || !read_vector(&body, 1, &skipped))
		return true;
	hello->is_whole = read_extensions(hello, type, body);
	/* TLS 1.3 is asked for and chosen in an extension. */
	if (hello->is_whole && hello->version == 0 && is_version(version))
		hello->version = (int)version;
	return true;
}

static void name_hello(struct name *name, const struct hello *hello, enum handshake type)
{
	struct octets protocols = hello->protocols, protocol;

	name_format(name, type == HANDSHAKE_CLIENT_HELLO ? "ClientHello" : "ServerHello");
	if (hello->server_name.count > 0) {
		name_format(name, " ");
		name_bytes(name, hello->server_name.bytes, hello->server_name.count);
	}
	if (hello->version > 0)
		name_format(name, " TLS 1.%d", hello->version - TLS_1_0);
	while (protocols.count > 0 && read_vector(&protocols, 1, &protocol)) {
		name_format(name, " ");
		name_bytes(name, protocol.bytes, protocol.count);
	}
	if (!hello->is_whole)
		name_cut(name);
}

/* --- records --- */

struct header {
	enum verdict verdict;
	enum content content;
	size_t length; /* of the record, with its header */
};

/* As far as the header is there. */
static struct header read_header(const unsigned char *bytes, size_t count)
{
	struct header header = {VERDICT_NO};

	if ((count > 0 && (bytes[0] < CONTENT_CHANGE_CIPHER_SPEC ||
				  bytes[0] > CONTENT_APPLICATION_DATA)) ||
		(count > 1 && bytes[1] != 3) || (count > 2 && bytes[2] > 4))
		return header;
	header.verdict = VERDICT_PERHAPS;
	if (count < TLS_HEADER)
		return header;
	header.content = bytes[0];
	header.length = TLS_HEADER + ((size_t)bytes[3] << 8 | bytes[4]);
	header.verdict = header.length > TLS_HEADER && header.length <= TLS_HEADER + LONGEST_RECORD
				 ? VERDICT_YES
				 : VERDICT_NO;
	return header;
}

/* A record that begins with a hello: its first 11 bytes say so, with the hello's version. */
#define HELLO_SIGN 11

static enum verdict is_hello(const unsigned char *bytes, size_t count)
{
	struct header header = read_header(bytes, count);
	size_t most = TLS_HEADER + 4;

	if (header.verdict != VERDICT_YES)
		return header.verdict;
	if (header.content != CONTENT_HANDSHAKE || header.length < HELLO_SIGN ||
		(count > TLS_HEADER && bytes[TLS_HEADER] != HANDSHAKE_CLIENT_HELLO &&
			bytes[TLS_HEADER] != HANDSHAKE_SERVER_HELLO) ||
		(count > TLS_HEADER + 1 && bytes[TLS_HEADER + 1] != 0) ||
		(count > most && bytes[most] != 3) || (count > most + 1 && bytes[most + 1] > 4))
		return VERDICT_NO;
	return count < HELLO_SIGN ? VERDICT_PERHAPS : VERDICT_YES;
}

static enum verdict recognise(const struct opening *opening, enum speaker *asker)
{
	const unsigned char *bytes = opening->bytes[opening->first];
	enum verdict verdict = is_hello(bytes, opening->count[opening->first]);

	if (verdict == VERDICT_PERHAPS && opening->is_cut[opening->first])
		return VERDICT_NO;
	if (verdict == VERDICT_YES)
		*asker = bytes[TLS_HEADER] == HANDSHAKE_CLIENT_HELLO
				 ? opening->first
				 : speaker_other(opening->first);
	return verdict;
}

static void name_alert(struct name *name, unsigned char description)
{
	static const char *const names[] = {
		[0] = "close_notify",
		[10] = "unexpected_message",
		[20] = "bad_record_mac",
		[40] = "handshake_failure",
		[42] = "bad_certificate",
		[43] = "unsupported_certificate",
		[44] = "certificate_revoked",
		[45] = "certificate_expired",
		[46] = "certificate_unknown",
		[47] = "illegal_parameter",
		[48] = "unknown_ca",
		[49] = "access_denied",
		[50] = "decode_error",
		[51] = "decrypt_error",
		[70] = "protocol_version",
		[71] = "insufficient_security",
		[80] = "internal_error",
		[86] = "inappropriate_fallback",
		[90] = "user_canceled",
		[109] = "missing_extension",
		[110] = "unsupported_extension",
		[112] = "unrecognized_name",
		[116] = "certificate_required",
		[120] = "no_application_protocol",
	};

	name_format(name, name->length > 0 ? ", alert " : "alert ");
	if (description < sizeof(names) / sizeof(*names) && names[description])
		name_format(name, "%s", names[description]);
	else
		name_format(name, "%d", description);
}

/* RFC 8446, 6: its level, 2 for one that is fatal, and what it says. */
static void read_alert(struct protocol_stream *stream, enum speaker speaker, struct octets body)
{
	const struct tls *tls = stream_state(stream);

	if (tls->has_changed[speaker] || body.count != 2)
		return;
	struct name name = name_go_on(said_name(stream, speaker));
	name_alert(&name, body.bytes[1]);
	if (body.bytes[0] == 2)
		said_failed(stream, speaker);
}

static void read_handshake(struct protocol_stream *stream, enum speaker speaker, struct octets body)
{
	struct tls *tls = stream_state(stream);
	bool is_client = speaker == stream_asker(stream);
	enum handshake type = is_client ? HANDSHAKE_CLIENT_HELLO : HANDSHAKE_SERVER_HELLO;
	struct hello hello;

	/* The name says what the first one said. */
	if (said_name(stream, speaker)[0] != '\0' || read_number(&body, 1) != type)
		return;
	skip(&body, 3);
	if (!read_hello(&hello, type, body))
		return;
	struct name name = name_begin(said_name(stream, speaker));
	name_hello(&name, &hello, type);
	if (!is_client)
		tls->version = hello.version;
}

/* Whether the record is still of the handshake. Early data may come before the server's hello. */
static bool is_handshake(const struct tls *tls, enum speaker speaker, enum content content)
{
	return !tls->is_done[speaker] && (content != CONTENT_APPLICATION_DATA ||
						 tls->version == TLS_1_3 || tls->version == 0);
}

/* Goes on with what it has said of the handshake, or begins. */
static void say_record(struct protocol_stream *stream, enum speaker speaker, bool is_first)
{
	if (is_saying(stream, speaker))
		return;
	if (!is_first)
		say_again(stream, speaker);
	else if (speaker == stream_asker(stream))
		say_question(stream, speaker, 0);
	else
		say_answer(stream, speaker);
}

static uint64_t unit(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct tls *tls = stream_state(stream);
	enum speaker other = speaker_other(speaker);
	struct header header = read_header(bytes, count);
	size_t there = header.length < count ? header.length : count;
	struct octets body;

	if (header.verdict == VERDICT_NO)
		return NOT_SPOKEN;
	if (header.verdict == VERDICT_PERHAPS && !is_cut)
		return MORE_NEEDED;
	if (header.verdict == VERDICT_PERHAPS && is_saying(stream, speaker))
		return stream_cut(stream, speaker);
	if (header.verdict == VERDICT_PERHAPS || !is_handshake(tls, speaker, header.content))
		return stream_close(stream, PROTOCOL_TLS);
	if (!is_cut && there < header.length && there < HELLO_LIMIT)
		return MORE_NEEDED;
	there = there < HELLO_LIMIT ? there : HELLO_LIMIT;
	body = (struct octets){bytes + TLS_HEADER, there - TLS_HEADER};
	/* Each goes on where the other one has ended. */
	if (is_saying(stream, other))
		say_end(stream, other);
	say_record(stream, speaker, tls->content[speaker] == 0);
	tls->content[speaker] = header.content;
	if (header.content == CONTENT_ALERT)
		read_alert(stream, speaker, body);
	else if (header.content == CONTENT_HANDSHAKE && !tls->has_changed[speaker])
		read_handshake(stream, speaker, body);
	return header.length;
}

static void passed(struct protocol_stream *stream, enum speaker speaker)
{
	struct tls *tls = stream_state(stream);
	bool is_client = speaker == stream_asker(stream);
	enum content content = tls->content[speaker];
	bool is_finished = content == CONTENT_HANDSHAKE && tls->has_changed[speaker] &&
			   tls->version != TLS_1_3;

	if (content == CONTENT_CHANGE_CIPHER_SPEC && tls->version != TLS_1_3)
		tls->has_changed[speaker] = true;
	/* What is encrypted is the client's Finished, and all that the server says before it. */
	if (tls->version == TLS_1_3 && is_client && content == CONTENT_APPLICATION_DATA)
		is_finished = tls->is_done[speaker_other(speaker)] = true;
	if (!is_finished)
		return;
	tls->is_done[speaker] = true;
	say_end(stream, speaker);
	if (tls->is_done[SPEAKER_SELF] && tls->is_done[SPEAKER_PEER])
		stream_close(stream, PROTOCOL_TLS);
}

static void resume(struct protocol_stream *stream, enum speaker speaker)
{
	(void)stream;
	(void)speaker;
}

uint64_t tls_alert_length(const unsigned char *bytes, size_t count)
{
	struct header header = read_header(bytes, count);
	bool is_alert = header.content == CONTENT_ALERT ||
			(header.content == CONTENT_APPLICATION_DATA &&
				header.length == TLS_HEADER + ENCRYPTED_ALERT);

	return header.verdict == VERDICT_YES && is_alert ? header.length : 0;
}

const struct decoder tls_decoder = {
	.protocol = PROTOCOL_TLS,
	.state_size = sizeof(struct tls),
	.recognise = recognise,
	.unit = unit,
	.passed = passed,
	.resume = resume,
};
