/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_ioctl.h"

#include <net/if.h>
#include <string.h>

#include "tracer/decode/bytes.h"
#include "tracer/decode/decode_address.h"

static void interface(
	struct json_writer *w, const char *key, const struct ifreq *request, bool is_address)
{
	json_object_begin(w, key);
	json_text_n(w, "interface", request->ifr_name, strnlen(request->ifr_name, IFNAMSIZ));
	if (is_address)
		decode_address(w, "address", (const unsigned char *)&request->ifr_addr,
			sizeof(request->ifr_addr));
	json_object_end(w);
}

void decode_ioctl_argument(struct json_writer *w, const char *key, enum ioctl_kind kind,
	const unsigned char *bytes, size_t length)
{
	struct ifreq request = {0};
	int32_t number;

	if (kind == IOCTL_INTEGER && length >= sizeof(number)) {
		memcpy(&number, bytes, sizeof(number));
		json_number(w, key, number);
	} else if (kind != IOCTL_INTEGER && bytes_copy(bytes, length, &request, IOCTL_IFREQ_SIZE)) {
		interface(w, key, &request, kind == IOCTL_ADDRESS);
	} else {
		json_bytes(w, key, bytes, length, false);
	}
}
