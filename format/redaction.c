/* SPDX-License-Identifier: MIT */
#include "format/redaction.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/record.h"
#include "format/scratch.h"

struct redaction {
	enum redaction_level level;
	json_t *placeholders; /* owned: by kind and text */
	struct scratch text;
};

const char *redaction_level_word(size_t index)
{
	static const char *const words[] = {"data", "addresses", NULL};

	return words[index];
}

static void *allocate(size_t size)
{
	return xrealloc(NULL, size);
}

struct redaction *redaction_new(enum redaction_level level)
{
	if (level == REDACT_NOTHING)
		return NULL;
	struct redaction *redaction = xcalloc(1, sizeof(*redaction));

	/* So that nothing stays as it was for want of memory: memory.h. */
	json_set_alloc_funcs(allocate, free);
	redaction->level = level;
	redaction->placeholders = json_object();
	return redaction;
}

void redaction_free(struct redaction *redaction)
{
	if (!redaction)
		return;
	json_decref(redaction->placeholders);
	scratch_free(&redaction->text);
	free(redaction);
}

/* The number of `text` among those of its kind, from 1 on; counts it when it is new. */
static size_t number_of(struct redaction *redaction, const char *kind, json_t *text)
{
	size_t length = json_string_length(text);
	json_t *numbers = json_object_get(redaction->placeholders, kind);

	if (!numbers) {
		numbers = json_object();
		json_object_set_new(redaction->placeholders, kind, numbers);
	}
	/* A path may have NUL in it: jansson's keys of a given length are newer than Debian's. */
	char *key = scratch_get(&redaction->text, length + 1);
	memcpy(key, json_string_value(text), length + 1);
	for (size_t i = 0; i < length; i++)
		if (key[i] == '\0')
			key[i] = '\x01';
	json_t *known = json_object_get(numbers, key);
	if (known)
		return (size_t)json_integer_value(known);
	json_object_set_new(numbers, key, json_integer((json_int_t)json_object_size(numbers) + 1));
	return json_object_size(numbers);
}

static void put_placeholder(struct redaction *redaction, json_t *string, const char *kind)
{
	char placeholder[60];

	snprintf(placeholder, sizeof(placeholder), "%s-%zu", kind,
		number_of(redaction, kind, string));
	json_string_set(string, placeholder);
}

/* IPv4 in IPv6 stays that, so that it is the same address as the other end's: ipv6(7). */
static bool redact_ip(struct redaction *redaction, json_t *string)
{
	static const char mapped[] = "::ffff:";
	const char *text = json_string_value(string);
	struct in6_addr in6;
	struct in_addr in;

	if (inet_pton(AF_INET, text, &in) == 1) {
		if (in.s_addr != INADDR_ANY && ntohl(in.s_addr) >> 24 != IN_LOOPBACKNET)
			put_placeholder(redaction, string, "ipv4");
		return true;
	}
	if (inet_pton(AF_INET6, text, &in6) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&in6) && strncmp(text, mapped, sizeof(mapped) - 1) == 0) {
		json_auto_t *inner = json_string(text + sizeof(mapped) - 1);
		char whole[80];
		redact_ip(redaction, inner);
		snprintf(whole, sizeof(whole), "%s%s", mapped, json_string_value(inner));
		json_string_set(string, whole);
	} else if (!IN6_IS_ADDR_UNSPECIFIED(&in6) && !IN6_IS_ADDR_LOOPBACK(&in6)) {
		put_placeholder(redaction, string, "ipv6");
	}
	return true;
}

/* Members that name something outside of the program, and what their placeholders are called. */
static const struct {
	const char *key, *kind;
} names[] = {
	{"address", "address"},
	{"digipeaters", "address"},
	{"path", "path"},
	{"abstract", "abstract"},
	{"host", "host"},
	{"interface", "interface"},
	{"scope", "interface"},
	{"new_name", "interface"},
	{"slave", "interface"},
	{"algorithm", "name"},
};

