/* SPDX-License-Identifier: MIT */
/* What belongs together: sends and receives, connects and accepts, closes and ends of streams. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viewer/read/trace_read.h"
#include "viewer/relate/causal_order.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/link.h"

#define HEADER "{\"type\":\"trace\",\"version\":1}\n"
#define END    "{\"type\":\"end\",\"time_ns\":9000,\"calls\":99}\n"

/* Calls of a trace are written short: each takes 10 ns, its process has the number of its socket,
 * and so has its descriptor. */
static char lines[1 << 16];
static int seq;

__attribute__((format(printf, 1, 2))) static void line(const char *format, ...)
{
	va_list arguments;
	size_t length = strlen(lines);

	va_start(arguments, format);
	vsnprintf(lines + length, sizeof(lines) - length, format, arguments);
	va_end(arguments);
	strcat(lines, "\n");
}

static void begin(void)
{
	strcpy(lines, HEADER);
	seq = 0;
}

/* `rest` are the members that only this call has. Returns the index of the call. */
static uint32_t call(int time_ns, int socket, const char *effect, const char *rest)
{
	line("{\"type\":\"call\",\"seq\":%d,\"time_ns\":%d,\"duration_ns\":10,\"pid\":%d,\"tid\":%"
	     "d,"
	     "\"name\":\"%s\",\"effect\":\"%s\",\"fd\":3,\"descriptor\":%d,\"socket\":%d%s}",
		++seq, time_ns, socket, socket, effect, effect, socket, socket, rest);
	return (uint32_t)seq - 1;
}

static uint32_t moved(int time_ns, int socket, const char *effect, int bytes)
{
	char rest[80];

	snprintf(rest, sizeof(rest), ",\"args\":{},\"result\":%d,\"bytes\":%d", bytes, bytes);
	return call(time_ns, socket, effect, rest);
}

static void create(int socket, const char *family, const char *type)
{
	line("{\"type\":\"call\",\"seq\":%d,\"time_ns\":1,\"duration_ns\":1,\"pid\":%d,\"tid\":%d,"
	     "\"name\":\"socket\",\"effect\":\"create\",\"args\":{\"family\":\"%s\",\"type\":\"%"
	     "s\"},"
	     "\"result\":3,\"new\":[{\"fd\":3,\"descriptor\":%d,\"socket\":%d}]}",
		++seq, socket, socket, family, type, socket, socket);
}

static void pair(int one, int other, const char *type)
{
	line("{\"type\":\"call\",\"seq\":%d,\"time_ns\":1,\"duration_ns\":1,\"pid\":%d,\"tid\":%d,"
	     "\"name\":\"socketpair\",\"effect\":\"create\",\"args\":{\"family\":\"AF_UNIX\","
	     "\"type\":\"%s\"},\"result\":0,\"new\":[{\"fd\":3,\"descriptor\":%d,\"socket\":%d},"
	     "{\"fd\":4,\"descriptor\":%d,\"socket\":%d}]}",
		++seq, one, one, type, one, one, other, other);
}

#define AT(port) "{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":" #port "}"

static struct trace *read_trace(void)
{
	char name[] = "/tmp/test_link.XXXXXX";
	int file = mkstemp(name);
	struct trace *trace = trace_new();

	strcat(lines, END);
	assert_int_equal(write(file, lines, strlen(lines)), strlen(lines));
	close(file);
	assert_true(trace_read(trace, source_open(name)));
	trace_complete(trace);
	unlink(name);
	return trace;
}

static const struct link *find(const struct links *links, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].from == from && links->list[i].to == to)
			return &links->list[i];
	return NULL;
}

static void expect_link(
	const struct links *links, uint32_t from, uint32_t to, enum link_kind kind, int64_t bytes)
{
	const struct link *link = find(links, from, to);

	assert_non_null(link);
	assert_int_equal(link->kind, kind);
	assert_int_equal(link->bytes, bytes);
}

static struct trace *trace;
static const struct links *links;

static void link_lines(void)
{
	trace = read_trace();
	links = trace_links(trace);
}

