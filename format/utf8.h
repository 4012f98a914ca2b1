/* SPDX-License-Identifier: MIT */
/* UTF-8, as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef FORMAT_UTF8_H
#define FORMAT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length in bytes of the character at the start of `bytes`; 0 when there is none. */
size_t utf8_character(const unsigned char *bytes, size_t length);

/* How many bytes at the start of `bytes` are whole, valid characters. */
size_t utf8_valid_prefix(const unsigned char *bytes, size_t length);

/* True when `bytes` could become a valid character if more bytes followed. */
int utf8_is_cut(const unsigned char *bytes, size_t length);

/* The code point of a valid character of `length` bytes. */
uint32_t utf8_code_point(const unsigned char *bytes, size_t length);

#endif
