/* SPDX-License-Identifier: MIT */
/* The parts of the tracer that need no tracee: decoders, the queue, the descriptor model. */
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/call/ancillary.h"
#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_option.h"
#include "tracer/filter/injection.h"
#include "tracer/follow/uring_pending.h"
#include "tracer/follow/uring_ring.h"
#include "tracer/log/queue.h"
#include "tracer/log/recap.h"
#include "tracer/log/rotation.h"
#include "tracer/model/descriptors.h"
#include "tracer/model/interest.h"
#include "tracer/model/rings.h"
#include "tracer/proc/socket_table.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/stop.h"
#include "tracer/ptrace/tracee.h"
#include "tracer/refusal.h"
#include "tracer/table/blocks.h"
#include "tracer/table/syscall_table.h"

static void expect_text(struct json_writer *w, const char *expected)
{
	json_unsigned(w, NULL, 0); /* any value, so that the text is never NULL */
	w->length -= 1;
	if (w->length && w->text[w->length - 1] == ',')
		w->length--;
	assert_int_equal(w->length, strlen(expected));
	assert_memory_equal(w->text, expected, w->length);
	w->length = 0;
	w->needs_comma = false;
}

static void expect_address(const void *bytes, size_t length, const char *expected)
{
	struct json_writer w = {0};

	decode_address(&w, NULL, bytes, length);
	expect_text(&w, expected);
	json_writer_free(&w);
}

static void internet_addresses(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(80)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(443)};

	(void)state;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in6.sin6_addr = in6addr_loopback;
	expect_address(
		&in, sizeof(in), "{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":80}");
	expect_address(
		&in6, sizeof(in6), "{\"family\":\"AF_INET6\",\"address\":\"::1\",\"port\":443}");
	in6.sin6_scope_id = 1;
	expect_address(&in6, sizeof(in6),
		"{\"family\":\"AF_INET6\",\"address\":\"::1\",\"port\":443,\"scope\":\"lo\"}");
	/* Too short to hold an address: its bytes as they are. */
	expect_address(&in, 4, "{\"family\":\"AF_INET\",\"bytes\":{\"hex\":\"0050\"}}");
}

static void local_addresses(void **state)
{
	struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "/run/x"};
	struct sockaddr_un abstract = {.sun_family = AF_UNIX, .sun_path = "\0name"};

	(void)state;
	expect_address(&path, sizeof(path), "{\"family\":\"AF_UNIX\",\"path\":\"/run/x\"}");
	expect_address(&path, 2 + 4, "{\"family\":\"AF_UNIX\",\"path\":\"/run\"}");
	expect_address(&abstract, 2 + 5, "{\"family\":\"AF_UNIX\",\"abstract\":\"name\"}");
	expect_address(&path, 2, "{\"family\":\"AF_UNIX\"}");
}

static void addresses_of_any_length_and_family_give_some_value(void **state)
{
	unsigned char bytes[64];
	struct json_writer w = {0};

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	for (size_t family = 0; family < 300; family++) {
		bytes[0] = (unsigned char)family;
		bytes[1] = (unsigned char)(family >> 8);
		for (size_t length = 0; length <= sizeof(bytes); length++) {
			w.length = 0;
			w.needs_comma = false;
			decode_address(&w, NULL, bytes, length);
			assert_true(length == 0 || w.text[w.length - 1] == '}');
		}
	}
	json_writer_free(&w);
}

static void expect_option(
	int level, int option, const void *bytes, size_t length, const char *expected)
{
	struct json_writer w = {0};

	decode_option_value(&w, NULL, level, option, bytes, length);
	expect_text(&w, expected);
	json_writer_free(&w);
}

static void option_values(void **state)
{
	const int one = 1, refused = 111;
	const struct linger linger = {1, 5};
	const struct timeval second = {1, 500000};

	(void)state;
	expect_option(SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one), "1");
	expect_option(SOL_SOCKET, SO_ERROR, &refused, sizeof(refused), "\"ECONNREFUSED\"");
	expect_option(
		SOL_SOCKET, SO_LINGER, &linger, sizeof(linger), "{\"onoff\":1,\"seconds\":5}");
	expect_option(SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second),
		"{\"seconds\":1,\"microseconds\":500000}");
	expect_option(IPPROTO_TCP, TCP_CONGESTION, "cubic", 6, "\"cubic\"");
	/* Not what is expected there: the bytes. */
	expect_option(SOL_SOCKET, SO_LINGER, &one, 3, "{\"hex\":\"010000\"}");
	expect_option(12345, 6, "abc", 3, "{\"text\":\"abc\"}");
}

