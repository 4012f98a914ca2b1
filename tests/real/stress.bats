#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# stress-ng's stressors, whose --verify finds nothing wrong with what calls answer, traced or not.

bats_require_minimum_version 1.5.0
load ../helper
load same

# stressed NAME OPERATIONS: two workers, which end after so many operations.
stressed() {
	same "$1" stress-ng --"$1" 2 --"$1"-ops "$2" --verify --timeout 60
	[ "$(cat "$said/status")" -eq 0 ]
}

# A run prints process ids and times, and the two workers may or may not say the same thing twice.
compare() {
	said=$BATS_TEST_TMPDIR/$1/traced
	local output
	for output in "$BATS_TEST_TMPDIR/$1"/{plain,traced}/stderr; do
		sed -E 's/\[[0-9]+\]//; s/[0-9.]+ ?s(ecs)?\b//g' "$output" | sort -u >"$output.lines"
		rm "$output"
	done
	diff -r "$BATS_TEST_TMPDIR/$1/plain" "$said"
	run ! grep -F 'fail:' "$said/stderr.lines"
}

@test "streams: sock, sockpair, sockmany, sockfd" {
	stressed sock 4
	(ulimit -n 1024 && stressed sockpair 2)
	stressed sockmany 100
	stressed sockfd 300
	[ "$(count sock accept)" -ge 4 ]
	[ "$(count sockmany accept)" -ge 100 ]
	# On a busy machine a signal ends the receivers (EINTR) before they have had the last ones.
	[ "$(count sockfd send)" -ge 300 ]
	[ "$(count sockfd receive)" -ge 100 ]
}

@test "datagrams: udp, udp-flood, icmp-flood, ping-sock, rawsock, rawudp" {
	stressed udp 300
	stressed udp-flood 300
	stressed icmp-flood 100
	stressed ping-sock 100
	stressed rawsock 100
	stressed rawudp 100
	[ "$(count udp receive)" -ge 300 ]
	[ "$(count udp-flood send)" -ge 300 ]
	[ "$(count rawsock receive)" -ge 100 ]
}

@test "other protocols, or their refusal: dccp, sctp, netlink-proc, netlink-task, sockdiag" {
	stressed dccp 50
	stressed sctp 50
	stressed netlink-proc 50
	stressed netlink-task 50
	stressed sockdiag 20
	[ "$(count_calls dccp '.name == "socket" and .error')" -ge 1 ]
	[ "$(count netlink-task receive)" -ge 50 ]
}

@test "abuse of sockets: sockabuse" {
	stressed sockabuse 10
	[ "$(count sockabuse create)" -ge 10 ]
}

@test "waits: epoll, poll, select, and what shares their calls: eventfd, io-uring, netdev" {
	stressed epoll 50
	stressed poll 200
	stressed eventfd 200
	stressed io-uring 50
	stressed netdev 20
	[ "$(count epoll wait)" -ge 10 ]
}

@test "descriptors and processes: dup, close, sendfile, splice, clone, vfork, seccomp" {
	stressed dup 50
	stressed close 50
	stressed sendfile 50
	stressed splice 50
	stressed clone 20
	stressed vfork 50
	stressed seccomp 20
}
