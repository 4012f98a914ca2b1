/* SPDX-License-Identifier: MIT */
/*
 * Has a site jump to the recorder, and makes it what it was. The two bytes of the site are one
 * store, of which other threads that run there see all or nothing; they need not stop.
 */
#ifndef TRACER_PATCHER_H
#define TRACER_PATCHER_H

#include <stdbool.h>

#include "tracer/filter/injection.h"
#include "tracer/recorder/hot.h"

/* Plans and carries out; the site then is patched, or refused. `is_alone`: no other thread has the
 * memory. False when the injection is over. */
bool patcher_patch(
	struct injection *injection, struct hot_space *space, struct hot_site *site, bool is_alone);

/* Makes all sites what they were, at once. A thread that runs into one meanwhile traps there: it is
 * to go on at the site. */
void patcher_withdraw(pid_t tid, struct hot_space *space);

#endif
