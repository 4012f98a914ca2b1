/* SPDX-License-Identifier: MIT */
#include "viewer/page.h"

/* PAGE is the folder of the build where the files of viewer/page/ were put together. .incbin puts a
 * file's bytes there: "Using as", the GNU assembler's manual. */
#define EMBED(name, file)                         \
	__asm__(".pushsection .rodata\n"          \
		".global " #name "\n" #name ":\n" \
		".incbin \"" PAGE "/" file "\"\n" \
		".byte 0\n"                       \
		".popsection\n")

EMBED(page_template, "page.html");
EMBED(page_style, "page.css");
EMBED(page_script, "page.js");
