#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ThreadSanitizer over the two threads of socktrace and those of sockview that parse.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	SOCKTRACE=$BUILD/tsan/socktrace
	SOCKVIEW=$BUILD/tsan/sockview
	export TRACES=$BATS_TEST_TMPDIR # too large for the schema's checker
	export TSAN_OPTIONS=log_path=$BATS_TEST_TMPDIR/race
}

# What ThreadSanitizer has to say stands in files of its own, whatever became of the programs.
teardown() {
	cat "$BATS_TEST_TMPDIR"/race.* 2>/dev/null && return 1
	return 0
}

# Sends 200 times 64 KiB, which fill socktrace's queue many times, and a message larger than it.
sender='import socket, threading
a, b = socket.socketpair()
total = 200 * 65536 + 6000000
def take():
    taken = 0
    while taken < total: taken += len(b.recv(1 << 20))
taker = threading.Thread(target=take)
taker.start()
for i in range(200): a.sendall(bytes([97 + i % 26]) * 65536)
a.sendall(b"y" * 6000000)
taker.join()'

@test "ThreadSanitizer is in both programs" {
	nm "$SOCKTRACE" | grep -q __tsan_init
	nm "$SOCKVIEW" | grep -q __tsan_init
}

@test "no race while the samples are traced" {
	for source in samples/*.c; do
		sample=$(basename "$source" .c)
		trace "$sample" "$BUILD/samples/$sample" >/dev/null
		"$SOCKVIEW" "$(trace_file "$sample")" >/dev/null
	done
}

# sent NAME: how many bytes its calls sent, and how many their records hold.
sent() {
	calls "$1" 'select(.effect == "send") | "\(.bytes) \(.data.text | length)"' |
		awk '{ bytes += $1; held += $2 } END { print bytes, held }'
}

@test "no race and nothing lost while the queue is full, because the log is read slowly" {
	"$SOCKTRACE" -q --payload=all -o - -- /usr/bin/python3 -c "$sender" |
		{ sleep 1 && head -c 5000000 && sleep 1 && cat; } >"$(trace_file slow)"
	[ "$(sent slow)" = "$((200 * 65536 + 6000000)) $((200 * 65536 + 6000000))" ]
}

@test "no race while many small calls follow each other" {
	trace small /usr/bin/python3 -c '
import socket
a, b = socket.socketpair()
for i in range(20000):
    a.send(b"x"); b.recv(1)'
	[ "$(grep -c '"effect":"send"' "$(trace_file small)")" -eq 20000 ]
}

@test "no race while a trace is read by several threads, in any view" {
	trace large /usr/bin/python3 -c '
import socket
a, b = socket.socketpair()
for i in range(5000):
    a.send(b"x"); b.recv(1)'
	[ "$(stat -c %s "$(trace_file large)")" -gt $((4 * 256 << 10)) ]
	for view in $(views); do
		"$SOCKVIEW" --view="$view" "$(trace_file large)" >/dev/null
	done
	"$SOCKVIEW" --follow "$(trace_file large)" >/dev/null
	"$SOCKVIEW" - <"$(trace_file large)" >/dev/null
}

@test "no race with --live, nor when the log ends early" {
	"$SOCKTRACE" --live "$BUILD/samples/threaded_server" >/dev/null 2>&1
	"$SOCKTRACE" -q -o /dev/full "$BUILD/samples/tcp_echo" >/dev/null 2>&1 || [ $? -eq 125 ]
}

@test "no race while attached, and none when a signal ends the trace" {
	/usr/bin/python3 -c 'import os, socket, sys, time
a, b = socket.socketpair()
for i in range(1000):
    a.send(b"x"); b.recv(1); time.sleep(0.02)' 3>&- &
	local program=$!
	"$SOCKTRACE" -q -o "$(trace_file attached)" -p $program 3>&- &
	local tracer=$!
	for _ in $(seq 200); do
		grep -q '"effect":"send"' "$(trace_file attached)" 2>/dev/null && break
		sleep 0.05
	done
	kill -INT $tracer
	wait $tracer
	kill $program
	[ "$(tail -n 1 "$(trace_file attached)" | head -c 13)" = '{"type":"end"' ]
}
