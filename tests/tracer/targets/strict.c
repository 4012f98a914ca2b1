/* SPDX-License-Identifier: MIT */
/* Enters seccomp's strict mode by prctl, or by seccomp with the argument "seccomp", writes into a
 * socket and reads from it; with a second argument it then makes a call that is not allowed. */
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/seccomp.h>

int main(int argc, char **argv)
{
	int pair[2];
	char text[6];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return 1;
	long result = strcmp(argv[1], "seccomp") == 0
			      ? syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL)
			      : prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	if (result != 0)
		return 2;
	if (write(pair[0], "strict", 6) != 6 || read(pair[1], text, 6) != 6)
		syscall(SYS_exit, 3);
	if (argc > 2)
		getppid();
	syscall(SYS_exit, 7);
}
