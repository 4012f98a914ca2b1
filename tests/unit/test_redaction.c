/* SPDX-License-Identifier: MIT */
/* What a redaction leaves of a line. */
#include "tests/unit/test.h"

#include <string.h>

#include "format/redaction.h"

struct expectation {
	enum redaction_level level;
	const char *line, *expected;
};

static const struct expectation alone[] = {
	/* payloads */
	{REDACT_DATA, "{\"data\":{\"text\":\"secret\"}}",
		"{\"data\":{\"text\":\"[6 bytes]\",\"redacted\":true}}"},
	{REDACT_DATA, "{\"data\":{\"hex\":\"00ff\",\"truncated\":true}}",
		"{\"data\":{\"truncated\":true,\"text\":\"[2 bytes]\",\"redacted\":true}}"},
	{REDACT_DATA, "{\"messages\":[{\"bytes\":1,\"data\":{\"text\":\"x\"}}]}",
		"{\"messages\":[{\"bytes\":1,\"data\":{\"text\":\"[1 "
		"bytes]\",\"redacted\":true}}]}"},
	/* keys of ciphers are values of options */
	{REDACT_DATA, "{\"args\":{\"option\":1,\"value\":{\"hex\":\"0102\"}}}",
		"{\"args\":{\"option\":1,\"value\":{\"text\":\"[2 "
		"bytes]\",\"redacted\":true}}}"},
	/* addresses and command lines stay */
	{REDACT_DATA, "{\"peer\":{\"family\":\"AF_INET\",\"address\":\"10.1.2.3\",\"port\":80}}",
		"{\"peer\":{\"family\":\"AF_INET\",\"address\":\"10.1.2.3\",\"port\":80}}"},
	{REDACT_DATA, "{\"peer\":{\"family\":77,\"bytes\":{\"hex\":\"0102\"}}}",
		"{\"peer\":{\"family\":77,\"bytes\":{\"hex\":\"0102\"}}}"},
	{REDACT_DATA, "{\"command\":[\"/bin/nc\",\"host\"]}",
		"{\"command\":[\"/bin/nc\",\"host\"]}"},
	{REDACT_DATA, "{\"program\":[{\"code\":[\"BPF_JMP\"],\"k\":3325256711}]}",
		"{\"program\":[{\"code\":[\"BPF_JMP\"],\"k\":3325256711}]}"},
	/* all of them */
	{REDACT_ADDRESSES, "{\"program\":[{\"code\":[\"BPF_JMP\"],\"jt\":1,\"k\":3325256711}]}",
		"{\"program\":[{\"code\":[\"BPF_JMP\"],\"jt\":1}]}"},
	{REDACT_ADDRESSES,
		"{\"peer\":{\"family\":\"AF_INET\",\"address\":\"10.1.2.3\",\"port\":80}}",
		"{\"peer\":{\"family\":\"AF_INET\",\"address\":\"ipv4-1\",\"port\":80}}"},
	{REDACT_ADDRESSES, "{\"peer\":{\"family\":77,\"bytes\":{\"hex\":\"0102\"}}}",
		"{\"peer\":{\"family\":77,\"bytes\":{\"text\":\"[2 bytes]\",\"redacted\":true}}}"},
	{REDACT_ADDRESSES, "{\"address\":\"127.0.0.1\",\"local\":{\"address\":\"::\"}}",
		"{\"address\":\"127.0.0.1\",\"local\":{\"address\":\"::\"}}"},
	{REDACT_ADDRESSES, "{\"address\":\"127.0.0.1.evil\"}", "{\"address\":\"address-1\"}"},
	{REDACT_ADDRESSES,
		"{\"netlink\":[{\"header\":{\"src\":\"10.0.0.1\"},\"attributes\":[{\"type\":\"IFLA_IFNAME\","
		"\"interface\":\"eth0\"},{\"type\":\"IFLA_ADDRESS\",\"address\":\"02:42:01:02:03:04\"},"
		"{\"type\":\"RTA_DST\",\"address\":\"10.0.0.1\"},{\"type\":\"UNIX_DIAG_NAME\","
		"\"path\":\"/run/x\"},{\"type\":9,\"value\":{\"text\":\"eth0\"}}]}]}",
		"{\"netlink\":[{\"header\":{\"src\":\"ipv4-1\"},\"attributes\":[{\"type\":\"IFLA_IFNAME\","
		"\"interface\":\"interface-1\"},{\"type\":\"IFLA_ADDRESS\",\"address\":\"address-1\"},"
		"{\"type\":\"RTA_DST\",\"address\":\"ipv4-1\"},{\"type\":\"UNIX_DIAG_NAME\","
		"\"path\":\"path-1\"},{\"type\":9,\"value\":{\"text\":\"[4 bytes]\",\"redacted\":true}}]}]}"},
	{REDACT_ADDRESSES,
		"{\"value\":{\"interface\":\"eth0\",\"new_name\":\"lan0\",\"slave\":\"eth0\"}}",
		"{\"value\":{\"interface\":\"interface-1\",\"new_name\":\"interface-2\","
		"\"slave\":\"interface-1\"}}"},
	{REDACT_ADDRESSES,
		"{\"address\":{\"address\":\"02:42:ac:11:00:02\",\"digipeaters\":[\"DB0ABC-1\"]}}",
		"{\"address\":{\"address\":\"address-1\",\"digipeaters\":[\"address-2\"]}}"},
	{REDACT_ADDRESSES, "{\"value\":{\"group\":\"224.0.0.9\",\"interface\":2}}",
		"{\"value\":{\"group\":\"ipv4-1\",\"interface\":2}}"},
	{REDACT_ADDRESSES, "{\"option\":\"SO_BINDTODEVICE\",\"value\":\"eth0\"}",
		"{\"option\":\"SO_BINDTODEVICE\",\"value\":\"interface-1\"}"},
	{REDACT_ADDRESSES, "{\"option\":\"TCP_CONGESTION\",\"value\":\"SECRET\"}",
		"{\"option\":\"TCP_CONGESTION\",\"value\":\"name-1\"}"},
	{REDACT_ADDRESSES, "{\"option\":\"NEW\",\"value\":\"alice\"}",
		"{\"option\":\"NEW\",\"value\":\"name-1\"}"},
	{REDACT_ADDRESSES, "{\"option\":\"TCP_AO_ADD_KEY\",\"value\":{\"algorithm\":\"alice\"}}",
		"{\"option\":\"TCP_AO_ADD_KEY\",\"value\":{\"algorithm\":\"name-1\"}}"},
	{REDACT_ADDRESSES,
		"{\"attributes\":[{\"type\":\"INET_DIAG_CONG\",\"value\":\"SECRET\"},"
		"{\"type\":\"IFLA_INFO_KIND\",\"value\":\"alice\"},"
		"{\"type\":\"RTA_TABLE\",\"value\":\"RT_TABLE_MAIN\"}]}",
		"{\"attributes\":[{\"type\":\"INET_DIAG_CONG\",\"value\":\"name-1\"},"
		"{\"type\":\"IFLA_INFO_KIND\",\"value\":\"name-2\"},"
		"{\"type\":\"RTA_TABLE\",\"value\":\"RT_TABLE_MAIN\"}]}"},
	{REDACT_ADDRESSES,
		"{\"address\":{\"family\":\"AF_ALG\",\"type\":\"hash\",\"name\":\"alice\"}}",
		"{\"address\":{\"family\":\"AF_ALG\",\"type\":\"name-1\",\"name\":\"name-2\"}}"},
	{REDACT_ADDRESSES, "{\"control\":[{\"type\":\"SCM_SECURITY\",\"value\":\"u:alice:t\"}]}",
		"{\"control\":[{\"type\":\"SCM_SECURITY\",\"value\":\"name-1\"}]}"},
	{REDACT_ADDRESSES, "{\"option\":\"SO_ERROR\",\"value\":\"ECONNREFUSED\"}",
		"{\"option\":\"SO_ERROR\",\"value\":\"ECONNREFUSED\"}"},
	/* what a program calls itself, and what it was called by who started it */
	{REDACT_ADDRESSES,
		"{\"program\":\"alice\",\"file\":\"db\",\"command\":[\"db: alice\",\"x\"]}",
		"{\"program\":\"db\",\"command\":[\"db\",\"[word]\"]}"},
	{REDACT_ADDRESSES, "{\"program\":\"db\",\"command\":[\"alice\"]}",
		"{\"program\":\"db\",\"command\":[\"db\"]}"},
	{REDACT_ADDRESSES, "{\"type\":\"trace\",\"command\":[\"db: alice\"],\"file\":\"db\"}",
		"{\"type\":\"trace\",\"command\":[\"db\"],\"file\":\"db\",\"options\":{\"redact\":"
		"\"addresses\"}}"},
	{REDACT_DATA, "{\"program\":\"alice\",\"file\":\"db\"}",
		"{\"program\":\"alice\",\"file\":\"db\"}"},
	{REDACT_ADDRESSES, "{\"command\":[\"/home/me/nc\",\"host\",\"80\"]}",
		"{\"command\":[\"nc\",\"[word]\",\"[word]\"]}"},
	{REDACT_ADDRESSES, "{\"command\":[\"nc\",[\"secret\"],7]}",
		"{\"command\":[\"nc\",\"[word]\",\"[word]\"]}"},
	{REDACT_ADDRESSES, "{\"path\":\"/run/a\\u0000b\",\"abstract\":\"x\",\"host\":\"me\"}",
		"{\"path\":\"path-1\",\"abstract\":\"abstract-1\",\"host\":\"host-1\"}"},
	{REDACT_DATA, "{\"type\":\"trace\",\"options\":{\"payload\":64}}",
		"{\"type\":\"trace\",\"options\":{\"payload\":64,\"redact\":\"data\"}}"},
	/* nothing is kept of what cannot be read */
	{REDACT_DATA, "{\"data\":{\"text\":\"secret\"}", "{"},
	{REDACT_DATA, "\"secret\"", "{"},
	{REDACT_DATA, "", "{"},
	{REDACT_DATA, "{\"da\"{\"type\":\"trace\",\"data\":{\"text\":\"x\"}}",
		"{{\"type\":\"trace\",\"data\":{\"text\":\"[1 bytes]\",\"redacted\":true},"
		"\"options\":{\"redact\":\"data\"}}"},
};

