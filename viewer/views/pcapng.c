/* SPDX-License-Identifier: MIT */
#include "viewer/views/pcapng.h"

#include <string.h>

enum block_type {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_NAMES = 4,
	BLOCK_PACKET = 6,
	BLOCK_SECRETS = 10,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define VERSION_MAJOR    1
#define VERSION_MINOR    0

/* Those of all blocks, of the section's, of an interface's and of a packet's. */
enum option_code {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	SHB_HARDWARE = 2,
	SHB_OS = 3,
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_TSRESOL = 9,
	EPB_FLAGS = 2,
};

#define TSRESOL_NS 9 /* 10^-9 s */

#define EPB_INBOUND  1u
#define EPB_OUTBOUND 2u

enum name_record { RECORD_END = 0, RECORD_IPV4 = 1, RECORD_IPV6 = 2 };

#define SECRETS_TLS 0x544c534bu

static void put(struct pcapng *pcapng, const void *bytes, size_t length)
{
	if (length > 0)
		text_raw(&pcapng->block, bytes, length);
}

static void put16(struct pcapng *pcapng, unsigned int number)
{
	uint16_t value = (uint16_t)number;

	put(pcapng, &value, sizeof(value));
}

static void put32(struct pcapng *pcapng, uint32_t value)
{
	put(pcapng, &value, sizeof(value));
}

/* Up to a multiple of 32 bits. */
static void pad(struct pcapng *pcapng)
{
	static const char zeros[3];

	put(pcapng, zeros, -pcapng->block.length % 4);
}

static void begin(struct pcapng *pcapng, enum block_type type)
{
	pcapng->block.length = 0;
	put32(pcapng, type);
	put32(pcapng, 0);
}

/* The length stands at both ends. */
static void end(struct pcapng *pcapng)
{
	uint32_t length;

	pad(pcapng);
	length = (uint32_t)(pcapng->block.length + sizeof(length));
	put32(pcapng, length);
	memcpy(pcapng->block.bytes + sizeof(uint32_t), &length, sizeof(length));
	text_raw(pcapng->text, pcapng->block.bytes, pcapng->block.length);
}

static void option(struct pcapng *pcapng, enum option_code code, const void *value, size_t length)
{
	if (length > UINT16_MAX)
		length = UINT16_MAX;
	put16(pcapng, code);
	put16(pcapng, (unsigned int)length);
	put(pcapng, value, length);
	pad(pcapng);
}

static void option_words(struct pcapng *pcapng, enum option_code code, const char *words)
{
	if (words && *words)
		option(pcapng, code, words, strlen(words));
}

static void options_end(struct pcapng *pcapng)
{
	option(pcapng, OPTION_END, "", 0);
}

void pcapng_begin(struct pcapng *pcapng, const char *hardware, const char *system,
	const char *application, const char *comment)
{
	begin(pcapng, BLOCK_SECTION);
	put32(pcapng, BYTE_ORDER_MAGIC);
	put16(pcapng, VERSION_MAJOR);
	put16(pcapng, VERSION_MINOR);
	/* The length of the section: it is not known yet. */
	put32(pcapng, UINT32_MAX);
	put32(pcapng, UINT32_MAX);
	option_words(pcapng, SHB_HARDWARE, hardware);
	option_words(pcapng, SHB_OS, system);
	option_words(pcapng, SHB_USERAPPL, application);
	option_words(pcapng, OPTION_COMMENT, comment);
	options_end(pcapng);
	end(pcapng);
}

uint32_t pcapng_interface(struct pcapng *pcapng, enum pcapng_linktype linktype, const char *name,
	const char *description)
{
	static const unsigned char resolution = TSRESOL_NS;

	begin(pcapng, BLOCK_INTERFACE);
	put16(pcapng, linktype);
	put16(pcapng, 0);
	/* No limit for the bytes of a packet. */
	put32(pcapng, 0);
	option_words(pcapng, IF_NAME, name);
	option_words(pcapng, IF_DESCRIPTION, description);
	option(pcapng, IF_TSRESOL, &resolution, sizeof(resolution));
	options_end(pcapng);
	end(pcapng);
	return pcapng->interfaces++;
}

void pcapng_packet(struct pcapng *pcapng, const struct pcapng_packet *packet)
{
	uint32_t flags = packet->is_sent ? EPB_OUTBOUND : EPB_INBOUND;

	begin(pcapng, BLOCK_PACKET);
	put32(pcapng, packet->interface);
	put32(pcapng, (uint32_t)(packet->time_ns >> 32));
	put32(pcapng, (uint32_t)packet->time_ns);
	put32(pcapng, (uint32_t)(packet->header_length + packet->known));
	put32(pcapng, (uint32_t)(packet->header_length + packet->length));
	put(pcapng, packet->header, packet->header_length);
	put(pcapng, packet->bytes, packet->known);
	pad(pcapng);
	option(pcapng, EPB_FLAGS, &flags, sizeof(flags));
	if (packet->comment_length > 0)
		option(pcapng, OPTION_COMMENT, packet->comment, packet->comment_length);
	options_end(pcapng);
	end(pcapng);
}

void pcapng_name(struct pcapng *pcapng, const struct internet *address, const char *name)
{
	size_t bytes = internet_bytes(address), length = strlen(name) + 1;

	begin(pcapng, BLOCK_NAMES);
	put16(pcapng, address->is_ipv6 ? RECORD_IPV6 : RECORD_IPV4);
	put16(pcapng, (unsigned int)(bytes + length));
	put(pcapng, address->address, bytes);
	put(pcapng, name, length);
	pad(pcapng);
	put16(pcapng, RECORD_END);
	put16(pcapng, 0);
	end(pcapng);
}

void pcapng_keys(struct pcapng *pcapng, const char *lines, size_t length)
{
	begin(pcapng, BLOCK_SECRETS);
	put32(pcapng, SECRETS_TLS);
	put32(pcapng, (uint32_t)length);
	put(pcapng, lines, length);
	end(pcapng);
}

void pcapng_free(struct pcapng *pcapng)
{
	text_free(&pcapng->block);
}
