/* SPDX-License-Identifier: MIT */
/*
 * What the kernel knows of a tracee's descriptors, asked for while it is stopped: the truth that
 * the model of descriptors.c is checked against and learns inherited and passed sockets from.
 */
#ifndef TRACER_KERNEL_H
#define TRACER_KERNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* The inode of the socket that the thread's descriptor stands for; 0 when it is no socket.
 * From /proc/TID/fd/FD, which reads socket:[INODE]: proc(5). */
uint64_t kernel_socket_inode(pid_t tid, int fd);

/* Calls `found` for each descriptor of the thread that is a socket, in the order of numbers. */
void kernel_each_socket(
	pid_t tid, void (*found)(void *context, int fd, uint64_t inode), void *context);

struct kernel_socket {
	int family, type, protocol; /* -1: not known */
	int state; /* TCP_ESTABLISHED or so, also of other streams; -1: it has none */
	struct sockaddr_storage local, peer;
	socklen_t local_length, peer_length; /* 0: none */
};

/* Asks a copy of the descriptor, which is closed again at once: pidfd_getfd(2). False, and all
 * unknown, when the kernel does not hand one out. */
bool kernel_socket(pid_t pid, pid_t tid, int fd, struct kernel_socket *socket);

/* Calls `found` for each descriptor in the interest list of the epoll instance, with the events and
 * the data that it was added with. From /proc/TID/fdinfo/FD: proc(5). */
void kernel_each_interest(pid_t tid, int epoll_fd,
	void (*found)(void *context, int fd, uint32_t events, uint64_t data), void *context);

/* Calls `found` for each mapping of an io_uring instance: where it is, and its offset, one of
 * IORING_OFF_…. From /proc/TID/maps: proc(5). */
void kernel_each_uring_mapping(
	pid_t tid, void (*found)(void *context, uint64_t address, uint64_t offset), void *context);

/* True when both threads use the same descriptor table: kcmp(2), KCMP_FILES. Where the kernel
 * does not tell, `otherwise`. */
bool kernel_shares_files(pid_t a, pid_t b, bool otherwise);

/* Nanoseconds that the thread has been kept waiting for a processor: /proc/TID/schedstat, in
 * Documentation/scheduler/sched-stats.rst. 0 where there is none. */
uint64_t kernel_delay_ns(pid_t tid);

/* True when /proc is there, and is of the PID namespace that we are in: proc(5). */
bool kernel_has_proc(void);

/* True when the thread has another number where it is than where we are: NSpid in /proc/TID/status,
 * pid_namespaces(7). */
bool kernel_is_nested(pid_t tid);

/* kernel.yama.ptrace_scope, or 0 where there is no Yama: Documentation/admin-guide/LSM/Yama.rst */
int kernel_ptrace_scope(void);

/* The option hidepid of the mount of /proc, as it is written there; empty when it has none:
 * proc(5). */
void kernel_hidepid(char *value, size_t size);

/* True when we have CAP_SYS_PTRACE, in our user namespace. */
bool kernel_can_trace(void);

/* True when our user namespace is not the machine's: user_namespaces(7). */
bool kernel_is_in_user_namespace(void);

/* True of a thread of the kernel's: PF_KTHREAD in linux/sched.h, the flags of /proc/PID/stat. */
bool kernel_is_kernel_thread(pid_t pid);

/* True when the thread's process has a handler for the signal: SigCgt in /proc/TID/status. */
bool kernel_catches(pid_t tid, int signal);

/* True when the thread belongs to the process. */
bool kernel_is_thread_of(pid_t tid, pid_t pid);

/* True when the thread is gone or a zombie. */
bool kernel_has_ended(pid_t tid);

/* True when the thread is in a sleep that no signal ends. */
bool kernel_is_uninterruptible(pid_t tid);

/* The number after `field` in /proc/TID/status, or -1: "Tgid", "PPid" …. */
long kernel_status(pid_t tid, const char *field);

/* The program's name: /proc/TID/comm, which is made whole from /proc/TID/exe where the kernel cut
 * it short. Cut to `size`. */
void kernel_program(pid_t tid, char *name, size_t size);

/* The command (/proc/TID/cmdline), its words ended by NUL each; its length, at most `size`. */
size_t kernel_command(pid_t tid, char *words, size_t size);

/* True when the program that the thread runs is for an ABI that abi.c does not know, such as x32.
 * From the head of /proc/TID/exe: elf(5). */
bool kernel_is_foreign(pid_t tid);

/* True when we may not look into the process of the thread, though we trace it: its program may be
 * executed, but not be read. PR_SET_DUMPABLE, prctl(2). */
bool kernel_is_hidden(pid_t tid);

/* True when the program that the thread runs would change its user or group at exec. */
bool kernel_is_set_id(pid_t tid);

#endif
