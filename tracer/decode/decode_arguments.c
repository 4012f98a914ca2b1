/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_arguments.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_ioctl.h"
#include "tracer/decode/decode_message.h"
#include "tracer/decode/decode_option.h"
#include "tracer/decode/decode_program.h"
#include "tracer/table/constants.h"
#include "tracer/table/ioctls.h"

/* One argument of a call, on its way to the member `name`. */
struct decoding {
	struct json_writer *w;
	const struct captured_call *call;
	int argument;
	const char *name;
	const struct constant *names;
};

/* The kernel takes these as int, whatever the upper half of the register holds. */
static int32_t as_int(const struct decoding *d)
{
	return (int32_t)d->call->arguments[d->argument];
}

/* Another argument of the call, which says how this one is meant. */
static int32_t other(const struct decoding *d, enum argument_kind kind)
{
	return (int32_t)call_argument(d->call, kind);
}

static void integer(const struct decoding *d)
{
	json_number(d->w, d->name, as_int(d));
}

/* Where it is not the descriptor that the call is recorded on, or not always. */
static void fd(const struct decoding *d)
{
	if (d->name)
		integer(d);
}

static void unsigned_fd(const struct decoding *d)
{
	json_unsigned(d->w, d->name, (uint32_t)as_int(d));
}

static void size(const struct decoding *d)
{
	json_unsigned(d->w, d->name, d->call->arguments[d->argument]);
}

/* The low bits are the type, the others flags: SOCK_TYPE_MASK in linux/net.h. */
static void type(const struct decoding *d)
{
	const int32_t mask = 0xf;

	constant_write(d->w, d->name, constants_types, as_int(d) & mask);
	flags_write(d->w, "flags", constants_socket_flags, (uint32_t)(as_int(d) & ~mask));
}

static void protocol(const struct decoding *d)
{
	decode_protocol(d->w, d->name, other(d, ARGUMENT_FAMILY), as_int(d));
}

static void constant(const struct decoding *d)
{
	constant_write(d->w, d->name, d->names, as_int(d));
}

static void flags(const struct decoding *d)
{
	flags_write(d->w, d->name, d->names, (uint32_t)as_int(d));
}

static void address(const struct decoding *d)
{
	const struct captured_part *part = call_part(d->call, d->argument, PART_BYTES);

	decode_address_part(d->w, d->name, part);
}

static void segments(const struct decoding *d)
{
	decode_segments(d->w, d->call, d->argument);
}

static void message(const struct decoding *d)
{
	decode_message(d->w, d->call, d->argument, false);
}

static void message_result(const struct decoding *d)
{
	decode_message(d->w, d->call, d->argument, true);
}

static void option(const struct decoding *d)
{
	decode_option_name(d->w, d->name, other(d, ARGUMENT_LEVEL), as_int(d));
}

static void option_value(const struct decoding *d)
{
	const struct captured_part *part = call_part(d->call, d->argument, PART_BYTES);
	const struct captured_part *program = call_part(d->call, d->argument, PART_PROGRAM);
	uint16_t count;

	bool is_protocol =
		other(d, ARGUMENT_LEVEL) == SOL_SOCKET && other(d, ARGUMENT_OPTION) == SO_PROTOCOL;
	int32_t number;

	if (d->call->netlink && is_protocol && part_copy(part, &number, sizeof(number)))
		decode_protocol(d->w, d->name, AF_NETLINK, number);
	else if (program && part_copy(part, &count, sizeof(count)))
		decode_program(d->w, d->name, count, program->bytes, program->length);
	else if (part && part->wanted > part->length)
		json_bytes(d->w, d->name, part->bytes, part->length, true);
	else if (part)
		decode_option_value(d->w, d->name, other(d, ARGUMENT_LEVEL),
			other(d, ARGUMENT_OPTION), part->bytes, part->length);
}

/* The flags that F_GETFL and F_GETFD ask for stand in the result. */
static void control_flags(
	const struct decoding *d, const struct constant *constants, bool is_result)
{
	if (!is_result)
		flags_write(d->w, "flags", constants, (uint32_t)as_int(d));
	else if (d->call->result >= 0)
		flags_write(d->w, "flags", constants, (uint64_t)d->call->result);
}

static void control_argument(const struct decoding *d)
{
	int command = other(d, ARGUMENT_CONTROL_COMMAND);

	if (command == F_SETFL || command == F_GETFL)
		control_flags(d, constants_status_flags, command == F_GETFL);
	else if (command == F_SETFD || command == F_GETFD)
		control_flags(d, constants_descriptor_flags, command == F_GETFD);
	else if (command != F_GETOWN && command != F_GETSIG)
		integer(d);
}

