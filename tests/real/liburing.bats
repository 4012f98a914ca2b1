#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A program on liburing, as programs with rings are: it counts what it does, and the trace has as much, or
# says what it has not.

bats_require_minimum_version 1.5.0
load ../helper
load same

ring=$BUILD/targets/liburing

setup_file() {
	mkdir -p "${ring%/*}"
	gcc -O1 -Wall -Werror -Wno-psabi -D_GNU_SOURCE -o "$ring" tests/real/programs/ring.c -luring
}

# rings PART: alone and traced it prints the same counts.
rings() {
	same "$1" timeout 60 "$ring" "$1"
	[ "$(cat "$said/status")" -ne 77 ] || skip "the kernel has not what this is about"
	ended 0
	[ "$(wc -l <"$said/stdout")" -eq 3 ]
}

# sums NAME: what the program prints, counted in its trace.
sums() {
	jq -rn 'reduce (inputs | select(.type == "call" and (.result // -1) >= 0)) as $call ({};
			.[$call.effect].calls += 1 | .[$call.effect].bytes += ($call.bytes // 0))
		| "accepted \(.accept.calls)\nsent \(.send.calls) \(.send.bytes)\nreceived " +
			"\(.receive.calls) \(.receive.bytes)"' "$(trace_file "$1")"
}

# all PART: nothing is missing.
all() {
	rings "$1"
	diff "$said/stdout" <(sums "$1")
	/usr/bin/python3 tests/tracer/check_trace.py "$(trace_file "$1")"
}

# warns PART WORDS: what is missing is said.
warns() {
	rings "$1"
	jq -r 'select(.type == "warning" and .code == "io-uring") | .message' "$(trace_file "$1")" | grep -qF "$2"
}

@test "connect, accept, send, recv and close, one at a time" {
	all plain
}

@test "one accept that takes all clients" {
	all multishot
}

@test "one receive for all, into buffers of a ring that the kernel chooses" {
	all buffers
}

@test "sends that do not copy" {
	all zero_copy
}

@test "chains of operations with a limit of time, and one that is given up" {
	all linked
	[ "$(count_calls linked '.error == "ECANCELED"')" -eq 1 ]
}

@test "polls of one shot and of many, some of whose results are seen when the socket is closed" {
	all polled
	[ "$(count_calls polled '.name == "io_uring_poll_add" and .result >= 1')" -ge 100 ]
}

@test "an epoll instance whose list is changed through the ring" {
	all epoll
	[ "$(count_calls epoll '.name == "io_uring_epoll_ctl"')" -eq 2 ]
	[ "$(count_calls epoll '.name == "epoll_wait" and .result == 1')" -eq 50 ]
}

@test "sockets among the ring's registered files are said to be missing" {
	warns registered 'registered (direct) descriptors'
}

@test "what a thread of the kernel takes from the ring is said to be missing" {
	warns kernel_thread IORING_SETUP_SQPOLL
}
