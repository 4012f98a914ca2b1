/* SPDX-License-Identifier: MIT */
/*
 * One JSON object that is as long as a trace is, given to a text piece by piece. It has no "<", so
 * that it can stand in an element of a page and not end it, and nothing that a terminal would obey
 * or that is not seen: these characters stand in strings only, where their numbers mean the same.
 */
#ifndef VIEWER_JSON_OUTPUT_H
#define VIEWER_JSON_OUTPUT_H

#include "format/json_writer.h"
#include "viewer/term/text.h"

struct json_output {
	struct json_writer writer; /* what is added goes here */
	struct text *text;         /* borrowed */
};

/* Gives the text what there is; json_output_some: only when there is much, for loops. */
void json_output_give(struct json_output *output);
void json_output_some(struct json_output *output);

/* Adds the character at the beginning of bytes of JSON, which takes `length` of them, as that; 0:
 * it is none, and takes one. */
void json_text_character(struct text *text, const unsigned char *bytes, size_t length);

/* Adds the words of the text as a string, without the blanks around them, and empties it;
 * nothing where it has none. */
void json_output_words(struct json_output *output, const char *key, struct text *words);

/* Gives the rest, and frees what the output holds. */
void json_output_finish(struct json_output *output);

#endif