static int forget(void **state)
{
	(void)state;
	trace_free(trace);
	return 0;
}

static void three_sends_feed_one_receive_and_one_send_several_receives(void **state)
{
	uint32_t sends[4], receives[4];

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	for (int i = 0; i < 3; i++)
		sends[i] = moved(100 + i * 20, 1, "send", 4);
	receives[0] = moved(150, 2, "receive", 12);
	sends[3] = moved(200, 1, "send", 10);
	for (int i = 1; i < 4; i++)
		receives[i] = moved(220 + i * 20, 2, "receive", i < 3 ? 4 : 2);
	link_lines();
	for (int i = 0; i < 3; i++)
		expect_link(links, sends[i], receives[0], LINK_DATA, 4);
	for (int i = 1; i < 4; i++)
		expect_link(links, sends[3], receives[i], LINK_DATA, i < 3 ? 4 : 2);
	assert_int_equal(links->count, 6);
	assert_int_equal(links_from(links, sends[3]), 3);
}

static void what_is_peeked_at_or_fails_moves_nothing(void **state)
{
	uint32_t send, receive;

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	call(90, 1, "send", ",\"args\":{},\"result\":-1,\"error\":\"EAGAIN\"");
	send = moved(100, 1, "send", 4);
	call(110, 2, "receive", ",\"args\":{},\"result\":4,\"bytes\":0");
	receive = moved(120, 2, "receive", 4);
	link_lines();
	assert_int_equal(links->count, 1);
	expect_link(links, send, receive, LINK_DATA, 4);
}

static void calls_on_copies_of_a_descriptor_are_of_one_stream(void **state)
{
	uint32_t one, other, receive;

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	line("{\"type\":\"descriptor\",\"time_ns\":50,\"event\":\"inherit\",\"reason\":\"fork\","
	     "\"pid\":3,\"fd\":3,\"descriptor\":3,\"socket\":1}");
	one = moved(100, 1, "send", 4);
	line("{\"type\":\"call\",\"seq\":%d,\"time_ns\":120,\"duration_ns\":10,\"pid\":3,\"tid\":3,"
	     "\"name\":\"write\",\"effect\":\"send\",\"fd\":3,\"descriptor\":3,\"socket\":1,"
	     "\"args\":{},\"result\":4,\"bytes\":4}",
		++seq);
	other = (uint32_t)seq - 1;
	receive = moved(140, 2, "receive", 8);
	link_lines();
	expect_link(links, one, receive, LINK_DATA, 4);
	expect_link(links, other, receive, LINK_DATA, 4);
}

static void what_nobody_reads_is_lost_when_the_socket_has_ended(void **state)
{
	uint32_t send;

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	send = moved(100, 1, "send", 4);
	call(120, 2, "close", ",\"args\":{},\"result\":0");
	link_lines();
	expect_link(links, send, NO_CALL, LINK_LOST, 4);
	assert_ptr_equal(links->list[0].peer, trace->sockets[1]);
}

/* Socket 1 listens on port 80, socket 2 connects, socket 3 is accepted. */
static void connect_them(uint32_t *connect, uint32_t *accept, const char *outcome)
{
	char rest[400];

	create(1, "AF_INET", "SOCK_STREAM");
	create(2, "AF_INET", "SOCK_STREAM");
	snprintf(rest, sizeof(rest),
		",\"args\":{\"address\":" AT(80) "},%s,\"local\":" AT(999) ",\"peer\":" AT(80),
		outcome);
	*connect = call(100, 2, "connect", rest);
	*accept = call(95, 1, "accept",
		",\"args\":{},\"result\":4,\"new\":[{\"fd\":4,\"descriptor\":3,\"socket\":3}],"
		"\"local\":" AT(80) ",\"peer\":" AT(999));
}

