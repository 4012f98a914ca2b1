/* SPDX-License-Identifier: MIT */
#include "viewer/views/packet_header.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* Adds numbers in network order. */
struct packet_bytes {
	unsigned char *bytes;
	size_t length;
};

static void add8(struct packet_bytes *header, unsigned int number)
{
	header->bytes[header->length++] = (unsigned char)number;
}

static void add16(struct packet_bytes *header, unsigned int number)
{
	add8(header, number >> 8);
	add8(header, number);
}

static void add32(struct packet_bytes *header, uint32_t number)
{
	add16(header, number >> 16);
	add16(header, number & 0xffff);
}

static void add(struct packet_bytes *header, const void *bytes, size_t length)
{
	memcpy(header->bytes + header->length, bytes, length);
	header->length += length;
}

static void set16(struct packet_bytes *header, size_t at, unsigned int number)
{
	header->bytes[at] = (unsigned char)(number >> 8);
	header->bytes[at + 1] = (unsigned char)number;
}

/* --- IPv4, IPv6, TCP, UDP --- */

#define IPV4_SIZE     20
#define IPV6_SIZE     40
#define TCP_SIZE      20
#define TCP_SYN_SIZE  28
#define UDP_SIZE      8
#define TIME_TO_LIVE  64
#define DONT_FRAGMENT 0x4000

/* The window is the largest one there is, 65535 << 14, as nothing tells what it was: RFC 7323. */
#define WINDOW       65535
#define WINDOW_SHIFT 14

/* The sum of the words of 16 bits, the last one filled up with zeros: RFC 1071. */
static uint64_t sum_of(uint64_t sum, const unsigned char *bytes, size_t length)
{
	/* Byte by byte: gcc 14 reads a last one that has no pair also where there is none. */
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (uint64_t)bytes[i] << 8;
	return sum;
}

static unsigned int checksum(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (unsigned int)~sum & 0xffff;
}

static unsigned int ip_protocol(const struct captured *packet)
{
	return packet->kind == PACKET_TCP ? IPPROTO_TCP : IPPROTO_UDP;
}

/* `length`: of what follows. RFC 791, 3.1; RFC 8200, 3. */
static void add_ip(struct packet_bytes *header, const struct captured *packet, size_t length)
{
	size_t bytes = internet_bytes(&packet->from);

	if (packet->from.is_ipv6) {
		add32(header, UINT32_C(6) << 28);
		add16(header, (unsigned int)length);
		add8(header, ip_protocol(packet));
		add8(header, TIME_TO_LIVE);
	} else {
		add16(header, 0x4500);
		add16(header, (unsigned int)(IPV4_SIZE + length));
		add16(header, 0);
		add16(header, DONT_FRAGMENT);
		add8(header, TIME_TO_LIVE);
		add8(header, ip_protocol(packet));
		add16(header, 0);
	}
	add(header, packet->from.address, bytes);
	add(header, packet->to.address, bytes);
	if (!packet->from.is_ipv6)
		set16(header, 10, checksum(sum_of(0, header->bytes, IPV4_SIZE)));
}

/* Where not all bytes are there it stays 0, as it cannot be known; of UDP that means that there is
 * none, which IPv6 does not allow: RFC 8200, 8.1. */
static void set_checksum(
	struct packet_bytes *header, const struct captured *packet, size_t begins, size_t at)
{
	size_t bytes = internet_bytes(&packet->from), size = header->length - begins;

	if (packet->known < packet->length) {
		if (packet->kind == PACKET_UDP && packet->from.is_ipv6)
			set16(header, at, 0xffff);
		return;
	}
	uint64_t sum = sum_of(0, packet->from.address, bytes);
	sum = sum_of(sum, packet->to.address, bytes);
	sum += ip_protocol(packet) + size + packet->length;
	sum = sum_of(sum, header->bytes + begins, size);
	unsigned int found = checksum(sum_of(sum, packet->bytes, packet->length));
	set16(header, at, found == 0 && packet->kind == PACKET_UDP ? 0xffff : found);
}

/* The maximum segment size, and window scale behind a filler: RFC 9293, 3.2; RFC 7323, 2.2. */
static void add_syn_options(struct packet_bytes *header)
{
	add8(header, TCPOPT_MAXSEG);
	add8(header, TCPOLEN_MAXSEG);
	add16(header, SEGMENT_MOST);
	add8(header, TCPOPT_NOP);
	add8(header, TCPOPT_WINDOW);
	add8(header, TCPOLEN_WINDOW);
	add8(header, WINDOW_SHIFT);
}

