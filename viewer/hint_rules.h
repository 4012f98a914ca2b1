/* The functions of the table in hint.c, in the files of what they look at. Each says above it what
 * is wrong, and why it is sure. */
#ifndef VIEWER_HINT_RULES_H
#define VIEWER_HINT_RULES_H

#include "viewer/hint_search.h"

/* hint_transfer.c */
void hint_find_single_bytes(struct hint_search *search, const struct socket *socket);

/* hint_wait.c */
void hint_find_busy_loop(struct hint_search *search);

#endif
