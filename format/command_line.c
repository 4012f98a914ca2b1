/* SPDX-License-Identifier: MIT */
#include "format/command_line.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/messages.h"
#include "format/version.h"

#define FIRST_NUMBER 256 /* of options without a letter */
#define LETTERS      (2 * 26)
#define HELP_COLUMNS 80
#define HELP_INDENT  25 /* of what is said of options */

static const struct command_option common[] = {
	{'h', "help", NULL, "print this help"},
	{'V', "version", NULL, "print the version"},
};

#define COMMON (sizeof(common) / sizeof(common[0]))

const struct command_option *command_line_option(const struct command_line *line, size_t index)
{
	if (index < line->count)
		return &line->rows[index];
	return index < line->count + COMMON ? &common[index - line->count] : NULL;
}

static int number_of(const struct command_line *line, size_t index)
{
	char letter = command_line_option(line, index)->letter;

	return letter ? letter : FIRST_NUMBER + (int)index;
}

/* The length of the next word; options that follow it are taken with it. */
static size_t help_word(const char *text)
{
	size_t length = strcspn(text, " ");

	while (text[length] == ' ' && text[length + 1] == '-')
		length += 1 + strcspn(text + length + 1, " ");
	return length;
}

void command_print_help(const char *text, int column, int indent)
{
	while (*text) {
		int length = (int)help_word(text);
		if (column + 1 + length > HELP_COLUMNS)
			column = printf("\n%*s", indent - 1, "") - 1;
		column += printf(" %.*s", length, text);
		text += length;
		text += strspn(text, " ");
	}
	printf("\n");
}

static void print_option(const struct command_option *option)
{
	const char *value = option->value ? option->value : "";
	char name[40];

	if (*value == '[')
		snprintf(name, sizeof(name), "--%s[=%s", option->name, value + 1);
	else
		snprintf(name, sizeof(name), "--%s%s%s", option->name, *value ? "=" : "", value);
	int column = printf("  %c%c%c %-18s", option->letter ? '-' : ' ',
		option->letter ? option->letter : ' ', option->letter ? ',' : ' ', name);
	command_print_help(option->help, column, HELP_INDENT);
}

static void print_help(const struct command_line *line)
{
	const struct command_option *option;

	fputs(line->usage, stdout);
	for (size_t i = 0; (option = command_line_option(line, i)); i++)
		print_option(option);
	line->print_rest();
}

int command_word_find(const char *(*word)(size_t index), const char *value)
{
	for (int i = 0; word((size_t)i); i++)
		if (strcmp(word((size_t)i), value) == 0)
			return i;
	return -1;
}

