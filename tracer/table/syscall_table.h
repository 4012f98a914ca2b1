/* SPDX-License-Identifier: MIT */
/*
 * The system calls that Sockline knows, one row each. The filter is made from these rows, and the
 * kinds of a row's arguments say what to copy out of the tracee (capture.c) and how to print it
 * (decode_arguments.c).
 */
#ifndef TRACER_SYSCALL_TABLE_H
#define TRACER_SYSCALL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/effect.h"
#include "tracer/table/constants.h"

#define SYSCALL_ARGUMENTS 6

/* "length in the next argument" is the convention of all these calls; see their man pages. */
enum argument_kind {
	ARGUMENT_NONE,
	ARGUMENT_FD,       /* the descriptor that the call is made on */
	ARGUMENT_SINK_FD,  /* where bytes go; the call is a send on it when it is a socket */
	ARGUMENT_FIRST_FD, /* of a range, whose last is the next argument */
	ARGUMENT_LAST_FD,
	ARGUMENT_TARGET_FD,   /* the number that dup2 makes the descriptor's copy */
	ARGUMENT_FD_PAIR,     /* two ints, written by the kernel */
	ARGUMENT_INTEGER,     /* an int, printed as a number */
	ARGUMENT_SIZE,        /* a size_t, printed as a number */
	ARGUMENT_CONSTANT,    /* one of `names`; so are those below that name a constant */
	ARGUMENT_FLAGS,       /* several of `names`; so are those below that are flags */
	ARGUMENT_FAMILY,      /* AF_INET … */
	ARGUMENT_TYPE,        /* SOCK_STREAM …, with SOCK_CLOEXEC and SOCK_NONBLOCK */
	ARGUMENT_PROTOCOL,    /* IPPROTO_TCP …, by family */
	ARGUMENT_RANGE_FLAGS, /* CLOSE_RANGE_UNSHARE, CLOSE_RANGE_CLOEXEC */
	ARGUMENT_CLONE_FLAGS, /* not shown; nor are the last ones below */
	ARGUMENT_MESSAGE_FLAGS,
	ARGUMENT_ADDRESS,        /* read by the kernel; length in the next argument */
	ARGUMENT_ADDRESS_RESULT, /* written by the kernel; the next argument points to the length */
	ARGUMENT_DATA,           /* the payload; its size in the next argument */
	ARGUMENT_MOVED,          /* size of a payload that goes from one descriptor to another */
	ARGUMENT_SEGMENTS,       /* struct iovec[]; count in the next argument */
	ARGUMENT_MESSAGE,        /* struct msghdr, read by the kernel */
	ARGUMENT_MESSAGE_RESULT, /* struct msghdr, filled by the kernel */
	ARGUMENT_MESSAGES,       /* struct mmsghdr[]; count in the next argument */
	ARGUMENT_MESSAGES_RESULT, /* the same, filled by the kernel */
	ARGUMENT_LEVEL,           /* SOL_SOCKET … */
	ARGUMENT_OPTION,          /* SO_REUSEADDR …, by the level before it */
	ARGUMENT_OPTION_VALUE,    /* read by the kernel; length in the next argument */
	ARGUMENT_OPTION_RESULT, /* written by the kernel; the next argument points to the length */
	ARGUMENT_OPTION_RETURNED,  /* written by the kernel, whose result is its length */
	ARGUMENT_CONTROL_COMMAND,  /* F_GETFL … */
	ARGUMENT_CONTROL_ARGUMENT, /* what the command before it takes */
	ARGUMENT_POLL_SET,         /* struct pollfd[]; count in the next argument */
	ARGUMENT_POLL_FD,          /* a descriptor; what to wait for is the next argument */
	ARGUMENT_READ_SET,         /* fd_set; the write and the except set follow */
	ARGUMENT_EPOLL,            /* an epoll instance; of a wait, struct epoll_event[] is next */
	ARGUMENT_MILLISECONDS,     /* an int, how long to wait */
	ARGUMENT_EPOLL_OPERATION,  /* EPOLL_CTL_ADD … */
	ARGUMENT_EPOLL_EVENT,      /* struct epoll_event */
	ARGUMENT_TIMESPEC,         /* struct timespec, or NULL */
	ARGUMENT_TIMESPEC64,       /* struct __kernel_timespec, or NULL */
	ARGUMENT_TIMEVAL,          /* struct timeval, or NULL */
	ARGUMENT_IOCTL_REQUEST,    /* FIONREAD … */
	ARGUMENT_IOCTL_ARGUMENT,   /* what the request before it points to */
	ARGUMENT_CLONE_ARGUMENTS,  /* struct clone_args */
	ARGUMENT_AIO,              /* pointers to struct iocb; how many is the argument before */
	ARGUMENT_RING,             /* an io_uring instance */
	ARGUMENT_RING_PARAMETERS,  /* struct io_uring_params */
	ARGUMENT_RING_OFFERED,     /* how many entries are submitted */
	ARGUMENT_RING_WAIT,        /* struct io_uring_getevents_arg, or a set of signals */
	ARGUMENT_RING_FLAGS,       /* IORING_ENTER_REGISTERED_RING … */
	ARGUMENT_RING_COMMAND,     /* IORING_REGISTER_RING_FDS … */
	ARGUMENT_RING_VALUE,       /* what the command points to */
	ARGUMENT_OPERATION,        /* of seccomp and prctl: PR_SET_SECCOMP … */
	ARGUMENT_OPERATION_FLAGS,  /* of seccomp, or what prctl sets */
	ARGUMENT_SECCOMP_FILTER,   /* struct sock_fprog */
	ARGUMENT_TID,              /* 0: the calling thread */
	ARGUMENT_COUNT
};

