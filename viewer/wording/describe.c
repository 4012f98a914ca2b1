/* SPDX-License-Identifier: MIT */
#include "viewer/wording/describe.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/relate/connection.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"

enum style describe_style(enum effect effect)
{
	static const enum style styles[EFFECT_COUNT] = {
		[EFFECT_CREATE] = STYLE_ESTABLISH,
		[EFFECT_BIND] = STYLE_ESTABLISH,
		[EFFECT_LISTEN] = STYLE_ESTABLISH,
		[EFFECT_CONNECT] = STYLE_ESTABLISH,
		[EFFECT_ACCEPT] = STYLE_ESTABLISH,
		[EFFECT_SEND] = STYLE_SEND,
		[EFFECT_RECEIVE] = STYLE_RECEIVE,
		[EFFECT_OPTION] = STYLE_FAINT,
		[EFFECT_QUERY] = STYLE_FAINT,
		[EFFECT_WAIT] = STYLE_WAIT,
		[EFFECT_SHUTDOWN] = STYLE_RELEASE,
		[EFFECT_DUPLICATE] = STYLE_ESTABLISH,
		[EFFECT_PASS] = STYLE_ESTABLISH,
		[EFFECT_CLOSE] = STYLE_RELEASE,
		[EFFECT_CONTROL] = STYLE_FAINT,
	};

	return styles[effect];
}

enum style describe_call_style(const struct trace *trace, const struct call *call)
{
	if (call_has_erred(call) || call_is(call, CALL_UNFINISHED) ||
		(connection_has_failed(trace, call) && !call_is(call, CALL_NO_SERVICE)))
		return STYLE_ERROR;
	/* It belongs to the release of its connection. */
	if (call_is(call, CALL_END_OF_STREAM))
		return STYLE_RELEASE;
	return describe_style((enum effect)call->effect);
}

static void space(struct text *text, size_t start)
{
	if (text->column > start)
		text_add(text, STYLE_PLAIN, " ");
}

static void describe_value(struct text *text, const struct value *value, size_t end);

/* The value is the number of a descriptor, or several. */
static bool is_of_fds(const char *key)
{
	size_t length = strlen(key);

	return strcmp(key, "fds") == 0 || strcmp(key, "fd") == 0 ||
	       (length > 3 && strcmp(key + length - 3, "_fd") == 0);
}

static void describe_members(
	struct text *text, const struct value *object, const char *separator, size_t end)
{
	const char *key;
	const struct value *member;

	for (size_t i = 0; value_at(object, i, &key, &member) && text->column < end; i++) {
		if (i > 0 && text->column + strlen(separator) >= end)
			break;
		if (i > 0)
			text_add(text, STYLE_PLAIN, separator);
		text_add_foreign(text, STYLE_FAINT, key, strlen(key), end);
		if (text->column + 1 >= end)
			break;
		text_add(text, STYLE_PLAIN, " ");
		struct text_mark mark = text_mark(text);
		describe_value(text, member, end);
		text_gap(text, is_of_fds(key) ? GAP_FDS : GAP_NONE, mark);
	}
}

static void describe_elements(struct text *text, const struct value *array, size_t end)
{
	bool is_words = value_text(value_element(array, 0), NULL) != NULL;

	for (size_t i = 0; i < value_count(array) && text->column < end; i++) {
		if (i > 0 && text->column + 2 > end && !is_words)
			break;
		if (i > 0)
			text_add(text, STYLE_PLAIN, is_words ? "|" : ", ");
		describe_value(text, value_element(array, i), end);
	}
}

/* Says what a receive waits for, and so stands beside how much that is. */
#define WAITS_FOR_ALL "MSG_WAITALL"

static bool waits_for_all(const struct record_call *call)
{
	return value_has(value_member(call->args, "flags"), WAITS_FOR_ALL);
}

static void describe_flags(struct text *text, const struct value *flags, size_t end)
{
	size_t start = text->column;

	for (size_t i = 0; i < value_count(flags) && text->column < end; i++) {
		const char *flag = value_text(value_element(flags, i), NULL);
		if (flag && strcmp(flag, WAITS_FOR_ALL) == 0)
			continue;
		if (text->column > start)
			text_add(text, STYLE_PLAIN, "|");
		describe_value(text, value_element(flags, i), end);
	}
}

