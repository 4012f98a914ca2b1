/* SPDX-License-Identifier: MIT */
/* The options of a program as one table: the parser, --help, the completions of shells, and the
 * tests of man pages all come from it. Over getopt_long(3). */
#ifndef FORMAT_COMMAND_LINE_H
#define FORMAT_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* The kinds of values, and the type of member that each is put into. */
enum command_value {
	VALUE_NONE,   /* no value: a bool, which becomes true */
	VALUE_WORD,   /* one of the option's words: an enum or a bool, which becomes its number */
	VALUE_NUMBER, /* size_t */
	VALUE_FILE,   /* const char *, borrowed from the command line */
	/* These and what else has no member of its own are for `set`. */
	VALUE_TEXT,
	VALUE_LIST, /* words between commas, any of which "!" may precede */
	VALUE_PIDS, /* processes, between commas */
};

struct command_option {
	char letter; /* 0: none */
	const char *name;
	const char *value; /* NULL: it takes none; in brackets: it may be left out */
	const char *help;
	enum command_value kind;
	size_t offset, size; /* the member of the program's options: COMMAND_MEMBER */
	/* The words for the value, one for each index from 0 on, then NULL. The function itself is
	 * NULL where there are none; then completions offer nothing. */
	const char *(*word)(size_t index);
	unsigned int first; /* VALUE_WORD: the number of the first word */
	unsigned int alone; /* VALUE_WORD: what the option means without its value */
	size_t least, most; /* VALUE_NUMBER; most is 0 where there is no limit */
	/* Takes a value, NULL where there is none, that needs more than to be put into a member.
	 * Returns NULL, or what was expected instead of the value; COMMAND_REPORTED when it has
	 * said what is wrong. */
	const char *(*set)(const struct command_option *option, void *options, const char *value);
	int argument; /* for `set` */
};

#define COMMAND_REPORTED ""

/* Where the value of an option goes. */
#define COMMAND_MEMBER(type, member) \
	.offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)

/* That place, in `options`. */
void *command_member(const struct command_option *option, void *options);

/* Defines such a function. */
#define COMMAND_WORDS(function, ...)                                    \
	static const char *function(size_t index)                       \
	{                                                               \
		static const char *const words[] = {__VA_ARGS__, NULL}; \
		return words[index];                                    \
	}

struct command_line {
	const char *program; /* what messages begin with */
	const struct command_option *rows;
	size_t count;
	/* Letters that people know from another program, and that --help does not offer; one that
	 * is 0 ends them. `help` says what to type instead; without it and `set` there is nothing
	 * to do. */
	const struct command_option *foreign; /* NULL: none */
	const char *foreign_program;          /* its name */
	bool is_for_command;                  /* the first word that is no option ends them */
	const char *usage;                    /* the beginning of --help, up to the options */
	void (*print_rest)(void);             /* what comes after them */
};

/* Good: go on; done: --help or --version was all; wrong: what is wrong has been printed. */
enum command_answer { COMMAND_GOOD, COMMAND_DONE, COMMAND_WRONG };

/* Reads the options; optind is then the index of the first word behind them. Every program
 * has -h and -V. */
enum command_answer command_line_parse(
	const struct command_line *line, void *options, int argc, char **argv);

/* Prints the words of `text`, which is ASCII, in lines that a terminal of 80 columns has room for:
 * a space and then the first one at `column`, where the line is by now, the others from the column
 * `indent` on. None of these begins with the name of an option: there scripts look for the options
 * that there are. */
void command_print_help(const char *text, int column, int indent);

/* The option at `index`; those that every program has come after the program's own. NULL after the
 * last one. */
const struct command_option *command_line_option(const struct command_line *line, size_t index);

/* The index of `value` among the words, or -1. */
int command_word_find(const char *(*word)(size_t index), const char *value);

/* Reads decimal digits alone. False when `text` is anything else, or too large. */
bool command_number(const char *text, size_t *number);

/* Says where help is. Returns COMMAND_WRONG. */
enum command_answer command_line_wrong(const struct command_line *line);

#endif
