#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Attaching and detaching while threads and processes begin, end, stop, are killed and load programs:
# all of them do what they do without a tracer. SEED=N repeats a run.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	export SEED=${SEED:-$RANDOM}
	echo "SEED=$SEED" # shown when the test fails
	RANDOM=$SEED
	targets=$BUILD/targets
	build tricks
	build storms
	build unfriendly
}

# pause MILLISECONDS: at most so long.
pause() {
	sleep "$(printf '0.%03d' $((RANDOM % ($1 + 1))))"
}

# attach NAME PID...: traces until told to leave. Who is gone by then cannot be traced.
attach() {
	rm -f "$(trace_file "$1")"
	"$SOCKTRACE" -q -o "$(trace_file "$1")" -p "${*:2}" 2>"$BATS_TEST_TMPDIR/$1.said" 3>&- &
	tracer=$!
}

# leave NAME: ends the trace, which is whole unless there was nobody to trace.
leave() {
	local status=0
	kill -INT "$tracer" 2>/dev/null || true
	wait "$tracer" || status=$?
	if [ "$status" -eq 125 ]; then
		grep -qE ': (no such process|it has ended)$' "$BATS_TEST_TMPDIR/$1.said"
		rm -f "$(trace_file "$1")"
	elif [ "$status" -eq 130 ] && [ ! -s "$(trace_file "$1")" ]; then
		rm -f "$(trace_file "$1")" # so soon that it had not begun
	else
		[ "$status" -eq 0 ] || { echo "$1: status $status" && cat "$BATS_TEST_TMPDIR/$1.said" && false; }
	fi
}

# attached NAME PROGRAM...: says the same when it is attached to before it begins.
attached() {
	local said=$BATS_TEST_TMPDIR/$1.out gate=$BATS_TEST_TMPDIR/$1.gate status=0
	run timeout 60 "${@:2}"
	mkfifo "$gate"
	timeout 60 sh -c 'read go <"$0"; exec "$@"' "$gate" "${@:2}" >"$said" 2>&1 3>&- &
	local program=$!
	until [ -n "$(pgrep -P "$program")" ]; do sleep 0.01; done
	attach "$1" "$(pgrep -P "$program")"
	until grep -q '"event":"start"' "$(trace_file "$1")" 2>/dev/null; do sleep 0.01; done
	echo go >"$gate"
	wait "$program" || true
	wait "$tracer"
	[ "$(sed '/^sent/d' "$said")" = "$(sed '/^sent/d' <<<"$output")" ] ||
		{ diff "$said" <(echo "$output") | head -n 20 && false; }
}

@test "the unfriendly are the same when they are attached to" {
	local part
	for part in traps stops stopped_by_child peeks unheard orphans parents_death taken timers interrupted; do
		attached $part "$targets/tricks" $part
	done
	for part in undumpable notified given clones sequences; do
		attached $part "$targets/unfriendly" $part
	done
}

@test "attaching and detaching under storms, again and again" {
	local all=() pids storm i
	for i in 1 2 3; do
		SEED=$((SEED + i)) ROUNDS=1000 timeout 60 "$targets/storms" restless >"$BATS_TEST_TMPDIR/storm-$i" 2>&1 3>&- &
		all+=($!)
	done
	sleep 0.05
	for i in $(seq 8); do
		pids=$(for storm in "${all[@]}"; do pgrep -P "$storm" || true; done)
		[ -n "$pids" ] || break
		attach "storm-$i" "$pids"
		pause 300
		leave "storm-$i"
	done
	[ "$i" -gt 3 ]
	for i in 1 2 3; do
		wait "${all[i - 1]}" || { cat "$BATS_TEST_TMPDIR/storm-$i" && false; }
		grep -q ^sent "$BATS_TEST_TMPDIR/storm-$i"
	done
}

@test "who ends, loads a program, forks, is killed or stopped while it is attached to or detached from" {
	local i deed status program
	local deeds=('exit 5' 'exec sh -c "exit 5"' 'sh -c "exit 4"; (exit 5) & wait $!; exit $?'
		'kill -KILL $$' 'kill -STOP $$; exit 5' 'exec 7<>/dev/null; exec sh -c "kill -TERM \$\$"')
	local ends=(5 5 5 137 5 143)
	for i in $(seq 30); do
		deed=$((RANDOM % ${#deeds[@]})) status=0
		sh -c "sleep $(printf '0.%03d' $((RANDOM % 60))); ${deeds[deed]}" 3>&- &
		program=$!
		pause 50
		attach "deed-$i" "$program"
		pause 60
		[ "$deed" -ne 4 ] || { sleep 0.2 && kill -CONT "$program"; }
		[ $((RANDOM % 2)) -eq 0 ] || leave "deed-$i"
		wait "$program" || status=$?
		[ "$status" -eq "${ends[deed]}" ] || { echo "${deeds[deed]}: $status" && false; }
		leave "deed-$i"
	done
}

@test "threads that another one's exec or exit ends while socktrace detaches from them" {
	local i status program
	for i in $(seq 12); do
		status=0
		/usr/bin/python3 -c '
import os, random, socket, sys, threading, time
random.seed(int(sys.argv[1]))
def work():
    while True:
        a, b = socket.socketpair(); a.send(b"x"); b.recv(1); a.close(); b.close()
        time.sleep(0.001)
def end():
    time.sleep(0.2 + random.random() * 0.1)
    if random.random() < 0.5:
        os._exit(6)
    os.execlp("sh", "sh", "-c", "exit 6")
for _ in range(20):
    threading.Thread(target=work, daemon=True).start()
threading.Thread(target=end).start()
time.sleep(60)' $((SEED + i)) 3>&- &
		program=$!
		sleep 0.1
		attach "end-$i" "$program"
		sleep 0.15
		leave "end-$i"
		wait "$program" || status=$?
		[ "$status" -eq 6 ] || { echo "status $status" && false; }
	done
}
