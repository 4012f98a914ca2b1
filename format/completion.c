/* SPDX-License-Identifier: MIT */
#include "format/completion.h"

#include <stdio.h>
#include <string.h>

#include "format/messages.h"

static bool has_optional_value(const struct command_option *option)
{
	return option->value && *option->value == '[';
}

static bool has_required_value(const struct command_option *option)
{
	return option->value && !has_optional_value(option);
}

static void print_words(const struct command_option *option)
{
	for (size_t i = 0; option->word && option->word(i); i++)
		printf("%s%s", i ? " " : "", option->word(i));
}

/* Prints text that stands in single quotes: `quote` for such a quote, and a backslash before each
 * of the characters of `special`. */
static void print_quoted(const char *text, const char *quote, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs(quote, stdout);
		else
			printf("%s%c", strchr(special, *text) ? "\\" : "", *text);
	}
}

/* Where the words of the traced program begin, its own completion goes on. */
static void print_bash_command(const struct command_line *line)
{
	const struct command_option *option;

	puts("\tlocal i\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\tcase \"${COMP_WORDS[i]} ${COMP_WORDS[i + 1]}\" in\n"
	     "\t\t'-- '*) ((i++)) && break ;;\n"
	     "\t\t-*' =') ((i += 2)) ;;");
	for (size_t i = 0; (option = command_line_option(line, i)); i++) {
		if (!has_required_value(option))
			continue;
		fputs("\t\t", stdout);
		if (option->letter)
			printf("'-%c '* | ", option->letter);
		printf("'--%s '*) ((i++)) ;;\n", option->name);
	}
	puts("\t\t-*) ;;\n"
	     "\t\t*) break ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tif ((i < COMP_CWORD)) ||\n"
	     "\t\t{ ((i == COMP_CWORD)) && [[ $option == -- || $word != -* ]]; }; then\n"
	     "\t\tif declare -F _command_offset >/dev/null; then\n"
	     "\t\t\t_command_offset \"$i\"\n"
	     "\t\telse\n"
	     "\t\t\tmapfile -t COMPREPLY < <(compgen -c -f -- \"$word\")\n"
	     "\t\tfi\n"
	     "\t\treturn\n"
	     "\tfi");
}

static void print_bash_values(const struct command_line *line)
{
	const struct command_option *option;

	for (size_t i = 0; (option = command_line_option(line, i)); i++) {
		if (!option->value)
			continue;
		/* A value that may be left out stands behind "=" or is another word. */
		if (has_optional_value(option))
			printf("\t--%s=) ", option->name);
		else if (option->letter)
			printf("\t-%c | --%s | --%s=) ", option->letter, option->name,
				option->name);
		else
			printf("\t--%s | --%s=) ", option->name, option->name);
		if (option->kind == VALUE_FILE) {
			puts("is_file=1 ;;");
		} else if (option->kind == VALUE_PIDS) {
			puts("words=$(ps -eo pid= 2>/dev/null) ;;");
		} else {
			fputs("words='", stdout);
			print_words(option);
			puts("' ;;");
		}
	}
}

static void print_bash_options(const struct command_line *line)
{
	const struct command_option *option;

	for (size_t i = 0; (option = command_line_option(line, i)); i++) {
		if (option->letter)
			printf(" -%c", option->letter);
		if (!has_required_value(option))
			printf(" --%s", option->name);
		if (option->value)
			printf(" --%s=", option->name);
	}
}

static void print_bash(const struct command_line *line)
{
	printf("# Bash completion for %s, made from its options.\n"
	       "_%s() {\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
	       "\tlocal words='' is_file='' part\n\n",
		line->program, line->program);
	if (line->is_for_command)
		print_bash_command(line);
	puts("\t# Bash makes --option=value three words.\n"
	     "\tif [[ $word == = ]]; then\n"
	     "\t\toption+='=' word=''\n"
	     "\telif [[ $option == = ]]; then\n"
	     "\t\toption=${COMP_WORDS[COMP_CWORD - 2]}=\n"
	     "\tfi\n"
	     "\tcase $option in");
	print_bash_values(line);
	fputs("\t*) [[ $word == -* ]] && words='", stdout);
	print_bash_options(line);
	puts("' || is_file=1 ;;\n"
	     "\tesac\n"
	     "\tif [[ $is_file ]]; then\n"
	     "\t\tcompopt -o filenames\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\t# In a list it is the last word that is completed.\n"
	     "\tpart=${word##*[,!]}\n"
	     "\tmapfile -t COMPREPLY < <(compgen -P \"${word%\"$part\"}\" -W \"$words\" -- \"$part\")\n"
	     "\t[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace");
	printf("}\n"
	       "complete -F _%s %s\n",
		line->program, line->program);
}

static void print_zsh_value(const struct command_option *option)
{
	const char *end = option->value + strcspn(option->value, "]");
	const char *start = option->value + has_optional_value(option);

	printf("%s:%.*s:", has_optional_value(option) ? ":" : "", (int)(end - start), start);
	if (option->kind == VALUE_FILE) {
		fputs("_files", stdout);
	} else if (option->kind == VALUE_PIDS) {
		/* _pids offers those of the terminal only. */
		fputs("{ compset -P \"*,\"; compadd -qS , - $(ps -eo pid= 2>/dev/null) }", stdout);
	} else if (!option->word) {
		putchar(' '); /* the value is named, and nothing is offered */
	} else if (option->kind == VALUE_LIST) {
		fputs("{ compset -P \"*[,!]\"; compadd -qS , - ", stdout);
		print_words(option);
		fputs(" }", stdout);
	} else {
		putchar('(');
		print_words(option);
		putchar(')');
	}
}

