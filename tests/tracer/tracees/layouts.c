/* SPDX-License-Identifier: MIT */
/* Everything that 32-bit programs lay out in their own way. Built for both ABIs, and for 32 bits
 * with times of 64: the traces must be the same. */
#include <assert.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

static int pair[2];

static void segments(void)
{
	char a[8], b[8];
	struct iovec out[2] = {{(char *)"to ", 3}, {(char *)"gather", 6}};
	struct iovec in[2] = {{a, sizeof(a)}, {b, sizeof(b)}};

	assert(writev(pair[0], out, 2) == 9);
	assert(readv(pair[1], in, 2) == 9);
}

/* Two control messages in one: a descriptor's and, of a length that is no multiple of 8, the
 * sender's. */
static void control(void)
{
	char byte = 'x', room[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
	struct iovec segment = {&byte, 1};
	struct msghdr message = {.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = CMSG_SPACE(sizeof(int))};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int on = 1;

	assert(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	*header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(header), &pair[0], sizeof(int));
	assert(sendmsg(pair[0], &message, 0) == 1);
	message.msg_controllen = sizeof(room);
	assert(recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC) == 1);
	for (header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header))
		if (header->cmsg_type == SCM_RIGHTS)
			close(*(int *)CMSG_DATA(header));
}

static void messages(void)
{
	char a[8], b[8];
	struct iovec out[2] = {{(char *)"first", 5}, {(char *)"second", 6}},
		     in[2] = {{a, 8}, {b, 8}};
	struct mmsghdr sent[2] = {{.msg_hdr = {.msg_iov = &out[0], .msg_iovlen = 1}},
		{.msg_hdr = {.msg_iov = &out[1], .msg_iovlen = 1}}};
	struct mmsghdr got[2] = {{.msg_hdr = {.msg_iov = &in[0], .msg_iovlen = 1}},
		{.msg_hdr = {.msg_iov = &in[1], .msg_iovlen = 1}}};
	struct timespec wait = {7, 8};

	assert(sendmmsg(pair[0], sent, 2, 0) == 2);
	assert(recvmmsg(pair[1], got, 2, 0, &wait) == 2);
}

static void waits(void)
{
	struct pollfd polled[2] = {{.fd = pair[0], .events = POLLOUT}, {.fd = -1}};
	struct epoll_event event = {.events = EPOLLOUT, .data.u64 = 1ull << 40};
	fd_set set;
	int epoll = epoll_create1(0);

	assert(poll(polled, 2, 1000) == 1);
	assert(ppoll(polled, 2, &(struct timespec){5, 6}, NULL) == 1);
	assert(syscall(SYS_ppoll, polled, 2, (long[2]){5, 6}, NULL, 8) == 1);
	FD_ZERO(&set);
	FD_SET(pair[1], &set);
	assert(select(pair[1] + 1, NULL, &set, NULL, &(struct timeval){3, 4}) == 1);
	assert(pselect(pair[1] + 1, NULL, &set, NULL, &(struct timespec){1, 2}, NULL) == 1);
	assert(epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event) == 0);
	assert(epoll_wait(epoll, &event, 1, 9) == 1);
	close(epoll);
}

static void options(void)
{
	struct timeval limit = {12, 500000};
	socklen_t length = sizeof(limit);
	struct linger linger = {1, 4};

	assert(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
	assert(getsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, &length) == 0);
	assert(setsockopt(pair[0], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) == 0);
}

/* On an interface that no machine has. */
static void groups(void)
{
	struct group_source_req request = {.gsr_interface = 123456789};
	struct sockaddr_in *group = (struct sockaddr_in *)&request.gsr_group;
	struct sockaddr_in *source = (struct sockaddr_in *)&request.gsr_source;
	int udp = socket(AF_INET, SOCK_DGRAM, 0);

	group->sin_family = source->sin_family = AF_INET;
	group->sin_addr.s_addr = htonl(0xe8010203);
	source->sin_addr.s_addr = htonl(0xc0000201);
	assert(setsockopt(udp, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &request, sizeof(request)) < 0);
	close(udp);
}

static void moves(const char *file)
{
	struct ifreq request = {.ifr_name = "lo"};
	int in = fileno(fopen(file, "r")), udp = socket(AF_INET, SOCK_DGRAM, 0), waiting;

	assert(sendfile(pair[0], in, NULL, 4) == 4);
	assert(ioctl(pair[1], FIONREAD, &waiting) == 0 && waiting == 4);
	assert(ioctl(udp, SIOCGIFADDR, &request) == 0);
	assert(recv(pair[1], (char[16]){0}, 16, 0) == 4);
	close(udp);
	close(in);
}

int main(int argc, char **argv)
{
	assert(argc > 0 && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	segments();
	messages();
	waits();
	options();
	groups();
	moves(argv[0]);
	control();
	return 0;
}