static void ancillary_walk_stops_at_what_is_not_whole(void **state)
{
	unsigned char bytes[CMSG_SPACE(2 * sizeof(int)) + 8] = {0};
	struct cmsghdr header = {CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	const int fds[2] = {5, 9};
	struct ancillary message;
	size_t at = 0;

	(void)state;
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + CMSG_LEN(0), fds, sizeof(fds));
	assert_true(ancillary_next(bytes, sizeof(bytes), &at, &message));
	assert_int_equal(ancillary_fd(&message, 1), 9);
	assert_int_equal(ancillary_fd(&message, 2), -1);
	assert_false(ancillary_next(bytes, sizeof(bytes), &at, &message));
	for (size_t length = 0; length < CMSG_LEN(2 * sizeof(int)); length++) {
		at = 0;
		assert_false(ancillary_next(bytes, length, &at, &message));
	}
	header.cmsg_len = 0;
	memcpy(bytes, &header, sizeof(header));
	at = 0;
	assert_false(ancillary_next(bytes, sizeof(bytes), &at, &message));
}

#define ENTRIES 20000

/* Lengths from 0 to beyond what the queue can hold at once. */
static size_t length_of(uint32_t number)
{
	return number % 1000 == 999 ? 9000 : number % 300;
}

static void *put_entries(void *context)
{
	static unsigned char bytes[9000];

	for (uint32_t i = 0; i < ENTRIES; i++) {
		memset(bytes, (int)(i & 0xff), length_of(i));
		queue_put(context, i % 2 ? ENTRY_CALL : ENTRY_LINE, bytes, length_of(i));
	}
	queue_close(context);
	return NULL;
}

static void queue_keeps_everything_in_order(void **state)
{
	struct trace_queue *queue = queue_new(4096);
	const struct entry *entry;
	uint32_t number = 0;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, put_entries, queue), 0);
	while (queue_collect(queue, INT64_MAX))
		while ((entry = queue_next(queue))) {
			assert_int_equal(entry->length, length_of(number));
			assert_int_equal(entry->kind, number % 2 ? ENTRY_CALL : ENTRY_LINE);
			for (size_t i = 0; i < entry->length; i++)
				assert_int_equal(entry->bytes[i], number & 0xff);
			number++;
		}
	assert_int_equal(number, ENTRIES);
	pthread_join(thread, NULL);
	queue_free(queue);
}

static void one_socket_keeps_its_identity_over_its_descriptors(void **state)
{
	struct sockets sockets = {0};
	struct descriptor_table *table = table_new();
	struct socket_identity *socket = socket_get(&sockets, 777);
	uint64_t first_id = socket->id, removed;

	(void)state;
	struct held_descriptor a = table_put(&sockets, table, 3, socket);
	struct held_descriptor b = table_put(&sockets, table, 1000, socket);
	assert_int_not_equal(a.id, b.id);
	assert_int_equal(table_next(table, 4), 1000);
	assert_null(table_get(table, 4));
	assert_null(table_get(table, -1));
	assert_int_equal(table_remove(&sockets, table, 3, &removed).id, a.id);
	assert_int_equal(removed, first_id);
	assert_ptr_equal(socket_get(&sockets, 777), socket);
	assert_int_equal(table_remove(&sockets, table, 1000, &removed).id, b.id);
	assert_int_equal(table_remove(&sockets, table, 1000, &removed).id, 0);
	/* The inode is given again by the kernel: another socket. */
	socket = socket_get(&sockets, 777);
	assert_int_not_equal(socket->id, first_id);
	struct held_descriptor c = table_put(&sockets, table, 3, socket);
	assert_true(c.id > b.id);
	table_remove(&sockets, table, 3, &removed);
	table_release(table);
	sockets_free(&sockets);
}