/* Options, and attributes of netlink, whose values are names that the program may have made up, and
 * what their placeholders are called. */
static const struct {
	const char *of, *kind;
} named[] = {
	{"SO_BINDTODEVICE", "interface"},
	{"TCP_CONGESTION", "name"},
	{"TCP_ULP", "name"},
	{"RTAX_CC_ALGO", "name"},
	{"INET_DIAG_CONG", "name"},
};

/* A constant, or a large integer. */
static bool is_of_kernel(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == strlen(text) ||
	       (strncmp(text, "0x", 2) == 0 &&
		       strspn(text + 2, "0123456789abcdef") == strlen(text + 2));
}

/* The value of an option, of an attribute or of ancillary data. */
static void redact_named(struct redaction *redaction, const char *of, json_t *string)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (strcmp(named[i].of, of) == 0) {
			put_placeholder(redaction, string, named[i].kind);
			return;
		}
	if (!is_of_kernel(json_string_value(string)))
		put_placeholder(redaction, string, "name");
}

/* A cipher is asked for by names: struct sockaddr_alg. */
static bool is_of_cipher(const json_t *object, const char *key)
{
	const char *family = json_string_value(json_object_get(object, "family"));

	return family && strcmp(family, "AF_ALG") == 0 &&
	       (strcmp(key, "type") == 0 || strcmp(key, "name") == 0);
}

static void redact_string(
	struct redaction *redaction, const json_t *object, const char *key, json_t *string)
{
	const json_t *option = json_object_get(object, "option");
	const char *of = json_string_value(option ? option : json_object_get(object, "type"));

	if (redaction->level < REDACT_ADDRESSES || redact_ip(redaction, string))
		return;
	if (of && strcmp(key, "value") == 0)
		redact_named(redaction, of, string);
	else if (is_of_cipher(object, key))
		put_placeholder(redaction, string, "name");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].key, key) == 0)
			put_placeholder(redaction, string, names[i].kind);
}

/* True when the object stands for bytes; then they are gone. */
static bool redact_bytes(json_t *object)
{
	json_t *text = json_object_get(object, "text"), *hex = json_object_get(object, "hex");
	char placeholder[40];

	if (!json_is_string(text) && !json_is_string(hex))
		return false;
	size_t length = text ? json_string_length(text) : json_string_length(hex) / 2;
	snprintf(placeholder, sizeof(placeholder), "[%zu bytes]", length);
	json_object_del(object, "hex");
	json_object_set_new(object, "text", json_string(placeholder));
	json_object_set_new(object, "redacted", json_true());
	return true;
}

/* The name of the file that the record is about; NULL where it does not say. */
static const char *file_of(const json_t *record)
{
	const json_t *program = json_object_get(record, "program");

	return json_string_value(program ? program : json_object_get(record, "file"));
}

/*
 * All but the name of the file that was executed: passwords and names of hosts stand in words,
 * names of users in where the file is, and a program may give itself any name. `file`: NULL where
 * the first word names it.
 */
static void redact_command(json_t *words, const char *file)
{
	json_t *word;
	size_t i;

	json_array_foreach (words, i, word) {
		const char *text = json_string_value(word);
		char *name = xstrdup(i > 0 || !text ? "[word]" : file ? file : basename(text));
		json_array_set_new(words, i, json_string(name));
		free(name);
	}
}

/* The address of a program's bytes is one of those that only REDACT_ADDRESSES takes out. */
static bool is_kept_address(const struct redaction *redaction, const json_t *object)
{
	return redaction->level < REDACT_ADDRESSES &&
	       json_is_object(json_object_get(object, "bytes")) &&
	       (json_object_get(object, "family") || json_object_size(object) == 1);
}

/* What an instruction of a packet filter compares with may be an address, or a part of one. */
static void redact_instruction(const struct redaction *redaction, json_t *object)
{
	if (redaction->level >= REDACT_ADDRESSES && json_is_array(json_object_get(object, "code")))
		json_object_del(object, "k");
}

