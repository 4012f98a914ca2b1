/* SPDX-License-Identifier: MIT */
/* What a call moved, as people see it: a trace has it as text or as hexadecimal digits, whichever
 * is shorter, which says nothing of what can be read. */
#ifndef VIEWER_READABLE_H
#define VIEWER_READABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "format/record.h"

struct readable {
	const char *words; /* valid UTF-8 where it is text, else digits; good as long as the call */
	size_t length;
	bool is_text;
	bool is_cut; /* the trace has no more of it */
	char *copy;  /* owned: what words may point to */
};

/* Of a call, of several messages the first one's: as text when it is one, and half of it or more
 * can be read. False when there is nothing to be seen. Free it with readable_free. */
bool readable_payload(struct readable *readable, const struct record_call *call);
void readable_free(struct readable *readable);

/* What readable_payload would answer. */
bool readable_is_there(const struct record_call *call);

#endif