static bool has_names(enum argument_kind kind)
{
	return kind == ARGUMENT_CONSTANT || kind == ARGUMENT_FLAGS || kind == ARGUMENT_FAMILY ||
	       kind == ARGUMENT_RANGE_FLAGS || kind == ARGUMENT_MESSAGE_FLAGS ||
	       kind == ARGUMENT_LEVEL || kind == ARGUMENT_CONTROL_COMMAND ||
	       kind == ARGUMENT_EPOLL_OPERATION;
}

static void rows_of_the_syscall_table_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < syscall_count(); i++) {
		const struct syscall_row *row = syscall_row(i);
		print_message("# %s\n", row->name);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(row->name, syscall_row(j)->name);
		for (int at = 0; at < SYSCALL_ARGUMENTS; at++)
			assert_int_equal(row->arguments[at].names != NULL,
				has_names(row->arguments[at].kind));
		/* waits.c has a way for each. */
		assert_int_equal(row->effect == EFFECT_WAIT,
			row->form == FORM_POLL || row->form == FORM_POLL_ONE ||
				row->form == FORM_SELECT || row->form == FORM_EPOLL_WAIT);
		/* What a value means is said by the two others. */
		for (int at = 0; at < SYSCALL_ARGUMENTS; at++)
			if (row->arguments[at].kind == ARGUMENT_OPTION_VALUE ||
				row->arguments[at].kind == ARGUMENT_OPTION_RESULT ||
				row->arguments[at].kind == ARGUMENT_OPTION_RETURNED) {
				assert_true(syscall_argument(row, ARGUMENT_OPTION) >= 0);
				assert_true(syscall_argument(row, ARGUMENT_LEVEL) >= 0);
			}
	}
	assert_null(syscall_row(syscall_count()));
	assert_null(syscall_row(65535));
}

/* Also of calls that no test makes. The names are looked for in the schema's text, between the
 * opening of `args` and the definition after it. */
static void the_schema_knows_every_argument(void **state)
{
	static char schema[1 << 16];
	char member[80];
	FILE *file = fopen("docs/trace.schema.json", "r");

	(void)state;
	assert_non_null(file);
	schema[fread(schema, 1, sizeof(schema) - 1, file)] = '\0';
	fclose(file);
	char *args = strstr(schema, "\n\t\t\"args\": {");
	assert_non_null(args);
	char *end = strstr(args, "\n\t\t}");
	assert_non_null(end);
	*end = '\0';
	for (size_t i = 0; i < syscall_count(); i++)
		for (int at = 0; at < SYSCALL_ARGUMENTS; at++) {
			const char *name = syscall_row(i)->arguments[at].name;
			if (!name)
				continue;
			snprintf(member, sizeof(member), "\n\t\t\t\t\"%s\": {", name);
			if (!strstr(args, member))
				fail_msg("%s of %s is not in the schema", name,
					syscall_row(i)->name);
		}
}

static void every_number_is_in_one_block(void **state)
{
	static const int numbers[] = {0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 1000, 1023, 1024,
		65535, 65536, 1 << 20, INT32_MAX - 1, INT32_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int found = 0;
		for (int block = 0; block < BLOCKS; block++) {
			uint32_t first, mask;
			block_range(block, &first, &mask);
			bool is_in = ((uint32_t)numbers[i] & mask) == first;
			assert_int_equal(is_in, block == block_of(numbers[i]));
			found += is_in;
		}
		assert_int_equal(found, 1);
		assert_true(BLOCKS_ALL & block_bit(numbers[i]));
	}
}

#define MEMBERS 40

/* Against a plain array of what was set last. */
struct expected {
	bool is_in;
	uint64_t data;
};

static void expect_members(
	const struct interest *interest, const struct expected *expected, uint64_t data)
{
	size_t all = 0, with_data = 0, found = 0;

	for (int fd = 0; fd < MEMBERS; fd++) {
		assert_int_equal(interest_member(interest, fd) != NULL, expected[fd].is_in);
		all += expected[fd].is_in;
		with_data += expected[fd].is_in && expected[fd].data == data;
	}
	assert_int_equal(interest->count, all);
	for (int fd = interest->first; fd >= 0; fd = interest_member(interest, fd)->next)
		found++;
	assert_int_equal(found, all);
	found = 0;
	for (int fd = interest_with_data(interest, data); fd >= 0;
		fd = interest_member(interest, fd)->next_same)
		found += interest_member(interest, fd)->data == data;
	assert_int_equal(found, with_data);
}

