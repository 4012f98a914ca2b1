/* SPDX-License-Identifier: MIT */
/* Words in a file of XML. */
#ifndef VIEWER_XML_H
#define VIEWER_XML_H

#include "viewer/term/text.h"

/* Adds UTF-8, with escapes for markup, and U+FFFD for what XML 1.0 does not allow in a document:
 * controls, and two that are no characters. Marks of gaps stay in a text that has gaps. */
void xml_add(struct text *text, const char *bytes, size_t length);

#endif
