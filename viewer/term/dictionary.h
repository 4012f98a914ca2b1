/* SPDX-License-Identifier: MIT */
/*
 * The words of the screen in Chinese: a table beside the English words, which the code has. What
 * is in no row stays as it is: names of calls, flags and errors, and what a trace says.
 *
 *	text_add(text, style, "listening");              text_add and text_addf look words up,
 *	dictionary_words(text->language, "listening")    and this where they are handed on
 */
#ifndef VIEWER_DICTIONARY_H
#define VIEWER_DICTIONARY_H

#include "format/language.h"

struct dictionary_row {
	const char *english; /* as the code has it; may be a format */
	const char *chinese; /* with the same conversions in that order, or all numbered: "%2$s" */
	const char *both;
};

/* Sorted by the English words, as strcmp(3) has it; behind the last one NULL. */
extern const struct dictionary_row dictionary_rows[];

/* Bytes of the longest English words. */
#define DICTIONARY_LONGEST 300

/* The words in that language; the same ones where they have no row. */
__attribute__((format_arg(2))) const char *dictionary_words(
	enum language language, const char *english);

#endif
