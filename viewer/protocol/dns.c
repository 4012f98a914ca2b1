/* SPDX-License-Identifier: MIT */
#include "viewer/protocol/dns.h"

#include <ctype.h>
#include <string.h>

#include "format/hash.h"
#include "format/id_map.h"
#include "viewer/protocol/decoders.h"
#include "viewer/protocol/name.h"

#define HEADER_SIZE   12
#define LONGEST_LABEL 63
/* The shortest record has the root's name, or a pointer to a name. */
#define SHORTEST_RECORD 11

#define CLASS_IN 1

/* RFC 6895, 2.2 */
enum opcode {
	OPCODE_QUERY = 0,
	OPCODE_NOTIFY = 4,
	OPCODE_UPDATE = 5,
};

enum dns_type {
	TYPE_A = 1,
	TYPE_AAAA = 28,
	TYPE_IXFR = 251,
	TYPE_AXFR = 252,
};

static unsigned int number_at(const unsigned char *bytes)
{
	return (unsigned int)bytes[0] << 8 | bytes[1];
}

/* Where the name behind `at` ends; 0: it is none. */
static size_t read_name(
	struct dns_message *message, const unsigned char *bytes, size_t count, size_t at)
{
	while (at < count && bytes[at] != 0) {
		size_t label = bytes[at++], there = label < count - at ? label : count - at;
		if (label > LONGEST_LABEL || message->name_length + label + 1 >= DNS_NAME_SIZE)
			return 0;
		if (message->name_length > 0)
			message->name[message->name_length++] = '.';
		memcpy(message->name + message->name_length, bytes + at, there);
		message->name_length += there;
		at += there;
	}
	message->name[message->name_length] = '\0';
	message->is_cut = at >= count;
	return at + !message->is_cut;
}

/* The same for the same name, whatever its letters' case. */
static void set_keys(struct dns_message *message, uint16_t class)
{
	unsigned char key[DNS_NAME_SIZE + 2 * sizeof(uint16_t)];
	size_t length = message->name_length;
	uint64_t secrets[2];

	hash_secrets(secrets);
	for (size_t i = 0; i < length; i++)
		key[i] = (unsigned char)tolower((unsigned char)message->name[i]);
	memcpy(key + length, &message->type, sizeof(message->type));
	memcpy(key + length + sizeof(message->type), &class, sizeof(class));
	message->lookup = hash_from(secrets[0], key, length + 2 * sizeof(uint16_t));
	message->pair = hash_from(message->lookup ^ secrets[1], &message->id, sizeof(message->id));
}

static bool is_class(unsigned int class)
{
	/* In multicast DNS the first bit asks for an answer to the asker alone. */
	class &= 0x7fff;
	return class == 1 || class == 3 || class == 4 || class == 254 || class == 255;
}

bool dns_read(
	struct dns_message *message, const unsigned char *bytes, size_t known, uint64_t length)
{
	unsigned int records, class = 0;
	size_t at;

	*message = (struct dns_message){0};
	if (known < HEADER_SIZE)
		return false;
	message->id = (uint16_t)number_at(bytes);
	message->is_answer = bytes[2] & 0x80;
	message->opcode = bytes[2] >> 3 & 0xf;
	message->is_truncated = bytes[2] & 0x02;
	message->rcode = bytes[3] & 0xf;
	message->questions = (uint16_t)number_at(bytes + 4);
	message->answers = (uint16_t)number_at(bytes + 6);
	records = message->answers + number_at(bytes + 8) + number_at(bytes + 10);
	/* The bit that is reserved, and a question's rcode, are 0. */
	if (bytes[3] & 0x40 || (!message->is_answer && message->rcode != 0) ||
		(message->opcode != OPCODE_QUERY && message->opcode != OPCODE_NOTIFY &&
			message->opcode != OPCODE_UPDATE))
		return false;
	if (message->questions == 0)
		return records > 0 && HEADER_SIZE + (uint64_t)records * SHORTEST_RECORD <= length;
	at = read_name(message, bytes, known, HEADER_SIZE);
	if (at == 0)
		return false;
	if (!message->is_cut && known >= at + 4) {
		message->type = (uint16_t)number_at(bytes + at);
		class = number_at(bytes + at + 2);
		if (!is_class(class) || message->type == 0)
			return false;
	}
	message->is_cut = known < at + 4;
	if (message->is_cut && known == length)
		return false;
	at += 4;
	if (at + (uint64_t)(message->questions - 1) * 5 + (uint64_t)records * SHORTEST_RECORD >
		length)
		return false;
	/* Nothing is behind the last record. */
	if (message->questions == 1 && records == 0 && at < length && !message->is_cut)
		return false;
	set_keys(message, class & 0x7fff);
	return true;
}

bool dns_is_plain(const struct dns_message *message)
{
	for (size_t i = 0; i < message->name_length; i++)
		if (!isgraph((unsigned char)message->name[i]))
			return false;
	return message->questions == 1 && message->type != 0 && message->opcode == OPCODE_QUERY &&
	       (message->is_answer || (message->answers == 0 && !message->is_truncated));
}

