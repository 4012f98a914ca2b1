/* SPDX-License-Identifier: MIT */
#include "tracer/table/ioctls.h"

#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

/* A brace alone is no block, whatever some versions of clang-format say. */
/* clang-format off */
#define REQUEST(name, kind) {#name, name, kind}
/* A struct that the program gives; one of which it gives a part, and the kernel the rest. */
#define GIVEN(name, shown)         {#name, name, IOCTL_STRUCT, &structure_##shown, &structure_##shown}
#define ANSWER(name, shown, asked) {#name, name, IOCTL_STRUCT, &structure_##shown, &structure_##asked}
/* clang-format on */

/* socket(7), tcp(7), udp(7), unix(7), netdevice(7); linux/sockios.h */
static const struct ioctl_request requests[] = {
	REQUEST(FIONBIO, IOCTL_INTEGER),
	REQUEST(FIOASYNC, IOCTL_INTEGER),
	REQUEST(FIONREAD, IOCTL_ANSWER),
	REQUEST(FIOCLEX, IOCTL_NONE),
	REQUEST(FIONCLEX, IOCTL_NONE),
	REQUEST(SIOCOUTQ, IOCTL_ANSWER),
	REQUEST(SIOCOUTQNSD, IOCTL_ANSWER),
	REQUEST(SIOCATMARK, IOCTL_ANSWER),
	REQUEST(FIOSETOWN, IOCTL_INTEGER),
	REQUEST(FIOGETOWN, IOCTL_ANSWER),
	REQUEST(SIOCSPGRP, IOCTL_INTEGER),
	REQUEST(SIOCGPGRP, IOCTL_ANSWER),
	ANSWER(SIOCGIFNAME, interface_of_index, index_of_interface),
	ANSWER(SIOCGIFINDEX, interface_index, interface),
	ANSWER(SIOCGIFFLAGS, interface_flags, interface),
	GIVEN(SIOCSIFFLAGS, interface_flags),
	ANSWER(SIOCGIFADDR, interface_address, interface),
	GIVEN(SIOCSIFADDR, interface_address),
	ANSWER(SIOCGIFDSTADDR, interface_address, interface),
	GIVEN(SIOCSIFDSTADDR, interface_address),
	ANSWER(SIOCGIFBRDADDR, interface_address, interface),
	GIVEN(SIOCSIFBRDADDR, interface_address),
	ANSWER(SIOCGIFNETMASK, interface_address, interface),
	GIVEN(SIOCSIFNETMASK, interface_address),
	ANSWER(SIOCGIFMETRIC, interface_metric, interface),
	GIVEN(SIOCSIFMETRIC, interface_metric),
	GIVEN(SIOCGIFMEM, interface),
	GIVEN(SIOCSIFMEM, interface),
	ANSWER(SIOCGIFMTU, interface_mtu, interface),
	GIVEN(SIOCSIFMTU, interface_mtu),
	GIVEN(SIOCSIFNAME, interface_new_name),
	ANSWER(SIOCGIFHWADDR, interface_hardware, interface),
	GIVEN(SIOCSIFHWADDR, interface_hardware),
	GIVEN(SIOCSIFHWBROADCAST, interface_hardware),
	REQUEST(SIOCGIFENCAP, IOCTL_ANSWER),
	REQUEST(SIOCSIFENCAP, IOCTL_INTEGER),
	ANSWER(SIOCGIFSLAVE, interface_slave, interface),
	GIVEN(SIOCSIFSLAVE, interface_slave),
	GIVEN(SIOCADDMULTI, interface_hardware),
	GIVEN(SIOCDELMULTI, interface_hardware),
	GIVEN(SIOCGIFPFLAGS, interface),
	GIVEN(SIOCSIFPFLAGS, interface),
	ANSWER(SIOCGIFTXQLEN, interface_queue, interface),
	GIVEN(SIOCSIFTXQLEN, interface_queue),
	ANSWER(SIOCGIFMAP, interface_map, interface),
	GIVEN(SIOCSIFMAP, interface_map),
	GIVEN(SIOCETHTOOL, interface),
	GIVEN(SIOCGMIIPHY, interface),
	GIVEN(SIOCGMIIREG, interface),
	GIVEN(SIOCSMIIREG, interface),
	GIVEN(SIOCWANDEV, interface),
	GIVEN(SIOCGHWTSTAMP, interface),
	GIVEN(SIOCSHWTSTAMP, interface),
	GIVEN(SIOCBONDENSLAVE, interface_slave),
	GIVEN(SIOCBONDRELEASE, interface_slave),
	GIVEN(SIOCBONDSETHWADDR, interface_hardware),
	GIVEN(SIOCBONDSLAVEINFOQUERY, interface),
	GIVEN(SIOCBONDINFOQUERY, interface),
	GIVEN(SIOCBONDCHANGEACTIVE, interface_slave),
	GIVEN(SIOCBRADDIF, interface_index),
	GIVEN(SIOCBRDELIF, interface_index),
	/* Of these the argument is no struct ifreq, or not always. */
	REQUEST(SIOCGIFCONF, IOCTL_INTERFACES),
	REQUEST(SIOCGIFCOUNT, IOCTL_NONE),
	REQUEST(SIOCSIFLINK, IOCTL_NONE),
	REQUEST(SIOCDIFADDR, IOCTL_NONE),
	REQUEST(SIOCGSKNS, IOCTL_NONE),
	REQUEST(SIOCADDRT, IOCTL_NONE),
	REQUEST(SIOCDELRT, IOCTL_NONE),
	REQUEST(SIOCRTMSG, IOCTL_NONE),
	REQUEST(SIOCGARP, IOCTL_NONE),
	REQUEST(SIOCSARP, IOCTL_NONE),
	REQUEST(SIOCDARP, IOCTL_NONE),
	REQUEST(SIOCGRARP, IOCTL_NONE),
	REQUEST(SIOCSRARP, IOCTL_NONE),
	REQUEST(SIOCDRARP, IOCTL_NONE),
	REQUEST(SIOCADDDLCI, IOCTL_NONE),
	REQUEST(SIOCDELDLCI, IOCTL_NONE),
	REQUEST(SIOCGIFVLAN, IOCTL_NONE),
	REQUEST(SIOCSIFVLAN, IOCTL_NONE),
	REQUEST(SIOCGIFBR, IOCTL_NONE),
	REQUEST(SIOCSIFBR, IOCTL_NONE),
	GIVEN(SIOCBRADDBR, interface),
	GIVEN(SIOCBRDELBR, interface),
	REQUEST(SIOCGSTAMP_OLD, IOCTL_NONE),
	REQUEST(SIOCGSTAMPNS_OLD, IOCTL_NONE),
	REQUEST(SIOCGSTAMP_NEW, IOCTL_NONE),
	REQUEST(SIOCGSTAMPNS_NEW, IOCTL_NONE),
	/* isatty(3) and others ask these of a standard input that may be a socket. */
	REQUEST(TCGETS, IOCTL_NONE),
	REQUEST(TIOCGWINSZ, IOCTL_NONE),
	REQUEST(TIOCGPGRP, IOCTL_NONE),
};

const struct ioctl_request *ioctl_find(uint32_t request)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (requests[i].request == request)
			return &requests[i];
	return NULL;
}

size_t ioctl_size(const struct ioctl_request *request)
{
	size_t size = 0;

	if (request->kind == IOCTL_INTEGER || request->kind == IOCTL_ANSWER)
		return sizeof(int);
	if (request->kind != IOCTL_STRUCT)
		return 0;
	for (const struct structure_member *m = request->structure->members; m->name; m++)
		if (size < (size_t)m->offset + m->size)
			size = (size_t)m->offset + m->size;
	return size;
}
