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

/* Calls `found` for each descriptor of the thread that is a socket, in the order of numbers. */
void fds_each_socket(
	pid_t tid, void (*found)(void *context, int fd, uint64_t inode), void *context);

/* Calls `found` for each descriptor in the interest list of the epoll instance, with the events and
 * the data that it was added with. From /proc/TID/fdinfo/FD: proc(5). */
void fds_each_interest(pid_t tid, int epoll_fd,
	void (*found)(void *context, int fd, uint32_t events, uint64_t data), void *context);

/* True when both threads use the same descriptor table: kcmp(2), KCMP_FILES. Where the kernel
 * does not tell, `otherwise`. */
bool fds_are_shared(pid_t a, pid_t b, bool otherwise);

#endif
