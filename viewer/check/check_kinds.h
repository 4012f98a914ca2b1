/* SPDX-License-Identifier: MIT */
/* What looks whether a rule of each kind is kept, in the files of what they look at. */
#ifndef VIEWER_CHECK_KINDS_H
#define VIEWER_CHECK_KINDS_H

#include "viewer/check/check_search.h"
#include "viewer/hints/hint.h"

/* check_connect.c: whom programs ask for a connection, or send datagrams to unasked. */
void check_find_connects(struct check_search *search);
void check_find_failed_connects(struct check_search *search);

/* check_listen.c: where they let others come to. */
void check_find_listens(struct check_search *search);

/* check_exchange.c */
void check_find_exchanges(struct check_search *search);

/* check_count.c: how many there are of what, and what is left. */
void check_find_connections(struct check_search *search);
void check_find_open(struct check_search *search);
void check_find_unclosed(struct check_search *search);

#endif
