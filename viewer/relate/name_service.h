/* SPDX-License-Identifier: MIT */
/* Sockets on which a program asked for a name service that is not there, and did nothing else. */
#ifndef VIEWER_NAME_SERVICE_H
#define VIEWER_NAME_SERVICE_H

#include "viewer/model/selection.h"

/* The descriptor stands for such a socket, and goes without being shown: unless all is to be shown,
 * or sockets were chosen. */
bool name_service_is_hidden(
	const struct selection *selection, const struct descriptor *descriptor, bool is_full);

/* Such sockets of a selection. */
struct name_services {
	size_t connects;
	const struct value *address; /* of the first; NULL: there is none */
};

void name_services_add(struct name_services *services, const struct descriptor *descriptor);

#endif