/* Ancillary data: its type, and what it carries. */
static void describe_typed(struct text *text, const struct value *object, size_t end)
{
	const char *key;
	const struct value *member;

	describe_value(text, value_member(object, "type"), end);
	for (size_t i = 0; value_at(object, i, &key, &member) && text->column + 2 < end; i++) {
		if (strcmp(key, "type") == 0 || strcmp(key, "level") == 0)
			continue;
		text_add(text, STYLE_PLAIN, " ");
		text_add_foreign(text, STYLE_FAINT, key, strlen(key), end);
		text_add(text, STYLE_PLAIN, " ");
		struct text_mark mark = text_mark(text);
		describe_value(text, member, end);
		text_gap(text, is_of_fds(key) ? GAP_FDS : GAP_NONE, mark);
	}
}

static bool is_host(const char *string, size_t length)
{
	struct in6_addr host;
	char words[INET6_ADDRSTRLEN];

	if (length >= sizeof(words))
		return false;
	memcpy(words, string, length);
	words[length] = '\0';
	return inet_pton(AF_INET, words, &host) == 1 || inet_pton(AF_INET6, words, &host) == 1;
}

/* Numbers and names as they are, addresses as people write them, the rest as key and value. */
static void describe_value(struct text *text, const struct value *value, size_t end)
{
	char address[ADDRESS_SIZE];
	size_t length;
	int64_t number;
	const char *string = value_text(value, &length);
	struct text_mark mark = text_mark(text);

	if (string) {
		text_add_foreign(text, STYLE_PLAIN, string, length, end);
		text_gap(text, is_host(string, length) ? GAP_ADDRESSES : GAP_NONE, mark);
	} else if (value_integer(value, &number)) {
		snprintf(address, sizeof(address), "%" PRId64, number);
		text_add_foreign(text, STYLE_PLAIN, address, strlen(address), end);
	} else if (value_member(value, "family")) {
		address_text(address, value);
		if (!*address)
			snprintf(address, sizeof(address), "%s",
				dictionary_words(text->language, "unnamed"));
		text_add_foreign(text, STYLE_PLAIN, address, strlen(address), end);
		text_gap(text, GAP_ADDRESSES, mark);
	} else if (value_is_array(value)) {
		describe_elements(text, value, end);
	} else if (value_text(value_member(value, "type"), NULL)) {
		describe_typed(text, value, end);
	} else if (value_is_object(value) && text->column + 2 < end) {
		text_add(text, STYLE_PLAIN, "{");
		describe_members(text, value, ", ", end - 1);
		text_add(text, STYLE_PLAIN, "}");
	}
}

/* Of the flags of what was received, those that say that something was lost. */
static bool has_lost(const struct value *flags)
{
	return value_has(flags, "MSG_TRUNC") || value_has(flags, "MSG_CTRUNC");
}

/* Members that the line says in its own words, or that are the usual thing. */
static bool is_said(const struct record_call *call, const char *key, const struct value *member)
{
	int64_t number;

	if (value_is_array(member) && value_count(member) == 0)
		return true;
	if (strcmp(key, "protocol") == 0 && value_integer(member, &number) && number == 0)
		return true;
	if (strcmp(key, "level") == 0)
		return value_text(value_member(call->args, "option"), NULL) != NULL;
	if (strcmp(key, "received_flags") == 0)
		return !has_lost(member);
	if (!effect_transfers(call->effect))
		return false;
	return strcmp(key, "segments") == 0 ||
	       (strcmp(key, "flags") == 0 && value_count(member) == 1 && waits_for_all(call)) ||
	       (strcmp(key, "size") == 0 && !call->error && !call->is_unfinished);
}

/* Whose name is in front of its value: the others are told by what they look like. */
static bool needs_key(const char *key)
{
	static const char *const plain[] = {"family", "type", "flags", "address", "option", "level",
		"command", "request", "op", "how", "protocol", "control", "received_flags"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(key, plain[i]) == 0)
			return false;
	return true;
}

/* How much a call wanted that moved nothing, or has not returned. */
static void describe_asked(
	struct text *text, const struct record_call *call, const struct value *size, size_t end)
{
	char words[QUANTITY_SIZE];
	int64_t asked;

	if (!value_integer(size, &asked) || asked < 0) {
		describe_value(text, size, end);
		return;
	}
	quantity_bytes(words, asked);
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), end);
	if (waits_for_all(call) && text->column + sizeof(WAITS_FOR_ALL) <= end)
		text_add(text, STYLE_PLAIN, " " WAITS_FOR_ALL);
}

