/* SPDX-License-Identifier: MIT */
/* The values of socket options and of ancillary data, one of each kind, and cut short. */
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "format/json_writer.h"
#include "tracer/decode/decode_ancillary.h"
#include "tracer/decode/decode_option.h"

/* The value as JSON, to be freed. */
static char *option_json(int level, int option, const void *bytes, size_t length)
{
	struct json_writer w = {0};

	json_object_begin(&w, NULL);
	decode_option_value(&w, "v", level, option, bytes, length);
	json_object_end(&w);
	char *text = strndup(w.text, w.length);
	json_writer_free(&w);
	return text;
}

/* Expects that, and something that begins as `cut` of the value without its last byte. */
static void expect_option(int level, int option, const void *bytes, size_t length,
	const char *expected, const char *cut)
{
	char *whole = option_json(level, option, bytes, length);
	char *shorter = option_json(level, option, bytes, length - 1);

	assert_string_equal(whole, expected);
	assert_memory_equal(shorter, cut, strlen(cut));
	free(whole);
	free(shorter);
}

#define AS_BYTES "{\"v\":{\"hex\":"
#define AS_TEXT  "{\"v\":{\"text\":"

static void options_of_the_socket_level(void **state)
{
	const uint64_t rate = 5000000000;
	const struct ucred user = {41, 1000, 100};
	const struct linger linger = {1, 5};
	const int family = AF_INET6, type = SOCK_DGRAM, protocol = IPPROTO_UDP, error = 4096;
	const struct sock_fprog program = {.len = 7};

	(void)state;
	expect_option(SOL_SOCKET, SO_MAX_PACING_RATE, &rate, 8, "{\"v\":5000000000}", "{\"v\":{\"");
	expect_option(SOL_SOCKET, SO_MAX_PACING_RATE, &family, 4, "{\"v\":10}", AS_TEXT);
	expect_option(SOL_SOCKET, SO_PEERCRED, &user, sizeof(user),
		"{\"v\":{\"pid\":41,\"uid\":1000,\"gid\":100}}", "{\"v\":{\"");
	expect_option(SOL_SOCKET, SO_LINGER, &linger, sizeof(linger),
		"{\"v\":{\"onoff\":1,\"seconds\":5}}", AS_TEXT);
	expect_option(
		SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5, "{\"v\":\"eth0\"}", "{\"v\":\"eth0\"}");
	expect_option(SOL_SOCKET, SO_DOMAIN, &family, 4, "{\"v\":\"AF_INET6\"}", AS_TEXT);
	expect_option(SOL_SOCKET, SO_TYPE, &type, 4, "{\"v\":\"SOCK_DGRAM\"}", AS_TEXT);
	expect_option(SOL_SOCKET, SO_PROTOCOL, &protocol, 4, "{\"v\":\"IPPROTO_UDP\"}", AS_TEXT);
	expect_option(SOL_SOCKET, SO_ERROR, &error, 4, "{\"v\":4096}", AS_TEXT);
	expect_option(
		SOL_SOCKET, SO_ATTACH_FILTER, &program, 2, "{\"v\":{\"instructions\":7}}", AS_TEXT);
}

/* The name and the value, with numbers: the machine's headers may have no names for them. */
static void expect_named(int level, int option, const char *name, const void *bytes, size_t length,
	const char *value)
{
	struct json_writer w = {0};
	char *found = option_json(level, option, bytes, length);

	decode_option_name(&w, NULL, level, option);
	assert_int_equal(w.length, strlen(name) + 2);
	assert_memory_equal(w.text + 1, name, strlen(name));
	assert_string_equal(found, value);
	json_writer_free(&w);
	free(found);
}

