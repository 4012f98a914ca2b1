#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A trace that is read while it is made says in which calls its threads wait.

bats_require_minimum_version 1.5.0
load ../helper

hang='
import socket
listening = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listening.getsockname())
accepted = listening.accept()[0]
client.sendall(b"question")
accepted.recv(100)
client.recv(100)'

# A test that failed has left them.
teardown() {
	local left
	left=$(jobs -p)
	[ -z "$left" ] || kill -KILL $left 2>/dev/null || true
}

# start PROGRAM...: in the background, where it is $!.
start() {
	"$@" 3>&- &
}

# kill_traced LOG: the program, and waits for its tracer.
kill_traced() {
	kill -KILL "$(jq -r 'select(.event == "start") | .pid' "$1")"
	wait $! || true
}

# pending LOG CALL: the lines of such calls that are under way.
pending() {
	jq -c --arg call "$2" 'select(.type == "pending" and .call == $call) | [.effect, .duration_ns >= 1000000000]' "$1" | grep .
}

@test "what a hanging program waits in is shown while it hangs, once, and then its call" {
	local how log
	for how in auto off; do
		log=$(trace_file $how)
		start "$SOCKTRACE" -q --recorder=$how -o "$log" /usr/bin/python3 -c "$hang"
		wait_until pending "$log" recvfrom
		run -1 --separate-stderr "$SOCKVIEW" --width=200 "$log"
		[[ ${lines[1]} =~ ^'! python3 '[0-9]+' waits in recvfrom on fd '[0-9]+' → 127.0.0.1:'.*' since '.*': had not returned after '[0-9.]+' s'$ ]]
		run -1 --separate-stderr "$SOCKVIEW" -v hints --width=200 "$log"
		[[ ${lines[1]} == '! python3 '*' waits in recvfrom on fd '* ]]
		run -1 --separate-stderr "$SOCKVIEW" --lang=zh "$log"
		[[ $output == *"后仍未返回"* ]]
		run -1 --separate-stderr "$SOCKVIEW" --format=json "$log"
		[ "$(jq -c '.under_way | map([.name, (.fd | type)])' <<<"$output")" = '[["recvfrom","number"]]' ]
		sleep 1.5
		[ "$(pending "$log" recvfrom)" = '["receive",true]' ]
		kill_traced "$log"
		[ "$(pending "$log" recvfrom)" = '["receive",true]' ]
		run -0 "$SOCKVIEW" --width=200 "$log"
		[[ ${lines[1]} == *", never returned" ]]
		[[ $output != *"had not returned"* ]]
		/usr/bin/python3 tests/tracer/check_trace.py "$log"
	done
}

@test "a call that was begun before the tracer came is told" {
	local log program
	needs_attach
	log=$(trace_file attached)
	start /usr/bin/python3 -c "$hang"
	program=$!
	wait_until grep -q '^45 ' /proc/$program/syscall
	start "$SOCKTRACE" -q -o "$log" --attach $program
	wait_until pending "$log" recvfrom
	kill -TERM $!
	wait $! || true
}

@test "a hang is told beside a thread that forks and forks" {
	local log
	log=$(trace_file forks)
	run -0 "$SOCKTRACE" -q --recorder=off -o "$log" /usr/bin/python3 -c '
import os, socket, threading, time
a, b = socket.socketpair()
threading.Thread(target=a.recv, args=(1,), daemon=True).start()
end = time.monotonic() + 3
while time.monotonic() < end:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
b.send(b"x")'
	pending "$log" recvfrom
}

@test "a wait for one socket alone names it" {
	local log
	log=$(trace_file wait)
	run -0 "$SOCKTRACE" -q -o "$log" /usr/bin/python3 -c '
import socket, select
pair = socket.socketpair()
poll = select.poll()
poll.register(pair[0], select.POLLIN)
poll.poll(2000)'
	[ "$(pending "$log" poll)" = '["wait",true]' ]
	jq -se 'map(select(.call == "poll").socket) == map(select(.name == "poll").waits[0].socket)' "$log"
}

@test "a call that has returned is not under way, and one that is left out is not told" {
	local log=$BATS_TEST_TMPDIR/t.jsonl
	start "$SOCKTRACE" -q --calls=connect -o "$log" /usr/bin/python3 -c "$hang"
	wait_until grep -q '"connect"' "$log"
	sleep 2
	run ! pending "$log" recvfrom
	kill_traced "$log"
	run -0 "$SOCKTRACE" -q -o "$log" /usr/bin/python3 -c '
import socket
a, b = socket.socketpair()
a.settimeout(None)
a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, b"\2" + bytes(15))
try: a.recv(1)
except BlockingIOError: pass'
	pending "$log" recvfrom
	# It has returned, and the tracer was killed then.
	grep -v '"type":"end"' "$log" >"$log.cut"
	run -1 --separate-stderr "$SOCKVIEW" "$log.cut"
	[[ $output != *"had not returned"* ]]
}
