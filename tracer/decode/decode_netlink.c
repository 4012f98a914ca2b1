/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_netlink.h"

#include <linux/netlink.h>
#include <string.h>

#include "tracer/decode/bytes.h"
#include "tracer/decode/decode_member.h"
#include "tracer/decode/decode_struct.h"
#include "tracer/table/netlink.h"

/* The kernel's attributes nest no deeper; what a program has made may. */
#define DEPTH_LIMIT 8

/* Messages and attributes begin at multiples of 4: NLMSG_ALIGN, NLA_ALIGN. */
static size_t aligned(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

/* Where attributes stand. */
struct nest {
	uint8_t family; /* of the message */
	int depth;
	bool is_list;
	const struct attribute *known;
};

static void attributes(
	struct json_writer *w, struct nest in, const unsigned char *bytes, size_t length);

/* The number in the bytes of an attribute; false when these are no number. */
static bool number(const unsigned char *bytes, size_t length, bool is_network, uint64_t *value)
{
	*value = 0;
	if (length == 0 || length > sizeof(*value) || (length & (length - 1)) != 0)
		return false;
	for (size_t i = 0; i < length; i++)
		*value |= (uint64_t)bytes[is_network ? length - 1 - i : i] << 8 * i;
	return true;
}

/* A name that may begin with NUL, and is none of the file system's then: unix(7). */
static void path(struct json_writer *w, const unsigned char *bytes, size_t length)
{
	if (length > 0 && bytes[0] == '\0')
		json_text_n(w, "abstract", bytes + 1, length - 1);
	else
		json_text_n(w, "path", bytes, strnlen((const char *)bytes, length));
}

/* Writes the members that hold the value; false, having written nothing, when the bytes are not
 * what the attribute has. */
static bool attribute_value(struct json_writer *w, const struct attribute *known, struct nest in,
	const unsigned char *bytes, size_t length)
{
	bool is_network = known->kind == ATTRIBUTE_NETWORK;
	uint64_t value;

	switch (known->kind) {
	case ATTRIBUTE_NUMBER:
	case ATTRIBUTE_SIGNED:
	case ATTRIBUTE_NETWORK:
	case ATTRIBUTE_CONSTANT:
	case ATTRIBUTE_FLAGS:
		if (!number(bytes, length, is_network, &value))
			return false;
		if (known->kind == ATTRIBUTE_SIGNED)
			json_number(w, "value",
				(int64_t)(value << (64 - 8 * length)) >> (64 - 8 * length));
		else if (known->kind == ATTRIBUTE_CONSTANT)
			constant_write(w, "value", known->names, (int64_t)value);
		else if (known->kind == ATTRIBUTE_FLAGS)
			flags_write(w, "value", known->names, value);
		else
			json_unsigned(w, "value", value);
		return true;
	case ATTRIBUTE_FLAG:
		return length == 0;
	case ATTRIBUTE_TEXT:
	case ATTRIBUTE_INTERFACE:
		json_text_n(w, known->kind == ATTRIBUTE_TEXT ? "value" : "interface", bytes,
			strnlen((const char *)bytes, length));
		return true;
	case ATTRIBUTE_INTERNET:
		decode_internet(w, "address", bytes, length);
		return true;
	case ATTRIBUTE_HARDWARE:
		decode_hardware(w, "address", bytes, length);
		return true;
	case ATTRIBUTE_PATH:
		path(w, bytes, length);
		return true;
	case ATTRIBUTE_STRUCT:
		return decode_struct(w, "value", known->structure, bytes, length);
	case ATTRIBUTE_NESTED:
	case ATTRIBUTE_LIST:
		if (in.depth >= DEPTH_LIMIT)
			return false;
		in.depth++;
		in.is_list = known->kind == ATTRIBUTE_LIST;
		in.known = known->nested;
		attributes(w, in, bytes, length);
		return true;
	case ATTRIBUTE_BYTES:
		break;
	}
	return false;
}

static void attribute(struct json_writer *w, struct nest in, uint16_t type,
	const unsigned char *bytes, size_t length)
{
	const struct attribute element = {.kind = ATTRIBUTE_NESTED, .nested = in.known};
	const struct attribute *known =
		in.is_list ? &element
			   : netlink_attribute(in.known, type & NLA_TYPE_MASK, in.family);

	json_object_begin(w, NULL);
	if (known && known->name)
		json_text(w, "type", known->name);
	else
		json_number(w, "type", type & NLA_TYPE_MASK);
	if (type & ~NLA_TYPE_MASK)
		flags_write(w, "flags", constants_netlink_attribute_flags, type & ~NLA_TYPE_MASK);
	if (!known || !attribute_value(w, known, in, bytes, length))
		json_bytes(w, "value", bytes, length, false);
	json_object_end(w);
}

/* Ends at the first that is none, or not whole. The elements of a list are known by their place. */
static void attributes(
	struct json_writer *w, struct nest in, const unsigned char *bytes, size_t length)
{
	struct nlattr header;

	json_array_begin(w, "attributes");
	while (bytes_copy(bytes, length, &header, sizeof(header)) &&
		header.nla_len >= sizeof(header) && header.nla_len <= length) {
		attribute(w, in, header.nla_type, bytes + sizeof(header),
			header.nla_len - sizeof(header));
		size_t step = aligned(header.nla_len) < length ? aligned(header.nla_len) : length;
		bytes += step;
		length -= step;
	}
	json_array_end(w);
}

static void header_members(struct json_writer *w, int protocol, const struct nlmsghdr *header)
{
	const struct constant *messages = netlink_messages(protocol);

	json_unsigned(w, "length", header->nlmsg_len);
	if (header->nlmsg_type < NLMSG_MIN_TYPE)
		messages = constants_netlink_messages;
	if (messages)
		constant_write(w, "type", messages, header->nlmsg_type);
	else
		json_number(w, "type", header->nlmsg_type);
	flags_write(w, "flags", netlink_flags(protocol, header->nlmsg_type), header->nlmsg_flags);
	json_unsigned(w, "seq", header->nlmsg_seq);
	json_unsigned(w, "pid", header->nlmsg_pid);
}

static void body(struct json_writer *w, int protocol, bool is_received, uint16_t type,
	const unsigned char *bytes, size_t length)
{
	const struct netlink_body *known =
		length > 0 ? netlink_body(protocol, type, bytes[0], is_received) : NULL;

	if (!known)
		return;
	decode_struct(
		w, "header", known->header, bytes, length < known->size ? length : known->size);
	if (length > known->size)
		attributes(w, (struct nest){.family = bytes[0], .known = known->attributes},
			bytes + known->size, length - known->size);
}

/* NLMSG_ERROR and NLMSG_DONE: the error or 0, of the former the request that it answers, and
 * attributes: struct nlmsgerr in linux/netlink.h. */
static void answer(struct json_writer *w, int protocol, const struct nlmsghdr *header,
	const unsigned char *bytes, size_t length)
{
	struct nlmsghdr request;
	int32_t error;

	if (!bytes_copy(bytes, length, &error, sizeof(error)))
		return;
	const char *name = error < 0 && error > INT32_MIN ? strerrorname_np(-error) : NULL;
	if (name)
		json_text(w, "error", name);
	else
		json_number(w, "error", error);
	size_t at = sizeof(error);
	if (header->nlmsg_type == NLMSG_ERROR) {
		if (!bytes_copy(bytes + at, length - at, &request, sizeof(request)))
			return;
		bool is_capped = header->nlmsg_flags & NLM_F_CAPPED;
		size_t there = is_capped || request.nlmsg_len < sizeof(request) ? sizeof(request)
			       : request.nlmsg_len < length - at                ? request.nlmsg_len
										: length - at;
		json_object_begin(w, "request");
		header_members(w, protocol, &request);
		body(w, protocol, false, request.nlmsg_type, bytes + at + sizeof(request),
			there - sizeof(request));
		json_object_end(w);
		at += aligned(there) < length - at ? aligned(there) : length - at;
	}
	if ((header->nlmsg_flags & NLM_F_ACK_TLVS) && at < length)
		attributes(w, (struct nest){.known = netlink_answer_attributes}, bytes + at,
			length - at);
}

void decode_netlink(struct json_writer *w, const char *key, int protocol, bool is_received,
	const unsigned char *bytes, size_t length)
{
	struct nlmsghdr header;
	size_t at = 0;

	/* These are text. */
	if (protocol == NETLINK_KOBJECT_UEVENT)
		return;
	for (; bytes_copy(bytes + at, length - at, &header, sizeof(header)) &&
		header.nlmsg_len >= sizeof(header);) {
		size_t left = length - at, size = header.nlmsg_len < left ? header.nlmsg_len : left;
		const unsigned char *rest = bytes + at + sizeof(header);
		if (at == 0)
			json_array_begin(w, key);
		json_object_begin(w, NULL);
		header_members(w, protocol, &header);
		if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE)
			answer(w, protocol, &header, rest, size - sizeof(header));
		else
			body(w, protocol, is_received, header.nlmsg_type, rest,
				size - sizeof(header));
		if (size < header.nlmsg_len)
			json_bool(w, "truncated", true);
		json_object_end(w);
		at += aligned(size) < left ? aligned(size) : left;
	}
	if (at > 0)
		json_array_end(w);
}
