/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/instruction.h"

#include <Zydis/Zydis.h>

static enum instruction_flow flow_of(const ZydisDecodedInstruction *decoded)
{
	switch (decoded->meta.category) {
	case ZYDIS_CATEGORY_RET:
		return FLOW_END;
	case ZYDIS_CATEGORY_UNCOND_BR:
		return decoded->raw.imm[0].is_relative ? FLOW_JUMP : FLOW_END;
	case ZYDIS_CATEGORY_COND_BR:
		return FLOW_BRANCH;
	default:
		return FLOW_ON;
	}
}

/* 90 and 0f 1f, which assemblers and linkers fill with, and int3. Other nops have other uses,
 * endbr64 among them: something leads there. */
static bool is_padding(const ZydisDecodedInstruction *decoded)
{
	if (decoded->mnemonic == ZYDIS_MNEMONIC_INT3)
		return true;
	return decoded->mnemonic == ZYDIS_MNEMONIC_NOP &&
	       decoded->opcode == (decoded->opcode_map == ZYDIS_OPCODE_MAP_0F ? 0x1f : 0x90);
}

/* 66 before a jump has some processors take 2 bytes of distance and others 4. */
static bool is_ambiguous(const ZydisDecodedInstruction *decoded)
{
	return decoded->raw.imm[0].is_relative &&
	       (decoded->attributes & ZYDIS_ATTRIB_HAS_OPERANDSIZE) && !decoded->raw.rex.W;
}

struct instruction instruction_decode(const uint8_t *bytes, size_t size, uint64_t address)
{
	ZydisDecoder decoder;
	ZydisDecodedInstruction decoded;

	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, bytes, size, &decoded)) ||
		is_ambiguous(&decoded))
		return (struct instruction){.flow = FLOW_INVALID};

	bool has_target = decoded.raw.imm[0].is_relative;
	return (struct instruction){
		.flow = flow_of(&decoded),
		.length = decoded.length,
		.is_padding = is_padding(&decoded),
		.has_target = has_target,
		.target = has_target
				  ? address + decoded.length + (uint64_t)decoded.raw.imm[0].value.s
				  : 0,
	};
}
