/* SPDX-License-Identifier: MIT */
#include "tracer/follow/rest.h"

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "tracer/call/layout.h"
#include "tracer/filter/coverage.h"
#include "tracer/follow/owed.h"
#include "tracer/proc/fds.h"
#include "tracer/proc/socket_info.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/abi.h"

/* No call moves more: MAX_RW_COUNT in include/linux/fs.h. */
#define MAX_MOVED (INT32_MAX & ~(uint64_t)4095)

/* Flags of calls whose rest is what the kernel would do next. Others mark where their bytes end, or
 * are answered for each call. */
#define SEND_FLAGS    (MSG_NOSIGNAL | MSG_MORE)
#define RECEIVE_FLAGS (MSG_WAITALL | MSG_NOSIGNAL | MSG_CMSG_CLOEXEC)

static const struct syscall_row *row_of(const struct rest *rest)
{
	return syscall_row((size_t)rest->row);
}

/* The layout functions ask it for these two. */
static struct captured_call reader(pid_t tid, const struct rest *rest)
{
	return (struct captured_call){
		.memory_tid = tid, .is_compat = abi_is_compat(rest->entry.arch)};
}

static bool take_segments(pid_t tid, struct rest *rest, uint64_t address, uint64_t count)
{
	const struct captured_call memory = reader(tid, rest);
	struct iovec segments[IOV_MAX];

	if (count == 0 || count > IOV_MAX ||
		layout_segments(&memory, address, segments, count) != count)
		return false;
	rest->bytes = address;
	rest->segments = count;
	for (size_t i = 0; i < count && rest->asked <= MAX_MOVED; i++)
		rest->asked += segments[i].iov_len;
	return true;
}

static bool take_message(pid_t tid, struct rest *rest, uint64_t address)
{
	const struct captured_call memory = reader(tid, rest);
	struct msghdr message;

	/* Control messages go with a call's first byte, or come with any: neither goes on. Of the
	 * room for those that come, the kernel has written how much it has used: recvmsg(2). */
	return layout_message(&memory, address, &message) &&
	       (message.msg_control == NULL ||
		       (row_of(rest)->effect == EFFECT_SEND && message.msg_controllen == 0)) &&
	       take_segments(tid, rest, (uintptr_t)message.msg_iov, message.msg_iovlen);
}

/* What the call was asked to move. False when it is of a kind that does not go on. */
static bool take_asked(pid_t tid, struct rest *rest)
{
	const struct syscall_row *row = row_of(rest);
	const uint64_t *arguments = rest->entry.arguments;

	/* Of splice(2) and pwritev2(2). */
	if (syscall_argument(row, ARGUMENT_FLAGS) >= 0)
		return false;
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++) {
		switch (row->arguments[i].kind) {
		case ARGUMENT_DATA:
			rest->bytes = arguments[i];
			rest->asked = arguments[i + 1];
			return true;
		case ARGUMENT_SEGMENTS:
			return take_segments(tid, rest, arguments[i], arguments[i + 1]);
		case ARGUMENT_MESSAGE:
		case ARGUMENT_MESSAGE_RESULT:
			return take_message(tid, rest, arguments[i]);
		case ARGUMENT_MOVED:
			rest->asked = arguments[i];
			return true;
		default:
			break;
		}
	}
	return false;
}

static bool has_fitting_flags(const struct rest *rest)
{
	uint32_t flags = (uint32_t)abi_argument(&rest->entry, row_of(rest), ARGUMENT_MESSAGE_FLAGS);

	return row_of(rest)->effect == EFFECT_SEND
		       ? (flags & ~(uint32_t)SEND_FLAGS) == 0
		       : flags & MSG_WAITALL && (flags & ~(uint32_t)RECEIVE_FLAGS) == 0;
}

