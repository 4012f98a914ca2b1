# SPDX-License-Identifier: MIT
"""Compares the tables of constants with the headers of the kernel and the C library: what a table names
has the number that they give it, and what they name in a table's domain is in the table. Prints TAP.

    constants.py SCRATCH [FOLDER]

FOLDER has another system's headers in place of this machine's: linux-libc-dev and libc6-dev of a newer
Debian, unpacked there with `dpkg-deb -x`. So the tables are completed; then KNOWN is raised."""

import functools
import re
import subprocess
import sys

# The newest headers that the tables were completed from. What still newer ones name in addition is said,
# but does not fail the test: a system that came after us is not wrong.
KNOWN = {"Linux": (7, 3), "glibc": (2, 44)}

SOURCES = ("tracer/table/constants.c", "tracer/table/socket_options.c", "tracer/decode/decode_ancillary.c", "tracer/table/ioctls.c",
           "tracer/table/netlink.c")

# Tables, headers (those with + need each other), the names of the domain, and those among them that are
# no members of it. No names: the prefix is also that of much else, and only the table's own are compared.
DOMAINS = [
    ("socket_level", "sys/socket.h asm/socket.h", r"SO_\w+", r"SO_\w+_(?:OLD|NEW)|SO_EE_\w+"),
    ("ip_level", "netinet/in.h linux/in.h linux/netfilter_ipv4.h", r"(?:IP|MCAST)_\w+",
     r"IP_(?:PMTUDISC_\w+|DEFAULT_\w+|MAX_MEMBERSHIPS)|MCAST_(?:EX|IN)CLUDE"),
    ("ipv6_level", "netinet/in.h linux/in6.h netinet/in.h+linux/netfilter_ipv6/ip6_tables.h", r"IPV6_\w+",
     r"IPV6_(?:PMTUDISC_\w+|RT[HT]\w+|RX\w+|TLV_\w+|FL_\w+|FLOWINFO_\w+|PRIORITY_\w+|PREFER_\w+)"),
    ("raw_level", "linux/icmp.h", r"ICMP_FILTER", None),
    ("icmpv6_level", "linux/icmpv6.h", r"ICMPV6_FILTER\w*", r"ICMPV6_FILTER_\w+"),
    ("tcp_level", "netinet/tcp.h linux/tcp.h", r"TCP_[A-Z0-9_]+",
     r"TCP_(?:MAX_WINSHIFT|MAXWIN|MSS\w*|MD5SIG_\w+|COOKIE_(?:MIN|MAX|PAIR)\w*|S_DATA\w*|ACCECN_\w+"
     r"|RECEIVE_ZEROCOPY_\w+|AO_(?:MAX|KEYF)\w+|CM_\w+|REPAIR_(?:ON|OFF)\w*"
     r"|FLAG_\w+|NLA_\w+|DATA_OFFSET|RESERVED_BITS|NO_QUEUE)"),
    ("udp_level", "netinet/udp.h linux/udp.h", r"UDP_\w+", r"UDP_ENCAP_\w+"),
    ("udplite_level", "linux/udp.h", None, None),
    ("sctp_level", "netinet/in.h+linux/sctp.h", None, None),
    ("netlink_level constants_netlink_protocols", "linux/netlink.h", r"NETLINK_[A-Z0-9_]+",
     r"NETLINK_(?:UNCONNECTED|CONNECTED|INET_DIAG)"),
    ("packet_level", "linux/if_packet.h", r"PACKET_[A-Z_]+",
     r"PACKET_(?:HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL|FASTROUTE|FANOUT_\w+|MR_\w+)"),
    ("alg_level", "linux/if_alg.h", r"ALG_SET_\w+", r"ALG_SET_(?:IV|OP|AEAD_ASSOCLEN)"),
    ("tipc_level", "sys/socket.h+linux/tipc.h", None, None),
    ("tls_level", "linux/tls.h", r"TLS_[TR]X\w*", None),
    ("xdp_level", "linux/if_xdp.h", None, None),
    ("mptcp_level", "netinet/in.h+linux/mptcp.h", r"MPTCP_[A-Z]*INFO", None),
    ("vsock_level", "sys/socket.h+linux/vm_sockets.h", r"SO_VM_SOCKETS_\w+", None),
    ("can_raw_level", "sys/socket.h+linux/can/raw.h", r"CAN_RAW_\w+", r"CAN_RAW_(?:FILTER_MAX|XL_VCID_[RT]X_\w+)"),
    ("ax25_level", "linux/ax25.h", None, None),
    ("ipx_level", "netipx/ipx.h", None, None),
    ("netrom_level", "linux/ax25.h+linux/netrom.h", None, None),
    ("rose_level", "linux/ax25.h+linux/rose.h", None, None),
    ("x25_level", "linux/x25.h", r"X25_QBIT\w+", None),
    ("llc_level", "sys/socket.h+linux/llc.h", r"LLC_OPT_\w+", r"LLC_OPT_MAX\w*"),
    ("dccp_level", "linux/dccp.h", r"DCCP_SOCKOPT_\w+", None),
    ("rxrpc_level", "netinet/in.h+linux/rxrpc.h", None, None),
    ("pppol2tp_level", "sys/socket.h+linux/if_pppol2tp.h", r"PPPOL2TP_SO_\w+", None),
    ("phonet_level", "sys/socket.h+linux/phonet.h", r"PNPIPE_\w+", r"PNPIPE_ENCAP_\w+"),
    ("rds_level", "linux/rds.h", r"SO_RDS_\w+", None),
    ("caif_level", "sys/socket.h+linux/caif/caif_socket.h", r"CAIFSO_\w+", None),
    ("nfc_level", "sys/socket.h+linux/nfc.h", r"NFC_LLCP_\w+", r"NFC_LLCP_(?:MAX|RAW|DIRECTION)\w*"),
    ("kcm_level", "linux/kcm.h", r"KCM_\w+", r"KCM_KERNEL_H"),
    ("constants_families", "sys/socket.h", r"AF_\w+", r"AF_MAX"),
    ("constants_types constants_socket_flags", "sys/socket.h", r"SOCK_\w+", None),
    ("constants_ip_protocols", "netinet/in.h linux/in.h", r"IPPROTO_\w+",
     r"IPPROTO_(?:MAX|HOPOPTS)"),
    ("constants_ethernet_protocols", "linux/if_ether.h", r"ETH_P_\w+", r"ETH_P_802_3_MIN"),
    ("constants_can_protocols", "linux/can.h", r"CAN_[A-Z]+[0-9]*",
     r"CAN_(?:(?:EFF|SFF|RTR|ERR)_?\w*|MTU|NPROTO|INV|MAX\w*)"),
    ("constants_phonet_protocols", "sys/socket.h+linux/phonet.h", r"PN_PROTO_\w+", None),
    ("constants_caif_protocols", "sys/socket.h+linux/caif/caif_socket.h", r"CAIFPROTO_\w+", r"CAIFPROTO_MAX"),
    ("constants_nfc_protocols", "sys/socket.h+linux/nfc.h", r"NFC_SOCKPROTO_\w+", r"NFC_SOCKPROTO_MAX"),
    ("constants_kcm_protocols", "linux/kcm.h", r"KCMPROTO_\w+", None),
    ("constants_levels", "sys/socket.h netinet/in.h sys/socket.h+linux/vm_sockets.h sys/socket.h+linux/can/raw.h",
     r"SOL_\w+", r"SOL_CAN_BASE"),
    ("constants_message_flags", "sys/socket.h", r"MSG_\w+", None),
    ("constants_how", "sys/socket.h", r"SHUT_\w+", None),
    ("constants_tcp_states", "netinet/tcp.h", None, None),
    ("constants_poll_events", "poll.h", r"POLL[A-Z]+", None),
    ("constants_epoll_events", "sys/epoll.h linux/eventpoll.h", r"EPOLL(?!_)\w+", None),
    ("constants_filter_modes", "netinet/in.h", r"MCAST_(?:EX|IN)CLUDE", None),
    ("constants_ao_key_flags", "linux/tcp.h", r"TCP_AO_KEYF_\w+", None),
    ("constants_tls_versions", "linux/tls.h", None, None),
    ("constants_tls_ciphers", "linux/tls.h", r"TLS_CIPHER_\w+", r"TLS_CIPHER_\w+_SIZE"),
    ("constants_packet_memberships", "linux/if_packet.h", r"PACKET_MR_\w+", None),
    ("constants_packet_status", "linux/if_packet.h", r"TP_STATUS_\w+",
     r"TP_STATUS_(?:KERNEL|AVAILABLE|SEND\w+|WRONG_FORMAT)"),
    ("constants_interface_flags", "linux/if.h", r"IFF_\w+", r"IFF_VOLATILE"),
    ("constants_bpf_classes", "linux/bpf_common.h", None, None),
    ("constants_bpf_sizes", "linux/bpf_common.h", None, None),
    ("constants_bpf_modes", "linux/bpf_common.h", None, None),
    ("constants_bpf_operations", "linux/bpf_common.h", None, None),
    ("constants_bpf_jumps", "linux/bpf_common.h", None, None),
    ("constants_bpf_sources", "linux/filter.h", None, None),
    ("constants_bpf_moves", "linux/filter.h", None, None),
    ("constants_packet_types", "linux/if_packet.h", r"PACKET_(?:HOST|\w+CAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL)", None),
    ("constants_hardware_types", "linux/if_arp.h", r"ARPHRD_\w+", None),
    ("constants_xdp_flags", "linux/if_xdp.h", None, None),
    ("constants_icmp_types", "linux/icmp.h", None, None),
    ("constants_icmpv6_types", "linux/icmpv6.h netinet/icmp6.h", r"ND_[A-Z]+_[A-Z]+|ND_REDIRECT", r"ND_(?:RA|NA|OPT)_\w+"),
    ("constants_rehashing", "linux/socket.h", r"SOCK_TXREHASH_\w+", None),
    ("constants_tipc_importances", "linux/tipc.h", r"TIPC_\w+_IMPORTANCE", None),
    ("constants_epoll_flags", "sys/epoll.h", r"EPOLL_CLOEXEC", None),
    ("constants_epoll_operations", "sys/epoll.h", r"EPOLL_CTL_\w+", None),
    ("constants_range_flags", "linux/close_range.h", r"CLOSE_RANGE_\w+", None),
    ("constants_io_flags", "linux/fs.h", r"RWF_\w+", r"RWF_SUPPORTED"),
    ("constants_splice_flags", "fcntl.h", r"SPLICE_F_\w+", None),
    ("constants_control_commands", "fcntl.h linux/fcntl.h", r"F_[A-Z_]+",
     r"F_(?:(?:RD|WR|UN|EX|SH)LCK|LOCK|TEST|T?LOCK|ULOCK|OWNER_\w+|SEAL_\w+|LINUX_SPECIFIC_BASE|[RWX]_OK)"),
    ("constants_status_flags", "asm/fcntl.h", r"O_\w+", r"O_(?:RDONLY|ACCMODE)"),
    ("constants_descriptor_flags", "fcntl.h", r"FD_CLOEXEC", None),
    ("constants_netlink_messages", "linux/netlink.h", r"NLMSG_[A-Z]+", r"NLMSG_(?:ALIGN\w*|HDRLEN|LENGTH|SPACE|DATA|NEXT|OK|PAYLOAD|MIN\w*)"),
    ("constants_netlink_get_flags constants_netlink_new_flags constants_netlink_delete_flags constants_netlink_answer_flags", "linux/netlink.h", r"NLM_F_\w+", None),
    ("constants_netlink_attribute_flags", "linux/netlink.h", r"NLA_F_\w+", None),
    ("constants_route_messages", "linux/rtnetlink.h", r"RTM_(?:NEW|DEL|GET|SET)\w+", None),
    ("constants_route_types", "linux/rtnetlink.h", r"RTN_[A-Z]+", r"RTN_MAX"),
    ("constants_route_protocols", "linux/rtnetlink.h", r"RTPROT_\w+", None),
    ("constants_route_scopes", "linux/rtnetlink.h", r"RT_SCOPE_\w+", None),
    ("constants_route_tables", "linux/rtnetlink.h", r"RT_TABLE_\w+", r"RT_TABLE_MAX"),
    ("constants_route_flags", "linux/rtnetlink.h", r"RTM_F_\w+|RTNH_F_\w+", None),
    ("constants_address_flags", "linux/if_addr.h", r"IFA_F_\w+", None),
    ("constants_neighbour_states", "linux/neighbour.h", r"NUD_\w+", r"NUD_NONE"),
    ("constants_neighbour_flags", "linux/neighbour.h", r"NTF_\w+", r"NTF_EXT_\w+"),
    ("constants_rule_actions", "linux/fib_rules.h", r"FR_ACT_\w+", r"FR_ACT_MAX"),
    ("constants_rule_flags", "linux/fib_rules.h", r"FIB_RULE_\w+", None),
    ("constants_diag_messages", "linux/sock_diag.h+linux/inet_diag.h", None, None),
    ("constants_unix_diag_show", "linux/unix_diag.h", r"UDIAG_SHOW_\w+", None),
    ("constants_generic_messages", "linux/genetlink.h", r"GENL_ID_\w+", None),
    ("constants_generic_commands", "linux/genetlink.h", r"CTRL_CMD_\w+", r"CTRL_CMD_(?:UNSPEC|MAX)"),
    ("constants_operational_states", "linux/if.h", r"IF_OPER_\w+", None),
    ("constants_xdp_attachments", "linux/if_link.h", r"XDP_ATTACHED_\w+", None),
    ("constants_inet6_modes", "linux/if_link.h", r"IN6_ADDR_GEN_MODE_\w+", None),
    ("link_info", "linux/if_link.h", r"IFLA_INFO_\w+", r"IFLA_INFO_MAX"),
    ("link_inet", "linux/if_link.h", r"IFLA_INET_\w+", r"IFLA_INET_MAX"),
    ("link_inet6", "linux/if_link.h", r"IFLA_INET6_\w+", r"IFLA_INET6_MAX"),
    ("link_bridge", "linux/if_bridge.h", None, None),
    ("bridge_port", "linux/if_link.h", r"IFLA_BRPORT_\w+", r"IFLA_BRPORT_MAX"),
    ("link_xdp", "linux/if_link.h", r"IFLA_XDP_\w+", r"IFLA_XDP_MAX"),
    ("link", "linux/if_link.h", None, None),
    ("address", "linux/if_addr.h", r"IFA_\w+", r"IFA_(?:MAX|PAYLOAD|RTA|F_\w+)"),
    ("route", "linux/rtnetlink.h", r"RTA_\w+", r"RTA_(?:MAX|ALIGN\w*|OK|NEXT|LENGTH|SPACE|DATA|PAYLOAD)"),
    ("route_metrics", "linux/rtnetlink.h", r"RTAX_\w+", r"RTAX_(?:MAX|FEATURE_\w+)"),
    ("neighbour", "linux/neighbour.h", r"NDA_\w+", r"NDA_MAX"),
    ("neighbour_parameters", "linux/neighbour.h", r"NDTPA_\w+", r"NDTPA_MAX"),
    ("neighbour_table", "linux/neighbour.h", r"NDTA_\w+", r"NDTA_MAX"),
    ("rule", "linux/fib_rules.h", r"FRA_\w+", r"FRA_MAX"),
    ("traffic", "linux/rtnetlink.h", None, None),
    ("address_label", "linux/if_addrlabel.h", r"IFAL_\w+", r"IFAL_MAX"),
    ("interface_configuration", "linux/netconf.h", r"NETCONFA_\w+", r"NETCONFA_(?:MAX|ALL|IFINDEX_\w+)"),
    ("namespace", "linux/net_namespace.h", r"NETNSA_\w+", r"NETNSA_(?:MAX|NSID_\w+)"),
    ("next_hop", "linux/nexthop.h", r"NHA_\w+", r"NHA_(?:MAX|RES_(?:GROUP|BUCKET)_\w+)"),
    ("inet_socket", "linux/inet_diag.h", r"INET_DIAG_\w+", r"INET_DIAG_(?:MAX|GETSOCK_MAX|REQ_\w+|BC_\w+|NOCOOKIE)"),
    ("unix_socket", "linux/unix_diag.h", r"UNIX_DIAG_\w+", r"UNIX_DIAG_MAX"),
    ("netlink_socket", "linux/netlink_diag.h", r"NETLINK_DIAG_\w+", r"NETLINK_DIAG_MAX"),
    ("packet_socket", "linux/packet_diag.h", r"PACKET_DIAG_\w+", r"PACKET_DIAG_MAX"),
    ("control", "linux/genetlink.h", None, None),
    ("answer", "linux/netlink.h", r"NLMSGERR_ATTR_\w+", r"NLMSGERR_ATTR_MAX"),
    # No header for programs has these.
    ("constants_bluetooth_protocols", "linux/types.h", None, None),
    ("constants_smc_protocols", "linux/types.h", None, None),
    ("bluetooth_level", "linux/types.h", None, None),
    ("irda_level", "linux/types.h", None, None),
    ("iucv_level", "linux/types.h", None, None),
    ("constants_repair_options", "linux/types.h", None, None),
    ("constants_ao_flags", "linux/types.h", None, None),
    ("constants_ao_info_flags", "linux/types.h", None, None),
    ("constants_ao_found_flags", "linux/types.h", None, None),
    ("constants_inet6_flags", "linux/types.h", None, None),
    ("ancillary:SOL_SOCKET", "sys/socket.h asm/socket.h", r"SCM_\w+", None),
    ("ancillary:IPPROTO_IP", "netinet/in.h", None, None),
    ("ancillary:IPPROTO_IPV6", "netinet/in.h", None, None),
    ("ancillary:IPPROTO_TCP", "linux/tcp.h", r"TCP_CM_\w+", None),
    ("ancillary:IPPROTO_UDP", "linux/udp.h", None, None),
    ("ancillary:IPPROTO_SCTP", "netinet/in.h+linux/sctp.h", None, None),
    ("ancillary:SOL_PACKET", "linux/if_packet.h", None, None),
    ("ancillary:SOL_NETLINK", "linux/netlink.h", None, None),
    ("ancillary:SOL_ALG", "linux/if_alg.h", None, None),
    ("ancillary:SOL_TLS", "linux/tls.h", r"TLS_\w+_RECORD_TYPE", None),
    ("ancillary:287", "sys/socket.h+linux/vm_sockets.h", r"VSOCK_RECV\w+", None),
    ("ioctls", "sys/time.h+sys/ioctl.h+linux/sockios.h", r"SIOC[A-Z_]+", r"SIOC(?:DEVPRIVATE|PROTOPRIVATE|INQ|GSTAMP(?:NS)?)"),
]


