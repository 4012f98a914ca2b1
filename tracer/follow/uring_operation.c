/* SPDX-License-Identifier: MIT */
#include "tracer/follow/uring_operation.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

/* Where in an entry the arguments of an operation stand: io_uring_enter(2). */
enum entry_field {
	NOWHERE,
	FD,
	OFFSET,
	ADDRESS,
	LENGTH,
	FLAGS,
	ADDRESS_LENGTH,
	THIRD_ADDRESS,
	SPLICE_FD,
	/* Of a command to a socket. */
	LEVEL,
	OPTION,
	OPTION_LENGTH,
	INPUT_QUEUE, /* the requests that commands stand for */
	OUTPUT_QUEUE,
};

/* Newer than some headers: of Linux 6.7 to 6.15. */
#define OP_READ_MULTISHOT   49
#define OP_FIXED_FD_INSTALL 54
#define OP_BIND             56
#define OP_LISTEN           57
#define OP_RECV_ZC          58
#define OP_EPOLL_WAIT       59
#define OP_READV_FIXED      60
#define OP_WRITEV_FIXED     61

static const struct entry_layout {
	uint8_t code;
	const char *row;
	enum entry_field arguments[SYSCALL_ARGUMENTS];
} entry_layouts[] = {
	{IORING_OP_READV, "io_uring_readv", {FD, ADDRESS, LENGTH}},
	{IORING_OP_WRITEV, "io_uring_writev", {FD, ADDRESS, LENGTH}},
	{IORING_OP_READ_FIXED, "io_uring_read_fixed", {FD, ADDRESS, LENGTH}},
	{IORING_OP_WRITE_FIXED, "io_uring_write_fixed", {FD, ADDRESS, LENGTH}},
	{IORING_OP_SENDMSG, "io_uring_sendmsg", {FD, ADDRESS, FLAGS}},
	{IORING_OP_RECVMSG, "io_uring_recvmsg", {FD, ADDRESS, FLAGS}},
	{IORING_OP_ACCEPT, "io_uring_accept", {FD, ADDRESS, OFFSET, FLAGS}},
	{IORING_OP_CONNECT, "io_uring_connect", {FD, ADDRESS, OFFSET}},
	{IORING_OP_CLOSE, "io_uring_close", {FD}},
	{IORING_OP_READ, "io_uring_read", {FD, ADDRESS, LENGTH}},
	{IORING_OP_WRITE, "io_uring_write", {FD, ADDRESS, LENGTH}},
	{IORING_OP_SEND, "io_uring_send", {FD, ADDRESS, LENGTH, FLAGS, OFFSET, ADDRESS_LENGTH}},
	{IORING_OP_RECV, "io_uring_recv", {FD, ADDRESS, LENGTH, FLAGS}},
	{IORING_OP_SHUTDOWN, "io_uring_shutdown", {FD, LENGTH}},
	{IORING_OP_SOCKET, "io_uring_socket", {FD, OFFSET, LENGTH}},
	{IORING_OP_SEND_ZC, "io_uring_send_zc",
		{FD, ADDRESS, LENGTH, FLAGS, OFFSET, ADDRESS_LENGTH}},
	{IORING_OP_SENDMSG_ZC, "io_uring_sendmsg_zc", {FD, ADDRESS, FLAGS}},
	{OP_READ_MULTISHOT, "io_uring_read_multishot", {FD, ADDRESS, LENGTH}},
	{OP_BIND, "io_uring_bind", {FD, ADDRESS, OFFSET}},
	{OP_LISTEN, "io_uring_listen", {FD, LENGTH}},
	{OP_RECV_ZC, "io_uring_recv_zc",
		{FD, NOWHERE, LENGTH, FLAGS}}, /* into the device's memory */
	{OP_READV_FIXED, "io_uring_readv_fixed", {FD, ADDRESS, LENGTH}},
	{OP_WRITEV_FIXED, "io_uring_writev_fixed", {FD, ADDRESS, LENGTH}},
	{IORING_OP_SPLICE, "io_uring_splice", {SPLICE_FD, ADDRESS, FD, OFFSET, LENGTH, FLAGS}},
	{IORING_OP_POLL_ADD, "io_uring_poll_add", {FD, FLAGS}},
	{IORING_OP_EPOLL_CTL, "io_uring_epoll_ctl", {FD, LENGTH, OFFSET, ADDRESS}},
	{OP_EPOLL_WAIT, "io_uring_epoll_wait", {FD, ADDRESS, LENGTH}},
	{OP_FIXED_FD_INSTALL, "io_uring_fixed_fd_install", {FD}},
	{IORING_OP_URING_CMD, "io_uring_uring_cmd", {FD, OFFSET}},
};