/* The call, `row` and `entry`, has moved a part of what it was asked for. */
static bool take_part(pid_t tid, struct rest *rest, int64_t result)
{
	if (row_of(rest)->effect != EFFECT_SEND && row_of(rest)->effect != EFFECT_RECEIVE)
		return false;
	rest->done = (uint64_t)result;
	rest->asked = rest->segments = 0;
	rest->is_waiting = false;
	if (!has_fitting_flags(rest) || !take_asked(tid, rest))
		return false;
	if (rest->asked > MAX_MOVED)
		rest->asked = MAX_MOVED;
	return rest->done < rest->asked;
}

/* Nearly all calls that are recorded have moved all. */
static bool may_have_moved_part(struct thread *thread, int64_t result)
{
	const struct captured_call *call = thread->call;
	struct rest *rest = &thread->rest;

	rest->row = call->row;
	rest->entry.arch = abi_arch(call->is_compat);
	memcpy(rest->entry.arguments, call->arguments, sizeof(call->arguments));
	return take_part(thread->tid, rest, result);
}

/* Takes down the thread's last call; `known` is its result, or 0. True when it has moved a part. */
static bool take_down(struct thread *thread, int64_t known)
{
	const bool is_recorded = thread->state == THREAD_IN_CALL;
	struct rest *rest = &thread->rest;
	int64_t result;

	if ((is_recorded && known > 0 && !may_have_moved_part(thread, known)) ||
		!registers_get(thread->tid, &rest->registers) ||
		!registers_has_result(&rest->registers, &result) || result <= 0 ||
		(is_recorded && !may_have_moved_part(thread, result)))
		return false;
	rest->row = abi_row_within(thread->tid, &rest->entry);
	return rest->row >= 0 && take_part(thread->tid, rest, result);
}

/* Nobody but this thread, and we, can have had to do with what the call does, if the kernel, too,
 * knows of no other filter. */
static bool is_certain(const struct tracer *tracer, const struct thread *thread)
{
	return !tracer->settings.is_unfiltered && !tracer->settings.is_attached &&
	       !tracer->is_passing_through && coverage_is_alone(thread) &&
	       !thread->table->was_shared && thread->table->rings.count == 0 && !thread->is_strict;
}

static bool has_limit(int fd, int name)
{
	struct timeval time = {0};
	socklen_t length = sizeof(time);

	return getsockopt(fd, SOL_SOCKET, name, &time, &length) != 0 || time.tv_sec != 0 ||
	       time.tv_usec != 0;
}

/* True of TLS in the kernel and its like, which make records of the bytes. */
static bool has_upper_layer(int fd)
{
	char name[16] = "";
	socklen_t length = sizeof(name);

	return getsockopt(fd, IPPROTO_TCP, TCP_ULP, name, &length) != 0 || (length > 0 && *name);
}

/* The next bytes are to be received apart from those before: unix(7), tcp(7). */
static bool is_at_border(int fd, bool is_tcp)
{
	struct msghdr message = {.msg_iov = &(struct iovec){&(char){0}, 1}, .msg_iovlen = 1};
	int mark = 0;

	/* UNIX sockets have a mark since Linux 5.15. */
	if ((ioctl(fd, SIOCATMARK, &mark) != 0 && is_tcp) || mark ||
		socket_info_option(fd, SOL_SOCKET, SO_PEEK_OFF) >= 0)
		return true;
	if (is_tcp)
		return false;
	if (socket_info_option(fd, SOL_SOCKET, SO_PASSCRED) != 0)
		return true;
	/* Without room for it a descriptor that comes with them is only told of: MSG_CTRUNC. */
	return recvmsg(fd, &message, MSG_PEEK | MSG_DONTWAIT) >= 0 &&
	       message.msg_flags & MSG_CTRUNC;
}

/* A receive would not wait. */
static bool has_come(int fd)
{
	struct pollfd state = {.fd = fd, .events = POLLIN | POLLRDHUP};
	int waiting = 0;

	/* The former also where it is less than SO_RCVLOWAT. */
	return (ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0) || poll(&state, 1, 0) > 0;
}

