/* SPDX-License-Identifier: MIT */
/* What does not go well with being traced: who may look into the process, filters and listeners of
 * seccomp, children made in unusual ways, programs that trace themselves. Each part says what it
 * saw, which must be the same without a tracer, but for traced. */
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/rseq.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/rseq.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/tracer/targets/parts.h"

static int wait_for(pid_t child)
{
	int status;

	pid_t got = waitpid(child, &status, __WALL);
	CHECK(child == -1 ? got > 0 : got == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Sockets at several numbers, by fork and exec, of a process that nobody may look into. */
static void undumpable(void)
{
	int pair[2];

	talk(2);
	CHECK(prctl(PR_SET_DUMPABLE, 0) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	for (int i = 0; i < 20; i++) {
		int copy = fcntl(pair[1], F_DUPFD, 3 + i * 20);
		CHECK(copy >= 0);
		talk_on(pair[0], copy, 3);
		CHECK(dup2(copy, copy + 1) == copy + 1);
		talk_on(pair[0], copy + 1, 1);
		CHECK(close(copy) == 0 && close(copy + 1) == 0);
	}
	pid_t child = fork();
	if (child == 0) {
		talk_on(pair[0], pair[1], 5);
		talk(5);
		_exit(prctl(PR_GET_DUMPABLE));
	}
	printf("child %d\n", wait_for(child));
	child = fork();
	if (child == 0) {
		char number[16];
		snprintf(number, sizeof(number), "%d", pair[0]);
		execl("/proc/self/exe", "unfriendly", "say", number, (char *)NULL);
	}
	char text[4];
	CHECK(read(pair[1], text, 4) == 4);
	atomic_fetch_add(sent, 1);
	printf("program %d %.4s\n", wait_for(child), text);
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	talk(2);
}

static void privilege(void)
{
	talk(1);
	printf("user %d, effective %d, secure %lu, no_new_privs %d\n", getuid(), geteuid(),
		getauxval(AT_SECURE), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
}

/* A supervisor decides over getppid and lets socket go on: seccomp_unotify(2). */
static int listen_to(uint32_t first, uint32_t second, unsigned int flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		SECCOMP_FILTER_FLAG_NEW_LISTENER | flags, &program);
}

static int answer(int listener)
{
	struct seccomp_notif request = {0};
	struct pollfd ready = {listener, POLLIN, 0};

	CHECK(poll(&ready, 1, 20000) == 1);
	if (!(ready.revents & POLLIN) || ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0)
		return 0;
	struct seccomp_notif_resp response = {.id = request.id};
	if (request.data.nr == SYS_getppid)
		response.val = 4242;
	else
		response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) == 0);
	return 1;
}

static void *supervised(void *failures)
{
	for (int i = 0; i < 20; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (syscall(SYS_getppid) != 4242 || fd < 0)
			++*(_Atomic int *)failures;
		close(fd);
		talk(1);
	}
	return NULL;
}

/* The process is supervised by its parent; `threads` of it work before the filter is there. */
static void supervise(int threads, unsigned int flags)
{
	int pair[2], listener = 50, count = 0;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	pid_t child = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (child == 0) {
		_Atomic int failures = 0;
		pthread_t all[4];
		int fd = listen_to(SYS_getppid, SYS_socket, flags);
		CHECK(fd >= 0 && dup2(fd, listener) == listener);
		CHECK(listen_to(SYS_getuid, SYS_getuid, 0) == -1 && errno == EBUSY);
		CHECK(write(pair[1], "l", 1) == 1);
		for (int i = 0; i < threads; i++)
			CHECK(pthread_create(&all[i], NULL, supervised, (void *)&failures) == 0);
		for (int i = 0; i < threads; i++)
			pthread_join(all[i], NULL);
		if (threads == 0)
			supervised((void *)&failures);
		close(fd);
		_exit(failures);
	}
	char byte;
	CHECK(read(pair[0], &byte, 1) == 1);
	int others = threads ? threads : 1;
	while (count < 40 * others)
		count += answer(listener);
	printf("answered %d, failures %d\n", count, wait_for(child));
	close(listener);
	close(pair[0]);
	close(pair[1]);
}

/* A socket that the supervisor puts into the process: SECCOMP_IOCTL_NOTIF_ADDFD. */
static void give(int listener, int fd)
{
	struct seccomp_notif request = {0};

	CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) == 0);
	struct seccomp_notif_addfd addition = {
		.id = request.id, .srcfd = (uint32_t)fd, .flags = SECCOMP_ADDFD_FLAG_SEND};
	CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &addition) >= 0);
}

