/* SPDX-License-Identifier: MIT */
/*
 * Makes calls whose arguments have names: names KIND. Most of them fail, where the kernel lacks a
 * protocol or a right, which does not matter: what is compared is what strace(1) and socktrace say
 * of them. It makes no such call but on sockets, in a network of its own.
 */
#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/if_packet.h>
#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/unix_diag.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int udp, tcp, udp6;

static void protocols(void)
{
	close(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	close(socket(AF_INET, SOCK_RAW, IPPROTO_RAW));
	close(socket(AF_INET, SOCK_RAW, IPPROTO_ICMPV6));
	close(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
	close(socket(AF_INET6, SOCK_RAW, IPPROTO_MH));
	close(socket(AF_INET6, SOCK_RAW, IPPROTO_HOPOPTS));
	close(socket(AF_INET6, SOCK_RAW, IPPROTO_ROUTING));
	close(socket(AF_INET6, SOCK_RAW, IPPROTO_FRAGMENT));
	close(socket(AF_INET6, SOCK_RAW, IPPROTO_DSTOPTS));
	close(socket(AF_INET6, SOCK_RAW, IPPROTO_NONE));
	close(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
	close(socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IPV6)));
	close(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_LOOPBACK)));
	close(socket(AF_BLUETOOTH, SOCK_RAW, 1));
	close(socket(AF_BLUETOOTH, SOCK_STREAM, 3));
	close(socket(AF_NETLINK, SOCK_RAW, 4));
	close(socket(AF_INET, SOCK_DCCP, IPPROTO_DCCP));
	close(epoll_create1(EPOLL_CLOEXEC));
}

static void set(int fd, int level, int option, const void *value, size_t length)
{
	setsockopt(fd, level, option, value, (socklen_t)length);
}

static void get(int fd, int level, int option)
{
	char value[1024] = {0};
	socklen_t length = sizeof(value);

	getsockopt(fd, level, option, value, &length);
}

