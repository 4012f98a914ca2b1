/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_program.h"

#include <linux/filter.h>
#include <string.h>

#include "tracer/table/constants.h"

/* Writes the name of the bits of `mask`, and takes them out of the code. */
static void field(
	struct json_writer *w, uint16_t *code, uint16_t mask, const struct constant *names)
{
	constant_write(w, NULL, names, *code & mask);
	*code &= (uint16_t)~mask;
}

/* As BPF_STMT and BPF_JUMP are given it: linux/bpf_common.h. */
static void instruction_code(struct json_writer *w, uint16_t code)
{
	uint16_t class = BPF_CLASS(code);

	json_array_begin(w, "code");
	field(w, &code, 0x07, constants_bpf_classes);
	switch (class) {
	case BPF_LD:
	case BPF_LDX:
		field(w, &code, 0x18, constants_bpf_sizes);
		field(w, &code, 0xe0, constants_bpf_modes);
		break;
	case BPF_ALU:
		field(w, &code, 0x08, constants_bpf_sources);
		field(w, &code, 0xf0, constants_bpf_operations);
		break;
	case BPF_JMP:
		field(w, &code, 0x08, constants_bpf_sources);
		field(w, &code, 0xf0, constants_bpf_jumps);
		break;
	case BPF_RET:
		field(w, &code, 0x18, constants_bpf_sources);
		break;
	case BPF_MISC:
		field(w, &code, 0xf8, constants_bpf_moves);
		break;
	default: /* BPF_ST and BPF_STX have no more to say */
		break;
	}
	if (code)
		json_number(w, NULL, code);
	json_array_end(w);
}

void decode_program(struct json_writer *w, const char *key, uint16_t count,
	const unsigned char *bytes, size_t length)
{
	struct sock_filter instruction;

	json_object_begin(w, key);
	json_number(w, "instructions", count);
	if (length > 0)
		json_array_begin(w, "program");
	for (size_t at = 0; length - at >= sizeof(instruction); at += sizeof(instruction)) {
		memcpy(&instruction, bytes + at, sizeof(instruction));
		json_object_begin(w, NULL);
		instruction_code(w, instruction.code);
		if (instruction.jt || instruction.jf) {
			json_number(w, "jt", instruction.jt);
			json_number(w, "jf", instruction.jf);
		}
		json_number(w, "k", instruction.k);
		json_object_end(w);
	}
	if (length > 0)
		json_array_end(w);
	json_object_end(w);
}
