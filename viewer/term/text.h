/* SPDX-License-Identifier: MIT */
/*
 * Lines of text for a terminal: styled, measured in columns, and safe: what comes from a trace is
 * hostile and cannot move the cursor, change colours or reorder what is read.
 */
#ifndef VIEWER_TEXT_H
#define VIEWER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/language.h"
#include "viewer/term/palette.h"

/* What is left open, for a reader to fill in: gaps.h. */
enum text_gap { GAP_NONE, GAP_CALLS, GAP_ADDRESSES, GAP_FDS };

/* Around a gap, in the bytes of a text; words of a trace have them as escapes. */
#define GAP_BEGIN '\1'
#define GAP_END   '\2'

/* "(999)". What comes after the last of them stays as it is. */
#define GAP_COLUMNS 5
#define GAPS_MOST   999

struct text {
	char *bytes; /* owned */
	size_t length, capacity;
	size_t column;  /* of the line being written; counts from 0 */
	size_t width;   /* columns of a line */
	bool is_window; /* the width is a reader's, and not a guess about a file or a pipe */
	bool has_color;
	bool is_ascii;
	enum language language;
	enum text_gap gaps;
	bool has_gaps_again; /* within text_add_cut() */
	/* Takes whole lines when there are many, so that a long text is not held in memory; NULL:
	 * none does. Its answer is kept: false, nothing more is wanted. */
	bool (*sink)(void *context, const char *bytes, size_t length);
	void *context;
	bool is_unwanted;
};

/* An empty text that has no sink and no colours, and the words of the other one. */
struct text text_like(const struct text *text);

/* Gives the sink what there is. */
void text_flush(struct text *text);

void text_free(struct text *text);

/* Adds our own words, valid UTF-8: those of the language, if the dictionary has them. */
void text_add(struct text *text, enum style style, const char *words);

/* The same, if the words end at the column `end` or before it; of both languages Chinese alone,
 * where only that does. False: there was no room. */
bool text_add_fitting(struct text *text, enum style style, const char *words, size_t end);

/* The same where the words are to end at that column, with so much room before it; longer ones are
 * not cut. */
void text_add_right(
	struct text *text, enum style style, const char *words, size_t room, size_t end);

void text_add_number(struct text *text, enum style style, int64_t number);

/* Between the facts of a title. */
void text_add_dot(struct text *text);

/* Between the facts of a line, without the blank that English has behind it. */
void text_add_comma(struct text *text);

/* ", " or ": ", which are one character in Chinese. */
void text_add_separator(struct text *text, enum style style, char sign);

__attribute__((format(printf, 3, 4))) void text_addf(
	struct text *text, enum style style, const char *format, ...);

/* Adds what another line has had, which took so many columns. */
void text_add_again(struct text *text, const char *bytes, size_t length, size_t columns);

/* Adds bytes as they are, which are no lines for a terminal. */
void text_raw(struct text *text, const char *bytes, size_t length);

/* Adds words of a trace: control characters, and all that is not visible, stand as escapes. Cut,
 * with an ellipsis, where they would reach beyond the column `end`; never within what a reader
 * takes for one character (grapheme clusters: UAX #29). */
void text_add_foreign(
	struct text *text, enum style style, const char *bytes, size_t length, size_t end);

/* The same of another text without colours, with its gaps. */
void text_add_cut(struct text *text, enum style style, const struct text *words, size_t end);

/* Adds words, some of which may be a trace's, and goes on in a new line behind `indent` blanks
 * where they would reach beyond the column `width`: at blanks, and beside characters of two
 * columns. */
void text_add_sentence(
	struct text *text, enum style style, const char *words, size_t indent, size_t width);

/* True for characters that are not seen, or change how others are: controls, marks of direction. */
bool text_is_hidden(uint32_t code_point);

/* The columns of a terminal that a character takes which is not hidden: those of wcwidth(3). */
size_t text_columns_of(uint32_t code_point);

/* Fills with blanks up to `column`; nothing when the line is beyond it. */
void text_pad(struct text *text, size_t column);
void text_end_line(struct text *text);

/* Where the line could be broken later: text_mark() before the words, text_break() after them. */
struct text_mark {
	size_t length, column;
};

struct text_mark text_mark(const struct text *text);

/* Takes back what was added since. */
void text_undo(struct text *text, struct text_mark mark);

/* If the line has become wider than `width`, what follows the mark goes to a line of its own. */
void text_break(struct text *text, struct text_mark mark, size_t width);
/* The same; the new line begins with `indent` blanks. */
void text_break_at(struct text *text, struct text_mark mark, size_t width, size_t indent);

/* What stands behind the mark is of that kind, and becomes a gap if the text has these. It is wide
 * enough for the gap's number then. Numbers behind "fd" in our own words become gaps by themselves.
 */
void text_gap(struct text *text, enum text_gap kind, struct text_mark mark);

/* The columns that our own words take. */
size_t text_columns(const char *words);

/* The text for Unicode or, with --ascii, the other one. */
const char *text_choose(const struct text *text, const char *unicode, const char *ascii);

#endif
