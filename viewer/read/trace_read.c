/* SPDX-License-Identifier: MIT */
#include "viewer/read/trace_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/file_kind.h"
#include "format/memory.h"
#include "format/version.h"
#include "viewer/read/parser.h"
#include "viewer/term/progress.h"
#include "viewer/term/text.h"

/* More than this is not said one by one. */
#define PROBLEMS_SHOWN 10

struct reader {
	struct trace *trace;
	const struct source *source;
	const char *name;
	size_t line, records, problems;
	bool (*seen)(void *context, const struct trace *trace);
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
	fwrite(text.bytes, 1, text.length, stderr);
	text_free(&text);
}

static void complain(struct reader *reader, const char *what)
{
	if (reader->problems++ >= PROBLEMS_SHOWN)
		return;
	fprintf(stderr, "sockview: ");
	print_foreign(reader->name);
	/* What is about no line is about the file. */
	if (reader->line > 0)
		fprintf(stderr, ":%zu", reader->line);
	fputs(": ", stderr);
	print_foreign(what);
	fputc('\n', stderr);
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

static void check_first(struct reader *reader, const struct record *record)
{
	char message[160];

	if (record->type != RECORD_TRACE) {
		complain(reader, "the first line of a trace, with its version, is missing");
	} else if (record->trace.version > TRACE_FORMAT_VERSION) {
		snprintf(message, sizeof(message),
			"made in version %" PRId64 " of the trace format, this sockview reads %d: "
			"please use a newer sockview",
			record->trace.version, TRACE_FORMAT_VERSION);
		give_up(reader, message);
	} else if (record->trace.version < 1) {
		give_up(reader, "\"version\" is out of range");
	}
}

static bool is_first(const struct reader *reader)
{
	return reader->records == 0;
}

static void take_record(struct reader *reader, struct parsed_line *line)
{
	if (is_first(reader))
		check_first(reader, &line->record);
	if (reader->is_hopeless)
		return;
	reader->records++;
	enum record_type type = line->record.type;
	struct record *record = type == RECORD_CALL ? &line->record : parser_take(line);
	trace_add(reader->trace, record, line->offset, line->length);
	if (reader->seen)
		reader->is_done =
			type == RECORD_END ||
			(type == RECORD_CALL && !reader->seen(reader->context, reader->trace));
}

static void take_line(struct reader *reader, struct parsed_line *line)
{
	if (line->problem && is_first(reader) && reader->problems == 0) {
		reject(reader, line->problem);
	} else if (line->problem && !line->is_whole) {
		complain(
			reader, "cut short in the middle of this line; what is before it is shown");
	} else if (line->problem) {
		complain(reader, line->problem);
	} else {
		take_record(reader, line);
	}
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
				&reader->progress, parser_position(parser), source_size(source));
	}
	progress_end(&reader->progress);
	if (parser_error(parser))
		complain(reader, strerror(parser_error(parser)));
	parser_free(parser);
}

static void check_end(struct reader *reader)
{
	const struct part *part = &reader->trace->parts[reader->trace->part_count - 1];

	if (reader->is_hopeless)
		return;
	if (is_first(reader) && reader->problems == 0)
		give_up(reader, "empty: there is no trace in it");
	else if (!part->end && reader->problems == 0)
		complain(reader, "the trace has no end: socktrace still runs, or was killed");
}

static bool read_part(struct reader *reader, struct trace *trace, struct source *source)
{
	const char *name = source_name(source);

	reader->trace = trace;
	reader->source = source;
	reader->name = name ? name : "standard input";
	trace_begin_part(trace, source);
	read_lines(reader, source);
	if (!reader->is_done && !(reader->seen && is_first(reader)))
		check_end(reader);
	if (reader->problems > PROBLEMS_SHOWN)
		fprintf(stderr, "sockview: and %zu more lines like that\n",
			reader->problems - PROBLEMS_SHOWN);
	trace->problems += reader->problems;
	return !reader->is_hopeless && reader->records > 0;
}

bool trace_read(struct trace *trace, struct source *source)
{
	return read_part(&(struct reader){0}, trace, source);
}

bool trace_read_each(struct trace *trace, struct source *source,
	bool (*seen)(void *context, const struct trace *trace), void *context)
{
	return read_part(&(struct reader){.seen = seen, .context = context}, trace, source);
}
