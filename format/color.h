/* SPDX-License-Identifier: MIT */
/* When colours are used, as --color of both programs has it. */
#ifndef FORMAT_COLOR_H
#define FORMAT_COLOR_H

#include <stddef.h>

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* The word of that number of enum color; NULL after the last one. */
const char *color_word(size_t color);

#endif
