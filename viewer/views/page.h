/* SPDX-License-Identifier: MIT */
/* The page of the view html: viewer/page/, put into the program when it is built. */
#ifndef VIEWER_PAGE_H
#define VIEWER_PAGE_H

#include "viewer/term/text.h"

/* The template, which has markers for the other two and for the trace; each ends with NUL. */
extern const char page_template[], page_style[], page_script[];

/* That of differences between two traces, which has markers for style and data. */
extern const char page_diff[];

/* So many calls are some 250 MB of a page; the longest string of browsers has 512 MB. */
#define PAGE_CALLS 1000000

#define PAGE_STYLE_MARK  "@STYLE@"
#define PAGE_DATA_MARK   "@DATA@"
#define PAGE_SCRIPT_MARK "@SCRIPT@"

/* "zh-CN" and the like; and around our own words, which the dictionary may have. */
#define PAGE_LANGUAGE_MARK "@LANGUAGE@"
#define PAGE_WORDS_BEGIN   "@{"
#define PAGE_WORDS_END     '}'

/* Adds a part of a template, with its words in the language of the text. */
void page_add(struct text *text, const char *from, const char *to);

/* Adds what stands before the marker, and returns what stands behind it. */
const char *page_copy(struct text *text, const char *from, const char *mark);

/* Adds the tag of the language of the text, as BCP 47 has it. */
void page_add_language(struct text *text);

/* Adds the style sheets, and of our styles the colours, for both themes, and a class for what is
 * written in each. */
void page_add_style(struct text *text);

#endif
