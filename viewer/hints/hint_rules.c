/* SPDX-License-Identifier: MIT */
#include "viewer/hints/hint_rules.h"

const struct hint_rule hint_rules[] = {
	{"growth", HINT_BREAKS, "ever more sockets are open",
		"Close each when it is done with: the limit, RLIMIT_NOFILE, is reached sooner or "
		"later.",
		.of_trace = hint_find_growth},
	{"leak", HINT_WASTES, "sockets that are of no use any more are not closed",
		"Close a socket when its peer has closed (a receive of 0 bytes), its connect "
		"failed, or nobody needs it.",
		.of_process = hint_find_leak},
	{"partial-send", HINT_BREAKS, "the rest of a send was never sent",
		"A send may take less than it is given: send the rest in a loop until all is sent.",
		.of_socket = hint_find_partial_send},
	{"unread-close", HINT_BREAKS, "a close with unread data reset the connection",
		"Call shutdown(SHUT_WR), read until the end of the stream, then close; unless the "
		"rest is not wanted, and the peer may know it.",
		.of_socket = hint_find_unread_close},
	{"truncated", HINT_BREAKS, "a datagram was longer than the buffer, and its end is lost",
		"Give room for the longest datagram; ask for the real length with MSG_TRUNC.",
		.of_trace = hint_find_truncated},
	{"broken-pipe", HINT_BREAKS, "a send found no connection any more",
		"Look for the end of the stream before; ignore SIGPIPE or send with MSG_NOSIGNAL, "
		"and take EPIPE as the end.",
		.of_socket = hint_find_broken_pipe},
	{"address-in-use", HINT_BREAKS, "a port was in use, and SO_REUSEADDR not set",
		"Set SO_REUSEADDR before bind, in every run: then connections in TIME_WAIT do not "
		"hold the port. (A program that listens there does: ss -tlnp names it.)",
		.of_trace = hint_find_address_in_use},
	{"unchecked-connect", HINT_BREAKS, "nobody asked how a connect ended",
		"When the socket is ready, ask for SO_ERROR: select says \"ready\" of a failed "
		"connect, too.",
		.of_socket = hint_find_unchecked_connect},
	{"epoll-left", HINT_BREAKS, "epoll goes on watching a socket that was closed",
		"Take it out with EPOLL_CTL_DEL before close: epoll forgets a socket when its "
		"last descriptor is closed, in whatever process.",
		.of_socket = hint_find_epoll_left},
	{"backlog", HINT_DELAYS, "connects wait because the queue of the server is full",
		"Listen with a larger backlog (SOMAXCONN), and accept sooner.",
		.of_trace = hint_find_backlog},
	{"nagle", HINT_DELAYS, "small sends wait for the peer's delayed acknowledgement",
		"Send both parts with one call (writev, sendmsg, MSG_MORE), or set TCP_NODELAY.",
		.of_trace = hint_find_nagle},
	{"slow-fallback", HINT_DELAYS, "an address that does not work was tried first",
		"Try addresses at the same time (RFC 8305), or put the one that answers first.",
		.of_trace = hint_find_fallback},
	{"slow-names", HINT_DELAYS, "looking up names took long",
		"Look at /etc/resolv.conf: does the first server answer? Keep what was looked up.",
		.of_trace = hint_find_names},
	{"long-wait", HINT_DELAYS, "one call took most of the time",
		"See what the peer does meanwhile; set a limit (SO_RCVTIMEO, for a connect "
		"SO_SNDTIMEO, or poll), or do other things while waiting.",
		.of_trace = hint_find_long_wait},
	{"busy-loop", HINT_WASTES, "a call that says \"not yet\" is made again and again",
		"Wait with poll or epoll until the socket is ready, or let it block.",
		.of_trace = hint_find_busy_loop},
	{"single-bytes", HINT_WASTES, "bytes move one by one, each with a system call",
		"Read into a buffer and take bytes from there; collect what is to be sent.",
		.of_socket = hint_find_single_bytes},
	{"inherited", HINT_WASTES, "a child that does not know of a socket keeps it open",
		"Make it with SOCK_CLOEXEC (accept4, too): then exec closes it.",
		.of_socket = hint_find_inherited},
	{"fallback", HINT_TELLS, "an address did not work, the next one did",
		"Nothing, if it is rare; else name the one that answers, or let the server listen "
		"at both.",
		.of_trace = hint_find_fallback},
	{"names", HINT_TELLS, "name servers were asked",
		"Nothing, if they answer, and fast; each program asks anew, unless a cache on this "
		"machine answers.",
		.of_trace = hint_find_names},
	{NULL},
};