static void redact_value(
	struct redaction *redaction, const json_t *parent, const char *key, json_t *value);

static void redact_object(struct redaction *redaction, json_t *object)
{
	const char *key;
	json_t *member;

	if (redact_bytes(object) || is_kept_address(redaction, object))
		return;
	redact_instruction(redaction, object);
	json_object_foreach (object, key, member) {
		if (strcmp(key, "command") == 0 && json_is_array(member)) {
			if (redaction->level >= REDACT_ADDRESSES)
				redact_command(member, file_of(object));
		} else {
			redact_value(redaction, object, key, member);
		}
	}
}

static void redact_value(
	struct redaction *redaction, const json_t *parent, const char *key, json_t *value)
{
	json_t *element;
	size_t i;

	if (json_is_object(value))
		redact_object(redaction, value);
	else if (json_is_string(value))
		redact_string(redaction, parent, key, value);
	json_array_foreach (value, i, element)
		redact_value(redaction, value, key, element);
}

/* The program goes by the name of its file. */
static void redact_names(const struct redaction *redaction, json_t *line)
{
	json_t *file = json_object_get(line, "file");

	if (redaction->level < REDACT_ADDRESSES || !json_is_string(file) ||
		!json_object_get(line, "program"))
		return;
	json_object_set(line, "program", file);
	json_object_del(line, "file");
}

/* The first line says what was done, so that placeholders are not taken for what was sent. */
static void say_so(const struct redaction *redaction, json_t *line)
{
	const char *type = json_string_value(json_object_get(line, "type"));
	json_t *options = json_object_get(line, "options");

	if (!type || strcmp(type, "trace") != 0)
		return;
	if (!options) {
		options = json_object();
		json_object_set_new(line, "options", options);
	}
	json_object_set_new(options, "redact",
		json_string(redaction_level_word(redaction->level - REDACT_DATA)));
}

/* Returns the length without the newline; 0 when it could not be printed. */
static size_t print(struct redaction *redaction, const json_t *line)
{
	size_t size =
		json_dumpb(line, redaction->text.bytes, redaction->text.capacity, JSON_COMPACT);

	/* Room for what is joined on either side, too. */
	if (size + 1 >= redaction->text.capacity) {
		scratch_get(&redaction->text, size + 2);
		size = json_dumpb(
			line, redaction->text.bytes, redaction->text.capacity, JSON_COMPACT);
	}
	return size;
}

/* The line as an object; or what follows one in it that was cut short. NULL: none. */
static json_t *load(const char *line, size_t length, bool *is_behind_cut)
{
	json_t *read = json_loadb(line, length, JSON_ALLOW_NUL, NULL);
	size_t cut = json_is_object(read) ? 0 : record_trace_within(line, length);

	*is_behind_cut = cut > 0;
	if (cut == 0)
		return read;
	json_decref(read);
	return json_loadb(line + cut, length - cut, JSON_ALLOW_NUL, NULL);
}

static bool is_of_keys(const json_t *line)
{
	const char *type = json_string_value(json_object_get(line, "type"));

	return type && strcmp(type, "keys") == 0;
}

const char *redaction_line(
	struct redaction *redaction, const char *line, size_t length, size_t *redacted_length)
{
	bool is_behind_cut;
	json_auto_t *read = load(line, length, &is_behind_cut);
	size_t printed = 0;

	if (is_of_keys(read) && !is_behind_cut) {
		*redacted_length = 0;
		return "";
	}
	if (json_is_object(read)) {
		redact_names(redaction, read);
		redact_object(redaction, read);
		say_so(redaction, read);
		printed = print(redaction, read);
	}
	if (printed == 0) {
		*redacted_length = 2;
		return "{\n";
	}
	char *text = redaction->text.bytes;
	if (is_behind_cut) {
		memmove(text + 1, text, printed++);
		text[0] = '{';
	}
	text[printed] = '\n';
	*redacted_length = printed + 1;
	return text;
}
