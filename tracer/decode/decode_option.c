/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_option.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "tracer/decode/bytes.h"
#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_member.h"
#include "tracer/decode/decode_program.h"
#include "tracer/decode/decode_struct.h"
#include "tracer/table/constants.h"
#include "tracer/table/socket_options.h"

/* The bytes of a value, on their way to the member `key`. */
struct value_bytes {
	const char *key;
	const unsigned char *bytes;
	size_t length;
	const struct structure *structure;
	const struct constant *names;
};

static bool copy(struct value_bytes v, void *destination, size_t size)
{
	return bytes_copy(v.bytes, v.length, destination, size);
}

/* Each decoder returns false, having written nothing, when the bytes are not what it expects. */
typedef bool decoder(struct json_writer *w, struct value_bytes v);

static bool structure(struct json_writer *w, struct value_bytes v)
{
	return decode_struct(w, v.key, v.structure, v.bytes, v.length);
}

static bool integer(struct json_writer *w, struct value_bytes v)
{
	int32_t value;

	if (v.structure && structure(w, v))
		return true;
	/* ip(7) and ipv6(7) take a single byte for many options. */
	if (v.length != 1 && v.length < sizeof(value))
		return false;
	if (copy(v, &value, sizeof(value)))
		json_number(w, v.key, value);
	else
		json_number(w, v.key, v.bytes[0]);
	return true;
}

static bool wide(struct json_writer *w, struct value_bytes v)
{
	uint64_t value;

	if (!copy(v, &value, sizeof(value)))
		return integer(w, v);
	json_unsigned(w, v.key, value);
	return true;
}

static bool error(struct json_writer *w, struct value_bytes v)
{
	int32_t value;

	if (!copy(v, &value, sizeof(value)))
		return false;
	const char *name = value > 0 ? strerrorname_np(value) : NULL;
	if (name)
		json_text(w, v.key, name);
	else
		json_number(w, v.key, value);
	return true;
}

static bool time_value(struct json_writer *w, struct value_bytes v)
{
	int64_t value[2];

	if (!bytes_times(v.bytes, v.length, value))
		return false;
	json_object_begin(w, v.key);
	json_number(w, "seconds", value[0]);
	json_number(w, "microseconds", value[1]);
	json_object_end(w);
	return true;
}

static bool string(struct json_writer *w, struct value_bytes v)
{
	json_text_n(w, v.key, v.bytes, strnlen((const char *)v.bytes, v.length));
	return true;
}

static bool constant(struct json_writer *w, struct value_bytes v)
{
	int32_t value;

	if (!copy(v, &value, sizeof(value)))
		return false;
	constant_write(w, v.key, v.names, value);
	return true;
}

/* Without its instructions; or the descriptor of a program: packet(7), PACKET_FANOUT_DATA. */
static bool program(struct json_writer *w, struct value_bytes v)
{
	uint16_t count; /* the first member of struct sock_fprog: linux/filter.h */

	if (v.length == sizeof(int32_t))
		return integer(w, v);
	if (!copy(v, &count, sizeof(count)))
		return false;
	decode_program(w, v.key, count, NULL, 0);
	return true;
}

static bool internet(struct json_writer *w, struct value_bytes v)
{
	if (v.length != sizeof(struct in_addr))
		return structure(w, v);
	decode_internet(w, v.key, v.bytes, v.length);
	return true;
}

/* One after the other, each as long as the struct. */
static bool list(struct json_writer *w, struct value_bytes v)
{
	size_t size = v.structure->minimum;

	if (v.length % size != 0)
		return false;
	json_array_begin(w, v.key);
	for (size_t at = 0; at < v.length; at += size)
		decode_struct(w, NULL, v.structure, v.bytes + at, size);
	json_array_end(w);
	return true;
}

static bool numbers(struct json_writer *w, struct value_bytes v)
{
	uint32_t number;

	if (v.length % sizeof(number) != 0)
		return false;
	json_array_begin(w, v.key);
	for (size_t at = 0; at < v.length; at += sizeof(number)) {
		memcpy(&number, v.bytes + at, sizeof(number));
		json_unsigned(w, NULL, number);
	}
	json_array_end(w);
	return true;
}

/* Of the types of messages, those that are kept from the program, or let pass, whichever are fewer:
 * raw(7), ICMP_FILTER. */
