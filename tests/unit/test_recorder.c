/* SPDX-License-Identifier: MIT */
/* Where a tracee records its calls itself: the filters that let it, what it knows of descriptors,
 * its clock, and the rings that the tracer reads. */
#include "tests/unit/test.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "format/memory.h"
#include "tracer/call/call.h"
#include "tracer/call/capture.h"
#include "tracer/filter/filter.h"
#include "tracer/follow/drain.h"
#include "tracer/log/queue.h"
#include "tracer/model/descriptors.h"
#include "tracer/ptrace/abi.h"
#include "tracer/recorder/area.h"
#include "tracer/recorder/ring.h"
#include "tracer/recorder/tsc.h"
#include "tracer/recorder/words.h"
#include "tracer/table/blocks.h"

#define PASSED UINT64_C(0x123473f70042)

struct answer {
	uint32_t action;
	bool is_by_number; /* nothing but the architecture and the call's number was looked at */
};

static uint32_t load(const struct seccomp_data *data, uint32_t offset)
{
	uint32_t value;

	assert_true(offset % sizeof(value) == 0 && offset < sizeof(*data));
	memcpy(&value, (const char *)data + offset, sizeof(value));
	return value;
}

static bool is_taken(const struct sock_filter *jump, uint32_t value)
{
	switch (BPF_OP(jump->code)) {
	case BPF_JEQ:
		return value == jump->k;
	case BPF_JGT:
		return value > jump->k;
	case BPF_JGE:
		return value >= jump->k;
	case BPF_JSET:
		return value & jump->k;
	}
	fail();
	return false;
}

/* Runs the filter as the kernel does: what of the classic BPF libseccomp makes. */
static struct answer run(const struct sock_fprog *filter, const struct seccomp_data *data)
{
	struct answer answer = {.is_by_number = true};
	uint32_t value = 0;

	for (size_t at = 0; at < filter->len; at++) {
		const struct sock_filter *it = &filter->filter[at];
		switch (it->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			value = load(data, it->k);
			answer.is_by_number &= it->k == offsetof(struct seccomp_data, nr) ||
					       it->k == offsetof(struct seccomp_data, arch);
			break;
		case BPF_RET | BPF_K:
			answer.action = it->k;
			return answer;
		case BPF_ALU | BPF_AND | BPF_K:
			value &= it->k;
			break;
		case BPF_JMP | BPF_JA:
			at += it->k;
			break;
		default:
			assert_int_equal(BPF_CLASS(it->code), BPF_JMP);
			at += is_taken(it, value) ? it->jt : it->jf;
		}
	}
	fail();
	return answer;
}

/* What differs when the address passes, of one call with some arguments. */
static void compare(const struct sock_fprog *plain, const struct sock_fprog *passing,
	struct seccomp_data data, bool *has_stopped)
{
	static const uint64_t addresses[] = {
		0, PASSED - 2, PASSED ^ 1, (uint32_t)PASSED, PASSED ^ UINT64_C(1) << 40, PASSED};
	const uint32_t stop = SECCOMP_RET_TRACE | FILTER_MARK;

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		data.instruction_pointer = addresses[i];
		struct answer alone = run(plain, &data), answer = run(passing, &data);
		bool is_passed = addresses[i] == PASSED && data.arch == AUDIT_ARCH_X86_64;
		assert_int_equal(answer.action, is_passed ? SECCOMP_RET_ALLOW : alone.action);
		if (alone.action == SECCOMP_RET_ALLOW)
			assert_int_equal(answer.is_by_number, alone.is_by_number);
		*has_stopped |= alone.action == stop;
	}
}

static void compare_filters(const struct sock_fprog *plain, const struct sock_fprog *passing)
{
	static const uint32_t architectures[] = {
		AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64};
	bool has_stopped[2] = {false, false};

	assert_non_null(plain);
	assert_non_null(passing);
	for (size_t arch = 0; arch < 3; arch++)
		for (int nr = -1; nr < 600; nr++)
			for (uint64_t argument = 0; argument < 80; argument += 13)
				compare(plain, passing,
					(struct seccomp_data){.nr = nr,
						.arch = architectures[arch],
						.args = {argument, argument, argument}},
					&has_stopped[arch % 2]);
	assert_true(has_stopped[0]);
	assert_true(has_stopped[1]);
}

static void one_address_passes_the_filters_and_stops_nowhere_else(void **state)
{
	struct filters plain = {0}, passing = {.passed_address = PASSED};

	(void)state;
	compare_filters(filter_launch(&plain), filter_launch(&passing));
	compare_filters(filter_all(&plain), filter_all(&passing));
	compare_filters(filter_block(&plain, 3), filter_block(&passing, 3));
	compare_filters(filter_block(&plain, BLOCKS - 1), filter_block(&passing, BLOCKS - 1));
	filters_free(&plain);
	filters_free(&passing);
}

