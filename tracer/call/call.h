/* SPDX-License-Identifier: MIT */
/*
 * A captured call: numbers and copied bytes, and no pointer into the tracer's state, so that it can
 * be decoded on another thread, tested and fuzzed alone.
 *
 * Its bytes are a list of parts, each found again by the argument it belongs to and by its kind.
 */
#ifndef TRACER_CALL_H
#define TRACER_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/effect.h"
#include "tracer/table/syscall_table.h"

enum part_kind {
	PART_BYTES,    /* an address, an option's value, a pair of descriptors */
	PART_LENGTH,   /* an int: the length that the program gave for a result; of one message of
			  several, how many bytes it moved */
	PART_PROGRAM,  /* struct sock_filter[]: the instructions that an option's value points to */
	PART_HEADER,   /* struct msghdr as it was at entry */
	PART_RESULT,   /* struct msghdr as it was at exit */
	PART_ADDRESS,  /* what its msg_name pointed to */
	PART_CONTROL,  /* what its msg_control pointed to */
	PART_SEGMENTS, /* struct call_segments */
	PART_LIST,     /* struct iovec[], as it was at entry */
	PART_DATA,     /* the beginning of the payload */
	PART_LOCAL,    /* the socket's local address */
	PART_PEER,     /* the socket's peer address */
	PART_WAITS,    /* struct call_wait[]: the sockets that it waits for */
	PART_MORE_WAITS, /* the same: of those that were not listed, the ones that are ready */
	PART_NEW,        /* struct call_new[]: the descriptors that it made */
	PART_KERNEL,     /* struct kernel_report: what TCP was doing */
};

struct call_segments {
	uint64_t total; /* bytes in all segments */
	uint64_t count;
};

struct call_new {
	int32_t fd;
	uint64_t descriptor, socket;
};

struct call_wait {
	int32_t fd;
	uint32_t events, ready; /* POLLIN …, EPOLLIN … */
	uint64_t data;          /* by which the tracer finds it again */
	uint64_t descriptor, socket;
};

struct captured_part {
	uint16_t argument;
	uint8_t kind;
	uint32_t length; /* of the bytes that follow */
	uint64_t wanted; /* how many there were; more than length when the copy is cut */
	unsigned char bytes[] __attribute__((aligned(8)));
};

struct captured_call {
	uint32_t parts_length;
	uint32_t parts_capacity;
	uint16_t row;
	uint8_t netlink;   /* made on a netlink socket: 1 + its protocol */
	uint8_t effect;    /* enum effect; fcntl's depends on its command */
	bool is_compat;    /* made through the ABI of 32-bit programs */
	bool is_from_ring; /* of io_uring: its result was read from the tracee's memory, and late */
	bool chooses_buffer; /* the kernel chooses where the bytes go: nobody knows where */
	bool is_unfinished;
	bool is_unseen;        /* the program has not asked for its result, unless it fails */
	bool is_recorded;      /* the call gets a record */
	bool is_pending_told;  /* and has one that says that it is under way */
	bool is_doubtful;      /* how much it moved stands in the tracee's memory */
	bool is_number_reused; /* the number that it closes is another descriptor's already */
	bool has_bytes;
	uint32_t payload; /* how much of what is kept of netlink's messages is payload that is shown
			   */
	uint32_t waits_omitted; /* how many more it waits for */
	uint32_t interrupted;   /* how often a signal restarted it */
	int32_t pid, tid;
	int32_t memory_tid;          /* a thread through which its memory is read */
	int32_t fd;                  /* -1: made on none */
	uint64_t descriptor, socket; /* 0: not known */
	uint64_t seq;
	int64_t time_ns, duration_ns;
	uint32_t not_data; /* so many bytes of the result are none, where chooses_buffer */
	uint64_t arguments[6];
	uint64_t instruction_pointer, stack_pointer;
	int64_t result; /* as the kernel returned it: -errno on error */
	uint64_t bytes; /* moved by the call, when has_bytes */
	unsigned char parts[];
};

/* The argument of a part that belongs to none. */
#define PART_OF_CALL 6

/* The "argument" of the parts of the message number 0 of a call on several; the next one's is one
 * more. */
#define PART_OF_MESSAGE 16

/* An empty call; free it with free(3). */
struct captured_call *call_new(void);

/* Its row of the syscall table. */
const struct syscall_row *call_row(const struct captured_call *call);

/* The argument of that kind; 0 when the call has none. */
uint64_t call_argument(const struct captured_call *call, enum argument_kind kind);

/* The same where it is a descriptor's number; -1 when the call has none. */
int32_t call_fd(const struct captured_call *call, enum argument_kind kind);

/* Makes `call` the empty call again and keeps its memory. */
void call_reset(struct captured_call *call);

/*
 * Appends a part with room for `length` bytes, which the caller fills (call_part_shrink when there
 * are fewer). Moves `*call` when it has to grow. Returns the bytes, good until the next call here.
 */
unsigned char *call_add(struct captured_call **call, int argument, enum part_kind kind,
	size_t length, uint64_t wanted);

/* Copies parts from elsewhere, after those that it has: `length` bytes that nobody has looked at.
 */
void call_copy_parts(struct captured_call **call, const void *parts, size_t length);

/* Cuts the last part to `length` bytes. */
void call_part_shrink(struct captured_call *call, const unsigned char *bytes, size_t length);

/* The first part of that kind of that argument, or NULL. */
const struct captured_part *call_part(
	const struct captured_call *call, int argument, enum part_kind kind);

/* The payload, to which one argument of the call points at most, or NULL. */
const struct captured_part *call_payload(const struct captured_call *call);

/* As call_part(), to be filled in later; its length stays. The bytes of a part are aligned to 8. */
struct captured_part *call_part_writable(
	struct captured_call *call, int argument, enum part_kind kind);

/* The part's bytes as the start of a struct of `size` bytes; false when there are not enough. */
bool part_copy(const struct captured_part *part, void *destination, size_t size);

/* The size in bytes of the call with its parts. */
size_t call_size(const struct captured_call *call);

#endif
