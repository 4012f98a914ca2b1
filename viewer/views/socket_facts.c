/* SPDX-License-Identifier: MIT */
#include "viewer/views/socket_facts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/term/quantity.h"
#include "viewer/views/tcp_facts.h"
#include "viewer/views/tell.h"
#include "viewer/wording/names.h"

#define FEW 4 /* descriptors and options are listed, then counted */

/* The name of an option is no longer: SCTP_AUTOCLOSE and its kin have room. */
#define OPTION_COLUMNS 40

/* What is known of a socket as a whole. */
struct facts {
	const struct selection *selection;
	const struct trace *trace;
	const struct socket *socket;
	const struct descriptor *first;
	const struct call *maker; /* of its first descriptor, or NULL */
	bool is_made;             /* by that call, which did not only bring it */
	int64_t bytes_in, bytes_out, receives, sends;
	int64_t ended_ns;  /* INT64_MAX: it did not */
	uint32_t *options; /* owned: calls that set one, in order */
	size_t option_count, option_capacity, holder_count;
};

static bool sets_option(const struct trace *trace, const struct call *call)
{
	return call->effect == EFFECT_OPTION && !call->error &&
	       value_text(value_member(call_details(trace, call)->args, "option"), NULL);
}

static void learn_calls(struct facts *facts, const struct descriptor *holder)
{
	const struct call_list *calls = selection_calls(facts->selection, holder);

	quantity_add_up(&facts->bytes_in, calls->bytes_in);
	quantity_add_up(&facts->bytes_out, calls->bytes_out);
	quantity_add_up(&facts->receives, calls->transfers_in);
	quantity_add_up(&facts->sends, calls->transfers_out);
	for (size_t i = 0; i < calls->count; i++) {
		uint32_t index = calls->list[i];
		const struct call *call = &facts->trace->calls[index];
		if (call->descriptor != holder || !sets_option(facts->trace, call))
			continue;
		facts->options = array_grow(facts->options, facts->option_count,
			&facts->option_capacity, sizeof(*facts->options));
		facts->options[facts->option_count++] = index;
	}
}

static struct facts learn(const struct selection *selection, const struct socket *socket)
{
	const struct trace *trace = selection->trace;
	struct facts facts = {.selection = selection,
		.trace = trace,
		.socket = socket,
		.first = socket->holder,
		.maker = descriptor_maker(trace, socket->holder)};

	facts.is_made = !facts.maker || effect_makes_socket(facts.maker->effect);
	for (const struct descriptor *holder = socket->holder; holder;
		holder = holder->next_holder) {
		learn_calls(&facts, holder);
		facts.holder_count++;
		if (holder->ended_ns > facts.ended_ns)
			facts.ended_ns = holder->ended_ns;
	}
	return facts;
}

/* Where values begin, behind their labels. */
static size_t value_column(const struct text *text)
{
	return text->language == LANGUAGE_BOTH ? 21 : 14;
}

static void add_label(struct text *text, const char *label)
{
	text_addf(text, STYLE_FAINT, "  %s", label);
	text_pad(text, value_column(text));
}

static void add_time(struct text *text, int64_t time_ns)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, time_ns, text->is_ascii);
	text_add(text, STYLE_PLAIN, words);
}

static void add_instant(struct text *text, const struct instants *instants, int64_t time_ns)
{
	char words[INSTANT_SIZE];

	instant_words(instants, words, time_ns);
	text_add(text, STYLE_PLAIN, words);
}

static void draw_title(struct text *text, const struct facts *facts)
{
	text_addf(text, STYLE_TITLE, "socket %" PRId64, facts->socket->id);
	text_add_dot(text);
	text_add(text, STYLE_TITLE, name_kind(facts->trace, facts->socket));
	text_add_dot(text);
	name_process(text, STYLE_TITLE, facts->first->process, text->width);
	text_add_dot(text);
	text_addf(text, STYLE_TITLE, "fd %" PRId64, facts->first->fd);
	text_end_line(text);
}

static void add_word(struct text *text, const struct facts *facts, uint32_t word)
{
	const char *words = trace_word(facts->trace, word);

	text_add_foreign(text, STYLE_PLAIN, *words ? words : "?", *words ? strlen(words) : 1, 60);
}

static void draw_maker(
	struct text *text, const struct instants *instants, const struct facts *facts)
{
	const struct call *maker = facts->maker;

