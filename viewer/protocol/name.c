/* SPDX-License-Identifier: MIT */
#include "viewer/protocol/name.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/utf8.h"
#include "viewer/protocol/message.h"

static const char ellipsis[] = "…";

/* A longer text leaves room for an ellipsis. */
#define ROOM (MESSAGE_NAME_SIZE - sizeof(ellipsis))

struct name name_begin(char *text)
{
	text[0] = '\0';
	return (struct name){text, 0, 0};
}

struct name name_go_on(char *text)
{
	size_t length = strlen(text);

	size_t end = sizeof(ellipsis) - 1;

	return (struct name){
		text, length, length >= end && strcmp(text + length - end, ellipsis) == 0};
}

static void add(struct name *name, const char *text, size_t length)
{
	if (name->is_full)
		return;
	if (name->length + length > ROOM) {
		name_cut(name);
		return;
	}
	memcpy(name->text + name->length, text, length);
	name->length += length;
	name->text[name->length] = '\0';
}

void name_cut(struct name *name)
{
	if (name->is_full)
		return;
	memcpy(name->text + name->length, ellipsis, sizeof(ellipsis));
	name->is_full = 1;
}

/* Controls, and those of the second set, which are two bytes: C2 80 to C2 9F. */
static int is_control(const unsigned char *bytes, size_t length)
{
	return bytes[0] < ' ' || bytes[0] == 0x7f ||
	       (length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0);
}

static int is_space(unsigned char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static void add_bytes(struct name *name, const unsigned char *bytes, size_t count, int has_words)
{
	for (size_t at = 0; at < count && !name->is_full;) {
		size_t length = utf8_character(bytes + at, count - at);
		char escape[sizeof("\\xNN")];

		if (has_words && is_space(bytes[at])) {
			while (at < count && is_space(bytes[at]))
				at++;
			if (name->length > 0 && at < count)
				add(name, " ", 1);
		} else if (length == 0 || is_control(bytes + at, length)) {
			snprintf(escape, sizeof(escape), "\\x%02x", bytes[at++]);
			add(name, escape, sizeof(escape) - 1);
		} else {
			add(name, (const char *)bytes + at, length);
			at += length;
		}
	}
}

void name_bytes(struct name *name, const void *bytes, size_t count)
{
	add_bytes(name, bytes, count, 0);
}

void name_words(struct name *name, const void *bytes, size_t count)
{
	add_bytes(name, bytes, count, 1);
}

void name_format(struct name *name, const char *format, ...)
{
	char text[MESSAGE_NAME_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	add(name, text, strlen(text));
}
