/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_ancillary.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "tracer/decode/bytes.h"
#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_member.h"
#include "tracer/decode/decode_option.h"
#include "tracer/decode/decode_struct.h"

/* Copies the data into a struct of `size` bytes; false when there are not enough. */
static bool copy(const struct ancillary *message, void *destination, size_t size)
{
	return bytes_copy(message->data, message->length, destination, size);
}

/* Each decoder writes the member that holds the data, or returns false having written nothing. */
typedef bool decoder(struct json_writer *w, const struct ancillary *message);

static bool rights(struct json_writer *w, const struct ancillary *message)
{
	json_array_begin(w, "fds");
	for (size_t i = 0; i < message->length / sizeof(int); i++)
		json_number(w, NULL, ancillary_fd(message, i));
	json_array_end(w);
	return true;
}

static bool integer(struct json_writer *w, const struct ancillary *message)
{
	int32_t value;

	if (!copy(message, &value, sizeof(value)))
		return false;
	json_number(w, "value", value);
	return true;
}

static bool small(struct json_writer *w, const struct ancillary *message)
{
	uint16_t value;

	if (!copy(message, &value, sizeof(value)))
		return false;
	json_number(w, "value", value);
	return true;
}

static bool byte(struct json_writer *w, const struct ancillary *message)
{
	if (message->length < 1)
		return false;
	json_number(w, "value", message->data[0]);
	return true;
}

static bool wide(struct json_writer *w, const struct ancillary *message)
{
	uint64_t value;

	if (!copy(message, &value, sizeof(value)))
		return false;
	json_unsigned(w, "value", value);
	return true;
}

static bool string(struct json_writer *w, const struct ancillary *message)
{
	json_text_n(
		w, "value", message->data, strnlen((const char *)message->data, message->length));
	return true;
}

static bool timestamp(struct json_writer *w, const struct ancillary *message, const char *fraction)
{
	int64_t value[2];

	if (!bytes_times(message->data, message->length, value))
		return false;
	json_object_begin(w, "value");
	json_number(w, "seconds", value[0]);
	json_number(w, fraction, value[1]);
	json_object_end(w);
	return true;
}

static bool microseconds(struct json_writer *w, const struct ancillary *message)
{
	return timestamp(w, message, "microseconds");
}

static bool nanoseconds(struct json_writer *w, const struct ancillary *message)
{
	return timestamp(w, message, "nanoseconds");
}

/* struct scm_timestamping: by the kernel, in a way that is not used any more, and by the interface.
 */
static bool timestamps(struct json_writer *w, const struct ancillary *message)
{
	const size_t count = 3, size = message->length / count;
	int64_t value[2];

	if (!bytes_times(message->data, size, value))
		return false;
	json_array_begin(w, "value");
	for (size_t i = 0; i < count; i++) {
		bytes_times(message->data + i * size, size, value);
		json_object_begin(w, NULL);
		json_number(w, "seconds", value[0]);
		json_number(w, "nanoseconds", value[1]);
		json_object_end(w);
	}
	json_array_end(w);
	return true;
}

static bool internet(struct json_writer *w, const struct ancillary *message)
{
	decode_internet(w, "value", message->data, message->length);
	return true;
}

static bool flow_info(struct json_writer *w, const struct ancillary *message)
{
	uint32_t value;

	if (!copy(message, &value, sizeof(value)))
		return false;
	json_unsigned(w, "value", ntohl(value));
	return true;
}

static bool protocol(struct json_writer *w, const struct ancillary *message)
{
	decode_option_value(w, "value", IPPROTO_IP, 52, message->data, message->length);
	return true;
}

/* ip(7), IP_RECVERR: struct sock_extended_err, and then who sent the error. */
static bool extended_error(struct json_writer *w, const struct ancillary *message)
{
	struct sock_extended_err error;

	if (!copy(message, &error, sizeof(error)))
		return false;
	json_object_begin(w, "value");
	const char *name =
		error.ee_errno <= INT32_MAX ? strerrorname_np((int)error.ee_errno) : NULL;
	if (name)
		json_text(w, "error", name);
	else
		json_number(w, "error", error.ee_errno);
	json_number(w, "origin", error.ee_origin);
	json_number(w, "type", error.ee_type);
	json_number(w, "code", error.ee_code);
	json_number(w, "info", error.ee_info);
	json_number(w, "data", error.ee_data);
	decode_address(
		w, "offender", message->data + sizeof(error), message->length - sizeof(error));
	json_object_end(w);
	return true;
}