static void an_interest_list_finds_its_members(void **state)
{
	struct expected expected[MEMBERS] = {{false, 0}};
	struct interests interests = {0};
	unsigned int seed = 7;

	(void)state;
	interests_begin(&interests, 5, 0);
	struct interest *interest = interests_get(&interests, 5, 0);
	assert_non_null(interest);
	for (int i = 0; i < 20000; i++) {
		int fd = rand_r(&seed) % MEMBERS;
		uint64_t data = (uint64_t)(rand_r(&seed) % 8);
		expected[fd] = (struct expected){rand_r(&seed) % 3 > 0, data};
		if (expected[fd].is_in)
			interest_set(interest, fd, 1, data, 1);
		else
			interest_remove(interest, fd);
		expect_members(interest, expected, data);
	}
	assert_null(interests_get(&interests, 5, 1));
	assert_null(interests_get(&interests, 6, 0));
	assert_int_equal(interests_find(&interests, 0, 10), 5);
	assert_true(interests_end(&interests, 5));
	assert_false(interests_end(&interests, 5));
	interests_free(&interests);
}

static void expect_reason(struct refusal refusal, const char *expected)
{
	char words[300];

	refusal_explain(&refusal, words, sizeof(words));
	if (!strstr(words, expected))
		fail_msg("\"%s\" does not have \"%s\"", words, expected);
}

/* As the kernel has it that refuses; the machine of the tests may have no Yama. */
static struct captured_call *call_of_seq(uint64_t seq)
{
	struct captured_call *call = call_new();

	call->seq = seq;
	return call;
}

static void operations_are_found_by_user_data_the_first_one_first(void **state)
{
	static const uint64_t data[] = {0, 1, UINT64_MAX, 0x736f636b6c696e65};
	struct pending pending = {0};

	(void)state;
	assert_null(pending_find(&pending, 0));
	for (uint64_t seq = 0; seq < 400; seq++)
		pending_add(&pending, data[seq % 4], seq % 8 < 4 ? call_of_seq(seq) : NULL);
	assert_int_equal(pending.count, 400);
	assert_int_equal(pending.calls, 200);
	/* One from the middle. */
	pending_remove(&pending, pending.oldest->newer->newer->newer->newer);
	for (uint64_t seq = 0; seq < 400; seq++) {
		struct operation *found = pending_find(&pending, data[seq % 4]);
		if (seq == 4)
			continue;
		assert_int_equal(found->user_data, data[seq % 4]);
		assert_true(found->call ? found->call->seq == seq : seq % 8 >= 4);
		pending_remove(&pending, found);
	}
	pending_add(&pending, 6, NULL);
	pending_rename(&pending, 6, 7);
	pending_rename(&pending, 6, 8);
	assert_null(pending_find(&pending, 6));
	pending_remove(&pending, pending_find(&pending, 7));
	assert_null(pending.oldest);
	assert_null(pending.newest);
	assert_int_equal(pending.count + pending.calls, 0);
	pending_free(&pending);
}

static void a_ring_lives_as_long_as_something_refers_to_it(void **state)
{
	struct descriptor_table *table = table_new(), *copy = table_new();
	struct ring_identity ring = {0}, other = {0};
	struct rings rings = {0};

	(void)state;
	rings_add(&rings, &ring, 17);
	rings_add(&rings, &other, 0);
	ring_number_put(&rings, table, 5, &ring);
	ring_number_put(&rings, table, 5, &ring);
	ring_number_put(&rings, table, 900, &other);
	assert_ptr_equal(rings_find(&rings, 17), &ring);
	assert_null(rings_find(&rings, 0));
	assert_true(table->blocks & block_bit(5));
	ring_numbers_copy(&rings, copy, table);
	ring_numbers_remove(&rings, table, 0, UINT32_MAX);
	assert_int_equal(table->blocks, 0);
	assert_null(rings.ended);
	ring_number_put(&rings, copy, 5, &other);
	assert_ptr_equal(rings.ended, &ring);
	assert_null(rings_find(&rings, 17));
	ring_number_remove(&rings, copy, 5);
	assert_null(ring.next);
	ring_numbers_remove(&rings, copy, 6, UINT32_MAX);
	assert_ptr_equal(rings.ended, &other);
	table_release(table);
	table_release(copy);
	rings_free(&rings);
}