static void options(void)
{
	static const int longer[4] = {1, 2, 3, 4}, one = 1;
	static const int of_sockets[] = {SO_DEBUG, SO_REUSEADDR, SO_KEEPALIVE, SO_PRIORITY, SO_MARK,
		SO_TIMESTAMP, SO_BUSY_POLL, SO_INCOMING_CPU, SO_ZEROCOPY, SO_TXREHASH};
	static const struct linger linger = {1, 60};
	int filters[2] = {~(1 << 8 | 1 << 0), 1 << 8 | 1 << 3};
	int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	int netlink = socket(AF_NETLINK, SOCK_RAW, 0), local = socket(AF_UNIX, SOCK_STREAM, 0);

	for (size_t i = 0; i < sizeof(of_sockets) / sizeof(of_sockets[0]); i++) {
		set(udp, SOL_SOCKET, of_sockets[i], longer, sizeof(longer));
		set(udp, SOL_SOCKET, of_sockets[i], &one, sizeof(one));
		get(udp, SOL_SOCKET, of_sockets[i]);
	}
	set(tcp, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	get(tcp, SOL_SOCKET, SO_LINGER);
	get(local, SOL_SOCKET, SO_PEERCRED);
	get(tcp, SOL_SOCKET, SO_ERROR);
	set(raw, SOL_RAW, 1, &filters[0], sizeof(filters[0]));
	get(raw, SOL_RAW, 1);
	set(raw, SOL_RAW, 1, &filters[1], sizeof(filters[1]));
	get(raw, SOL_RAW, 1);
	set(udp6, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	set(tcp, SOL_TLS, 3, &one, sizeof(one));
	set(tcp, IPPROTO_TCP, TCP_REPAIR, &one, sizeof(one));
	get(tcp, IPPROTO_TCP, TCP_NODELAY);
	set(netlink, SOL_NETLINK, 1, &one, sizeof(one));
	set(netlink, SOL_NETLINK, 11, &one, sizeof(one));
	get(netlink, SOL_NETLINK, 9);
	for (int level = 256; level < 288; level++)
		get(udp, level, 1);
}

static void multicast(void)
{
	struct ip_mreqn four = {{htonl(0xe0000001)}, {htonl(0x7f000001)}, 1};
	struct ipv6_mreq six = {.ipv6mr_interface = 1};

	inet_pton(AF_INET6, "ff02::1:3", &six.ipv6mr_multiaddr);
	set(udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof(struct ip_mreq));
	set(udp, IPPROTO_IP, IP_DROP_MEMBERSHIP, &four, sizeof(four));
	set(udp6, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof(six));
	set(udp6, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &six, sizeof(six));
	set(udp6, IPPROTO_IPV6, IPV6_JOIN_ANYCAST, &six, sizeof(six));
}

static void addresses(void)
{
	unsigned char ax25[23] = {AF_AX25, 0, 'K' << 1, '1' << 1, 'A' << 1, ' ' << 1, ' ' << 1,
		' ' << 1, 3 << 1, [12] = 1, [16] = 'D' << 1, 'B' << 1, '0' << 1, 'A' << 1, 'B' << 1,
		'C' << 1, 15 << 1};
	unsigned char ipx[16] = {AF_IPX, 0, 4, 0x51, 0, 0, 0xab, 0xcd, 2, 3, 4, 5, 6, 7, 8};
	unsigned char x25[18] = {AF_X25, 0, '1', '9', '4', '0'};
	struct sockaddr_ll packet = {AF_PACKET, htons(ETH_P_ARP), 1, 1, PACKET_OTHERHOST, 6,
		{2, 0x42, 0xac, 0x11, 0, 2}};
	socklen_t length = sizeof(packet);
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0);

	bind(udp, (struct sockaddr *)ax25, sizeof(ax25));
	ax25[12] = 0;
	bind(udp, (struct sockaddr *)ax25, 16);
	bind(udp, (struct sockaddr *)ipx, sizeof(ipx));
	connect(udp, (struct sockaddr *)x25, sizeof(x25));
	sendto(fd, "arp", 3, 0, (struct sockaddr *)&packet, sizeof(packet));
	bind(fd, (struct sockaddr *)&packet, sizeof(packet));
	getsockname(fd, (struct sockaddr *)&packet, &length);
}

static void send_control(int level, int type, const void *data, size_t length)
{
	char room[CMSG_SPACE(256)] = {0};
	struct iovec segment = {(char *)"byte", 4};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {0}};
	struct msghdr message = {.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = CMSG_SPACE(length)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	*header = (struct cmsghdr){CMSG_LEN(length), level, type};
	memcpy(CMSG_DATA(header), data, length);
	sendmsg(udp, &message, 0);
}

/* Also such as only the kernel makes. */
static void ancillary(void)
{
	static const long times[6] = {1700000000, 123456789, 0, 0, 1700000001, 987654321};
	static const int64_t wide[6] = {1700000000, 123456789, 0, 0, 1700000001, 987654321};
	static const unsigned char options[8] = {7, 7, 4, 10, 0, 0, 255, 0};
	static const struct in_pktinfo info = {1, {0}, {0}};
	static const int number = 17;
	static const unsigned char byte = 16;

	send_control(SOL_SOCKET, 29, times, sizeof(times) / 3);
	send_control(SOL_SOCKET, 35, times, sizeof(times) / 3);
	send_control(SOL_SOCKET, 37, times, sizeof(times));
	send_control(SOL_SOCKET, 63, wide, sizeof(wide) / 3);
	send_control(SOL_SOCKET, 64, wide, sizeof(wide) / 3);
	send_control(SOL_SOCKET, 65, wide, sizeof(wide));
	send_control(SOL_SOCKET, 3, "label", 5);
	send_control(SOL_SOCKET, 2, &(struct ucred){getpid(), 1, 2}, sizeof(struct ucred));
	send_control(SOL_SOCKET, 1, &udp, sizeof(udp));
	send_control(IPPROTO_IP, IP_RECVOPTS, options, sizeof(options));
	send_control(IPPROTO_IP, IP_RETOPTS, options, sizeof(options));
	send_control(IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	send_control(IPPROTO_IP, IP_TTL, &number, sizeof(number));
	send_control(IPPROTO_IP, IP_TOS, &byte, sizeof(byte));
	send_control(IPPROTO_IP, 23, &number, sizeof(number));
}

static void ioctls(void)
{
	static const unsigned long of_interfaces[] = {SIOCGIFINDEX, SIOCGIFFLAGS, SIOCGIFMTU,
		SIOCGIFMETRIC, SIOCGIFTXQLEN, SIOCGIFHWADDR, SIOCGIFADDR, SIOCGIFNETMASK,
		SIOCGIFBRDADDR, SIOCGIFDSTADDR, SIOCGIFSLAVE, SIOCGIFMAP, SIOCSIFFLAGS, SIOCSIFMTU,
		SIOCSIFMETRIC, SIOCSIFTXQLEN, SIOCSIFSLAVE, SIOCADDMULTI, SIOCSIFHWBROADCAST};
	struct ifreq room[4], request;
	struct ifconf list = {sizeof(room), {(char *)room}};
	int number = 1;

	for (size_t i = 0; i < sizeof(of_interfaces) / sizeof(of_interfaces[0]); i++) {
		request = (struct ifreq){.ifr_name = "none", .ifr_flags = 0x1234};
		ioctl(udp, of_interfaces[i], &request);
		request = (struct ifreq){.ifr_name = "lo"};
		ioctl(udp, of_interfaces[i], &request);
	}
	request = (struct ifreq){.ifr_name = "lo", .ifr_flags = IFF_UP};
	ioctl(udp, SIOCSIFFLAGS, &request);
	ioctl(udp, SIOCGIFADDR, &request);
	ioctl(udp, SIOCGIFCONF, &list);
	list.ifc_buf = NULL;
	ioctl(udp, SIOCGIFCONF, &list);
	request.ifr_ifindex = 1;
	ioctl(udp, SIOCGIFNAME, &request);
	request.ifr_ifindex = 4711;
	ioctl(udp, SIOCGIFNAME, &request);
	ioctl(udp, SIOCSIFNAME, &(struct ifreq){.ifr_name = "none", .ifr_newname = "other"});
	ioctl(udp, SIOCBRADDBR, "bridge0");
	ioctl(udp, SIOCBRADDIF, &(struct ifreq){.ifr_name = "bridge0", .ifr_ifindex = 1});
	ioctl(udp, FIONBIO, &number);
	ioctl(tcp, FIONREAD, &number);
	ioctl(tcp, SIOCATMARK, &number);
	ioctl(tcp, SIOCGPGRP, &number);
	number = 0;
	ioctl(tcp, SIOCSPGRP, &number);
}

static void filters(void)
{
	struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 5),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14), BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
		BPF_STMT(BPF_ST, 1), BPF_STMT(BPF_MISC | BPF_TXA, 0), BPF_STMT(BPF_RET | BPF_A, 0),
		BPF_STMT(BPF_RET | BPF_K, 0x40000)};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
	char room[sizeof(code)];
	socklen_t length = program.len;

	set(udp, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
	getsockopt(udp, SOL_SOCKET, SO_GET_FILTER, room, &length);
	set(udp, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program));
	set(udp, SOL_SOCKET, SO_DETACH_FILTER, &length, sizeof(length));
}

