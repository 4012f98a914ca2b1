/* SPDX-License-Identifier: MIT */
/* A tracee's descriptors, asked for while it is stopped: the truth that the model is checked
 * against, and learns inherited and passed sockets from. */
#ifndef TRACER_FDS_H
#define TRACER_FDS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The inode of the socket that the thread's descriptor stands for; 0 when it is no socket.
 * From /proc/TID/fd/FD, which reads socket:[INODE]: proc(5). */
uint64_t fds_socket_inode(pid_t tid, int fd);

/* True when the descriptor is open, which its file system is not asked for: it may be that of a
 * program that is stopped. */
bool fds_is_open(pid_t tid, int fd);

/* The inode of whatever file the descriptor stands for; 0 when it is none, or may not be looked at.
 */
uint64_t fds_inode(pid_t tid, int fd);

/* A descriptor of ours for the same file, for the caller to close; -1 when there is none to be had:
 * pidfd_getfd(2). */
int fds_copy(pid_t pid, pid_t tid, int fd);

/* Calls `found` for each descriptor of the thread that is a socket, in the order of numbers. */
void fds_each_socket(
	pid_t tid, void (*found)(void *context, int fd, uint64_t inode), void *context);

/* Calls `found` for each descriptor in the interest list of the epoll instance, with the events and
 * the data that it was added with. From /proc/TID/fdinfo/FD: proc(5). */
void fds_each_interest(pid_t tid, int epoll_fd,
	void (*found)(void *context, int fd, uint32_t events, uint64_t data), void *context);

/* True when one of the descriptors is such a file, as in "anon_inode:[io_uring]". */
bool fds_have_file(pid_t tid, const char *name);

/* Calls `found` for each socket that the process has mapped into its memory: /proc/TID/maps. */
void fds_each_mapped_socket(pid_t tid, void (*found)(void *context, uint64_t inode), void *context);

enum fds_order { FDS_SAME, FDS_OTHER, FDS_UNTOLD };

/* Whether both threads use the same descriptor table: kcmp(2), KCMP_FILES. FDS_UNTOLD where the
 * kernel does not tell, as where a seccomp filter forbids it. */
enum fds_order fds_compare_tables(pid_t a, pid_t b);

/* The same of two threads whose descriptors have the same numbers and stand for the same files, as
 * far as /proc/TID/fd says, so that both may use one table. 0: it has none. */
uint64_t fds_likeness(pid_t tid);

#endif
