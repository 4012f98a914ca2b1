/* SPDX-License-Identifier: MIT */
#include "tracer/table/syscall_table.h"

#include <asm/prctl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* A brace alone is no block, whatever some versions of clang-format say. */
/* clang-format off */
#define FD          {NULL, ARGUMENT_FD}
#define UNSHOWN     {NULL, ARGUMENT_NONE}
#define ADDRESS     {"address", ARGUMENT_ADDRESS}, UNSHOWN
#define ADDRESS_OUT {"address", ARGUMENT_ADDRESS_RESULT}, UNSHOWN
#define DATA        {NULL, ARGUMENT_DATA}, {"size", ARGUMENT_SIZE}
#define SEGMENTS    {NULL, ARGUMENT_SEGMENTS}, UNSHOWN
#define FLAGS       {"flags", ARGUMENT_MESSAGE_FLAGS, constants_message_flags}
#define FAMILY      {"family", ARGUMENT_FAMILY, constants_families}
#define TYPE        {"type", ARGUMENT_TYPE}
#define PROTOCOL    {"protocol", ARGUMENT_PROTOCOL}
#define LEVEL       {"level", ARGUMENT_LEVEL, constants_levels}, {"option", ARGUMENT_OPTION}
#define PURPOSE     {NULL, ARGUMENT_OPERATION}, {NULL, ARGUMENT_OPERATION_FLAGS}
/* clang-format on */
#define ROW(call)        .name = #call
#define OPERATION(name_) .is_operation = true, .name = "io_uring_" #name_

/* Some are 32-bit programs' only: send and recv of their own, and those that end in 64 or begin
 * with _new. */
