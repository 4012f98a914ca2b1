/* SPDX-License-Identifier: MIT */
/*
 * Exchanges as spans of OpenTelemetry: one of the end that asks, and one of the end that answers,
 * as far as these are in the trace. And connects of which the kernel said that they failed.
 *
 *	struct spans *spans = spans_new(trace);
 *	struct exchange_span pair[2];
 *	size_t count = spans_of(spans, number, pair);
 *	…
 *	spans_free(spans);
 *
 * https://opentelemetry.io/docs/specs/otel/trace/api/
 */
#ifndef VIEWER_SPAN_H
#define VIEWER_SPAN_H

#include "viewer/relate/exchange.h"

/* The numbers are those of opentelemetry/proto/trace/v1/trace.proto. */
enum span_kind {
	SPAN_SERVER = 2, /* of the end that answers */
	SPAN_CLIENT = 3, /* of the end that asks */
};

struct exchange_span {
	const struct exchange *exchange; /* NULL: it is a connect */
	enum span_kind kind;
	const struct call *call; /* with which the question begins at this end; the connect */
	int64_t begin_ns, end_ns;
	/* The same each time that a trace is shown, whatever is shown of it. */
	uint64_t trace_high, trace_low, id;
	uint64_t parent;       /* 0: it has none */
	bool is_parent_remote; /* it is another process's */
	uint8_t trace_flags;   /* as the traceparent says */
};

struct spans;

/* Of a complete trace, for the caller to free. */
struct spans *spans_new(const struct trace *trace);
void spans_free(struct spans *spans);

/* The spans of the exchange of that number: none, one or two, that of the asker first. A notice,
 * which nobody asked for, has none. */
size_t spans_of(const struct spans *spans, uint32_t number, struct exchange_span pair[2]);

/* The span of the call of that number. False: it is no connect, or nothing told the program that it
 * failed. */
bool span_of_connect(const struct spans *spans, uint32_t number, struct exchange_span *span);

/* A span that another program has said it is within: its trace and its id. */
struct traceparent {
	uint64_t trace_high, trace_low, id;
	uint8_t flags;
};

/* Reads the words of a traceparent: https://www.w3.org/TR/trace-context/, 3.2. False: they are not
 * valid. */
bool traceparent_read(struct traceparent *traceparent, const char *words);

#endif
