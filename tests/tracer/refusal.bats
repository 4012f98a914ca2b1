#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Where the kernel lets nobody be traced, socktrace says which part of it, and what to do. What Yama
# refuses is in tests/unit/test_tracer.c, as not every kernel has it.

bats_require_minimum_version 1.5.0
load ../helper

# without ERRNO CALL[,CALL...] COMMAND...
without() {
	# Where the tests run with sanitizers: the one for leaks needs ptrace, too.
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 /usr/bin/python3 tests/tracer/targets/without.py "$@"
}

setup() {
	sleep 600 3>&- &
	other=$!
}

teardown() {
	kill "$other"
	[ -z "${own-}" ] || rm -r "$own"
}

# as_nobody COMMAND...: socktrace is where another user may go: $own/socktrace.
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

be_nobody() {
	needs_root "to be another user"
	own=$(mktemp -d /tmp/sockline.XXXXXX)
	chmod 755 "$own"
	cp "$SOCKTRACE" "$own"
}

@test "a seccomp filter that forbids ptrace is named, for what is launched and what runs" {
	[ "$(uname -m)" = x86_64 ] || skip "the number of ptrace is x86_64's"
	local number
	for number in 1 38; do # EPERM, ENOSYS
		run -125 without $number ptrace "$SOCKTRACE" touch "$BATS_TEST_TMPDIR/ran"
		[[ "$output" == "socktrace: cannot trace a process: not permitted: a seccomp filter forbids ptrace(2)"*--cap-add=SYS_PTRACE* ]]
		[ "${#lines[@]}" -eq 1 ]
		run -125 without $number ptrace "$SOCKTRACE" -p "$other"
		[[ "$output" == "socktrace: $other: not permitted: a seccomp filter forbids ptrace(2)"* ]]
	done
	[ ! -e "$BATS_TEST_TMPDIR/ran" ]
	run -125 without 1 ptrace "$SOCKTRACE" -p 4194305
	[ "$output" = "socktrace: 4194305: no such process" ]
}

@test "a socktrace does not attach to who traces it" {
	local inner=$BATS_TEST_TMPDIR/inner.jsonl
	# shellcheck disable=SC2016 # for the traced shell
	local again='"$0" -q -o "$1" -p $PPID'
	# Traced, it cannot search for leaks.
	run -125 env ASAN_OPTIONS=detect_leaks=0 timeout -s KILL 60 "$SOCKTRACE" -q \
		-o "$BATS_TEST_TMPDIR/outer.jsonl" -- sh -c "$again" "$SOCKTRACE" "$inner"
	[[ "$output" == "socktrace: "*": it traces socktrace itself, and each of the two would wait for the other" ]]
}

@test "a /proc that hides processes is named" {
	be_nobody
	unshare -m mount -t proc -o hidepid=2 proc /proc || skip "needs a mount namespace"
	local option name
	while read -r option name; do
		run -125 unshare -m sh -c 'mount -t proc -o "$1" proc /proc && shift && exec "$@"' - "$option" \
			setpriv --reuid=65534 --regid=65534 --clear-groups "$own/socktrace" -o /dev/null -p "$other"
		[[ "$output" == "socktrace: $other: not permitted: /proc is mounted with hidepid="*" and hides it; run socktrace as root" ]]
	done <<<$'hidepid=1\nhidepid=2'
	# What is launched is one's own.
	run -0 unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc && exec "$@"' - \
		setpriv --reuid=65534 --regid=65534 --clear-groups "$own/socktrace" -o /dev/null true
}

@test "another user's process is named as such, also for a root that lacks the capability" {
	be_nobody
	run -125 as_nobody "$own/socktrace" -o /dev/null -p "$other"
	[ "$output" = "socktrace: $other: not permitted: it belongs to root; run socktrace as that user or as root" ]
	setpriv --reuid=65534 --regid=65534 --clear-groups sleep 600 3>&- &
	local theirs=$!
	wait_until grep -q sleep "/proc/$theirs/comm"
	run -125 setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace "$SOCKTRACE" -p "$theirs"
	kill "$theirs"
	[[ "$output" == "socktrace: $theirs: not permitted: it belongs to nobody; give the container CAP_SYS_PTRACE (docker run --cap-add=SYS_PTRACE)" ]]
	run -125 as_nobody "$own/socktrace" -o /dev/null -p 2
	[ "$(cat /proc/2/comm 2>&1)" != kthreadd ] ||
		[ "$output" = "socktrace: 2: not permitted: it is a part of the kernel" ]
}