static void options_newer_than_some_headers_and_of_other_levels(void **state)
{
	const int one = 1;
	const uint64_t size = 262144;
	const int64_t timeout[2] = {2, 500000};
	struct sockaddr_in original = {.sin_family = AF_INET, .sin_port = htons(443)};

	(void)state;
	inet_pton(AF_INET, "192.0.2.1", &original.sin_addr);
	expect_named(SOL_SOCKET, 76, "SO_PASSPIDFD", &one, 4, "{\"v\":1}");
	expect_named(SOL_SOCKET, 85, "SO_RIGHTS_NOTRUNC", &one, 4, "{\"v\":1}");
	expect_named(IPPROTO_TCP, 43, "TCP_IS_MPTCP", &one, 4, "{\"v\":1}");
	/* A key and what belongs to it is no number, however short it is. */
	expect_named(
		IPPROTO_TCP, 38, "TCP_AO_ADD_KEY", "key", 4, "{\"v\":{\"text\":\"key\\u0000\"}}");
	expect_named(SOL_TLS, 1, "TLS_TX", "\3\4", 2, "{\"v\":{\"text\":\"\\u0003\\u0004\"}}");
	expect_named(IPPROTO_SCTP, 3, "SCTP_NODELAY", &one, 4, "{\"v\":1}");
	expect_named(IPPROTO_UDPLITE, 103, "UDP_SEGMENT", &one, 4, "{\"v\":1}");
	expect_named(AF_VSOCK, 0, "SO_VM_SOCKETS_BUFFER_SIZE", &size, 8, "{\"v\":262144}");
	expect_named(AF_VSOCK, 6, "SO_VM_SOCKETS_CONNECT_TIMEOUT", timeout, sizeof(timeout),
		"{\"v\":{\"seconds\":2,\"microseconds\":500000}}");
	expect_named(IPPROTO_IP, 80, "SO_ORIGINAL_DST", &original, sizeof(original),
		"{\"v\":{\"family\":\"AF_INET\",\"address\":\"192.0.2.1\",\"port\":443}}");
}

static void memberships_name_their_group_and_interface(void **state)
{
	struct ip_mreqn four = {.imr_ifindex = 3};
	struct ipv6_mreq six = {.ipv6mr_interface = 2};
	struct group_req group = {.gr_interface = 4};
	struct sockaddr_in *address = (struct sockaddr_in *)&group.gr_group;

	(void)state;
	inet_pton(AF_INET, "224.0.0.251", &four.imr_multiaddr);
	inet_pton(AF_INET, "10.0.0.1", &four.imr_address);
	inet_pton(AF_INET6, "ff02::fb", &six.ipv6mr_multiaddr);
	address->sin_family = AF_INET;
	address->sin_addr = four.imr_multiaddr;
	expect_option(IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof(four),
		"{\"v\":{\"group\":\"224.0.0.251\",\"address\":\"10.0.0.1\",\"interface\":3}}",
		"{\"v\":{\"group\":\"224.0.0.251\",\"address\":\"10.0.0.1\"}}");
	expect_option(IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof(struct ip_mreq),
		"{\"v\":{\"group\":\"224.0.0.251\",\"address\":\"10.0.0.1\"}}", AS_BYTES);
	/* What IP_MULTICAST_IF is mostly given: ip(7). */
	expect_option(IPPROTO_IP, IP_MULTICAST_IF, &four.imr_address, sizeof(struct in_addr),
		"{\"v\":\"10.0.0.1\"}", AS_TEXT);
	expect_option(IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof(six),
		"{\"v\":{\"group\":\"ff02::fb\",\"interface\":2}}", AS_BYTES);
	expect_option(IPPROTO_IP, MCAST_JOIN_GROUP, &group, sizeof(group),
		"{\"v\":{\"group\":{\"family\":\"AF_INET\",\"address\":\"224.0.0.251\",\"port\":0},"
		"\"interface\":4}}",
		"{\"v\":{\"");
}

static void tcp_info_of_older_kernels_has_what_all_have(void **state)
{
	struct tcp_info info = {.tcpi_state = 1,
		.tcpi_rtt = 250,
		.tcpi_rttvar = 20,
		.tcpi_snd_mss = 1448,
		.tcpi_rcv_mss = 536,
		.tcpi_snd_cwnd = 10,
		.tcpi_total_retrans = 6};

	(void)state;
	expect_option(IPPROTO_TCP, TCP_INFO, &info,
		offsetof(struct tcp_info, tcpi_total_retrans) + sizeof(uint32_t),
		"{\"v\":{\"state\":\"TCP_ESTABLISHED\",\"retransmits\":0,\"rtt_us\":250,"
		"\"rttvar_us\":20,\"snd_mss\":1448,\"rcv_mss\":536,\"snd_cwnd\":10,\"unacked\":0,"
		"\"lost\":0,\"total_retrans\":6}}",
		"{\"v\":{\"");
}

