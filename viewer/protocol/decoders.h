/* SPDX-License-Identifier: MIT */
/* The decoders of streams. */
#ifndef VIEWER_PROTOCOL_DECODERS_H
#define VIEWER_PROTOCOL_DECODERS_H

#include "viewer/protocol/decoder.h"

extern const struct decoder http_decoder, http2_decoder, tls_decoder, ssh_decoder, redis_decoder,
	postgresql_decoder, dns_decoder;

#endif