static void a_connect_meets_its_accept_and_a_close_the_end_of_the_stream(void **state)
{
	uint32_t connect, accept, closed, end;

	(void)state;
	begin();
	connect_them(&connect, &accept, "\"result\":0");
	closed = call(200, 2, "close", ",\"args\":{},\"result\":0");
	end = moved(220, 3, "receive", 0);
	link_lines();
	expect_link(links, connect, accept, LINK_CONNECT, 0);
	expect_link(links, closed, end, LINK_CLOSE, 0);
	assert_int_equal(links->count, 2);
}

static void a_connect_that_goes_on_meets_its_accept_and_a_shutdown_ends_the_stream(void **state)
{
	uint32_t connect, accept, reading, writing, end;

	(void)state;
	begin();
	connect_them(&connect, &accept, "\"result\":-1,\"error\":\"EINPROGRESS\"");
	reading = call(200, 2, "shutdown", ",\"args\":{\"how\":\"SHUT_RD\"},\"result\":0");
	writing = call(220, 2, "shutdown", ",\"args\":{\"how\":\"SHUT_WR\"},\"result\":0");
	end = moved(240, 3, "receive", 0);
	call(300, 2, "close", ",\"args\":{},\"result\":0");
	link_lines();
	expect_link(links, connect, accept, LINK_CONNECT, 0);
	expect_link(links, writing, end, LINK_CLOSE, 0);
	assert_null(find(links, reading, end));
}

static void what_is_refused_or_reset_says_so(void **state)
{
	uint32_t connect, accept, refused, closed, reset;

	(void)state;
	begin();
	connect_them(&connect, &accept, "\"result\":0");
	create(5, "AF_INET", "SOCK_STREAM");
	refused = call(150, 5, "connect",
		",\"args\":{\"address\":" AT(81) "},\"result\":-1,\"error\":\"ECONNREFUSED\"");
	closed = call(200, 3, "close", ",\"args\":{},\"result\":0");
	reset = call(220, 2, "receive", ",\"args\":{},\"result\":-1,\"error\":\"ECONNRESET\"");
	link_lines();
	expect_link(links, refused, NO_CALL, LINK_FAILED, 0);
	expect_link(links, closed, reset, LINK_FAILED, 0);
}

static void an_end_of_stream_by_exit_has_no_call(void **state)
{
	uint32_t end;

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	line("{\"type\":\"descriptor\",\"time_ns\":50,\"event\":\"close\",\"reason\":\"exit\","
	     "\"pid\":1,\"fd\":3,\"descriptor\":1,\"socket\":1}");
	end = moved(100, 2, "receive", 0);
	link_lines();
	expect_link(links, NO_CALL, end, LINK_CLOSE, 0);
	assert_ptr_equal(links->list[0].peer, trace->sockets[0]);
}

static void unix_connections_are_accepted_in_their_order(void **state)
{
	static const char name[] =
		",\"args\":{\"address\":{\"family\":\"AF_UNIX\",\"path\":\"/s\"}},\"result\":0%s";
	uint32_t connects[2], accepts[2];
	char rest[300];

	(void)state;
	begin();
	create(1, "AF_UNIX", "SOCK_STREAM");
	snprintf(rest, sizeof(rest), name, ",\"local\":{\"family\":\"AF_UNIX\",\"path\":\"/s\"}");
	call(10, 1, "bind", rest);
	for (int i = 0; i < 2; i++) {
		create(5 + i, "AF_UNIX", "SOCK_STREAM");
		snprintf(rest, sizeof(rest), name, "");
		connects[i] = call(100 + 20 * i, 5 + i, "connect", rest);
	}
	for (int i = 0; i < 2; i++) {
		snprintf(rest, sizeof(rest),
			",\"args\":{},\"result\":%d,\"new\":[{\"fd\":%d,\"descriptor\":%d,"
			"\"socket\":%d}]",
			7 + i, 7 + i, 7 + i, 7 + i);
		accepts[i] = call(200 + 20 * i, 1, "accept", rest);
	}
	link_lines();
	for (int i = 0; i < 2; i++)
		expect_link(links, connects[i], accepts[i], LINK_CONNECT, 0);
}

