/* SPDX-License-Identifier: MIT */
/* What came of a check, for people: what is kept, what is violated and where, and the verdict last,
 * where a log of CI ends. */
#ifndef VIEWER_CHECK_REPORT_H
#define VIEWER_CHECK_REPORT_H

#include "viewer/check/check.h"
#include "viewer/term/text.h"
#include "viewer/wording/instant.h"

/* `is_full`: each finding, however many there are. */
void check_report(
	struct text *text, const struct checks *checks, enum time_mode time, bool is_full);

#endif
