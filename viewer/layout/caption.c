/* SPDX-License-Identifier: MIT */
#include "viewer/layout/caption.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/connection.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"
#include "viewer/wording/readable.h"

/* Fewer columns of what was sent say nothing. */
#define DATA_MINIMUM 8

static void add_pid(struct text *text, enum style style, const struct lifeline *lifeline)
{
	text_addf(text, style, "%" PRId64, lifeline->process->pid);
	if (lifeline->tid >= 0 && lifeline->tid != lifeline->process->pid)
		text_addf(text, style, "/%" PRId32, lifeline->tid);
}

static void add_who(
	struct text *text, enum style style, const struct lifeline *lifeline, size_t end)
{
	const char *role = name_role(lifeline->process);

	add_pid(text, style, lifeline);
	struct text_mark mark = text_mark(text);
	text_add_dot(text);
	if (!role || !text_add_fitting(text, STYLE_FAINT, role, end))
		text_undo(text, mark);
}

void caption_lifeline_line(
	struct text *text, enum style style, const struct lifeline *lifeline, int line, size_t end)
{
	const struct process *process = lifeline->process;
	const char *name = process ? name_program(process) : "";

	/* An address, or a word of ours: "elsewhere", "kernel". */
	const char *address = dictionary_words(text->language, process ? "" : lifeline->address);
	bool is_word = !process && (strcmp(lifeline->address, "elsewhere") == 0 ||
					   strcmp(lifeline->address, "kernel") == 0);
	struct text_mark mark = text_mark(text);

	if (!process && line != 1) {
		text_add_foreign(text, style, address, strlen(address), end);
		text_gap(text, is_word ? GAP_NONE : GAP_ADDRESSES, mark);
	} else if (!process)
		text_add_fitting(text, STYLE_FAINT, "not traced", end);
	else if (line == 0)
		text_add_foreign(text, style, name, strlen(name), end);
	else
		add_who(text, style, lifeline, end);
}

void caption_lifeline(
	struct text *text, enum style style, const struct lifeline *lifeline, size_t end)
{
	struct text pid = text_like(text);

	if (lifeline->process) {
		add_pid(&pid, style, lifeline);
		size_t room = pid.column + 1;
		caption_lifeline_line(text, style, lifeline, 0, end > room ? end - room : 0);
		text_add(text, style, " ");
	}
	caption_lifeline_line(text, style, lifeline, lifeline->process ? 1 : 0, end);
	text_free(&pid);
}

static const char *word_of(const struct call *call)
{
	static const char *const words[EFFECT_COUNT] = {
		[EFFECT_BIND] = "bind",
		[EFFECT_LISTEN] = "listen",
		[EFFECT_CONNECT] = "connect",
		[EFFECT_ACCEPT] = "accept",
		[EFFECT_SEND] = "send",
		[EFFECT_RECEIVE] = "recv",
		[EFFECT_SHUTDOWN] = "shutdown",
		[EFFECT_CLOSE] = "close",
	};

	if (call_is(call, CALL_END_OF_STREAM))
		return "recv 0";
	return call->effect < EFFECT_COUNT ? words[call->effect] : NULL;
}

static void add_address(
	struct text *text, const struct trace *trace, const struct value *address, size_t end)
{
	char words[ADDRESS_SIZE];

	address_short(words, address, trace->has_several_loopbacks);
	if (!*words || text->column + 3 > end)
		return;
	text_add(text, STYLE_PLAIN, " ");
	struct text_mark mark = text_mark(text);
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), end);
	text_gap(text, GAP_ADDRESSES, mark);
}

/* Who has connected, as accept(2) gave it back; whole, or not at all. */
static void add_client(
	struct text *text, const struct trace *trace, const struct value *address, size_t end)
{
	struct text_mark mark = text_mark(text);
	char words[ADDRESS_SIZE];

	address_short(words, address, trace->has_several_loopbacks);
	if (!*words)
		return;
	text_add(text, STYLE_PLAIN, text_choose(text, " ←", " <-"));
	struct text_mark address_mark = text_mark(text);
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), SIZE_MAX / 2);
	text_gap(text, GAP_ADDRESSES, address_mark);
	if (text->column > end)
		text_undo(text, mark);
}

static void add_fd(struct text *text, enum style style, const char *before, int64_t fd, size_t end)
{
	struct text_mark mark = text_mark(text);

	text_addf(text, style, "%sfd %" PRId64, before, fd);
	if (text->column > end)
		text_undo(text, mark);
}

