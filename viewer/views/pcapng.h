/* SPDX-License-Identifier: MIT */
/*
 * Writes a file of packets: the blocks of pcapng, little-endian or as the machine has it.
 *
 *	struct pcapng pcapng = {.text = text};
 *	pcapng_begin(&pcapng, …);
 *	uint32_t interface = pcapng_interface(&pcapng, LINKTYPE_RAW, "…", "…");
 *	pcapng_packet(&pcapng, &packet);
 *	pcapng_free(&pcapng);
 *
 * draft-ietf-opsawg-pcapng-03, "PCAP Now Generic (pcapng) Capture File Format": section 4.1 Section
 * Header Block, 4.2 Interface Description Block, 4.3 Enhanced Packet Block, 4.5 Name Resolution
 * Block, 4.7 Decryption Secrets Block, 3.5 options. Process blocks, which later drafts have, are
 * left out: Wireshark 4.0 shows them as packets.
 */
#ifndef VIEWER_PCAPNG_H
#define VIEWER_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viewer/model/internet.h"
#include "viewer/term/text.h"

/* https://www.tcpdump.org/linktypes.html */
enum pcapng_linktype {
	LINKTYPE_RAW = 101, /* begins with the header of IPv4 or IPv6 */
	LINKTYPE_WIRESHARK_UPPER_PDU = 252,
	LINKTYPE_NETLINK = 253,
};

struct pcapng {
	struct text *text;   /* borrowed */
	struct text block;   /* owned: the one that is being written */
	uint32_t interfaces; /* that were described */
};

struct pcapng_packet {
	uint32_t interface;
	uint64_t time_ns; /* since 1970, UTC */
	bool is_sent;     /* epb_flags: outbound; or else inbound */
	/* What stands before the bytes; the packet was `length` bytes longer than these. */
	const unsigned char *header;
	size_t header_length;
	const unsigned char *bytes;
	size_t known, length;
	const char *comment; /* UTF-8 */
	size_t comment_length;
};

/* Words may be NULL, and are UTF-8. */
void pcapng_begin(struct pcapng *pcapng, const char *hardware, const char *system,
	const char *application, const char *comment);

/* Returns its number. Times of its packets are in nanoseconds. */
uint32_t pcapng_interface(struct pcapng *pcapng, enum pcapng_linktype linktype, const char *name,
	const char *description);

void pcapng_packet(struct pcapng *pcapng, const struct pcapng_packet *packet);

void pcapng_name(struct pcapng *pcapng, const struct internet *address, const char *name);

/* Lines of an NSS key log, with which TLS is read. */
void pcapng_keys(struct pcapng *pcapng, const char *lines, size_t length);

void pcapng_free(struct pcapng *pcapng);

#endif
