/* SPDX-License-Identifier: MIT */
/* Lines of any bytes, read in both ways: what is only scanned is what reading it gives. And values
 * of any shape can be walked through. */
#include <stdlib.h>
#include <string.h>

#include "format/record.h"
#include "tests/fuzz/target.h"

static void expect_same(const struct record *scanned, const struct record *read)
{
	const struct record_call *a = &scanned->call, *b = &read->call;

	if (read->type != RECORD_CALL || scanned->time_ns != read->time_ns || a->seq != b->seq ||
		a->pid != b->pid || a->tid != b->tid || a->effect != b->effect ||
		a->result != b->result || a->bytes != b->bytes || a->fd != b->fd ||
		a->is_unfinished != b->is_unfinished || strcmp(a->name, b->name) != 0 ||
		!a->error != !b->error || (a->error && strcmp(a->error, b->error) != 0) ||
		a->waited_count != b->waited_count)
		abort();
}

static void walk(const struct value *value)
{
	const struct value *member;
	const char *key;
	int64_t integer = 0;
	size_t length = 0;

	if (value_text(value, &length) && value_integer(value, &integer))
		abort();
	for (size_t i = 0; i < value_count(value); i++)
		walk(value_element(value, i));
	for (size_t i = 0; value_at(value, i, &key, &member); i++) {
		if (value_member(value, key) != member)
			abort();
		walk(member);
	}
}

static void walk_values(const struct record_call *call)
{
	walk(call->args);
	walk(call->local);
	walk(call->peer);
	walk(call->data);
	walk(call->messages);
	walk(call->waits);
}

static void read_both(const char *line, size_t length)
{
	struct record scanned, read;
	/* The library refuses half of a surrogate pair, and a NUL in a name, which RFC 8259 leaves
	 * open. */
	bool is_open = memmem(line, length, "\\ud", 3) || memmem(line, length, "\\uD", 3) ||
		       memmem(line, length, "\\u0000", 6);
	bool is_scanned = record_scan_call(&scanned, line, length);
	const char *problem = record_read(&read, line, length);

	if (is_scanned && problem && !is_open)
		abort();
	if (is_scanned && !problem)
		expect_same(&scanned, &read);
	if (is_scanned)
		record_release(&scanned);
	if (!problem && read.type == RECORD_CALL)
		walk_values(&read.call);
	if (!problem)
		record_release(&read);
}

const char *target_name(size_t target)
{
	return target == 0 ? "record" : NULL;
}

void target_run(size_t target, struct input *input)
{
	(void)target;
	read_both((const char *)input->bytes, input->size);
}