/* --- addresses --- */

/* Where the name at `at` ends, wherever its pointer leads (RFC 1035, 4.1.4); 0: not there. */
static size_t pass_name(const unsigned char *bytes, size_t known, size_t at)
{
	while (at < known) {
		size_t label = bytes[at];
		if (label == 0)
			return at + 1;
		if ((label & 0xc0) == 0xc0)
			return at + 2;
		if (label > LONGEST_LABEL)
			return 0;
		at += label + 1;
	}
	return 0;
}

void dns_addresses(const unsigned char *bytes, size_t known,
	void (*found)(void *context, const struct dns_address *address), void *context)
{
	struct dns_message message;

	if (!dns_read(&message, bytes, known, known) || !message.is_answer || message.rcode != 0 ||
		message.is_cut || message.name_length == 0 || !dns_is_plain(&message))
		return;
	size_t at = pass_name(bytes, known, HEADER_SIZE) + 4;
	for (unsigned int i = 0; i < message.answers; i++) {
		at = pass_name(bytes, known, at);
		/* Type, class, time to live, length: RFC 1035, 4.1.3. */
		if (at == 0 || at + 10 > known)
			return;
		unsigned int type = number_at(bytes + at), class = number_at(bytes + at + 2);
		size_t length = number_at(bytes + at + 8);
		at += 10;
		if (length > known - at)
			return;
		struct dns_address address = {.is_ipv6 = type == TYPE_AAAA};
		if (class == CLASS_IN &&
			((type == TYPE_A && length == 4) || (type == TYPE_AAAA && length == 16))) {
			memcpy(address.name, message.name, message.name_length + 1);
			memcpy(address.address, bytes + at, length);
			found(context, &address);
		}
		at += length;
	}
}

/* --- what it says --- */

const char *dns_type_name(unsigned int type)
{
	static const char *const types[] = {
		[1] = "A",
		[2] = "NS",
		[5] = "CNAME",
		[6] = "SOA",
		[12] = "PTR",
		[13] = "HINFO",
		[15] = "MX",
		[16] = "TXT",
		[28] = "AAAA",
		[29] = "LOC",
		[33] = "SRV",
		[35] = "NAPTR",
		[39] = "DNAME",
		[43] = "DS",
		[44] = "SSHFP",
		[46] = "RRSIG",
		[47] = "NSEC",
		[48] = "DNSKEY",
		[50] = "NSEC3",
		[52] = "TLSA",
		[64] = "SVCB",
		[65] = "HTTPS",
		[99] = "SPF",
		[TYPE_IXFR] = "IXFR",
		[TYPE_AXFR] = "AXFR",
		[255] = "ANY",
	};

	if (type == 257)
		return "CAA";
	return type < sizeof(types) / sizeof(*types) ? types[type] : NULL;
}

static void name_type(struct name *name, unsigned int type)
{
	const char *known = dns_type_name(type);

	if (known)
		name_format(name, "%s", known);
	else
		name_format(name, "TYPE%u", type);
}

const char *dns_rcode_name(unsigned int rcode)
{
	static const char *const rcodes[] = {
		"NOERROR",
		"FORMERR",
		"SERVFAIL",
		"NXDOMAIN",
		"NOTIMP",
		"REFUSED",
		"YXDOMAIN",
		"YXRRSET",
		"NXRRSET",
		"NOTAUTH",
		"NOTZONE",
	};

	return rcode < sizeof(rcodes) / sizeof(*rcodes) ? rcodes[rcode] : NULL;
}

static void name_rcode(struct name *name, unsigned int rcode)
{
	const char *known = dns_rcode_name(rcode);

	if (known)
		name_format(name, "%s", known);
	else
		name_format(name, "RCODE%u", rcode);
}

static void name_question(struct name *name, const struct dns_message *message)
{
	if (message->opcode == OPCODE_NOTIFY)
		name_format(name, "NOTIFY ");
	if (message->opcode == OPCODE_UPDATE)
		name_format(name, "UPDATE ");
	if (message->type != 0) {
		name_type(name, message->type);
		name_format(name, " ");
	}
	if (message->name_length > 0)
		name_bytes(name, message->name, message->name_length);
	else if (message->questions > 0)
		name_format(name, ".");
	if (message->is_cut)
		name_cut(name);
	else if (message->questions > 1)
		name_format(name, " and %d more", message->questions - 1);
}

static void name_answer(struct name *name, const struct dns_message *message)
{
	name_rcode(name, message->rcode);
	name_format(name, message->answers == 1 ? ", 1 answer" : ", %d answers", message->answers);
	if (message->is_truncated)
		name_format(name, ", truncated");
}

void dns_write_name(char *text, const struct dns_message *message)
{
	struct name name = name_begin(text);

	if (message->is_answer)
		name_answer(&name, message);
	else
		name_question(&name, message);
}