def tables():
    """{table: {name: number}} as the sources have them."""
    found = {}
    for source in SOURCES:
        text = open(source).read()
        for table, body in re.findall(r"(\w+)\[\] = \{\n(.*?)\n\};", text, re.S):
            found[table] = {n: int(v, 0) for n, v in re.findall(r'\{"(\w+)", (\w+)', body)}
        for level, number, name in re.findall(r'\{(\w+), (\d+), "(\w+)"', text):
            found.setdefault("ancillary:" + level, {})[name] = int(number)
        # These have their numbers from the headers.
        found.setdefault("ioctls", {}).update((n, None) for n in re.findall(r"^\t(?:REQUEST|GIVEN|ANSWER)\((\w+),", text, re.M))
    return found


class Headers:
    def __init__(self, scratch, folder):
        self.scratch = scratch
        self.options = []
        if folder:
            own = self.compile(["-print-file-name=include"]).stdout.strip()
            machine = self.compile(["-print-multiarch"]).stdout.strip()
            for place in (own, "%s/usr/include/%s" % (folder, machine), folder + "/usr/include"):
                self.options += ["-isystem", place]
            self.options.append("-nostdinc")

    def compile(self, options, source=""):
        return subprocess.run(["cc", "-w", "-D_GNU_SOURCE", *self.options, *options, "-x", "c", "-"],
                              input=source, text=True, capture_output=True)

    @staticmethod
    def include(header):
        return "".join("#include <%s>\n" % h for h in header.split("+"))

    @functools.lru_cache(None)
    def names(self, header):
        """What the header names, as macros or as enumerators; and some words that are neither."""
        text = self.compile(["-E", "-P", "-dD"], self.include(header))
        if text.returncode:
            return set()  # an older kernel's do not have it
        return {macro or word for macro, word in
                re.findall(r"^#define (\w+) |\b([A-Z]\w+)\s*[=,}]", text.stdout, re.M)}

    def values(self, header, names):
        """{name: number}, without the names that are no number. To the compiler, each stands in a file of
        its own, which its errors name."""
        while names:
            lines = "".join('\n#line 1 "%s"\nsay("%s", %s);' % (n, n, n) for n in sorted(names))
            done = self.compile(["-ftrack-macro-expansion=0", "-o", self.scratch], self.include(header) +
                                "int printf(const char *, ...);\n"
                                '#define say(name, number) printf("%s %lld\\n", name, 0LL + (number))\n'
                                "int main(void) {" + lines + "return 0; }\n")
            if done.returncode == 0:
                said = subprocess.run([self.scratch], capture_output=True, text=True, check=True).stdout
                return {n: int(v) & 0xFFFFFFFF for n, v in map(str.split, said.splitlines())}
            wrong = names.intersection(re.findall(r"^(\w+):\d+:\d+: error", done.stderr, re.M))
            if not wrong:
                raise SystemExit("%s cannot be compiled:\n%s" % (header, done.stderr))
            names = names - wrong
        return {}

    def newer_than_known(self):
        """What of these headers is newer than the tables, in words."""
        names = {"LINUX_VERSION_CODE", "__GLIBC__", "__GLIBC_MINOR__"}
        found = self.values("features.h+linux/version.h", names)
        kernel = found["LINUX_VERSION_CODE"]
        versions = {"Linux": (kernel >> 16, kernel >> 8 & 255),
                    "glibc": (found.get("__GLIBC__", 0), found.get("__GLIBC_MINOR__", 0))}
        return " and ".join("%s %d.%d" % (n, *versions[n]) for n in KNOWN if versions[n] > KNOWN[n])


