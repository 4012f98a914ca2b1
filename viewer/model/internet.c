/* SPDX-License-Identifier: MIT */
#include "viewer/model/internet.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/model/address.h"

#define IPV4_BYTES 4

/* What --redact took out stays one host among others: of addresses that nobody has, 240.0.0.0/4
 * (RFC 1112, 4) and 2001:db8::/32 (RFC 3849). */
static bool take_placeholder(struct internet *internet, const char *host)
{
	uint32_t ipv4 = address_placeholder(host, "ipv4-");
	uint32_t ipv6 = address_placeholder(host, "ipv6-");

	if (internet->is_ipv6 && ipv6 > 0) {
		ipv6 = htobe32(ipv6);
		memcpy(internet->address, "\x20\x01\x0d\xb8", 4);
		memcpy(internet->address + INTERNET_BYTES - sizeof(ipv6), &ipv6, sizeof(ipv6));
		return true;
	}
	if (internet->is_ipv6 || ipv4 == 0)
		return false;
	ipv4 = htobe32(UINT32_C(240) << 24 | (ipv4 & 0xffffff));
	memcpy(internet->address, &ipv4, sizeof(ipv4));
	return true;
}

struct internet internet_of_text(const char *text)
{
	struct internet internet = {0};
	char words[ADDRESS_SIZE];

	snprintf(words, sizeof(words), "%s", text);
	address_unmap(words);
	const char *port = address_port(words);
	unsigned long number = port ? strtoul(port + 1, NULL, 10) : 0;
	if (number <= UINT16_MAX)
		internet.port = (uint16_t)number;
	address_cut_port(words);
	size_t length = strlen(words);
	internet.is_ipv6 = length > 1 && words[0] == '[' && words[length - 1] == ']';
	if (internet.is_ipv6)
		words[length - 1] = '\0';
	internet.is_known = inet_pton(internet.is_ipv6 ? AF_INET6 : AF_INET,
				    words + internet.is_ipv6, internet.address) == 1 ||
			    take_placeholder(&internet, words + internet.is_ipv6);
	return internet;
}

struct internet internet_of(const struct value *address)
{
	char text[ADDRESS_SIZE];

	address_text(text, address);
	return internet_of_text(text);
}

size_t internet_bytes(const struct internet *internet)
{
	return internet->is_ipv6 ? INTERNET_BYTES : IPV4_BYTES;
}

bool internet_is_wildcard(const struct internet *internet)
{
	static const uint8_t zeros[INTERNET_BYTES];

	return memcmp(internet->address, zeros, sizeof(zeros)) == 0;
}

static void make_ipv6(struct internet *internet)
{
	static const uint8_t mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	uint8_t ipv4[IPV4_BYTES];

	if (internet->is_ipv6)
		return;
	internet->is_ipv6 = true;
	if (internet_is_wildcard(internet))
		return;
	memcpy(ipv4, internet->address, sizeof(ipv4));
	memcpy(internet->address, mapped, sizeof(mapped));
	memcpy(internet->address + sizeof(mapped), ipv4, sizeof(ipv4));
}

static void choose_local(struct internet *local, const struct internet *peer)
{
	static const uint8_t loopback[INTERNET_BYTES] = {[INTERNET_BYTES - 1] = 1};

	if (!internet_is_wildcard(local) || !peer->is_known)
		return;
	if (!peer->is_ipv6 && peer->address[0] == 127)
		memcpy(local->address, "\x7f\0\0\1", IPV4_BYTES);
	else if (peer->is_ipv6 && memcmp(peer->address, loopback, sizeof(loopback)) == 0)
		memcpy(local->address, loopback, sizeof(loopback));
}

void internet_pair(struct internet *one, struct internet *other)
{
	/* The wildcard of IPv6 stands for addresses of IPv4, too. */
	if (one->is_ipv6 != other->is_ipv6 && internet_is_wildcard(one))
		one->is_ipv6 = other->is_ipv6;
	else if (one->is_ipv6 != other->is_ipv6 && internet_is_wildcard(other))
		other->is_ipv6 = one->is_ipv6;
	if (one->is_ipv6 != other->is_ipv6) {
		make_ipv6(one);
		make_ipv6(other);
	}
	choose_local(one, other);
	choose_local(other, one);
}

void internet_text(char text[INTERNET_TEXT_SIZE], const struct internet *internet)
{
	char words[INET6_ADDRSTRLEN] = "";

	inet_ntop(internet->is_ipv6 ? AF_INET6 : AF_INET, internet->address, words, sizeof(words));
	snprintf(text, INTERNET_TEXT_SIZE, internet->is_ipv6 ? "[%s]:%u" : "%s:%u", words,
		(unsigned int)internet->port);
}
