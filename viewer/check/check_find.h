/* SPDX-License-Identifier: MIT */
/*
 * Whether a trace keeps to rules.
 *
 *	struct checks *checks = checks_new(selection, &rules, text);
 *	for (size_t i = 0; i < checks->count; i++)
 *		… checks->list[i].violations …
 *	checks_free(checks);
 */
#ifndef VIEWER_CHECK_FIND_H
#define VIEWER_CHECK_FIND_H

#include "viewer/check/check.h"
#include "viewer/model/selection.h"
#include "viewer/term/text.h"

/* Looks at what the selection shows of the trace, which is complete. The rules live as long. What
 * is found is said in the words of the text, which is not written to. */
struct checks *checks_new(const struct selection *selection, const struct check_rules *rules,
	const struct text *text);
void checks_free(struct checks *checks);

#endif
