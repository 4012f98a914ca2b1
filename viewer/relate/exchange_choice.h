/* SPDX-License-Identifier: MIT */
/* The exchanges that are shown. */
#ifndef VIEWER_EXCHANGE_CHOICE_H
#define VIEWER_EXCHANGE_CHOICE_H

#include "viewer/model/selection.h"
#include "viewer/relate/exchange.h"

/* The numbers of those that fit through the filter: one of its ends does, it took that long, it
 * failed, it was there in that time, and calls of these names made it. In the order in which they
 * began; for the caller to free. */
uint32_t *exchanges_shown(
	const struct exchanges *exchanges, const struct selection *selection, size_t *count);

#endif
