/* SPDX-License-Identifier: MIT */
/* How many calls the writer's thread decodes and writes in a second of its processor's time: feeds
 * it with sends and receives of 64 bytes as they are captured, and writes to /dev/null. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tracer/call/call.h"
#include "tracer/log/queue.h"
#include "tracer/log/writer.h"
#include "tracer/table/syscall_table.h"

#define CALLS 2000000

static struct captured_call *example(const char *name, const char *text)
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
	call->arguments[2] = strlen(text);
	call->result = (int64_t)strlen(text);
	call->bytes = strlen(text);
	call->has_bytes = true;
	memcpy(call_add(&call, 1, PART_DATA, strlen(text), strlen(text)), text, strlen(text));
	return call;
}

static double seconds(int who)
{
	struct rusage used;

	getrusage(who, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(void)
{
	struct trace_queue *queue = queue_new(4 << 20);
	struct writer *writer = writer_start(queue, open("/dev/null", O_WRONLY), LOG_SHARED, NULL);
	struct captured_call *calls[] = {
		example("sendto",
			"GET /index.html HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccept: */*\r\n\r\n"),
		example("recvfrom",
			"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\n\r\n"),
	};

	for (int i = 0; i < CALLS; i++) {
		struct captured_call *call = calls[i % 2];
		call->seq = (uint64_t)i;
		call->time_ns = (int64_t)i * 12345;
		queue_put(queue, ENTRY_CALL, call, call_size(call));
	}
	writer_finish(writer);
	double own = seconds(RUSAGE_SELF) - seconds(RUSAGE_THREAD);
	printf("%.0f\n", CALLS / own);
	queue_free(queue);
	free(calls[0]);
	free(calls[1]);
	return 0;
}
