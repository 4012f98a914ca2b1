/* SPDX-License-Identifier: MIT */
/* What came of a check as JUnit's XML, which GitLab, Jenkins and others show: each rule is a test.
 */
#ifndef VIEWER_CHECK_JUNIT_H
#define VIEWER_CHECK_JUNIT_H

#include "viewer/check/check.h"
#include "viewer/term/text.h"

void check_junit(struct text *text, const struct checks *checks);

#endif
