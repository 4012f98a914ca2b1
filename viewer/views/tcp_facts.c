/* SPDX-License-Identifier: MIT */
#include "viewer/views/tcp_facts.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>

#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"
#include "viewer/views/tell.h"

/* A line of facts that are separated by commas: begun with the first one. */
struct fact_line {
	struct text *text;
	const char *label;
	size_t column;
	bool is_begun;
};

__attribute__((format(printf, 2, 3))) static void add(
	struct fact_line *line, const char *format, ...)
{
	struct text *text = line->text;
	char words[160];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), dictionary_words(text->language, format), arguments);
	va_end(arguments);
	if (!line->is_begun) {
		text_addf(text, STYLE_FAINT, "  %s", line->label);
		text_pad(text, line->column);
		text_add(text, STYLE_PLAIN, words);
	} else {
		text_add_comma(text);
		struct text_mark mark = text_mark(text);
		text_add(text, STYLE_PLAIN, text->language == LANGUAGE_ENGLISH ? " " : "");
		text_add(text, STYLE_PLAIN, words);
		text_break_at(text, mark, text->width - 1, line->column - 1);
	}
	line->is_begun = true;
}

static void end(struct fact_line *line)
{
	if (line->is_begun)
		text_end_line(line->text);
}

static const char *bytes_words(char words[QUANTITY_SIZE], int64_t bytes)
{
	quantity_bytes(words, bytes);
	return words;
}

static const char *time_words(
	const struct fact_line *line, char words[QUANTITY_SIZE], int64_t time_us)
{
	quantity_time(words, time_us < INT64_MAX / 1000 ? time_us * 1000 : INT64_MAX,
		line->text->is_ascii);
	return words;
}

static void draw_listener(struct fact_line *line, const struct record_queues *queues)
{
	if (queues->backlog == RECORD_ABSENT)
		return;
	add(line, "%" PRId64 " wait to be accepted", queues->backlog);
	if (queues->backlog_limit != RECORD_ABSENT)
		add(line, "at most %" PRId64, queues->backlog_limit);
	if (queues->drops > 0)
		add(line, "%" PRId64 " dropped", queues->drops);
}

static void draw_state(
	struct fact_line *line, const struct instants *instants, const struct socket_report *report)
{
	const struct record_tcp *tcp = &report->tcp;
	const char *state = kernel_report_state(tcp->state);
	char at[INSTANT_SIZE], words[QUANTITY_SIZE];

	instant_words(instants, at, report->time_ns);
	if (state)
		add(line, "%s at %s", state + sizeof("TCP_") - 1, at);
	if (tcp->state == TCP_LISTEN) {
		draw_listener(line, &report->queues);
		return;
	}
	if (tcp->rtt_us > 0)
		add(line, "round trip %s", time_words(line, words, tcp->rtt_us));
	if (tcp->retransmits == 1)
		add(line, "1 segment sent again");
	else if (tcp->retransmits > 0)
		add(line, "%" PRId64 " segments sent again", tcp->retransmits);
}

static void draw_queues(struct fact_line *line, const struct socket_report *report)
{
	char words[QUANTITY_SIZE];

	if (report->queues.receive > 0)
		add(line, "%s came and were not read", bytes_words(words, report->queues.receive));
	if (report->queues.send > 0)
		add(line, "%s were sent and are not acknowledged",
			bytes_words(words, report->queues.send));
	if (report->tcp.notsent_bytes > 0)
		add(line, "%s of these are not on their way",
			bytes_words(words, report->tcp.notsent_bytes));
}

static void draw_limits(struct fact_line *line, const struct record_tcp *tcp)
{
	char words[QUANTITY_SIZE];

	if (tcp->rwnd_limited_us > 0)
		add(line, "by the peer's window for %s",
			time_words(line, words, tcp->rwnd_limited_us));
	if (tcp->sndbuf_limited_us > 0)
		add(line, "by its own send buffer for %s",
			time_words(line, words, tcp->sndbuf_limited_us));
	if (line->is_begun && tcp->busy_us > 0)
		add(line, "of %s with something to send", time_words(line, words, tcp->busy_us));
}

void tcp_facts_draw(struct text *text, const struct instants *instants, const struct socket *socket,
	size_t value_column)
{
	const struct socket_report *report;
	struct fact_line state = {.text = text, .label = "TCP was", .column = value_column};
	struct fact_line queued = {.text = text, .label = "queued", .column = value_column};
	struct fact_line limited = {.text = text, .label = "held up", .column = value_column};

	if (socket->report_count == 0)
		return;
	report = &socket->reports[socket->report_count - 1];
	draw_state(&state, instants, report);
	end(&state);
	if (report->tcp.state == TCP_LISTEN)
		return;
	draw_queues(&queued, report);
	end(&queued);
	draw_limits(&limited, &report->tcp);
	end(&limited);
}

void tcp_facts_tell(
	struct json_output *output, const struct trace *trace, const struct socket *socket)
{
	struct json_writer *writer = &output->writer;

	if (socket->report_count == 0)
		return;
	json_array_begin(writer, "reports");
	for (size_t i = 0; i < socket->report_count; i++) {
		const struct socket_report *report = &socket->reports[i];
		struct kernel_report said = {report->tcp, report->queues};
		json_object_begin(writer, NULL);
		json_number(writer, "time_ns", report->time_ns);
		if (report->call != NO_CALL)
			tell_call_number(writer, "call", trace, report->call);
		kernel_report_write(writer, &said);
		json_object_end(writer);
		json_output_some(output);
	}
	json_array_end(writer);
}
