/* SPDX-License-Identifier: MIT */
#include "tracer/ptrace/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

/* The one state that a signal handler can reach. */
static struct {
	volatile sig_atomic_t program; /* 0: gone */
	volatile sig_atomic_t kept;
	volatile sig_atomic_t count;
	volatile sig_atomic_t is_hung_up;
} state;

static const int passed_on[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP};
static const int ignored[] = {SIGPIPE, SIGXFSZ, SIGTTOU, SIGTTIN};

static void hang_up(pid_t pid)
{
	kill(pid, SIGHUP);
	kill(pid, SIGCONT);
}

/* When a terminal hangs up the kernel sends SIGHUP to the leader of its session only, which is
 * socktrace where the program would be: tty_signal_session_leader in drivers/tty/tty_jobctrl.c. */
static bool is_hangup(int signal, const siginfo_t *info)
{
	return signal == SIGHUP && info->si_code > 0 && getsid(0) == getpid();
}

/* si_code is positive when the kernel made the signal, as the terminal does: sigaction(2). */
static void pass_on(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (state.program != 0) {
		if (info->si_code <= 0)
			kill(state.program, signal);
		if (is_hangup(signal, info)) {
			state.is_hung_up = 1;
			hang_up(state.program);
		}
		return;
	}
	/* A signal that comes just before a wait begins does not interrupt it; the alarm will. */
	alarm(1);
	if (signal == SIGALRM && info->si_code > 0)
		return;
	state.kept = signal;
	state.count++;
}

void signals_install(pid_t program)
{
	state.program = program;
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++) {
		/* Without SA_RESTART, so that the signal ends a wait. */
		struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO};
		sigaction(passed_on[i], &action, NULL);
	}
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
}

void signals_install_attached(void)
{
	signals_install(0);
	/* Ctrl-Z at socktrace's terminal is not for the processes that it has attached to. */
	signal(SIGTSTP, SIG_IGN);
}

/* When the leader ends, the kernel sends SIGHUP to the foreground group: disassociate_ctty, as
 * above. */
static void hang_up_group(void)
{
	struct sigaction ours;

	sigaction(SIGHUP, NULL, &ours);
	signal(SIGHUP, SIG_IGN);
	hang_up(0);
	sigaction(SIGHUP, &ours, NULL);
}

void signals_program_ended(void)
{
	state.program = 0;
	if (state.is_hung_up)
		hang_up_group();
	state.is_hung_up = 0;
}

int signals_take(void)
{
	int signal = state.kept;

	if (signal)
		alarm(0);
	state.kept = 0;
	return signal;
}

int signals_count(void)
{
	return state.count;
}

void signals_stop_by(int signal_number)
{
	struct sigaction ours;

	sigaction(signal_number, NULL, &ours);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
	if (signal_number != SIGSTOP)
		sigaction(signal_number, &ours, NULL);
}

void signals_die_of(int signal_number)
{
	sigset_t set;

	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	signal(signal_number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signal_number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal_number);
}
