/* SPDX-License-Identifier: MIT */
/* The values of socket options and of ancillary data, one of each kind, and cut short. */
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "format/json_writer.h"
#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_ancillary.h"
#include "tracer/decode/decode_ioctl.h"
#include "tracer/decode/decode_netlink.h"
#include "tracer/decode/decode_option.h"
#include "tracer/decode/decode_program.h"

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

static void options_of_the_socket_level(void **state)
{
	const uint64_t rate = 5000000000;
	const struct ucred user = {41, 1000, 100};
	const struct linger linger = {1, 5};
	const int family = AF_INET6, type = SOCK_DGRAM, protocol = IPPROTO_UDP, error = 4096;
	const struct sock_fprog program = {.len = 7};

	(void)state;
	/* Of fewer than eight bytes it is an int: sk_setsockopt in net/core/sock.c. */
	expect_option(SOL_SOCKET, SO_MAX_PACING_RATE, &rate, 8, "{\"v\":5000000000}",
		"{\"v\":705032704}");
	expect_option(SOL_SOCKET, SO_MAX_PACING_RATE, &family, 4, "{\"v\":10}", AS_BYTES);
	expect_option(SOL_SOCKET, SO_PEERCRED, &user, sizeof(user),
		"{\"v\":{\"pid\":41,\"uid\":1000,\"gid\":100}}", "{\"v\":{\"");
	expect_option(SOL_SOCKET, SO_LINGER, &linger, sizeof(linger),
		"{\"v\":{\"onoff\":1,\"seconds\":5}}", AS_BYTES);
	expect_option(
		SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5, "{\"v\":\"eth0\"}", "{\"v\":\"eth0\"}");
	expect_option(SOL_SOCKET, SO_DOMAIN, &family, 4, "{\"v\":\"AF_INET6\"}", AS_BYTES);
	expect_option(SOL_SOCKET, SO_TYPE, &type, 4, "{\"v\":\"SOCK_DGRAM\"}", AS_BYTES);
	expect_option(SOL_SOCKET, SO_PROTOCOL, &protocol, 4, "{\"v\":\"IPPROTO_UDP\"}", AS_BYTES);
	expect_option(SOL_SOCKET, SO_ERROR, &error, 4, "{\"v\":4096}", AS_BYTES);
	expect_option(SOL_SOCKET, SO_ATTACH_FILTER, &program, 2, "{\"v\":{\"instructions\":7}}",
		AS_BYTES);
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
	expect_named(IPPROTO_TCP, 38, "TCP_AO_ADD_KEY", "key", 4, "{\"v\":{\"hex\":\"6b657900\"}}");
	expect_named(SOL_TLS, 1, "TLS_TX", "\3\4", 2, "{\"v\":{\"hex\":\"0304\"}}");
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
		"{\"v\":\"10.0.0.1\"}", AS_BYTES);
	expect_option(IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof(six),
		"{\"v\":{\"group\":\"ff02::fb\",\"interface\":2}}", AS_BYTES);
	expect_option(IPPROTO_IP, MCAST_JOIN_GROUP, &group, sizeof(group),
		"{\"v\":{\"group\":{\"family\":\"AF_INET\",\"address\":\"224.0.0.251\",\"port\":0},"
		"\"interface\":4}}",
		"{\"v\":{\"");
}

/* Expects that of the whole, and anything of all that is shorter. */
static void expect_struct(
	int level, int option, const void *bytes, size_t length, const char *expected)
{
	char *whole = option_json(level, option, bytes, length);

	assert_string_equal(whole, expected);
	free(whole);
	for (size_t cut = 0; cut < length; cut++) {
		unsigned char *copy = malloc(cut + 1); /* ends where it ends, for the sanitizers */
		memcpy(copy, bytes, cut);
		free(option_json(level, option, copy, cut));
		free(copy);
	}
}

static void programs_are_shown_as_instructions(void **state)
{
	const struct sock_filter program[] = {BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 1),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_X, 0), BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_STX, 3), BPF_STMT(BPF_RET | BPF_A, 0), {0xffff, 2, 3, UINT32_MAX}};
	const char *expected =
		"{\"v\":{\"instructions\":9,\"program\":[{\"code\":[\"BPF_LD\",\"BPF_H\",\"BPF_ABS\"],\"k\":12},"
		"{\"code\":[\"BPF_JMP\",\"BPF_K\",\"BPF_JEQ\"],\"jt\":0,\"jf\":1,\"k\":2048},"
		"{\"code\":[\"BPF_ALU\",\"BPF_X\",\"BPF_AND\"],\"k\":0},"
		"{\"code\":[\"BPF_MISC\",\"BPF_TAX\"],\"k\":0},{\"code\":[\"BPF_STX\"],\"k\":3},"
		"{\"code\":[\"BPF_RET\",\"BPF_A\"],\"k\":0},"
		"{\"code\":[\"BPF_MISC\",248,65280],\"jt\":2,\"jf\":3,\"k\":4294967295}]}}";

	(void)state;
	for (size_t cut = sizeof(program) + 1; cut-- > 0;) {
		struct json_writer w = {0};
		unsigned char *copy = malloc(cut + 1);
		memcpy(copy, program, cut);
		json_object_begin(&w, NULL);
		decode_program(&w, "v", 9, copy, cut);
		json_object_end(&w);
		if (cut == sizeof(program)) {
			assert_int_equal(w.length, strlen(expected));
			assert_memory_equal(w.text, expected, w.length);
		}
		json_writer_free(&w);
		free(copy);
	}
}