static void add_made(
	struct text *text, const struct call *call, const struct record_call *details, size_t end)
{
	for (size_t i = 0; i < details->new_count; i++) {
		const char *before = i > 0           ? ", "
				     : call->fd >= 0 ? text_choose(text, " → ", " -> ")
						     : " ";
		add_fd(text, STYLE_PLAIN, before, details->new_descriptors[i].fd, end);
	}
}

void caption_outcome(
	struct text *text, const struct trace *trace, const struct call *call, size_t end)
{
	const char *error = trace_word(trace, call->error);
	bool is_pending = call_is(call, CALL_PENDING);
	const struct attempt *attempt =
		call->effect == EFFECT_CONNECT
			? connection_attempt(trace, (uint32_t)(call - trace->calls))
			: NULL;

	/* A connect that goes on is told by its arrow; what is no outcome that people name, by its
	 * error. */
	if (attempt && attempt->outcome != OUTCOME_ESTABLISHED &&
		!(attempt->outcome == OUTCOME_FAILED && call->error)) {
		struct text_mark mark = text_mark(text);
		text_add(text, STYLE_PLAIN, " ");
		if (!text_add_fitting(text,
			    attempt->outcome == OUTCOME_ASKING ? STYLE_FAINT : STYLE_ERROR,
			    name_outcome(attempt->outcome), end))
			text_undo(text, mark);
	} else if (call->error && !(is_pending && call->effect == EFFECT_CONNECT) &&
		   text->column + 3 <= end) {
		text_add(text, STYLE_PLAIN, " ");
		text_add_foreign(
			text, is_pending ? STYLE_FAINT : STYLE_ERROR, error, strlen(error), end);
	}
	if (call_is(call, CALL_UNFINISHED))
		text_add_fitting(text, STYLE_ERROR, " never returned", end);
	if (call->effect == EFFECT_RECEIVE && call->bytes == 0 && call->result > 0)
		text_add_fitting(text, STYLE_FAINT, " peeks", end);
}

void caption_word(struct text *text, const struct trace *trace, const struct call *call,
	bool is_short, size_t end)
{
	enum style style = describe_call_style(trace, call);
	const char *word = word_of(call);

	name_call(text, style, word ? word : trace_word(trace, call->name), end);
	if (!is_short && call->fd >= 0)
		add_fd(text, STYLE_PLAIN, " ", call->fd, end);
}

static void add_arguments(
	struct text *text, const struct trace *trace, const struct call *call, size_t end)
{
	const struct record_call *details = call_details(trace, call);
	const struct value *address = value_member(details->args, "address");
	const char *how = value_text(value_member(details->args, "how"), NULL);

	add_made(text, call, details, end);
	if (call->effect == EFFECT_BIND)
		add_address(text, trace, details->local ? details->local : address, end);
	if (call->effect == EFFECT_ACCEPT && address)
		add_client(text, trace, address, end);
	if (how && text->column + 3 <= end) {
		text_add(text, STYLE_PLAIN, " ");
		text_add_foreign(text, STYLE_PLAIN, how, strlen(how), end);
	}
}

static void add_call(
	struct text *text, const struct trace *trace, uint32_t index, bool is_short, size_t end)
{
	const struct call *call = &trace->calls[index];

	caption_word(text, trace, call, is_short, end);
	if (!is_short)
		add_arguments(text, trace, call, end);
	caption_outcome(text, trace, call, end);
}

void caption_end(struct text *text, const struct trace *trace, const struct step *step,
	enum step_end at, bool is_short, size_t end)
{
	uint32_t call = step_call(step, at);
	const char *reason = step->ended_by;

	if (call == NO_CALL) {
		if (at == AT_FROM && reason)
			text_add_foreign(text, STYLE_RELEASE, reason, strlen(reason), end);
		return;
	}
	add_call(text, trace, call, is_short, end);
	/* What the receive took, where that is not what the arrow says. */
	if (at == AT_TO && step->arrow == ARROW_WHOLE && trace->calls[call].bytes > 0 &&
		trace->calls[call].bytes != step->bytes) {
		char bytes[QUANTITY_SIZE];
		quantity_bytes(bytes, trace->calls[call].bytes);
		if (text->column + 2 + text_columns(bytes) <= end)
			text_addf(text, STYLE_PLAIN, "  %s", bytes);
	}
}

enum style caption_end_style(const struct trace *trace, const struct step *step, enum step_end at)
{
	uint32_t call = step_call(step, at);

