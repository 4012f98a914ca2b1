/* SPDX-License-Identifier: MIT */
/* The trace format: its writer, its reader, and what both stand on. */
#include "tests/unit/test.h"

#include <getopt.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/command_line.h"
#include "format/id_map.h"
#include "format/json_writer.h"
#include "format/kernel_report.h"
#include "format/key_line.h"
#include "format/record.h"
#include "format/utf8.h"
#include "tests/judge.h"
#include "tests/plain_json.h"

static void expect_text(struct json_writer *w, const char *expected)
{
	assert_int_equal(w->length, strlen(expected));
	assert_memory_equal(w->text, expected, w->length);
	w->length = 0;
	w->needs_comma = false;
}

static void writer_puts_commas_and_escapes(void **state)
{
	struct json_writer w = {0};

	(void)state;
	json_object_begin(&w, NULL);
	json_text(&w, "a", "\"\\\n\x01");
	json_array_begin(&w, "b");
	json_number(&w, NULL, INT64_MIN);
	json_bool(&w, NULL, true);
	json_array_end(&w);
	json_array_begin(&w, "c");
	json_array_end(&w);
	json_object_end(&w);
	expect_text(
		&w, "{\"a\":\"\\\"\\\\\\n\\u0001\",\"b\":[-9223372036854775808,true],\"c\":[]}");
	json_writer_free(&w);
}

static void writer_takes_keys_and_texts_of_any_length(void **state)
{
	struct json_writer w = {0};
	char key[300], expected[3 * sizeof(key) + 32];

	(void)state;
	for (size_t length = 0; length < sizeof(key); length++) {
		memset(key, 'k', length);
		key[length] = '\0';
		json_writer_free(&w);
		json_object_begin(&w, NULL);
		json_text(&w, key, key);
		json_bool(&w, key, true);
		json_object_end(&w);
		snprintf(expected, sizeof(expected), "{\"%s\":\"%s\",\"%s\":true}", key, key, key);
		expect_text(&w, expected);
	}
	json_writer_free(&w);
}

static void writer_keeps_numbers_that_json_readers_hold(void **state)
{
	struct json_writer w = {0};

	(void)state;
	json_unsigned(&w, NULL, INT64_MAX);
	expect_text(&w, "9223372036854775807");
	json_unsigned(&w, NULL, UINT64_MAX);
	expect_text(&w, "\"0xffffffffffffffff\"");
	json_writer_free(&w);
}

static void writer_tells_text_from_other_bytes(void **state)
{
	static const struct {
		const char *label, *bytes;
		size_t length;
		bool is_truncated;
		const char *expected;
	} cases[] = {
		{"text", "hello", 5, false, "{\"text\":\"hello\"}"},
		{"nothing", "", 0, false, "{\"text\":\"\"}"},
		{"a NUL in a text", "hello\0", 6, false, "{\"text\":\"hello\\u0000\"}"},
		{"hex is shorter", "hi\0", 3, false, "{\"hex\":\"686900\"}"},
		{"hex is as long", "\n\t", 2, true, "{\"text\":\"\\n\\t\",\"truncated\":true}"},
		{"zeros that are cut", "\0\0\0", 3, true,
			"{\"hex\":\"000000\",\"truncated\":true}"},
		{"zeros and a cut character", "\0\0\xc3", 3, true,
			"{\"hex\":\"0000c3\",\"truncated\":true}"},
		{"cut", "hell", 4, true, "{\"text\":\"hell\",\"truncated\":true}"},
		{"cut in a character", "h\xc3", 2, true, "{\"text\":\"h\",\"truncated\":true}"},
		{"a broken character", "h\xc3", 2, false, "{\"hex\":\"68c3\"}"},
		{"an overlong form", "\xc0\x80", 2, false, "{\"hex\":\"c080\"}"},
		{"a surrogate", "\xed\xa0\x80", 3, false, "{\"hex\":\"eda080\"}"},
	};
	struct json_writer w = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].label);
		json_bytes(&w, NULL, cases[i].bytes, cases[i].length, cases[i].is_truncated);
		expect_text(&w, cases[i].expected);
	}
	json_writer_free(&w);
}

