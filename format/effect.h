/* SPDX-License-Identifier: MIT */
/* The effect of a system call on a descriptor: the one word about a call that every view relies on.
 */
#ifndef FORMAT_EFFECT_H
#define FORMAT_EFFECT_H

#include <stdbool.h>
#include <stddef.h>

enum effect {
	EFFECT_CREATE,    /* a socket without an address comes to be */
	EFFECT_BIND,      /* the socket gets its local address */
	EFFECT_LISTEN,    /* the socket becomes passive */
	EFFECT_CONNECT,   /* the socket gets its peer */
	EFFECT_ACCEPT,    /* a passive socket yields a new, connected one */
	EFFECT_SEND,      /* bytes leave */
	EFFECT_RECEIVE,   /* bytes arrive */
	EFFECT_OPTION,    /* a property of the socket is set */
	EFFECT_QUERY,     /* a property of the socket is read */
	EFFECT_WAIT,      /* the thread waits until a descriptor is ready */
	EFFECT_SHUTDOWN,  /* one direction or both are closed, the descriptor stays */
	EFFECT_DUPLICATE, /* one more descriptor for the same socket */
	EFFECT_PASS,      /* a descriptor is fetched from another process */
	EFFECT_CLOSE,     /* the descriptor is given back */
	EFFECT_CONTROL,   /* a property of the descriptor is set or read */
	EFFECT_COUNT
};

/* It moves bytes, one way or the other. */
bool effect_transfers(enum effect effect);

/* It makes a socket. Other effects bring one that is there already: recvmsg(2), pidfd_getfd(2). */
bool effect_makes_socket(enum effect effect);

/* The word for `effect` in a trace; a static string. */
const char *effect_name(enum effect effect);

/* The words from index 0 on, NULL after the last one. */
const char *effect_word(size_t index);

/* The effect that `name` stands for, or -1 when there is none. */
int effect_from_name(const char *name);

#endif
