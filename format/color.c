/* SPDX-License-Identifier: MIT */
#include "format/color.h"

const char *color_word(size_t color)
{
	static const char *const words[] = {
		[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never", NULL};

	return words[color];
}