static bool message_filter(
	struct json_writer *w, struct value_bytes v, size_t size, const struct constant *names)
{
	const size_t types = 8 * size;
	size_t set = 0;

	if (v.length < size)
		return false;
	for (size_t i = 0; i < types; i++)
		set += v.bytes[i / 8] >> i % 8 & 1;
	json_object_begin(w, v.key);
	json_array_begin(w, set > types / 2 ? "passed" : "filtered");
	for (size_t i = 0; i < types; i++)
		if ((v.bytes[i / 8] >> i % 8 & 1) == (set <= types / 2))
			constant_write(w, NULL, names, (int64_t)i);
	json_array_end(w);
	json_object_end(w);
	return true;
}

static bool icmp_filter(struct json_writer *w, struct value_bytes v)
{
	return message_filter(w, v, sizeof(uint32_t), constants_icmp_types);
}

static bool icmp6_filter(struct json_writer *w, struct value_bytes v)
{
	return message_filter(w, v, 8 * sizeof(uint32_t), constants_icmpv6_types);
}

static bool address(struct json_writer *w, struct value_bytes v)
{
	decode_address(w, v.key, v.bytes, v.length);
	return v.length > 0;
}

static decoder *const kinds[OPTION_KIND_COUNT] = {
	[OPTION_INTEGER] = integer,
	[OPTION_WIDE] = wide,
	[OPTION_ERROR] = error,
	[OPTION_TIME] = time_value,
	[OPTION_STRUCT] = structure,
	[OPTION_STRING] = string,
	[OPTION_CONSTANT] = constant,
	[OPTION_PROGRAM] = program,
	[OPTION_INTERNET] = internet,
	[OPTION_GROUP] = structure,
	[OPTION_LIST] = list,
	[OPTION_NUMBERS] = numbers,
	[OPTION_ICMP_FILTER] = icmp_filter,
	[OPTION_ICMP6_FILTER] = icmp6_filter,
	[OPTION_ADDRESS] = address,
};

void decode_option_level(struct json_writer *w, const char *key, int64_t level)
{
	constant_write(w, key, constants_levels, level);
}

void decode_option_name(struct json_writer *w, const char *key, int level, int64_t option)
{
	const struct socket_option *known = socket_option(level, (int)option);

	if (known)
		json_text(w, key, known->name);
	else
		json_number(w, key, option);
}

void decode_option_value(struct json_writer *w, const char *key, int level, int option,
	const unsigned char *bytes, size_t length)
{
	const struct socket_option *known = socket_option(level, option);
	struct value_bytes value = {
		key, bytes, length, known ? known->structure : NULL, known ? known->names : NULL};
	/* What an option is that is not known, its length tells at best. */
	bool is_bytes = !known && length != 1 && length != sizeof(int32_t);
	decoder *decode = kinds[known ? known->kind : is_bytes ? OPTION_BYTES : OPTION_INTEGER];

	if (!decode || !decode(w, value))
		json_bytes(w, key, bytes, length, false);
}

/* The names of a family's protocols. */
static const struct family_protocols {
	sa_family_t family;
	const struct constant *names;
} protocols[] = {
	{AF_NETLINK, constants_netlink_protocols},
	{AF_BLUETOOTH, constants_bluetooth_protocols},
	{AF_CAN, constants_can_protocols},
	{AF_PHONET, constants_phonet_protocols},
	{AF_CAIF, constants_caif_protocols},
	{AF_NFC, constants_nfc_protocols},
	{AF_KCM, constants_kcm_protocols},
	{AF_SMC, constants_smc_protocols},
	{AF_RXRPC, constants_families},
};

void decode_protocol(
	struct json_writer *w, const char *key, int64_t family_number, int64_t protocol_number)
{
	bool is_internet = family_number == AF_INET || family_number == AF_INET6;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (protocols[i].family != family_number)
			continue;
		constant_write(w, key, protocols[i].names, protocol_number);
		return;
	}
	if (protocol_number != 0 && is_internet)
		constant_write(w, key, constants_ip_protocols, protocol_number);
	else if (protocol_number != 0 && family_number == AF_PACKET)
		constant_write(
			w, key, constants_ethernet_protocols, ntohs((uint16_t)protocol_number));
	else
		json_number(w, key, protocol_number);
}
