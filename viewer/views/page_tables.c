/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/relate/causal_order.h"
#include "viewer/relate/connection.h"
#include "viewer/relate/link.h"
#include "viewer/views/page_parts.h"
#include "viewer/views/story.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/glyph.h"
#include "viewer/wording/names.h"

/* Of a name in a trace so much is shown. */
#define NAME_LIMIT 200

static void tell_styles(struct page_data *d)
{
	struct json_writer *w = &d->output->writer;

	json_array_begin(w, "styles");
	for (int i = 0; i < STYLE_COUNT; i++)
		json_text(w, NULL, palette_row((enum style)i)->name);
	json_array_end(w);
	json_array_begin(w, "glyphs");
	for (int i = 0; i < GLYPH_COUNT; i++)
		glyph_tell(w, (enum glyph)i, page_language(d));
	json_array_end(w);
	json_array_begin(w, "legend");
	for (int i = 0; glyph_legend[i] != GLYPH_NONE; i++)
		json_number(w, NULL, glyph_legend[i]);
	json_array_end(w);
}

static void tell_effects(struct page_data *d)
{
	struct json_writer *w = &d->output->writer;

	json_array_begin(w, "effects");
	for (int i = 0; i < EFFECT_COUNT; i++) {
		json_object_begin(w, NULL);
		json_text(w, "name", effect_name((enum effect)i));
		json_text(w, "words", page_words(d, effect_name((enum effect)i)));
		json_text(w, "style", palette_row(describe_style((enum effect)i))->name);
		json_bool(w, "cause", causal_order_is_cause((enum effect)i));
		json_bool(w, "waits", call_can_wait((enum effect)i));
		json_object_end(w);
	}
	json_array_end(w);
}

static void tell_link_kinds(struct page_data *d)
{
	/* What a call that it leads from, and one that it leads to, say of the other. */
	static const struct {
		const char *from, *to, *nobody;
		enum style style;
	} kinds[] = {
		[LINK_DATA] = {"received by", "sent by", NULL, STYLE_SEND},
		[LINK_CONNECT] = {"accepted by", "connected by", NULL, STYLE_ESTABLISH},
		[LINK_CLOSE] = {"seen by", "closed by", NULL, STYLE_RELEASE},
		[LINK_FAILED] = {"failed at", "failed by", NULL, STYLE_ERROR},
		[LINK_LOST] = {"lost", "lost", "no call of the trace received it", STYLE_ERROR},
		[LINK_ASKED] = {"result learned by", "tells the result of",
			"nobody learned how it ended", STYLE_ESTABLISH},
	};
	struct json_writer *w = &d->output->writer;

	json_array_begin(w, "link_kinds");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		json_object_begin(w, NULL);
		json_text(w, "name", name_link((enum link_kind)i));
		json_text(w, "style", palette_row(kinds[i].style)->name);
		json_text(w, "from", page_words(d, kinds[i].from));
		json_text(w, "to", page_words(d, kinds[i].to));
		json_text(w, "nobody",
			page_words(d, kinds[i].nobody ? kinds[i].nobody : "nobody in the trace"));
		json_object_end(w);
	}
	json_array_end(w);
}

static const char *const lane_phases[PAGE_PHASE_COUNT] = {
	[PAGE_PHASE_GOES_ON] = "goes_on",
	[PHASE_ESTABLISHMENT] = "establishment",
	[PHASE_TRANSFER] = "transfer",
	[PHASE_RELEASE] = "release",
	[PAGE_PHASE_NONE] = "none",
};

/* The names of the phases of sockets that are alike, by page_phase_of. */
struct phase_names {
	const char *names[PAGE_PHASE_COUNT];
};

#define MOST_PHASE_NAMES 8

static size_t phases_of(const struct page_data *d, const struct socket *socket,
	struct phase_names *lists, size_t *count)
{
	struct phase_names own = {{[PAGE_PHASE_GOES_ON] = "",
		[PHASE_ESTABLISHMENT] = page_words(d, name_phase(socket, PHASE_ESTABLISHMENT)),
		[PHASE_TRANSFER] = page_words(d, name_phase(socket, PHASE_TRANSFER)),
		[PHASE_RELEASE] = page_words(d, name_phase(socket, PHASE_RELEASE)),
		[PAGE_PHASE_NONE] = page_words(d, name_phase(socket, PHASE_NONE))}};
	size_t at = 0;

	while (at < *count && memcmp(&lists[at], &own, sizeof(own)) != 0)
		at++;
	if (at == *count && *count < MOST_PHASE_NAMES)
		lists[(*count)++] = own;
	return at;
}

static void add_address(struct page_data *d, const char *key, const struct value *value)
{
	char words[ADDRESS_SIZE];

	address_text(words, value);
	json_text(&d->output->writer, key, words);
}

/* What stands beside the descriptor's number: "TCP →:80", with what is said of it instead of a
 * peer. */
static void tell_label(struct page_data *d, const struct socket *socket)
{
	struct text words = text_like(d->output->text);
	const char *arrow = name_arrow(&words, socket);
	char address[ADDRESS_SIZE];

	/* The port that was listened at, which accepted sockets have in common. */
	address_short(address, socket->direction == DIRECTION_IN ? socket->local : NULL,
		d->trace->has_several_loopbacks);
	json_text(&d->output->writer, "own", address);
	address_short(
		address, *arrow ? socket->peer : socket->local, d->trace->has_several_loopbacks);
	json_text(&d->output->writer, "arrow", arrow);
	json_text(&d->output->writer, "short", address);
	json_text(&d->output->writer, "note",
		page_words(d, socket->direction == DIRECTION_PAIR        ? "pair"
			      : socket->direction == DIRECTION_LISTENING ? "listening"
									 : ""));
}

