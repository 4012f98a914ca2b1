/* SPDX-License-Identifier: MIT */
#include "viewer/read/trace_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/file_kind.h"
#include "format/memory.h"
#include "format/messages.h"
#include "format/version.h"
#include "viewer/read/line_order.h"
#include "viewer/read/parser.h"
#include "viewer/term/progress.h"
#include "viewer/term/text.h"

/* More than this is not said one by one. */
#define PROBLEMS_SHOWN 10

struct reader {
	struct trace *trace;
	struct source *source;
	const char *name;
	struct line_order order; /* of the part that is being read */
	size_t line, records, problems;
	size_t unsaid;        /* of these problems */
	bool is_begun;        /* the source is the trace's */
	size_t end_line;      /* of that part; 0: not read yet */
	size_t problems_then; /* when it began */
	trace_seen *seen;
	void *context;
	bool is_done;
	bool is_hopeless;
	struct progress progress;
};

/* Messages name files and quote lines, which may hold anything. */
static void print_foreign(const char *words)
{
	struct text text = {.is_ascii = true};

	text_add_foreign(&text, STYLE_PLAIN, words, strlen(words), 200);
	print_message("%.*s", (int)text.length, text.bytes);
	text_free(&text);
}

static void print_problem(const struct reader *reader, const char *what)
{
	print_message("sockview: ");
	print_foreign(reader->name);
	/* What is about no line is about the file. */
	if (reader->line > 0)
		print_message(":%zu", reader->line);
	print_message(": ");
	print_foreign(what);
	print_message("\n");
}

static void complain(struct reader *reader, const char *what)
{
	if (reader->problems++ < PROBLEMS_SHOWN)
		print_problem(reader, what);
	else
		reader->unsaid++;
}

static void give_up(struct reader *reader, const char *what)
{
	complain(reader, what);
	reader->is_hopeless = true;
}

/* Of a file that is no trace: says what it is, or where its first line is wrong. */
static void reject(struct reader *reader, const char *problem)
{
	const char *head;
	size_t length = source_head(reader->source, &head);
	const struct file_kind *kind = file_kind(head, length);
	char message[200];

	if (kind) {
		reader->line = 0;
		snprintf(message, sizeof(message), "%s, not a trace of socktrace%s%s", kind->name,
			kind->advice ? ": " : "", kind->advice ? kind->advice : "");
	} else {
		snprintf(message, sizeof(message), "not a trace of socktrace (%s)", problem);
	}
	give_up(reader, message);
}

static bool is_first(const struct reader *reader)
{
	return reader->records == 0;
}

static bool is_readable(struct reader *reader, const struct record_trace *header)
{
	char message[160];

	if (header->version > TRACE_FORMAT_VERSION) {
		snprintf(message, sizeof(message),
			"made in version %" PRId64 " of the trace format, this sockview reads %d: "
			"please use a newer sockview",
			header->version, TRACE_FORMAT_VERSION);
		complain(reader, message);
	} else if (header->version < 1) {
		complain(reader, "\"version\" is out of range");
	}
	return header->version >= 1 && header->version <= TRACE_FORMAT_VERSION;
}

/* A first line says when the trace began, to the nanosecond: the same one is the same trace's. */
static void check_repeated(struct reader *reader, uint64_t hash)
{
	struct trace *trace = reader->trace;
	uintptr_t known = (uintptr_t)id_map_get(&trace->headers, hash);
	char name[PART_NAME_SIZE], message[PART_NAME_SIZE + 80];

	if (!trace->parts[trace->part_count - 1].header->started)
		return;
	if (!known) {
		id_map_put(&trace->headers, hash, (void *)(uintptr_t)trace->part_count);
		return;
	}
	trace_part_name(trace, (uint32_t)known - 1, name);
	snprintf(message, sizeof(message),
		"the same trace was read before (%s), and is shown twice", name);
	complain(reader, message);
}

/* At the last line of a part, or the first one of the next; `no_end` says what it means that there
 * is none. */
static void check_end(struct reader *reader, const char *no_end)
{
	const struct record_end *end = reader->trace->parts[reader->trace->part_count - 1].end;
	const char *problem = end ? line_order_count(&reader->order, end->calls) : NULL;
	size_t line = reader->line;

	if (problem) {
		reader->line = reader->end_line;
		complain(reader, problem);
		reader->line = line;
	}
	if (!end && reader->problems == reader->problems_then)
		complain(reader, no_end);
}

/* The trace that was read last goes on in this file, or behind the line. */
static bool continues(const struct reader *reader, const struct parsed_line *line)
{
	return line && line->record.type == RECORD_TRACE &&
	       trace_is_continued_by(reader->trace, &line->record.trace);
}

/* NULL: no line of it can be used. */
static void begin_source(struct reader *reader, const struct parsed_line *line)
{
	if (reader->is_begun)
		return;
	if (!is_first(reader) && line && !continues(reader, line))
		complain(reader, "the trace was rotated faster than it was followed: calls before "
				 "this line are in other files");
	(continues(reader, line) ? trace_continue_source : trace_begin_source)(
		reader->trace, reader->source);
	reader->is_begun = true;
}

static void continue_part(struct reader *reader)
{
	const struct trace *trace = reader->trace;

	if (line_order_is_begun(&reader->order) && !reader->order.is_ended)
		complain(reader, "the trace goes on, and the file before has no end: lines of it "
				 "may be missing");
	line_order_continue(&reader->order, trace->parts[trace->part_count - 1].last_seq);
	reader->end_line = 0;
}