	add_label(text, "made as");
	add_word(text, facts, facts->socket->family);
	text_add(text, STYLE_PLAIN, " ");
	add_word(text, facts, facts->socket->type);
	text_end_line(text);
	add_label(text, facts->is_made ? "made by" : "came by");
	if (maker) {
		name_call(text, STYLE_PLAIN, trace_word(facts->trace, maker->name), 60);
		if (maker->descriptor)
			text_addf(text, STYLE_PLAIN, " on fd %" PRId32 " (socket %" PRId64 ")",
				maker->fd, maker->descriptor->socket->id);
		text_add(text, STYLE_PLAIN, ", at ");
		add_instant(text, instants, facts->first->born_ns);
	} else {
		text_add(text, STYLE_PLAIN, "somebody before the trace saw it");
	}
	text_end_line(text);
}

static void draw_address(struct text *text, const char *label, const struct value *address)
{
	char words[ADDRESS_SIZE];

	add_label(text, label);
	address_text(words, address);
	if (!*words)
		text_add(text, STYLE_PLAIN, "none");
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), text->width);
	text_end_line(text);
}

static void draw_other_end(struct text *text, const struct facts *facts)
{
	const struct socket *other = facts->socket->other_end;

	if (!other)
		return;
	add_label(text, "other end");
	bool is_elsewhere = other->part != facts->socket->part;
	text_addf(text, STYLE_PLAIN, is_elsewhere ? "socket %" PRId64 " of " : "socket %" PRId64,
		other->id);
	if (is_elsewhere) {
		char name[PART_NAME_SIZE];
		trace_part_name(facts->trace, other->part, name);
		text_add_foreign(text, STYLE_PLAIN, name, strlen(name), text->width);
	}
	text_end_line(text);
}

/* What was added behind the mark, a blank first, goes on below the values where there is no room.
 */
static void break_list(struct text *text, struct text_mark mark)
{
	size_t comma = text->language == LANGUAGE_ENGLISH ? 1 : 2;

	text_break_at(text, mark, text->width - comma, value_column(text) - 1);
}

static void end_list(struct text *text, size_t count)
{
	struct text_mark mark = text_mark(text);

	if (count > FEW)
		text_addf(text, STYLE_FAINT, " and %zu more", count - FEW);
	break_list(text, mark);
	if (count > 0)
		text_end_line(text);
}

/* What the call has set; the line may not be there any more. Returns the value, or NULL. */
static const struct value *option_set(
	const struct facts *facts, size_t number, const char **option, size_t *length)
{
	const struct call *call = &facts->trace->calls[facts->options[number]];
	const struct record_call *details = call_details(facts->trace, call);

	*option = value_text(value_member(details->args, "option"), length);
	if (!*option) {
		*option = "?";
		*length = 1;
	}
	return value_member(details->args, "value");
}

static void draw_options(struct text *text, const struct facts *facts)
{
	for (size_t i = 0; i < facts->option_count && i < FEW; i++) {
		const char *option;
		size_t length;
		const struct value *value = option_set(facts, i, &option, &length);
		int64_t number;
		if (i == 0)
			add_label(text, "options");
		else
			text_add_comma(text);
		struct text_mark mark = text_mark(text);
		text_add(
			text, STYLE_PLAIN, i == 0 || text->language != LANGUAGE_ENGLISH ? "" : " ");
		text_add_foreign(text, STYLE_PLAIN, option, length, text->column + OPTION_COLUMNS);
		if (value_integer(value, &number))
			text_addf(text, STYLE_PLAIN, " %" PRId64, number);
		if (i > 0)
			break_list(text, mark);
	}
	end_list(text, facts->option_count);
}

static void draw_moved(struct text *text, const struct facts *facts)
{
	char in[QUANTITY_SIZE], out[QUANTITY_SIZE];

	if (facts->receives == 0 && facts->sends == 0)
		return;
	quantity_bytes(in, facts->bytes_in);
	quantity_bytes(out, facts->bytes_out);
	add_label(text, "moved");
	text_addf(text, STYLE_PLAIN, "in %s in %" PRId64 ", out %s in %" PRId64, in,
		facts->receives, out, facts->sends);
	text_end_line(text);
}

/* Those of one process together: "fd 4, fd 6 in server 41, fd 4 in worker 42". */
static void draw_holders(struct text *text, const struct facts *facts)
{
	const struct descriptor *holder = facts->first;

	add_label(text, "held as");
	for (size_t i = 1; holder && i <= FEW; i++, holder = holder->next_holder) {
		const struct descriptor *next = i < FEW ? holder->next_holder : NULL;
		if (i > 1)
			text_add_comma(text);
		struct text_mark mark = text_mark(text);
		text_addf(text, STYLE_PLAIN, "%sfd %" PRId64,
			i == 1 || text->language != LANGUAGE_ENGLISH ? "" : " ", holder->fd);
		if (!next || next->process != holder->process) {
			text_add(text, STYLE_PLAIN, " in ");
			name_process(text, STYLE_PLAIN, holder->process, text->column + 20);
		}
		break_list(text, mark);
	}
	end_list(text, facts->holder_count);
}

