/* SPDX-License-Identifier: MIT */
/* When colours are used, as --color of both programs has it. */
#ifndef FORMAT_COLOR_H
#define FORMAT_COLOR_H

#include <stdbool.h>
#include <stddef.h>

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

#define COLOR_WORDS "auto, always or never"

/* The meaning of one of COLOR_WORDS, or of NULL: always. False when it is none of them. */
bool color_find(const char *word, enum color *color);

/* The word of that number of enum color; NULL after the last one. */
const char *color_word(size_t color);

#endif
