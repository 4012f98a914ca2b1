/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_member.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* A member whose bytes are there, and those up to the end of the struct. */
struct found {
	const struct structure_member *member;
	const unsigned char *bytes;
	size_t left;
	uint64_t before; /* the number that stands before it */
};

/* ax25_address: linux/ax25.h */
#define CALL_SIGN_SIZE 7

/* No address of a network interface is longer: MAX_ADDR_LEN in linux/netdevice.h. */
#define HARDWARE_LIMIT 32

void decode_internet(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length)
{
	char text[INET6_ADDRSTRLEN];

	if (length == sizeof(struct in_addr) || length == sizeof(struct in6_addr))
		json_text(w, key,
			inet_ntop(length == sizeof(struct in_addr) ? AF_INET : AF_INET6, bytes,
				text, sizeof(text)));
	else
		json_bytes(w, key, bytes, length, false);
}

void decode_hardware(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char text[3 * HARDWARE_LIMIT];
	size_t at = 0;

	if (length > HARDWARE_LIMIT) {
		json_bytes(w, key, bytes, length, false);
		return;
	}
	for (size_t i = 0; i < length; i++) {
		if (i > 0)
			text[at++] = ':';
		text[at++] = digits[bytes[i] >> 4];
		text[at++] = digits[bytes[i] & 15];
	}
	json_text_n(w, key, text, at);
}

/* The number in up to 8 bytes, of which the first has the lowest digits on this machine. */
static uint64_t number(const struct found *f)
{
	uint64_t value = 0;

	for (size_t i = 0; i < f->member->size && i < sizeof(value); i++)
		value |= (uint64_t)f->bytes[i] << 8 * i;
	return value;
}

static uint64_t network_number(const struct found *f)
{
	uint64_t value = 0;

	for (size_t i = 0; i < f->member->size && i < sizeof(value); i++)
		value = value << 8 | f->bytes[i];
	return value;
}

static int64_t signed_number(const struct found *f)
{
	uint64_t value = number(f);
	size_t bits = 8 * (size_t)f->member->size;

	if (bits > 0 && bits < 64 && (value >> (bits - 1) & 1))
		value |= UINT64_MAX << bits;
	return (int64_t)value;
}

static void hexadecimal(struct json_writer *w, const char *key, uint64_t value)
{
	char text[20];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	json_text(w, key, text);
}

static size_t counted(const struct found *f, size_t size)
{
	return f->before < f->left / size ? (size_t)f->before : f->left / size;
}

static size_t counted_bytes(const struct found *f)
{
	size_t room = f->member->size < f->left ? f->member->size : f->left;

	return f->before < room ? (size_t)f->before : room;
}

static void list(
	struct json_writer *w, const struct found *f, size_t size, decoder_of_bytes *decode)
{
	json_array_begin(w, f->member->name);
	for (size_t i = 0; i < counted(f, size); i++)
		decode(w, NULL, f->bytes + i * size, size);
	json_array_end(w);
}

/* The station that a call sign names: letters and digits, shifted, filled up with spaces, and a
 * number that tells its stations apart. What is no call sign is shown as the bytes that it is. */
static void call_sign(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t size)
{
	const size_t letters = size - 1;
	char text[16];
	size_t length = letters;

	while (length > 0 && bytes[length - 1] == ' ' << 1)
		length--;
	for (size_t i = 0; i < length; i++) {
		text[i] = (char)(bytes[i] >> 1);
		if ((bytes[i] & 1) || !(isdigit(text[i]) || isupper(text[i]))) {
			decode_hardware(w, key, bytes, size);
			return;
		}
	}
	snprintf(text + length, sizeof(text) - length, "-%d", bytes[letters] >> 1 & 15);
	json_text(w, key, length == 0 && bytes[letters] == 0 ? "*" : text);
}

static void member(struct json_writer *w, const struct found *f, decoder_of_bytes *address)
{
	const struct structure_member *m = f->member;

	switch (m->kind) {
	case MEMBER_UNSIGNED:
		json_unsigned(w, m->name, number(f));
		break;
	case MEMBER_SIGNED:
		json_number(w, m->name, signed_number(f));
		break;
	case MEMBER_CONSTANT:
		constant_write(w, m->name, m->names, (int64_t)number(f));
		break;
	case MEMBER_FLAGS:
		flags_write(w, m->name, m->names, number(f));
		break;
	case MEMBER_HEXADECIMAL:
		hexadecimal(w, m->name, number(f));
		break;
	case MEMBER_NETWORK:
		json_unsigned(w, m->name, network_number(f));
		break;
	case MEMBER_INTERNET:
		decode_internet(w, m->name, f->bytes, m->size);
		break;
	case MEMBER_INTERNET_LIST:
		list(w, f, sizeof(struct in_addr), decode_internet);
		break;
	case MEMBER_HARDWARE:
		decode_hardware(w, m->name, f->bytes, m->size);
		break;
	case MEMBER_COUNTED_HARDWARE:
		decode_hardware(w, m->name, f->bytes, counted_bytes(f));
		break;
	case MEMBER_ADDRESS:
		address(w, m->name, f->bytes, m->size);
		break;
	case MEMBER_ADDRESS_LIST:
		list(w, f, sizeof(struct sockaddr_storage), address);
		break;
	case MEMBER_CALL_SIGN:
		call_sign(w, m->name, f->bytes, CALL_SIGN_SIZE);
		break;
	case MEMBER_CALL_SIGN_LIST:
		list(w, f, CALL_SIGN_SIZE, call_sign);
		break;
	case MEMBER_TEXT:
		json_text_n(w, m->name, f->bytes, strnlen((const char *)f->bytes, m->size));
		break;
	case MEMBER_BYTES:
		json_bytes(w, m->name, f->bytes, m->size ? m->size : f->left, false);
		break;
	case MEMBER_COUNTED_BYTES:
		json_bytes(w, m->name, f->bytes, counted_bytes(f), false);
		break;
	case MEMBER_KIND_COUNT:
		break;
	}
}

/* Shorter than its room, as the member before it says, and perhaps cut. */
static bool is_counted(enum member_kind kind)
{
	return kind == MEMBER_COUNTED_HARDWARE || kind == MEMBER_COUNTED_BYTES;
}

void decode_members(struct json_writer *w, const struct structure *structure,
	const unsigned char *bytes, size_t length, decoder_of_bytes *address)
{
	uint64_t before = 0;

	for (const struct structure_member *m = structure->members; m->name; m++) {
		bool is_whole = length >= (size_t)m->offset + m->size;
		if (!is_whole && !(is_counted(m->kind) && length > m->offset))
			continue;
		struct found f = {m, bytes + m->offset, length - m->offset, before};
		member(w, &f, address);
		if (is_whole)
			before = number(&f);
	}
}