static void describe_arguments(struct text *text, const struct record_call *call, size_t end)
{
	size_t start = text->column;
	const char *key;
	const struct value *member;

	for (size_t i = 0; value_at(call->args, i, &key, &member) && text->column + 1 < end; i++) {
		if (is_said(call, key, member))
			continue;
		space(text, start);
		if (strcmp(key, "value") == 0) {
			text_add(text, STYLE_PLAIN, "= ");
		} else if (needs_key(key)) {
			text_add_foreign(text, STYLE_FAINT, key, strlen(key), end);
			text_add(text, STYLE_PLAIN, " ");
		}
		struct text_mark mark = text_mark(text);
		if (effect_transfers(call->effect) && strcmp(key, "flags") == 0)
			describe_flags(text, member, end);
		else if (effect_transfers(call->effect) && strcmp(key, "size") == 0)
			describe_asked(text, call, member, end);
		else
			describe_value(text, member, end);
		text_gap(text, is_of_fds(key) ? GAP_FDS : GAP_NONE, mark);
	}
}

/* Of each message of netlink(7) its type and its flags; of an answer, the error. */
static void describe_netlink(struct text *text, const struct value *messages, size_t end)
{
	for (size_t i = 0; i < value_count(messages) && text->column + 4 < end; i++) {
		const struct value *message = value_element(messages, i);
		const struct value *error = value_member(message, "error");
		text_add(text, STYLE_PLAIN, i == 0 ? "  " : ", ");
		describe_value(text, value_member(message, "type"), end);
		text_add(text, STYLE_PLAIN, " ");
		describe_elements(text, value_member(message, "flags"), end);
		if (value_text(error, NULL) && text->column + 1 < end) {
			text_add(text, STYLE_PLAIN, " ");
			describe_value(text, error, end);
		}
	}
}

void describe_payload(struct text *text, const struct readable *shown, size_t end)
{
	size_t room = shown->is_cut ? 4 : 1;

	if (shown->is_text) {
		text_add(text, STYLE_PLAIN, "\"");
		text_add_foreign(text, STYLE_PLAIN, shown->words, shown->length, end - room);
		text_add(text, STYLE_PLAIN, "\"");
	} else {
		text_add(text, STYLE_FAINT, "hex ");
		text_add_foreign(text, STYLE_PLAIN, shown->words, shown->length, end - room);
	}
	if (shown->is_cut && text->column + 3 <= end)
		text_add(text, STYLE_FAINT, text_choose(text, "…", "..."));
}

static void describe_data(struct text *text, const struct record_call *call, size_t end)
{
	struct readable shown;

	if (text->column + 8 > end)
		return;
	if (call->netlink) {
		describe_netlink(text, call->netlink, end);
	} else if (readable_payload(&shown, call)) {
		text_add(text, STYLE_PLAIN, "  ");
		describe_payload(text, &shown, end);
		readable_free(&shown);
	}
}

bool describe_size_asked(const struct record_call *call, int64_t *size)
{
	return value_integer(value_member(call->args, "size"), size) && *size >= 0;
}

/* "3.92 of 6.00 MB", "12 B of 4.10 kB". Of a buffer that is full "1.02 kB of 1.02 kB": there may be
 * more. All that was to be sent was sent where no more is said than how much. */
static void describe_size(struct text *text, const struct record_call *call, int64_t moved)
{
	const size_t width = 7; /* "9.99 kB" */
	char bytes[QUANTITY_SIZE], of[QUANTITY_SIZE];
	int64_t asked;

	quantity_bytes(bytes, moved);
	if (!describe_size_asked(call, &asked) || asked < moved ||
		(asked == moved && call->effect == EFFECT_SEND)) {
		if (strlen(bytes) < width)
			text_pad(text, text->column + width - strlen(bytes));
		text_add(text, STYLE_PLAIN, bytes);
		return;
	}
	quantity_bytes(of, asked);
	if (asked != moved && strcmp(bytes, of) == 0) {
		snprintf(bytes, sizeof(bytes), "%" PRId64 " B", moved);
		snprintf(of, sizeof(of), "%" PRId64 " B", asked);
	}
	if (strlen(bytes) < width)
		text_pad(text, text->column + width - strlen(bytes));
	/* The unit once where it is the same. */
	if (asked != moved && strcmp(strchr(bytes, ' '), strchr(of, ' ')) == 0)
		*strchr(bytes, ' ') = '\0';
	text_add(text, STYLE_PLAIN, bytes);
	text_add(text, STYLE_FAINT, " of ");
	text_add(text, STYLE_FAINT, of);
}

#define NOTHING_MORE "  nothing more: end of stream"