static void only_a_ring_is_mapped_as_one(void **state)
{
	FILE *file = tmpfile();
	struct stat status;
	struct ring mapped;

	(void)state;
	assert_non_null(file);
	assert_int_equal(ftruncate(fileno(file), IORING_OFF_CQ_RING + 4096), 0);
	assert_int_equal(fstat(fileno(file), &status), 0);
	struct ring ring = {.params = {.cq_entries = 1}, .inode = status.st_ino};
	assert_false(ring_map(&ring, getpid(), getpid(), fileno(file), &mapped));
	fclose(file);
}

static int listening(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* What is not known is partial. */
static bool is_whole(struct socket_tables *tables, int fd)
{
	struct socket_info info = {.state = -1};

	assert_true(socket_table_find(tables, getpid(), fd, &info));
	assert_int_equal(info.family, AF_INET);
	assert_int_equal(info.state == TCP_LISTEN, !info.is_partial);
	return !info.is_partial;
}

/* That takes long where there are many sockets. */
static void tables_of_sockets_are_read_once(void **state)
{
	struct socket_tables tables = {0};
	int before = listening();

	(void)state;
	assert_true(is_whole(&tables, before));
	socket_tables_keep(&tables);
	assert_true(is_whole(&tables, before));
	int after = listening();
	assert_false(is_whole(&tables, after));
	assert_true(is_whole(&tables, before));
	socket_tables_forget(&tables);
	assert_true(is_whole(&tables, after));
	close(before);
	close(after);
}

static void a_refusal_says_which_and_what_to_do(void **state)
{
	struct refusal launched = {.error = EPERM, .is_launched = true};
	struct refusal attached = {.error = EPERM, .is_ours = true, .owner = "me"};
	struct refusal refusal;

	(void)state;
	refusal = launched;
	refusal.ptrace_scope = 3;
	expect_reason(refusal, "ptrace_scope is 3, which allows no tracing until reboot");
	refusal.is_capable = refusal.is_root = true;
	expect_reason(refusal, "ptrace_scope is 3, which allows no tracing until reboot");
	refusal = launched;
	refusal.ptrace_scope = 2;
	expect_reason(
		refusal, "ptrace_scope is 2, which lets only root trace; run socktrace as root");
	refusal.is_root = true;
	expect_reason(refusal, "only root trace; give the container CAP_SYS_PTRACE");
	/* Of one's own children this is no reason. */
	refusal = launched;
	refusal.ptrace_scope = 1;
	expect_reason(refusal, "a security module");
	refusal.is_filtered = true;
	expect_reason(refusal, "a seccomp filter forbids ptrace(2)");
	refusal.error = ENOSYS;
	expect_reason(refusal, "a seccomp filter forbids ptrace(2)");
	refusal = launched;
	refusal.is_undumpable = true;
	expect_reason(refusal, "chmod +r");
	refusal = launched;
	refusal.error = EAGAIN;
	expect_reason(refusal, "temporarily unavailable");

	refusal = attached;
	refusal.ptrace_scope = 1;
	expect_reason(refusal, "ptrace_scope is 1, which lets only root attach to what it has not "
			       "started; run socktrace as root, or start the program with it");
	refusal.is_ours = false;
	expect_reason(refusal, "belongs to me; run socktrace as that user or as root");
	refusal.is_root = true;
	expect_reason(refusal, "belongs to me; give the container CAP_SYS_PTRACE");
	refusal.is_nested = true;
	expect_reason(
		refusal, "belongs to me; run socktrace as root outside of this user namespace");
	refusal = attached;
	expect_reason(refusal, "protected, or has changed its user; run socktrace as root");
	refusal.is_kernel = true;
	expect_reason(refusal, "a part of the kernel");
	refusal = attached;
	refusal.error = ESRCH;
	expect_reason(refusal, "no such process");
	refusal.is_hidden = true;
	strcpy(refusal.hidepid, "invisible");
	expect_reason(
		refusal, "mounted with hidepid=invisible and hides it; run socktrace as root");
	refusal = attached;
	refusal.is_gone = true;
	expect_reason(refusal, "it has ended");
}

static void *end_process_when_told(void *told)
{
	char byte;

	_exit(read(*(int *)told, &byte, 1) == 1 ? 0 : 1);
}

/* Resumed where it stops to end, unseen, and the other thread kept from ending: the kernel says
 * nothing more of the leader, and who waits for it has to be told. */
static void a_leader_that_ends_unseen_is_not_waited_for(void **state)
{
	struct stop_queue queue = {0};
	int told[2];
	siginfo_t info;

	(void)state;
	assert_int_equal(pipe(told), 0);
	pid_t leader = fork();
	if (leader == 0) {
		pthread_t other;
		raise(SIGSTOP);
		pthread_create(&other, NULL, end_process_when_told, told);
		for (;;)
			pause();
	}
	assert_true(leader > 0);
	assert_int_equal(waitpid(leader, NULL, WUNTRACED), leader);
	assert_int_equal(
		ptrace(PTRACE_SEIZE, leader, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXIT), 0);
	struct stop stop = stop_wait_for(&queue, leader);
	assert_int_equal(stop.kind, STOP_GROUP);
	kill(leader, SIGCONT);
	for (pid_t other = 0; other == 0;) {
		tracee_resume(stop.tid, RESUME_RUN, stop.kind == STOP_SIGNAL ? stop.signal : 0);
		stop = stop_wait(&queue, 2);
		if (stop.kind == STOP_TRAP && stop.tid != leader)
			other = stop.tid;
	}
	tracee_resume(stop.tid, RESUME_RUN, 0);
	assert_int_equal(write(told[1], "", 1), 1);
	assert_int_equal(
		waitid(P_PID, (id_t)leader, &info, WEXITED | WSTOPPED | WNOWAIT | __WALL), 0);
	assert_int_equal(info.si_status >> 8, PTRACE_EVENT_EXIT);

	tracee_resume(leader, RESUME_RUN, 0);
	do
		stop = stop_wait_for(&queue, leader);
	while (stop.kind == STOP_NOTHING && !status_has_ended(leader));
	assert_int_equal(stop.kind, STOP_NOTHING);

	/* Its end comes with that of the other thread, which was put aside. */
	for (; stop.kind != STOP_ENDED || stop.tid != leader; stop = stop_wait(&queue, 2))
		if (stop.kind == STOP_EXIT)
			tracee_resume(stop.tid, RESUME_RUN, 0);
	assert_int_equal(stop.exit_code, 0);
	close(told[0]);
	close(told[1]);
	stop_queue_free(&queue);
}

/* Its stop for the signal is to be handled: no call more takes the thread out of it. */
static void an_injection_makes_no_call_after_another_stop(void **state)
{
	struct stop_queue queue = {0};
	struct injection_target target = {.stops = &queue, .threads = 1};
	struct injection injection;
	siginfo_t info;
	int64_t result;

	(void)state;
	pid_t child = fork();
	if (child == 0) {
		raise(SIGSTOP);
		kill(getpid(), SIGSTOP);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, NULL, WUNTRACED), child);
	assert_int_equal(ptrace(PTRACE_SEIZE, child, 0, PTRACE_O_TRACESYSGOOD), 0);
	assert_int_equal(stop_wait_for(&queue, child).kind, STOP_GROUP);
	kill(child, SIGCONT);
	struct status_signals signals = {0};
	while (!(signals.pending & UINT64_C(1) << (SIGSTOP - 1))) {
		tracee_resume(child, RESUME_CALL, 0);
		stop_wait_for(&queue, child);
		assert_true(status_signals(child, &signals));
	}

	assert_true(injection_begin(&injection, child, &target));
	for (int i = 0; i < 2; i++)
		assert_false(
			injection_call(&injection, INJECTED_MUNMAP, (uint64_t[6]){0, 0}, &result));
	injection_end(&injection);
	assert_true(target.has_next_stop);
	assert_true(tracee_signal_info(child, &info));
	assert_int_equal(info.si_signo, SIGSTOP);
	assert_int_equal(stop_wait(&queue, 1).kind, STOP_SIGNAL);
	assert_int_equal(queue.aside_given, queue.aside_count);
	kill(child, SIGKILL);
	assert_int_equal(stop_wait_for(&queue, child).kind, STOP_ENDED);
	stop_queue_free(&queue);
}