/* Sockets 1 and 2 send to socket 3, which is bound to port 53 of any address. */
static void bind_them(void)
{
	for (int i = 1; i <= 3; i++)
		create(i, "AF_INET", "SOCK_DGRAM");
	call(10, 1, "bind", ",\"args\":{},\"result\":0,\"local\":" AT(1001));
	call(11, 2, "bind", ",\"args\":{},\"result\":0,\"local\":" AT(1002));
	call(12, 3, "bind",
		",\"args\":{},\"result\":0,\"local\":{\"family\":\"AF_INET\",\"address\":\"0.0.0."
		"0\","
		"\"port\":53}");
}

static uint32_t datagram(
	int time_ns, int socket, const char *effect, int bytes, const char *address)
{
	char rest[300];

	snprintf(rest, sizeof(rest), ",\"args\":{\"address\":%s},\"result\":%d,\"bytes\":%d",
		address, bytes, bytes);
	return call(time_ns, socket, effect, rest);
}

static void datagrams_are_joined_by_address_order_and_size(void **state)
{
	uint32_t sends[5], receives[3];

	(void)state;
	begin();
	bind_them();
	sends[0] = datagram(100, 1, "send", 4, AT(53));
	sends[1] = datagram(120, 2, "send", 4, AT(53));
	sends[2] = datagram(140, 1, "send", 5, AT(53)); /* lost: overtaken by the next one */
	sends[3] = datagram(160, 1, "send", 6, AT(53));
	sends[4] = datagram(180, 1, "send", 7, AT(99)); /* nobody's port */
	receives[0] = datagram(200, 3, "receive", 4, AT(1002));
	receives[1] = datagram(220, 3, "receive", 4, AT(1001));
	receives[2] = moved(240, 3, "receive", 6);
	call(300, 3, "close", ",\"args\":{},\"result\":0");
	link_lines();
	expect_link(links, sends[0], receives[1], LINK_DATA, 4);
	expect_link(links, sends[1], receives[0], LINK_DATA, 4);
	expect_link(links, sends[2], NO_CALL, LINK_LOST, 5);
	expect_link(links, sends[3], receives[2], LINK_DATA, 6);
	expect_link(links, sends[4], NO_CALL, LINK_DATA, 7);
	assert_int_equal(links->count, 5);
}

static void only_a_datagram_that_filled_its_buffer_was_cut(void **state)
{
	uint32_t send, receives[2];

	(void)state;
	begin();
	bind_them();
	send = datagram(100, 1, "send", 500, AT(53));
	receives[0] = call(200, 3, "receive", ",\"args\":{\"size\":2000},\"result\":3,\"bytes\":3");
	receives[1] =
		call(220, 3, "receive", ",\"args\":{\"size\":100},\"result\":100,\"bytes\":100");
	link_lines();
	expect_link(links, NO_CALL, receives[0], LINK_DATA, 3);
	expect_link(links, send, receives[1], LINK_DATA, 100);
}

static void a_receive_gives_up_no_datagram_for_another_host(void **state)
{
	uint32_t send, receive;

	(void)state;
	begin();
	bind_them();
	create(4, "AF_INET", "SOCK_DGRAM");
	call(13, 4, "bind",
		",\"args\":{},\"result\":0,\"local\":{\"family\":\"AF_INET\",\"address\":\"127.0.0."
		"2\",\"port\":53}");
	send = datagram(100, 1, "send", 4, AT(53));
	for (int i = 0; i < 70; i++)
		datagram(110 + i, 1, "send", 9, AT(53));
	datagram(200, 4, "receive", 8, AT(999)); /* of somebody outside */
	receive = datagram(220, 3, "receive", 4, AT(1001));
	link_lines();
	expect_link(links, send, receive, LINK_DATA, 4);
}

static void messages_sent_at_once_are_received_one_by_one(void **state)
{
	uint32_t send, receives[2];

	(void)state;
	begin();
	pair(1, 2, "SOCK_DGRAM");
	send = call(100, 1, "send",
		",\"args\":{\"vlen\":2},\"result\":2,\"bytes\":7,"
		"\"messages\":[{\"bytes\":3},{\"bytes\":4}]");
	receives[0] = moved(120, 2, "receive", 3);
	receives[1] = moved(140, 2, "receive", 4);
	link_lines();
	expect_link(links, send, receives[0], LINK_DATA, 3);
	expect_link(links, send, receives[1], LINK_DATA, 4);
}

