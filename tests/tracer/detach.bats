#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --detach-on-exit: socktrace ends with the program that it launched, and what that has left running
# runs on as if it had never been traced.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	said=$BATS_TEST_TMPDIR/said
}

teardown() {
	[ ! -s "$BATS_TEST_TMPDIR/pid" ] || kill "$(cat "$BATS_TEST_TMPDIR/pid")" 2>/dev/null || true
}

# A program that leaves a server behind, has spoken to it, and ends with status 7.
daemonise='
/usr/bin/python3 tests/tracer/targets/server.py >"$1/said" 2>&1 3>&- &
echo $! >"$1/pid"
until [ -s "$1/said" ]; do sleep 0.02; done
'

has_lines() {
	[ "$(wc -l <"$2")" -ge "$1" ]
}

# lives_on PID: no tracer, filter or stop is left, it answers, and no call of it was interrupted.
lives_on() {
	run ! grep -H 'TracerPid:.*[1-9]\|^Seccomp:.*[1-9]\|State:.*[tT] (' "/proc/$1/task"/*/status
	[ "$(taskset -p "$1" | sed 's/.*: //')" = "$(taskset -p $$ | sed 's/.*: //')" ]
	port=$(head -n 1 "$said")
	[ "$(ask again)" = AGAIN ]
	[ "$(ask fork)" = childFORK ]
	[ "$(ask quit)" = QUIT ]
	# It says so after it has answered.
	wait_until has_lines 2 "$said"
	[ "$(tail -n +2 "$said")" = "recv 3 0" ] || { cat "$said" && false; }
}

@test "the program's status is told at once, and its daemon lives on" {
	run -7 "$SOCKTRACE" -q --detach-on-exit -o "$(trace_file daemon)" -- \
		sh -c "$daemonise exit 7" - "$BATS_TEST_TMPDIR"
	local daemon
	daemon=$(cat "$BATS_TEST_TMPDIR/pid")
	tail -n 1 "$(trace_file daemon)" | grep -q '"exit_code":7,"detached":\['"$daemon"'\]'
	[ "$(count_calls daemon '.pid == $pid and .effect == "listen"' --argjson pid "$daemon")" -ge 1 ]
	calls daemon 'select(.unfinished).name' | grep -qE '^(accept4|recvfrom)$'
	lives_on "$daemon"
}

@test "so it does when a signal ends the program, and under many threads and children" {
	run "$SOCKTRACE" -q --detach-on-exit -o "$(trace_file signal)" -- \
		sh -c "$daemonise kill -TERM \$\$" - "$BATS_TEST_TMPDIR"
	[ "$status" -eq 143 ]
	lives_on "$(cat "$BATS_TEST_TMPDIR/pid")"
	local storms=$BATS_TEST_TMPDIR/storms
	build storms
	SEED=7 ROUNDS=100 run -0 "$SOCKTRACE" -q --detach-on-exit -o "$(trace_file storm)" -- \
		sh -c 'for i in 1 2 3; do "$1" restless >>"$2" 2>&1 3>&- & done; sleep 0.2' - \
		"$BUILD/targets/storms" "$storms"
	wait_until has_lines 3 "$storms"
	[ "$(grep -c '^sent' "$storms")" -eq 3 ] || { cat "$storms" && false; }
}

@test "a daemon that is slow to be detached from is waited for, and its calls are not interrupted" {
	local hurry=$BATS_TEST_TMPDIR/hurry.so
	gcc -O1 -D_GNU_SOURCE -fPIC -shared -o "$hurry" tests/tracer/targets/hurry.c
	for _ in 1 2 3 4 5; do
		rm -f "$said"
		LD_PRELOAD=$hurry ASAN_OPTIONS=verify_asan_link_order=0 run -7 \
			"$SOCKTRACE" -q --detach-on-exit -o "$(trace_file slow)" -- \
			env -u LD_PRELOAD sh -c "$daemonise exit 7" - "$BATS_TEST_TMPDIR"
		lives_on "$(cat "$BATS_TEST_TMPDIR/pid")"
	done
}

@test "what has nothing left behind is traced like any other program" {
	run -3 "$SOCKTRACE" -q --detach-on-exit -o "$(trace_file alone)" -- /usr/bin/python3 -c '
import os, socket
a, b = socket.socketpair()
os.write(a.fileno(), b"x")
print(os.read(b.fileno(), 1).decode(), flush=True)
os._exit(3)'
	[ "$output" = x ]
	[ "$(calls alone '.name' | grep -xE 'socketpair|write|read' | xargs)" = "socketpair write read" ]
	tail -n 1 "$(trace_file alone)" | grep -q '"exit_code":3,"detached":\[\]'
	run -127 "$SOCKTRACE" -q --detach-on-exit -o "$BATS_TEST_TMPDIR/log" no-such-program
	run -125 "$SOCKTRACE" --detach-on-exit -p $$
	[[ "$output" == "socktrace: --detach-on-exit goes with a program"* ]]
}

# Until its tracer has been killed; then it says how its sleeps went.
sleep_on='
failed=0
until [ -e "$1/killed" ]; do sleep 0.1 || failed=$?; done
echo $failed >"$1/status"
'

@test "a program outlives the socktrace that is killed" {
	"$SOCKTRACE" -q --detach-on-exit -o "$BATS_TEST_TMPDIR/log" -- \
		sh -c "$daemonise$sleep_on" - "$BATS_TEST_TMPDIR" 3>&- &
	local tracer=$!
	wait_until test -s "$said"
	sleep 0.2
	kill -KILL "$tracer"
	wait "$tracer" || true
	touch "$BATS_TEST_TMPDIR/killed"
	wait_until test -s "$BATS_TEST_TMPDIR/status"
	[ "$(cat "$BATS_TEST_TMPDIR/status")" = 0 ]
	lives_on "$(cat "$BATS_TEST_TMPDIR/pid")"
}