static void given(void)
{
	int pair[2], ends[2], listener;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	pid_t child = fork();
	if (child == 0) {
		listener = listen_to(SYS_getppid, SYS_getppid, 0);
		CHECK(write(pair[1], &listener, 4) == 4);
		for (int i = 0; i < 10; i++) {
			int fd = (int)syscall(SYS_getppid);
			CHECK(write(fd, "talk", 4) == 4);
			CHECK(close(fd) == 0);
		}
		_exit(8);
	}
	CHECK(read(pair[0], &listener, 4) == 4);
	int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	listener = (int)syscall(SYS_pidfd_getfd, pidfd, listener, 0);
	CHECK(listener >= 0);
	atomic_fetch_add(sent, 1); /* the listener's number */
	for (int i = 0; i < 10; i++) {
		char text[4];
		CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
		give(listener, ends[1]);
		close(ends[1]);
		CHECK(read(ends[0], text, 4) == 4 && read(ends[0], text, 4) == 0);
		close(ends[0]);
		atomic_fetch_add(sent, 1);
	}
	printf("given %d\n", wait_for(child));
}

static void notified(void)
{
	supervise(0, 0);
	supervise(4, 0);
	supervise(4, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH);
}

/* Children by clone and clone3 with all kinds of flags. */
static pid_t clone_raw(uint64_t flags, int signal, int *pidfd, int cgroup)
{
	struct clone_args {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls,
			set_tid, set_tid_size, cgroup;
	} arguments = {.flags = flags,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = (uint64_t)signal,
		.cgroup = (uint64_t)cgroup};

	return (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
}

#define INTO_CGROUP 0x200000000ULL

static int own_cgroup(char *path, size_t size)
{
	FILE *mounts = fopen("/proc/mounts", "r");
	char line[1024], where[512], type[64];
	int found = 0;

	while (mounts && !found && fgets(line, sizeof(line), mounts))
		found = sscanf(line, "%*s %511s %63s", where, type) == 2 &&
			strcmp(type, "cgroup2") == 0;
	if (mounts)
		fclose(mounts);
	snprintf(path, size, "%s/unfriendly-%d", where, getpid());
	return found && mkdir(path, 0755) == 0 ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
					       : -1;
}

static void working_child(pid_t child, int code)
{
	if (child == 0) {
		talk(3);
		_exit(code);
	}
}

static void clones(void)
{
	char path[1024];
	int pidfd = -1;
	siginfo_t info;

	pid_t child = clone_raw(CLONE_PIDFD, SIGCHLD, &pidfd, 0);
	working_child(child, 1);
	CHECK(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) == 0);
	printf("pidfd %d\n", info.si_status);
	close(pidfd);
	child = clone_raw(CLONE_UNTRACED, SIGCHLD, NULL, 0);
	working_child(child, 2);
	printf("untraced %d\n", wait_for(child));
	/* No signal at its end: only who asks for clones is told of it. */
	child = clone_raw(0, 0, NULL, 0);
	working_child(child, 3);
	CHECK(waitpid(child, NULL, 0) == -1 && errno == ECHILD);
	int status;
	CHECK(waitpid(child, &status, __WCLONE) == child);
	printf("clone %d\n", WEXITSTATUS(status));
	signal(SIGUSR1, SIG_IGN);
	child = clone_raw(0, SIGUSR1, NULL, 0);
	working_child(child, 4);
	printf("all %d\n", wait_for(child));
	/* Its parent is its maker's: this one. */
	child = fork();
	if (child == 0) {
		pid_t sibling = clone_raw(CLONE_PARENT, 0, NULL, 0);
		if (sibling == 0) {
			talk(1);
			_exit(getppid() == getpid());
		}
		CHECK(waitpid(sibling, NULL, __WALL) == -1 && errno == ECHILD);
		_exit(6);
	}
	printf("maker %d\n", wait_for(child));
	printf("sibling %d\n", wait_for(-1));
	int cgroup = own_cgroup(path, sizeof(path));
	if (cgroup < 0) {
		printf("no cgroup: %s\n", strerror(errno));
		return;
	}
	child = clone_raw(INTO_CGROUP, SIGCHLD, NULL, cgroup);
	working_child(child, 7);
	printf("into cgroup %d\n", child > 0 ? wait_for(child) : -errno);
	close(cgroup);
	rmdir(path);
}

