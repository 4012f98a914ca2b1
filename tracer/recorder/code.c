/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/code.h"

#include <string.h>

#include "tracer/recorder/area.h"

/* The assembler is told where the file is. */
__asm__(".section .rodata\n"
	"\t.balign 16\n"
	"code_image:\t.incbin \"stub.bin\"\n"
	"code_image_end:\n"
	"\t.previous\n");
extern const unsigned char code_image[], code_image_end[];

const struct code_labels *code_labels(void)
{
	return (const struct code_labels *)code_image;
}

const unsigned char *code_bytes(size_t *length)
{
	*length = (uintptr_t)code_image_end - (uintptr_t)code_image;
	return code_image;
}

#define TRAP 0xcc /* int3 */

void code_trampoline(unsigned char *bytes, uint64_t back)
{
	const struct code_labels *at = code_labels();

	memset(bytes, TRAP, TRAMPOLINE_SIZE);
	memcpy(bytes, code_image + (at->trampoline - AREA_CODE), at->end - at->trampoline);
	memcpy(bytes + (at->back - at->trampoline), &back, sizeof(back));
}
