/* SPDX-License-Identifier: MIT */
#include "viewer/views/socket_facts.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/names.h"

#define VALUE_COLUMN 14
#define FEW          4 /* descriptors and options are listed, then counted */

struct facts {
	struct text *text;
	const struct selection *selection;
	const struct trace *trace;
	const struct socket *socket;
};

static void add_label(const struct facts *facts, const char *label)
{
	text_addf(facts->text, STYLE_FAINT, "  %s", label);
	text_pad(facts->text, VALUE_COLUMN);
}

static void add_time(const struct facts *facts, int64_t time_ns)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, time_ns, facts->text->is_ascii);
	text_add(facts->text, STYLE_PLAIN, words);
}

static void tell_title(const struct facts *facts)
{
	const struct descriptor *first = facts->socket->holder;

	text_addf(facts->text, STYLE_TITLE, "socket %" PRId64, facts->socket->id);
	text_add_dot(facts->text);
	text_add(facts->text, STYLE_TITLE, name_kind(facts->trace, facts->socket));
	text_add_dot(facts->text);
	name_process(facts->text, STYLE_TITLE, first->process, facts->text->width);
	text_add_dot(facts->text);
	text_addf(facts->text, STYLE_TITLE, "fd %" PRId64, first->fd);
	text_end_line(facts->text);
}

static void add_word(const struct facts *facts, uint32_t word)
{
	const char *words = trace_word(facts->trace, word);

	text_add_foreign(
		facts->text, STYLE_PLAIN, *words ? words : "?", *words ? strlen(words) : 1, 60);
}

static void tell_kind(const struct facts *facts)
{
	add_label(facts, "made as");
	add_word(facts, facts->socket->family);
	text_add(facts->text, STYLE_PLAIN, " ");
	add_word(facts, facts->socket->type);
	text_end_line(facts->text);
}

static void tell_maker(const struct facts *facts)
{
	const struct descriptor *first = facts->socket->holder;
	const struct call *maker = descriptor_maker(facts->trace, first);

	add_label(facts, maker && !effect_makes_socket(maker->effect) ? "came by" : "made by");
	if (maker) {
		name_call(facts->text, STYLE_PLAIN, trace_word(facts->trace, maker->name), 60);
		if (maker->descriptor)
			text_addf(facts->text, STYLE_PLAIN,
				" on fd %" PRId32 " (socket %" PRId64 ")", maker->fd,
				maker->descriptor->socket->id);
		text_add(facts->text, STYLE_PLAIN, ", at ");
		add_time(facts, first->born_ns - facts->trace->begin_ns);
	} else {
		text_add(facts->text, STYLE_PLAIN, "somebody before the trace saw it");
	}
	text_end_line(facts->text);
}

static void tell_address(const struct facts *facts, const char *label, const struct value *address)
{
	char words[ADDRESS_SIZE];

	add_label(facts, label);
	address_text(words, address);
	text_add_foreign(facts->text, STYLE_PLAIN, *words ? words : "none",
		*words ? strlen(words) : 4, facts->text->width);
	text_end_line(facts->text);
}

static void tell_other_end(const struct facts *facts)
{
	const struct socket *other = facts->socket->other_end;

	if (!other)
		return;
	add_label(facts, "other end");
	text_addf(facts->text, STYLE_PLAIN, "socket %" PRId64, other->id);
	if (other->part != facts->socket->part) {
		const char *name = source_name(facts->trace->parts[other->part].source);
		text_add(facts->text, STYLE_PLAIN, " of ");
		text_add_foreign(facts->text, STYLE_PLAIN, name ? name : "-",
			name ? strlen(name) : 1, facts->text->width);
	}
	text_end_line(facts->text);
}

static void tell_option(const struct facts *facts, const struct call *call, size_t *told)
{
	const struct record_call *details = call_details(facts->trace, call);
	size_t length;
	const char *option = value_text(value_member(details->args, "option"), &length);
	int64_t number;

	if (!option || (*told)++ >= FEW)
		return;
	if (*told == 1)
		add_label(facts, "options");
	else
		text_add(facts->text, STYLE_PLAIN, ", ");
	text_add_foreign(facts->text, STYLE_PLAIN, option, length, facts->text->width);
	if (value_integer(value_member(details->args, "value"), &number))
		text_addf(facts->text, STYLE_PLAIN, " %" PRId64, number);
}