static void writer_writes_numbers_as_printf_does(void **state)
{
	struct json_writer w = {0};
	char text[32];

	(void)state;
	for (int64_t power = 1; power <= INT64_MAX / 10; power *= 10)
		for (int64_t sign = -1; sign <= 1; sign += 2)
			for (int more = -1; more <= 1; more++) {
				snprintf(text, sizeof(text), "%" PRId64, sign * power + more);
				json_number(&w, NULL, sign * power + more);
				expect_text(&w, text);
			}
	for (int shift = 0; shift < 64; shift++) {
		snprintf(text, sizeof(text), "%" PRId64, (int64_t)(UINT64_MAX >> shift));
		json_number(&w, NULL, (int64_t)(UINT64_MAX >> shift));
		expect_text(&w, text);
	}
	json_writer_free(&w);
}

/* Bytes that are nothing but text, control characters, or beginnings and ends of characters mixed
 * with these, at all places of what the writer looks at together. */
static void writer_escapes_as_a_plain_one_does(void **state)
{
	static const char *const words[] = {"a", "abcdefgh", "\"", "\\", "\r\n", "\x7f", "\x01",
		"\xc3\xa9", "\xe6\xbc\xa2", "\xf0\x9f\x98\x80", "\xed\xa0\x80", "\xe6\xbc", "\xff"};
	static char room[PLAIN_ROOM(128)];
	struct json_writer w = {0};
	unsigned char bytes[128] = {0};

	(void)state;
	srandom(1);
	for (int byte = 0; byte < 256; byte++) {
		bytes[0] = (unsigned char)byte;
		assert_true(plain_agrees(&w, NULL, room, bytes, 1, false));
	}
	for (int round = 0; round < 20000; round++) {
		size_t length = (size_t)random() % sizeof(bytes), kinds = 1 + (size_t)random() % 13;
		for (size_t at = 0; at < length;) {
			const char *word = words[(size_t)random() % kinds];
			while (*word && at < length)
				bytes[at++] = (unsigned char)*word++;
		}
		assert_true(plain_agrees(&w, NULL, room, bytes, length, random() & 1));
		w.length = 0;
	}
	json_writer_free(&w);
}

static void utf8_follows_rfc_3629(void **state)
{
	(void)state;
	assert_int_equal(utf8_character((const unsigned char *)"a", 1), 1);
	assert_int_equal(utf8_character((const unsigned char *)"\xf0\x9f\x98\x80", 4), 4);
	assert_int_equal(utf8_character((const unsigned char *)"\xf0\x9f\x98", 3), 0);
	assert_int_equal(utf8_character((const unsigned char *)"\xf4\x90\x80\x80", 4), 0);
	assert_int_equal(utf8_character((const unsigned char *)"\x80", 1), 0);
	assert_int_equal(utf8_character(NULL, 0), 0);
	assert_int_equal(utf8_code_point((const unsigned char *)"\xe2\x82\xac", 3), 0x20ac);
	assert_int_equal(utf8_valid_prefix((const unsigned char *)"ab\xff", 3), 2);
}

static void map_finds_what_was_put_through_growth_and_removal(void **state)
{
	static char values[3000];
	struct id_map map = {0};
	size_t at = 0, seen = 0;

	(void)state;
	assert_null(id_map_get(&map, 7));
	id_map_remove(&map, 7);
	for (uint64_t id = 1; id < 3000; id++)
		id_map_put(&map, id * 4096, &values[id]);
	for (uint64_t id = 1; id < 3000; id += 2)
		id_map_remove(&map, id * 4096);
	for (uint64_t id = 1; id < 3000; id++)
		assert_ptr_equal(id_map_get(&map, id * 4096), id % 2 ? NULL : &values[id]);
	while (id_map_next(&map, &at))
		seen++;
	assert_int_equal(seen, map.count);
	assert_int_equal(seen, 1499);
	id_map_free(&map);
}

static const char *read_text(struct record *record, const char *line)
{
	return record_read(record, line, strlen(line));
}

static void reader_fills_a_call(void **state)
{
	struct scratch room = {0};
	struct record record;

	(void)state;
	assert_null(read_text(&record,
		"{\"type\":\"call\",\"seq\":1,\"time_ns\":5,\"duration_ns\":2,\"pid\":4,\"tid\":4,"
		"\"name\":\"accept4\",\"effect\":\"accept\",\"fd\":3,\"descriptor\":1,\"socket\":1,"
		"\"args\":{\"flags\":[\"SOCK_CLOEXEC\"]},\"result\":4,"
		"\"new\":[{\"fd\":4,\"descriptor\":2,\"socket\":2}],\"later\":{}}"));
	assert_int_equal(record.type, RECORD_CALL);
	assert_int_equal(record.call.effect, EFFECT_ACCEPT);
	assert_int_equal(record.call.new_count, 1);
	assert_int_equal(record.call.new_descriptors[0].descriptor, 2);
	assert_int_equal(record.call.bytes, RECORD_ABSENT);
	assert_null(record.call.error);
	assert_null(record.call.args);
	record_read_values(&record, &room);
	assert_string_equal(
		value_text(value_element(value_member(record.call.args, "flags"), 0), NULL),
		"SOCK_CLOEXEC");
	record_release(&record);
	scratch_free(&room);
}

