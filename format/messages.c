/* SPDX-License-Identifier: MIT */
#include "format/messages.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "format/utf8.h"

/* Three paths, and the words around them. */
#define LONGEST 16384

/* Of Unicode's categories Cc, Cf, Zl and Zp, what a terminal may obey. */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{0x00, 0x1f},
	{0x7f, 0x9f},
	{0xad, 0xad},
	{0x61c, 0x61c},
	{0x180b, 0x180f},
	{0x200b, 0x200f},
	{0x2028, 0x202e},
	{0x2060, 0x206f},
	{0xfeff, 0xfeff},
	{0xfff0, 0xfffb},
	{0xe0000, 0xe0fff},
};

static bool is_hidden(uint32_t code_point)
{
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code_point >= hidden[i].first && code_point <= hidden[i].last)
			return true;
	return false;
}

static void write_out(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(STDERR_FILENO, bytes, length);
		if (written < 0 && errno != EINTR)
			return;
		bytes += written > 0 ? written : 0;
		length -= written > 0 ? (size_t)written : 0;
	}
}

/* Puts the character at the beginning, or its escape, into `shown`; how long that is. */
static size_t show(char shown[16], const char *bytes, size_t length)
{
	if (length == 0)
		return (size_t)snprintf(shown, 16, "\\x%02x", (unsigned char)bytes[0]);
	uint32_t code_point = utf8_code_point((const unsigned char *)bytes, length);
	if (!is_hidden(code_point))
		return (size_t)snprintf(shown, 16, "%.*s", (int)length, bytes);
	return (size_t)snprintf(shown, 16,
		code_point < 0x80     ? "\\x%02x"
		: code_point > 0xffff ? "\\U%08x"
				      : "\\u%04x",
		code_point);
}

static void write_shown(const char *bytes, size_t size)
{
	char text[4096];
	size_t used = 0;

	for (size_t at = 0; at < size;) {
		size_t length = utf8_character((const unsigned char *)bytes + at, size - at);
		if (used + 16 > sizeof(text)) {
			write_out(text, used);
			used = 0;
		}
		if (bytes[at] == '\n' && (at == 0 || at + 1 == size))
			text[used++] = '\n';
		else
			used += show(text + used, bytes + at, length);
		at += length ? length : 1;
	}
	write_out(text, used);
}

void print_message(const char *format, ...)
{
	static const char cut[] = "...\n";
	char text[LONGEST]; /* there may be no memory left */
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	if ((size_t)length >= sizeof(text)) {
		memcpy(text + sizeof(text) - sizeof(cut), cut, sizeof(cut));
		length = sizeof(text) - 1;
	}
	write_shown(text, (size_t)length);
}

static ssize_t write_message(void *cookie, const char *bytes, size_t size)
{
	(void)cookie;
	write_shown(bytes, size);
	return (ssize_t)size;
}

static FILE *original;

static void end_messages(void)
{
	fclose(stderr);
	stderr = original;
}

void messages_begin(void)
{
	FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_message});

	if (!stream)
		return;
	setvbuf(stream, NULL, _IONBF, 0);
	/* glibc lets it be assigned: stdio(3). */
	original = stderr;
	stderr = stream;
	atexit(end_messages);
}
