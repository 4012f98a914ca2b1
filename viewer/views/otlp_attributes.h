/* SPDX-License-Identifier: MIT */
/*
 * What a span is called and what is said of it, in the words of OpenTelemetry's semantic
 * conventions: https://opentelemetry.io/docs/specs/semconv/ (HTTP, DNS, database, network).
 */
#ifndef VIEWER_OTLP_ATTRIBUTES_H
#define VIEWER_OTLP_ATTRIBUTES_H

#include "format/json_writer.h"
#include "viewer/layout/span.h"

/* Elements of an open array of attributes, as JSON of OTLP has them. */
void otlp_text(struct json_writer *writer, const char *key, const char *text);
void otlp_number(struct json_writer *writer, const char *key, int64_t number);

/* The members `name`, `attributes` and `status` of a span's object. */
void otlp_describe(struct json_writer *writer, const struct exchanges *exchanges,
	const struct exchange_span *span);

#endif