#define LINE(type, rest) "{\"type\":\"" type "\",\"time_ns\":5," rest "}\n"
#define PROCESS(event, pid) \
	LINE("process", "\"event\":\"" event "\",\"pid\":" pid ",\"program\":\"x\"")
#define CALL(effect, rest)                                                             \
	LINE("call", "\"seq\":1,\"duration_ns\":0,\"pid\":7,\"tid\":7,\"name\":\"c\"," \
		     "\"effect\":\"" effect "\"," rest)
#define ON(id, socket)  "\"fd\":" id ",\"descriptor\":" id ",\"socket\":" socket
#define NEW(id, socket) "{" ON(id, socket) "}"
#define AT(port)        "{\"family\":\"AF_INET\",\"port\":" port "}"
#define STREAM          "\"args\":{\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":0}"
#define INHERIT(id, socket)                                                                     \
	"{\"type\":\"descriptor\",\"time_ns\":5,\"event\":\"inherit\",\"reason\":\"rotation\"," \
	"\"pid\":7," ON(id, socket)
#define IS_STREAM ",\"family\":\"AF_INET\",\"socket_type\":\"SOCK_STREAM\",\"protocol\":0"

/* What lines say that still holds, and no more. */
static void a_file_begins_with_what_holds(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"trace\",\"version\":1}\n",
		PROCESS("start", "7"),
		PROCESS("fork", "8"),
		PROCESS("exit", "8"),
		CALL("create", STREAM ",\"result\":3,\"new\":[" NEW("3", "1") "]"),
		CALL("bind", ON("3", "1") ",\"args\":{},\"result\":0,\"local\":" AT("80")),
		CALL("listen", ON("3", "1") ",\"args\":{},\"result\":0"),
		CALL("create", STREAM ",\"result\":4,\"new\":[" NEW("4", "2") "]"),
		CALL("connect", ON("4", "2") ",\"args\":{\"address\":" AT(
					"80") "},\"result\":-1,"
					      "\"error\":\"EINPROGRESS\""),
		CALL("accept", ON("3", "1") ",\"args\":{},\"result\":5,\"new\":[" NEW(
				       "5", "3") "],\"local\":" AT("80") ",\"peer\":" AT("9")),
		CALL("duplicate",
			ON("5", "3") ",\"args\":{},\"result\":6,\"new\":[" NEW("6", "3") "]"),
		CALL("close", ON("5", "3") ",\"args\":{},\"result\":0"),
		/* That failed, and that nobody has seen to end. */
		CALL("create", STREAM ",\"result\":7,\"new\":[" NEW("7", "4") "]"),
		CALL("connect", ON("7", "4") ",\"args\":{\"address\":" AT(
					"1") "},\"result\":-1,"
					     "\"error\":\"ECONNREFUSED\""),
		CALL("close", ON("7", "4") ",\"args\":{},\"unfinished\":true"),
		CALL("create",
			STREAM ",\"result\":0,\"new\":[" NEW("8", "5") "," NEW("9", "6") "]"),
		CALL("close", ON("9", "6") ",\"args\":{},\"result\":0"),
		LINE("descriptor",
			"\"event\":\"inherit\",\"reason\":\"fork\",\"pid\":7," ON("10", "1")),
		LINE("descriptor",
			"\"event\":\"close\",\"reason\":\"exit\",\"pid\":7," ON("10", "1")),
		"no line",
	};
	static const char expected[] =
		"{\"type\":\"trace\",\"version\":1,\"part\":{\"number\":2,\"calls_before\":0}}\n"
		"{\"type\":\"process\",\"time_ns\":5,\"event\":\"start\",\"reason\":\"rotation\","
		"\"pid\":7,\"program\":\"x\"}\n" INHERIT("3", "1") IS_STREAM
		",\"state\":\"TCP_LISTEN\",\"local\":" AT(
			"80") ",\"direction\":\"listening\"}\n" INHERIT("4", "2") IS_STREAM
		",\"state\":\"TCP_SYN_SENT\",\"peer\":" AT(
			"80") ",\"direction\":\"out\"}\n" INHERIT("6", "3") IS_STREAM
		",\"state\":\"TCP_ESTABLISHED\",\"local\":" AT("80") ",\"peer\":" AT(
			"9") ",\"direction\":\"in\"}\n" INHERIT("7", "4") IS_STREAM
		"}\n" INHERIT("8", "5") IS_STREAM
		",\"state\":\"TCP_ESTABLISHED\",\"direction\":\"pair\","
		"\"other\":6}\n";
	struct recap *recap = recap_new();
	struct json_writer w = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(recap_learn(recap, lines[i], strlen(lines[i])), i == 0);
	recap_write_begin(recap, &w);
	expect_text(&w, "{\"type\":\"trace\",\"version\":1,"
			"\"part\":{\"number\":1,\"calls_before\":0}}\n");
	recap_write_begin(recap, &w);
	expect_text(&w, expected);
	recap_write_end(recap, &w);
	expect_text(&w, "{\"type\":\"end\",\"time_ns\":5,\"calls\":0,\"continues\":true}\n");
	json_writer_free(&w);
	recap_free(recap);
}