#define WORDS 32

static void words_follow_the_model(void **state)
{
	struct descriptor_table *table = table_new();
	struct sockets sockets = {0};
	uint64_t memory[WORDS] = {0}, id, ended;
	unsigned int doubts = 0;
	struct words words;

	(void)state;
	struct socket_identity *internet = socket_get(&sockets, 11);
	internet->is_internet = internet->has_address = true;
	table_put(&sockets, table, 5, internet);
	interests_begin(&table->interests, 6, doubts);
	words_begin(&words, table, &doubts, memory, WORDS);
	id = table_get(table, 5)->id;
	assert_int_equal(memory[5], id);
	assert_int_equal(memory[6], AREA_FD_EPOLL);
	assert_int_equal(memory[7], 0);
	table_share(table);
	table_release(table);
	assert_int_equal(memory[6], AREA_FD_EPOLL | AREA_FD_SHARED);

	/* A socket of which less is known, and the limits of the memory. */
	table_put(&sockets, table, 7, socket_get(&sockets, 12));
	assert_int_equal(memory[7], table_get(table, 7)->id | AREA_FD_UNIX | AREA_FD_UNNAMED);
	table_put(&sockets, table, WORDS, internet);
	table_changed(table, -1);

	/* While nobody knows what a number stands for, calls on it stop. */
	table_set_closing(table, 5, true);
	assert_int_equal(memory[5], AREA_FD_STOP);
	table_set_closing(table, 5, false);
	assert_int_equal(memory[5], id);
	table_set_ending(table, 5, true);
	assert_int_equal(memory[5], AREA_FD_STOP);
	table_remove(&sockets, table, 5, &ended);
	assert_int_equal(memory[5], 0);
	assert_int_equal(table_socket_of(table, 5, id), internet->id);
	table_put(&sockets, table, 5, internet);
	assert_int_equal(memory[5], table_get(table, 5)->id);
	assert_int_equal(table_socket_of(table, 5, id), internet->id);
	assert_int_equal(table_socket_of(table, 5, 1000), 0);

	/* Errors that are owed, and netlink. */
	internet->owed_error = 1;
	table_changed(table, 5);
	assert_int_equal(memory[5], AREA_FD_STOP);
	internet->owed_error = 0;
	internet->netlink = 1;
	table_changed(table, 5);
	assert_int_equal(memory[5], AREA_FD_STOP);

	doubts++;
	table_doubted(table);
	assert_int_equal(memory[6], AREA_FD_STOP);
	interests_end(&table->interests, 6);
	table_watch(table, 6, false);
	assert_int_equal(memory[6], 0);

	words_end(&words);
	words_end(&words);
	for (int fd; (fd = table_next(table, 0)) >= 0;)
		table_remove(&sockets, table, fd, &ended);
	assert_int_not_equal(memory[7], 0);
	table_release(table);
	sockets_free(&sockets);
}

/* Of a processor whose clock ticks 2.6 times a nanosecond, and is off by `ppm`. */
static uint64_t ticks_at(int64_t ns, int ppm)
{
	return 1000000 + (uint64_t)((double)ns * 2.6 * (1 + ppm / 1e6));
}

static void the_processors_clock_becomes_the_logs(void **state)
{
	struct tsc_clock clock;
	int64_t last_ns = 0;

	(void)state;
	tsc_begin(&clock, ticks_at(0, 0), 0);
	assert_true(tsc_wants_sample(&clock, ticks_at(1, 0)));
	/* Samples come late by chance, and the pace changes. */
	for (int64_t ns = 100000; ns < INT64_C(20000000000); ns += 3700000) {
		int ppm = ns > INT64_C(10000000000) ? 200 : 0;
		int64_t from = ppm ? INT64_C(10000000000) : 0;
		uint64_t ticks = ticks_at(from, 0) + ticks_at(ns - from, ppm) - 1000000;
		tsc_sample(&clock, ticks, ns + ns / 100000 % 150);
		int64_t got_ns = tsc_ns(&clock, ticks);
		assert_true(got_ns >= last_ns);
		/* A while passes until a new pace is known. */
		int64_t limit_ns = ppm && ns < from + INT64_C(3000000000) ? 60000 : 2000;
		assert_true(llabs(got_ns - ns) < limit_ns);
		last_ns = tsc_ns(&clock, ticks + 2600);
		assert_true(last_ns - got_ns >= 990 && last_ns - got_ns <= 1010);
		assert_false(tsc_wants_sample(&clock, ticks + 2600));
		assert_true(tsc_wants_sample(&clock, ticks + 2600 * 1100));
	}
}

