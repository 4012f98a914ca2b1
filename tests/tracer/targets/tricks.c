/* SPDX-License-Identifier: MIT */
/* What programs do with signals, stops, children and timers that a tracer could disturb. Each part
 * says what it saw, which must be the same without a tracer. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/tracer/targets/parts.h"

static volatile sig_atomic_t caught, caught_code, caught_pid;

static void catch (int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	caught++;
	caught_code = info->si_code;
	caught_pid = info->si_pid;
}

static void handle(int signal, int flags)
{
	struct sigaction action = {.sa_sigaction = catch, .sa_flags = SA_SIGINFO | flags};

	caught = 0;
	CHECK(sigaction(signal, &action, NULL) == 0);
}

static sigset_t set_of(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	return set;
}

static void say_status(const char *what, int status)
{
	if (WIFEXITED(status))
		printf("%s: exited %d\n", what, WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("%s: killed %d\n", what, WTERMSIG(status));
	else if (WIFSTOPPED(status))
		printf("%s: stopped %d\n", what, WSTOPSIG(status));
	else
		printf("%s: %s\n", what, WIFCONTINUED(status) ? "continued" : "?");
}

static int wait_status(pid_t child, int options)
{
	int status = 0;

	CHECK(waitpid(child, &status, options) == child);
	return status;
}

/* SIGTRAP by an instruction, by itself, by single steps; handled, ignored, blocked, as it is. */
static pid_t trapping(void (*prepare)(void), void (*trap)(void))
{
	pid_t child = fork();

	if (child == 0) {
		prepare();
		talk(2);
		trap();
		talk(2);
		_exit(caught);
	}
	return child;
}

static void trap_handle(void)
{
	handle(SIGTRAP, 0);
}

static void trap_ignore(void)
{
	signal(SIGTRAP, SIG_IGN);
}

static void trap_block(void)
{
	sigset_t set = set_of(SIGTRAP);

	handle(SIGTRAP, 0);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void trap_default(void)
{
	signal(SIGTRAP, SIG_DFL);
}

static void by_raise(void)
{
	raise(SIGTRAP);
}

static void by_instruction(void)
{
	__asm__ volatile("int3");
}

/* TRAP_TRACE after each instruction, as long as the flag is set. */
static void by_steps(void)
{
	/* clang-format off */
	__asm__ volatile("pushf\n orq $0x100, (%%rsp)\n popf\n nop\n nop\n"
			 "pushf\n andq $~0x100, (%%rsp)\n popf"
			 :
			 :
			 : "memory", "cc");
	/* clang-format on */
}

static void by_queue(void)
{
	union sigval value = {.sival_int = 7};

	sigqueue(getpid(), SIGTRAP, value);
}

static void traps(void)
{
	void (*const prepared[])(void) = {trap_handle, trap_ignore, trap_block, trap_default};
	void (*const trap[])(void) = {by_raise, by_instruction, by_steps, by_queue};

	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 4; j++) {
			printf("%zu %zu ", i, j);
			say_status("trap", wait_status(trapping(prepared[i], trap[j]), 0));
		}
}

/* A child that stops itself, is stopped, and is continued, as its parent hears of it. */
static void stops(void)
{
	static const int stopping[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};

	handle(SIGCHLD, SA_RESTART);
	for (int i = 0; i < 4; i++) {
		int pair[2];
		char byte;
		CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
		pid_t child = fork();
		if (child == 0) {
			/* The group of an orphan is not stopped by a terminal's signals. */
			CHECK(setpgid(0, 0) == 0);
			for (int j = 0; j < 5; j++) {
				talk(1);
				raise(stopping[i]);
				CHECK(read(pair[1], &byte, 1) == 1);
			}
			_exit(20 + i);
		}
		for (int j = 0; j < 5; j++) {
			say_status("self", wait_status(child, WUNTRACED));
			kill(child, SIGCONT);
			say_status("cont", wait_status(child, WUNTRACED | WCONTINUED));
			CHECK(write(pair[0], "g", 1) == 1);
		}
		close(pair[0]);
		close(pair[1]);
		say_status("end", wait_status(child, 0));
	}
	printf("told %d\n", caught > 0);
}

/* Children that stop their parent and let it go on. */
static void stopped_by_child(void)
{
	for (int i = 0; i < 5; i++) {
		pid_t middle = fork();
		if (middle == 0) {
			pid_t self = getpid(), child = fork();
			if (child == 0) {
				for (int j = 0; j < 10; j++) {
					kill(self, SIGSTOP);
					usleep(1000);
					kill(self, SIGCONT);
				}
				_exit(3);
			}
			int status;
			while (waitpid(child, &status, WNOHANG) == 0)
				talk(1);
			_exit(WEXITSTATUS(status));
		}
		say_status("stopped by its child", wait_status(middle, 0));
	}
}

