/* SPDX-License-Identifier: MIT */
/*
 * The memory that a tracee's recorder and the tracer share, and the addresses of both; read by C
 * and by the assembler.
 *
 *	CODE   trampolines jump here; has the one system call that filters let pass. Private, r-x
 *	WORDS  what to do about each descriptor's number. In a memfd that the tracer has, too, rw-
 *	AREAS  one for each hot thread, to which its gs points. In the same memfd
 *
 * The addresses are known before the program is loaded, for each filter names one of them.
 */
#ifndef TRACER_AREA_H
#define TRACER_AREA_H

#define AREA_CODE       0x73f70000 /* below 2 GB: an operand of 32 bits reaches it */
#define AREA_CODE_SIZE  0x2000
#define AREA_WORDS      0x73f80000
#define AREA_WORD_COUNT 65536 /* calls on larger numbers stop */
#define AREA_FIRST      0x74000000
#define AREA_SHIFT      24 /* all areas together are one aligned block of this size */
#define AREA_MARK       (AREA_FIRST >> AREA_SHIFT)
#define AREA_SIZE       0x40000
#define AREA_COUNT      ((1 << AREA_SHIFT) / AREA_SIZE)
#define AREA_SHARED     (AREA_FIRST - AREA_WORDS + (1 << AREA_SHIFT)) /* the memfd's bytes */

/* A word: the descriptor's id in its lower bits, and flags. 0: no socket, and no epoll instance
 * that is followed; read, write and their like pass unrecorded, other calls stop. */
#define AREA_WORD_ID     ((UINT64_C(1) << 48) - 1)
#define AREA_STOP_BIT    63 /* each call on it stops */
#define AREA_UNIX_BIT    62 /* sendmsg and recvmsg stop: descriptors may come with them */
#define AREA_EPOLL_BIT   61 /* an epoll instance: waits are recorded, other calls stop */
#define AREA_UNNAMED_BIT 60 /* its addresses are not in the trace yet: sends stop */
#define AREA_SHARED_BIT  59 /* an epoll instance that others may wait for: epoll_ctl stops */
#define AREA_FD_STOP     (UINT64_C(1) << AREA_STOP_BIT)
#define AREA_FD_UNIX     (UINT64_C(1) << AREA_UNIX_BIT)
#define AREA_FD_EPOLL    (UINT64_C(1) << AREA_EPOLL_BIT)
#define AREA_FD_UNNAMED  (UINT64_C(1) << AREA_UNNAMED_BIT)
#define AREA_FD_SHARED   (UINT64_C(1) << AREA_SHARED_BIT)

/* Where things stand in an area. */
#define AREA_SLOW      0x00
#define AREA_BACK      0x08
#define AREA_FLAGS     0x10
#define AREA_NUMBER    0x18
#define AREA_ARGUMENT0 0x20
#define AREA_ARGUMENT1 0x28
#define AREA_ARGUMENT2 0x30
#define AREA_ARGUMENT3 0x38
#define AREA_ARGUMENT4 0x40
#define AREA_ARGUMENT5 0x48
#define AREA_STACK     0x50
#define AREA_ENTRY     0x58
#define AREA_EXIT      0x60
#define AREA_RESULT    0x68
#define AREA_WORD      0x70
#define AREA_KIND      0x78
#define AREA_STATE     0x80 /* and `permit` behind it: one comparison asks for both */
#define AREA_PERMIT    0x84
#define AREA_HEAD      0x88
#define AREA_BEGAN     0x90
#define AREA_TAIL      0xc0
#define AREA_KEPT      0x100
#define AREA_STACK_TOP 0x4000  /* of the stack that the recorder runs on */
#define AREA_RING      0x20000 /* where the ring begins, */
#define AREA_RING_SIZE 0x20000 /* and its bytes, a power of two */

/* No record is longer, so that a call may begin when there is room for one and for a padding. */
#define AREA_RECORD_MAX 4096

/* What is not recorded when there is more of it: the call stops. */
#define AREA_PAYLOAD_MAX 1024 /* bytes of payload that are kept */
#define AREA_POLL_MAX    64   /* struct pollfd */
#define AREA_EVENTS_MAX  128  /* struct epoll_event */