static int64_t socket_number(const struct socket *socket)
{
	return socket ? (int64_t)socket->number : -1;
}

static void tell_sockets(struct page_data *d)
{
	struct json_writer *w = &d->output->writer;
	struct phase_names lists[MOST_PHASE_NAMES];
	size_t list_count = 0;

	json_array_begin(w, "sockets");
	for (size_t i = 0; i < d->trace->socket_count; i++) {
		const struct socket *socket = d->trace->sockets[i];
		json_object_begin(w, NULL);
		json_number(w, "id", socket->id);
		json_text(w, "kind", name_kind(d->trace, socket));
		add_address(d, "local", socket->local);
		add_address(d, "peer", socket->peer);
		tell_label(d, socket);
		json_text(w, "state", page_words(d, name_state_of(socket)));
		json_number(w, "other", socket_number(socket->other_end));
		json_number(w, "connection",
			socket->connection ? (int64_t)socket->connection->number : -1);
		json_number(w, "phases", (int64_t)phases_of(d, socket, lists, &list_count));
		json_object_end(w);
		json_output_some(d->output);
	}
	json_array_end(w);
	json_array_begin(w, "phases");
	for (size_t i = 0; i < list_count; i++) {
		page_names_add(d, NULL, lists[i].names, PAGE_PHASE_COUNT);
	}
	json_array_end(w);
}

static void tell_descriptors(struct page_data *d)
{
	struct json_writer *w = &d->output->writer;
	struct text birth = text_like(d->output->text);

	json_array_begin(w, "descriptors");
	for (size_t i = 0; i < d->trace->descriptor_count; i++) {
		const struct descriptor *descriptor = d->trace->descriptors[i];
		const char *end = descriptor->ended_by;
		json_object_begin(w, NULL);
		json_number(w, "id", descriptor->id);
		json_number(w, "fd", descriptor->fd);
		json_number(w, "process", d->process_places[descriptor->process->number]);
		json_number(w, "socket", descriptor->socket->number);
		json_number(w, "born", descriptor->born_ns);
		if (descriptor->ended_ns != INT64_MAX)
			json_number(w, "ended", descriptor->ended_ns);
		json_bool(w, "given", descriptor->given_by || descriptor->made_by == NO_CALL);
		if (name_birth(&birth, d->trace, descriptor, NAME_LIMIT))
			json_output_words(d->output, "how", &birth);
		if (end)
			json_text(w, "ending", *end ? end : "?");
		json_object_end(w);
		json_output_some(d->output);
	}
	json_array_end(w);
	text_free(&birth);
}

/* The socket that the end of a connection was accepted on, or -1. */
static int64_t listener_of(const struct page_data *d, const struct socket *acceptor)
{
	const struct call *maker =
		acceptor && acceptor->holder ? descriptor_maker(d->trace, acceptor->holder) : NULL;

	return maker && maker->effect == EFFECT_ACCEPT && maker->descriptor
		       ? socket_number(maker->descriptor->socket)
		       : -1;
}

static void tell_connections(struct page_data *d)
{
	struct json_writer *w = &d->output->writer;

	json_array_begin(w, "connections");
	for (size_t i = 0; i < d->trace->connection_count; i++) {
		const struct connection *connection = d->trace->connections[i];
		const struct socket *opener = connection->opener, *acceptor = connection->acceptor;
		json_object_begin(w, NULL);
		json_number(w, "opener", socket_number(opener));
		json_number(w, "acceptor", socket_number(acceptor));
		json_number(w, "listener", listener_of(d, acceptor));
		if (connection->outcome != OUTCOME_ESTABLISHED)
			json_text(w, "outcome",
				page_words(d, opener ? name_state_of(opener)
						     : name_outcome(connection->outcome)));
		json_object_end(w);
		json_output_some(d->output);
	}
	json_array_end(w);
}

static void tell_outcome(struct page_data *d, const struct socket *socket, uint32_t call)
{
	struct json_writer *w = &d->output->writer;
	struct text words = text_like(d->output->text);

	name_outcome_at(&words, d->trace, socket, call);
	if (words.length > 0) {
		json_array_begin(w, NULL);
		json_number(w, NULL, d->numbers[call]);
		json_number(w, NULL, socket->number);
		json_output_words(d->output, NULL, &words);
		json_array_end(w);
	}
	json_output_some(d->output);
	text_free(&words);
}

/* What stories say of connects: of each attempt where it was made, of each connection where the
 * program learned how that ended. */
static void tell_outcomes(struct page_data *d)
{
	json_array_begin(&d->output->writer, "outcomes");
	for (size_t i = 0; i < d->trace->attempt_count; i++) {
		uint32_t connect = d->trace->attempts[i].connect;
		if (page_call_number(d, connect) >= 0)
			tell_outcome(d, d->trace->calls[connect].descriptor->socket, connect);
	}
	for (size_t i = 0; i < d->trace->connection_count; i++) {
		const struct connection *connection = d->trace->connections[i];
		if (connection->opener && page_call_number(d, connection->told_by) >= 0 &&
			!connection_attempt(d->trace, connection->told_by))
			tell_outcome(d, connection->opener, connection->told_by);
	}
	json_array_end(&d->output->writer);
}

void page_tables_add(struct page_data *d)
{
	tell_styles(d);
	tell_effects(d);
	tell_link_kinds(d);
	story_tell_limits(&d->output->writer);
	page_names_add(d, "lane_phases", lane_phases, PAGE_PHASE_COUNT);
	tell_sockets(d);
	tell_descriptors(d);
	tell_connections(d);
	tell_outcomes(d);
}