/* waitid tells each time without taking, and then takes. */
static void peeks(void)
{
	siginfo_t info;
	pid_t child = fork();

	if (child == 0) {
		raise(SIGSTOP);
		talk(1);
		_exit(9);
	}
	for (int i = 0; i < 3; i++) {
		CHECK(waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOWAIT) == 0);
		printf("stop %d %d\n", info.si_code, info.si_status);
	}
	CHECK(waitid(P_PID, (id_t)child, &info, WSTOPPED) == 0);
	kill(child, SIGCONT);
	for (int i = 0; i < 3; i++) {
		CHECK(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0);
		printf("exit %d %d %d\n", info.si_code, info.si_status, info.si_pid == child);
	}
	CHECK(waitid(P_PID, (id_t)child, &info, WEXITED) == 0);
	CHECK(waitid(P_PID, (id_t)child, &info, WEXITED) == -1);
	printf("then %s\n", strerror(errno));
}

static pid_t leave(int code, int stop)
{
	pid_t child = fork();

	if (child == 0) {
		talk(1);
		if (stop)
			raise(SIGSTOP);
		_exit(code);
	}
	return child;
}

/* Who does not want to hear of children has none to wait for; SA_NOCLDSTOP leaves the stops out. */
static void unheard(void)
{
	struct sigaction action = {.sa_handler = SIG_IGN};
	int status;

	sigaction(SIGCHLD, &action, NULL);
	for (int i = 0; i < 5; i++)
		leave(i, 0);
	CHECK(waitpid(-1, &status, 0) == -1);
	printf("ignored: %s\n", strerror(errno));
	handle(SIGCHLD, SA_NOCLDWAIT | SA_RESTART);
	for (int i = 0; i < 5; i++)
		leave(i, 0);
	CHECK(waitpid(-1, &status, 0) == -1);
	printf("no wait: %s, told %d\n", strerror(errno), caught > 0);
	handle(SIGCHLD, SA_NOCLDSTOP | SA_RESTART);
	pid_t child = leave(6, 1);
	say_status("stop", wait_status(child, WUNTRACED));
	printf("of the stop told %d\n", (int)caught);
	kill(child, SIGCONT);
	say_status("end", wait_status(child, 0));
	printf("of the end told %d, code %d, pid %d\n", (int)caught, (int)caught_code,
		caught_pid == child);
}

/* Orphans and who gets them. */
static void orphans(void)
{
	int pipes[2];
	pid_t above = getppid(), got;

	CHECK(pipe(pipes) == 0);
	for (int is_reaper = 1; is_reaper >= 0; is_reaper--) {
		CHECK(prctl(PR_SET_CHILD_SUBREAPER, is_reaper, 0, 0, 0) == 0);
		pid_t middle = fork();
		if (middle == 0) {
			if (fork() == 0) {
				while (getppid() == middle || getppid() == getpid())
					usleep(1000);
				usleep(20000);
				talk(1);
				pid_t parent = getppid();
				CHECK(write(pipes[1], &parent, sizeof(parent)) == sizeof(parent));
				_exit(4);
			}
			_exit(0);
		}
		say_status("middle", wait_status(middle, 0));
		CHECK(read(pipes[0], &got, sizeof(got)) == sizeof(got));
		printf("the orphan is %s\n", got == getpid() ? "mine"
					     : got == above  ? "above"
							     : "elsewhere");
		int status;
		pid_t orphan = waitpid(-1, &status, 0);
		if (orphan > 0)
			say_status("orphan", status);
		else
			printf("%s\n", strerror(errno));
	}
}

/* A parent's end as a signal; for the kernel the parent is a thread. */
static void *parent_thread(void *pipes)
{
	pid_t child = fork();

	if (child == 0) {
		sigset_t set = set_of(SIGUSR1);
		siginfo_t info;
		sigprocmask(SIG_BLOCK, &set, NULL);
		CHECK(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0);
		talk(1);
		CHECK(write(((int *)pipes)[1], "r", 1) == 1);
		_exit(sigwaitinfo(&set, &info) == SIGUSR1 ? 11 : 12);
	}
	char byte;
	CHECK(read(((int *)pipes)[0], &byte, 1) == 1);
	return (void *)(intptr_t)child;
}

static void parents_death(void)
{
	int pipes[2];
	pthread_t thread;
	void *child;

	CHECK(pipe(pipes) == 0);
	CHECK(pthread_create(&thread, NULL, parent_thread, pipes) == 0);
	CHECK(pthread_join(thread, &child) == 0);
	say_status("by a thread's end", wait_status((pid_t)(intptr_t)child, 0));
}