/* The tracer's work at a call that is no socket call. */
enum syscall_hook {
	HOOK_NONE,
	HOOK_IO_URING_SETUP,
	HOOK_IO_URING_ENTER,
	HOOK_IO_URING_REGISTER,
	HOOK_AIO,     /* submits operations on files, and perhaps on sockets */
	HOOK_RESTART, /* the interrupted call goes on */
	HOOK_CLONE,   /* keep the child from escaping the tracer, and its descriptors the filter */
	HOOK_CLONE3,  /* the same */
	HOOK_SECCOMP, /* the program may be about to install a filter of its own */
	HOOK_PRCTL,   /* the same, or it does not want to be looked into */
	/* These stop only while a limit of time is kept: deadlines.c. At the limit the call */
	HOOK_LIMIT,       /* returns 0, or */
	HOOK_LIMIT_FAILS, /* fails with EAGAIN */
	HOOK_AFFINITY,    /* is about a thread's processors */
	HOOK_SEGMENT,     /* is about a thread's gs */
	HOOK_MEMORY,      /* fails, or has others fail, where much memory is mapped */
	HOOK_PRLIMIT,     /* the same, when it sets such a limit */
};

/* In what a call differs from the others of its effect, where it does. */
enum syscall_form {
	FORM_PLAIN,
	FORM_PAIR,          /* socketpair: makes two descriptors, whose numbers it writes */
	FORM_RANGE,         /* close_range: on all descriptors from one number to another */
	FORM_TAKE,          /* pidfd_getfd: makes a descriptor of what another process holds */
	FORM_UNSHARE,       /* gives the thread a descriptor table of its own */
	FORM_FCNTL,         /* what it does is said by its command */
	FORM_POLL,          /* waits for an array of struct pollfd */
	FORM_POLL_ONE,      /* waits for one descriptor, and returns what it is ready for */
	FORM_SELECT,        /* waits for three sets of bits */
	FORM_EPOLL_WAIT,    /* waits for what is in an interest list */
	FORM_EPOLL_CREATE,  /* makes an epoll instance */
	FORM_EPOLL_CONTROL, /* changes an interest list */
	FORM_COUNT
};

/* Holds for an argument that equals `value` in the bits of `mask`. */
struct condition {
	uint64_t mask, value;
};

struct syscall_row {
	bool is_operation; /* no call of its own, but what io_uring_enter submits: uring.c */
	const char *name;  /* the kernel's: abi.c knows its numbers by it */
	enum effect effect;
	enum syscall_form form;
	enum syscall_hook hook;
	/* The call is made on sockets only: worth a record even when it fails for want of one. */
	bool needs_socket;
	/* Of interest only when one of these holds for the first argument; a mask of 0 ends them.
	 */
	struct condition only[5];
	struct {
		const char *name; /* in "args"; NULL when it is not shown there */
		enum argument_kind kind;
		const struct constant *names; /* of its values or flags */
	} arguments[SYSCALL_ARGUMENTS];
};

/* The rows, for the filter. */
size_t syscall_count(void);

/* The row number `index`, or NULL when there is none. */
const struct syscall_row *syscall_row(size_t index);

/* The index of the row of that name, or -1; `name` may be NULL. */
int syscall_named(const char *name);

/* True of an argument by whose number alone the call is made on a descriptor, or replaces it. */
bool syscall_is_number(enum argument_kind kind);

/* True when the call concerns sockets only if one of the descriptors is one whose numbers it is
 * given. */
bool syscall_is_by_number(const struct syscall_row *row);

/* True when the row's conditions let a call with this first argument be of interest. */
bool syscall_is_of_interest(const struct syscall_row *row, uint64_t first_argument);

/* The index of the first argument of `kind`, or -1. */
int syscall_argument(const struct syscall_row *row, enum argument_kind kind);

#endif