/* --- over TCP: each message behind its length, RFC 1035, 4.2.2 --- */

#define LENGTH_SIZE 2
/* So many bytes of a message are looked at: those of the longest question. */
#define LOOKED_AT (LENGTH_SIZE + HEADER_SIZE + DNS_NAME_SIZE + 4)

struct dns {
	/* One more than the exchange of the question that waits, by its pair. */
	struct id_map asked;
	struct dns_message message[2]; /* that passes, by speaker */
	/* A transfer of a zone is one answer of many messages. */
	bool is_transfer;
	uint16_t transfer;
};

/* As far as it is there. */
static enum verdict read_message(struct dns_message *message, const unsigned char *bytes,
	size_t count, bool is_cut, uint64_t *length)
{
	uint64_t wanted;

	if (count < LENGTH_SIZE)
		return is_cut ? VERDICT_NO : VERDICT_PERHAPS;
	*length = number_at(bytes);
	if (*length <= HEADER_SIZE)
		return VERDICT_NO;
	wanted = LENGTH_SIZE + *length;
	wanted = wanted < LOOKED_AT ? wanted : LOOKED_AT;
	if (count < wanted && !is_cut)
		return VERDICT_PERHAPS;
	count = count < wanted ? count : (size_t)wanted;
	return dns_read(message, bytes + LENGTH_SIZE, count - LENGTH_SIZE, *length) ? VERDICT_YES
										    : VERDICT_NO;
}

static enum verdict recognise(const struct opening *opening, enum speaker *asker)
{
	enum speaker first = opening->first;
	const unsigned char *bytes = opening->bytes[first];
	size_t count = opening->count[first];
	struct dns_message message;
	uint64_t length = 0;
	enum verdict verdict;

	/* What can be known at once: a short length, and then the header of a question. */
	if ((count > 0 && bytes[0] > 1) || (count > 4 && bytes[4] & 0xfa) ||
		(count > 6 && bytes[6] != 0) || (count > 7 && bytes[7] != 1))
		return VERDICT_NO;
	verdict = read_message(&message, bytes, count, opening->is_cut[first], &length);
	if (opening->asker == speaker_other(first))
		return VERDICT_NO;
	*asker = first;
	return verdict == VERDICT_YES && (message.is_answer || !dns_is_plain(&message)) ? VERDICT_NO
											: verdict;
}

static uint64_t unit(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct dns *dns = stream_state(stream);
	struct dns_message *message = &dns->message[speaker];
	uint64_t length = 0;
	enum verdict verdict = read_message(message, bytes, count, is_cut, &length);
	void *asked = message->questions > 0 && verdict == VERDICT_YES
			      ? id_map_get(&dns->asked, message->pair)
			      : NULL;

	if (verdict != VERDICT_YES)
		return verdict == VERDICT_PERHAPS ? MORE_NEEDED : NOT_SPOKEN;
	if (!message->is_answer) {
		say_question_apart(stream, speaker);
		dns_write_name(said_name(stream, speaker), message);
		return LENGTH_SIZE + length;
	}
	if (asked) {
		id_map_remove(&dns->asked, message->pair);
		say_in_exchange(stream, speaker, (size_t)(uintptr_t)asked - 1);
	} else if (dns->is_transfer && dns->transfer == message->id) {
		say_again(stream, speaker);
		return LENGTH_SIZE + length;
	} else {
		say_notice(stream, speaker);
	}
	dns->is_transfer = message->type == TYPE_AXFR || message->type == TYPE_IXFR;
	dns->transfer = message->id;
	dns_write_name(said_name(stream, speaker), message);
	if (message->rcode != 0)
		said_failed(stream, speaker);
	return LENGTH_SIZE + length;
}

static void passed(struct protocol_stream *stream, enum speaker speaker)
{
	struct dns *dns = stream_state(stream);
	const struct dns_message *message = &dns->message[speaker];
	size_t exchange = say_end(stream, speaker);

	if (!message->is_answer && message->questions > 0)
		id_map_put(&dns->asked, message->pair, (void *)(uintptr_t)(exchange + 1));
}

static void resume(struct protocol_stream *stream, enum speaker speaker)
{
	(void)stream;
	(void)speaker;
}

static void lost(struct protocol_stream *stream)
{
	struct dns *dns = stream_state(stream);
	void *asked;

	for (size_t at = 0; (asked = id_map_next(&dns->asked, &at));)
		stream_untold(stream, (size_t)(uintptr_t)asked - 1);
}

static void release(void *state)
{
	id_map_free(&((struct dns *)state)->asked);
}

const struct decoder dns_decoder = {
	.protocol = PROTOCOL_DNS,
	.state_size = sizeof(struct dns),
	.recognise = recognise,
	.unit = unit,
	.passed = passed,
	.resume = resume,
	.lost = lost,
	.release = release,
};
