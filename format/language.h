/* SPDX-License-Identifier: MIT */
/* The languages of the screen, as --lang of both programs has them. */
#ifndef FORMAT_LANGUAGE_H
#define FORMAT_LANGUAGE_H

#include <stddef.h>

enum language {
	LANGUAGE_ENGLISH,
	LANGUAGE_CHINESE,
	LANGUAGE_BOTH, /* terms in both, side by side; sentences in Chinese */
};

/* The word of that number of enum language; NULL after the last one. */
const char *language_word(size_t language);

#endif