static void epoll_event(const struct decoding *d)
{
	struct epoll_event event;

	/* Not looked at by the kernel when something is removed: epoll_ctl(2). */
	if (other(d, ARGUMENT_EPOLL_OPERATION) == EPOLL_CTL_DEL ||
		!part_copy(call_part(d->call, d->argument, PART_BYTES), &event, sizeof(event)))
		return;
	json_object_begin(d->w, d->name);
	flags_write(d->w, "events", constants_epoll_events, event.events);
	json_unsigned(d->w, "data", event.data.u64);
	json_object_end(d->w);
}

static void pair_of_times(const struct decoding *d, const char *fraction)
{
	int64_t times[2];

	if (!part_copy(call_part(d->call, d->argument, PART_BYTES), times, sizeof(times)))
		return;
	json_object_begin(d->w, d->name);
	json_number(d->w, "seconds", times[0]);
	json_number(d->w, fraction, times[1]);
	json_object_end(d->w);
}

static void timespec(const struct decoding *d)
{
	pair_of_times(d, "nanoseconds");
}

static void timeval(const struct decoding *d)
{
	pair_of_times(d, "microseconds");
}

static void ioctl_request(const struct decoding *d)
{
	uint32_t request = (uint32_t)as_int(d);
	const struct ioctl_request *known = ioctl_find(request);

	if (known)
		json_text(d->w, d->name, known->name);
	else
		json_unsigned(d->w, d->name, request);
}

static void ioctl_argument(const struct decoding *d)
{
	const struct ioctl_request *known = ioctl_find((uint32_t)other(d, ARGUMENT_IOCTL_REQUEST));
	const struct captured_part *part = call_part(d->call, d->argument, PART_BYTES);

	if (known && part)
		decode_ioctl_argument(
			d->w, d->name, known, d->call->result < 0, part->bytes, part->length);
}

static void (*const kinds[ARGUMENT_COUNT])(const struct decoding *d) = {
	[ARGUMENT_FD] = fd,
	[ARGUMENT_SINK_FD] = integer,
	[ARGUMENT_FIRST_FD] = unsigned_fd,
	[ARGUMENT_LAST_FD] = unsigned_fd,
	[ARGUMENT_RANGE_FLAGS] = flags,
	[ARGUMENT_TARGET_FD] = integer,
	[ARGUMENT_INTEGER] = integer,
	[ARGUMENT_SIZE] = size,
	[ARGUMENT_CONSTANT] = constant,
	[ARGUMENT_FLAGS] = flags,
	[ARGUMENT_FAMILY] = constant,
	[ARGUMENT_TYPE] = type,
	[ARGUMENT_PROTOCOL] = protocol,
	[ARGUMENT_MESSAGE_FLAGS] = flags,
	[ARGUMENT_ADDRESS] = address,
	[ARGUMENT_ADDRESS_RESULT] = address,
	[ARGUMENT_MOVED] = size,
	[ARGUMENT_SEGMENTS] = segments,
	[ARGUMENT_MESSAGE] = message,
	[ARGUMENT_MESSAGE_RESULT] = message_result,
	[ARGUMENT_LEVEL] = constant,
	[ARGUMENT_OPTION] = option,
	[ARGUMENT_OPTION_VALUE] = option_value,
	[ARGUMENT_OPTION_RESULT] = option_value,
	[ARGUMENT_OPTION_RETURNED] = option_value,
	[ARGUMENT_CONTROL_COMMAND] = constant,
	[ARGUMENT_CONTROL_ARGUMENT] = control_argument,
	[ARGUMENT_EPOLL] = integer,
	[ARGUMENT_MILLISECONDS] = integer,
	[ARGUMENT_EPOLL_OPERATION] = constant,
	[ARGUMENT_EPOLL_EVENT] = epoll_event,
	[ARGUMENT_TIMESPEC] = timespec,
	[ARGUMENT_TIMESPEC64] = timespec,
	[ARGUMENT_TIMEVAL] = timeval,
	[ARGUMENT_IOCTL_REQUEST] = ioctl_request,
	[ARGUMENT_IOCTL_ARGUMENT] = ioctl_argument,
};

void decode_arguments(
	struct json_writer *w, const struct captured_call *call, const struct syscall_row *row)
{
	json_object_begin(w, "args");
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++) {
		struct decoding d = {w, call, i, row->arguments[i].name, row->arguments[i].names};
		if (kinds[row->arguments[i].kind])
			kinds[row->arguments[i].kind](&d);
	}
	json_object_end(w);
}