static bool address(struct json_writer *w, const struct ancillary *message)
{
	if (message->length == 0)
		return false;
	decode_address(w, "value", message->data, message->length);
	return true;
}

/* sys/socket.h, asm/socket.h, linux/in.h, linux/in6.h, linux/tcp.h, linux/udp.h, linux/sctp.h,
 * linux/if_packet.h, linux/netlink.h, linux/if_alg.h, linux/tls.h, linux/vm_sockets.h */
static const struct ancillary_type {
	int level, type;
	const char *name;
	decoder *decode;
	const struct structure *structure; /* in place of it */
} types[] = {
	{SOL_SOCKET, 1, "SCM_RIGHTS", rights},
	{SOL_SOCKET, 2, "SCM_CREDENTIALS", NULL, &structure_credentials},
	{SOL_SOCKET, 3, "SCM_SECURITY", string},
	{SOL_SOCKET, 4, "SCM_PIDFD", integer},
	{SOL_SOCKET, 12, "SO_PRIORITY", integer},
	{SOL_SOCKET, 29, "SCM_TIMESTAMP", microseconds},
	{SOL_SOCKET, 35, "SCM_TIMESTAMPNS", nanoseconds},
	{SOL_SOCKET, 36, "SO_MARK", integer},
	{SOL_SOCKET, 37, "SCM_TIMESTAMPING", timestamps},
	{SOL_SOCKET, 40, "SO_RXQ_OVFL", integer},
	{SOL_SOCKET, 41, "SCM_WIFI_STATUS", integer},
	{SOL_SOCKET, 54, "SCM_TIMESTAMPING_OPT_STATS", NULL},
	{SOL_SOCKET, 58, "SCM_TIMESTAMPING_PKTINFO", NULL, &structure_timestamping_packet},
	{SOL_SOCKET, 61, "SCM_TXTIME", wide},
	{SOL_SOCKET, 63, "SO_TIMESTAMP_NEW", microseconds},
	{SOL_SOCKET, 64, "SO_TIMESTAMPNS_NEW", nanoseconds},
	{SOL_SOCKET, 65, "SO_TIMESTAMPING_NEW", timestamps},
	{SOL_SOCKET, 78, "SCM_DEVMEM_LINEAR", NULL},
	{SOL_SOCKET, 79, "SCM_DEVMEM_DMABUF", NULL},
	{SOL_SOCKET, 81, "SCM_TS_OPT_ID", integer},
	{SOL_SOCKET, 84, "SCM_INQ", integer},
	{IPPROTO_IP, 1, "IP_TOS", byte},
	{IPPROTO_IP, 2, "IP_TTL", integer},
	{IPPROTO_IP, 3, "SCM_SECURITY", string},
	{IPPROTO_IP, 6, "IP_RECVOPTS", NULL},
	{IPPROTO_IP, 7, "IP_RETOPTS", NULL},
	{IPPROTO_IP, 8, "IP_PKTINFO", NULL, &structure_packet_info},
	{IPPROTO_IP, 11, "IP_RECVERR", extended_error},
	{IPPROTO_IP, 20, "IP_ORIGDSTADDR", address},
	{IPPROTO_IP, 23, "IP_CHECKSUM", integer},
	{IPPROTO_IP, 25, "IP_RECVFRAGSIZE", integer},
	{IPPROTO_IP, 52, "IP_PROTOCOL", protocol},
	{IPPROTO_IPV6, 11, "IPV6_FLOWINFO", flow_info},
	{IPPROTO_IPV6, 25, "IPV6_RECVERR", extended_error},
	{IPPROTO_IPV6, 50, "IPV6_PKTINFO", NULL, &structure_packet_info6},
	{IPPROTO_IPV6, 52, "IPV6_HOPLIMIT", integer},
	{IPPROTO_IPV6, 54, "IPV6_HOPOPTS", NULL},
	{IPPROTO_IPV6, 55, "IPV6_RTHDRDSTOPTS", NULL},
	{IPPROTO_IPV6, 57, "IPV6_RTHDR", NULL},
	{IPPROTO_IPV6, 59, "IPV6_DSTOPTS", NULL},
	{IPPROTO_IPV6, 61, "IPV6_PATHMTU", NULL, &structure_path_mtu},
	{IPPROTO_IPV6, 62, "IPV6_DONTFRAG", integer},
	{IPPROTO_IPV6, 67, "IPV6_TCLASS", integer},
	{IPPROTO_IPV6, 74, "IPV6_ORIGDSTADDR", address},
	{IPPROTO_IPV6, 77, "IPV6_RECVFRAGSIZE", integer},
	{IPPROTO_TCP, 36, "TCP_CM_INQ", integer},
	{IPPROTO_UDP, 103, "UDP_SEGMENT", small},
	{IPPROTO_UDP, 104, "UDP_GRO", integer},
	{IPPROTO_SCTP, 0, "SCTP_INIT", NULL, &structure_sctp_init},
	{IPPROTO_SCTP, 1, "SCTP_SNDRCV", NULL, &structure_sctp_send_receive},
	{IPPROTO_SCTP, 2, "SCTP_SNDINFO", NULL, &structure_sctp_send},
	{IPPROTO_SCTP, 3, "SCTP_RCVINFO", NULL, &structure_sctp_receive},
	{IPPROTO_SCTP, 4, "SCTP_NXTINFO", NULL, &structure_sctp_next},
	{IPPROTO_SCTP, 5, "SCTP_PRINFO", NULL, &structure_sctp_partial},
	{IPPROTO_SCTP, 6, "SCTP_AUTHINFO", NULL, &structure_sctp_authentication},
	{IPPROTO_SCTP, 7, "SCTP_DSTADDRV4", internet},
	{IPPROTO_SCTP, 8, "SCTP_DSTADDRV6", internet},
	{SOL_PACKET, 8, "PACKET_AUXDATA", NULL, &structure_packet_auxiliary},
	{SOL_PACKET, 16, "PACKET_TX_TIMESTAMP", extended_error},
	{SOL_NETLINK, 3, "NETLINK_PKTINFO", integer},
	{SOL_NETLINK, 8, "NETLINK_LISTEN_ALL_NSID", integer},
	{SOL_ALG, 2, "ALG_SET_IV", NULL},
	{SOL_ALG, 3, "ALG_SET_OP", integer},
	{SOL_ALG, 4, "ALG_SET_AEAD_ASSOCLEN", integer},
	{SOL_TLS, 1, "TLS_SET_RECORD_TYPE", byte},
	{SOL_TLS, 2, "TLS_GET_RECORD_TYPE", byte},
	/* SOL_VSOCK: glibc 2.38 */
	{287, 1, "VSOCK_RECVERR", extended_error},
};

static const struct ancillary_type *find(const struct ancillary *message)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].level == message->level && types[i].type == message->type)
			return &types[i];
	return NULL;
}

/* Its level and its type, which is returned; NULL when that is not known. */
static const struct ancillary_type *begin(struct json_writer *w, const struct ancillary *message)
{
	const struct ancillary_type *known = find(message);

	json_object_begin(w, NULL);
	decode_option_level(w, "level", message->level);
	if (known)
		json_text(w, "type", known->name);
	else
		json_number(w, "type", message->type);
	return known;
}

void decode_ancillary_broken(struct json_writer *w, const struct ancillary *message, uint64_t said)
{
	begin(w, message);
	json_unsigned(w, "length", said);
	json_bytes(w, "value", message->data, message->length, true);
	json_object_end(w);
}

void decode_ancillary(struct json_writer *w, const struct ancillary *message)
{
	const struct ancillary_type *known = begin(w, message);
	bool is_decoded = known && known->structure ? decode_struct(w, "value", known->structure,
							      message->data, message->length)
			  : known && known->decode  ? known->decode(w, message)
						    : false;
	if (!is_decoded)
		json_bytes(w, "value", message->data, message->length, false);
	json_object_end(w);
}