/* Sends a request, and reads all of its answer. */
static void ask(int protocol, uint16_t type, uint16_t flags, const void *body, size_t length)
{
	char room[65536];
	struct nlmsghdr *message = (struct nlmsghdr *)room;
	int fd = socket(AF_NETLINK, SOCK_RAW, protocol);

	*message = (struct nlmsghdr){NLMSG_LENGTH(length), type, NLM_F_REQUEST | flags, 7, 0};
	memcpy(NLMSG_DATA(message), body, length);
	send(fd, room, message->nlmsg_len, 0);
	/* The kernel answers before send returns, and goes on whenever it is read. */
	while (recv(fd, room, sizeof(room), MSG_DONTWAIT) > 0)
		;
	close(fd);
}

static void netlink(void)
{
	struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	struct {
		struct genlmsghdr header;
		struct nlattr attribute;
		char name[8];
	} family = {{CTRL_CMD_GETFAMILY, 1, 0}, {4 + 7, CTRL_ATTR_FAMILY_NAME}, "nlctrl"};
	struct inet_diag_req_v2 four = {
		.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0u};
	struct unix_diag_req local = {
		.sdiag_family = AF_UNIX, .udiag_states = ~0u, .udiag_show = UDIAG_SHOW_NAME};
	struct netlink_diag_req links = {
		.sdiag_family = AF_NETLINK, .sdiag_protocol = NDIAG_PROTO_ALL};
	struct {
		struct rtmsg header;
		struct nlattr attribute;
		unsigned char address[4];
	} route = {{.rtm_family = AF_INET, .rtm_dst_len = 32}, {8, RTA_DST}, {127, 0, 0, 1}};
	int pair[2];

	ioctl(udp, SIOCSIFFLAGS, &up);
	ask(NETLINK_ROUTE, RTM_GETLINK, NLM_F_DUMP, &(struct ifinfomsg){0},
		sizeof(struct ifinfomsg));
	ask(NETLINK_ROUTE, RTM_GETADDR, NLM_F_DUMP, &(struct ifaddrmsg){0},
		sizeof(struct ifaddrmsg));
	ask(NETLINK_ROUTE, RTM_GETROUTE, NLM_F_DUMP, &(struct rtmsg){0}, sizeof(struct rtmsg));
	ask(NETLINK_ROUTE, RTM_GETROUTE, 0, &route, sizeof(route));
	ask(NETLINK_ROUTE, RTM_GETRULE, NLM_F_DUMP, &(struct rtgenmsg){AF_INET}, 1);
	ask(NETLINK_ROUTE, RTM_GETNEIGH, NLM_F_DUMP, &(struct ndmsg){0}, sizeof(struct ndmsg));
	ask(NETLINK_ROUTE, RTM_GETNEIGHTBL, NLM_F_DUMP, &(struct rtgenmsg){AF_INET}, 1);
	ask(NETLINK_ROUTE, RTM_GETLINK, 0, &(struct ifinfomsg){.ifi_index = 4711},
		sizeof(struct ifinfomsg));
	ask(NETLINK_GENERIC, GENL_ID_CTRL, 0, &family, 4 + 12);
	memcpy(family.name, "nobody", 7);
	ask(NETLINK_GENERIC, GENL_ID_CTRL, 0, &family, 4 + 12);
	listen(tcp, 1);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	ask(NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &four, sizeof(four));
	ask(NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &local, sizeof(local));
	ask(NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &links, sizeof(links));
}

