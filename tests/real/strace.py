# SPDX-License-Identifier: MIT
"""Runs a program under strace and under socktrace, and compares what both say of each of its calls: the same
calls in the same order with the same results; and every constant, number and string that strace finds in the
arguments stands in the record, too. Prints what is not so.

    strace.py SOCKTRACE TRACE PROGRAM [ARGUMENT...]

What socktrace says in another way, or leaves out on purpose, is listed below with its reason."""

import json
import re
import socket
import subprocess
import sys

CALLS = ("socket socketpair bind listen accept accept4 connect getsockname getpeername sendto recvfrom sendmsg "
         "recvmsg sendmmsg recvmmsg setsockopt getsockopt ioctl epoll_create1").split()

# Two names of one number: what strace calls them, and we.
SAME = {
    "SOL_IP": "IPPROTO_IP", "SOL_TCP": "IPPROTO_TCP", "SOL_UDP": "IPPROTO_UDP", "SOL_IPV6": "IPPROTO_IPV6",
    "SOL_ICMPV6": "IPPROTO_ICMPV6", "SOL_SCTP": "IPPROTO_SCTP", "NETLINK_INET_DIAG": "NETLINK_SOCK_DIAG",
    "SO_GET_FILTER": "SO_ATTACH_FILTER",
}

# Arguments that only say how long another one is, which the record's value shows.
LENGTHS = {("bind", 2), ("connect", 2), ("accept", 2), ("getsockname", 2), ("getpeername", 2), ("sendto", 5),
           ("recvfrom", 5), ("setsockopt", 4), ("getsockopt", 4)}
LENGTH_MEMBERS = set("msg_namelen msg_iovlen msg_controllen cmsg_len iov_len nla_len".split())

# What differs from run to run: sockets, counters, clocks.
VARIABLE = re.compile(r"pid|nlmsg_pid|\w*_(?:ino|inode|cookie|peer|portid|dst_portid)|[ct]stamp|ndtc_\w+|ndts_\w+|reachable_time|[rt]x_\w+|"
                      r"idiag_sport|multicast|collisions")

# What strace knows of the third level and below, which we show as bytes.
DEEPER = re.compile(r"nla_type=(IFLA_INET_CONF|IFLA_INET6_CONF|IFLA_INET6_STATS|IFLA_INET6_ICMP6STATS|NDTA_CONFIG|NDTA_STATS)\}, "
                    r"(\[(?:\[[^]]*\]=[^],]*(?:, )?)*\]|\{[^}]*\}|\[[^]]*\])")

TOKEN = re.compile(r"""
    (?P<string> "(?:[^"\\]|\\.)*" )
  | (?P<hardware> [0-9a-f]{2}(?::[0-9a-f]{2}){3,31} )
  | (?P<unknown> (?:0x[0-9a-f]+|\d+)\ /\*\ [A-Z0-9_]*\?\?\?*\ \*/ )
  | (?P<array> \[(?:0x)?[0-9a-f]{1,2}(?:,\ (?:0x)?[0-9a-f]{1,2}){5,}\] )
  | (?P<station> \b[A-Z0-9]{1,6}-\d+ )
  | (?P<index> if_nametoindex\("\w+"\) )
  | (?P<family> inet_pton\(AF_INET6?, )
  | (?P<key> [A-Za-z_]\w*(?:\.\w+)*= (?!=) )
  | (?P<number> -?(?:0x[0-9a-fA-F]+|\d+) \b )
  | (?P<word> [A-Za-z_]\w*\b (?!\() )
  | (?P<comment> /\*.*?\*/ )
  | (?P<open> [\[{(] ) | (?P<close> [\])}] ) | (?P<comma> , )
""", re.X)


