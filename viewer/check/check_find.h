/* SPDX-License-Identifier: MIT */
/*
 * Whether a trace keeps to rules.
 *
 *	struct checks *checks = checks_new(selection, &rules, text->is_ascii);
 *	for (size_t i = 0; i < checks->count; i++)
 *		… checks->list[i].violations …
 *	checks_free(checks);
 */
#ifndef VIEWER_CHECK_FIND_H
#define VIEWER_CHECK_FIND_H

#include "viewer/check/check.h"
#include "viewer/model/selection.h"

/* Looks at what the selection shows of the trace, which is complete. The rules live as long. */
struct checks *checks_new(
	const struct selection *selection, const struct check_rules *rules, bool is_ascii);
void checks_free(struct checks *checks);

#endif