static void end_list(const struct facts *facts, size_t count)
{
	if (count > FEW)
		text_addf(facts->text, STYLE_FAINT, " and %zu more", count - FEW);
	if (count > 0)
		text_end_line(facts->text);
}

/* In the order in which they were set. */
static void tell_options(const struct facts *facts)
{
	size_t told = 0;

	for (const struct descriptor *holder = facts->socket->holder; holder;
		holder = holder->next_holder) {
		const struct call_list *calls = selection_calls(facts->selection, holder);
		for (size_t i = 0; i < calls->count; i++) {
			const struct call *call = &facts->trace->calls[calls->list[i]];
			if (call->effect == EFFECT_OPTION && !call->error &&
				call->descriptor == holder)
				tell_option(facts, call, &told);
		}
	}
	end_list(facts, told);
}

static void add_moved(const struct facts *facts, const char *way, int64_t bytes, int64_t calls)
{
	char words[QUANTITY_SIZE];

	quantity_bytes(words, bytes);
	text_addf(facts->text, STYLE_PLAIN, "%s %s in %" PRId64, way, words, calls);
}

static void tell_moved(const struct facts *facts)
{
	int64_t in = 0, out = 0, receives = 0, sends = 0;

	for (const struct descriptor *holder = facts->socket->holder; holder;
		holder = holder->next_holder) {
		const struct call_list *calls = selection_calls(facts->selection, holder);
		quantity_add_up(&in, calls->bytes_in);
		quantity_add_up(&out, calls->bytes_out);
		quantity_add_up(&receives, calls->transfers_in);
		quantity_add_up(&sends, calls->transfers_out);
	}
	if (receives == 0 && sends == 0)
		return;
	add_label(facts, "moved");
	add_moved(facts, "in", in, receives);
	add_moved(facts, ", out", out, sends);
	text_end_line(facts->text);
}

static void tell_holder(
	const struct facts *facts, const struct descriptor *holder, bool is_first, bool is_last)
{
	const struct process *process = holder->process;

	text_add(facts->text, STYLE_PLAIN, is_first ? "" : ",");
	struct text_mark mark = text_mark(facts->text);
	text_addf(facts->text, STYLE_PLAIN, "%sfd %" PRId64, is_first ? "" : " ", holder->fd);
	if (is_last || holder->next_holder->process != process) {
		text_add(facts->text, STYLE_PLAIN, " in ");
		name_process(facts->text, STYLE_PLAIN, process, facts->text->column + 20);
	}
	text_break(facts->text, mark, facts->text->width);
}

/* Those of one process together: "fd 4, fd 6 in server 41, fd 4 in worker 42". */
static void tell_holders(const struct facts *facts)
{
	size_t count = 0;

	add_label(facts, "held as");
	for (const struct descriptor *holder = facts->socket->holder; holder;
		holder = holder->next_holder)
		if (count++ < FEW)
			tell_holder(
				facts, holder, count == 1, count == FEW || !holder->next_holder);
	end_list(facts, count);
}

static void tell_life(const struct facts *facts)
{
	int64_t begin_ns = facts->socket->holder->born_ns, end_ns = 0;

	add_label(facts, "lived");
	for (const struct descriptor *holder = facts->socket->holder; holder;
		holder = holder->next_holder)
		if (holder->ended_ns > end_ns)
			end_ns = holder->ended_ns;
	if (end_ns == INT64_MAX) {
		text_add(facts->text, STYLE_PLAIN, "still open at the end of the trace");
	} else {
		add_time(facts, end_ns - begin_ns);
		text_add(facts->text, STYLE_PLAIN, "; the kernel has it back at ");
		add_time(facts, end_ns - facts->trace->begin_ns);
	}
	text_end_line(facts->text);
}

void socket_facts_draw(
	struct text *text, const struct selection *selection, const struct socket *socket)
{
	struct facts facts = {text, selection, selection->trace, socket};

	tell_title(&facts);
	tell_kind(&facts);
	tell_maker(&facts);
	tell_address(&facts, "local", socket->local);
	tell_address(&facts, "peer", socket->peer);
	tell_other_end(&facts);
	tell_options(&facts);
	tell_moved(&facts);
	tell_holders(&facts);
	tell_life(&facts);
}