/* One specification of _arguments. */
static void print_zsh_option(const struct command_option *option)
{
	bool repeats = option->kind == VALUE_LIST || option->kind == VALUE_PIDS;
	const char *sign = has_optional_value(option) ? "=-" : option->value ? "=" : "";

	fputs(" \\\n\t'", stdout);
	if (repeats)
		putchar('*');
	else if (option->letter)
		printf("(-%c --%s)", option->letter, option->name);
	if (option->letter)
		printf("'{-%c%s,--%s%s}'", option->letter, option->value ? "+" : "", option->name,
			sign);
	else
		printf("--%s%s", option->name, sign);
	putchar('[');
	print_quoted(option->help, "'\\''", "\\[]");
	putchar(']');
	if (option->value)
		print_zsh_value(option);
	putchar('\'');
}

static void print_zsh(const struct command_line *line)
{
	const struct command_option *option;

	printf("#compdef %s\n"
	       "# Zsh completion for %s, made from its options.\n\n"
	       "_arguments -s -S%s",
		line->program, line->program, line->is_for_command ? " -A '-*'" : "");
	for (size_t i = 0; (option = command_line_option(line, i)); i++)
		print_zsh_option(option);
	puts(line->is_for_command
			? " \\\n\t'(-)1:program:_command_names -e' \\\n\t'*::arguments:_normal'"
			: " \\\n\t'*:file:_files'");
}

/* Prints the words of the traced program, when they have begun. */
static void print_fish_command(const struct command_line *line)
{
	const struct command_option *option;

	printf("function __fish_%s_command\n"
	       "\tset -l tokens (commandline -opc) (commandline -ct)\n"
	       "\tset -e tokens[1]\n"
	       "\targparse -s -i",
		line->program);
	for (size_t i = 0; (option = command_line_option(line, i)); i++) {
		putchar(' ');
		if (option->letter)
			printf("%c/", option->letter);
		printf("%s%s", option->name,
			has_optional_value(option)   ? "='?'"
			: has_required_value(option) ? "="
						     : "");
	}
	printf(" -- $tokens 2>/dev/null\n"
	       "\t# Options that are not known, or not written to the end yet, are left.\n"
	       "\twhile string match -q -- '-*' $argv[1]\n"
	       "\t\tset -e argv[1]\n"
	       "\tend\n"
	       "\ttest -n \"$argv[1]\"\n"
	       "\tand string join0 -- $argv\n"
	       "end\n"
	       "complete -c %s -x -a '(__fish_complete_subcommand --commandline "
	       "(__fish_%s_command | string split0))'\n",
		line->program, line->program);
}

static void print_fish_value(const struct command_line *line, const struct command_option *option)
{
	if (has_required_value(option))
		fputs(option->kind == VALUE_FILE ? " -r -F" : " -x", stdout);
	if (option->kind == VALUE_PIDS) {
		printf(" -a '(__fish_%s_list (__fish_complete_pids))'", line->program);
	} else if (option->word) {
		bool is_list = option->kind == VALUE_LIST;

		fputs(" -a '", stdout);
		if (is_list)
			printf("(__fish_%s_list ", line->program);
		print_words(option);
		fputs(is_list ? ")'" : "'", stdout);
	}
}

static void print_fish(const struct command_line *line)
{
	const struct command_option *option;

	printf("# Fish completion for %s, made from its options.\n"
	       "function __fish_%s_list -d 'Completes the last word of a list'\n"
	       "\tset -l start (string replace -r '^(--[^=]*=|-[a-z])?((.*[,!])?).*' '$2' -- "
	       "(commandline -ct))\n"
	       "\tprintf '%%s\\n' \"$start\"$argv\n"
	       "end\n",
		line->program, line->program);
	if (line->is_for_command)
		print_fish_command(line);
	for (size_t i = 0; (option = command_line_option(line, i)); i++) {
		printf("complete -c %s", line->program);
		if (line->is_for_command)
			printf(" -n 'not __fish_%s_command >/dev/null'", line->program);
		if (option->letter)
			printf(" -s %c", option->letter);
		printf(" -l %s", option->name);
		if (option->value)
			print_fish_value(line, option);
		fputs(" -d '", stdout);
		print_quoted(option->help, "\\'", "\\");
		puts("'");
	}
}

static bool completion_print(const struct command_line *line, const char *shell)
{
	static const struct {
		const char *shell;
		void (*print)(const struct command_line *line);
	} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].shell, shell) == 0) {
			shells[i].print(line);
			return true;
		}
	}
	return false;
}

/* --completion is no row of the table: getopt would take --co for its beginning, too. */
static const char *completion_shell(int argc, char **argv)
{
	static const char option[] = "--completion=";

	return argc == 2 && strncmp(argv[1], option, strlen(option)) == 0 ? argv[1] + strlen(option)
									  : NULL;
}

enum command_answer completion_answer(const struct command_line *line, int argc, char **argv)
{
	const char *shell = completion_shell(argc, argv);

	if (!shell)
		return COMMAND_GOOD;
	if (completion_print(line, shell))
		return COMMAND_DONE;
	print_message("%s: --completion=%s: expected bash, zsh or fish\n", line->program, shell);
	return command_line_wrong(line);
}