static void a_suspended_machine_begins_a_new_line(void **state)
{
	struct tsc_clock clock;

	(void)state;
	tsc_begin(&clock, ticks_at(0, 0), 0);
	tsc_sample(&clock, ticks_at(1000000, 0), 1000000);
	/* The log's clock has stood still; then the processor's begins anew. */
	tsc_sample(&clock, ticks_at(INT64_C(90000000000), 0), 2000000);
	assert_int_equal(tsc_ns(&clock, ticks_at(INT64_C(90000000000), 0)), 2000000);
	tsc_sample(&clock, 5000, 3000000);
	assert_int_equal(tsc_ns(&clock, 5000 + 2600), 3001000);
}

/* An area as records are written to it. */
struct written {
	unsigned char bytes[AREA_SIZE] __attribute__((aligned(8)));
};

static struct area *area_of(struct written *written)
{
	return (struct area *)written->bytes;
}

static uint64_t clock_of_calls;

/* A record as the recorder would write it, and not published yet; its size may be changed. */
static struct area_record *write_record(
	struct written *written, uint16_t number, uint8_t kind, const uint64_t arguments[6])
{
	uint64_t *head = &area_of(written)->head;
	uint64_t at = *head % AREA_RING_SIZE;
	unsigned char *ring = written->bytes + AREA_RING;
	struct area_record *record = (struct area_record *)(ring + at);

	if (at > AREA_RING_SIZE - AREA_RECORD_MAX) {
		record->kind = AREA_PADDING;
		record->size = (uint32_t)(AREA_RING_SIZE - at);
		*head += record->size;
		record = (struct area_record *)ring;
	}
	*record = (struct area_record){.size = sizeof(*record),
		.number = number,
		.kind = kind,
		.fd = (int32_t)arguments[0],
		.entry = clock_of_calls + 1,
		.exit = clock_of_calls + 2};
	clock_of_calls += 2;
	memcpy(record->arguments, arguments, sizeof(record->arguments));
	return record;
}

static struct captured_part *add_part(
	struct area_record *record, int argument, int kind, const void *bytes, uint32_t length)
{
	struct captured_part *part = (struct captured_part *)((char *)record + record->size);

	*part = (struct captured_part){(uint16_t)argument, (uint8_t)kind, length, length};
	memcpy(part->bytes, bytes, length);
	record->size += (uint32_t)sizeof(*part) + (length + 7) / 8 * 8;
	return part;
}

static void publish(struct written *written, const struct area_record *record)
{
	area_of(written)->head += record->size;
}

static struct area_record *write_read(struct written *written, const char *text)
{
	uint32_t length = (uint32_t)strlen(text);
	const uint64_t arguments[6] = {5, 0x1000, 100};
	struct area_record *record = write_record(written, SYS_read, AREA_READ, arguments);

	record->result = length;
	if (length > 0)
		add_part(record, 1, PART_DATA, text, length);
	return record;
}

static struct written *begin_ring(struct area_ring *ring, uint32_t payload)
{
	struct written *written = xcalloc(1, sizeof(*written));

	abi_begin();
	ring_begin(ring, area_of(written), payload);
	return written;
}

static bool take_call(struct area_ring *ring, struct captured_call **call, struct ring_list *list)
{
	bool is_good = ring_take(ring, call, list);

	if (is_good)
		capture_recorded(*call, call_row(*call), 64);
	return is_good;
}

static void expect_read(const struct captured_call *call, const char *text)
{
	const struct captured_part *data = call_part(call, 1, PART_DATA);

	assert_string_equal(call_row(call)->name, "read");
	assert_int_equal(call->fd, 5);
	assert_int_equal(call->result, strlen(text));
	assert_true(call->has_bytes);
	assert_int_equal(call->bytes, strlen(text));
	assert_int_equal(data ? data->length : 0, strlen(text));
	assert_memory_equal(data ? (const char *)data->bytes : "", text, strlen(text));
}

static void a_ring_gives_the_calls_that_were_written(void **state)
{
	struct captured_call *call = call_new();
	struct area_ring ring;
	struct ring_list list;
	struct written *written = begin_ring(&ring, 64);
	size_t taken = 0;

	(void)state;
	/* Several times around. */
	for (int round = 0; round < 400; round++) {
		for (int i = 0; i < 5; i++) {
			publish(written, write_read(written, "hello, world"));
			publish(written, write_read(written, ""));
		}
		assert_int_equal(ring_look(&ring), RING_EMPTY);
		for (; ring_next(&ring) == RING_RECORD; taken++) {
			assert_int_equal(ring_next(&ring), RING_RECORD);
			assert_true(take_call(&ring, &call, &list));
			expect_read(call, taken % 2 ? "" : "hello, world");
		}
		assert_int_equal(ring_next(&ring), RING_EMPTY);
		ring_release(&ring);
		assert_int_equal(area_of(written)->tail, area_of(written)->head);
	}
	assert_int_equal(taken, 4000);
	free(written);
	free(call);
}