static void impossible_numbers_do_no_harm(void **state)
{
	static const char *const numbers[] = {
		"9223372036854775807", "-9223372036854775807", "0", "-1"};
	char rest[160];

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	pair(3, 4, "SOCK_DGRAM");
	for (int i = 0; i < 64; i++) {
		snprintf(rest, sizeof(rest), ",\"args\":{},\"result\":%s,\"bytes\":%s",
			numbers[i % 4], numbers[i / 4 % 4]);
		call(100, 1 + i % 4, i / 16 % 2 ? "send" : "receive", rest);
	}
	link_lines();
	assert_true(links->count > 0);
}

static size_t position(const struct causal_order *order, uint32_t call)
{
	size_t at = 0;

	while (at < order->count && order->calls[at] != call)
		at++;
	assert_true(at < order->count);
	return at;
}

static void a_receive_that_began_first_stands_below_its_send(void **state)
{
	uint32_t send, receive;
	struct causal_order *order;

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	receive = moved(95, 2, "receive", 4); /* ends at 105 */
	send = moved(100, 1, "send", 4);
	link_lines();
	order = causal_order_new(trace, links);
	assert_int_equal(order->count, 3);
	assert_true(position(order, send) < position(order, receive));
	causal_order_free(order);
}

/* The first trace's clock is behind the second one's; what follows the receive in its thread moves
 * with it. */
static void causes_come_first_whatever_the_clocks_say(void **state)
{
	struct link list[] = {{.from = 3, .to = 1}};
	struct links late = {.list = list, .count = 1};
	const uint32_t expected[] = {0, 3, 1, 2};
	struct causal_order *order;

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	moved(100, 2, "receive", 4);
	moved(120, 2, "receive", 4);
	moved(200, 1, "send", 4);
	link_lines();
	order = causal_order_new(trace, &late);
	assert_memory_equal(order->calls, expected, sizeof(expected));
	causal_order_free(order);
}

static void causes_that_go_in_circles_do_not_hang(void **state)
{
	struct link list[] = {{.from = 1, .to = 2}, {.from = 2, .to = 1}, {.from = 3, .to = 3}};
	struct links circles = {.list = list, .count = 3};
	struct causal_order *order;

	(void)state;
	begin();
	pair(1, 2, "SOCK_STREAM");
	moved(100, 2, "receive", 4);
	moved(120, 1, "send", 4);
	moved(140, 1, "send", 4);
	link_lines();
	order = causal_order_new(trace, &circles);
	assert_int_equal(order->count, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(order->calls[i], i);
	causal_order_free(order);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(three_sends_feed_one_receive_and_one_send_several_receives),
		TEST(what_is_peeked_at_or_fails_moves_nothing),
		TEST(calls_on_copies_of_a_descriptor_are_of_one_stream),
		TEST(what_nobody_reads_is_lost_when_the_socket_has_ended),
		TEST(a_connect_meets_its_accept_and_a_close_the_end_of_the_stream),
		TEST(a_connect_that_goes_on_meets_its_accept_and_a_shutdown_ends_the_stream),
		TEST(what_is_refused_or_reset_says_so),
		TEST(an_end_of_stream_by_exit_has_no_call),
		TEST(unix_connections_are_accepted_in_their_order),
		TEST(datagrams_are_joined_by_address_order_and_size),
		TEST(only_a_datagram_that_filled_its_buffer_was_cut),
		TEST(a_receive_gives_up_no_datagram_for_another_host),
		TEST(messages_sent_at_once_are_received_one_by_one),
		TEST(impossible_numbers_do_no_harm),
		TEST(a_receive_that_began_first_stands_below_its_send),
		TEST(causes_come_first_whatever_the_clocks_say),
		TEST(causes_that_go_in_circles_do_not_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
