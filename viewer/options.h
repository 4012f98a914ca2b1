/* SPDX-License-Identifier: MIT */
/* The command line of sockview. */
#ifndef VIEWER_OPTIONS_H
#define VIEWER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "format/color.h"
#include "format/command_line.h"
#include "format/language.h"
#include "format/redaction.h"
#include "viewer/check/check_rules.h"
#include "viewer/model/filter.h"
#include "viewer/views/view.h"

struct options {
	char **inputs; /* borrowed; none: standard input */
	size_t input_count;
	struct filter filter;
	bool is_following;
	bool is_diff; /* of two traces what differs is shown, instead of a view */
	enum redaction_level redact;
	struct redaction *redaction; /* owned, of that level; NULL: none */
	const char *output;          /* borrowed; NULL: standard output */
	const struct view *view;
	const struct view *view_of_output; /* that its name's ending means; NULL: none */
	unsigned int format;               /* one more than its enum view_format; 0: not given */
	struct view_options view_options;
	struct check_rules rules;  /* owned; none: nothing is checked */
	const char *junit, *sarif; /* borrowed; NULL: not wanted */
	bool is_report;            /* what came of the check is shown instead of a view */
	bool is_of_rules;          /* the rules were to be read, and nothing else */
	const char *rules_option;  /* "check", or "fail-on": the last one that added rules */
	enum color color;
	size_t width; /* 0: that of the terminal */
	bool is_ascii;
	enum language language;
	bool no_pager;
};

/* Fills `options`. Prints help, version or what is wrong. */
enum command_answer options_parse(struct options *options, int argc, char **argv);

#endif