static void a_record_of_each_kind_becomes_its_call(void **state)
{
	const uint64_t arguments[6] = {7, 0x1000, 3, 0, 0x2000, 16};
	const struct call_segments segments = {.total = 30, .count = 3};
	const struct msghdr message = {.msg_iovlen = 3};
	const struct pollfd polled[2] = {{7, POLLIN, POLLIN}, {9, POLLOUT, 0}};
	const struct epoll_event events[3] = {{EPOLLIN, {.u64 = 1}}};
	struct captured_call *call = call_new();
	struct area_record *record;
	struct area_ring ring;
	struct ring_list list;
	struct written *written = begin_ring(&ring, 64);

	(void)state;
	record = write_record(written, SYS_writev, AREA_WRITEV, arguments);
	record->result = 20;
	add_part(record, 1, PART_SEGMENTS, &segments, sizeof(segments));
	add_part(record, 1, PART_DATA, "twenty bytes are ther", 20);
	publish(written, record);
	record = write_record(written, SYS_sendmsg, AREA_SENDMSG, arguments);
	record->result = 40; /* more than there are */
	add_part(record, 1, PART_RESULT, &message, sizeof(message));
	add_part(record, 1, PART_SEGMENTS, &segments, sizeof(segments));
	publish(written, record);
	record = write_record(written, SYS_sendto, AREA_SENDTO, arguments);
	record->result = -11;
	add_part(record, 4, PART_BYTES, "0123456789abcdef", 16);
	publish(written, record);
	record = write_record(
		written, SYS_sendfile, AREA_SENDFILE, (const uint64_t[6]){7, 8, 0, 4096});
	record->result = 1000;
	publish(written, record);
	record = write_record(written, SYS_poll, AREA_POLL, (const uint64_t[6]){0x1000, 2, 5});
	record->result = 1;
	add_part(record, 0, AREA_PART_POLLED, polled, sizeof(polled));
	publish(written, record);
	record = write_record(written, SYS_epoll_pwait, AREA_EPOLL, arguments);
	record->result = 3;
	add_part(record, 1, AREA_PART_EVENTS, events, sizeof(events));
	publish(written, record);
	record = write_record(written, SYS_epoll_ctl, AREA_CONTROL,
		(const uint64_t[6]){6, EPOLL_CTL_ADD, 7, 0x1000});
	add_part(record, 3, PART_BYTES, events, sizeof(events[0]));
	publish(written, record);

	const struct {
		const char *name;
		int fd;
		uint64_t bytes;
		size_t list;
		bool has_bytes;
	} expected[] = {
		{"writev", 7, 20, 0, true},
		{"sendmsg", 7, 30, 0, true},
		{"sendto", 7, 0, 0, false},
		{"sendfile", 7, 1000, 0, true},
		{"poll", -1, 0, sizeof(polled), false},
		{"epoll_pwait", -1, 0, sizeof(events), false},
		{"epoll_ctl", 7, 0, 0, false},
	};
	assert_int_equal(ring_look(&ring), RING_EMPTY);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_int_equal(ring_next(&ring), RING_RECORD);
		assert_true(take_call(&ring, &call, &list));
		assert_string_equal(call_row(call)->name, expected[i].name);
		assert_int_equal(call->fd, expected[i].fd);
		assert_int_equal(call->has_bytes, expected[i].has_bytes);
		assert_int_equal(call->bytes, expected[i].bytes);
		assert_int_equal(list.length, expected[i].list);
		if (list.length == sizeof(events))
			assert_memory_equal(list.bytes, events, sizeof(events));
	}
	assert_int_equal(ring_next(&ring), RING_EMPTY);
	free(written);
	free(call);
}

