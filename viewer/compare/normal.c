/* SPDX-License-Identifier: MIT */
#include "viewer/compare/normal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A word as long as that, of letters and digits, is made by a machine. */
#define TOKEN_LEAST 16
#define HEX_LEAST   8

static const char *const scratch_folders[] = {"/tmp/", "/var/tmp/", "/dev/shm/"};

/* Letters and digits from there on. */
static size_t word_length(const char *words)
{
	size_t length = 0;

	while (isalnum((unsigned char)words[length]))
		length++;
	return length;
}

/* "9f86d081", "550e8400", "Xq3f9ZpLw0aVbT7k": it has digits, and is long enough for what it is of.
 */
static bool is_token(const char *word, size_t length)
{
	size_t digits = 0, hexadecimal = 0;

	for (size_t i = 0; i < length; i++) {
		digits += isdigit((unsigned char)word[i]) != 0;
		hexadecimal += isxdigit((unsigned char)word[i]) != 0;
	}
	return digits > 0 && ((hexadecimal == length && length >= HEX_LEAST) ||
				     (digits > 1 && length >= TOKEN_LEAST));
}

/* As RFC 9562 writes them; 0: there is none. */
static size_t uuid_length(const char *words)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t length = 0;

	while (form[length] && (form[length] == 'x' ? isxdigit((unsigned char)words[length])
						    : words[length] == '-'))
		length++;
	return form[length] || isalnum((unsigned char)words[length]) ? 0 : length;
}

static size_t copy(char *normal, size_t used, size_t size, const char *words, size_t length)
{
	if (length > size - 1 - used)
		length = size - 1 - used;
	memcpy(normal + used, words, length);
	return used + length;
}

void normal_words(char *normal, size_t size, const char *words, size_t least_digits)
{
	size_t used = 0, length;

	for (; *words && used + 1 < size; words += length) {
		size_t word = word_length(words);
		size_t digits = strspn(words, "0123456789");
		size_t uuid = uuid_length(words);
		bool is_made = uuid > 0 || is_token(words, word);
		/* Within a word digits and what is between them. */
		length = uuid > 0     ? uuid
			 : is_made    ? word
			 : digits > 0 ? digits
			 : word > 0   ? 1 + strcspn(words + 1, "0123456789")
				      : 1;
		if (!is_made && length > word && word > 0)
			length = word;
		if (digits > 0 && digits == length && (digits >= least_digits || is_made))
			normal[used++] = '#';
		else if (is_made)
			normal[used++] = '*';
		else
			used = copy(normal, used, size, words, length);
	}
	normal[used] = '\0';
}

/* The rest of it, behind a folder for temporary files; NULL: it is elsewhere. */
static const char *below_scratch(const char *path)
{
	for (size_t i = 0; i < sizeof(scratch_folders) / sizeof(scratch_folders[0]); i++) {
		size_t length = strlen(scratch_folders[i]);
		if (strncmp(path, scratch_folders[i], length) == 0)
			return path + length;
	}
	return NULL;
}

static void normal_path(char normal[ADDRESS_SIZE], const char *path)
{
	const char *name = below_scratch(path + (*path == '@')), *rest;
	size_t used = 0;

	if (name) {
		rest = name + strcspn(name, "/");
		used = (size_t)snprintf(normal, ADDRESS_SIZE, "%.*s*", (int)(name - path), path);
		path = rest;
	}
	normal_words(normal + used, ADDRESS_SIZE - used, path, 1);
}

/* unix(7): a name of five hexadecimal digits that the kernel has picked. */
static bool is_autobound(const char *address)
{
	return strlen(address) == 6 && *address == '@' &&
	       strspn(address + 1, "0123456789abcdef") == 5;
}

void normal_address(char normal[ADDRESS_SIZE], const char *address)
{
	const char *port = address_port(address);
	long number = port ? strtol(port + 1, NULL, 10) : 0;

	if (is_autobound(address))
		snprintf(normal, ADDRESS_SIZE, "@*");
	else if (number >= NORMAL_PORT_FIRST && number <= NORMAL_PORT_LAST)
		snprintf(normal, ADDRESS_SIZE, "%.*s:*", (int)(port - address), address);
	else if (port)
		snprintf(normal, ADDRESS_SIZE, "%s", address);
	else
		normal_path(normal, address);
}