static bool is_fit_socket(int fd, struct rest *rest)
{
	bool is_send = row_of(rest)->effect == EFFECT_SEND;
	int family = socket_info_option(fd, SOL_SOCKET, SO_DOMAIN);

	rest->is_tcp = family == AF_INET || family == AF_INET6;
	if (socket_info_option(fd, SOL_SOCKET, SO_TYPE) != SOCK_STREAM ||
		has_limit(fd, is_send ? SO_SNDTIMEO : SO_RCVTIMEO))
		return false;
	if (rest->is_tcp ? socket_info_option(fd, SOL_SOCKET, SO_PROTOCOL) != IPPROTO_TCP ||
				   has_upper_layer(fd)
			 : family != AF_UNIX)
		return false;
	rest->is_waiting = rest->is_waiting && has_come(fd);
	return is_send || !is_at_border(fd, rest->is_tcp);
}

static bool is_file(const struct thread *thread, int fd)
{
	struct stat file;
	int copy = fds_copy(thread->process->pid, thread->tid, fd);
	bool is_regular = copy >= 0 && fstat(copy, &file) == 0 && S_ISREG(file.st_mode);

	if (copy >= 0)
		close(copy);
	return is_regular;
}

/* A blocking call on that descriptor of ours moves all, unless something ends it. */
static bool is_fit(int fd, struct rest *rest)
{
	const int flags = fcntl(fd, F_GETFL);
	struct pollfd state = {.fd = fd};
	struct stat file;

	rest->is_tcp = false;
	if (flags < 0 || flags & (O_NONBLOCK | O_DIRECT) || fstat(fd, &file) != 0)
		return false;
	/* The next send is told of what has ended already. What was sent before can be received. */
	if (row_of(rest)->effect == EFFECT_SEND && poll(&state, 1, 0) > 0 &&
		state.revents & (POLLERR | POLLHUP))
		return false;
	rest->is_pipe = S_ISFIFO(file.st_mode);
	/* What sendfile(2) moves into a pipe is what there is room for: do_sendfile in
	 * fs/read_write.c. */
	return rest->is_pipe ? row_of(rest)->effect == EFFECT_SEND &&
				       syscall_argument(row_of(rest), ARGUMENT_MOVED) < 0
			     : S_ISSOCK(file.st_mode) && is_fit_socket(fd, rest);
}

static bool can_go_on(struct thread *thread)
{
	struct rest *rest = &thread->rest;
	int fd = (int32_t)abi_argument(&rest->entry, row_of(rest), ARGUMENT_FD);
	int copy = fds_copy(thread->process->pid, thread->tid, fd);
	bool is_good = copy >= 0 && is_fit(copy, rest);

	if (copy >= 0)
		close(copy);
	/* An error of TCP has to be told later: owed.h. */
	if (!is_good || (rest->is_tcp && !table_get(thread->table, fd)))
		return false;
	return syscall_argument(row_of(rest), ARGUMENT_MOVED) < 0 ||
	       is_file(thread, (int32_t)rest->entry.arguments[1]);
}

/* Where the next bytes are, and how many. */
static bool find_bytes(pid_t tid, const struct rest *rest, uint64_t *address, uint64_t *length)
{
	const struct captured_call memory = reader(tid, rest);
	struct iovec segments[IOV_MAX];
	uint64_t within = rest->done;
	size_t i = 0;

	if (rest->segments == 0) {
		*address = rest->bytes + rest->done;
		*length = rest->asked - rest->done;
		return true;
	}
	if (layout_segments(&memory, rest->bytes, segments, rest->segments) != rest->segments)
		return false;
	for (; i < rest->segments && within >= segments[i].iov_len; i++)
		within -= segments[i].iov_len;
	if (i == rest->segments)
		return false;
	*address = (uintptr_t)segments[i].iov_base + within;
	*length = segments[i].iov_len - within;
	if (*length > rest->asked - rest->done)
		*length = rest->asked - rest->done;
	return true;
}

/*
 * Has the thread make the next call. Where a part was sent on a socket, the kernel raises no
 * SIGPIPE, so neither do these; on a pipe it always does: pipe_write in fs/pipe.c. A receive ends
 * at the mark of urgent data, but passes over one that it begins with (tcp_recvmsg_locked in
 * net/ipv4/tcp.c): so before each the thread waits, in an empty receive, until something has come,
 * and is_at_border can tell. An ignored signal may end that, too.
 */