/* What no recorder writes. */
static void spoil(struct written *written, struct area_record *record, int way)
{
	struct captured_part *part = (struct captured_part *)(record + 1);

	switch (way) {
	case 0:
		record->size = 0;
		break;
	case 1:
		record->size -= 4;
		break;
	case 2:
		record->size = sizeof(*record) - 8;
		break;
	case 3:
		record->size = AREA_RECORD_MAX + 8;
		break;
	case 4: /* more than was published */
		area_of(written)->head -= 8;
		break;
	case 5:
		area_of(written)->head -= 1;
		break;
	case 6:
		area_of(written)->head += 2 * AREA_RING_SIZE;
		break;
	case 7:
		record->kind = AREA_PADDING;
		break;
	case 8:
		record->kind = AREA_NONE;
		break;
	case 9:
		record->kind = 200;
		break;
	case 10:
		record->number = SYS_close;
		break;
	case 11:
		record->number = 5000;
		break;
	case 12:
		record->fd++;
		break;
	case 13:
		record->exit = record->entry - 1;
		break;
	case 14:
		record->exit = tsc_now() + (UINT64_C(1) << 32);
		break;
	case 15:
		record->entry = 0;
		record->exit = 1;
		break;
	case 16:
		record->result = INT64_MIN;
		break;
	case 17: /* more than is kept */
		add_part(record, 1, PART_DATA, "once more", 9);
		break;
	case 18:
		part->length = 65;
		break;
	case 19:
		part->length = UINT32_MAX;
		break;
	case 20:
		part->wanted = part->length - 1;
		break;
	case 21:
		part->kind = PART_CONTROL;
		break;
	case 22:
		part->argument = 2;
		break;
	default:
		assert_int_equal(way, 23);
		record->size += 8; /* not a whole part */
	}
}

#define WAYS 24

static void what_no_recorder_writes_breaks_the_ring(void **state)
{
	struct captured_call *call = call_new();

	(void)state;
	for (int way = 0; way < WAYS; way++) {
		struct area_ring ring;
		struct ring_list list;
		struct written *written = begin_ring(&ring, 64);
		publish(written, write_read(written, "good"));
		struct area_record *record = write_read(written, "spoilt, and longer");
		uint32_t size = record->size;
		area_of(written)->head += size;
		spoil(written, record, way);
		if (record->size > size)
			area_of(written)->head += record->size - size;
		enum ring_answer answer = ring_look(&ring);
		bool is_good = true;
		while (answer == RING_EMPTY && is_good &&
			(answer = ring_next(&ring)) == RING_RECORD) {
			is_good = take_call(&ring, &call, &list);
			if (is_good)
				expect_read(call, "good");
			answer = RING_EMPTY;
		}
		if (answer != RING_BROKEN && is_good)
			fail_msg("way %d is believed", way);
		free(written);
	}
	free(call);
}

static void a_call_without_a_record_is_seen_while_it_is_made(void **state)
{
	struct ring_call pending;
	struct area_ring ring;
	struct written *written = begin_ring(&ring, 64);
	struct area *area = area_of(written);

	(void)state;
	assert_false(ring_pending(&ring, &pending));
	area->number = SYS_recvfrom;
	area->kind = AREA_RECVFROM;
	area->arguments[0] = 9;
	area->word = 77;
	area->entry = ++clock_of_calls;
	area->state = AREA_IN_CALL;
	assert_true(ring_pending(&ring, &pending));
	assert_string_equal(syscall_row((size_t)pending.row)->name, "recvfrom");
	assert_int_equal(pending.arguments[0], 9);
	assert_int_equal(pending.word, 77);
	assert_int_equal(pending.entry, clock_of_calls);

	/* It has been published, or is none. */
	area->head = 200;
	assert_false(ring_pending(&ring, &pending));
	area->began = 200;
	assert_false(ring_pending(&ring, &pending));
	area->head = area->began = 0;
	area->kind = AREA_READ;
	assert_false(ring_pending(&ring, &pending));
	area->kind = AREA_RECVFROM;
	area->state = AREA_WRITING;
	area->exit = 0;
	assert_false(ring_pending(&ring, &pending));
	area->exit = ++clock_of_calls;
	area->result = 12;
	assert_true(ring_pending(&ring, &pending));
	assert_int_equal(pending.result, 12);
	free(written);
}

#define HOT 3

/* A trace of one process with some threads that record their calls. */
struct hot_trace {
	struct tracer tracer;
	struct recorded_calls recorded;
	struct traced_process *process;
	struct descriptor_table *table;
	struct hot_thread hot[HOT];
	struct written *written[HOT];
};