/* What a call is, by its number: how it is recorded. */
#define AREA_NONE      0 /* it stops */
#define AREA_READ      1 /* read, write, recvfrom without address */
#define AREA_WRITE     2
#define AREA_READV     3
#define AREA_WRITEV    4
#define AREA_FILE_LAST AREA_WRITEV /* those up to here pass unrecorded on what is no socket */
#define AREA_SENDTO    5
#define AREA_RECVFROM  6
#define AREA_SENDMSG   7
#define AREA_SENDFILE  8
#define AREA_EPOLL     9
#define AREA_POLL      10
#define AREA_CONTROL   11 /* epoll_ctl: the record's word is that of the socket */
#define AREA_PADDING   15 /* no call: the rest of the ring's bytes before it begins anew */

/* Where the recorder is with a call. */
#define AREA_OUTSIDE 0x80000000
#define AREA_IN_CALL 1 /* between entry and exit; all of the call's entry stands in the area */
#define AREA_WRITING 2 /* its record is being written; the exit stands in the area, too */

/* A call is recorded only where both words say so, which memory does not that a program has put in
 * place of an area. */
#define AREA_PERMITTED 0xffffffff

/* A trampoline: the same bytes for each site, but for the address that it returns to. */
#define TRAMPOLINE_SIZE 64

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/* One call. Its parts follow: struct captured_part of tracer/call/call.h, each a multiple of 8. */
struct area_record {
	uint32_t size; /* with its parts, a multiple of 8 */
	uint16_t number;
	uint8_t kind; /* AREA_READ … */
	uint8_t unused;
	int32_t fd;
	uint32_t reserved;
	uint64_t word;        /* of the descriptor, at entry; 0 of a poll */
	uint64_t entry, exit; /* by the processor's clock: rdtsc */
	uint64_t arguments[6];
	int64_t result;
	uint64_t instruction_pointer, stack_pointer; /* the former behind the site's instruction */
};

/* Parts of kinds of its own, beside enum part_kind. */
#define AREA_PART_POLLED 0x80 /* struct pollfd[], as they are at exit */
#define AREA_PART_EVENTS 0x81 /* struct epoll_event[] */

/* A thread's area. The program can write to it: for the tracer all of it is hostile. */
struct area {
	uint64_t slow;  /* the trampoline's way to a traced call */
	uint64_t back;  /* behind the site's instruction */
	uint64_t flags; /* ax after lahf and seto */
	uint64_t number, arguments[6], stack_pointer, entry, exit;
	int64_t result;
	uint64_t word, kind;
	uint32_t state;
	uint32_t permit;  /* of the tracer: otherwise the next call stops */
	uint64_t head;    /* of the ring; counts on */
	uint64_t began;   /* what it was at entry: the record is published when it differs */
	uint32_t payload; /* bytes of payload that are kept */
	uint32_t padding[9];
	uint64_t tail; /* on a cache line of its own: the tracer writes it */
	uint64_t more_padding[7];
	uint64_t kept[6]; /* rbx, rbp, r12 to r15: a function's that is called */
};

#define AREA_AT(member, offset) \
	_Static_assert(offsetof(struct area, member) == (offset), "the assembler's offset differs")
AREA_AT(slow, AREA_SLOW);
AREA_AT(back, AREA_BACK);
AREA_AT(flags, AREA_FLAGS);
AREA_AT(number, AREA_NUMBER);
AREA_AT(arguments, AREA_ARGUMENT0);
AREA_AT(stack_pointer, AREA_STACK);
AREA_AT(entry, AREA_ENTRY);
AREA_AT(exit, AREA_EXIT);
AREA_AT(result, AREA_RESULT);
AREA_AT(word, AREA_WORD);
AREA_AT(kind, AREA_KIND);
AREA_AT(state, AREA_STATE);
AREA_AT(permit, AREA_PERMIT);
AREA_AT(head, AREA_HEAD);
AREA_AT(began, AREA_BEGAN);
AREA_AT(tail, AREA_TAIL);
AREA_AT(kept, AREA_KEPT);
#endif

#endif
