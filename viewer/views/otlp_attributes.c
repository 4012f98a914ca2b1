/* SPDX-License-Identifier: MIT */
#include "viewer/views/otlp_attributes.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/connection.h"
#include "viewer/wording/exchange_words.h"
#include "viewer/wording/names.h"

/* opentelemetry/proto/trace/v1/trace.proto: Status. */
#define STATUS_CODE_ERROR 2

/* A word of a name, behind its zero. */
#define WORD_SIZE MESSAGE_NAME_SIZE

/* One end of an exchange. */
struct span_peer {
	char address[ADDRESS_SIZE]; /* "": not known */
	int64_t port;               /* 0: it has none */
};

/* A span while it is told. */
struct telling {
	struct json_writer *writer;
	const struct trace *trace;
	const struct exchanges *exchanges;
	const struct exchange_span *span;
	const struct exchange *exchange; /* NULL: it is a connect */
	const struct socket *socket;
	const char *family; /* of its sockets: "AF_INET" */
	const char *name, *answer;
	struct span_peer client, server;
};

void otlp_text(struct json_writer *writer, const char *key, const char *text)
{
	json_object_begin(writer, NULL);
	json_text(writer, "key", key);
	json_object_begin(writer, "value");
	json_text(writer, "stringValue", text);
	json_object_end(writer);
	json_object_end(writer);
}

/* Numbers of 64 bits are strings: https://protobuf.dev/programming-guides/json/. */
void otlp_number(struct json_writer *writer, const char *key, int64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, number);
	json_object_begin(writer, NULL);
	json_text(writer, "key", key);
	json_object_begin(writer, "value");
	json_text(writer, "intValue", digits);
	json_object_end(writer);
	json_object_end(writer);
}

static void say(const struct telling *telling, const char *key, const char *text)
{
	if (*text)
		otlp_text(telling->writer, key, text);
}

static void say_number(const struct telling *telling, const char *key, int64_t number)
{
	otlp_number(telling->writer, key, number);
}

/* Copies the word at `text`, up to one of the bytes that end it. Returns what is behind it, or
 * NULL: nothing is. */
static const char *take_word(char word[WORD_SIZE], const char *text, const char *ends)
{
	size_t length = strcspn(text, ends);

	snprintf(word, WORD_SIZE, "%.*s", (int)(length < WORD_SIZE ? length : WORD_SIZE - 1), text);
	return text[length] ? text + length + 1 : NULL;
}

/* --- who --- */

static bool is_internet(const char *family)
{
	return strcmp(family, "AF_INET") == 0 || strcmp(family, "AF_INET6") == 0;
}

