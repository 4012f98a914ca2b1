#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Calls that are recorded in the tracee: the trace is the same, and says how many.

bats_require_minimum_version 1.5.0
load ../helper

@test "a trace and its summary say how its calls were recorded" {
	"$SOCKTRACE" -q --recorder=auto -o "$(trace_file auto)" "$BUILD/samples/tcp_echo"
	[ "$(jq -rs '.[0].options.recorder' "$(trace_file auto)")" = auto ]
	jq -es '.[-1] | .calls > 0 and .recorded.stops + .recorded.tracee == .calls' "$(trace_file auto)"
	ways=$(jq -rs '.[-1].recorded | "\(.tracee) calls recorded by the program itself, \(.stops) by stopping it"' \
		"$(trace_file auto)")
	[ "$("$SOCKVIEW" -v summary "$(trace_file auto)" | tail -n 1)" = "$ways" ]
	"$SOCKVIEW" -v summary --format=json "$(trace_file auto)" >"$BATS_TEST_TMPDIR/summary.json"
	[ "$(jq -c .recorded "$BATS_TEST_TMPDIR/summary.json")" = "$(jq -cs '.[-1].recorded' "$(trace_file auto)")" ]
}

@test "without it nothing is said, and any other word is refused" {
	"$SOCKTRACE" -q --recorder=off -o "$(trace_file off)" "$BUILD/samples/tcp_echo"
	jq -es '(.[0].options | has("recorder") | not) and (.[-1] | has("recorded") | not)' "$(trace_file off)"
	run -125 "$SOCKTRACE" --recorder=on true
	[[ "$output" == "socktrace: --recorder=on: expected auto or off"* ]]
}

# told FILE: the trace without what differs from run to run.
told() {
	/usr/bin/python3 -B tests/tracer/normalise.py "$1"
}

@test "the calls of a trace are the same, whoever has recorded them" {
	build hot_same
	for recorder in off auto; do
		"$SOCKTRACE" -q --recorder=$recorder -o "$(trace_file same-$recorder)" "$BUILD/targets/hot_same"
		told "$(trace_file same-$recorder)" >"$BATS_TEST_TMPDIR/$recorder"
	done
	diff "$BATS_TEST_TMPDIR/off" "$BATS_TEST_TMPDIR/auto"
	jq -es '.[-1].recorded | .tracee > 1000 or .tracee == 0' "$(trace_file same-auto)"
}

@test "an event loop without threads changes what it waits for without a stop" {
	"$SOCKTRACE" -q --recorder=auto -o "$(trace_file loop)" -- /usr/bin/python3 -c '
import select, socket
a, b = socket.socketpair()
epoll = select.epoll()
for i in range(1000):
    epoll.register(a, select.EPOLLIN)
    assert epoll.poll(0) == []
    b.send(b"x")
    assert epoll.poll() == [(a.fileno(), select.EPOLLIN)]
    a.recv(1)
    epoll.unregister(a)'
	jq -es '.[-1].recorded | .tracee > 20 * .stops or .tracee == 0' "$(trace_file loop)"
	jq -es 'map(select(.name == "epoll_wait")) | length == 2000 and all(.waits | length == 1)' \
		"$(trace_file loop)"
}

@test "what is recorded in the tracee is in the log while the program waits" {
	mkfifo "$BATS_TEST_TMPDIR/gate"
	"$SOCKTRACE" -q --recorder=auto -o "$(trace_file soon)" -- /usr/bin/python3 -c '
import socket, sys
a, b = socket.socketpair()
for i in range(2000):
    a.send(b"x")
    b.recv(1)
a.send(b"the last one")
open(sys.argv[1]).read()' "$BATS_TEST_TMPDIR/gate" 3>&- &
	last_is_there() {
		grep -q 'the last one' "$(trace_file soon)"
	}
	wait_until last_is_there
	run -1 grep "\"type\":\"end\"" "$(trace_file soon)"
	echo >"$BATS_TEST_TMPDIR/gate"
	wait $!
	jq -es '.[-1] | .calls == .recorded.stops + .recorded.tracee' "$(trace_file soon)"
}
