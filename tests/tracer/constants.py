# SPDX-License-Identifier: MIT
"""Compares the tables of constants with the system's headers: what a table names has the number that
the headers give it, and every number that the headers name in a table's domain is in the table."""

import re
import subprocess
import sys

# Table, headers, the names of its domain, and those among them that are no members of it.
DOMAINS = [
    ("socket_level", ["sys/socket.h", "asm/socket.h"], r"SO_\w+", r"SO_\w+_(?:OLD|NEW)|SO_EE_\w+"),
    ("ip_level", ["netinet/in.h", "linux/in.h"], r"(?:IP|MCAST)_\w+",
     r"IP_(?:PMTUDISC_\w+|DEFAULT_\w+|MAX_MEMBERSHIPS)|MCAST_(?:EX|IN)CLUDE"),
    ("ipv6_level", ["netinet/in.h", "linux/in6.h"], r"IPV6_\w+",
     r"IPV6_(?:PMTUDISC_\w+|RT[HT]\w+|RX\w+|TLV_\w+|FL_\w+|FLOWINFO_\w+|PRIORITY_\w+|PREFER_\w+)"),
    ("tcp_level", ["netinet/tcp.h", "linux/tcp.h"], r"TCP_[A-Z0-9_]+",
     r"TCP_(?:MAX_WINSHIFT|MAXWIN|MSS\w*|MD5SIG_\w+|COOKIE_(?:MIN|MAX|PAIR)\w*|S_DATA\w*|REPAIR_O\w+"
     r"|RECEIVE_ZEROCOPY_\w+|AO_\w+|CM_\w+|REPAIR_(?:ON|OFF)\w*"
     r"|FLAG_\w+|NLA_\w+|DATA_OFFSET|RESERVED_BITS|NO_QUEUE)"),
    ("udp_level", ["netinet/udp.h", "linux/udp.h"], r"UDP_\w+", r"UDP_ENCAP_(?:ESP\w+|L2TP\w*|GTP\w*|RXRPC|TIPC)"),
    ("netlink_level", ["linux/netlink.h"], r"NETLINK_[A-Z_]+", None),
    ("packet_level", ["linux/if_packet.h"], r"PACKET_[A-Z_]+",
     r"PACKET_(?:HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL|FASTROUTE|FANOUT_\w+|MR_\w+)"),
    ("constants_families", ["sys/socket.h"], r"AF_\w+", r"AF_MAX"),
    ("constants_message_flags", ["sys/socket.h"], r"MSG_\w+", None),
    ("constants_epoll_events", ["sys/epoll.h"], r"EPOLL(?!_)\w+", None),
    ("constants_poll_events", ["poll.h"], r"POLL[A-Z]+", None),
    ("constants_ip_protocols", ["netinet/in.h"], r"IPPROTO_\w+", r"IPPROTO_(?:MAX|\w*OPTS|ROUTING|FRAGMENT|NONE|ICMPV6|MH)"),
    ("constants_netlink_protocols", ["linux/netlink.h"], r"NETLINK_[A-Z0-9_]+", None),
    ("constants_io_flags", ["linux/fs.h"], r"RWF_\w+", r"RWF_SUPPORTED"),
    ("constants_levels", ["sys/socket.h"], r"SOL_\w+", None),
    ("constants_tcp_states", ["netinet/tcp.h"],
     r"TCP_(?:ESTABLISHED|SYN_SENT|SYN_RECV|FIN_WAIT\d|TIME_WAIT|CLOSE|CLOSE_WAIT|LAST_ACK|LISTEN"
     r"|CLOSING)", None),
]

# These share a prefix, and tell by their tables which they are; so only the numbers are compared.
NOT_ALL = ("netlink_level", "constants_netlink_protocols", "constants_levels")


def tables():
    """{table: {name: number}} as the sources have them."""
    found = {}
    for name in ("tracer/constants.c", "tracer/socket_options.c"):
        for table, body in re.findall(r"(\w+)\[\] = \{\n(.*?)\n\};", open(name).read(), re.S):
            found[table] = {n: int(v, 0) for n, v in re.findall(r'\{"(\w+)", (\w+)', body)}
    return found


def compile_and_run(source):
    subprocess.run(["cc", "-w", "-D_GNU_SOURCE", "-x", "c", "-", "-o", sys.argv[1]],
                   input=source, text=True, check=True)
    return subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout


def header_names(headers, pattern):
    """The names in the headers that match, as macros or as enumerators."""
    includes = "".join("#include <%s>\n" % h for h in headers)
    names = set()
    for options in (["-dM"], []):
        text = subprocess.run(["cc", "-D_GNU_SOURCE", "-E", *options, "-x", "c", "-"],
                              input=includes, text=True, check=True, capture_output=True).stdout
        names |= set(re.findall(r"^#define (%s) " % pattern, text, re.M) if options
                     else re.findall(r"^\s*(%s)\s*[=,]" % pattern, text, re.M))
    return names


def header_values(headers, pattern, ignored):
    names = [n for n in header_names(headers, pattern) if not (ignored and re.fullmatch(ignored, n))]
    includes = "".join("#include <%s>\n" % h for h in ["stdio.h", *headers])
    lines = "".join('printf("%s %%lld\\n", (long long)(%s));\n' % (n, n) for n in names)
    said = compile_and_run("%sint main(void) {\n%s return 0; }\n" % (includes, lines))
    return {n: int(v) for n, v in (line.split() for line in said.splitlines())}


def main():
    problems, found, compared = [], tables(), 0
    for table, headers, pattern, ignored in DOMAINS:
        ours, theirs = found[table], {}
        for header in headers:  # one by one: glibc's and Linux's do not all go together
            theirs.update(header_values([header], pattern, ignored))
        for name, number in theirs.items():
            number &= 0xFFFFFFFF
            compared += 1
            if name in ours and ours[name] != number:
                problems.append("%s: %s is %d in the headers" % (table, name, number))
            if table not in NOT_ALL and number not in ours.values():
                problems.append("%s: %s = %d is missing" % (table, name, number))
    print("\n".join(sorted(set(problems))))
    print("%d names compared" % compared)
    sys.exit(1 if problems or compared < 300 else 0)


main()