static void begin_trace(struct hot_trace *t)
{
	static const int fds[] = {5, 7, 8};
	struct recorder *recorder = &t->tracer.recorder;

	memset(t, 0, sizeof(*t));
	t->tracer.settings = (struct settings){.recorded = &t->recorded, .payload = {.bytes = 64}};
	log_begin(&t->tracer.log, 1 << 20);
	tsc_begin(&recorder->clock, tsc_now() - 1000000, 0);
	tsc_sample(&recorder->clock, tsc_now(), 1000000);
	t->process = process_new(100);
	t->table = table_new();
	for (int i = 0; i < 3; i++)
		table_put(&t->tracer.sockets, t->table, fds[i],
			socket_get(&t->tracer.sockets, (uint64_t)i + 1));
	clock_of_calls = tsc_now() - 500000;
	for (int i = 0; i < HOT; i++) {
		struct hot_thread *hot = &t->hot[i];
		hot->thread = tracees_add(&t->tracer.tracees, 100 + i, THREAD_RUNNING);
		process_join(t->process, hot->thread);
		hot->thread->table = t->table;
		hot->thread->hot = hot;
		hot->next = recorder->first;
		recorder->first = hot;
		t->written[i] = begin_ring(&hot->ring, 64);
	}
}

static void end_trace(struct hot_trace *t)
{
	uint64_t socket;

	t->tracer.recorder.first = NULL;
	drain_before_stop(&t->tracer, NULL); /* no more ticks */
	for (int fd; (fd = table_next(t->table, 0)) >= 0;)
		table_remove(&t->tracer.sockets, t->table, fd, &socket);
	for (int i = 0; i < HOT; i++) {
		tracees_remove(&t->tracer.tracees, t->hot[i].thread);
		free(t->written[i]);
	}
	tracees_free(&t->tracer.tracees);
	free(t->process);
	table_release(t->table);
	sockets_free(&t->tracer.sockets);
	log_free(&t->tracer.log);
	scratch_free(&t->tracer.scratch);
	drain_free(&t->tracer);
}

/* The next call in the trace's queue. */
static const struct captured_call *next_call(struct hot_trace *t)
{
	const struct entry *entry = queue_next(t->tracer.log.queue);

	if (!entry && queue_collect(t->tracer.log.queue, INT64_MAX))
		entry = queue_next(t->tracer.log.queue);
	assert_non_null(entry);
	assert_int_equal(entry->kind, ENTRY_CALL);
	return (const struct captured_call *)entry->bytes;
}

/* Publishes a read on `fd`, of the descriptor that it is. */
static void read_by(struct hot_trace *t, int i, int fd, uint64_t descriptor)
{
	struct area_record *record = write_read(t->written[i], "text");

	record->fd = fd;
	record->arguments[0] = (uint64_t)fd;
	record->word = descriptor | AREA_FD_UNIX;
	publish(t->written[i], record);
}

static void rings_are_merged_in_the_order_of_ends(void **state)
{
	struct hot_trace t;
	int order[300];
	int64_t last_ns[HOT] = {0};

	(void)state;
	begin_trace(&t);
	srand(7);
	for (int i = 0; i < 300; i++) {
		order[i] = rand() % HOT;
		read_by(&t, order[i], 5, table_get(t.table, 5)->id);
		if (i % 70 == 0)
			drain_all(&t.tracer);
	}
	drain_all(&t.tracer);
	assert_false(t.tracer.recorder.has_broken);
	for (uint64_t i = 0; i < 300; i++) {
		const struct captured_call *call = next_call(&t);
		assert_int_equal(call->seq, i + 1);
		assert_int_equal(call->tid, 100 + order[i]);
		assert_int_equal(call->pid, 100);
		assert_int_equal(call->descriptor, table_get(t.table, 5)->id);
		assert_int_equal(call->socket, table_get(t.table, 5)->socket->id);
		assert_true(call->time_ns >= last_ns[order[i]]);
		last_ns[order[i]] = call->time_ns + call->duration_ns;
	}
	assert_int_equal(t.tracer.log.recorded_in_tracee, 300);
	end_trace(&t);
}

static void a_record_that_is_being_written_is_waited_for_once(void **state)
{
	struct hot_trace t;
	uint64_t id;

	(void)state;
	begin_trace(&t);
	id = table_get(t.table, 5)->id;
	read_by(&t, 0, 5, id);
	area_of(t.written[1])->exit = ++clock_of_calls;
	area_of(t.written[1])->state = AREA_WRITING;
	read_by(&t, 2, 5, id);
	drain_tick(&t.tracer, TICK_WHOLE);
	assert_int_equal(t.tracer.log.last_seq, 1);
	assert_int_equal(next_call(&t)->tid, 100);
	/* Its thread may never write it, and others fill their rings. */
	read_by(&t, 0, 5, id);
	drain_tick(&t.tracer, TICK_WHOLE);
	assert_int_equal(next_call(&t)->tid, 102);
	assert_int_equal(next_call(&t)->tid, 100);
	/* A stop waits for nobody. */
	area_of(t.written[1])->exit = ++clock_of_calls;
	read_by(&t, 2, 5, id);
	drain_all(&t.tracer);
	assert_int_equal(next_call(&t)->tid, 102);
	end_trace(&t);
}

