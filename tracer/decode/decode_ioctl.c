/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_ioctl.h"

#include <string.h>

#include "tracer/decode/bytes.h"
#include "tracer/decode/decode_struct.h"

static bool integer(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length)
{
	int32_t number;

	if (!bytes_copy(bytes, length, &number, sizeof(number)))
		return false;
	json_number(w, key, number);
	return true;
}

/* How long the list is or could be, and as much of it as was written. */
static bool interfaces(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length)
{
	int32_t size;

	if (!bytes_copy(bytes, length, &size, sizeof(size)))
		return false;
	json_object_begin(w, key);
	json_number(w, "length", size);
	if (length > sizeof(size)) {
		json_array_begin(w, "interfaces");
		for (size_t at = sizeof(size); length - at >= IOCTL_INTERFACE_SIZE;
			at += IOCTL_INTERFACE_SIZE)
			decode_struct(w, NULL, &structure_interface_address, bytes + at,
				IOCTL_INTERFACE_SIZE);
		json_array_end(w);
	}
	json_object_end(w);
	return true;
}

void decode_ioctl_argument(struct json_writer *w, const char *key,
	const struct ioctl_request *request, bool has_failed, const unsigned char *bytes,
	size_t length)
{
	bool is_decoded = false;

	if (request->kind == IOCTL_ANSWER && has_failed)
		return;
	if (request->kind == IOCTL_INTEGER || request->kind == IOCTL_ANSWER)
		is_decoded = integer(w, key, bytes, length);
	else if (request->kind == IOCTL_STRUCT)
		is_decoded = decode_struct(
			w, key, has_failed ? request->given : request->structure, bytes, length);
	else if (request->kind == IOCTL_INTERFACES)
		is_decoded = interfaces(w, key, bytes, length);
	if (!is_decoded)
		json_bytes(w, key, bytes, length, false);
}