static void expect(struct redaction *redaction, const char *line, const char *expected)
{
	size_t length;
	const char *redacted = redaction_line(redaction, line, strlen(line), &length);

	if (length != strlen(expected) + 1 || memcmp(redacted, expected, length - 1) != 0)
		print_message("# %s: %.*s", line, (int)length, redacted);
	assert_int_equal(length, strlen(expected) + 1);
	assert_memory_equal(redacted, expected, length - 1);
	assert_int_equal(redacted[length - 1], '\n');
}

static void redaction_takes_out_what_its_level_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		struct redaction *redaction = redaction_new(alone[i].level);
		expect(redaction, alone[i].line, alone[i].expected);
		redaction_free(redaction);
	}
}

static void keys_are_left_out_altogether(void **state)
{
	struct redaction *redaction = redaction_new(REDACT_DATA);
	static const char line[] =
		"{\"type\":\"keys\",\"time_ns\":1,\"format\":\"nss\",\"text\":\"A 0 1\\n\"}";
	size_t length;

	(void)state;
	redaction_line(redaction, line, sizeof(line) - 1, &length);
	assert_int_equal(length, 0);
	redaction_free(redaction);
}

static void the_same_address_has_the_same_placeholder(void **state)
{
	struct redaction *redaction = redaction_new(REDACT_ADDRESSES);

	(void)state;
	expect(redaction, "{\"address\":\"10.0.0.1\"}", "{\"address\":\"ipv4-1\"}");
	expect(redaction, "{\"address\":\"10.0.0.2\"}", "{\"address\":\"ipv4-2\"}");
	expect(redaction, "{\"address\":\"10.0.0.1\"}", "{\"address\":\"ipv4-1\"}");
	expect(redaction, "{\"address\":\"::ffff:10.0.0.2\"}", "{\"address\":\"::ffff:ipv4-2\"}");
	expect(redaction, "{\"address\":\"fe80::1\"}", "{\"address\":\"ipv6-1\"}");
	redaction_free(redaction);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(redaction_takes_out_what_its_level_says),
		cmocka_unit_test(keys_are_left_out_altogether),
		cmocka_unit_test(the_same_address_has_the_same_placeholder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
