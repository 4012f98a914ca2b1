/* SPDX-License-Identifier: MIT */
#include "viewer/term/xml.h"

#include <string.h>

static void add(struct text *text, const char *words)
{
	text_raw(text, words, strlen(words));
}

static size_t add_forbidden(struct text *text, const char *bytes, size_t length)
{
	if (text->gaps && (*bytes == GAP_BEGIN || *bytes == GAP_END))
		return 0;
	if ((unsigned char)*bytes < 0x20 || *bytes == 0x7f) {
		add(text, "\xef\xbf\xbd");
		return 1;
	}
	if (length >= 3 &&
		(memcmp(bytes, "\xef\xbf\xbe", 3) == 0 || memcmp(bytes, "\xef\xbf\xbf", 3) == 0)) {
		add(text, "\xef\xbf\xbd");
		return 3;
	}
	return 0;
}

void xml_add(struct text *text, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		size_t forbidden = add_forbidden(text, bytes + i, length - i);
		i += forbidden;
		if (forbidden > 0)
			continue;
		switch (bytes[i]) {
		case '<':
			add(text, "&lt;");
			break;
		case '>':
			add(text, "&gt;");
			break;
		case '&':
			add(text, "&amp;");
			break;
		case '"':
			add(text, "&quot;");
			break;
		default:
			text_raw(text, bytes + i, 1);
		}
		i++;
	}
}