/* RFC 9293, 3.1 */
static void add_tcp(struct packet_bytes *header, const struct captured *packet)
{
	bool is_syn = packet->flags & PACKET_SYN;
	size_t size = is_syn ? TCP_SYN_SIZE : TCP_SIZE, begins;

	add_ip(header, packet, size + packet->length);
	begins = header->length;
	add16(header, packet->from.port);
	add16(header, packet->to.port);
	add32(header, packet->sequence);
	add32(header, packet->acknowledgement);
	add8(header, (unsigned int)(size / 4) << 4);
	add8(header, packet->flags);
	add16(header, WINDOW);
	add16(header, 0);
	add16(header, 0);
	if (is_syn)
		add_syn_options(header);
	set_checksum(header, packet, begins, begins + 16);
}

/* RFC 768 */
static void add_udp(struct packet_bytes *header, const struct captured *packet)
{
	size_t begins;

	add_ip(header, packet, UDP_SIZE + packet->length);
	begins = header->length;
	add16(header, packet->from.port);
	add16(header, packet->to.port);
	add16(header, (unsigned int)(UDP_SIZE + packet->length));
	add16(header, 0);
	set_checksum(header, packet, begins, begins + 6);
}

/* --- what is not on a wire --- */

/* epan/exported_pdu.h of Wireshark. */
enum pdu_tag {
	EXP_PDU_TAG_END_OF_OPT = 0,
	EXP_PDU_TAG_DISSECTOR_NAME = 12,
	EXP_PDU_TAG_DISSECTOR_TABLE_NAME = 14,
	EXP_PDU_TAG_PORT_TYPE = 24,
	EXP_PDU_TAG_SRC_PORT = 25,
	EXP_PDU_TAG_DST_PORT = 26,
	EXP_PDU_TAG_DISSECTOR_TABLE_NAME_NUM_VAL = 32,
};

#define EXP_PDU_PT_TCP 2

static void add_tag(struct packet_bytes *header, enum pdu_tag tag, uint32_t number)
{
	add16(header, tag);
	add16(header, sizeof(number));
	add32(header, number);
}

static void add_name(struct packet_bytes *header, enum pdu_tag tag, const char *name)
{
	size_t length = strlen(name);

	add16(header, tag);
	add16(header, (unsigned int)(length + 3) / 4 * 4);
	add(header, name, length);
	while (header->length % 4)
		add8(header, 0);
}

/* That of Redis has no name of its own (epan/dissectors/packet-resp.c): it is known by its port. */
#define REDIS_PORT 6379

/* The ids of the sockets stand for ports: they tell conversations apart. */
static void add_pdu(struct packet_bytes *header, const struct captured *packet)
{
	if (strcmp(packet->dissector, "resp") == 0) {
		add_name(header, EXP_PDU_TAG_DISSECTOR_TABLE_NAME, "tcp.port");
		add_tag(header, EXP_PDU_TAG_DISSECTOR_TABLE_NAME_NUM_VAL, REDIS_PORT);
	} else {
		add_name(header, EXP_PDU_TAG_DISSECTOR_NAME, packet->dissector);
	}
	add_tag(header, EXP_PDU_TAG_PORT_TYPE, EXP_PDU_PT_TCP);
	add_tag(header, EXP_PDU_TAG_SRC_PORT, (uint32_t)packet->from_socket);
	add_tag(header, EXP_PDU_TAG_DST_PORT, (uint32_t)packet->to_socket);
	add16(header, EXP_PDU_TAG_END_OF_OPT);
	add16(header, 0);
}

/* https://www.tcpdump.org/linktypes/LINKTYPE_NETLINK.html; linux/if_packet.h has
 * them as PACKET_HOST and PACKET_OUTGOING; linux/if_arp.h */
#define DELIVERY_HOST     0
#define DELIVERY_OUTGOING 4
#define ARPHRD_NETLINK    824

static void add_netlink(struct packet_bytes *header, const struct captured *packet)
{
	static const unsigned char unused[10];

	add16(header, packet->is_sent ? DELIVERY_OUTGOING : DELIVERY_HOST);
	add16(header, ARPHRD_NETLINK);
	add(header, unused, sizeof(unused));
	add16(header, packet->netlink);
}

size_t packet_header(unsigned char bytes[PACKET_HEADER_SIZE], const struct captured *packet)
{
	struct packet_bytes header = {.bytes = bytes};

	switch (packet->kind) {
	case PACKET_TCP:
		add_tcp(&header, packet);
		break;
	case PACKET_UDP:
		add_udp(&header, packet);
		break;
	case PACKET_UNIX:
		add_pdu(&header, packet);
		break;
	case PACKET_NETLINK:
		add_netlink(&header, packet);
		break;
	case PACKET_KINDS:
		break;
	}
	return header.length;
}