static void what_tcp_was_doing_is_read_as_it_is_written(void **state)
{
	struct kernel_report written = kernel_report_none(), got;
	struct json_writer w = {0};
	struct record record;

	(void)state;
	written.tcp.state = TCP_CLOSE_WAIT;
	written.tcp.rtt_us = 312;
	written.tcp.sndbuf_limited_us = INT64_MAX;
	written.queues.receive = 0;
	json_object_begin(&w, NULL);
	json_raw(&w, "type", "\"descriptor\",\"event\":\"state\",\"pid\":1,\"fd\":1", 43);
	json_number(&w, "descriptor", 1);
	json_number(&w, "socket", 1);
	kernel_report_write(&w, &written);
	json_object_end(&w);
	assert_null(record_read(&record, w.text, w.length));
	assert_true(record_read_report(&record, &got));
	assert_memory_equal(&got, &written, sizeof(got));
	record_release(&record);
	json_writer_free(&w);

	/* What is no such number is not known. */
	got = kernel_report_read(
		JSON_WORD("{\"state\":\"CLOSED\",\"rtt_us\":-1,\"unacked\":\"2\",\"x\":1}"),
		(struct json_span){NULL, 0});
	written = kernel_report_none();
	assert_memory_equal(&got, &written, sizeof(got));
}

static void reader_passes_over_types_of_later_writers(void **state)
{
	struct record record;

	(void)state;
	assert_null(read_text(&record, "{\"type\":\"weather\",\"time_ns\":5}"));
	assert_int_equal(record.type, RECORD_UNKNOWN);
	record_release(&record);
}

static void reader_says_what_is_wrong(void **state)
{
	static const char *const lines[] = {"", "{", "null", "[]", "{}", "{\"type\":1}",
		"{\"type\":\"call\"}", "{\"type\":\"trace\"}",
		"{\"type\":\"process\",\"time_ns\":0}",
		"{\"type\":\"descriptor\",\"time_ns\":0,\"event\":\"explode\"}",
		"{\"type\":\"end\",\"time_ns\":\"soon\",\"calls\":0}", "{\"type\":\"end\"} {}"};
	struct record record;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		print_message("# %s\n", lines[i]);
		const char *problem = read_text(&record, lines[i]);
		assert_non_null(problem);
		assert_true(strlen(problem) > 5);
	}
}

static const char call_line[] =
	"{\"type\":\"call\",\"seq\":7,\"time_ns\":15,\"duration_ns\":2,\"pid\":4,\"tid\":5,"
	"\"name\":\"epoll_wait\",\"effect\":\"wait\",\"args\":{\"epfd\":3,\"a\":[1.5e3,null,{}]},"
	"\"result\":-1,\"error\":\"EINTR\",\"waits\":[{\"fd\":4,\"descriptor\":2,\"socket\":9,"
	"\"events\":[],\"ready\":[\"\\u00e9\\n\"]}],\"data\":{\"text\":\"\xc3\xa9 \\\" \"},"
	"\"new\":[{\"fd\":1,\"descriptor\":2,\"socket\":3}],\"peer\":{\"path\":\"a\\u0000b\"}}";

