/* SPDX-License-Identifier: MIT */
/*
 * The recorder inside the tracee, to which trampolines jump: makes the call, and writes down when it
 * began and ended and what it moved.
 *
 * A system call leaves all registers as they were but rax, rcx and r11, and so does this. Nothing is
 * written below rsp: the red zone, and the small stacks of Go, are the program's. No signal finds a
 * thread in here: the tracer leads it out first (unwind.c), by what stands in its area.
 */
#include "tracer/recorder/area.h"

	.text
	.globl	stub_copy
	.quad	stub_entry	/* trampolines jump through it */
	/* struct code_labels: what the tracer knows this by */
	.quad	stub_flags, stub_saved, stub_allowed, stub_allowed_return, stub_returned, stub_timed
	.quad	stub_kept, stub_finished, stub_left, stub_checks, stub_checks_end, stub_slow, stub_slow_end
	.quad	stub_syscall, stub_store, stub_copy, stub_copy_end, stub_copy_fault
	.quad	trampoline, trampoline_moved, trampoline_flags, trampoline_return, trampoline_slow
	.quad	trampoline_added, trampoline_restored, trampoline_syscall, trampoline_end
stub_syscall:
	syscall			/* calls that the tracer has a thread make: they stop as ever */
	int3
	.balign	8

/* Two bytes as one store, whoever runs there. The tracer leads a thread here, and sees it again in the
 * call, which is membarrier(2). */
stub_store:
	mov	%bx, (%rbp)
	syscall
	int3

/* rcx: the trampoline's traced way; r11: the call's number; ax: flags. gs points to an area. */
	.balign	64
stub_entry:
	cmpq	$(AREA_OUTSIDE - (1 << 32)), %gs:AREA_STATE /* and AREA_PERMITTED */
	jne	stub_slow
	mov	%rax, %gs:AREA_FLAGS
stub_flags:
	mov	%rcx, %gs:AREA_SLOW
	mov	-8(%rcx), %rax
	mov	%rax, %gs:AREA_BACK
	mov	%r11, %gs:AREA_NUMBER
	mov	%rdi, %gs:AREA_ARGUMENT0
	mov	%rsi, %gs:AREA_ARGUMENT1
	mov	%rdx, %gs:AREA_ARGUMENT2
	mov	%r10, %gs:AREA_ARGUMENT3
	mov	%r8, %gs:AREA_ARGUMENT4
	mov	%r9, %gs:AREA_ARGUMENT5
	mov	%rsp, %gs:AREA_STACK
stub_saved:			/* from here on all of the call stands in the area */
	cmp	$(kinds_end - kinds), %r11
	jae	traced
	lea	kinds(%rip), %rdx
	movzbl	(%rdx, %r11), %edx
	mov	%rdx, %gs:AREA_KIND
	cmp	$AREA_POLL, %edx
	je	poll
	mov	%edi, %eax
	cmp	$AREA_WORD_COUNT, %eax
	jae	traced
	mov	AREA_WORDS(, %rax, 8), %rax
	test	%rax, %rax
	jz	unknown
	lea	stops(%rip), %rcx
	test	%rax, (%rcx, %rdx, 8)
	jnz	traced
	cmp	$AREA_EPOLL, %edx
	jae	epoll
	cmp	$AREA_RECVFROM, %edx
	je	receive
record:
	mov	%rax, %gs:AREA_WORD
	mov	%gs:AREA_HEAD, %rdx
	mov	%rdx, %gs:AREA_BEGAN
	sub	%gs:AREA_TAIL, %rdx
	cmp	$(AREA_RING_SIZE - 2 * AREA_RECORD_MAX), %rdx
	ja	traced		/* full: the tracer empties it in the stop */
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, %gs:AREA_ENTRY
	movl	$AREA_IN_CALL, %gs:AREA_STATE
go:
	mov	%gs:AREA_ARGUMENT2, %rdx
	mov	%r11, %rax
stub_allowed:
	syscall			/* the one that the filters let pass */
stub_allowed_return:
	mov	%rax, %gs:AREA_RESULT
stub_returned:
	cmpq	$AREA_NONE, %gs:AREA_KIND
	je	leave
	cmp	$-4, %rax	/* EINTR, and no signal: another thread took it */
	je	again
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, %gs:AREA_EXIT
	movl	$AREA_WRITING, %gs:AREA_STATE
stub_timed:
	mov	%rbx, %gs:AREA_KEPT
	mov	%rbp, %gs:AREA_KEPT + 0x08
	mov	%r12, %gs:AREA_KEPT + 0x10
	mov	%r13, %gs:AREA_KEPT + 0x18
	mov	%r14, %gs:AREA_KEPT + 0x20
	mov	%r15, %gs:AREA_KEPT + 0x28
stub_kept:			/* and again as they were once finish() has returned */
	rdgsbase %rdi
	lea	AREA_STACK_TOP(%rdi), %rsp
	call	finish
