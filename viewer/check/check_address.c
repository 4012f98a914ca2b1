/* SPDX-License-Identifier: MIT */
#include "viewer/check/check_address.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "format/command_line.h"
#include "format/memory.h"
#include "viewer/model/address.h"

#define LAST_PORT 65535

struct check_address {
	const char *family; /* "AF_UNIX"; NULL: IPv4 or IPv6, whichever */
	char *path;         /* owned: a pattern as in glob(7); NULL: any */
	/* An IPv4 address stands here as it is mapped into IPv6, so that both are compared alike;
	 * the first bits count, none of any. */
	struct in6_addr host;
	unsigned int bits;
	bool has_port;
	size_t first_port, last_port;
};

/* An address of the Internet, of the trace or of a rule. */
struct check_host {
	struct in6_addr address;
	bool is_ipv4;
};

static bool read_host(struct check_host *host, const char *text)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint8_t *bytes = host->address.s6_addr;

	if (inet_pton(AF_INET6, text, bytes) == 1) {
		host->is_ipv4 = memcmp(bytes, mapped, sizeof(mapped)) == 0;
		return true;
	}
	memcpy(bytes, mapped, sizeof(mapped));
	host->is_ipv4 = true;
	return inet_pton(AF_INET, text, bytes + sizeof(mapped)) == 1;
}

/* --- of a rule ------------------------------------------------------------------------------- */

/* "443" or "8000-8099". */
static bool read_ports(struct check_address *address, const char *text)
{
	char first[8];
	const char *dash = strchr(text, '-');
	size_t length = dash ? (size_t)(dash - text) : strlen(text);

	if (length >= sizeof(first))
		return false;
	*stpncpy(first, text, length) = '\0';
	address->has_port = true;
	return command_number(first, &address->first_port) &&
	       command_number(dash ? dash + 1 : first, &address->last_port) &&
	       address->first_port <= address->last_port && address->last_port <= LAST_PORT;
}

/* "127.0.0.1", "10.0.0.0/8", "fd00::/8". */
static bool read_network(struct check_address *address, char *text)
{
	char *slash = strchr(text, '/');
	struct check_host host = {0};
	size_t bits;

	if (slash)
		*slash = '\0';
	if (!read_host(&host, text))
		return false;
	size_t most = host.is_ipv4 ? 32 : 128;
	bits = most;
	if (slash && (!command_number(slash + 1, &bits) || bits > most))
		return false;
	address->family = host.is_ipv4 ? "AF_INET" : "AF_INET6";
	address->host = host.address;
	address->bits = (unsigned int)(bits + 128 - most);
	return true;
}

/* "10.0.0.1:80", "[::1]:80", "[fd00::]/8:80", ":80", and all that without a port. */
static bool read_internet(struct check_address *address, char *text)
{
	char *colon = strrchr(text, ':'), *bracket = strrchr(text, ']');

	/* An IPv6 address without brackets has no port. */
	if (colon && (*text == '[' ? colon > bracket : strchr(text, ':') == colon)) {
		*colon = '\0';
		if (!read_ports(address, colon + 1))
			return false;
		if (colon == text)
			return true;
	}
	if (*text == '[') {
		if (!bracket)
			return false;
		memmove(bracket, bracket + 1, strlen(bracket));
		text++;
	}
	return read_network(address, text);
}

static void append(struct check_addresses *addresses, struct check_address address)
{
	addresses->list = array_grow(
		addresses->list, addresses->count, &addresses->capacity, sizeof(*addresses->list));
	addresses->list[addresses->count++] = address;
}

/* Words for several addresses, or for all of a family. */
static const struct {
	const char *word, *family;
	const char *networks[2]; /* NULL: all */
} names[] = {
	{"loopback", NULL, {"127.0.0.0/8", "::1"}},
	{"inet", "AF_INET", {NULL}},
	{"inet6", "AF_INET6", {NULL}},
	{"unix", "AF_UNIX", {NULL}},
	{"netlink", "AF_NETLINK", {NULL}},
	{"packet", "AF_PACKET", {NULL}},
	{"vsock", "AF_VSOCK", {NULL}},
};

static bool add_named(struct check_addresses *addresses, const char *word)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(word, names[i].word) != 0)
			continue;
		if (names[i].family)
			append(addresses, (struct check_address){.family = names[i].family});
		for (size_t j = 0; j < 2 && names[i].networks[j]; j++)
			check_addresses_add(addresses, names[i].networks[j]);
		return true;
	}
	return false;
}