static void a_line_is_read_as_a_library_reads_it(void **state)
{
	static const char *const members[] = {"\"new\":[]", "\"local\":{\"a\":{\"b\":[]}}",
		"\"seq\":1.0", "\"pid\":\"x\"", "\"args\":{\"address\":{}}",
		"\"effect\":\"connect\"",
		"\"waits\":[{},1,{\"descriptor\":\"2\"},{\"descriptor\":9}]",
		"\"waits\":[{\"descriptor\":9,\"events\":[\"POLLOUT\"],\"ready\":[\"EPOLL\\u004fUT\"]},"
		"{\"descriptor\":8,\"ready\":[\"POLLERR\",\"POLLHUP\",\"POLLIN\",7]},"
		"{\"ready\":{},\"descriptor\":7}]",
		"\"time_ns\":-1", "\"\\u006eew\":[]", "\"args\":{\"\\u0061\":1,\"a\":2}",
		"\"waits\":{}", "\"new\":{}", "\"new\":[{\"fd\":1}]", "\"error\":7",
		"\"unfinished\":true", "\"unfinished\":false", "\"name\":\"\\ud83d\\ude00\"",
		"\"name\":\"\\ud83d\"", "\"name\":\"\\ude00\\ud83d\"", "\"a\\u0000b\":1",
		"\"a\\\\u0000b\":1", "\"args\":\"\\b\\f\\n\\r\\t\\/\\u0800\"",
		"\"bytes\":9223372036854775807", "\"bytes\":-9223372036854775808",
		"\"bytes\":9223372036854775808", "\"args\":[123456789012345678901234567890]",
		"\"args\":-0", "\"args\":01", "\"args\":1.", "\"args\":1e", "\"args\":tru",
		"\"args\":\"\x7f\"", "\"args\":\"\x1f\"", "\"args\":\"\xed\xa0\x80\"",
		"\"args\":[1,]", "\"args\":{\"a\"}",
		"\"name\":\"a name that is longer than any call of Linux has one\"",
		"\"effect\":\"an effect that no version knows\""};
	char line[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		snprintf(line, sizeof(line), "%.*s,%s}", (int)strlen(call_line) - 1, call_line,
			members[i]);
		bool is_same = judge_line(line, strlen(line));
		if (!is_same)
			print_message("# member %zu\n", i);
		assert_true(is_same);
		/* Nor is it one when it is cut short after that member. */
		assert_true(judge_line(line, strlen(line) - 1));
	}
}

static void a_line_of_bytes_at_random_is_read_as_a_library_reads_it(void **state)
{
	static const char bytes[] = "\"\\{}[],:0123456789.eE+-truefalsn \t\x01\x80\xc3u/";
	struct record record;
	unsigned int seed = 1;
	int read = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char line[sizeof(call_line)];
		memcpy(line, call_line, sizeof(line));
		for (int n = rand_r(&seed) % 3; n >= 0; n--)
			line[(size_t)rand_r(&seed) % (sizeof(line) - 1)] =
				bytes[(size_t)rand_r(&seed) % (sizeof(bytes) - 1)];
		bool is_same = judge_line(line, strlen(line));
		if (!is_same)
			print_message("# %s\n", line);
		assert_true(is_same);
		if (read_text(&record, line))
			continue;
		record_release(&record);
		read++;
	}
	assert_true(read > 1000);
}

/* No stack, and no time that grows faster than the line. */
static void what_is_nested_deep_is_refused(void **state)
{
	const size_t depth = 1 << 20;
	char *line = malloc(depth + 20);
	struct record record;

	(void)state;
	strcpy(line, "{\"args\":");
	memset(line + 8, '[', depth);
	assert_non_null(record_read(&record, line, depth + 8));
	free(line);
}

struct choices {
	bool is_loud;
	enum shade { SHADE_NONE, SHADE_LIGHT, SHADE_DARK } shade;
	bool is_second;
	size_t count;
	const char *file;
	char given[8];
};

static const char *set_given(const struct command_option *option, void *options, const char *value)
{
	if (strlen(value) > (size_t)option->argument)
		return "a short text";
	strcpy(command_member(option, options), value);
	return NULL;
}

COMMAND_WORDS(shade_word, "light", "dark")
COMMAND_WORDS(which_word, "first", "second")

#define INTO(member) COMMAND_MEMBER(struct choices, member)

static const struct command_option choice_rows[] = {
	{'l', "loud", NULL, "", VALUE_NONE, INTO(is_loud)},
	{0, "shade", "[SHADE]", "", VALUE_WORD, INTO(shade), .word = shade_word,
		.first = SHADE_LIGHT, .alone = SHADE_DARK},
	{0, "which", "WHICH", "", VALUE_WORD, INTO(is_second), .word = which_word},
	{'n', "count", "N", "", VALUE_NUMBER, INTO(count), .least = 2, .most = 20},
	{'o', "output", "FILE", "", VALUE_FILE, INTO(file)},
	{0, "given", "TEXT", "", VALUE_TEXT, INTO(given), .set = set_given, .argument = 7},
};

static bool parses(struct choices *choices, const char *first, const char *second)
{
	static const struct command_line line = {.program = "choose",
		.rows = choice_rows,
		.count = sizeof(choice_rows) / sizeof(choice_rows[0])};
	char name[] = "choose";
	char *arguments[] = {name, (char *)first, (char *)second, NULL};

	optind = 0; /* getopt(3): begins anew */
	return command_line_parse(&line, choices, second ? 3 : 2, arguments) == COMMAND_GOOD;
}

