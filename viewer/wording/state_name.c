/* SPDX-License-Identifier: MIT */
#include "viewer/wording/state_name.h"

#include <string.h>

#include "viewer/wording/names.h"

const char *state_name(const struct present_socket *present)
{
	return name_state(present->socket, present->state);
}

/* The names are those of RFC 9293; a socket that has none has the kernel's TCP_CLOSE. FIN-WAIT is
 * one of two: which, the acknowledgement decides, which no call tells. */
const char *state_kernel_name(const struct present_socket *present)
{
	static const char *const names[] = {
		[STATE_NEW] = "CLOSED",
		[STATE_BOUND] = "CLOSED",
		[STATE_LISTENING] = "LISTEN",
		[STATE_CONNECTING] = "SYN-SENT",
		[STATE_CONNECTED] = "ESTABLISHED",
		[STATE_SHUT_DOWN] = "FIN-WAIT",
		[STATE_PEER_ENDED] = "CLOSE-WAIT",
		[STATE_RESET] = "CLOSED",
		[STATE_TIMED_OUT] = "CLOSED",
		[STATE_UNCONNECTED] = "CLOSED",
		[STATE_DISCONNECTED] = "CLOSED",
		[STATE_GIVEN_BACK] = "",
	};

	if (strcmp(name_kind(present->known.trace, present->socket), "TCP") != 0)
		return "";
	/* A connect that does not block may have made its connection already. */
	if (present->state == STATE_CONNECTING && !present->is_in_connect)
		return "";
	if (present->state == STATE_SHUT_DOWN && present->is_peer_gone)
		return "";
	if (present->state == STATE_SHUT_DOWN && !present->is_cut)
		return "ESTABLISHED";
	/* Whether one outside of the trace has closed by then nobody can see. */
	if (present->state == STATE_SHUT_DOWN && !present->socket->other_end)
		return "";
	/* The peer has closed: whether it reset the connection is not known yet. */
	if (present->state == STATE_CONNECTED && present->is_peer_gone)
		return "";
	return names[present->state];
}