static void describe_transfer(struct text *text, const struct record_call *call, size_t end)
{
	/* Bytes that MSG_PEEK saw stay in the buffer: they are returned and not moved. */
	bool is_peek = call->bytes == 0 && call->result > 0 && !call->messages;

	describe_size(text, call, is_peek ? call->result : call->bytes);
	if (waits_for_all(call))
		text_add(text, STYLE_PLAIN, " " WAITS_FOR_ALL);
	if (call->messages)
		text_addf(text, STYLE_PLAIN,
			value_count(call->messages) == 1 ? "  in %zu message" : "  in %zu messages",
			value_count(call->messages));
	if (is_peek)
		text_add(text, STYLE_FAINT, " peeked");
	describe_data(text, call, end);
	if (call->is_end_of_stream)
		text_add(text, STYLE_FAINT,
			text->column + strlen(NOTHING_MORE) > end ? "  end of stream"
								  : NOTHING_MORE);
	else if (call->effect == EFFECT_RECEIVE && call->result == 0 && call->bytes == 0 &&
		 !call->messages)
		text_add(text, STYLE_FAINT, "  an empty datagram");
	struct text_mark mark = text_mark(text);
	text_add(text, STYLE_PLAIN, "  ");
	describe_arguments(text, call, end);
	if (text->column == mark.column + 2)
		text_undo(text, mark);
}

static bool is_ready(const struct value *wait)
{
	return value_count(value_member(wait, "ready")) > 0;
}

static void describe_wait(struct text *text, const struct value *wait, size_t end)
{
	int64_t fd;

	if (!value_integer(value_member(wait, "fd"), &fd))
		return;
	text_addf(text, STYLE_PLAIN, "fd %" PRId64, fd);
	text_add(text, STYLE_PLAIN, " ");
	describe_elements(text, value_member(wait, "events"), end);
	if (!is_ready(wait) || text->column + 5 > end)
		return;
	text_add(text, STYLE_PLAIN, text_choose(text, " → ", " -> "));
	describe_elements(text, value_member(wait, "ready"), end);
}

#define FEW_WAITS 3

/* Those that are ready, or those that are not. */
static void list_waits(struct text *text, const struct record_call *call, bool wants_ready,
	size_t *shown, size_t end)
{
	for (size_t i = 0; i < value_count(call->waits) && *shown < FEW_WAITS; i++) {
		const struct value *wait = value_element(call->waits, i);
		if (is_ready(wait) != wants_ready || text->column + 11 > end)
			continue;
		if ((*shown)++ > 0)
			text_add(text, STYLE_PLAIN, ", ");
		describe_wait(text, wait, end);
	}
}

bool describe_limit(const struct record_call *call, int64_t *limit_ns)
{
	const struct value *limit = value_member(call->args, "timeout");
	int64_t seconds, rest, unit_ns = 1;

	if (value_integer(limit, limit_ns)) { /* milliseconds: poll(2), epoll_wait(2) */
		if (*limit_ns < 0)
			*limit_ns = -1;
		else if (__builtin_mul_overflow(*limit_ns, 1000000, limit_ns))
			return false;
		return true;
	}
	if (!value_integer(value_member(limit, "seconds"), &seconds))
		return false;
	if (!value_integer(value_member(limit, "nanoseconds"), &rest)) {
		unit_ns = 1000;
		if (!value_integer(value_member(limit, "microseconds"), &rest))
			return false;
	}
	return seconds >= 0 && rest >= 0 && !__builtin_mul_overflow(rest, unit_ns, &rest) &&
	       !__builtin_mul_overflow(seconds, 1000000000, limit_ns) &&
	       !__builtin_add_overflow(*limit_ns, rest, limit_ns);
}

/* "  limit 5.00 s"; empty when the call does not say. */
static void limit_words(
	char words[2 * QUANTITY_SIZE], const struct text *text, const struct record_call *call)
{
	char limit[QUANTITY_SIZE];
	int64_t limit_ns;

	*words = '\0';
	if (!describe_limit(call, &limit_ns))
		return;
	quantity_time(limit, limit_ns, text->is_ascii);
	if (limit_ns < 0)
		snprintf(words, (size_t)2 * QUANTITY_SIZE, "  %s",
			dictionary_words(text->language, "no limit"));
	else
		snprintf(words, (size_t)2 * QUANTITY_SIZE,
			dictionary_words(text->language, "  limit %s"), limit);
}

#define NONE_READY "  none ready"