stub_finished:
	mov	%gs:AREA_STACK, %rsp
	mov	%gs:AREA_ARGUMENT0, %rdi
	mov	%gs:AREA_ARGUMENT1, %rsi
	mov	%gs:AREA_ARGUMENT2, %rdx
	mov	%gs:AREA_ARGUMENT3, %r10
	mov	%gs:AREA_ARGUMENT4, %r8
	mov	%gs:AREA_ARGUMENT5, %r9
	movl	$AREA_OUTSIDE, %gs:AREA_STATE
leave:
	mov	%gs:AREA_FLAGS, %rax
	add	$0x7f, %al
	sahf
	mov	%gs:AREA_RESULT, %rax
	mov	%gs:AREA_BACK, %rcx
stub_left:
	jmp	*%rcx

stub_checks:			/* the call is not made yet, as up to stub_allowed */
epoll:
	bt	$AREA_EPOLL_BIT, %rax
	jnc	traced
	cmp	$AREA_CONTROL, %edx
	jne	record
	bt	$AREA_SHARED_BIT, %rax
	jc	traced
	mov	%gs:AREA_ARGUMENT2, %eax	/* what the instance is to wait for */
	cmp	$AREA_WORD_COUNT, %eax
	jae	traced
	mov	AREA_WORDS(, %rax, 8), %rax
	test	%rax, stops + 8 * AREA_READ(%rip) /* no epoll instance, and known */
	jnz	traced
	test	%rax, %rax
	jnz	record
	jmp	traced

poll:
	lea	-1(%rsi), %rdx
	xor	%eax, %eax
	cmp	$AREA_POLL_MAX, %rdx
	jb	record
	jmp	traced

receive:			/* how much room an address has is known before the call only */
	test	%r8, %r8
	jz	record
	jmp	traced

/* On a number that is no socket's: read and write are nobody's business. By a call that only sockets
 * have the tracer learns of one that it has not seen begin. */
unknown:
	dec	%edx
	cmp	$(AREA_FILE_LAST - 1), %edx
	ja	traced
	movq	$AREA_NONE, %gs:AREA_KIND
	jmp	go

/* The tracer has a call that fails with EINTR made again: trace_loop.c. */
again:
	mov	%gs:AREA_NUMBER, %r11
	movl	$AREA_OUTSIDE, %gs:AREA_STATE
traced:
	mov	%gs:AREA_ARGUMENT2, %rdx
	mov	%gs:AREA_SLOW, %rcx
	mov	%gs:AREA_FLAGS, %rax
stub_checks_end:
stub_slow:
	jmp	*%rcx
stub_slow_end:

/* bool stub_copy(void *to, const void *from, size_t n): where `from` cannot be read the tracer, who
 * sees the SIGSEGV first, goes on at stub_copy_fault. */
	.balign	16
stub_copy:
	sub	$8, %rdx
	jb	4f
3:	mov	(%rsi), %rax
	mov	%rax, (%rdi)
	add	$8, %rsi
	add	$8, %rdi
	sub	$8, %rdx
	jae	3b
4:	add	$8, %rdx
	jz	6f
5:	movzbl	(%rsi), %eax
	mov	%al, (%rdi)
	inc	%rsi
	inc	%rdi
	dec	%rdx
	jnz	5b
6:	mov	$1, %eax
	ret
stub_copy_end:
stub_copy_fault:
	xor	%eax, %eax
	ret

	.balign	8
kinds:
	.byte	AREA_READ, AREA_WRITE		/* 0 */
	.org	kinds + 7, 0
	.byte	AREA_POLL
	.org	kinds + 19, 0
	.byte	AREA_READV, AREA_WRITEV
	.org	kinds + 40, 0
	.byte	AREA_SENDFILE
	.org	kinds + 44, 0
	.byte	AREA_SENDTO, AREA_RECVFROM, AREA_SENDMSG
	.org	kinds + 232, 0
	.byte	AREA_EPOLL, AREA_CONTROL	/* epoll_wait, epoll_ctl */
	.org	kinds + 281, 0
	.byte	AREA_EPOLL			/* epoll_pwait */
kinds_end:

/* The flags of a word with which a call of the kind stops. */
	.set	ALWAYS, 1 << AREA_STOP_BIT
	.set	ON_EPOLL, 1 << AREA_EPOLL_BIT
	.set	SENDS, ALWAYS | ON_EPOLL | 1 << AREA_UNNAMED_BIT
	.balign	8
stops:
	.quad	-1				/* AREA_NONE */
	.quad	ALWAYS | ON_EPOLL		/* AREA_READ */
	.quad	SENDS				/* AREA_WRITE */
	.quad	ALWAYS | ON_EPOLL		/* AREA_READV */
	.quad	SENDS				/* AREA_WRITEV */
	.quad	SENDS				/* AREA_SENDTO */
	.quad	ALWAYS | ON_EPOLL		/* AREA_RECVFROM */
	.quad	SENDS | 1 << AREA_UNIX_BIT	/* AREA_SENDMSG */
	.quad	SENDS				/* AREA_SENDFILE */
	.quad	ALWAYS				/* AREA_EPOLL */
	.quad	-1				/* AREA_POLL, which is on no number */
	.quad	ALWAYS				/* AREA_CONTROL */

	.section .note.GNU-stack, "", @progbits