/* Another trace may stand behind the first one: files that were joined. */
static void begin_part(struct reader *reader, const struct parsed_line *line)
{
	begin_source(reader, line);
	if (continues(reader, line)) {
		continue_part(reader);
		return;
	}
	if (line_order_begins_another(&reader->order, line)) {
		check_end(reader, "another trace begins, and the one before it has no end: "
				  "socktrace was killed");
		line_order_free(&reader->order);
		reader->problems_then = reader->problems;
		reader->end_line = 0;
	}
	if (line_order_is_begun(&reader->order))
		return;
	if (line->record.type != RECORD_TRACE)
		complain(reader, "the first line of a trace, with its version, is missing");
	else if (!is_readable(reader, &line->record.trace))
		*(is_first(reader) ? &reader->is_hopeless : &reader->is_done) = true;
	else if (line->record.trace.part > 1)
		line_order_continue(&reader->order, line->record.trace.calls_before);
}

/* A file that is followed is read to the end of the trace that ends last in it. */
static void take_record(struct reader *reader, struct parsed_line *line)
{
	enum record_type type = line->record.type;
	bool is_again;

	begin_part(reader, line);
	if (reader->is_hopeless || reader->is_done)
		return;
	const char *problem = line_order_take(&reader->order, line, &is_again);
	if (problem)
		complain(reader, problem);
	if (is_again)
		return;
	reader->records++;
	if (type == RECORD_END)
		reader->end_line = reader->line;
	trace_add(reader->trace, &line->record, line->offset, (uint32_t)line->length);
	if (type == RECORD_TRACE)
		check_repeated(reader, line->hash);
	if (!reader->seen)
		return;
	if (type == RECORD_END || type == RECORD_TRACE)
		source_follow(reader->source, type == RECORD_TRACE);
	if (type == RECORD_CALL || type == RECORD_WARNING)
		reader->is_done = !reader->seen(reader->context, reader->trace,
			type == RECORD_WARNING
				? &reader->trace->records[reader->trace->record_count - 1]->warning
				: NULL);
}

static void take_line(struct reader *reader, struct parsed_line *line)
{
	if (line->problem && is_first(reader) && reader->problems == 0) {
		reject(reader, line->problem);
		return;
	}
	if (line->problem || line->follows_cut)
		line_order_skip(&reader->order);
	if (line->follows_cut)
		complain(reader,
			"cut short in the middle of this line, and another trace begins in it");
	else if (line->problem && !line->is_whole)
		complain(
			reader, "cut short in the middle of this line; what is before it is shown");
	else if (line->problem)
		complain(reader, line->problem);
	if (!line->problem)
		take_record(reader, line);
}

static void read_lines(struct reader *reader, struct source *source)
{
	struct parser *parser = parser_new(source);
	struct parsed_line *line;

	while (!reader->is_hopeless && !reader->is_done && (line = parser_next(parser))) {
		reader->line = parser_line_number(parser);
		take_line(reader, line);
		if (reader->line % 1024 == 0)
			progress_show(
				&reader->progress, source_position(source), source_size(source));
	}
	progress_end(&reader->progress);
	if (parser_error(parser))
		complain(reader, source_has_no_room(source)
					 ? "no room to keep it while it is shown; set TMPDIR"
					 : strerror(parser_error(parser)));
	/* However many bad lines came of it. */
	if (source_problem(source)) {
		print_problem(reader, source_problem(source));
		reader->problems++;
	}
	parser_free(parser);
}

/* A trace that is followed goes on in the file that has its name next. */
static bool begin_next_file(struct reader *reader)
{
	const struct trace *trace = reader->trace;
	const struct record_end *end = trace->parts[trace->part_count - 1].end;

	if (!reader->seen || reader->is_hopeless || reader->is_done || !end || !end->continues)
		return false;
	struct source *next = source_next(reader->source);
	if (!next)
		return false;
	line_order_free(&reader->order);
	reader->source = next;
	reader->is_begun = false;
	reader->end_line = 0;
	return true;
}

static bool read_source(struct reader *reader, struct trace *trace, struct source *source)
{
	const char *name = source_name(source);

	reader->trace = trace;
	reader->source = source;
	reader->name = name ? name : "standard input";
	do {
		read_lines(reader, reader->source);
		begin_source(reader, NULL);
	} while (begin_next_file(reader));
	if (!reader->is_hopeless && !reader->is_done && !is_first(reader))
		check_end(reader, source_is_abandoned(reader->source)
					  ? "the trace has no end, and nobody writes to it: "
					    "socktrace was killed"
					  : "the trace has no end: socktrace still runs, or was "
					    "killed");
	else if (!reader->is_hopeless && is_first(reader) && reader->problems == 0 && !reader->seen)
		give_up(reader, "empty: there is no trace in it");
	line_order_free(&reader->order);
	if (reader->unsaid > 0)
		print_message("sockview: and %zu more lines like that\n", reader->unsaid);
	trace->problems += reader->problems;
	return !reader->is_hopeless && reader->records > 0;
}

bool trace_read(struct trace *trace, struct source *source)
{
	return read_source(&(struct reader){0}, trace, source);
}

bool trace_read_each(struct trace *trace, struct source *source, trace_seen *seen, void *context)
{
	return read_source(&(struct reader){.seen = seen, .context = context}, trace, source);
}
