/* SPDX-License-Identifier: MIT */
/* Which line of its file the call of each finding is. */
#ifndef VIEWER_CHECK_LINE_H
#define VIEWER_CHECK_LINE_H

#include "viewer/check/check.h"

/* Reads what is before them once more. */
void check_lines_find(struct checks *checks);

#endif
