/* SPDX-License-Identifier: MIT */
/* Calls that the kernel refuses for what they say: the trace has to show what that was. */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PAGE 4096

/* The last page before memory ends. */
static char *last_page(void)
{
	char *pages =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert(pages != MAP_FAILED && munmap(pages + PAGE, PAGE) == 0);
	return pages;
}

static void refuse_messages(int fd, struct sockaddr_in *to)
{
	static char big[70000];
	struct iovec segments[2] = {{big, sizeof(big)}, {(char[]){"small"}, 5}};
	struct mmsghdr messages[2] = {
		{{.msg_name = to,
			 .msg_namelen = sizeof(*to),
			 .msg_iov = &segments[0],
			 .msg_iovlen = 1},
			.msg_len = 12345},
		{{.msg_name = to,
			.msg_namelen = sizeof(*to),
			.msg_iov = &segments[1],
			.msg_iovlen = 1}},
	};

	assert(sendmmsg(fd, messages, 2, 0) == -1 && errno == EMSGSIZE);
	assert(recvmmsg(fd, messages, 2, MSG_DONTWAIT, NULL) == -1 && errno == EAGAIN);
	assert(sendmmsg(fd, messages, 0, 0) == 0);
}

static void refuse_control(int fd, struct sockaddr_in *to, size_t length)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_len = length, .cmsg_level = IPPROTO_IP, .cmsg_type = IP_TTL}};
	struct iovec segment = {(char[]){"refused"}, 7};
	struct msghdr message = {.msg_name = to,
		.msg_namelen = sizeof(*to),
		.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_LEN(sizeof(int))};

	memcpy(CMSG_DATA(&control.header), &(int){9}, sizeof(int));
	assert(sendmsg(fd, &message, 0) == -1 && errno == EINVAL);
}

static void refuse_addresses(int fd, const struct sockaddr_in *to)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/tmp/whole/path"};
	const size_t half = offsetof(struct sockaddr_un, sun_path) + 10;
	int unix_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char *end = last_page() + PAGE;

	assert(connect(fd, (const struct sockaddr *)to, 4) == -1 && errno == EINVAL);
	assert(sendto(fd, "short", 5, 0, (const struct sockaddr *)to, 7) == -1 && errno == EINVAL);
	memcpy(end - half, &local, half);
	assert(connect(unix_fd, (struct sockaddr *)(void *)(end - half), sizeof(local)) == -1 &&
		errno == EFAULT);
	memcpy(end - 6, to, 6);
	assert(bind(fd, (struct sockaddr *)(void *)(end - 6), sizeof(*to)) == -1 &&
		errno == EFAULT);
	memcpy(end - 2, "lo", 2);
	assert(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, end - 2, 8) == -1);
}

int main(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	refuse_messages(fd, &to);
	refuse_control(fd, &to, 1000);
	refuse_control(fd, &to, 3);
	refuse_addresses(fd, &to);
	return 0;
}
