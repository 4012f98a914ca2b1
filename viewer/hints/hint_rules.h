/* SPDX-License-Identifier: MIT */
/* The table of rules, and its functions, in the files of what they look at. Each says above it what
 * is wrong, and why it is sure. */
#ifndef VIEWER_HINT_RULES_H
#define VIEWER_HINT_RULES_H

#include "viewer/hints/hint_search.h"

extern const struct hint_rule hint_rules[];

/* There are no more, so that each is a bit. */
#define HINT_RULES 64

/* The word for the weight at `index`, NULL after the last one. */
const char *hint_weight_word(size_t index);

/* hint_bind.c */
void hint_find_address_in_use(struct hint_search *search);

/* hint_backlog.c */
void hint_find_backlog(struct hint_search *search);

/* hint_ports.c */
void hint_find_ports_exhausted(struct hint_search *search);

/* hint_address.c */
void hint_find_wrong_address(struct hint_search *search);

/* hint_unix.c */
void hint_find_unix_path(struct hint_search *search);

/* hint_accept.c */
void hint_find_uneven(struct hint_search *search, const struct socket *socket);

/* hint_churn.c */
void hint_find_churn(struct hint_search *search);

/* hint_shared.c */
void hint_find_shared(struct hint_search *search, const struct socket *socket);

/* hint_close.c */
void hint_find_double_close(struct hint_search *search);

/* hint_connect.c */
void hint_find_fallback(struct hint_search *search);
/* The process went on from that attempt to another address of what is the same service. */
bool hint_tries_another_address(const struct hint_search *search, const struct attempt *attempt);
void hint_find_unchecked_connect(struct hint_search *search, const struct socket *socket);

/* hint_names.c */
void hint_find_failed_names(struct hint_search *search);
void hint_find_names(struct hint_search *search);

/* hint_tcp.c */
void hint_find_retransmitted(struct hint_search *search, const struct socket *socket);
void hint_find_window_full(struct hint_search *search, const struct socket *socket);

/* hint_transfer.c */
void hint_find_nagle(struct hint_search *search);
void hint_find_single_bytes(struct hint_search *search, const struct socket *socket);

/* hint_datagram.c */
void hint_find_refused_datagram(struct hint_search *search, const struct socket *socket);
void hint_find_truncated(struct hint_search *search);

/* hint_busy.c */
void hint_find_busy_loop(struct hint_search *search);

/* hint_limit.c */
void hint_find_own_timeout(struct hint_search *search, const struct socket *socket);

/* hint_answer.c */
/* What was asked last, and has no answer, is in a protocol that has answers. */
bool hint_has_known_question(const struct hint_search *search, const struct socket *socket);
void hint_find_no_answer(struct hint_search *search, const struct socket *socket);
void hint_find_stale(struct hint_search *search, const struct socket *socket);
void hint_find_both_sending(struct hint_search *search, const struct socket *socket);

/* hint_wait.c */
void hint_find_long_wait(struct hint_search *search);

/* hint_edge.c */
void hint_find_edge_triggered(struct hint_search *search);

/* hint_end.c */
void hint_find_partial_send(struct hint_search *search, const struct socket *socket);
void hint_find_broken_pipe(struct hint_search *search, const struct socket *socket);
void hint_find_unread_close(struct hint_search *search, const struct socket *socket);
void hint_find_bytes_unread(struct hint_search *search, const struct socket *socket);

/* hint_stuck.c */
void hint_find_mutual_wait(struct hint_search *search);
void hint_find_held_open(struct hint_search *search, const struct socket *socket);

/* hint_close_wait.c */
void hint_find_close_wait(struct hint_search *search);

/* hint_descriptor.c */
void hint_find_leak(struct hint_search *search);
void hint_find_growth(struct hint_search *search);

/* hint_share.c */
void hint_find_inherited(struct hint_search *search, const struct socket *socket);
void hint_find_epoll_left(struct hint_search *search, const struct socket *socket);

/* hint_misuse.c */
void hint_find_byte_order(struct hint_search *search);
void hint_find_never_connected(struct hint_search *search);
void hint_find_not_listening(struct hint_search *search);
void hint_find_short_address(struct hint_search *search);
void hint_find_unbound_receive(struct hint_search *search, const struct socket *socket);
void hint_find_use_after_close(struct hint_search *search);
void hint_find_wrong_socket(struct hint_search *search);

#endif