def unescape(text):
    return text[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")


def leaves(arguments):
    """(index of the argument, member, kind, value) of what strace's text says."""
    index, depth, key = 0, 0, None
    # Descriptors as -yy shows them; what we do not look into; what was there before the kernel wrote it.
    arguments = re.sub(r"(?<=\d)<(?:<?->|[^<>])*>", "", arguments)
    arguments = DEEPER.sub(r"nla_type=\1}", arguments)
    arguments = re.sub(r"[^\[{,= ]+(?: /\*.*?\*/)? => ", "", arguments)
    for match in TOKEN.finditer(arguments):
        kind, text = match.lastgroup, match.group()
        if kind in ("open", "family"):
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "comma" and depth == 0:
            index, key = index + 1, None
        elif kind == "key":
            key = text[:-1].split(".")[-1]
        elif kind == "array":
            yield index, key, "array", bytes(int(n, 16) for n in re.findall("[0-9a-fx]+", text))
        elif kind == "index":
            yield index, key, "interface", text.split('"')[1]
        elif kind == "number" and not re.match("0x[0-9a-f]{8}", text):  # a pointer to what is not shown
            yield index, key, "number", int(text, 0 if text.lstrip("-").startswith("0x") else 8 if re.match("-?0.", text) else 10)
        elif kind == "string":
            yield index, key, "string", unescape(text)
        elif kind in ("hardware", "station"):
            yield index, key, "string", text.encode()
        elif kind == "word" and re.fullmatch(r"[A-Z][A-Za-z0-9]*_\w+|FIO\w+|SIOC\w+|FIONBIO", text):
            text = re.sub("_OLD$", "", text)
            text = re.sub("^SO_(TIMESTAMP(NS|ING)?)$", r"SCM_\1", text) if key == "cmsg_type" else text
            yield index, key, "constant", SAME.get(text, text)


def calls_of_strace(command):
    run = subprocess.run(["strace", "-qq", "-v", "-yy", "-a1", "-s65536", "-esignal=none", "-etrace=" + ",".join(CALLS),
                          "-o/dev/fd/1", *command], stdout=subprocess.PIPE, text=True, errors="surrogateescape", timeout=60)
    for line in run.stdout.splitlines():
        if line.startswith("[ Process PID="):  # "runs in 32 bit mode"
            continue
        match = re.fullmatch(r"(\w+)\((.*)\) = (-?\d+)(?: (E\w+))?.*", line)
        if not match:
            raise SystemExit("strace said: " + line)
        yield match.group(1), match.group(2), match.group(4) or int(match.group(3)), line


def calls_of_socktrace(socktrace, trace, command):
    subprocess.run([socktrace, "-q", "--payload=all", "-o", trace, "--", *command], timeout=60)
    for line in open(trace):
        record = json.loads(line)
        if record["type"] == "call" and record["name"] in CALLS:
            yield record


def said(value, into):
    """What the record has, as a set of numbers, texts and bytes."""
    if isinstance(value, dict) and value.keys() & {"text", "hex"}:
        into.add(value["text"].encode() if "text" in value else bytes.fromhex(value["hex"]))
    elif isinstance(value, dict):
        for member in value.values():
            said(member, into)
    elif isinstance(value, list):
        for member in value:
            said(member, into)
    elif isinstance(value, str):
        into.update((value, value.encode()))
        if value.startswith("0x"):
            into.add(int(value, 16))
    else:
        into.add(value)
    return into


def has_number(value, found):
    """Whatever is shown as signed or unsigned."""
    return any(value + offset in found for bits in (16, 32, 64) for offset in (0, 1 << bits, -(1 << bits))) \
        or bytes([value & 255]) in found


def missing(name, arguments, record):
    found = said([record.get(member) for member in ("args", "fd", "data", "messages", "netlink", "new")], set())
    texts = [text for text in found if isinstance(text, bytes)]
    for index, member, kind, value in leaves(arguments):
        if (name, index) in LENGTHS or member in LENGTH_MEMBERS:
            continue
        if member and VARIABLE.fullmatch(member):
            continue
        if kind == "string" and (name.startswith("send") and record["result"] < 0 or member == "sa_data"):
            continue  # nothing was sent; strace has not decoded the address
        if kind == "constant" and value not in found:
            if value == "IPPROTO_IP" and 0 in found:  # a socket's protocol that is not chosen is 0
                continue
            yield "%s%s" % (member + "=" if member else "", value)
        elif kind == "number" and not has_number(value, found):
            if name.endswith("sockopt") and index == 2 and isinstance(record["args"]["option"], str):
                continue  # we have a name for it
            if member == "nlmsg_flags" and "NLM_F_DUMP" in found:
                continue  # which are two bits
            if value == 0 and '[]' in json.dumps(record["args"]):
                continue  # no flags
            yield "%s%d" % (member + "=" if member else "argument %d: " % index, value)
        elif kind == "interface" and not {value, socket.if_nametoindex(value)} & found:
            yield "%s=%s" % (member, value)
        elif kind == "array" and not {value, value.hex(":")} & found:
            yield "%s=%s" % (member, value.hex(":"))
        elif kind == "string" and value and not any(value.rstrip(b"\0") in text for text in texts):
            yield "%s%r" % (member + "=" if member else "argument %d: " % index, value)


def main():
    socktrace, trace, *command = sys.argv[1:]
    theirs = list(calls_of_strace(command))
    ours = list(calls_of_socktrace(socktrace, trace, command))
    problems = 0
    if [t[0] for t in theirs] != [o["name"] for o in ours]:
        print("strace has the calls %s, socktrace %s" % ([t[0] for t in theirs], [o["name"] for o in ours]))
        problems += 1
    for (name, arguments, result, line), record in zip(theirs, ours):
        lacks = list(missing(name, arguments, record))
        if record.get("error", record["result"]) != result:
            lacks.append("result %s" % result)
        if lacks:
            problems += 1
            print("%.2000s\n  lacks %.1000s\n  %.4000s" % (line, ", ".join(lacks), json.dumps({k: record[k] for k in record if k in ("args", "data", "netlink", "result", "error")})))
    print("%d calls compared" % len(theirs))
    sys.exit(1 if problems or not theirs else 0)


main()