static bool make(struct thread *thread)
{
	struct rest *rest = &thread->rest;
	const struct syscall_row *row = row_of(rest);
	struct registers registers = rest->registers;
	uint64_t arguments[SYSCALL_ARGUMENTS] = {rest->entry.arguments[0]};
	uint64_t flags = abi_argument(&rest->entry, row, ARGUMENT_MESSAGE_FLAGS);
	int moved = syscall_argument(row, ARGUMENT_MOVED);
	enum injected_call call = rest->is_pipe                ? INJECTED_WRITE
				  : row->effect == EFFECT_SEND ? INJECTED_SENDTO
							       : INJECTED_RECVFROM;

	if (moved >= 0) {
		/* The kernel has moved the offsets on. */
		call = INJECTED_SAME;
		memcpy(arguments, rest->entry.arguments, sizeof(arguments));
		arguments[moved] = rest->piece = rest->asked - rest->done;
	} else if (find_bytes(thread->tid, rest, &arguments[1], &rest->piece)) {
		arguments[2] = rest->piece;
		arguments[3] = rest->is_pipe ? 0 : flags | MSG_NOSIGNAL;
		rest->is_waiting = call == INJECTED_RECVFROM && !rest->is_waiting;
		if (rest->is_waiting) {
			arguments[2] = 0;
			arguments[3] |= MSG_PEEK;
		}
	} else {
		return false;
	}
	registers_prepare_call(&registers,
		abi_is_compat(rest->entry.arch) ? CALL_COMPAT : CALL_NATIVE, call, arguments);
	return registers_set(thread->tid, &registers);
}

/* Only signals that are ignored have woken the thread, or we. */
static bool was_woken(const struct thread *thread, int signal)
{
	struct status_signals signals;
	uint64_t waking = signal ? UINT64_C(1) << (signal - 1) : 0;

	if (!status_signals(thread->tid, &signals))
		return false;
	waking |= signals.pending & ~signals.blocked;
	return (waking != 0 || thread->is_interrupted) && (waking & ~signals.ignored) == 0;
}

bool rest_begin(struct tracer *tracer, struct thread *thread, int signal, int64_t result)
{
	if (!is_certain(tracer, thread) || !take_down(thread, result))
		return false;
	if (!was_woken(thread, signal) || !coverage_has_only_ours(thread) || !can_go_on(thread) ||
		!make(thread)) {
		registers_end_call(thread->tid);
		return false;
	}
	thread->rest.is_under_way = true;
	if (thread->state == THREAD_IN_CALL)
		thread->call->interrupted++;
	return true;
}

bool rest_leave(struct thread *thread, int64_t *result)
{
	struct rest *rest = &thread->rest;

	if (!rest->is_under_way)
		return false;
	*result = (int64_t)rest->done;
	registers_end_with(&rest->registers, *result);
	registers_set(thread->tid, &rest->registers);
	rest->is_under_way = false;
	return true;
}

bool rest_exit(struct tracer *tracer, struct thread *thread, int64_t *result)
{
	struct rest *rest = &thread->rest;
	int64_t moved = *result;

	/* The kernel makes it again, if no handler runs. */
	if (registers_is_restarted(thread->tid))
		return false;
	if (rest->is_waiting && moved == 0 && !tracer->is_passing_through && can_go_on(thread) &&
		make(thread))
		return false;
	if (moved > 0) {
		rest->done += (uint64_t)moved;
		bool is_cut = (uint64_t)moved < rest->piece;
		if (rest->done < rest->asked && !tracer->is_passing_through &&
			(!is_cut || (was_woken(thread, 0) && can_go_on(thread))) && make(thread))
			return false;
	}
	if (moved < 0 && rest->is_tcp && !tracer->is_passing_through)
		owed_take(tracer, thread, (int)-moved);
	return rest_leave(thread, result);
}