static void packets(void)
{
	int packet = socket(AF_PACKET, SOCK_RAW, 0);
	struct packet_mreq member = {1, PACKET_MR_MULTICAST, 6, {1, 0x80, 0xc2, 0x12, 0x34, 0x56}};
	struct tpacket_req ring = {4096, 1, 2048, 2};

	set(packet, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &member, sizeof(member));
	set(packet, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &member, sizeof(member));
	member.mr_type = PACKET_MR_PROMISC;
	set(packet, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &member, sizeof(member));
	set(packet, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring));
	get(packet, SOL_PACKET, PACKET_STATISTICS);
	get(packet, SOL_PACKET, PACKET_AUXDATA);
}

static const struct {
	const char *name;
	void (*make)(void);
} kinds[] = {
	{"protocols", protocols},
	{"options", options},
	{"multicast", multicast},
	{"ancillary", ancillary},
	{"ioctls", ioctls},
	{"filters", filters},
	{"netlink", netlink},
	{"packets", packets},
	{"addresses", addresses},
};

int main(int argc, char **argv)
{
	/* strace asks the kernel for netlink sockets' protocols, in its own network. */
	if (argc == 2 && strcmp(argv[1], "netlink") != 0)
		unshare(CLONE_NEWNET);
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	tcp = socket(AF_INET, SOCK_STREAM, 0);
	udp6 = socket(AF_INET6, SOCK_DGRAM, 0);
	for (size_t i = 0; argc == 2 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		kinds[i].make();
		return 0;
	}
	return 2;
}