/* By the command that stands in `cmd_op`, in the place of the offset: SOCKET_URING_OP_SIOCINQ … */
#define GETSOCKNAME 5
#define OF_PEER     0x80
static const struct entry_layout layouts_of_commands[] = {
	{0, "io_uring_ioctl", {FD, INPUT_QUEUE}},
	{1, "io_uring_ioctl", {FD, OUTPUT_QUEUE}},
	{2, "io_uring_getsockopt", {FD, LEVEL, OPTION, THIRD_ADDRESS, OPTION_LENGTH}},
	{3, "io_uring_setsockopt", {FD, LEVEL, OPTION, THIRD_ADDRESS, OPTION_LENGTH}},
	{GETSOCKNAME, "io_uring_getsockname", {FD, ADDRESS, THIRD_ADDRESS}},
	{GETSOCKNAME + OF_PEER, "io_uring_getpeername", {FD, ADDRESS, THIRD_ADDRESS}},
};

/* The same with IORING_SEND_VECTORIZED, since Linux 6.17: the address is that of segments. */
#define SEND_VECTORIZED (1u << 5)
static const struct entry_layout layouts_vectorized[] = {
	{IORING_OP_SEND, "io_uring_send_vectorized",
		{FD, ADDRESS, LENGTH, FLAGS, OFFSET, ADDRESS_LENGTH}},
	{IORING_OP_SEND_ZC, "io_uring_send_zc_vectorized",
		{FD, ADDRESS, LENGTH, FLAGS, OFFSET, ADDRESS_LENGTH}},
};

static uint64_t argument(const struct io_uring_sqe *entry, enum entry_field field)
{
	switch (field) {
	case FD:
		return (uint32_t)entry->fd;
	case OFFSET:
		return entry->off;
	case ADDRESS:
		return entry->addr;
	case LENGTH:
		return entry->len;
	case FLAGS:
		return entry->rw_flags;
	case ADDRESS_LENGTH:
		return entry->addr_len;
	case THIRD_ADDRESS:
		return entry->addr3;
	case SPLICE_FD:
	case OPTION_LENGTH:
		return entry->file_index;
	case LEVEL:
		return (uint32_t)entry->addr;
	case OPTION:
		return (uint32_t)(entry->addr >> 32);
	case INPUT_QUEUE:
		return SIOCINQ;
	case OUTPUT_QUEUE:
		return SIOCOUTQ;
	case NOWHERE:
		break;
	}
	return 0;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct entry_layout *find(
	const struct entry_layout *among, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (among[i].code == code)
			return &among[i];
	return NULL;
}

static uint32_t command_of(const struct io_uring_sqe *entry)
{
	uint32_t command = (uint32_t)entry->off;

	return command == GETSOCKNAME && entry->file_index ? command + OF_PEER : command;
}

static const struct entry_layout *layout_of(const struct io_uring_sqe *entry)
{
	const struct entry_layout *layout = NULL;

	if (entry->opcode == IORING_OP_URING_CMD)
		layout = find(layouts_of_commands, COUNT(layouts_of_commands), command_of(entry));
	else if (entry->ioprio & SEND_VECTORIZED)
		layout = find(layouts_vectorized, COUNT(layouts_vectorized), entry->opcode);
	return layout ? layout : find(entry_layouts, COUNT(entry_layouts), entry->opcode);
}

static bool is_direct(const struct io_uring_sqe *entry)
{
	switch (entry->opcode) {
	case OP_FIXED_FD_INSTALL:
		return false; /* makes a number of it */
	case IORING_OP_SPLICE:
		return (entry->flags & IOSQE_FIXED_FILE) ||
		       (entry->splice_flags & SPLICE_F_FD_IN_FIXED);
	case IORING_OP_ACCEPT:
	case IORING_OP_SOCKET:
	case IORING_OP_CLOSE:
		return (entry->flags & IOSQE_FIXED_FILE) || entry->file_index != 0;
	}
	return entry->flags & IOSQE_FIXED_FILE;
}

bool operation_describe(const struct io_uring_sqe *entry, struct operation_call *call)
{
	const struct entry_layout *layout = layout_of(entry);

	if (!layout)
		return false;
	*call = (struct operation_call){
		.row = syscall_named(layout->row),
		.is_direct = is_direct(entry),
		.chooses_buffer =
			(entry->flags & IOSQE_BUFFER_SELECT) || entry->opcode == OP_RECV_ZC,
		.has_envelope = entry->opcode == IORING_OP_RECVMSG &&
				(entry->flags & IOSQE_BUFFER_SELECT) &&
				(entry->ioprio & IORING_RECV_MULTISHOT),
		.skips_success = entry->flags & IOSQE_CQE_SKIP_SUCCESS,
		.is_zero_copy =
			entry->opcode == IORING_OP_SEND_ZC || entry->opcode == IORING_OP_SENDMSG_ZC,
	};
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++)
		call->arguments[i] = argument(entry, layout->arguments[i]);
	return true;
}