def compare(headers):
    """What is wrong, what is missing, and how many names were compared."""
    known, missing, compared = tables(), [], 0
    in_domains = {table for row in DOMAINS for table in row[0].split()}
    wrong = ["%s is in no row of DOMAINS" % table for table in sorted(set(known) - in_domains)
             if re.match(r"constants_|ancillary:|ioctls$|\w+_level$", table)]
    wrong += ["%s is no table" % table for table in sorted(in_domains - set(known))]
    for domain, places, members, others in DOMAINS:
        ours = {n: v for table in domain.split() for n, v in known.get(table, {}).items()}
        # A number has one meaning in a table, and perhaps several names: one is enough.
        numbers = set(ours.values()) if " " not in domain else set()
        for place in places.split():
            named = headers.names(place)
            theirs = {n for n in named if members and re.fullmatch(members, n)
                      and not (others and re.fullmatch(others, n))}
            found = headers.values(place, theirs | (named & set(ours)))
            compared += len(found)
            for name, number in found.items():
                if ours.get(name) not in (None, number):
                    wrong.append("%s: %s is %d in <%s>" % (domain, name, number, place))
                if name not in ours and number not in numbers:
                    missing.append("%s = %d, which %s lacks" % (name, number, domain))
    return wrong, sorted(set(missing)), compared


def report(number, name, problems):
    print("%sok %d %s" % ("not " if problems else "", number, name))
    for problem in problems:
        print("# " + problem)


def main():
    headers = Headers(sys.argv[1], *sys.argv[2:3] or [None])
    wrong, missing, compared = compare(headers)
    if compared < 700:
        wrong.append("only %d names were compared" % compared)
    newer = headers.newer_than_known()
    print("1..2")
    report(1, "the tables of constants have the numbers of the headers", wrong)
    if missing and newer:
        print("ok 2 the tables name what the headers do # skip the headers are newer than the tables: "
              "%s has %s" % (newer, "; ".join(missing)))
    else:
        report(2, "the tables name what the headers do", ["the headers have " + m for m in missing])
    sys.exit(1 if wrong or missing and not newer else 0)


main()