static void touch(const char *folder, const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	close(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

static bool is_there(const char *folder, const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void files_are_rotated_around_those_of_others(void **state)
{
	char folder[] = "/tmp/sockline.XXXXXX", path[200], command[220];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t", folder);
	touch(folder, "t");
	touch(folder, "t.2");
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	struct rotation *rotation =
		rotation_new(path, fd, (struct rotation_limits){.size = 65536, .count = 2});
	assert_non_null(rotation);
	close(fd);
	for (int i = 0; i < 5; i++) {
		fd = rotation_turn(rotation);
		assert_true(fd >= 0);
		close(fd);
	}
	assert_int_equal(rotation_older(rotation), 2);
	assert_true(is_there(folder, "t.1") && is_there(folder, "t.2") && is_there(folder, "t.3"));
	assert_false(is_there(folder, "t.4"));
	/* One that is taken away is its taker's, and leaves its number free. */
	snprintf(command, sizeof(command), "%s/t.3", folder);
	unlink(command);
	touch(folder, "t.3");
	fd = rotation_turn(rotation);
	assert_true(fd >= 0);
	close(fd);
	assert_true(is_there(folder, "t.4"));
	assert_false(rotation_is_moved(rotation, INT64_C(1) << 40));
	unlink(path);
	assert_false(rotation_is_moved(rotation, INT64_C(1) << 40));
	assert_true(rotation_is_moved(rotation, INT64_C(1) << 41));
	fd = rotation_renew(rotation);
	assert_true(fd >= 0);
	close(fd);
	assert_false(rotation_is_moved(rotation, INT64_C(1) << 42));
	rotation_free(rotation);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_is_in_one_block),
		cmocka_unit_test(an_interest_list_finds_its_members),
		cmocka_unit_test(operations_are_found_by_user_data_the_first_one_first),
		cmocka_unit_test(a_ring_lives_as_long_as_something_refers_to_it),
		cmocka_unit_test(only_a_ring_is_mapped_as_one),
		cmocka_unit_test(tables_of_sockets_are_read_once),
		cmocka_unit_test(a_refusal_says_which_and_what_to_do),
		cmocka_unit_test(internet_addresses),
		cmocka_unit_test(local_addresses),
		cmocka_unit_test(addresses_of_any_length_and_family_give_some_value),
		cmocka_unit_test(option_values),
		cmocka_unit_test(ancillary_walk_stops_at_what_is_not_whole),
		cmocka_unit_test(queue_keeps_everything_in_order),
		cmocka_unit_test(a_leader_that_ends_unseen_is_not_waited_for),
		cmocka_unit_test(an_injection_makes_no_call_after_another_stop),
		cmocka_unit_test(one_socket_keeps_its_identity_over_its_descriptors),
		cmocka_unit_test(rows_of_the_syscall_table_are_whole),
		cmocka_unit_test(the_schema_knows_every_argument),
		cmocka_unit_test(a_file_begins_with_what_holds),
		cmocka_unit_test(files_are_rotated_around_those_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
