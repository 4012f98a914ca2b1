#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Tracers under socktrace, and socktrace under tracers. A process can have one tracer: whoever comes
# second gets EPERM, as ptrace(2) says, and everybody else goes on.

bats_require_minimum_version 1.5.0
load ../helper
load same

teardown() {
	[ -z "$other" ] || { kill "$other" 2>/dev/null && wait "$other" || true; }
}

# start_other: a process that is not traced, and receives for ever.
start_other() {
	/usr/bin/python3 -c 'import socket
a, b = socket.socketpair()
a.setblocking(False)
b.settimeout(0.01)
while True:
    try:
        b.recv(1)
    except TimeoutError:
        pass' 3>&- &
	other=$!
}

# refused TRACER...: started by a traced shell, it fails, says why, and the shell goes on.
refused() {
	local name
	name=$(basename "$1")
	run --separate-stderr -3 trace "$name" timeout 60 sh -c \
		'"$@" >/dev/null; echo "status $?"; /usr/bin/python3 -c "$0"; exit 3' "$talk" "$@"
	[[ "$stderr" == *"Operation not permitted"* || "$stderr" == *"already traced by socktrace"* ]]
	[ "${lines[-1]}" = talked ]
	has_data "$name" talked
}

@test "strace in a traced shell is refused, and the shell goes on" {
	refused strace -o "$BATS_TEST_TMPDIR/out" true
	[ "${lines[0]}" = 'status 1' ]
	refused strace -f -o "$BATS_TEST_TMPDIR/out" sh -c 'true; true'
	[ "${lines[0]}" = 'status 1' ]
	run --separate-stderr -0 trace self sh -c 'strace -p $$; echo "status $?"'
	[ "$output" = 'status 1' ]
	[[ "$stderr" == *"Operation not permitted"* ]]
}

@test "gdb in a traced shell is refused, and the shell goes on" {
	refused gdb -nx -q -batch -ex run --args /usr/bin/true
}

@test "a traced strace can trace who is not traced" {
	start_other
	run -124 trace outside timeout -s INT 1 strace -o "$BATS_TEST_TMPDIR/out" -p "$other"
	grep -q 'recvfrom(.*ETIMEDOUT\|recvfrom(.*EAGAIN\|poll(' "$BATS_TEST_TMPDIR/out"
	kill -0 "$other"
}

@test "socktrace in a traced shell is refused with 125, and the shell goes on" {
	refused "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/inner.jsonl" true
}

@test "socktrace under strace -f says why it cannot, and works where strace follows nobody" {
	run --separate-stderr -125 strace -f -o "$BATS_TEST_TMPDIR/out" \
		"$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/none.jsonl" touch "$BATS_TEST_TMPDIR/ran"
	[[ "$stderr" == *"already traced by strace"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/ran" ]
	run --separate-stderr -0 strace -o "$BATS_TEST_TMPDIR/out" \
		"$SOCKTRACE" -q -o "$(trace_file alone)" /usr/bin/python3 -c "$talk"
	[ "$output" = talked ]
	has_data alone talked
}

@test "socktrace can be debugged while it traces" {
	run --separate-stderr -0 gdb -nx -q -batch -ex 'handle all nostop noprint pass' -ex run \
		--args "$SOCKTRACE" -q -o "$(trace_file debugged)" /usr/bin/python3 -c "$talk"
	[[ "$output" == *talked* ]]
	has_data debugged talked
}

@test "a program that checks whether it is traced by PTRACE_TRACEME sees that it is" {
	run -0 trace checks /usr/bin/python3 -c '
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
assert libc.ptrace(0, 0, 0, 0) == -1 and ctypes.get_errno() == errno.EPERM'
}
