/* SPDX-License-Identifier: MIT */
#include "viewer/wording/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/address.h"

static bool is(const char *name, const char *expected)
{
	return name && strcmp(name, expected) == 0;
}

const char *name_kind(const struct trace *trace, const struct socket *socket)
{
	const char *family = trace_word(trace, socket->family);
	const char *type = trace_word(trace, socket->type);
	static char kind[16];
	bool is_internet = is(family, "AF_INET") || is(family, "AF_INET6");

	if (is_internet && is(type, "SOCK_STREAM"))
		return "TCP";
	if (is_internet && is(type, "SOCK_DGRAM"))
		return "UDP";
	if (!*family)
		return "socket";
	/* A constant is made of capitals; anything else is no family. */
	if (strspn(family, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != strlen(family))
		return "socket";
	snprintf(kind, sizeof(kind), "%.15s", strncmp(family, "AF_", 3) == 0 ? family + 3 : family);
	return kind;
}

void name_process(struct text *text, enum style style, const struct process *process, size_t end)
{
	const char *program = process->program ? process->program : "process";

	text_add_foreign(text, style, program, strlen(program), end);
	text_addf(text, style, " %" PRId64, process->pid);
}

void name_address(struct text *text, const struct value *address, size_t room)
{
	char words[ADDRESS_SIZE];

	address_text(words, address);
	if (!*words)
		return;
	text_add(text, STYLE_PLAIN, " ");
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), text->column + room);
}

void name_peer(struct text *text, const struct socket *socket, size_t room)
{
	text_add(text, STYLE_PLAIN,
		socket->direction == DIRECTION_IN ? text_choose(text, " ←", " <-")
						  : text_choose(text, " →", " ->"));
	name_address(text, socket->peer, room);
}

const char *name_role(const struct process *process)
{
	if (process->is_server)
		return "server";
	return process->is_client ? "client" : NULL;
}

void name_call(struct text *text, enum style style, const char *name, size_t end)
{
	static const char of_uring[] = "io_uring_";

	if (strncmp(name, of_uring, strlen(of_uring)) == 0) {
		text_add(text, style, "uring:");
		name += strlen(of_uring);
	}
	text_add_foreign(text, style, name, strlen(name), end);
}
