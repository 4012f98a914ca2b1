#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# As many calls are recorded as strace counts on the same deterministic program.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	command -v strace >/dev/null || skip "no strace"
}

# What strace says of calls that only sockets have, and of the others on descriptors that are one.
strace_counts() {
	/usr/bin/python3 - "$1" <<'EOP'
import collections, re, sys
table = open("tracer/table/syscall_table.c").read()
rows = re.findall(r"\{ROW\((\w+)\), EFFECT_(\w+),(.*?)(?=\{ROW|\Z)", table, re.S)
always = {name for name, effect, rest in rows if "needs_socket = true" in rest and "epoll" not in name}
others = {name for name, effect, rest in rows if effect in ("SEND", "RECEIVE", "CLOSE")} - always
counts = collections.Counter()
for line in open(sys.argv[1], errors="replace"):
    call = re.match(r"\d+ +(\w+)\((?:\d+<([A-Za-z0-9]+)[-:])?", line)
    if not call:
        continue
    name, kind = call.groups()
    if name in always or (name in others and kind in ("socket", "TCP", "TCPv6", "UDP", "UNIX", "NETLINK")):
        counts[name] += 1
for name, count in sorted(counts.items()):
    print(name, count)
EOP
}

our_counts() {
	calls "$1" 'select(.effect | IN("wait", "control", "duplicate", "pass") | not).name' | sort | uniq -c | awk '{ print $2, $1 }' | LC_ALL=C sort
}

# compare NAME PROGRAM...
compare() {
	echo "$1"
	strace -f -yy -s 0 -o "$BATS_TEST_TMPDIR/strace" "${@:2}" >/dev/null 3>&-
	"$SOCKTRACE" -q -o "$(trace_file "$1")" "${@:2}" >/dev/null 3>&-
	diff <(strace_counts "$BATS_TEST_TMPDIR/strace" | LC_ALL=C sort) <(our_counts "$1")
}

@test "the bench's loops" {
	for kind in sendrecv echo pool; do
		compare "$kind" "$BUILD/bench/loops" "$kind" 400
	done
}

@test "the samples" {
	for sample in tcp_echo udp_echo unix_pair dup_and_close exec_inherit refused_connection; do
		compare "$sample" "$BUILD/samples/$sample"
	done
}

@test "programs that use files, and few sockets" {
	compare tar tar -cf /dev/null tests
	compare dd dd if=/dev/zero of=/dev/null bs=512 count=1000
	compare python /usr/bin/python3 -c '
import os, socket
a, b = socket.socketpair()
for i in range(300):
    with open("/dev/null", "wb", buffering=0) as null:
        null.write(b"x")
        os.write(a.fileno(), b"x")
        os.read(b.fileno(), 1)'
}
