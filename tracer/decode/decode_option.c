/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_option.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "tracer/decode/bytes.h"
#include "tracer/decode/decode_address.h"
#include "tracer/table/constants.h"
#include "tracer/table/socket_options.h"

/* The bytes of a value, on their way to the member `key`. */
struct value_bytes {
	const char *key;
	const unsigned char *bytes;
	size_t length;
};

static bool copy(struct value_bytes v, void *destination, size_t size)
{
	return bytes_copy(v.bytes, v.length, destination, size);
}

/* Each decoder returns false, having written nothing, when the bytes are not what it expects. */
typedef bool decoder(struct json_writer *w, struct value_bytes v);

static bool integer(struct json_writer *w, struct value_bytes v)
{
	int32_t value;

	/* ip(7) and ipv6(7) take a single byte for many options. */
	if (v.length != 1 && v.length != sizeof(value))
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

static bool linger(struct json_writer *w, struct value_bytes v)
{
	struct linger value;

	if (!copy(v, &value, sizeof(value)))
		return false;
	json_object_begin(w, v.key);
	json_number(w, "onoff", value.l_onoff);
	json_number(w, "seconds", value.l_linger);
	json_object_end(w);
	return true;
}

static bool credentials(struct json_writer *w, struct value_bytes v)
{
	struct ucred value;

	if (!copy(v, &value, sizeof(value)))
		return false;
	json_object_begin(w, v.key);
	json_number(w, "pid", value.pid);
	json_number(w, "uid", value.uid);
	json_number(w, "gid", value.gid);
	json_object_end(w);
	return true;
}

static bool string(struct json_writer *w, struct value_bytes v)
{
	json_text_n(w, v.key, v.bytes, strnlen((const char *)v.bytes, v.length));
	return true;
}

static bool constant(struct json_writer *w, struct value_bytes v, const struct constant *constants)
{
	int32_t value;

	if (!copy(v, &value, sizeof(value)))
		return false;
	constant_write(w, v.key, constants, value);
	return true;
}

static bool family(struct json_writer *w, struct value_bytes v)
{
	return constant(w, v, constants_families);
}

static bool type(struct json_writer *w, struct value_bytes v)
{
	return constant(w, v, constants_types);
}

static bool protocol(struct json_writer *w, struct value_bytes v)
{
	return constant(w, v, constants_ip_protocols);
}

static bool program(struct json_writer *w, struct value_bytes v)
{
	uint16_t count; /* the first member of struct sock_fprog: linux/filter.h */

	if (!copy(v, &count, sizeof(count)))
		return false;
	json_object_begin(w, v.key);
	json_number(w, "instructions", count);
	json_object_end(w);
	return true;
}

static void inet_member(struct json_writer *w, const char *key, int address_family, const void *ip)
{
	char text[INET6_ADDRSTRLEN];

	json_text(w, key, inet_ntop(address_family, ip, text, sizeof(text)));
}

/* An address, or one of two structs that begin alike: ip(7), IP_MULTICAST_IF. */
static bool membership(struct json_writer *w, struct value_bytes v)
{
	struct ip_mreqn value = {0};

	if (v.length == sizeof(struct in_addr)) {
		inet_member(w, v.key, AF_INET, v.bytes);
		return true;
	}
	if (!copy(v, &value, v.length < sizeof(value) ? sizeof(struct ip_mreq) : sizeof(value)))
		return false;
	json_object_begin(w, v.key);
	inet_member(w, "group", AF_INET, &value.imr_multiaddr);
	inet_member(w, "address", AF_INET, &value.imr_address);
	if (v.length >= sizeof(value))
		json_number(w, "interface", value.imr_ifindex);
	json_object_end(w);
	return true;
}

static bool membership6(struct json_writer *w, struct value_bytes v)
{
	struct ipv6_mreq value;

	if (!copy(v, &value, sizeof(value)))
		return false;
	json_object_begin(w, v.key);
	inet_member(w, "group", AF_INET6, &value.ipv6mr_multiaddr);
	json_number(w, "interface", value.ipv6mr_interface);
	json_object_end(w);
	return true;
}

static bool group(struct json_writer *w, struct value_bytes v)
{
	/* struct group_req: a 32-bit program's has no room between its two members. */
	const size_t room = sizeof(struct group_req) - sizeof(struct sockaddr_storage);
	struct sockaddr_storage address_of_group;
	uint32_t interface;

	if (v.length + sizeof(interface) < sizeof(struct group_req))
		return false;
	size_t at = v.length < sizeof(struct group_req) ? sizeof(interface) : room;
	copy(v, &interface, sizeof(interface));
	memcpy(&address_of_group, v.bytes + at, sizeof(address_of_group));
	json_object_begin(w, v.key);
	decode_address(w, "group", (const unsigned char *)&address_of_group,
		address_of_group.ss_family == AF_INET ? sizeof(struct sockaddr_in)
						      : sizeof(struct sockaddr_in6));
	json_number(w, "interface", interface);
	json_object_end(w);
	return true;
}

/* Kernels differ in how much of it they fill; the fields up to tcpi_total_retrans are in all. */
static bool tcp_info(struct json_writer *w, struct value_bytes v)
{
	struct tcp_info info = {0};

	if (!copy(v, &info, offsetof(struct tcp_info, tcpi_total_retrans) + sizeof(uint32_t)))
		return false;
	json_object_begin(w, v.key);
	constant_write(w, "state", constants_tcp_states, info.tcpi_state);
	json_number(w, "retransmits", info.tcpi_retransmits);
	json_number(w, "rtt_us", info.tcpi_rtt);
	json_number(w, "rttvar_us", info.tcpi_rttvar);
	json_number(w, "snd_mss", info.tcpi_snd_mss);
	json_number(w, "rcv_mss", info.tcpi_rcv_mss);
	json_number(w, "snd_cwnd", info.tcpi_snd_cwnd);
	json_number(w, "unacked", info.tcpi_unacked);
	json_number(w, "lost", info.tcpi_lost);
	json_number(w, "total_retrans", info.tcpi_total_retrans);
	json_object_end(w);
	return true;
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
	[OPTION_LINGER] = linger,
	[OPTION_CREDENTIALS] = credentials,
	[OPTION_STRING] = string,
	[OPTION_FAMILY] = family,
	[OPTION_TYPE] = type,
	[OPTION_PROTOCOL] = protocol,
	[OPTION_PROGRAM] = program,
	[OPTION_MEMBERSHIP] = membership,
	[OPTION_MEMBERSHIP6] = membership6,
	[OPTION_GROUP] = group,
	[OPTION_TCP_INFO] = tcp_info,
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
	decoder *decode = kinds[known ? known->kind : OPTION_INTEGER];

	if (!decode || !decode(w, (struct value_bytes){key, bytes, length}))
		json_bytes(w, key, bytes, length, false);
}

void decode_protocol(
	struct json_writer *w, const char *key, int64_t family_number, int64_t protocol_number)
{
	if (family_number == AF_NETLINK)
		constant_write(w, key, constants_netlink_protocols, protocol_number);
	else if (protocol_number != 0 && (family_number == AF_INET || family_number == AF_INET6))
		constant_write(w, key, constants_ip_protocols, protocol_number);
	else
		json_number(w, key, protocol_number);
}
