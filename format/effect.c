/* SPDX-License-Identifier: MIT */
#include "format/effect.h"

#include <string.h>

static const char *const names[EFFECT_COUNT] = {
	[EFFECT_CREATE] = "create",
	[EFFECT_BIND] = "bind",
	[EFFECT_LISTEN] = "listen",
	[EFFECT_CONNECT] = "connect",
	[EFFECT_ACCEPT] = "accept",
	[EFFECT_SEND] = "send",
	[EFFECT_RECEIVE] = "receive",
	[EFFECT_OPTION] = "option",
	[EFFECT_QUERY] = "query",
	[EFFECT_WAIT] = "wait",
	[EFFECT_SHUTDOWN] = "shutdown",
	[EFFECT_DUPLICATE] = "duplicate",
	[EFFECT_PASS] = "pass",
	[EFFECT_CLOSE] = "close",
	[EFFECT_CONTROL] = "control",
};

bool effect_transfers(enum effect effect)
{
	return effect == EFFECT_SEND || effect == EFFECT_RECEIVE;
}

bool effect_makes_socket(enum effect effect)
{
	return effect == EFFECT_CREATE || effect == EFFECT_ACCEPT;
}

const char *effect_name(enum effect effect)
{
	return names[effect];
}

const char *effect_word(size_t index)
{
	return index < EFFECT_COUNT ? names[index] : NULL;
}

int effect_from_name(const char *name)
{
	for (int i = 0; i < EFFECT_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}