static void calls_keep_the_descriptor_that_they_were_made_on(void **state)
{
	const struct captured_call *call;
	struct hot_trace t;
	struct words words;
	uint64_t memory[WORDS], first, socket;

	(void)state;
	begin_trace(&t);
	words_begin(&words, t.table, &t.tracer.interest_doubts, memory, WORDS);
	first = table_get(t.table, 5)->id;
	/* One thread is in a call when the number becomes another descriptor's. */
	struct held_descriptor ended = table_remove(&t.tracer.sockets, t.table, 5, &socket);
	table_put(&t.tracer.sockets, t.table, 5, socket_get(&t.tracer.sockets, 9));
	read_by(&t, 0, 5, first);
	read_by(&t, 1, 5, table_get(t.table, 5)->id);
	read_by(&t, 2, 5, 12345); /* which never was */
	drain_all(&t.tracer);
	call = next_call(&t);
	assert_int_equal(call->descriptor, ended.id);
	assert_int_equal(call->socket, socket);
	call = next_call(&t);
	assert_int_equal(call->descriptor, table_get(t.table, 5)->id);
	assert_int_equal(call->socket, table_get(t.table, 5)->socket->id);
	call = next_call(&t);
	assert_int_equal(call->descriptor, 0);
	assert_int_equal(call->fd, 5);
	words_end(&words);
	end_trace(&t);
}

/* The descriptors of a call's waits and what they were ready for, in digits. */
static void expect_waits(
	const struct captured_call *call, enum part_kind kind, const char *expected)
{
	const struct captured_part *part = call_part(call, PART_OF_CALL, kind);
	char text[100] = "";

	for (size_t at = 0; part && at < part->length; at += sizeof(struct call_wait)) {
		struct call_wait wait;
		memcpy(&wait, part->bytes + at, sizeof(wait));
		size_t length = strlen(text);
		snprintf(text + length, sizeof(text) - length, " %d:%u", wait.fd, wait.ready);
	}
	assert_string_equal(text, expected);
}

static void waits_list_what_they_waited_for(void **state)
{
	const struct pollfd polled[3] = {{7, POLLIN, 0}, {9, POLLIN, POLLIN}, {8, POLLIN, POLLIN}};
	const struct pollfd other[1] = {{9, POLLIN, POLLIN}};
	const struct epoll_event event = {EPOLLIN, {.u64 = 77}};
	struct interest *interest;
	struct area_record *record;
	struct hot_trace t;

	(void)state;
	begin_trace(&t);
	record = write_record(t.written[0], SYS_poll, AREA_POLL, (const uint64_t[6]){0x1000, 3});
	record->result = 2;
	add_part(record, 0, AREA_PART_POLLED, polled, sizeof(polled));
	publish(t.written[0], record);
	/* One that waits for no socket leaves no record. */
	record = write_record(t.written[0], SYS_poll, AREA_POLL, (const uint64_t[6]){0x1000, 1});
	record->result = 1;
	add_part(record, 0, AREA_PART_POLLED, other, sizeof(other));
	publish(t.written[0], record);
	drain_all(&t.tracer);
	const struct captured_call *call = next_call(&t);
	expect_waits(call, PART_WAITS, " 7:0 8:1");

	/* Of an epoll instance to which a socket is added while a thread waits. */
	interests_begin(&t.table->interests, 6, 0);
	interest = interests_get(&t.table->interests, 6, 0);
	interest_set(interest, 7, EPOLLIN, 7, table_get(t.table, 7)->id);
	struct area *area = area_of(t.written[1]);
	area->number = SYS_epoll_wait;
	area->kind = AREA_EPOLL;
	area->arguments[0] = 6;
	area->arguments[2] = 10;
	area->word = AREA_FD_EPOLL;
	area->entry = ++clock_of_calls;
	area->began = area->head;
	area->state = AREA_IN_CALL;
	t.tracer.stop = (struct stop){.kind = STOP_CALL, .tid = 100};
	drain_before_stop(&t.tracer, t.hot[0].thread);
	interest_set(interest, 8, EPOLLIN, 77, table_get(t.table, 8)->id);
	record = write_record(t.written[1], SYS_epoll_wait, AREA_EPOLL, area->arguments);
	record->entry = area->entry;
	record->result = 1;
	add_part(record, 1, AREA_PART_EVENTS, &event, sizeof(event));
	publish(t.written[1], record);
	area->state = AREA_OUTSIDE;
	drain_all(&t.tracer);
	call = next_call(&t);
	assert_string_equal(call_row(call)->name, "epoll_wait");
	expect_waits(call, PART_WAITS, " 7:0");
	expect_waits(call, PART_MORE_WAITS, " 8:1");
	assert_int_equal(t.tracer.log.last_seq, 2);

	/* Then the thread adds one itself. */
	record = write_record(t.written[1], SYS_epoll_ctl, AREA_CONTROL,
		(const uint64_t[6]){6, EPOLL_CTL_ADD, 5, 0x1000});
	record->word = table_get(t.table, 5)->id;
	add_part(record, 3, PART_BYTES, &event, sizeof(event));
	publish(t.written[1], record);
	record = write_record(t.written[1], SYS_epoll_wait, AREA_EPOLL, area->arguments);
	publish(t.written[1], record);
	drain_all(&t.tracer);
	call = next_call(&t);
	assert_string_equal(call_row(call)->name, "epoll_ctl");
	assert_int_equal(call->descriptor, table_get(t.table, 5)->id);
	expect_waits(next_call(&t), PART_WAITS, " 5:0 7:0 8:0");
	end_trace(&t);
}

