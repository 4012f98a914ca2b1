#!/bin/bash
# SPDX-License-Identifier: MIT
# What no package brings: what the processor and the kernel can do. A function for each, for tests, which
# skip what they need it for; run as a program, it prints a line for each that is missing, which is the
# reason that they give. Whether there is time only CI knows, which sets UNTIL (tests/run.sh).

# shellcheck disable=SC2034 # used where this file is loaded
no_time='the machine is too slow for it: CI has to end'
no_recorder='the processor has no FSGSBASE or no steady clock'
no_32_bits='the kernel runs no 32-bit programs'

# Whether programs can record calls by themselves: docs/recorder.md.
has_recorder() {
	grep -qw fsgsbase /proc/cpuinfo && grep -qw constant_tsc /proc/cpuinfo
}

# Whether programs for i386, and calls through int $0x80, run: a kernel without IA32_EMULATION, and a guest
# of some hypervisors, runs none. An ELF file of one segment, which calls exit(0): elf(5).
has_32_bits() {
	local program
	program=$(mktemp) || return
	{
		printf '\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\2\0\3\0\1\0\0\0\124\200\4\10\64\0\0\0\0\0\0\0\0\0\0\0\64\0\40\0\1\0'
		printf '\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\200\4\10\0\200\4\10\140\0\0\0\140\0\0\0\5\0\0\0\0\20\0\0'
		printf '\270\1\0\0\0\61\333\315\200' # mov $1, %eax; xor %ebx, %ebx; int $0x80
	} >"$program"
	chmod +x "$program"
	# Not by a shell that would read what the kernel does not run.
	env "$program" 2>/dev/null
	local status=$?
	rm -f "$program"
	return $status
}

if [ "$0" = "${BASH_SOURCE[0]}" ]; then
	echo "$no_time"
	has_recorder || echo "$no_recorder"
	has_32_bits || echo "$no_32_bits"
fi
