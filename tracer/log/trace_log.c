/* SPDX-License-Identifier: MIT */
#include "tracer/log/trace_log.h"

#include "tracer/ptrace/clock.h"

void log_begin(struct trace_log *log, size_t queue_bytes)
{
	*log = (struct trace_log){.began_ns = clock_ns(), .queue = queue_new(queue_bytes)};
}

void log_free(struct trace_log *log)
{
	queue_free(log->queue);
	json_writer_free(&log->line);
	socket_tables_forget(&log->tables);
}

int64_t log_now(const struct trace_log *log)
{
	return clock_ns() - log->began_ns;
}

void log_call(struct trace_log *log, struct captured_call *call)
{
	if (log->is_closed)
		return;
	call->seq = ++log->last_seq;
	queue_put(log->queue, ENTRY_CALL, call, call_size(call));
}

void log_line(struct trace_log *log)
{
	if (!log->is_closed)
		queue_put(log->queue, ENTRY_LINE, log->line.text, log->line.length);
}

void log_close(struct trace_log *log)
{
	log->is_closed = true;
}
