/* SPDX-License-Identifier: MIT */
/* How many calls the writer's thread decodes and writes in a second of its processor's time, and
 * how many the tracer's thread puts into the queue: feeds it with calls of one kind as they are
 * captured, with 64 bytes of payload, and writes to /dev/null, or to a file that is named,
 * compressed as its name says. A line for each kind: calls a second of the writer's, calls a second
 * of the tracer's, the kind. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tracer/call/call.h"
#include "tracer/log/queue.h"
#include "tracer/log/writer.h"
#include "tracer/table/syscall_table.h"

#define CALLS 2000000

/* 64 bytes each. */
static const char request[] =
	"GET /index.html HTTP/1.1\r\nHost: 127.0.0.1:18000\r\nAccept: */*\r\n\r\n";
static const char response[] =
	"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\n\r\n<html";
static const char digest[] =
	"\x8b\x1a\x99\x53\xc4\x61\x12\x96\xa8\x27\xab\xf8\xc4\x78\x04\xd7\xe5\x9f\x01\x42\x7d\x00"
	"\xb0\x3c\xf2\x5e\x88\x11\x6a\xcd\x94\x3f\x07\xe8\x55\xba\x21\x9c\x73\xde\x40\xa6\x18\xfb"
	"\x66\x2d\xc1\x0b\x97\xf4\x3a\x8e\x50\xe3\x1f\xb9\x74\x0c\xd2\x49\xad\x36\x81\xee";
#define PAYLOAD 64

static void add(struct captured_call **call, int argument, enum part_kind kind, const void *bytes,
	size_t length)
{
	memcpy(call_add(call, argument, kind, length, length), bytes, length);
}

static struct captured_call *call_of(const char *name, int64_t result)
{
	struct captured_call *call = call_new();
	int row = syscall_named(name);

	call->row = (uint16_t)row;
	call->effect = (uint8_t)syscall_row((size_t)row)->effect;
	call->pid = call->tid = 12345;
	call->fd = 7;
	call->descriptor = 1234;
	call->socket = 987;
	call->duration_ns = 7612;
	call->result = result;
	return call;
}

static struct captured_call *transfer(const char *name, const char *payload)
{
	struct captured_call *call = call_of(name, PAYLOAD);

	call->arguments[2] = PAYLOAD;
	call->has_bytes = true;
	call->bytes = PAYLOAD;
	add(&call, 1, PART_DATA, payload, PAYLOAD);
	return call;
}

static struct captured_call *message(const char *name, const char *payload)
{
	struct captured_call *call = call_of(name, PAYLOAD);
	const struct call_segments segments = {PAYLOAD, 1};
	const struct msghdr header = {.msg_iovlen = 1};

	call->has_bytes = true;
	call->bytes = PAYLOAD;
	add(&call, 1, PART_HEADER, &header, sizeof(header));
	add(&call, 1, PART_RESULT, &header, sizeof(header));
	add(&call, 1, PART_SEGMENTS, &segments, sizeof(segments));
	add(&call, 1, PART_DATA, payload, PAYLOAD);
	return call;
}

static struct captured_call *wait_for(const char *name, uint32_t events)
{
	struct captured_call *call = call_of(name, 1);
	const struct call_wait waits[] = {
		{.fd = 7, .events = events, .ready = events, .descriptor = 1234, .socket = 987},
		{.fd = 8, .events = events, .descriptor = 1235, .socket = 988},
	};

	call->fd = -1;
	call->descriptor = call->socket = 0;
	call->arguments[0] = 5;
	call->arguments[2] = 64;
	call->arguments[3] = 100;
	add(&call, PART_OF_CALL, PART_WAITS, waits, sizeof(waits));
	return call;
}

static double seconds(int who)
{
	struct rusage used;

	getrusage(who, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void measure(const char *kind, const char *path, struct captured_call *calls[2])
{
	double both = seconds(RUSAGE_SELF), tracer = seconds(RUSAGE_THREAD);
	struct trace_queue *queue = queue_new(4 << 20);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	struct writer *writer =
		writer_start(queue, fd, LOG_SHARED, compression_of_name(path), NULL, NULL);

	for (int i = 0; i < CALLS; i++) {
		struct captured_call *call = calls[i % 2];
		call->seq = (uint64_t)i;
		call->time_ns = (int64_t)i * 12345;
		queue_put(queue, ENTRY_CALL, call, call_size(call));
	}
	writer_finish(writer);
	close(fd);
	queue_free(queue);
	tracer = seconds(RUSAGE_THREAD) - tracer;
	both = seconds(RUSAGE_SELF) - both;
	printf("%.0f %.0f %s\n", CALLS / (both - tracer), CALLS / tracer, kind);
	fflush(stdout);
	free(calls[0]);
	free(calls[1]);
}

int main(int count, char **arguments)
{
	const char *path = count > 1 ? arguments[1] : "/dev/null";

	measure("sends and receives of text", path,
		(struct captured_call *[]){
			transfer("sendto", request), transfer("recvfrom", response)});
	measure("reads and writes of other bytes", path,
		(struct captured_call *[]){transfer("read", digest), transfer("write", digest)});
	measure("messages", path,
		(struct captured_call *[]){
			message("sendmsg", request), message("recvmsg", response)});
	measure("waits", path,
		(struct captured_call *[]){
			wait_for("epoll_wait", EPOLLIN | EPOLLET), wait_for("poll", POLLIN)});
	return 0;
}
