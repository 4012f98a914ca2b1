/* SPDX-License-Identifier: MIT */
/*
 * What moves past the calls that send and receive:
 *
 *	bypass aio		io_submit(2) on a file, and then on a socket
 *	bypass aio-last		of many blocks in one call, the last one on a socket
 *	bypass packets		a ring of packets; exits with 77 who may have none
 *	bypass packets-mapped	the same, mapped, and then nothing
 *	bypass zerocopy		TCP_ZEROCOPY_RECEIVE: says how many bytes it was given
 */
#include <arpa/inet.h>
#include <linux/aio_abi.h>
#include <linux/if_packet.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>

#include "tests/tracer/targets/parts.h"

static struct iocb block_of(int fd)
{
	static const char talk[] = "talk";

	return (struct iocb){.aio_lio_opcode = IOCB_CMD_PWRITE,
		.aio_fildes = (unsigned)fd,
		.aio_buf = (uintptr_t)talk,
		.aio_nbytes = 4};
}

static long submit(aio_context_t context, int fd)
{
	struct iocb block = block_of(fd);

	return syscall(SYS_io_submit, context, 1, &(struct iocb *){&block});
}

static void aio(void)
{
	FILE *file = tmpfile();
	aio_context_t context = 0;
	int pair[2];

	CHECK(file && syscall(SYS_io_setup, 8, &context) == 0);
	CHECK(submit(context, fileno(file)) == 1);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	for (int i = 0; i < 20; i++) /* until a filter has its number */
		CHECK(write(pair[0], "talk", 4) == 4 && read(pair[1], (char[4]){0}, 4) == 4);
	CHECK(submit(context, fileno(file)) == 1);
	CHECK(submit(context, pair[0]) == 1 && submit(context, pair[0]) == 1);
}

static void aio_last(void)
{
	enum { BLOCKS = 300 };
	struct iocb blocks[BLOCKS], *list[BLOCKS];
	FILE *file = tmpfile();
	aio_context_t context = 0;
	int pair[2];

	CHECK(file && syscall(SYS_io_setup, BLOCKS, &context) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	for (int i = 0; i < BLOCKS; i++) {
		blocks[i] = block_of(i == BLOCKS - 1 ? pair[0] : fileno(file));
		list[i] = &blocks[i];
	}
	CHECK(syscall(SYS_io_submit, context, BLOCKS, list) == BLOCKS);
}

static int make_packets(void)
{
	struct tpacket_req request = {
		.tp_block_size = 4096, .tp_block_nr = 1, .tp_frame_size = 2048, .tp_frame_nr = 2};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		_exit(77);
	CHECK(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) == 0);
	return fd;
}

static void packets(void)
{
	make_packets();
}

static void packets_mapped(void)
{
	CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, make_packets(), 0) != MAP_FAILED);
	puts("ready");
	for (;;)
		pause();
}

static uint64_t receive_some(int fd, void *mapped, uint32_t room)
{
	static char rest[4096];
	struct tcp_zerocopy_receive what = {.address = (uint64_t)(uintptr_t)mapped,
		.length = room,
		.copybuf_address = (uint64_t)(uintptr_t)rest,
		.copybuf_len = sizeof(rest)};
	socklen_t length = sizeof(what);

	CHECK(getsockopt(fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &what, &length) == 0);
	if (what.length == 0 && what.copybuf_len == 0 && what.recv_skip_hint > 0)
		return (uint64_t)recv(fd, rest, sizeof(rest), 0);
	return what.length + (uint64_t)(what.copybuf_len > 0 ? what.copybuf_len : 0);
}

static void zerocopy(void)
{
	const uint32_t size = 1 << 16;
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	int listening = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	int file = (int)syscall(SYS_memfd_create, "pages", 0);

	CHECK(listen(listening, 1) == 0);
	CHECK(getsockname(listening, (struct sockaddr *)&address, &length) == 0);
	CHECK(connect(client, (struct sockaddr *)&address, length) == 0);
	int accepted = accept(listening, NULL, NULL);
	void *mapped = mmap(NULL, size, PROT_READ, MAP_SHARED, accepted, 0);
	CHECK(mapped != MAP_FAILED && ftruncate(file, size) == 0);
	for (uint32_t at = 0; at < size; at += 4)
		CHECK(pwrite(file, "talk", 4, at) == 4);
	CHECK(sendfile(client, file, NULL, size) == size);
	CHECK(send(client, "end", 3, 0) == 3);
	uint64_t received = 0;
	while (received < size + 3)
		received += receive_some(accepted, mapped, size);
	printf("received %ju\n", (uintmax_t)received);
}

int main(int argc, char **argv)
{
	static const struct part parts[] = {
		{"aio", aio},
		{"aio-last", aio_last},
		{"packets", packets},
		{"packets-mapped", packets_mapped},
		{"zerocopy", zerocopy},
	};

	return parts_run(argc > 1 ? argv[1] : NULL, parts, sizeof(parts) / sizeof(parts[0]));
}