	return call == NO_CALL ? STYLE_RELEASE : describe_call_style(trace, &trace->calls[call]);
}

/* The beginning of what a call moved. */
static void add_data(
	struct text *text, const char *before, const struct record_call *details, size_t end)
{
	struct readable shown;

	if (text->column + DATA_MINIMUM > end || !readable_payload(&shown, details))
		return;
	text_add(text, STYLE_PLAIN, before);
	describe_payload(text, &shown, end);
	readable_free(&shown);
}

static void add_amount(char words[64], enum language language, const struct step *step)
{
	char bytes[QUANTITY_SIZE];

	quantity_bytes(bytes, step->bytes);
	if (step->arrow == ARROW_ARRIVES && step->source_count > 1)
		snprintf(words, 64, dictionary_words(language, "%s of %" PRIu32 " sends"), bytes,
			step->source_count);
	else
		snprintf(words, 64, "%s", bytes);
	if (step->lost == 0)
		return;
	size_t length = strlen(words);
	quantity_bytes(bytes, step->lost);
	snprintf(words + length, 64 - length, dictionary_words(language, ", %s lost"), bytes);
}

static void add_transfer(struct text *text, const struct trace *trace, const struct step *step,
	bool is_leftward, size_t end)
{
	const struct record_call *details;
	char amount[64];

	add_amount(amount, text->language, step);
	size_t columns = text_columns(amount);
	if (text->column + columns + 1 > end)
		return;
	details = call_details(trace, &trace->calls[step_first_call(step)]);
	if (!is_leftward) {
		text_add(text, STYLE_PLAIN, amount);
		add_data(text, " ", details, end);
		return;
	}
	size_t start = text->column;
	add_data(text, "", details, end - columns - 1);
	text_add(text, STYLE_PLAIN, text->column > start ? " " : "");
	text_add(text, STYLE_PLAIN, amount);
}

void caption_arrow(struct text *text, const struct trace *trace, const struct step *step,
	bool is_leftward, size_t end)
{
	char words[ADDRESS_SIZE];

	if (step->cargo == CARGO_BYTES) {
		add_transfer(text, trace, step, is_leftward, end);
	} else if (step->cargo == CARGO_ADDRESS) {
		const struct record_call *details =
			call_details(trace, &trace->calls[step->from_call]);
		address_short(words, value_member(details->args, "address"),
			trace->has_several_loopbacks);
		if (*words && text->column + (strlen(words) < DATA_MINIMUM ? strlen(words)
									   : DATA_MINIMUM) <=
				      end) {
			struct text_mark mark = text_mark(text);
			text_add_foreign(text, STYLE_PLAIN, words, strlen(words), end);
			text_gap(text, GAP_ADDRESSES, mark);
		}
	}
}

void caption_count(char words[32], uint64_t count)
{
	char digits[24];
	size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, count), at = 0;

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			words[at++] = ',';
		words[at++] = digits[i];
	}
	words[at] = '\0';
}

static void sum_up(struct text *text, const struct fold *fold)
{
	bool is_exchange = fold->bytes_left > 0 && fold->bytes_right > 0;
	uint64_t count = fold->connections ? fold->connections
			 : is_exchange     ? (fold->turns + 1) / 2
					   : fold->steps;
	const char *what = fold->connections ? "connection" : is_exchange ? "exchange" : "transfer";
	what = dictionary_words(text->language, what);
	char words[32], bytes[QUANTITY_SIZE];

	caption_count(words, count);
	text_addf(text, STYLE_FAINT, "%s %s more %s%s", text_choose(text, "…", "..."), words, what,
		count == 1 ? "" : "s");
	quantity_bytes(bytes, fold->bytes_right);
	if (fold->bytes_right > 0)
		text_addf(text, STYLE_FAINT, ", %s %s", bytes, text_choose(text, "→", "->"));
	quantity_bytes(bytes, fold->bytes_left);
	if (fold->bytes_left > 0)
		text_addf(text, STYLE_FAINT, ", %s %s", bytes, text_choose(text, "←", "<-"));
}

void caption_sum(struct text *text, const struct sequence *sequence, const struct step *step)
{
	if (step->kind == STEP_FOLD) {
		sum_up(text, &sequence->folds[step->fold]);
		return;
	}
	if (sequence_number(sequence, step))
		text_addf(text, STYLE_TITLE, "#%" PRIu32 " ", step->connection);
	text_add(text, STYLE_TITLE, name_phase(NULL, (enum phase)step->phase));
}