static const struct syscall_row rows[] = {
	{ROW(socket), EFFECT_CREATE, .needs_socket = true, .arguments = {FAMILY, TYPE, PROTOCOL}},
	{ROW(socketpair), EFFECT_CREATE, FORM_PAIR, .needs_socket = true,
		.arguments = {FAMILY, TYPE, PROTOCOL, {NULL, ARGUMENT_FD_PAIR}}},
	{ROW(bind), EFFECT_BIND, .needs_socket = true, .arguments = {FD, ADDRESS}},
	{ROW(listen), EFFECT_LISTEN, .needs_socket = true,
		.arguments = {FD, {"backlog", ARGUMENT_INTEGER}}},
	{ROW(accept), EFFECT_ACCEPT, .needs_socket = true, .arguments = {FD, ADDRESS_OUT}},
	{ROW(accept4), EFFECT_ACCEPT, .needs_socket = true,
		.arguments = {FD, ADDRESS_OUT, {"flags", ARGUMENT_FLAGS, constants_socket_flags}}},
	{ROW(connect), EFFECT_CONNECT, .needs_socket = true, .arguments = {FD, ADDRESS}},
	{ROW(getsockname), EFFECT_QUERY, .needs_socket = true, .arguments = {FD, ADDRESS_OUT}},
	{ROW(getpeername), EFFECT_QUERY, .needs_socket = true, .arguments = {FD, ADDRESS_OUT}},
	{ROW(sendto), EFFECT_SEND, .needs_socket = true, .arguments = {FD, DATA, FLAGS, ADDRESS}},
	{ROW(recvfrom), EFFECT_RECEIVE, .needs_socket = true,
		.arguments = {FD, DATA, FLAGS, ADDRESS_OUT}},
	{ROW(send), EFFECT_SEND, .needs_socket = true, .arguments = {FD, DATA, FLAGS}},
	{ROW(recv), EFFECT_RECEIVE, .needs_socket = true, .arguments = {FD, DATA, FLAGS}},
	{ROW(sendmsg), EFFECT_SEND, .needs_socket = true,
		.arguments = {FD, {NULL, ARGUMENT_MESSAGE}, FLAGS}},
	{ROW(recvmsg), EFFECT_RECEIVE, .needs_socket = true,
		.arguments = {FD, {NULL, ARGUMENT_MESSAGE_RESULT}, FLAGS}},
	{ROW(sendmmsg), EFFECT_SEND, .needs_socket = true,
		.arguments = {FD, {NULL, ARGUMENT_MESSAGES}, {"vlen", ARGUMENT_INTEGER}, FLAGS}},
	{ROW(recvmmsg), EFFECT_RECEIVE, .needs_socket = true,
		.arguments = {FD, {NULL, ARGUMENT_MESSAGES_RESULT}, {"vlen", ARGUMENT_INTEGER},
			FLAGS, {"timeout", ARGUMENT_TIMESPEC}}},
	{ROW(recvmmsg_time64), EFFECT_RECEIVE, .needs_socket = true,
		.arguments = {FD, {NULL, ARGUMENT_MESSAGES_RESULT}, {"vlen", ARGUMENT_INTEGER},
			FLAGS, {"timeout", ARGUMENT_TIMESPEC64}}},
	{ROW(shutdown), EFFECT_SHUTDOWN, .needs_socket = true,
		.arguments = {FD, {"how", ARGUMENT_CONSTANT, constants_how}}},
	{ROW(setsockopt), EFFECT_OPTION, .needs_socket = true,
		.arguments = {FD, LEVEL, {"value", ARGUMENT_OPTION_VALUE}}},
	{ROW(getsockopt), EFFECT_QUERY, .needs_socket = true,
		.arguments = {FD, LEVEL, {"value", ARGUMENT_OPTION_RESULT}}},
	{ROW(read), EFFECT_RECEIVE, .arguments = {FD, DATA}},
	{ROW(write), EFFECT_SEND, .arguments = {FD, DATA}},
	{ROW(readv), EFFECT_RECEIVE, .arguments = {FD, SEGMENTS}},
	{ROW(writev), EFFECT_SEND, .arguments = {FD, SEGMENTS}},
	{ROW(preadv2), EFFECT_RECEIVE,
		.arguments = {FD, SEGMENTS, UNSHOWN, UNSHOWN,
			{"flags", ARGUMENT_FLAGS, constants_io_flags}}},
	{ROW(pwritev2), EFFECT_SEND,
		.arguments = {FD, SEGMENTS, UNSHOWN, UNSHOWN,
			{"flags", ARGUMENT_FLAGS, constants_io_flags}}},
	/* The source is a file: do_splice_direct in fs/splice.c. */
	{ROW(sendfile), EFFECT_SEND,
		.arguments = {FD, {"in_fd", ARGUMENT_INTEGER}, UNSHOWN, {"size", ARGUMENT_MOVED}}},
	{ROW(sendfile64), EFFECT_SEND,
		.arguments = {FD, {"in_fd", ARGUMENT_INTEGER}, UNSHOWN, {"size", ARGUMENT_MOVED}}},
	/* One of the two is a pipe: splice(2). tee(2) and vmsplice(2) take nothing but pipes. */
	{ROW(splice), EFFECT_RECEIVE,
		.arguments = {{"fd_in", ARGUMENT_FD}, UNSHOWN, {"fd_out", ARGUMENT_SINK_FD},
			UNSHOWN, {"size", ARGUMENT_MOVED},
			{"flags", ARGUMENT_FLAGS, constants_splice_flags}}},
	{ROW(ioctl), EFFECT_CONTROL,
		.arguments = {FD, {"request", ARGUMENT_IOCTL_REQUEST},
			{"value", ARGUMENT_IOCTL_ARGUMENT}}},
	{ROW(poll), EFFECT_WAIT, FORM_POLL,
		.arguments = {{NULL, ARGUMENT_POLL_SET}, UNSHOWN, {"timeout", ARGUMENT_INTEGER}}},
	{ROW(ppoll), EFFECT_WAIT, FORM_POLL,
		.arguments = {{NULL, ARGUMENT_POLL_SET}, UNSHOWN, {"timeout", ARGUMENT_TIMESPEC}}},
	{ROW(ppoll_time64), EFFECT_WAIT, FORM_POLL,
		.arguments = {{NULL, ARGUMENT_POLL_SET}, UNSHOWN,
			{"timeout", ARGUMENT_TIMESPEC64}}},
	{ROW(select), EFFECT_WAIT, FORM_SELECT,
		.arguments = {UNSHOWN, {NULL, ARGUMENT_READ_SET}, UNSHOWN, UNSHOWN,
			{"timeout", ARGUMENT_TIMEVAL}}},
	{ROW(pselect6), EFFECT_WAIT, FORM_SELECT,
		.arguments = {UNSHOWN, {NULL, ARGUMENT_READ_SET}, UNSHOWN, UNSHOWN,
			{"timeout", ARGUMENT_TIMESPEC}}},
	{ROW(_newselect), EFFECT_WAIT, FORM_SELECT,
		.arguments = {UNSHOWN, {NULL, ARGUMENT_READ_SET}, UNSHOWN, UNSHOWN,
			{"timeout", ARGUMENT_TIMEVAL}}},
	{ROW(pselect6_time64), EFFECT_WAIT, FORM_SELECT,
		.arguments = {UNSHOWN, {NULL, ARGUMENT_READ_SET}, UNSHOWN, UNSHOWN,
			{"timeout", ARGUMENT_TIMESPEC64}}},
	{ROW(epoll_wait), EFFECT_WAIT, FORM_EPOLL_WAIT,
		.arguments = {{"epfd", ARGUMENT_EPOLL}, UNSHOWN, {"maxevents", ARGUMENT_INTEGER},
			{"timeout", ARGUMENT_MILLISECONDS}}},
	{ROW(epoll_pwait), EFFECT_WAIT, FORM_EPOLL_WAIT,
		.arguments = {{"epfd", ARGUMENT_EPOLL}, UNSHOWN, {"maxevents", ARGUMENT_INTEGER},
			{"timeout", ARGUMENT_MILLISECONDS}}},
	{ROW(epoll_pwait2), EFFECT_WAIT, FORM_EPOLL_WAIT,
		.arguments = {{"epfd", ARGUMENT_EPOLL}, UNSHOWN, {"maxevents", ARGUMENT_INTEGER},
			{"timeout", ARGUMENT_TIMESPEC64}}},
	/* Recorded always: it is not known yet whether a socket will be in it. */
	{ROW(epoll_create), EFFECT_CONTROL, FORM_EPOLL_CREATE, .needs_socket = true,
		.arguments = {{"size", ARGUMENT_INTEGER}}},
	{ROW(epoll_create1), EFFECT_CONTROL, FORM_EPOLL_CREATE, .needs_socket = true,
		.arguments = {{"flags", ARGUMENT_FLAGS, constants_epoll_flags}}},
	{ROW(epoll_ctl), EFFECT_CONTROL, FORM_EPOLL_CONTROL,
		.arguments = {{"epfd", ARGUMENT_EPOLL},
			{"op", ARGUMENT_EPOLL_OPERATION, constants_epoll_operations}, FD,
			{"event", ARGUMENT_EPOLL_EVENT}}},
	{ROW(dup), EFFECT_DUPLICATE, .arguments = {FD}},
	{ROW(dup2), EFFECT_DUPLICATE, .arguments = {FD, {"new_fd", ARGUMENT_TARGET_FD}}},
	{ROW(dup3), EFFECT_DUPLICATE,
		.arguments = {FD, {"new_fd", ARGUMENT_TARGET_FD},
			{"flags", ARGUMENT_FLAGS, constants_status_flags}}},
	{ROW(fcntl), EFFECT_CONTROL, FORM_FCNTL,
		.arguments = {FD, {"command", ARGUMENT_CONTROL_COMMAND, constants_control_commands},
			{"argument", ARGUMENT_CONTROL_ARGUMENT}}},
	{ROW(fcntl64), EFFECT_CONTROL, FORM_FCNTL,
		.arguments = {FD, {"command", ARGUMENT_CONTROL_COMMAND, constants_control_commands},
			{"argument", ARGUMENT_CONTROL_ARGUMENT}}},
	{ROW(close), EFFECT_CLOSE, .arguments = {FD}},
	{ROW(close_range), EFFECT_CLOSE, FORM_RANGE,
		.arguments = {{"first", ARGUMENT_FIRST_FD}, {"last", ARGUMENT_LAST_FD},
			{"flags", ARGUMENT_RANGE_FLAGS, constants_range_flags}}},
	{ROW(pidfd_getfd), EFFECT_PASS, FORM_TAKE,
		.arguments = {{"pidfd", ARGUMENT_INTEGER}, {"target_fd", ARGUMENT_INTEGER}}},
	/* Leaves no record of its own: the descriptors of the new table do. */
	{ROW(unshare), EFFECT_CONTROL, FORM_UNSHARE, .only = {{CLONE_FILES, CLONE_FILES}},
		.arguments = {{NULL, ARGUMENT_CLONE_FLAGS}}},
	{ROW(io_uring_setup), .hook = HOOK_IO_URING_SETUP,
		.arguments = {UNSHOWN, {NULL, ARGUMENT_RING_PARAMETERS}}},
	{ROW(io_uring_enter), .hook = HOOK_IO_URING_ENTER,
		.arguments = {{NULL, ARGUMENT_RING}, {NULL, ARGUMENT_RING_OFFERED}, UNSHOWN,
			{NULL, ARGUMENT_RING_FLAGS}, {NULL, ARGUMENT_RING_WAIT}}},
	{ROW(io_uring_register), .hook = HOOK_IO_URING_REGISTER,
		.arguments = {{NULL, ARGUMENT_RING}, {NULL, ARGUMENT_RING_COMMAND},
			{NULL, ARGUMENT_RING_VALUE}}},
	{ROW(io_submit), .hook = HOOK_AIO, .arguments = {UNSHOWN, UNSHOWN, {NULL, ARGUMENT_AIO}}},
	{ROW(restart_syscall), .hook = HOOK_RESTART},
	{ROW(clone), .hook = HOOK_CLONE,
		.only = {{CLONE_UNTRACED, CLONE_UNTRACED},
			{CLONE_FILES | CLONE_THREAD, CLONE_FILES}},
		.arguments = {{NULL, ARGUMENT_CLONE_FLAGS}}},
	{ROW(clone3), .hook = HOOK_CLONE3, .arguments = {{NULL, ARGUMENT_CLONE_ARGUMENTS}}},
	{ROW(rt_sigtimedwait), .hook = HOOK_LIMIT_FAILS,
		.arguments = {UNSHOWN, UNSHOWN, {"timeout", ARGUMENT_TIMESPEC}}},
	{ROW(rt_sigtimedwait_time64), .hook = HOOK_LIMIT_FAILS,
		.arguments = {UNSHOWN, UNSHOWN, {"timeout", ARGUMENT_TIMESPEC64}}},
	{ROW(semtimedop), .hook = HOOK_LIMIT_FAILS,
		.arguments = {UNSHOWN, UNSHOWN, UNSHOWN, {"timeout", ARGUMENT_TIMESPEC}}},
	{ROW(semtimedop_time64), .hook = HOOK_LIMIT_FAILS,
		.arguments = {UNSHOWN, UNSHOWN, UNSHOWN, {"timeout", ARGUMENT_TIMESPEC64}}},
	/* semtimedop of 32-bit programs: SEMTIMEDOP in linux/ipc.h, ipc(2). */
	{ROW(ipc), .hook = HOOK_LIMIT_FAILS, .only = {{UINT16_MAX, 4}},
		.arguments = {UNSHOWN, UNSHOWN, UNSHOWN, UNSHOWN, UNSHOWN,
			{"timeout", ARGUMENT_TIMESPEC}}},
	{ROW(io_getevents), .hook = HOOK_LIMIT,
		.arguments = {UNSHOWN, UNSHOWN, UNSHOWN, UNSHOWN, {"timeout", ARGUMENT_TIMESPEC}}},
	{ROW(seccomp), .hook = HOOK_SECCOMP,
		.arguments = {PURPOSE, {NULL, ARGUMENT_SECCOMP_FILTER}}},
	{ROW(prctl), .hook = HOOK_PRCTL,
		.only = {{UINT32_MAX, PR_SET_SECCOMP}, {UINT32_MAX, PR_GET_SECCOMP},
			{UINT32_MAX, PR_SET_DUMPABLE}, {UINT32_MAX, PR_SET_SYSCALL_USER_DISPATCH}},
		.arguments = {PURPOSE, {NULL, ARGUMENT_SECCOMP_FILTER}}},
	{ROW(arch_prctl), .hook = HOOK_SEGMENT,
		.only = {{UINT32_MAX, ARCH_SET_GS}, {UINT32_MAX, ARCH_GET_GS}},
		.arguments = {{NULL, ARGUMENT_OPERATION}}},
	{ROW(mlockall), .hook = HOOK_MEMORY},
	{ROW(setrlimit), .hook = HOOK_MEMORY, .only = {{UINT32_MAX, RLIMIT_AS}}},
	{ROW(prlimit64), .hook = HOOK_PRLIMIT},
	{ROW(sched_getaffinity), .hook = HOOK_AFFINITY, .arguments = {{NULL, ARGUMENT_TID}}},
	{ROW(sched_setaffinity), .hook = HOOK_AFFINITY, .arguments = {{NULL, ARGUMENT_TID}}},
	/* SCHED_DEADLINE wants all processors: sched(7). */
	{ROW(sched_setscheduler), .hook = HOOK_AFFINITY, .arguments = {{NULL, ARGUMENT_TID}}},
	{ROW(sched_setattr), .hook = HOOK_AFFINITY, .arguments = {{NULL, ARGUMENT_TID}}},
	{OPERATION(socket), EFFECT_CREATE, .needs_socket = true,
		.arguments = {FAMILY, TYPE, PROTOCOL}},
	{OPERATION(bind), EFFECT_BIND, .needs_socket = true, .arguments = {FD, ADDRESS}},
	{OPERATION(listen), EFFECT_LISTEN, .needs_socket = true,
		.arguments = {FD, {"backlog", ARGUMENT_INTEGER}}},
	{OPERATION(accept), EFFECT_ACCEPT, .needs_socket = true,
		.arguments = {FD, ADDRESS_OUT, {"flags", ARGUMENT_FLAGS, constants_socket_flags}}},
	{OPERATION(connect), EFFECT_CONNECT, .needs_socket = true, .arguments = {FD, ADDRESS}},
	{OPERATION(send), EFFECT_SEND, .needs_socket = true,
		.arguments = {FD, DATA, FLAGS, ADDRESS}},
	{OPERATION(send_zc), EFFECT_SEND, .needs_socket = true,
		.arguments = {FD, DATA, FLAGS, ADDRESS}},
	{OPERATION(recv), EFFECT_RECEIVE, .needs_socket = true, .arguments = {FD, DATA, FLAGS}},
	{OPERATION(send_vectorized), EFFECT_SEND, .needs_socket = true,
		.arguments = {FD, SEGMENTS, FLAGS, ADDRESS}},
	{OPERATION(send_zc_vectorized), EFFECT_SEND, .needs_socket = true,
		.arguments = {FD, SEGMENTS, FLAGS, ADDRESS}},
	{OPERATION(recv_zc), EFFECT_RECEIVE, .needs_socket = true, .arguments = {FD, DATA, FLAGS}},
	{OPERATION(sendmsg), EFFECT_SEND, .needs_socket = true,
		.arguments = {FD, {NULL, ARGUMENT_MESSAGE}, FLAGS}},
	{OPERATION(sendmsg_zc), EFFECT_SEND, .needs_socket = true,
		.arguments = {FD, {NULL, ARGUMENT_MESSAGE}, FLAGS}},
	{OPERATION(recvmsg), EFFECT_RECEIVE, .needs_socket = true,
		.arguments = {FD, {NULL, ARGUMENT_MESSAGE_RESULT}, FLAGS}},
	{OPERATION(shutdown), EFFECT_SHUTDOWN, .needs_socket = true,
		.arguments = {FD, {"how", ARGUMENT_CONSTANT, constants_how}}},
	{OPERATION(read), EFFECT_RECEIVE, .arguments = {FD, DATA}},
	{OPERATION(write), EFFECT_SEND, .arguments = {FD, DATA}},
	{OPERATION(read_fixed), EFFECT_RECEIVE, .arguments = {FD, DATA}},
	{OPERATION(write_fixed), EFFECT_SEND, .arguments = {FD, DATA}},
	{OPERATION(read_multishot), EFFECT_RECEIVE, .arguments = {FD, DATA}},
	{OPERATION(readv_fixed), EFFECT_RECEIVE, .arguments = {FD, SEGMENTS}},
	{OPERATION(writev_fixed), EFFECT_SEND, .arguments = {FD, SEGMENTS}},
	{OPERATION(readv), EFFECT_RECEIVE, .arguments = {FD, SEGMENTS}},
	{OPERATION(writev), EFFECT_SEND, .arguments = {FD, SEGMENTS}},
	{OPERATION(splice), EFFECT_RECEIVE,
		.arguments = {{"fd_in", ARGUMENT_FD}, UNSHOWN, {"fd_out", ARGUMENT_SINK_FD},
			UNSHOWN, {"size", ARGUMENT_MOVED},
			{"flags", ARGUMENT_FLAGS, constants_splice_flags}}},
	{OPERATION(poll_add), EFFECT_WAIT, FORM_POLL_ONE,
		.arguments = {{NULL, ARGUMENT_POLL_FD}, UNSHOWN}},
	{OPERATION(epoll_ctl), EFFECT_CONTROL, FORM_EPOLL_CONTROL,
		.arguments = {{"epfd", ARGUMENT_EPOLL},
			{"op", ARGUMENT_EPOLL_OPERATION, constants_epoll_operations}, FD,
			{"event", ARGUMENT_EPOLL_EVENT}}},
	{OPERATION(epoll_wait), EFFECT_WAIT, FORM_EPOLL_WAIT,
		.arguments = {{"epfd", ARGUMENT_EPOLL}, UNSHOWN, {"maxevents", ARGUMENT_INTEGER}}},
	{OPERATION(fixed_fd_install), EFFECT_PASS, FORM_TAKE,
		.arguments = {{"index", ARGUMENT_INTEGER}}},
	/* IORING_OP_URING_CMD on a socket, by its command. */
	{OPERATION(ioctl), EFFECT_CONTROL, .arguments = {FD, {"request", ARGUMENT_IOCTL_REQUEST}}},
	{OPERATION(setsockopt), EFFECT_OPTION,
		.arguments = {FD, LEVEL, {"value", ARGUMENT_OPTION_VALUE}}},
	{OPERATION(getsockopt), EFFECT_QUERY,
		.arguments = {FD, LEVEL, {"value", ARGUMENT_OPTION_RETURNED}}},
	{OPERATION(getsockname), EFFECT_QUERY, .arguments = {FD, ADDRESS_OUT}},
	{OPERATION(getpeername), EFFECT_QUERY, .arguments = {FD, ADDRESS_OUT}},
	{OPERATION(uring_cmd), EFFECT_CONTROL, .arguments = {FD, {"command", ARGUMENT_INTEGER}}},
	{OPERATION(close), EFFECT_CLOSE, .arguments = {FD}},
};

size_t syscall_count(void)
{
	return sizeof(rows) / sizeof(rows[0]);
}

const struct syscall_row *syscall_row(size_t index)
{
	return index < syscall_count() ? &rows[index] : NULL;
}

int syscall_named(const char *name)
{
	for (size_t i = 0; name && i < syscall_count(); i++)
		if (strcmp(rows[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool syscall_is_number(enum argument_kind kind)
{
	return kind == ARGUMENT_FD || kind == ARGUMENT_SINK_FD || kind == ARGUMENT_TARGET_FD;
}

bool syscall_is_by_number(const struct syscall_row *row)
{
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++)
		if (syscall_is_number(row->arguments[i].kind))
			return !row->needs_socket;
	return false;
}

bool syscall_is_of_interest(const struct syscall_row *row, uint64_t first_argument)
{
	const struct condition *only = row->only;

	for (; only->mask != 0; only++)
		if ((first_argument & only->mask) == only->value)
			return true;
	return only == row->only;
}

int syscall_argument(const struct syscall_row *row, enum argument_kind kind)
{
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++)
		if (row->arguments[i].kind == kind)
			return i;
	return -1;
}