static void a_killed_thread_leaves_the_call_that_it_was_in(void **state)
{
	struct hot_trace t;

	(void)state;
	begin_trace(&t);
	read_by(&t, 0, 5, table_get(t.table, 5)->id);
	for (int i = 0; i < 2; i++) {
		struct area *area = area_of(t.written[i]);
		area->number = SYS_read;
		area->kind = AREA_READ;
		area->arguments[0] = 7;
		area->arguments[2] = 50;
		area->word = table_get(t.table, 7)->id;
		area->entry = ++clock_of_calls;
		area->exit = i ? ++clock_of_calls : 0;
		area->result = 20;
		area->began = area->head;
		area->state = i ? AREA_WRITING : AREA_IN_CALL;
	}
	drain_end(&t.tracer, t.hot[0].thread);
	next_call(&t);
	assert_int_equal(t.hot[0].thread->state, THREAD_IN_CALL);
	assert_int_equal(t.hot[0].thread->call->descriptor, table_get(t.table, 7)->id);
	assert_true(t.hot[0].thread->call->is_recorded);
	/* It had returned. */
	drain_end(&t.tracer, t.hot[1].thread);
	assert_int_equal(t.hot[1].thread->state, THREAD_RUNNING);
	const struct captured_call *call = next_call(&t);
	assert_int_equal(call->tid, 101);
	assert_int_equal(call->result, 20);
	assert_int_equal(call->bytes, 20);
	drain_end(&t.tracer, t.hot[2].thread);
	assert_int_equal(t.tracer.log.last_seq, 2);
	end_trace(&t);
}

static void a_broken_ring_is_left_alone(void **state)
{
	struct hot_trace t;

	(void)state;
	begin_trace(&t);
	read_by(&t, 0, 5, table_get(t.table, 5)->id);
	struct area_record *record = write_read(t.written[1], "text");
	record->number = SYS_close;
	publish(t.written[1], record);
	drain_all(&t.tracer);
	assert_true(t.tracer.recorder.has_broken);
	assert_true(t.hot[1].is_broken);
	assert_false(t.hot[0].is_broken || t.hot[2].is_broken);
	read_by(&t, 1, 5, table_get(t.table, 5)->id);
	read_by(&t, 2, 5, table_get(t.table, 5)->id);
	drain_all(&t.tracer);
	assert_int_equal(next_call(&t)->tid, 100);
	assert_int_equal(next_call(&t)->tid, 102);
	assert_int_equal(t.tracer.log.last_seq, 2);
	end_trace(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_address_passes_the_filters_and_stops_nowhere_else),
		cmocka_unit_test(words_follow_the_model),
		cmocka_unit_test(the_processors_clock_becomes_the_logs),
		cmocka_unit_test(a_suspended_machine_begins_a_new_line),
		cmocka_unit_test(a_ring_gives_the_calls_that_were_written),
		cmocka_unit_test(a_record_of_each_kind_becomes_its_call),
		cmocka_unit_test(what_no_recorder_writes_breaks_the_ring),
		cmocka_unit_test(a_call_without_a_record_is_seen_while_it_is_made),
		cmocka_unit_test(rings_are_merged_in_the_order_of_ends),
		cmocka_unit_test(a_record_that_is_being_written_is_waited_for_once),
		cmocka_unit_test(calls_keep_the_descriptor_that_they_were_made_on),
		cmocka_unit_test(waits_list_what_they_waited_for),
		cmocka_unit_test(a_killed_thread_leaves_the_call_that_it_was_in),
		cmocka_unit_test(a_broken_ring_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
