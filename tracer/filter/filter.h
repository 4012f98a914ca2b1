/* SPDX-License-Identifier: MIT */
/*
 * The seccomp filters that stop a tracee where the syscall table says so: SECCOMP_RET_TRACE, and
 * everything else passes. The kernel runs all the filters of a thread, so that each one more adds
 * stops and takes none away: seccomp(2).
 */
#ifndef TRACER_FILTER_H
#define TRACER_FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>

#include "tracer/table/blocks.h"

/* The flags that a filter is installed with: the program has not asked for less speculation. */
#define FILTER_FLAGS SECCOMP_FILTER_FLAG_SPEC_ALLOW

/* Our filters return this with SECCOMP_RET_TRACE, to tell them from a program's own filter. */
#define FILTER_MARK 0x50c7

/* Made when they are first asked for. Starts as a struct of zeros. */
struct filters {
	/* The address behind one syscall instruction of 64-bit code, whose calls all pass; 0: none.
	 * It is set before the first filter is made. */
	uint64_t passed_address;
	struct sock_fprog launch, all, blocks[BLOCKS]; /* owned */
};

/*
 * The filter of calls that create or need a socket, or concern what is traced; that of every row
 * of the table; and that of the calls on the numbers of one block, with what waits for
 * descriptors. NULL with errno when the filter cannot be made.
 */
const struct sock_fprog *filter_launch(struct filters *filters);
const struct sock_fprog *filter_all(struct filters *filters);
const struct sock_fprog *filter_block(struct filters *filters, int block);

void filters_free(struct filters *filters);

/*
 * Installs it in the calling thread, which is about to become the tracee. Takes no lock and no
 * memory, as must be between fork(2) and exec. Returns 0 or a negative errno. Without
 * CAP_SYS_ADMIN it sets no_new_privs, which the kernel asks for then: seccomp(2).
 */
int filter_install(const struct sock_fprog *filter);

#endif
