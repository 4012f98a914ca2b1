/* SPDX-License-Identifier: MIT */
/* A 64-bit program that makes calls through the ABI of 32-bit programs: directly, and by
 * socketcall(2) with its arguments in memory. */
#include <assert.h>
#include <linux/net.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define COMPAT_WRITE      4
#define COMPAT_CLOSE      6
#define COMPAT_SOCKETCALL 102
#define COMPAT_SOCKETPAIR 360

#define NOT_HERE 77 /* tests/tracer/samples.sh */

static int compat_call(int number, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	int result;

	/* clang-format off */
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory", "r8", "r9", "r10", "r11");
	/* clang-format on */
	return result;
}

/* What a kernel does that takes no such calls. */
static void end(int signal)
{
	(void)signal;
	fputs("the kernel runs no 32-bit programs\n", stderr);
	_Exit(NOT_HERE);
}

int main(void)
{
	/* Below 4 GiB, where such a pointer can reach. */
	char *low = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint32_t *words = (uint32_t *)(void *)(low + 1024);
	uint32_t address = (uint32_t)(uintptr_t)low;
	int pair[2];

	signal(SIGSEGV, end);
	assert(compat_call(COMPAT_SOCKETPAIR, AF_UNIX, SOCK_STREAM, 0, address) == 0);
	memcpy(pair, low, sizeof(pair));
	strcpy(low, "from below");
	assert(compat_call(COMPAT_WRITE, (uint32_t)pair[0], address, 10, 0) == 10);
	assert(read(pair[1], (char[16]){0}, 16) == 10);
	words[0] = (uint32_t)pair[1];
	words[1] = address;
	words[2] = 4;
	words[3] = MSG_DONTWAIT;
	assert(compat_call(COMPAT_SOCKETCALL, SYS_SEND, address + 1024, 0, 0) == 4);
	assert(recv(pair[0], (char[16]){0}, 16, 0) == 4);
	assert(compat_call(COMPAT_SOCKETCALL, 99, address, 0, 0) < 0);
	assert(compat_call(COMPAT_CLOSE, (uint32_t)pair[0], 0, 0, 0) == 0);
	return 0;
}
