#include "viewer/trace_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/version.h"
#include "viewer/text.h"

/* More than this is not said one by one. */
#define PROBLEMS_SHOWN 10

struct reader {
	struct trace *trace;
	const char *name;
	size_t line;
	bool is_hopeless;
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
	if (reader->trace->problems++ >= PROBLEMS_SHOWN)
		return;
	fprintf(stderr, "sockview: ");
	print_foreign(reader->name);
	fprintf(stderr, ":%zu: ", reader->line);
	print_foreign(what);
	fputc('\n', stderr);
}

static void give_up(struct reader *reader, const char *what)
{
	complain(reader, what);
	reader->is_hopeless = true;
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

static void read_line(struct reader *reader, const char *line, size_t length, bool is_whole)
{
	struct record *record = xcalloc(1, sizeof(*record));
	const char *problem = record_read(record, line, length);
	char message[200];

	if (problem && reader->trace->record_count == 0) {
		snprintf(message, sizeof(message), "not a trace of socktrace (%s)", problem);
		give_up(reader, message);
	} else if (problem && !is_whole) {
		complain(
			reader, "cut short in the middle of this line; what is before it is shown");
	} else if (problem) {
		complain(reader, problem);
	} else {
		if (reader->trace->record_count == 0)
			check_first(reader, record);
		trace_add(reader->trace, record);
		return;
	}
	free(record);
}

static void read_lines(struct reader *reader, FILE *file)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;

	errno = 0;
	while (!reader->is_hopeless && (length = getline(&line, &capacity, file)) > 0) {
		bool is_whole = line[length - 1] == '\n';
		reader->line++;
		if (length > is_whole)
			read_line(reader, line, (size_t)length - is_whole, is_whole);
	}
	if (ferror(file))
		complain(reader, strerror(errno));
	free(line);
}

static void check_end(struct reader *reader)
{
	struct trace *trace = reader->trace;
	size_t before = trace->problems;

	if (reader->is_hopeless)
		return;
	if (trace->record_count == 0 && before == 0)
		give_up(reader, "empty: there is no trace in it");
	else if (!trace->end && before == 0)
		complain(reader, "the trace has no end: socktrace still runs, or was killed");
}

struct trace *trace_read(FILE *file, const char *name)
{
	struct reader reader = {.trace = trace_new(name), .name = name ? name : "standard input"};

	read_lines(&reader, file);
	check_end(&reader);
	if (reader.trace->problems > PROBLEMS_SHOWN)
		fprintf(stderr, "sockview: and %zu more lines like that\n",
			reader.trace->problems - PROBLEMS_SHOWN);
	trace_finish(reader.trace);
	if (!reader.is_hopeless && reader.trace->record_count > 0)
		return reader.trace;
	trace_free(reader.trace);
	return NULL;
}
