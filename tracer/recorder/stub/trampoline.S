/* SPDX-License-Identifier: MIT */
/*
 * A patched site jumps to one of these: the same bytes for each, but for the address behind the
 * site. It lies wherever the site's jump can reach, so it refers to nothing but itself and the first
 * word of the recorder's code.
 *
 * The thread's area is found by gs, which x86-64 programs hardly use. Where gs points elsewhere the
 * thread makes the call here, and stops for it as ever. In between flags travel in ax, and the call's
 * number in r11, which a system call overwrites anyway, as it does rcx. unwind.c knows each step.
 */
#include "tracer/recorder/area.h"
	.text
	.globl	trampoline, trampoline_moved, trampoline_flags, trampoline_return, trampoline_slow
	.globl	trampoline_added, trampoline_restored, trampoline_syscall, trampoline_end
	.balign	64
trampoline:
	mov	%rax, %r11
trampoline_moved:
	lahf
	seto	%al
trampoline_flags:
	rdgsbase %rcx
	shr	$AREA_SHIFT, %rcx
	cmp	$AREA_MARK, %rcx
	lea	trampoline_slow(%rip), %rcx
	jne	trampoline_slow
	jmp	*AREA_CODE
trampoline_return:
	.quad	0
trampoline_slow:
	add	$0x7f, %al
trampoline_added:
	sahf
trampoline_restored:
	mov	%r11, %rax
trampoline_syscall:
	syscall
	jmp	*trampoline_return(%rip)
trampoline_end:
	.section .note.GNU-stack, "", @progbits
