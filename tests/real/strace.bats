#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What strace(1) decodes of the arguments of socket calls, socktrace has in its records, too.

bats_require_minimum_version 1.5.0
load ../helper

# compare KIND: as a program of 64 bits and one of 32, which make a network of their own, where the
# loopback interface is the only one.
compare() {
	local option
	become_root "to make a network" --net
	run strace -qq -o /dev/null true
	[ "$status" -eq 0 ] || skip "strace cannot trace here: $output"
	for option in $(kinds); do
		build names $option
		"${root[@]}" /usr/bin/python3 -B tests/real/strace.py "$SOCKTRACE" "$(trace_file "$1$option")" \
			"$BUILD/targets/names$option" "$1"
	done
}

@test "protocols of sockets, and flags of epoll" {
	compare protocols
}

@test "socket options" {
	compare options
}

@test "memberships in multicast groups" {
	compare multicast
}

@test "memberships, rings and statistics of packet sockets" {
	compare packets
}

@test "socket addresses of rarer families" {
	compare addresses
}

@test "ancillary data" {
	compare ancillary
}

@test "ioctl requests" {
	compare ioctls
}

@test "packet filters" {
	compare filters
}

@test "messages of netlink" {
	compare netlink
	"$SOCKVIEW" -v calls "$(trace_file netlink-m64)" | grep -q 'RTM_GETLINK NLM_F_REQUEST|NLM_F_DUMP'
}