/* Expects the message as `type` and `value`; and of all that is shorter, anything. */
static void expect_ancillary(
	int level, int type, const void *bytes, size_t length, const char *name, const char *value)
{
	struct json_writer w = {0};
	char *expected = NULL;

	assert_true(asprintf(&expected, "\"type\":\"%s\",\"value\":%s}", name, value) > 0);
	for (size_t cut = 0; cut <= length; cut++) {
		unsigned char *copy = malloc(length); /* ends where it ends, for the sanitizers */
		memcpy(copy, (const char *)bytes + cut, length - cut);
		w.length = 0;
		w.needs_comma = false;
		decode_ancillary(&w, &(struct ancillary){level, type, copy, length - cut});
		assert_true(w.length > 0 && w.text[w.length - 1] == '}');
		if (cut == 0) {
			assert_true(w.length > strlen(expected));
			assert_memory_equal(
				w.text + w.length - strlen(expected), expected, strlen(expected));
		}
		free(copy);
	}
	free(expected);
	json_writer_free(&w);
}

static void ancillary_numbers_and_times(void **state)
{
	const int limit = 64;
	const unsigned char service = 16;
	const uint16_t segment = 1400;
	const uint64_t timestamp = 1234567890123;
	const struct timeval micro = {5, 250000};
	const struct timespec nano = {6, 7};

	(void)state;
	expect_ancillary(IPPROTO_IP, IP_TTL, &limit, 4, "IP_TTL", "64");
	expect_ancillary(IPPROTO_IP, IP_TOS, &service, 1, "IP_TOS", "16");
	expect_ancillary(IPPROTO_UDP, 103, &segment, 2, "UDP_SEGMENT", "1400");
	expect_ancillary(SOL_SOCKET, 84, &limit, 4, "SCM_INQ", "64");
	expect_ancillary(IPPROTO_TCP, 36, &limit, 4, "TCP_CM_INQ", "64");
	expect_ancillary(SOL_SOCKET, 61, &timestamp, 8, "SCM_TXTIME", "1234567890123");
	expect_ancillary(SOL_SOCKET, 3, "label", 6, "SCM_SECURITY", "\"label\"");
	expect_ancillary(SOL_SOCKET, 29, &micro, sizeof(micro), "SCM_TIMESTAMP",
		"{\"seconds\":5,\"microseconds\":250000}");
	expect_ancillary(SOL_SOCKET, 35, &nano, sizeof(nano), "SCM_TIMESTAMPNS",
		"{\"seconds\":6,\"nanoseconds\":7}");
}

static void ancillary_addresses_and_errors(void **state)
{
	struct in_pktinfo four = {.ipi_ifindex = 2};
	struct in6_pktinfo six = {.ipi6_ifindex = 3, .ipi6_addr = in6addr_loopback};
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = htons(53)};
	struct {
		struct sock_extended_err error;
		struct sockaddr_in offender;
	} refused = {.error = {.ee_errno = 111, .ee_origin = 2, .ee_type = 3, .ee_code = 3}};

	(void)state;
	inet_pton(AF_INET, "127.0.0.2", &from.sin_addr);
	four.ipi_spec_dst = four.ipi_addr = from.sin_addr;
	refused.offender = from;
	expect_ancillary(IPPROTO_IP, IP_PKTINFO, &four, sizeof(four), "IP_PKTINFO",
		"{\"interface\":2,\"local\":\"127.0.0.2\",\"address\":\"127.0.0.2\"}");
	expect_ancillary(IPPROTO_IPV6, IPV6_PKTINFO, &six, sizeof(six), "IPV6_PKTINFO",
		"{\"interface\":3,\"address\":\"::1\"}");
	expect_ancillary(IPPROTO_IP, 20, &from, sizeof(from), "IP_ORIGDSTADDR",
		"{\"family\":\"AF_INET\",\"address\":\"127.0.0.2\",\"port\":53}");
	expect_ancillary(IPPROTO_IP, IP_RECVERR, &refused, sizeof(refused), "IP_RECVERR",
		"{\"error\":\"ECONNREFUSED\",\"origin\":2,\"type\":3,\"code\":3,\"info\":0,"
		"\"data\":0,\"offender\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.2\","
		"\"port\":53}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_of_the_socket_level),
		cmocka_unit_test(options_newer_than_some_headers_and_of_other_levels),
		cmocka_unit_test(memberships_name_their_group_and_interface),
		cmocka_unit_test(tcp_info_of_older_kernels_has_what_all_have),
		cmocka_unit_test(ancillary_numbers_and_times),
		cmocka_unit_test(ancillary_addresses_and_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
