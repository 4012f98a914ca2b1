/* SPDX-License-Identifier: MIT */
#include "viewer/views/page.h"

/* .incbin puts a file's bytes there: "Using as", the GNU assembler's manual. The Makefile has the
 * assembler look where the files of viewer/page/ were put together. */
#define EMBED(name, file)                         \
	__asm__(".pushsection .rodata\n"          \
		".global " #name "\n" #name ":\n" \
		".incbin \"" file "\"\n"          \
		".byte 0\n"                       \
		".popsection\n")

EMBED(page_template, "page.html");
EMBED(page_style, "page.css");
EMBED(page_script, "page.js");
