/* SPDX-License-Identifier: MIT */
#include "viewer/model/address.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/decimal.h"
#include "format/hash.h"

static const char *member_text(const struct value *address, const char *key)
{
	const char *text = value_text(value_member(address, key), NULL);

	return text ? text : "";
}

/* Bytes, as they stand in the trace. */
static const char *bytes_text(const struct value *bytes)
{
	const char *hex = value_text(value_member(bytes, "hex"), NULL);

	return hex ? hex : value_text(value_member(bytes, "text"), NULL);
}

/* Also one that is too short for its family. */
static void other_family(char text[ADDRESS_SIZE], const struct value *address)
{
	size_t length =
		(size_t)snprintf(text, ADDRESS_SIZE, "%.40s", member_text(address, "family"));
	const char *key;
	const struct value *member;
	int64_t number;

	for (size_t i = 0; value_at(address, i, &key, &member) && length < ADDRESS_SIZE; i++) {
		if (value_integer(member, &number))
			length += (size_t)snprintf(text + length, ADDRESS_SIZE - length,
				" %.20s %" PRId64, key, number);
		else if (strcmp(key, "family") != 0 && value_text(member, NULL))
			length += (size_t)snprintf(text + length, ADDRESS_SIZE - length,
				" %.20s %.60s", key, value_text(member, NULL));
		else if (bytes_text(member))
			length += (size_t)snprintf(text + length, ADDRESS_SIZE - length,
				" %.20s %.60s", key, bytes_text(member));
	}
}

static void host_and_port(char text[ADDRESS_SIZE], const char *opening, const struct value *address,
	const char *closing, int64_t port)
{
	const char *host = member_text(address, "address");
	char *end = mempcpy(stpcpy(text, opening), host, strnlen(host, 60));

	*decimal_put(stpcpy(end, closing), port) = '\0';
}

static void whole_address(char text[ADDRESS_SIZE], const struct value *address)
{
	const char *family = member_text(address, "family");
	int64_t port = 0;

	bool has_address = value_member(address, "address");

	value_integer(value_member(address, "port"), &port);
	if (has_address && strcmp(family, "AF_INET") == 0)
		host_and_port(text, "", address, ":", port);
	else if (has_address && strcmp(family, "AF_INET6") == 0)
		host_and_port(text, "[", address, "]:", port);
	else if (value_member(address, "path"))
		snprintf(text, ADDRESS_SIZE, "%.200s", member_text(address, "path"));
	else if (value_member(address, "abstract"))
		snprintf(text, ADDRESS_SIZE, "@%.200s", member_text(address, "abstract"));
	else if (strcmp(family, "AF_UNIX") != 0)
		other_family(text, address);
}

void address_text(char text[ADDRESS_SIZE], const struct value *address)
{
	text[0] = '\0';
	if (!address)
		return;
	whole_address(text, address);
	size_t length = strlen(text);
	if (value_is_true(value_member(address, "truncated")))
		snprintf(text + length, ADDRESS_SIZE - length, "...");
}

const char *address_of_this_machine(const struct value *address, bool *is_wildcard)
{
	const char *text = member_text(address, "address");

	if (strncmp(member_text(address, "family"), "AF_INET", 7) != 0)
		return NULL;
	*is_wildcard = strcmp(text, "0.0.0.0") == 0 || strcmp(text, "::") == 0;
	return *is_wildcard || strncmp(text, "127.", 4) == 0 || strcmp(text, "::1") == 0 ||
			       strncmp(text, "::ffff:127.", 11) == 0
		       ? text
		       : NULL;
}

void address_short(char text[ADDRESS_SIZE], const struct value *address, bool is_told_apart)
{
	bool is_wildcard;
	int64_t port;

	address_text(text, address);
	if (!is_told_apart && address_of_this_machine(address, &is_wildcard) &&
		value_integer(value_member(address, "port"), &port))
		snprintf(text, ADDRESS_SIZE, ":%" PRId64, port);
	const char *slash = strrchr(text, '/');
	if (slash && slash != text && value_member(address, "path")) {
		char last[ADDRESS_SIZE];
		snprintf(last, sizeof(last), "%s", slash + 1);
		snprintf(text, ADDRESS_SIZE, "%s", last);
	}
}

int64_t address_port_number(const struct value *address)
{
	int64_t port = 0;

	value_integer(value_member(address, "port"), &port);
	return port > 0 && port <= UINT16_MAX ? port : 0;
}

const char *address_port(const char *text)
{
	const char *colon = *text == '/' || *text == '@' ? NULL : strrchr(text, ':');

	return colon && colon[1] && !colon[1 + strspn(colon + 1, "0123456789")] ? colon : NULL;
}

void address_cut_port(char *text)
{
	const char *port = address_port(text);

	if (port)
		text[port - text] = '\0';
}

bool address_is_kernels(const char *text)
{
	static const char kernel[] = "AF_NETLINK pid 0 ";

	return strncmp(text, kernel, sizeof(kernel) - 1) == 0;
}

uint32_t address_placeholder(const char *text, const char *kind)
{
	size_t length = strlen(kind);
	unsigned long number =
		strncmp(text, kind, length) == 0 ? strtoul(text + length, NULL, 10) : 0;

	return number <= UINT32_MAX ? (uint32_t)number : 0;
}

void address_unmap(char text[ADDRESS_SIZE])
{
	static const char mapped[] = "[::ffff:";
	const size_t prefix = sizeof(mapped) - 1;
	char *bracket = strrchr(text, ']');

	if (strncmp(text, mapped, prefix) != 0 || !bracket ||
		(!strchr(text + prefix, '.') && !address_placeholder(text + prefix, "ipv4-")))
		return;
	memmove(bracket, bracket + 1, strlen(bracket));
	memmove(text, text + prefix, strlen(text + prefix) + 1);
}

uint64_t address_hash(const struct value *from, const struct value *to)
{
	char text[2 * ADDRESS_SIZE + 1], *end = text;

	address_text(end, from);
	address_unmap(end);
	end += strlen(end);
	*end++ = '\n';
	address_text(end, to);
	address_unmap(end);
	return hash_of(text, strlen(text));
}

bool address_is_unspecified(const struct value *address)
{
	const char *family = value_text(value_member(address, "family"), NULL);

	return family && strcmp(family, "AF_UNSPEC") == 0;
}