bool check_addresses_add(struct check_addresses *addresses, const char *word)
{
	static const char path[] = "unix:";
	struct check_address address = {0};
	char text[80];

	if (add_named(addresses, word))
		return true;
	if (strncmp(word, path, strlen(path)) == 0 && word[strlen(path)]) {
		address.family = "AF_UNIX";
		address.path = xstrdup(word + strlen(path));
	} else {
		size_t length = strlen(word);
		if (length >= sizeof(text))
			return false;
		memcpy(text, word, length + 1);
		if (!read_internet(&address, text))
			return false;
	}
	append(addresses, address);
	return true;
}

void check_addresses_free(struct check_addresses *addresses)
{
	for (size_t i = 0; i < addresses->count; i++)
		free(addresses->list[i].path);
	free(addresses->list);
}

bool check_addresses_want_hosts(const struct check_addresses *addresses)
{
	for (size_t i = 0; i < addresses->count; i++)
		if (addresses->list[i].path || addresses->list[i].bits > 0)
			return true;
	return false;
}

/* --- of a trace ------------------------------------------------------------------------------ */

/* As address_text() writes it. */
struct check_endpoint {
	bool is_told; /* false: nothing of it is known but its family */
	bool has_host;
	struct check_host host;
	size_t port;
};

static bool read_endpoint(struct check_endpoint *endpoint, const char *text)
{
	char host[ADDRESS_SIZE];
	const char *colon = strrchr(text, ':');
	bool has_brackets = *text == '[' && colon && colon > text + 1 && colon[-1] == ']';
	size_t length = colon ? (size_t)(colon - text) - (has_brackets ? 2 : 0) : 0;

	if (!colon || !command_number(colon + 1, &endpoint->port) || length >= sizeof(host))
		return false;
	memcpy(host, text + has_brackets, length);
	host[length] = '\0';
	endpoint->has_host = read_host(&endpoint->host, host);
	return true;
}

static bool has_bits(const struct check_address *address, const struct in6_addr *host)
{
	unsigned int bytes = address->bits / 8, rest = address->bits % 8;
	const uint8_t *one = address->host.s6_addr, *other = host->s6_addr;

	return memcmp(one, other, bytes) == 0 &&
	       (rest == 0 || (one[bytes] ^ other[bytes]) >> (8 - rest) == 0);
}

static enum check_match match_internet(
	const struct check_address *address, const struct check_endpoint *endpoint)
{
	bool is_host_wanted = address->bits > 0;

	if (!endpoint->is_told)
		return is_host_wanted || address->has_port ? CHECK_UNKNOWN : CHECK_YES;
	if (address->has_port &&
		(endpoint->port < address->first_port || endpoint->port > address->last_port))
		return CHECK_NO;
	if (!is_host_wanted)
		return CHECK_YES;
	if (!endpoint->has_host)
		return CHECK_UNKNOWN;
	return has_bits(address, &endpoint->host.address) ? CHECK_YES : CHECK_NO;
}

/* `family` is that of the address, "AF_INET" also of one that is mapped. */
static enum check_match match(const struct check_address *address, const char *family,
	const char *text, const struct check_endpoint *endpoint)
{
	bool is_internet = strcmp(family, "AF_INET") == 0 || strcmp(family, "AF_INET6") == 0;

	if (address->family ? strcmp(address->family, family) != 0 : !is_internet)
		return CHECK_NO;
	if (is_internet)
		return match_internet(address, endpoint);
	if (!address->path)
		return CHECK_YES;
	if (!*text)
		return CHECK_UNKNOWN;
	return fnmatch(address->path, text, 0) == 0 ? CHECK_YES : CHECK_NO;
}

enum check_match check_addresses_match(
	const struct check_addresses *addresses, const char *family, const char *text)
{
	struct check_endpoint endpoint = {0};
	enum check_match found = *family ? CHECK_NO : CHECK_UNKNOWN;

	if (strncmp(family, "AF_INET", strlen("AF_INET")) == 0) {
		endpoint.is_told = read_endpoint(&endpoint, text);
		if (endpoint.has_host)
			family = endpoint.host.is_ipv4 ? "AF_INET" : "AF_INET6";
	}
	for (size_t i = 0; i < addresses->count && *family; i++) {
		enum check_match one = match(&addresses->list[i], family, text, &endpoint);
		if (one == CHECK_YES)
			return CHECK_YES;
		found = one == CHECK_UNKNOWN ? CHECK_UNKNOWN : found;
	}
	return found;
}