/* The columns of ", 99 more", of any that are fewer, too. */
static size_t more_columns(const struct text *text, size_t count)
{
	struct text words = text_like(text);

	text_addf(&words, STYLE_FAINT, ", %zu more", count > 99 ? count : 99);
	text_free(&words);
	return words.column;
}

/* Those that are ready first; of many descriptors only these, and how many there were. */
static void describe_waits(struct text *text, const struct record_call *call, size_t end)
{
	size_t count = value_count(call->waits), shown = 0;
	char limit[2 * QUANTITY_SIZE];

	limit_words(limit, text, call);
	size_t rest = text_columns(limit) + (count > 1 ? more_columns(text, count) : 0);
	size_t list_end = end > rest ? end - rest : end;
	list_waits(text, call, true, &shown, list_end);
	if (count <= FEW_WAITS)
		list_waits(text, call, false, &shown, list_end);
	if (count > shown)
		text_addf(text, STYLE_FAINT,
			shown > 0            ? ", %zu more"
			: count - shown == 1 ? "%zu descriptor"
					     : "%zu descriptors",
			count - shown);
	if (count == 0 && !call->error)
		text_add(text, STYLE_FAINT, "its sockets are closed");
	else if (call->result == 0 && !call->error &&
		 (!*limit || text->column + strlen(NONE_READY) + text_columns(limit) <= end))
		text_add(text, STYLE_FAINT, NONE_READY);
	text_add(text, STYLE_FAINT, limit);
}

static void describe_new(struct text *text, const struct record_call *call, size_t end)
{
	size_t room = text->gaps == GAP_FDS ? 8 + GAP_COLUMNS - 1 : 8;

	for (size_t i = 0; i < call->new_count && text->column + room <= end; i++)
		text_addf(text, STYLE_PLAIN, "%s fd %" PRId64,
			i == 0 ? text_choose(text, "→", "->") : ",", call->new_descriptors[i].fd);
}

/* Of several messages, the one that the call failed with. */
static void describe_refused(struct text *text, const struct record_call *call, size_t end)
{
	const struct value *message = value_element(call->messages, 0);
	const struct value *address = value_member(message, "address");
	int64_t size;

	if (value_integer(value_member(message, "size"), &size))
		text_addf(text, STYLE_PLAIN, " size %" PRId64, size);
	if (address && text->column + 2 <= end) {
		text_add(text, STYLE_PLAIN, " ");
		describe_value(text, address, end);
	}
}

/* "  restarted after a signal, 3 x" */
#define RESTARTED  "  restarted after a signal, "
#define UNFINISHED "  never returned"
#define UNSEEN     "  result not asked for"

#define NEW_FD " -> fd 99"

/* The columns of what came of the call. */
static size_t columns_of_end(const struct record_call *call)
{
	size_t columns = call->error ? 2 + strlen(call->error) : 0;

	columns += call->new_count > 0 ? strlen(NEW_FD) : 0;

	columns += call->is_unfinished ? strlen(UNFINISHED) : 0;
	columns += call->is_unseen ? strlen(UNSEEN) : 0;
	columns += call->interrupted != RECORD_ABSENT ? strlen(RESTARTED "100 x") : 0;
	return columns;
}

void describe_call(struct text *text, const struct record_call *call, size_t end_of_line)
{
	size_t start = text->column, kept = columns_of_end(call);
	/* Where there is little room what was asked for says more. */
	size_t end = end_of_line > start + 3 * kept ? end_of_line - kept : end_of_line;

	if (effect_transfers(call->effect) && !call->error && call->bytes != RECORD_ABSENT)
		describe_transfer(text, call, end);
	else if (call->effect == EFFECT_WAIT)
		describe_waits(text, call, end);
	else
		describe_arguments(text, call, end);
	if (call->error && call->messages)
		describe_refused(text, call, end);
	if (call->new_count > 0) {
		struct text_mark mark = text_mark(text);
		space(text, start);
		size_t column = text->column;
		describe_new(text, call, end_of_line);
		if (text->column == column)
			text_undo(text, mark);
	}
	if (call->error) {
		text_add(text, STYLE_PLAIN, "  ");
		text_add_foreign(text, error_is_pending(call->error) ? STYLE_FAINT : STYLE_ERROR,
			call->error, strlen(call->error), end_of_line);
	}
	if (call->is_unfinished)
		text_add(text, STYLE_ERROR, UNFINISHED);
	if (call->is_unseen)
		text_add(text, STYLE_FAINT, UNSEEN);
	if (call->interrupted != RECORD_ABSENT)
		text_addf(text, STYLE_FAINT, RESTARTED "%" PRId64 " x", call->interrupted);
}