static void options_put_their_values_into_members(void **state)
{
	struct choices choices = {0};

	(void)state;
	assert_true(parses(&choices, "-ln2", "--which=second"));
	assert_true(choices.is_loud && choices.count == 2 && choices.is_second);
	assert_true(parses(&choices, "--which=first", "--shade"));
	assert_true(!choices.is_second && choices.shade == SHADE_DARK);
	assert_true(parses(&choices, "--shade=light", "--count=20"));
	assert_true(choices.shade == SHADE_LIGHT && choices.count == 20);
	assert_true(parses(&choices, "--output=file", "--given=1234567"));
	assert_string_equal(choices.file, "file");
	assert_string_equal(choices.given, "1234567");
}

static void wrong_values_change_nothing(void **state)
{
	static const char *const wrong[] = {"--shade=", "--shade=none", "--which=Second", "-n1",
		"-n21", "-n+3", "-n", "-n3x", "-n99999999999999999999", "--given=12345678",
		"--loud=1"};
	struct choices choices = {0}, untouched = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(parses(&choices, wrong[i], NULL));
		assert_memory_equal(&choices, &untouched, sizeof(choices));
	}
}

static bool is_key(const char *line, size_t length)
{
	/* Nothing stands behind it. */
	char *copy = malloc(length + 1);
	memcpy(copy, line, length);
	copy[length] = '\n';
	bool is_good = key_line_is_good(copy, copy + length);
	free(copy);
	return is_good;
}

static void a_key_is_a_label_and_two_numbers(void **state)
{
	static const char *const good[] = {
		"CLIENT_RANDOM 0aA9 ff", "A 0 1", "SERVER_TRAFFIC_SECRET_0 00 FF", "_ 9 f"};
	static const char *const bad[] = {"", "A", "A ", "A 0", "A 0 ", "A  0 1", "A 0  1",
		"A 0 1 ", "A 0 1\r", "A 0 1 2", " A 0 1", "a 0 1", "A 0g 1", "A 0 g", "A\t0 1",
		"# A 0 1", "\xff 0 1", "A 0 1\n", "A 0 1\nB 0 1"};
	char line[KEY_LINE_BYTES + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(is_key(good[i], strlen(good[i])));
		/* A NUL stands for nothing. */
		for (size_t at = 0; at < strlen(good[i]); at++) {
			memcpy(line, good[i], strlen(good[i]));
			line[at] = '\0';
			assert_false(is_key(line, strlen(good[i])));
		}
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(is_key(bad[i], strlen(bad[i])));
	memset(line, 'A', sizeof(line));
	memcpy(line + 64, " 0 1", 4);
	assert_true(is_key(line, 68));
	memcpy(line + 64, "A 0 1", 5);
	assert_false(is_key(line, 69));
	memset(line, '0', sizeof(line));
	memcpy(line, "A 0 ", 4);
	assert_true(is_key(line, KEY_LINE_BYTES - 1));
	assert_false(is_key(line, KEY_LINE_BYTES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_a_label_and_two_numbers),
		cmocka_unit_test(writer_puts_commas_and_escapes),
		cmocka_unit_test(writer_takes_keys_and_texts_of_any_length),
		cmocka_unit_test(writer_keeps_numbers_that_json_readers_hold),
		cmocka_unit_test(writer_tells_text_from_other_bytes),
		cmocka_unit_test(writer_writes_numbers_as_printf_does),
		cmocka_unit_test(writer_escapes_as_a_plain_one_does),
		cmocka_unit_test(utf8_follows_rfc_3629),
		cmocka_unit_test(map_finds_what_was_put_through_growth_and_removal),
		cmocka_unit_test(reader_fills_a_call),
		cmocka_unit_test(what_tcp_was_doing_is_read_as_it_is_written),
		cmocka_unit_test(reader_passes_over_types_of_later_writers),
		cmocka_unit_test(reader_says_what_is_wrong),
		cmocka_unit_test(a_line_is_read_as_a_library_reads_it),
		cmocka_unit_test(a_line_of_bytes_at_random_is_read_as_a_library_reads_it),
		cmocka_unit_test(what_is_nested_deep_is_refused),
		cmocka_unit_test(options_put_their_values_into_members),
		cmocka_unit_test(wrong_values_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