bool command_number(const char *text, size_t *number)
{
	char *end;

	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	*number = value;
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

void *command_member(const struct command_option *option, void *options)
{
	return (char *)options + option->offset;
}

enum command_answer command_line_wrong(const struct command_line *line)
{
	print_message("Try '%s --help'.\n", line->program);
	return COMMAND_WRONG;
}

/* The row of `foreign` with that letter, or NULL. */
static const struct command_option *foreign_option(const struct command_line *line, int letter)
{
	const struct command_option *option = line->foreign;

	while (option && option->letter && option->letter != letter)
		option++;
	return option && option->letter ? option : NULL;
}

static bool take_word(const struct command_option *option, void *member, const char *value)
{
	int index = value ? command_word_find(option->word, value) : 0;
	unsigned int number = value ? option->first + (unsigned int)index : option->alone;

	if (index < 0)
		return false;
	if (option->size == sizeof(bool))
		*(bool *)member = number;
	else
		*(unsigned int *)member = number;
	return true;
}

static bool take_number(const struct command_option *option, size_t *member, const char *value)
{
	size_t number;

	if (!command_number(value, &number) || number < option->least ||
		(option->most && number > option->most))
		return false;
	*member = number;
	return true;
}

static bool put_value(const struct command_option *option, void *member, const char *value)
{
	switch (option->kind) {
	case VALUE_WORD:
		return take_word(option, member, value);
	case VALUE_NUMBER:
		return take_number(option, member, value);
	case VALUE_FILE:
		*(const char **)member = value;
		return true;
	default:
		*(bool *)member = true;
		return true;
	}
}

/* Says what is expected of a value that is put into a member. */
static void describe_value(const struct command_option *option)
{
	const char *word;

	if (option->kind == VALUE_NUMBER && option->most)
		print_message("a number from %zu to %zu", option->least, option->most);
	else if (option->kind == VALUE_NUMBER)
		print_message("a number from %zu on", option->least);
	for (size_t i = 0; option->word && (word = option->word(i)); i++)
		print_message("%s%s", i == 0 ? "" : option->word(i + 1) ? ", " : " or ", word);
}

static bool take_value(const struct command_line *line, void *options,
	const struct command_option *option, const char *value)
{
	const char *expected = NULL;

	if (option->set) {
		expected = option->set(option, options, value);
		if (!expected || strcmp(expected, COMMAND_REPORTED) == 0)
			return !expected;
	} else if (put_value(option, command_member(option, options), value)) {
		return true;
	}
	print_message("%s: --%s=%s: expected ", line->program, option->name, value);
	if (expected)
		print_message("%s", expected);
	else
		describe_value(option);
	print_message("\n");
	return false;
}

static enum command_answer apply_foreign(
	const struct command_line *line, void *options, const struct command_option *option)
{
	if (option->set)
		return take_value(line, options, option, optarg) ? COMMAND_GOOD : COMMAND_WRONG;
	if (!option->help)
		return COMMAND_GOOD;
	print_message("%s: -%c is an option of %s: %s\n", line->program, option->letter,
		line->foreign_program, option->help);
	return COMMAND_WRONG;
}

static enum command_answer apply(const struct command_line *line, void *options, int number)
{
	const struct command_option *option;

	for (size_t i = 0; (option = command_line_option(line, i)); i++) {
		if (number_of(line, i) != number)
			continue;
		if (i < line->count)
			return take_value(line, options, option, optarg) ? COMMAND_GOOD
									 : command_line_wrong(line);
		if (option->letter == 'h')
			print_help(line);
		else
			printf("%s %s\n", line->program, SOCKLINE_VERSION);
		return COMMAND_DONE;
	}
	option = foreign_option(line, number);
	return option ? apply_foreign(line, options, option) : command_line_wrong(line);
}

static int takes(const struct command_option *option)
{
	if (!option->value)
		return no_argument;
	return *option->value == '[' ? optional_argument : required_argument;
}

static char *add_letter(char *letters, const struct command_option *option)
{
	*letters++ = option->letter;
	if (option->value)
		*letters++ = ':';
	return letters;
}

/* getopt's own form of the table; a leading "+" makes it end at the first word that is none. */
static void make_getopt(const struct command_line *line, char *letters, struct option *names)
{
	const struct command_option *option;

	if (line->is_for_command)
		*letters++ = '+';
	for (size_t i = 0; (option = command_line_option(line, i)); i++) {
		names[i] = (struct option){option->name, takes(option), NULL, number_of(line, i)};
		if (option->letter)
			letters = add_letter(letters, option);
	}
	for (option = line->foreign; option && option->letter; option++)
		letters = add_letter(letters, option);
	*letters = '\0';
}

enum command_answer command_line_parse(
	const struct command_line *line, void *options, int argc, char **argv)
{
	size_t count = line->count + COMMON;
	char letters[2 * LETTERS + 2];
	struct option *names = xcalloc(count + 1, sizeof(*names));
	enum command_answer answer = COMMAND_GOOD;
	int number;

	make_getopt(line, letters, names);
	argv[0] = (char *)line->program; /* what getopt's messages begin with */
	while (answer == COMMAND_GOOD &&
		(number = getopt_long(argc, argv, letters, names, NULL)) >= 0)
		answer = apply(line, options, number);
	free(names);
	return answer;
}
