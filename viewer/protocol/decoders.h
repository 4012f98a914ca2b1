/* SPDX-License-Identifier: MIT */
/* The decoders of streams. */
#ifndef VIEWER_PROTOCOL_DECODERS_H
#define VIEWER_PROTOCOL_DECODERS_H

#include <stddef.h>
#include <stdint.h>

#include "viewer/protocol/decoder.h"

extern const struct decoder http_decoder, http2_decoder, tls_decoder, ssh_decoder, redis_decoder,
	postgresql_decoder, dns_decoder;

#define TLS_HEADER 5 /* bytes, of a record */

/* How long the record of TLS is which begins with these bytes, if it may be an alert; else 0. An
 * encrypted one has only its length to know it by: RFC 8446, 5.2 and 6. */
uint64_t tls_alert_length(const unsigned char *bytes, size_t count);

#endif
