/* SPDX-License-Identifier: MIT */
/* The things of a trace while it is built: found by their ids, made when they are seen first. */
#ifndef VIEWER_MODEL_H
#define VIEWER_MODEL_H

#include "format/memory.h"
#include "viewer/model/trace.h"

/* Appends element to one of the model's arrays, which array_grow() makes larger as needed. */
#define APPEND(array, count, capacity, element)                                        \
	do {                                                                           \
		(array) = array_grow((array), (count), &(capacity), sizeof(*(array))); \
		(array)[(count)++] = (element);                                        \
	} while (0)

/* The part that is being read. */
struct part *model_part(const struct trace *trace);
uint32_t model_part_number(const struct trace *trace);

/* The key of an id of that part in the maps of the trace. */
uint64_t model_key(int64_t id);

/* No time of a trace is further from 0, some 73 years, so that differences of two, and of a call's
 * end and another time, are numbers. */
#define MODEL_TIME_LIMIT (INT64_C(1) << 61)

/* The time, shifted, within the limit. */
int64_t model_shifted(int64_t time_ns, int64_t shift_ns);

/* A time of that part as the trace counts. */
int64_t model_time(const struct trace *trace, int64_t time_ns);

/* The trace has something from one time to the other. */
void model_see_time(struct trace *trace, int64_t from_ns, int64_t to_ns);

/* The process with that pid, which may have been another one's before. */
struct process *model_add_process(struct trace *trace, int64_t pid);
struct process *model_process(struct trace *trace, int64_t pid);

struct socket *model_socket(struct trace *trace, int64_t id);

struct descriptor *model_add_descriptor(
	struct trace *trace, int64_t id, int64_t socket, int64_t pid, int64_t fd);

/* The first direction that a socket takes is the one that it has. */
void model_set_direction(struct socket *socket, enum direction direction);

/* Keeps a copy of the address, unless it is NULL. */
void model_set_address(struct value **into, const struct value *address);

/* What the record says of TCP, if anything, is one of the socket's reports, of that time. `call` is
 * the record's, or NO_CALL. */
void model_add_report(
	struct socket *socket, const struct record *record, int64_t time_ns, uint32_t call);

/* The number of a string as a word of the trace. */
uint32_t model_word(struct trace *trace, const struct value *value);

#endif