static void sources_of_multicast(void **state)
{
	unsigned char four[24] = {
		232, 1, 1, 1, 127, 0, 0, 1, 1, 0, 0, 0, 2, 0, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
	struct group_source_req six = {.gsr_interface = 2};
	struct sockaddr_in6 group = {.sin6_family = AF_INET6}, source = group;
	struct {
		struct group_filter filter;
		struct sockaddr_storage more;
	} filter = {.filter = {.gf_interface = 3, .gf_fmode = 0, .gf_numsrc = 5}};

	(void)state;
	inet_pton(AF_INET6, "ff3e::1", &group.sin6_addr);
	inet_pton(AF_INET6, "2001:db8::1", &source.sin6_addr);
	memcpy(&six.gsr_group, &group, sizeof(group));
	memcpy(&six.gsr_source, &source, sizeof(source));
	memcpy(&filter.filter.gf_group, &group, sizeof(group));
	memcpy(&filter.filter.gf_slist[0], &source, sizeof(source));
	memcpy(&filter.more, &source, sizeof(source));
	expect_struct(IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, four, 12,
		"{\"v\":{\"group\":\"232.1.1.1\",\"address\":\"127.0.0.1\",\"source\":\"1.0.0.0\"}}");
	expect_struct(IPPROTO_IP, IP_MSFILTER, four, sizeof(four),
		"{\"v\":{\"group\":\"232.1.1.1\",\"address\":\"127.0.0.1\",\"mode\":\"MCAST_INCLUDE\","
		"\"count\":2,\"sources\":[\"10.0.0.1\",\"10.0.0.2\"]}}");
	expect_struct(IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, &six, sizeof(six),
		"{\"v\":{\"group\":{\"family\":\"AF_INET6\",\"address\":\"ff3e::1\",\"port\":0},"
		"\"source\":{\"family\":\"AF_INET6\",\"address\":\"2001:db8::1\",\"port\":0},"
		"\"interface\":2}}");
	/* The count promises more than there are. */
	expect_struct(IPPROTO_IPV6, MCAST_MSFILTER, &filter, sizeof(filter),
		"{\"v\":{\"group\":{\"family\":\"AF_INET6\",\"address\":\"ff3e::1\",\"port\":0},"
		"\"interface\":3,\"mode\":\"MCAST_EXCLUDE\",\"count\":5,\"sources\":["
		"{\"family\":\"AF_INET6\",\"address\":\"2001:db8::1\",\"port\":0},"
		"{\"family\":\"AF_INET6\",\"address\":\"2001:db8::1\",\"port\":0}]}}");
}

static void numbers_that_are_longer_than_the_kernel_reads(void **state)
{
	const int on[4] = {1, 7, 7, 7};
	const uint32_t groups[2] = {4, 4000000000};

	(void)state;
	expect_option(SOL_SOCKET, SO_REUSEADDR, on, 8, "{\"v\":1}", "{\"v\":1}");
	expect_option(IPPROTO_TCP, 1, on, 16, "{\"v\":1}", "{\"v\":1}");
	/* These are structs, or may be one. */
	expect_option(SOL_SOCKET, 37, on, 8, "{\"v\":{\"flags\":1,\"bind_phc\":7}}", "{\"v\":1}");
	expect_option(SOL_SOCKET, 61, on, 8, "{\"v\":{\"clock\":1,\"flags\":7}}", "{\"v\":{\"");
	expect_struct(SOL_SOCKET, 59, groups, 8, "{\"v\":[4,4000000000]}");
	expect_option(
		IPPROTO_SCTP, 13, on, 8, "{\"v\":{\"association\":1,\"value\":7}}", "{\"v\":1}");
	/* Of what is not known it is not said, either. */
	expect_option(SOL_SOCKET, 4711, on, 8, "{\"v\":{\"hex\":\"0100000007000000\"}}", AS_BYTES);
}

static void filters_of_icmp_messages(void **state)
{
	const uint32_t echo = 1u << 8 | 1u << 0, all_but_echo = ~(1u << 8);
	uint32_t six[8];

	(void)state;
	expect_struct(
		SOL_RAW, 1, &echo, 4, "{\"v\":{\"filtered\":[\"ICMP_ECHOREPLY\",\"ICMP_ECHO\"]}}");
	expect_struct(SOL_RAW, 1, &all_but_echo, 4, "{\"v\":{\"passed\":[\"ICMP_ECHO\"]}}");
	memset(six, 0xff, sizeof(six));
	six[134 / 32] &= ~(1u << 134 % 32);
	six[200 / 32] &= ~(1u << 200 % 32);
	expect_struct(IPPROTO_ICMPV6, 1, six, sizeof(six),
		"{\"v\":{\"passed\":[\"ND_ROUTER_ADVERT\",200]}}");
}

static void options_of_tcp_and_tls(void **state)
{
	const uint32_t repair[4] = {2, 1460, 4, 0}, window[5] = {1, 2, 3, 4, 5};
	unsigned char key[288] = {0}, info[48] = {0x15}, tls[40] = {4, 3, 51, 0, 's', 'e', 0xff};
	struct sockaddr_in peer = {.sin_family = AF_INET};

	(void)state;
	inet_pton(AF_INET, "192.0.2.7", &peer.sin_addr);
	memcpy(key, &peer, sizeof(peer));
	memcpy(key + 128, "hmac(sha1)", 10);
	key[196] = 3;
	memcpy(key + 202, "\40\144\145\14\2\3\377ey", 9);
	expect_struct(IPPROTO_TCP, 38, key, sizeof(key),
		"{\"v\":{\"address\":{\"family\":\"AF_INET\",\"address\":\"192.0.2.7\",\"port\":0},"
		"\"algorithm\":\"hmac(sha1)\",\"interface\":0,\"flags\":[\"set_current\",\"set_rnext\"],"
		"\"prefix\":32,\"sndid\":100,\"rcvid\":101,\"maclen\":12,"
		"\"keyflags\":[\"TCP_AO_KEYF_EXCLUDE_OPT\"],\"keylen\":3,\"key\":{\"hex\":\"ff6579\"}}}");
	info[8] = 9;
	expect_struct(IPPROTO_TCP, 40, info, sizeof(info),
		"{\"v\":{\"flags\":[\"set_current\",\"ao_required\",\"accept_icmps\"],\"current_key\":0,"
		"\"rnext\":0,\"pkt_good\":9,\"pkt_bad\":0,\"pkt_key_not_found\":0,"
		"\"pkt_ao_required\":0,\"pkt_dropped_icmp\":0}}");
	expect_struct(IPPROTO_TCP, TCP_REPAIR_OPTIONS, repair, sizeof(repair),
		"{\"v\":[{\"code\":\"TCPOPT_MSS\",\"value\":1460},"
		"{\"code\":\"TCPOPT_SACK_PERM\",\"value\":0}]}");
	expect_struct(IPPROTO_TCP, TCP_REPAIR_WINDOW, window, sizeof(window),
		"{\"v\":{\"snd_wl1\":1,\"snd_wnd\":2,\"max_window\":3,\"rcv_wnd\":4,\"rcv_wup\":5}}");
	expect_struct(SOL_TLS, 1, tls, 7,
		"{\"v\":{\"version\":\"TLS_1_3_VERSION\",\"cipher\":\"TLS_CIPHER_AES_GCM_128\","
		"\"secret\":{\"hex\":\"7365ff\"}}}");
}

static void options_of_packet_sockets(void **state)
{
	const unsigned char member[16] = {2, 0, 0, 0, 1, 0, 6, 0, 2, 0x42, 0xac, 0x11, 0, 2};
	const uint32_t ring[7] = {4096, 2, 2048, 4, 60, 0, 1};

	(void)state;
	expect_struct(SOL_PACKET, 1, member, sizeof(member),
		"{\"v\":{\"interface\":2,\"type\":\"PACKET_MR_PROMISC\",\"length\":6,"
		"\"address\":\"02:42:ac:11:00:02\"}}");
	expect_struct(SOL_PACKET, 5, ring, 16,
		"{\"v\":{\"block_size\":4096,\"block_nr\":2,\"frame_size\":2048,\"frame_nr\":4}}");
	expect_struct(SOL_PACKET, 13, ring, 28,
		"{\"v\":{\"block_size\":4096,\"block_nr\":2,\"frame_size\":2048,\"frame_nr\":4,"
		"\"retire_blk_tov\":60,\"sizeof_priv\":0,\"feature_req_word\":1}}");
	expect_struct(SOL_PACKET, 6, ring, 8, "{\"v\":{\"packets\":4096,\"drops\":2}}");
	expect_option(SOL_PACKET, 18, ring, 4, "{\"v\":4096}", "{\"v\":{\"");
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

static void ancillary_structs(void **state)
{
	const int64_t times[6] = {5, 6, 0, 0, 7, 8};
	const int32_t short_times[6] = {5, 6, 0, 0, 7, 8};
	const unsigned char record_route[4] = {7, 3, 4, 0};
	const unsigned char auxiliary[20] = {
		0x51, 0, 0, 0, 60, 0, 0, 0, 40, 0, 0, 0, 0, 0, 14, 0, 5, 0, 0, 0x81};
	const unsigned char received[28] = {1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3};
	const unsigned char flow[4] = {0, 1, 0, 2};
	const int protocol = IPPROTO_UDP;

	(void)state;
	expect_ancillary(SOL_SOCKET, 37, times, sizeof(times), "SCM_TIMESTAMPING",
		"[{\"seconds\":5,\"nanoseconds\":6},{\"seconds\":0,\"nanoseconds\":0},"
		"{\"seconds\":7,\"nanoseconds\":8}]");
	expect_ancillary(SOL_SOCKET, 37, short_times, sizeof(short_times), "SCM_TIMESTAMPING",
		"[{\"seconds\":5,\"nanoseconds\":6},{\"seconds\":0,\"nanoseconds\":0},"
		"{\"seconds\":7,\"nanoseconds\":8}]");
	expect_ancillary(IPPROTO_IP, IP_RECVOPTS, record_route, sizeof(record_route), "IP_RECVOPTS",
		"{\"hex\":\"07030400\"}");
	expect_ancillary(IPPROTO_IP, 52, &protocol, 4, "IP_PROTOCOL", "\"IPPROTO_UDP\"");
	expect_ancillary(IPPROTO_IPV6, 11, flow, sizeof(flow), "IPV6_FLOWINFO", "65538");
	expect_ancillary(SOL_PACKET, 8, auxiliary, sizeof(auxiliary), "PACKET_AUXDATA",
		"{\"status\":[\"TP_STATUS_USER\",\"TP_STATUS_VLAN_VALID\","
		"\"TP_STATUS_VLAN_TPID_VALID\"],\"len\":60,\"snaplen\":40,\"mac\":0,\"net\":14,"
		"\"vlan_tci\":5,\"vlan_tpid\":\"ETH_P_8021Q\"}");
	expect_ancillary(IPPROTO_SCTP, 3, received, sizeof(received), "SCTP_RCVINFO",
		"{\"stream\":1,\"ssn\":2,\"flags\":0,\"ppid\":3,\"tsn\":0,\"cumtsn\":0,\"context\":0,"
		"\"association\":0}");
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

/* Expects that of the whole, and anything of all that is shorter. */
static void expect_address(const void *bytes, size_t length, const char *expected)
{
	for (size_t cut = length; cut > 0; cut--) {
		struct json_writer w = {0};
		unsigned char *copy = malloc(cut); /* ends where it ends, for the sanitizers */
		memcpy(copy, bytes, cut);
		json_object_begin(&w, NULL);
		decode_address(&w, "a", copy, cut);
		json_object_end(&w);
		assert_true(w.length > 0 && w.text[w.length - 1] == '}');
		if (cut == length) {
			assert_int_equal(w.length, strlen(expected));
			assert_memory_equal(w.text, expected, w.length);
		}
		json_writer_free(&w);
		free(copy);
	}
}

static void expect_ioctl(
	uint32_t request, bool has_failed, const void *bytes, size_t length, const char *expected)
{
	for (size_t cut = length + 1; cut-- > 0;) {
		struct json_writer w = {0};
		unsigned char *copy = malloc(cut + 1);
		memcpy(copy, bytes, cut);
		json_object_begin(&w, NULL);
		decode_ioctl_argument(&w, "v", ioctl_find(request), has_failed, copy, cut);
		json_object_end(&w);
		assert_true(w.length > 0 && w.text[w.length - 1] == '}');
		if (cut == length) {
			assert_int_equal(w.length, strlen(expected));
			assert_memory_equal(w.text, expected, w.length);
		}
		json_writer_free(&w);
		free(copy);
	}
}

static void ioctls_of_interfaces(void **state)
{
	struct ifreq request = {.ifr_name = "eth0", .ifr_flags = IFF_UP | IFF_RUNNING};
	struct sockaddr_in address = {.sin_family = AF_INET};
	unsigned char list[4 + 2 * 32 + 7] = {80, 0, 0, 0, 'l', 'o'};
	const int waiting = 12;

	(void)state;
	inet_pton(AF_INET, "10.1.2.3", &address.sin_addr);
	memcpy(list + 4 + 16, &address, sizeof(address));
	memcpy(list + 4 + 32, "eth0", 4);
	expect_ioctl(SIOCGIFFLAGS, false, &request, sizeof(request),
		"{\"v\":{\"interface\":\"eth0\",\"flags\":[\"IFF_UP\",\"IFF_RUNNING\"]}}");
	/* What the kernel was to write, it has not. */
	expect_ioctl(
		SIOCGIFFLAGS, true, &request, sizeof(request), "{\"v\":{\"interface\":\"eth0\"}}");
	expect_ioctl(SIOCSIFFLAGS, true, &request, sizeof(request),
		"{\"v\":{\"interface\":\"eth0\",\"flags\":[\"IFF_UP\",\"IFF_RUNNING\"]}}");
	expect_ioctl(SIOCGIFNAME, true, &request, sizeof(request), "{\"v\":{\"index\":65}}");
	expect_ioctl(SIOCGIFNAME, false, &request, sizeof(request),
		"{\"v\":{\"index\":65,\"interface\":\"eth0\"}}");
	expect_ioctl(FIONREAD, false, &waiting, sizeof(waiting), "{\"v\":12}");
	expect_ioctl(FIONREAD, true, &waiting, sizeof(waiting), "{}");
	request.ifr_hwaddr = (struct sockaddr){.sa_family = 1, .sa_data = {2, 0x42, 0, 1, 2, 3}};
	expect_ioctl(SIOCGIFHWADDR, false, &request, sizeof(request),
		"{\"v\":{\"interface\":\"eth0\",\"hardware\":\"ARPHRD_ETHER\","
		"\"address\":\"02:42:00:01:02:03\"}}");
	expect_ioctl(SIOCGIFCONF, false, list, sizeof(list),
		"{\"v\":{\"length\":80,\"interfaces\":[{\"interface\":\"lo\",\"address\":"
		"{\"family\":\"AF_INET\",\"address\":\"10.1.2.3\",\"port\":0}},"
		"{\"interface\":\"eth0\",\"address\":{\"family\":\"AF_UNSPEC\"}}]}}");
	expect_ioctl(SIOCGIFCONF, false, list, 4, "{\"v\":{\"length\":80}}");
}

/* The letters of a call sign are shifted by a bit. */
static void put_call_sign(unsigned char *at, const char *letters, int station)
{
	for (int i = 0; i < 6; i++)
		at[i] = (unsigned char)(letters[i] << 1);
	at[6] = (unsigned char)(station << 1);
}

static void addresses_of_rarer_families(void **state)
{
	unsigned char ax25[30] = {AF_AX25};
	unsigned char ipx[16] = {AF_IPX, 0, 0x04, 0x51, 0, 0, 0xab, 0xcd, 2, 0, 0, 0, 0, 9, 7};
	unsigned char x25[18] = {AF_X25, 0, '1', '9', '4', '0'};
	unsigned char packet[20] = {AF_PACKET, 0, 0x86, 0xdd, 0, 0, 0, 0, 1, 0, 4, 6, 2, 0x42};
	unsigned char alg[88] = {AF_ALG, 0, 'h', 'a', 's', 'h'};

	(void)state;
	put_call_sign(ax25 + 2, "DB0ABC", 12);
	expect_address(ax25, 16,
		"{\"a\":{\"family\":\"AF_AX25\",\"address\":\"DB0ABC-12\",\"digis\":0,"
		"\"digipeaters\":[]}}");
	ax25[12] = 5; /* more than there are */
	put_call_sign(ax25 + 16, "K1A   ", 0);
	put_call_sign(ax25 + 23, "      ", 0);
	expect_address(ax25, sizeof(ax25),
		"{\"a\":{\"family\":\"AF_AX25\",\"address\":\"DB0ABC-12\",\"digis\":5,"
		"\"digipeaters\":[\"K1A-0\",\"*\"]}}");
	ax25[2] = '\n' << 1;
	ax25[12] = 0;
	expect_address(ax25, 16,
		"{\"a\":{\"family\":\"AF_AX25\",\"address\":\"14:84:60:82:84:86:18\",\"digis\":0,"
		"\"digipeaters\":[]}}");
	expect_address(ipx, sizeof(ipx),
		"{\"a\":{\"family\":\"AF_IPX\",\"port\":1105,\"network\":43981,"
		"\"address\":\"02:00:00:00:00:09\",\"type\":7}}");
	expect_address(x25, sizeof(x25), "{\"a\":{\"family\":\"AF_X25\",\"address\":\"1940\"}}");
	expect_address(packet, sizeof(packet),
		"{\"a\":{\"family\":\"AF_PACKET\",\"protocol\":\"ETH_P_IPV6\",\"interface\":0,"
		"\"hardware\":\"ARPHRD_ETHER\",\"packet_type\":\"PACKET_OUTGOING\",\"length\":6,"
		"\"address\":\"02:42:00:00:00:00\"}}");
	expect_address(alg, sizeof(alg),
		"{\"a\":{\"family\":\"AF_ALG\",\"type\":\"hash\",\"feat\":0,\"mask\":0,\"name\":\"\"}}");
}

/* Expects that of the whole, and anything of all that is shorter. */
static void expect_netlink(
	int protocol, bool is_received, const void *bytes, size_t length, const char *expected)
{
	for (size_t cut = length + 1; cut-- > 0;) {
		struct json_writer w = {0};
		unsigned char *copy = malloc(cut + 1);
		memcpy(copy, bytes, cut);
		json_object_begin(&w, NULL);
		decode_netlink(&w, "n", protocol, is_received, copy, cut);
		json_object_end(&w);
		assert_true(w.length > 0 && w.text[w.length - 1] == '}');
		if (cut == length) {
			char *text = strndup(w.text, w.length);
			assert_string_equal(text, expected);
			free(text);
		}
		json_writer_free(&w);
		free(copy);
	}
}

#define HEADER(length, type, flags) \
	(length), 0, 0, 0, (type), 0, (flags) % 256, (flags) / 256, 7, 0, 0, 0, 9, 0, 0, 0

static void netlink_routes_and_links(void **state)
{
	const unsigned char request[] = {HEADER(17, 18, 0x301), 10};
	const unsigned char addresses[] = {HEADER(44, 20, 2), 2, 24, 0x80, 0, 3, 0, 0, 0, 8, 0, 1,
		0, 192, 0, 2, 5, 9, 0, 3, 0, 'e', 't', 'h', '0', 0, 0, 0, 0,
		/* the second one is not whole */
		HEADER(200, 20, 2), 10, 64, 0, 253, 1, 0, 0, 0, 20, 0, 1, 0, 1};
	const unsigned char link[] = {HEADER(68, 16, 0), 0, 0, 1, 0, 2, 0, 0, 0, 0x43, 0x10, 0, 0,
		0, 0, 0, 0, 10, 0, 1, 0, 2, 0x42, 1, 2, 3, 4, 0, 0, 12, 0, 18, 0x80, 8, 0, 1, 0,
		'b', 'r', '0', 0, 5, 0, 0xe7, 0x03, 0xff, 0, 0, 0, 3, 0, 1, 0};

	(void)state;
	expect_netlink(0, false, request, sizeof(request),
		"{\"n\":[{\"length\":17,\"type\":\"RTM_GETLINK\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_DUMP\"],"
		"\"seq\":7,\"pid\":9,\"header\":{\"family\":\"AF_INET6\"}}]}");
	expect_netlink(0, true, addresses, sizeof(addresses),
		"{\"n\":[{\"length\":44,\"type\":\"RTM_NEWADDR\",\"flags\":[\"NLM_F_MULTI\"],\"seq\":7,\"pid\":9,"
		"\"header\":{\"family\":\"AF_INET\",\"prefix_length\":24,\"flags\":[\"IFA_F_PERMANENT\"],"
		"\"scope\":\"RT_SCOPE_UNIVERSE\",\"index\":3},\"attributes\":["
		"{\"type\":\"IFA_ADDRESS\",\"address\":\"192.0.2.5\"},"
		"{\"type\":\"IFA_LABEL\",\"interface\":\"eth0\"}]},"
		"{\"length\":200,\"type\":\"RTM_NEWADDR\",\"flags\":[\"NLM_F_MULTI\"],\"seq\":7,\"pid\":9,"
		"\"header\":{\"family\":\"AF_INET6\",\"prefix_length\":64,\"flags\":[],"
		"\"scope\":\"RT_SCOPE_LINK\",\"index\":1},\"attributes\":[],\"truncated\":true}]}");
	/* An attribute that nobody knows, and then one that is none. */
	expect_netlink(0, true, link, sizeof(link),
		"{\"n\":[{\"length\":68,\"type\":\"RTM_NEWLINK\",\"flags\":[],\"seq\":7,\"pid\":9,"
		"\"header\":{\"family\":\"AF_UNSPEC\",\"type\":\"ARPHRD_ETHER\",\"index\":2,"
		"\"flags\":[\"IFF_UP\",\"IFF_BROADCAST\",\"IFF_RUNNING\",\"IFF_MULTICAST\"],\"change\":[]},"
		"\"attributes\":[{\"type\":\"IFLA_ADDRESS\",\"address\":\"02:42:01:02:03:04\"},"
		"{\"type\":\"IFLA_LINKINFO\",\"flags\":[\"NLA_F_NESTED\"],\"attributes\":["
		"{\"type\":\"IFLA_INFO_KIND\",\"value\":\"br0\"}]},"
		"{\"type\":999,\"value\":{\"hex\":\"ff\"}}]}]}");
}

/* What an attribute is depends on the family of its message. */
static void netlink_attributes_by_family(void **state)
{
	unsigned char link[] = {HEADER(52, 16, 0), 7, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		12, 0, 26, 0, 6, 0, 1, 0, 1, 0, 0, 0, 8, 0, 12, 0, 4, 0, 1, 0};
	unsigned char route[] = {HEADER(44, 24, 0), 28, 20, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0, 8, 0, 1,
		0, 0, 6, 0x41, 0, 8, 0, 19, 0, 0, 7, 1, 0};
	unsigned char old[16 + 60] = {HEADER(76, 18, 0x301), 2, 6};
	const char shape[] =
		"{\"n\":[{\"length\":52,\"type\":\"RTM_NEWLINK\",\"flags\":[],\"seq\":7,\"pid\":9,"
		"\"header\":{\"family\":\"%s\",\"type\":\"ARPHRD_ETHER\",\"index\":2,\"flags\":[],"
		"\"change\":[]},\"attributes\":[{\"type\":\"IFLA_AF_SPEC\",\"attributes\":["
		"{\"type\":%s,\"value\":%s}]},{\"type\":\"IFLA_PROTINFO\",%s}]}]}";
	char expected[512];

	(void)state;
	snprintf(expected, sizeof(expected), shape, "AF_BRIDGE", "\"IFLA_BRIDGE_MODE\"", "1",
		"\"attributes\":[{\"type\":\"IFLA_BRPORT_STATE\",\"value\":{\"text\":\"\"}}]");
	expect_netlink(0, true, link, sizeof(link), expected);
	link[16] = 10;
	snprintf(expected, sizeof(expected), shape, "AF_INET6", "1", "{\"hex\":\"0100\"}",
		"\"attributes\":[{\"type\":\"IFLA_INET6_FLAGS\",\"value\":{\"text\":\"\"}}]");
	expect_netlink(0, true, link, sizeof(link), expected);
	link[16] = 0;
	snprintf(expected, sizeof(expected), shape, "AF_UNSPEC", "1", "{\"hex\":\"0100\"}",
		"\"value\":{\"hex\":\"04000100\"}");
	expect_netlink(0, true, link, sizeof(link), expected);
	expect_netlink(0, true, route, sizeof(route),
		"{\"n\":[{\"length\":44,\"type\":\"RTM_NEWROUTE\",\"flags\":[],\"seq\":7,\"pid\":9,"
		"\"header\":{\"family\":\"AF_MPLS\",\"dst_len\":20,\"src_len\":0,\"tos\":0,"
		"\"table\":\"RT_TABLE_MAIN\",\"protocol\":\"RTPROT_BOOT\",\"scope\":\"RT_SCOPE_UNIVERSE\","
		"\"type\":\"RTN_UNICAST\",\"flags\":[]},\"attributes\":["
		"{\"type\":\"RTA_DST\",\"value\":{\"hex\":\"00064100\"}},"
		"{\"type\":\"RTA_NEWDST\",\"value\":{\"hex\":\"00070100\"}}]}]}");
	/* A struct inet_diag_req, and not inet_diag_req_v2. */
	expect_netlink(4, false, old, sizeof(old),
		"{\"n\":[{\"length\":76,\"type\":\"TCPDIAG_GETSOCK\",\"flags\":[\"NLM_F_REQUEST\","
		"\"NLM_F_DUMP\"],\"seq\":7,\"pid\":9}]}");
}

static void netlink_answers_sockets_and_families(void **state)
{
	const unsigned char error[] = {HEADER(60, 2, 0x300), 0xfe, 0xff, 0xff, 0xff,
		HEADER(32, 16, 1), 14, 0, 1, 0, 'n', 'o', ' ', 's', 'u', 'c', 'h', '!', 0, 0, 0, 0,
		8, 0, 2, 0, 20, 0, 0, 0};
	const unsigned char none[] = {15, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	const unsigned char family[] = {HEADER(60, 16, 0), 1, 2, 0, 0, 8, 0, 2, 0, 'a', 'b', 'c', 0,
		32, 0, 6, 0, 20, 0, 1, 0, 8, 0, 1, 0, 3, 0, 0, 0, 8, 0, 2, 0, 14, 0, 0, 0, 8, 0, 2,
		0, 8, 0, 1, 0};
	unsigned char local[16 + 16 + 12] = {HEADER(44, 20, 2), 1, 1, 10, 0, 5};
	unsigned char inet[16 + 72] = {
		HEADER(88, 20, 2), 2, 1, 0, 0, 0, 22, 0x1f, 0x90, 10, 0, 0, 1};

	(void)state;
	expect_netlink(16, true, error, sizeof(error),
		"{\"n\":[{\"length\":60,\"type\":\"NLMSG_ERROR\",\"flags\":[\"NLM_F_CAPPED\",\"NLM_F_ACK_TLVS\"],"
		"\"seq\":7,\"pid\":9,\"error\":\"ENOENT\",\"request\":{\"length\":32,"
		"\"type\":\"GENL_ID_CTRL\",\"flags\":[\"NLM_F_REQUEST\"],\"seq\":7,\"pid\":9},"
		"\"attributes\":[{\"type\":\"NLMSGERR_ATTR_MSG\",\"value\":\"no such!\"},"
		"{\"type\":\"NLMSGERR_ATTR_OFFS\",\"value\":20}]}]}");
	expect_netlink(0, true, none, sizeof(none), "{}");
	expect_netlink(15, true, "add@/devices/virtual/net/lo", 28, "{}");
	memcpy(local + 32, "\14\0\0\0\0/run/x", 11);
	expect_netlink(4, true, local, sizeof(local),
		"{\"n\":[{\"length\":44,\"type\":\"SOCK_DIAG_BY_FAMILY\",\"flags\":[\"NLM_F_MULTI\"],\"seq\":7,"
		"\"pid\":9,\"header\":{\"family\":\"AF_UNIX\",\"type\":\"SOCK_STREAM\",\"state\":\"TCP_LISTEN\","
		"\"inode\":5,\"cookie\":0},\"attributes\":[{\"type\":\"UNIX_DIAG_NAME\",\"abstract\":\"/run/x\\u0000\"}]}]}");
	expect_netlink(4, true, inet, sizeof(inet),
		"{\"n\":[{\"length\":88,\"type\":\"SOCK_DIAG_BY_FAMILY\",\"flags\":[\"NLM_F_MULTI\"],\"seq\":7,"
		"\"pid\":9,\"header\":{\"family\":\"AF_INET\",\"state\":\"TCP_ESTABLISHED\",\"timer\":0,"
		"\"retrans\":0,\"sport\":22,\"dport\":8080,\"src\":\"10.0.0.1\",\"dst\":\"0.0.0.0\","
		"\"interface\":0,\"cookie\":0,\"expires\":0,\"rqueue\":0,\"wqueue\":0,\"uid\":0,\"inode\":0}}]}");
	expect_netlink(16, true, family, sizeof(family),
		"{\"n\":[{\"length\":60,\"type\":\"GENL_ID_CTRL\",\"flags\":[],\"seq\":7,\"pid\":9,"
		"\"header\":{\"command\":\"CTRL_CMD_NEWFAMILY\",\"version\":2},\"attributes\":["
		"{\"type\":\"CTRL_ATTR_FAMILY_NAME\",\"value\":\"abc\"},{\"type\":\"CTRL_ATTR_OPS\",\"attributes\":["
		"{\"type\":1,\"attributes\":[{\"type\":\"CTRL_ATTR_OP_ID\",\"value\":3},"
		"{\"type\":\"CTRL_ATTR_OP_FLAGS\",\"value\":14}]},"
		"{\"type\":2,\"attributes\":[]}]}]}]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_of_the_socket_level),
		cmocka_unit_test(options_newer_than_some_headers_and_of_other_levels),
		cmocka_unit_test(memberships_name_their_group_and_interface),
		cmocka_unit_test(programs_are_shown_as_instructions),
		cmocka_unit_test(sources_of_multicast),
		cmocka_unit_test(numbers_that_are_longer_than_the_kernel_reads),
		cmocka_unit_test(filters_of_icmp_messages),
		cmocka_unit_test(options_of_tcp_and_tls),
		cmocka_unit_test(options_of_packet_sockets),
		cmocka_unit_test(tcp_info_of_older_kernels_has_what_all_have),
		cmocka_unit_test(addresses_of_rarer_families),
		cmocka_unit_test(ioctls_of_interfaces),
		cmocka_unit_test(netlink_routes_and_links),
		cmocka_unit_test(netlink_attributes_by_family),
		cmocka_unit_test(netlink_answers_sockets_and_families),
		cmocka_unit_test(ancillary_numbers_and_times),
		cmocka_unit_test(ancillary_structs),
		cmocka_unit_test(ancillary_addresses_and_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
