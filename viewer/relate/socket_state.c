/* SPDX-License-Identifier: MIT */
#include "viewer/relate/socket_state.h"

#include <string.h>

#include "viewer/model/details.h"
#include "viewer/relate/state.h"

static void set_address(
	const struct socket_state *state, char into[ADDRESS_SIZE], const struct value *address)
{
	if (value_is_object(address) && state->is_narrow)
		address_short(into, address, state->trace->has_several_loopbacks);
	else if (value_is_object(address))
		address_text(into, address);
}

static void learn_addresses(
	struct socket_state *state, const struct call *call, const struct record_call *details)
{
	const struct value *address = value_member(details->args, "address");
	bool is_done = !call->error && !call_is(call, CALL_UNFINISHED);

	if (call->effect == EFFECT_BIND && is_done)
		set_address(state, state->local, address);
	if (call_is(call, CALL_UNDOES) && is_done)
		state->peer[0] = '\0';
	else if (call->effect == EFFECT_CONNECT && !call_is(call, CALL_FAILED))
		set_address(state, state->peer, address);
	/* An accept says these of the new socket. */
	if (call->effect != EFFECT_ACCEPT) {
		set_address(state, state->local, details->local);
		set_address(state, state->peer, details->peer);
	}
}

/* The first descriptor is the socket's beginning; those that come later are told nothing new. */
static void learn_begin(struct socket_state *state, const struct descriptor *first)
{
	const struct found_socket *found = first->socket->found;
	const struct call *maker = descriptor_maker(state->trace, first);

	state->is_known = true;
	state->state = state_first(state->trace, first->socket);
	if (maker && maker->effect == EFFECT_ACCEPT) {
		const struct record_call *details = call_details(state->trace, maker);
		set_address(state, state->local, details->local);
		set_address(state, state->peer,
			details->peer ? details->peer : value_member(details->args, "address"));
	} else if (first->socket->left_out != STATE_NEW) {
		set_address(state, state->local, first->socket->local);
		set_address(state, state->peer, first->socket->peer);
	} else if (found) {
		set_address(state, state->local, found->local);
		set_address(state, state->peer, found->peer);
	}
}

/* Between its last close and the next beginning a socket may be on its way, in a message: unix(7),
 * SCM_RIGHTS. */
void socket_state_learn(struct socket_state *state, const struct life_event *event, bool is_last)
{
	if (!state->is_known)
		learn_begin(state, event->descriptor);
	if (event->call && event->kind != LIFE_BEGIN) {
		state->state = state_after(
			state->trace, state->state, (uint32_t)(event->call - state->trace->calls));
		/* A transfer tells the address that the socket has got by it. */
		if (!effect_transfers((enum effect)event->call->effect) || !*state->local)
			learn_addresses(
				state, event->call, call_details(state->trace, event->call));
	}
	if (event->open == 0 && is_last && event->kind != LIFE_BEGIN)
		state->state = STATE_GIVEN_BACK;
}