/* Who is traced can see it, and cannot have another tracer: the one part that differs. */
static void traced(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	int tracer = 0;

	while (fgets(line, sizeof(line), file))
		sscanf(line, "TracerPid: %d", &tracer);
	fclose(file);
	printf("tracer is %s\n", tracer == 0 ? "none" : tracer == getppid() ? "parent" : "other");
	pid_t child = fork();
	if (child == 0) {
		long result = ptrace(PTRACE_TRACEME, 0, 0, 0);
		talk(1);
		_exit(result == 0 ? 0 : errno);
	}
	printf("traceme %d\n", wait_for(child));
	child = fork();
	if (child == 0) {
		talk(1);
		pause();
	}
	printf("seize %d\n", ptrace(PTRACE_SEIZE, child, 0, 0) == 0 ? 0 : errno);
	kill(child, SIGKILL);
	wait_for(child);
	talk(1);
}

/* Where things are, with addresses that are not random. */
static void places(void)
{
	void *pages[8];

	CHECK(personality(0xffffffff) & ADDR_NO_RANDOMIZE);
	for (int i = 0; i < 8; i++) {
		talk(2);
		int high = fcntl(0, F_DUPFD, 100 * i + 3);
		pages[i] = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		printf("%p ", pages[i]);
		int copy = socket(AF_UNIX, SOCK_DGRAM, 0);
		CHECK(dup2(copy, high + 1) == high + 1);
		CHECK(getsockname(high + 1, NULL, NULL) == -1);
		close(copy);
	}
	printf("%p %p %p\n", (void *)places, (void *)pages, sbrk(0));
}

/* Each processor's counter is only added to by who is on it: restartable sequences. */
static struct {
	long count;
	char room[120];
} counters[1024];

static int add_one(struct rseq *area)
{
	uint32_t processor = area->cpu_id_start;
	long *counter = &counters[processor % 1024].count;

	/* clang-format off */
	__asm__ goto(".pushsection __rseq_cs, \"aw\"\n"
		     ".balign 32\n"
		     "3: .long 0, 0\n .quad 1f, (2f - 1f), 4f\n"
		     ".popsection\n"
		     "leaq 3b(%%rip), %%rax\n"
		     "movq %%rax, %[section]\n"
		     "1: cmpl %[processor], %[current]\n"
		     "jnz %l[again]\n"
		     "addq $1, %[counter]\n"
		     "2:\n"
		     ".pushsection __rseq_failure, \"ax\"\n"
		     ".byte 0x0f, 0xb9, 0x3d\n .long 0x53053053\n"
		     "4: jmp %l[again]\n"
		     ".popsection\n"
		     :
		     : [section] "m"(area->rseq_cs), [current] "m"(area->cpu_id),
		     [processor] "r"(processor), [counter] "m"(*counter)
		     : "memory", "cc", "rax"
		     : again);
	/* clang-format on */
	return 1;
again:
	return 0;
}

static void *count_up(void *nothing)
{
	struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);

	for (int i = 0; i < 200; i++) {
		for (int j = 0; j < 1000;)
			j += add_one(area);
		if (i % 10 == 0)
			talk(1);
	}
	return nothing;
}

static void sequences(void)
{
	pthread_t all[6];
	long sum = 0;

	CHECK(__rseq_size > 0);
	for (int i = 0; i < 6; i++)
		CHECK(pthread_create(&all[i], NULL, count_up, NULL) == 0);
	for (int i = 0; i < 6; i++)
		CHECK(pthread_join(all[i], NULL) == 0);
	for (int i = 0; i < 1024; i++)
		sum += counters[i].count;
	printf("counted %ld\n", sum);
}

int main(int argc, char **argv)
{
	static const struct part parts[] = {{"undumpable", undumpable}, {"privilege", privilege},
		{"notified", notified}, {"given", given}, {"clones", clones}, {"traced", traced},
		{"places", places}, {"sequences", sequences}};

	if (argc > 2 && strcmp(argv[1], "say") == 0)
		return write(atoi(argv[2]), "said", 4) != 4;
	return parts_run(argc > 1 ? argv[1] : NULL, parts, sizeof(parts) / sizeof(parts[0]));
}
