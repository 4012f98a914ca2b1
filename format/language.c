/* SPDX-License-Identifier: MIT */
#include "format/language.h"

const char *language_word(size_t language)
{
	static const char *const words[] = {[LANGUAGE_ENGLISH] = "en",
		[LANGUAGE_CHINESE] = "zh",
		[LANGUAGE_BOTH] = "both",
		NULL};

	return words[language];
}