/* Signals that are taken, not delivered: in order, with what they carry, and after a timeout. */
static void taken(void)
{
	sigset_t set = set_of(SIGUSR2);
	siginfo_t info;
	struct signalfd_siginfo read_info;
	const struct timespec moment = {.tv_nsec = 20000000};

	sigaddset(&set, SIGRTMIN + 3);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int fd = signalfd(-1, &set, SFD_CLOEXEC);
	for (int i = 0; i < 50; i++)
		CHECK(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = i}) == 0);
	for (int i = 0; i < 50; i++) {
		if (i % 2) {
			CHECK(read(fd, &read_info, sizeof(read_info)) == sizeof(read_info));
			CHECK(read_info.ssi_int == i);
		} else {
			CHECK(sigtimedwait(&set, &info, &moment) == SIGRTMIN + 3);
			CHECK(info.si_value.sival_int == i && info.si_code == SI_QUEUE);
		}
		talk(1);
	}
	CHECK(sigtimedwait(&set, &info, &moment) == -1);
	printf("nothing: %s\n", strerror(errno));
	pid_t child = leave(13, 0);
	CHECK(sigwaitinfo(&set, &info) == SIGCHLD);
	printf("child %d %d %d\n", info.si_code, info.si_status, info.si_pid == child);
	say_status("end", wait_status(child, 0));
	child = leave(14, 0);
	CHECK(read(fd, &read_info, sizeof(read_info)) == sizeof(read_info));
	printf("child %d %d %d\n", read_info.ssi_code, read_info.ssi_status,
		(pid_t)read_info.ssi_pid == child);
	say_status("end", wait_status(child, 0));
}

/* Calls under a storm of timers: with SA_RESTART none fails; without, some wait ends with EINTR;
 * ignored, no call notices. */
static void set_timer(int which, int microseconds)
{
	struct itimerval often = {{0, microseconds}, {0, microseconds}};

	CHECK(setitimer(which, &often, NULL) == 0);
}

static void *feed(void *fd)
{
	for (int i = 0; i < 40; i++) {
		usleep(2000);
		CHECK(send((int)(intptr_t)fd, "feed", 4, MSG_NOSIGNAL) == 4);
	}
	return NULL;
}

static void storm(int which, int signal, int flags, int is_ignored)
{
	sigset_t set = set_of(signal);
	int pair[2], interrupted = 0, got = 0;
	char text[4];
	pthread_t thread;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	CHECK(pthread_create(&thread, NULL, feed, (void *)(intptr_t)pair[0]) == 0);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	if (is_ignored)
		sigaction(signal, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	else
		handle(signal, flags);
	set_timer(which, 700);
	while (got < 40) {
		ssize_t count = recv(pair[1], text, 4, 0);
		CHECK(count == 4 || (count == -1 && errno == EINTR));
		interrupted += count < 0;
		got += count == 4;
		for (volatile int i = 0; which == ITIMER_PROF && i < 3000000; i++)
			;
	}
	while (which == ITIMER_PROF && caught == 0)
		;
	set_timer(which, 0);
	CHECK(pthread_join(thread, NULL) == 0);
	printf("storm %d %d: told %d, interrupted %d\n", which, flags != 0, caught > 0,
		which == ITIMER_REAL ? interrupted > 0 : flags && interrupted);
	close(pair[0]);
	close(pair[1]);
	atomic_fetch_add(sent, 40);
}

static void timers(void)
{
	storm(ITIMER_REAL, SIGALRM, SA_RESTART, 0);
	storm(ITIMER_REAL, SIGALRM, 0, 0);
	storm(ITIMER_PROF, SIGPROF, SA_RESTART, 0);
	storm(ITIMER_PROF, SIGPROF, 0, 0);
	caught = 0;
	storm(ITIMER_REAL, SIGALRM, 0, 1);
}

/* What no SA_RESTART restarts ends by a handled signal, once: signal(7). */
static void interrupted(void)
{
	const struct timespec long_time = {.tv_sec = 30};
	struct timespec left;
	int pair[2];
	struct timeval limit = {.tv_sec = 30};
	char byte;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
	handle(SIGALRM, SA_RESTART);
	struct itimerval once = {.it_value = {0, 30000}};
	struct pollfd poll_fd = {pair[0], POLLIN, 0};
	setitimer(ITIMER_REAL, &once, NULL);
	CHECK(poll(&poll_fd, 1, 30000) == -1 && errno == EINTR && caught == 1);
	setitimer(ITIMER_REAL, &once, NULL);
	CHECK(nanosleep(&long_time, &left) == -1 && errno == EINTR && caught == 2);
	CHECK(left.tv_sec < 30 && left.tv_sec > 20);
	setitimer(ITIMER_REAL, &once, NULL);
	CHECK(recv(pair[0], &byte, 1, 0) == -1 && errno == EINTR && caught == 3);
	setitimer(ITIMER_REAL, &once, NULL);
	CHECK(pause() == -1 && errno == EINTR && caught == 4);
}

int main(int argc, char **argv)
{
	static const struct part parts[] = {{"traps", traps}, {"stops", stops},
		{"stopped_by_child", stopped_by_child}, {"peeks", peeks}, {"unheard", unheard},
		{"orphans", orphans}, {"parents_death", parents_death}, {"taken", taken},
		{"timers", timers}, {"interrupted", interrupted}};

	return parts_run(argc > 1 ? argv[1] : NULL, parts, sizeof(parts) / sizeof(parts[0]));
}
