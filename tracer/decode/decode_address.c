/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_address.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tracer/decode/bytes.h"
#include "tracer/decode/decode_member.h"
#include "tracer/table/constants.h"

struct address {
	const unsigned char *bytes;
	size_t length;
};

/* Copies the address into a struct of `size` bytes; false when it is shorter than that. */
static bool copy(struct address a, void *destination, size_t size)
{
	return bytes_copy(a.bytes, a.length, destination, size);
}

static bool inet(struct json_writer *w, struct address a)
{
	struct sockaddr_in in;
	char text[INET_ADDRSTRLEN];

	if (!copy(a, &in, sizeof(in)))
		return false;
	json_text(w, "address", inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text)));
	json_number(w, "port", ntohs(in.sin_port));
	return true;
}

/* The scope is an interface of the machine that the trace was made on: named there, or numbered. */
static void scope(struct json_writer *w, uint32_t index)
{
	char name[IF_NAMESIZE];

	if (index == 0)
		return;
	if (if_indextoname(index, name))
		json_text(w, "scope", name);
	else
		json_number(w, "scope", index);
}

/* The kernel takes addresses without sin6_scope_id, too: SIN6_LEN_RFC2133 in net/ipv6.h. */
static bool inet6(struct json_writer *w, struct address a)
{
	struct sockaddr_in6 in6 = {0};
	char text[INET6_ADDRSTRLEN];

	if (!copy(a, &in6,
		    a.length < sizeof(in6) ? offsetof(struct sockaddr_in6, sin6_scope_id)
					   : sizeof(in6)))
		return false;
	json_text(w, "address", inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof(text)));
	json_number(w, "port", ntohs(in6.sin6_port));
	if (in6.sin6_flowinfo)
		json_number(w, "flowinfo", ntohl(in6.sin6_flowinfo));
	scope(w, in6.sin6_scope_id);
	return true;
}

/* Unnamed, abstract (a first byte of 0, and then every byte counts) or a path: unix(7). */
static bool local(struct json_writer *w, struct address a)
{
	const unsigned char *path = a.bytes + offsetof(struct sockaddr_un, sun_path);
	size_t length = a.length - offsetof(struct sockaddr_un, sun_path);

	if (length == 0)
		return true;
	if (path[0] != 0)
		json_text_n(w, "path", path, strnlen((const char *)path, length));
	else
		json_text_n(w, "abstract", path + 1, length - 1);
	return true;
}

static bool netlink(struct json_writer *w, struct address a)
{
	struct sockaddr_nl nl;

	if (!copy(a, &nl, sizeof(nl)))
		return false;
	json_number(w, "pid", nl.nl_pid);
	json_number(w, "groups", nl.nl_groups);
	return true;
}

static bool packet(struct json_writer *w, struct address a)
{
	struct sockaddr_ll ll = {0};
	char name[IF_NAMESIZE];

	/* bind(2) takes it without the rest: packet(7). */
	if (!copy(a, &ll, offsetof(struct sockaddr_ll, sll_hatype)))
		return false;
	constant_write(w, "protocol", constants_ethernet_protocols, ntohs(ll.sll_protocol));
	if (ll.sll_ifindex > 0 && if_indextoname((unsigned int)ll.sll_ifindex, name))
		json_text(w, "interface", name);
	else
		json_number(w, "interface", ll.sll_ifindex);
	decode_members(w, &structure_packet_address, a.bytes, a.length, NULL);
	return true;
}

static bool vsock(struct json_writer *w, struct address a)
{
	struct sockaddr_vm vm;

	if (!copy(a, &vm, sizeof(vm)))
		return false;
	json_number(w, "cid", vm.svm_cid);
	json_number(w, "port", vm.svm_port);
	return true;
}

static bool unspecified(struct json_writer *w, struct address a)
{
	(void)w;
	(void)a;
	return true;
}

static const struct {
	sa_family_t family;
	bool (*decode)(struct json_writer *w, struct address a);
} families[] = {
	{AF_INET, inet},
	{AF_INET6, inet6},
	{AF_UNIX, local},
	{AF_NETLINK, netlink},
	{AF_PACKET, packet},
	{AF_VSOCK, vsock},
	{AF_UNSPEC, unspecified},
};

/* Those of which a table of their members tells all. */
static const struct {
	sa_family_t family;
	const struct structure *structure;
} tables[] = {
	{AF_AX25, &structure_ax25_address},
	{AF_NETROM, &structure_ax25_address},
	{AF_IPX, &structure_ipx_address},
	{AF_X25, &structure_x25_address},
	{AF_CAN, &structure_can_address},
	{AF_ALG, &structure_alg_address},
	{AF_XDP, &structure_xdp_address},
	{AF_QIPCRTR, &structure_qrtr_address},
	{AF_MCTP, &structure_mctp_address},
};

static bool decode_family(struct json_writer *w, sa_family_t family, struct address a)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (tables[i].family != family || a.length < tables[i].structure->minimum)
			continue;
		decode_members(w, tables[i].structure, a.bytes, a.length, NULL);
		return true;
	}
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (families[i].family == family)
			return families[i].decode(w, a);
	return false;
}

static void write(struct json_writer *w, const char *key, struct address a, bool is_cut)
{
	sa_family_t family;

	json_object_begin(w, key);
	if (copy(a, &family, sizeof(family))) {
		constant_write(w, "family", constants_families, family);
		if (!decode_family(w, family, a))
			json_bytes(w, "bytes", a.bytes + sizeof(family), a.length - sizeof(family),
				false);
	} else {
		json_bytes(w, "bytes", a.bytes, a.length, false);
	}
	if (is_cut)
		json_bool(w, "truncated", true);
	json_object_end(w);
}

void decode_address(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length)
{
	if (length > 0)
		write(w, key, (struct address){bytes, length}, false);
}

void decode_address_part(struct json_writer *w, const char *key, const struct captured_part *part)
{
	if (part && part->length > 0)
		write(w, key, (struct address){part->bytes, part->length},
			part->wanted > part->length);
}
