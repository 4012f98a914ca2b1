/* Lines of any bytes, read in both ways: what is only scanned is what reading it gives. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct record scanned, read;
	/* The library refuses half of a surrogate pair, which RFC 8259 leaves open. */
	bool has_surrogate = memmem(bytes, size, "\\ud", 3) || memmem(bytes, size, "\\uD", 3);
	bool is_scanned = record_scan_call(&scanned, (const char *)bytes, size);
	const char *problem = record_read(&read, (const char *)bytes, size);

	if (is_scanned && problem && !has_surrogate)
		abort();
	if (is_scanned && !problem)
		expect_same(&scanned, &read);
	if (is_scanned)
		record_release(&scanned);
	if (!problem)
		record_release(&read);
	return 0;
}