static void draw_life(struct text *text, const struct instants *instants, const struct facts *facts)
{
	add_label(text, "lived");
	if (facts->ended_ns == INT64_MAX) {
		text_add(text, STYLE_PLAIN, "still open at the end of the trace");
	} else {
		add_time(text, facts->ended_ns - facts->first->born_ns);
		text_add(text, STYLE_PLAIN, "; the kernel has it back at ");
		add_instant(text, instants, facts->ended_ns);
	}
	text_end_line(text);
}

void socket_facts_draw(struct text *text, const struct instants *instants,
	const struct selection *selection, const struct socket *socket)
{
	struct facts facts = learn(selection, socket);

	draw_title(text, &facts);
	draw_maker(text, instants, &facts);
	draw_address(text, "local", socket->local);
	draw_address(text, "peer", socket->peer);
	draw_other_end(text, &facts);
	draw_options(text, &facts);
	draw_moved(text, &facts);
	tcp_facts_draw(text, instants, socket, value_column(text));
	draw_holders(text, &facts);
	draw_life(text, instants, &facts);
	free(facts.options);
}

static void tell_maker(struct json_writer *writer, const struct facts *facts)
{
	const struct call *maker = facts->maker;
	const struct trace *trace = facts->trace;

	if (facts->socket->family)
		json_text(writer, "family", trace_word(trace, facts->socket->family));
	if (facts->socket->type)
		json_text(writer, "type", trace_word(trace, facts->socket->type));
	if (!maker)
		return;
	json_object_begin(writer, facts->is_made ? "made_by" : "came_by");
	tell_call_number(writer, "call", trace, (uint32_t)(maker - trace->calls));
	json_text(writer, "name", trace_word(trace, maker->name));
	if (maker->descriptor) {
		json_number(writer, "fd", maker->fd);
		json_number(writer, "socket", maker->descriptor->socket->id);
	}
	json_object_end(writer);
}

static void tell_options(struct json_output *output, const struct facts *facts)
{
	struct json_writer *writer = &output->writer;

	json_array_begin(writer, "options");
	for (size_t i = 0; i < facts->option_count; i++) {
		const char *option;
		size_t length;
		const struct value *value = option_set(facts, i, &option, &length);
		int64_t number;
		json_object_begin(writer, NULL);
		json_text_n(writer, "option", option, length);
		if (value_integer(value, &number))
			json_number(writer, "value", number);
		json_object_end(writer);
		json_output_some(output);
	}
	json_array_end(writer);
}

static void tell_holders(struct json_output *output, const struct facts *facts)
{
	struct json_writer *writer = &output->writer;

	json_array_begin(writer, "holders");
	for (const struct descriptor *holder = facts->first; holder; holder = holder->next_holder) {
		const struct process *process = holder->process;
		json_object_begin(writer, NULL);
		json_number(writer, "descriptor", holder->id);
		json_number(writer, "fd", holder->fd);
		json_number(writer, "pid", process->pid);
		json_text(writer, "program", name_program(process));
		json_object_end(writer);
		json_output_some(output);
	}
	json_array_end(writer);
}

void socket_facts_tell(
	struct json_output *output, const struct selection *selection, const struct socket *socket)
{
	struct facts facts = learn(selection, socket);
	struct json_writer *writer = &output->writer;

	json_number(writer, "socket", socket->id);
	tell_trace_of(writer, "trace", facts.trace, socket->part);
	json_text(writer, "kind", name_kind(facts.trace, socket));
	tell_maker(writer, &facts);
	json_number(writer, "born_ns", facts.first->born_ns);
	if (facts.ended_ns != INT64_MAX)
		json_number(writer, "ended_ns", facts.ended_ns);
	tell_address(writer, "local", socket->local);
	tell_address(writer, "peer", socket->peer);
	if (socket->other_end) {
		json_number(writer, "other_end", socket->other_end->id);
		tell_trace_of(writer, "other_trace", facts.trace, socket->other_end->part);
	}
	json_number(writer, "bytes_in", facts.bytes_in);
	json_number(writer, "receives", facts.receives);
	json_number(writer, "bytes_out", facts.bytes_out);
	json_number(writer, "sends", facts.sends);
	tcp_facts_tell(output, facts.trace, socket);
	tell_options(output, &facts);
	tell_holders(output, &facts);
	free(facts.options);
}
