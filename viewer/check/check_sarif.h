/* SPDX-License-Identifier: MIT */
/* What came of a check as SARIF 2.1.0, which GitHub, GitLab and editors show: each finding is a
 * result at its line of the trace. */
#ifndef VIEWER_CHECK_SARIF_H
#define VIEWER_CHECK_SARIF_H

#include "viewer/check/check.h"
#include "viewer/term/text.h"

void check_sarif(struct text *text, const struct checks *checks);

#endif
