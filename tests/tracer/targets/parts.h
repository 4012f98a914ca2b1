/* SPDX-License-Identifier: MIT */
/* What the targets of tests/faults share: a program with parts, one of which is named on the
 * command line; chance that SEED decides; sockets that are used, and how often. */
#ifndef TESTS_TARGETS_PARTS_H
#define TESTS_TARGETS_PARTS_H

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* The program ends where it was harmed. */
#define CHECK(claim)                                                                            \
	do {                                                                                    \
		if (!(claim)) {                                                                 \
			fprintf(stderr, "%s:%d: not so: %s (%s)\n", __FILE__, __LINE__, #claim, \
				strerror(errno));                                               \
			_exit(99);                                                              \
		}                                                                               \
	} while (0)

/* Of a state of one's own, so that threads and processes do the same in any order. */
static inline uint32_t chance(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(*state >> 8) * below >> 24);
}

static inline uint32_t seed_of(uint32_t index)
{
	const char *said = getenv("SEED");
	uint32_t state =
		(said ? (uint32_t)strtoul(said, NULL, 10) : 1) * 2654435761u + index * 40503u;

	for (int i = 0; i < 8; i++)
		chance(&state, 2);
	return state;
}

/* Of all processes together: how often something was sent. */
static _Atomic uint32_t *sent;

/* Writes into a socket as often as said, and reads it at the other end. */
static inline void talk_on(int from, int to, unsigned int times)
{
	char text[4];

	for (unsigned int i = 0; i < times; i++) {
		CHECK(write(from, "talk", 4) == 4);
		CHECK(read(to, text, 4) == 4);
		atomic_fetch_add(sent, 1);
	}
}

static inline void talk(unsigned int times)
{
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	talk_on(pair[0], pair[1], times);
	CHECK(close(pair[0]) == 0 && close(pair[1]) == 0);
}

struct part {
	const char *name;
	void (*run)(void);
};

/* Runs the part and says how often something was sent. */
static inline int parts_run(const char *name, const struct part *parts, size_t count)
{
	sent = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(sent != MAP_FAILED);
	setvbuf(stdout, NULL, _IONBF, 0);
	for (size_t i = 0; name && i < count; i++)
		if (strcmp(name, parts[i].name) == 0) {
			parts[i].run();
			printf("sent %u\n", atomic_load(sent));
			return 0;
		}
	return 2;
}

#endif