/* "127.0.0.1:80", "[::1]:80"; of other families all of it is the address. */
static void split_endpoint(struct span_peer *endpoint, const char *text, bool is_host)
{
	const char *port = is_host ? address_port(text) : NULL;
	size_t length = port ? (size_t)(port - text) : strlen(text);

	if (port && strtoll(port + 1, NULL, 10) <= UINT16_MAX)
		endpoint->port = strtoll(port + 1, NULL, 10);
	if (is_host && length >= 2 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	snprintf(endpoint->address, sizeof(endpoint->address), "%.*s", (int)length, text);
}

static void find_endpoint(
	const struct telling *telling, struct span_peer *endpoint, const char *text)
{
	*endpoint = (struct span_peer){0};
	split_endpoint(endpoint, text, is_internet(telling->family));
	/* The wildcard, to which a socket is bound, is where nobody is. */
	if (strcmp(endpoint->address, "0.0.0.0") == 0 || strcmp(endpoint->address, "::") == 0)
		endpoint->address[0] = '\0';
}

static void find_ends(struct telling *telling)
{
	char text[ADDRESS_SIZE];

	exchange_asker_address(text, telling->exchanges, telling->exchange);
	find_endpoint(telling, &telling->client, text);
	exchange_answerer_address(text, telling->exchanges, telling->exchange);
	find_endpoint(telling, &telling->server, text);
}

static const char *transport_of(const struct telling *telling)
{
	if (strcmp(telling->family, "AF_UNIX") == 0)
		return "unix";
	if (!is_internet(telling->family))
		return "";
	return socket_is_stream(telling->trace, telling->socket) ? "tcp" : "udp";
}

static void say_endpoint(const struct telling *telling, const struct span_peer *endpoint,
	const char *address_key, const char *port_key)
{
	say(telling, address_key, endpoint->address);
	if (endpoint->port)
		say_number(telling, port_key, endpoint->port);
}

/* As the addresses are: a socket of IPv6 may talk to IPv4, too. */
static const char *network_type(const struct telling *telling)
{
	const char *address =
		*telling->server.address ? telling->server.address : telling->client.address;

	if (!*address || !is_internet(telling->family))
		return "";
	return strchr(address, ':') || address_placeholder(address, "ipv6-") ? "ipv6" : "ipv4";
}

static void say_network(const struct telling *telling)
{
	bool is_client = telling->span->kind == SPAN_CLIENT;

	say(telling, "network.transport", transport_of(telling));
	say(telling, "network.type", network_type(telling));
	say_endpoint(telling, is_client ? &telling->server : &telling->client,
		"network.peer.address", "network.peer.port");
	if (!is_client)
		say_endpoint(telling, &telling->client, "client.address", "client.port");
}

/* --- what: a protocol each --- */

/* https://opentelemetry.io/docs/specs/semconv/http/http-spans/#common-attributes */
static bool is_known_method(const char *method)
{
	static const char *const methods[] = {
		"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(method, methods[i]) == 0)
			return true;
	return false;
}

/* Whom the request is meant for; as it says, or else as its connection does. */
static void find_host(const struct telling *telling, struct span_peer *host, const char **words)
{
	const char *said = exchange_field(telling->exchanges, telling->exchange, FIELD_HOST);

	*host = telling->server;
	*words = said;
	if (!*said)
		return;
	*host = (struct span_peer){.port = 80};
	split_endpoint(host, said, true);
}

/* What of a target of any form is the path and what follows it: RFC 9112, 3.2. */
static const char *path_of(const char *target)
{
	const char *host = strncmp(target, "http://", 7) == 0 ? target + 7 : NULL;

	if (host)
		return host + strcspn(host, "/?");
	return target[0] == '/' || strcmp(target, "*") == 0 ? target : "";
}

/* Of a URL behind its scheme, the rest behind a user's name and password: these are not to be told.
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/ */
static const char *without_user(const char *rest)
{
	const char *at = memrchr(rest, '@', strcspn(rest, "/?#"));

	return at ? at + 1 : rest;
}

static void say_url(const struct telling *telling, const char *target, const struct span_peer *host,
	const char *said_host)
{
	const char *path = path_of(target), *query = strchr(path, '?');
	char url[2 * MESSAGE_NAME_SIZE + ADDRESS_SIZE] = "", part[WORD_SIZE];

	take_word(part, path, "?");
	say(telling, "url.path", part);
	if (query)
		say(telling, "url.query", query + 1);
	say(telling, "url.scheme", "http");
	if (telling->span->kind == SPAN_SERVER)
		return;
	if (target[0] != '/' && *path != '/')
		return;
	if (target[0] != '/')
		snprintf(url, sizeof(url), "http://%s", without_user(target + strlen("http://")));
	else if (*said_host)
		snprintf(url, sizeof(url), "http://%s%s", said_host, target);
	else if (*host->address && strchr(host->address, ':'))
		snprintf(url, sizeof(url), "http://[%s]:%" PRId64 "%s", host->address, host->port,
			target);
	else if (*host->address && host->port)
		snprintf(url, sizeof(url), "http://%s:%" PRId64 "%s", host->address, host->port,
			target);
	say(telling, "url.full", url);
}

static void say_http(const struct telling *telling)
{
	char method[WORD_SIZE];
	const char *target = take_word(method, telling->name, " "), *said_host;
	bool is_known = is_known_method(method);
	long status = strtol(telling->answer, NULL, 10);
	struct span_peer host;

	say(telling, "http.request.method", is_known ? method : "_OTHER");
	if (!is_known)
		say(telling, "http.request.method_original", method);
	find_host(telling, &host, &said_host);
	say_endpoint(telling, &host, "server.address", "server.port");
	if (target)
		say_url(telling, target, &host, said_host);
	if (status >= 100)
		say_number(telling, "http.response.status_code", status);
}

/* "A example.org", "AAAA example.org and 1 more" */
static void say_dns(const struct telling *telling)
{
	char word[WORD_SIZE];
	const char *name = take_word(word, telling->name, " ");

	if (name) {
		take_word(word, name, " ");
		say(telling, "dns.question.name", word);
	}
	say_endpoint(telling, &telling->server, "server.address", "server.port");
}

/* "WRONGTYPE Operation against a key …" of Redis, "ERROR 42P01: relation …" of PostgreSQL: the code
 * of an answer that failed. */
static void find_code(const struct telling *telling, char code[WORD_SIZE])
{
	const char *rest = take_word(code, telling->answer, " :");

	if (telling->exchange->protocol == PROTOCOL_POSTGRESQL)
		take_word(code, rest ? rest : "", " :");
}

static void say_database(const struct telling *telling, const char *system)
{
	char word[WORD_SIZE];

	say(telling, "db.system.name", system);
	take_word(word, telling->name, " \t;(");
	say(telling, "db.operation.name", word);
	if (telling->exchange->result == EXCHANGE_FAILED) {
		find_code(telling, word);
		say(telling, "db.response.status_code", word);
	}
	say_endpoint(telling, &telling->server, "server.address", "server.port");
}

static void say_protocol(const struct telling *telling)
{
	switch ((enum protocol)telling->exchange->protocol) {
	case PROTOCOL_HTTP:
		say(telling, "network.protocol.name", "http");
		if (*telling->name) {
			say_http(telling);
			return;
		}
		break;
	case PROTOCOL_HTTP2:
		say(telling, "network.protocol.name", "http");
		say(telling, "network.protocol.version", "2");
		break;
	case PROTOCOL_DNS:
	case PROTOCOL_MDNS:
		say(telling, "network.protocol.name",
			telling->exchange->protocol == PROTOCOL_DNS ? "dns" : "mdns");
		say_dns(telling);
		return;
	case PROTOCOL_REDIS:
		say_database(telling, "redis");
		return;
	case PROTOCOL_POSTGRESQL:
		say_database(telling, "postgresql");
		return;
	case PROTOCOL_TLS:
		say(telling, "network.protocol.name", "tls");
		break;
	case PROTOCOL_SSH:
		say(telling, "network.protocol.name", "ssh");
		break;
	case PROTOCOL_NONE:
	case PROTOCOL_NR:
		break;
	}
	say_endpoint(telling, &telling->server, "server.address", "server.port");
}

/* --- its name, and what came of it --- */

/* One name for all that are alike: that of what is asked, or of who says it. */
static void tell_name(const struct telling *telling)
{
	const char *protocol = protocol_name((enum protocol)telling->exchange->protocol);
	const char *transport = transport_of(telling);
	char word[WORD_SIZE], name[2 * WORD_SIZE];

	take_word(word, telling->name, " ;(");
	switch ((enum protocol)telling->exchange->protocol) {
	case PROTOCOL_HTTP:
		snprintf(name, sizeof(name), "%s",
			!*word                  ? protocol
			: is_known_method(word) ? word
						: "HTTP");
		break;
	case PROTOCOL_REDIS:
	case PROTOCOL_POSTGRESQL:
		snprintf(name, sizeof(name), "%s", *word ? word : protocol);
		break;
	case PROTOCOL_DNS:
	case PROTOCOL_MDNS:
	case PROTOCOL_TLS:
		snprintf(name, sizeof(name), "%s%s%s", protocol, *word ? " " : "", word);
		break;
	case PROTOCOL_HTTP2:
	case PROTOCOL_SSH:
	case PROTOCOL_NONE:
	case PROTOCOL_NR:
		snprintf(name, sizeof(name), "%s",
			*protocol    ? protocol
			: *transport ? transport
				     : telling->family);
		break;
	}
	json_text(telling->writer, "name", name);
}

/* What kind of error it was; "": none at this end. An answer from 400 to 499 is one of the client:
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status */
static void find_error(const struct telling *telling, char error[WORD_SIZE])
{
	const struct exchange *exchange = telling->exchange;
	static const char *const endings[] = {
		[EXCHANGE_GOES_ON] = "_OTHER",
		[EXCHANGE_END_ASKER] = "closed_by_client",
		[EXCHANGE_END_ANSWERER] = "closed_by_server",
		[EXCHANGE_END_BROKEN] = "connection_reset",
	};

	*error = '\0';
	if (!exchange_has_failed(exchange))
		return;
	if (exchange->result != EXCHANGE_FAILED) {
		snprintf(error, WORD_SIZE, "%s",
			exchange->end == EXCHANGE_END_BROKEN &&
					exchange->socket->state == STATE_TIMED_OUT
				? "timeout"
				: endings[exchange->end]);
		return;
	}
	if (exchange->protocol == PROTOCOL_HTTP && telling->span->kind == SPAN_SERVER &&
		strtol(telling->answer, NULL, 10) < 500)
		return;
	if (exchange->protocol == PROTOCOL_REDIS || exchange->protocol == PROTOCOL_POSTGRESQL)
		find_code(telling, error);
	else
		take_word(error, telling->answer, " ,");
	if (!*error)
		snprintf(error, WORD_SIZE, "_OTHER");
}

static void tell_status(const struct telling *telling, const char *error)
{
	const struct exchange *exchange = telling->exchange;

	json_object_begin(telling->writer, "status");
	if (*error) {
		json_number(telling->writer, "code", STATUS_CODE_ERROR);
		/* What a status code of HTTP says already is not said again. */
		if (exchange->result != EXCHANGE_FAILED)
			json_text(telling->writer, "message",
				exchange_result_name((enum exchange_result)exchange->result));
		else if (exchange->protocol != PROTOCOL_HTTP && *telling->answer)
			json_text(telling->writer, "message", telling->answer);
	}
	json_object_end(telling->writer);
}

/* What no convention has a word for: what came of it, and where it stands in the trace. */
static void say_own(const struct telling *telling, const char *result)
{
	const struct exchange *exchange = telling->exchange;
	const struct call *call = telling->span->call;

	say_number(telling, "thread.id", call->tid);
	say(telling, "sockline.result", result);
	if (exchange) {
		say_number(telling, "sockline.bytes_asked",
			(int64_t)(exchange->bytes_asked & INT64_MAX));
		say_number(telling, "sockline.bytes_answered",
			(int64_t)(exchange->bytes_answered & INT64_MAX));
		if (exchange_has_waited(exchange))
			say_number(telling, "sockline.wait_ns",
				exchange_wait_ns(telling->exchanges, exchange));
	}
	if (telling->trace->part_count > 1) {
		char name[PART_NAME_SIZE];
		trace_part_name(telling->trace, call->process->part, name);
		say(telling, "sockline.trace", name);
	}
	say_number(telling, "sockline.call", call->seq);
	if (call->descriptor) {
		say_number(telling, "sockline.fd", call->descriptor->fd);
		say_number(telling, "sockline.socket", call->descriptor->socket->id);
	}
}

/* A connect that failed. */
static void describe_connect(struct telling *telling)
{
	static const char *const errors[] = {
		[OUTCOME_REFUSED] = "connection_refused",
		[OUTCOME_UNREACHABLE] = "unreachable",
		[OUTCOME_TIMED_OUT] = "timeout",
		[OUTCOME_BACKLOG_FULL] = "backlog_full",
		[OUTCOME_FAILED] = "_OTHER",
	};
	struct json_writer *writer = telling->writer;
	const struct call *call = telling->span->call;
	enum outcome outcome =
		connection_attempt(telling->trace, (uint32_t)(call - telling->trace->calls))
			->outcome;
	const char *result = name_outcome(outcome);
	char address[ADDRESS_SIZE];

	address_text(address, value_member(call_details(telling->trace, call)->args, "address"));
	find_endpoint(telling, &telling->server, address);
	json_text(writer, "name", "connect");
	json_array_begin(writer, "attributes");
	say_endpoint(telling, &telling->server, "server.address", "server.port");
	say_network(telling);
	say(telling, "error.type", errors[outcome]);
	say_own(telling, result);
	json_array_end(writer);
	json_object_begin(writer, "status");
	json_number(writer, "code", STATUS_CODE_ERROR);
	json_text(writer, "message", result);
	json_object_end(writer);
}

static void describe_exchange(struct telling *telling)
{
	char error[WORD_SIZE];

	telling->name = exchange_name(telling->exchanges, telling->exchange);
	telling->answer = exchange_answer(telling->exchanges, telling->exchange);
	find_ends(telling);
	find_error(telling, error);
	tell_name(telling);
	json_array_begin(telling->writer, "attributes");
	say_protocol(telling);
	say_network(telling);
	say(telling, "error.type", error);
	say_own(telling, exchange_result_name((enum exchange_result)telling->exchange->result));
	json_array_end(telling->writer);
	tell_status(telling, error);
}

void otlp_describe(struct json_writer *writer, const struct exchanges *exchanges,
	const struct exchange_span *span)
{
	const struct exchange *exchange = span->exchange;
	const struct socket *socket = exchange ? exchange->socket : span->call->descriptor->socket;
	struct telling telling = {
		.writer = writer,
		.trace = exchanges->trace,
		.exchanges = exchanges,
		.span = span,
		.exchange = exchange,
		.socket = socket,
		.family = trace_word(exchanges->trace, socket->family),
	};

	if (exchange)
		describe_exchange(&telling);
	else
		describe_connect(&telling);
}
