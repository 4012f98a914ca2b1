#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Logs that socktrace compresses while it traces.

bats_require_minimum_version 1.5.0
load ../helper

# shellcheck disable=SC2034 # read by name
zst=(zstd -dcq) gz=(gzip -dcq)

@test "a trace is compressed as its name ends, and is the trace that it would have been" {
	local kind
	for kind in zst gz; do
		local -n decompress=$kind
		"$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/t.jsonl.$kind" "$BUILD/samples/tcp_echo" 3>&- 4>&-
		run ! grep -q '"type"' "$BATS_TEST_TMPDIR/t.jsonl.$kind"
		"${decompress[@]}" "$BATS_TEST_TMPDIR/t.jsonl.$kind" >"$(trace_file $kind)"
		jq -c . "$(trace_file $kind)" | tail -n 1 | grep -q '"type":"end"'
		cmp <(/usr/bin/python3 tests/tracer/normalise.py "$(trace_file $kind)") tests/golden/tcp_echo.jsonl
		run -0 "$SOCKVIEW" -v log "$BATS_TEST_TMPDIR/t.jsonl.$kind"
		[ "$output" = "$(<"$(trace_file $kind)")" ]
	done
	# The ending is of a name, whatever its case.
	"$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/T.ZST" true
	zstd -tq <"$BATS_TEST_TMPDIR/T.ZST"
	[ "$("$SOCKTRACE" -q -o - true | head -c 1)" = '{' ]
	"$SOCKTRACE" -q -o "|cat >'$BATS_TEST_TMPDIR/piped.zst'" true
	[ "$(head -c 1 "$BATS_TEST_TMPDIR/piped.zst")" = '{' ]
}

@test "it is redacted before, and checked after" {
	local log=$BATS_TEST_TMPDIR/t.jsonl.zst
	run -3 "$SOCKTRACE" -q -o "$log" --redact --check="listen not inet" "$BUILD/samples/tcp_echo"
	run ! grep -q hello <(zstd -dcq "$log")
	zstd -dcq "$log" | sed 1q | jq -e '.options.redact == "data"'
}

# has KIND FILE TEXT: what was written of it by now.
has() {
	local -n of=$1
	"${of[@]}" "$2" 2>/dev/null | grep -q "$3"
}

@test "what is there can be read at any time, and is whole when socktrace was killed" {
	local kind log
	for kind in zst gz; do
		log=$BATS_TEST_TMPDIR/killed.jsonl.$kind
		local -n decompress=$kind
		"$SOCKTRACE" -q -o "$log" /usr/bin/python3 -c '
import socket, time
a, b = socket.socketpair()
number = 0
while True:
    a.send(b"number %d" % number)
    b.recv(100)
    number += 1
    time.sleep(0.001)' 3>&- &
		wait_until has $kind "$log" '"text":"number 400"'
		kill -KILL $!
		wait $! || true
		# Nothing is cut: tools say nothing.
		"${decompress[@]}" "$log" >"$BATS_TEST_TMPDIR/log" 2>"$BATS_TEST_TMPDIR/said"
		[ ! -s "$BATS_TEST_TMPDIR/said" ]
		[ "$(tail -c 1 "$BATS_TEST_TMPDIR/log" | od -An -tx1)" = " 0a" ]
		jq -s length "$BATS_TEST_TMPDIR/log"
		run -1 --separate-stderr "$SOCKVIEW" -v calls "$log"
		[[ "$stderr" == *": the trace has no end: socktrace still runs, or was killed" ]] || { echo "$stderr" && false; }
		[[ "$output" == *'"number 400"'* ]]
	done
}

@test "a call of a program that is quiet then can be read soon, and followed" {
	local log=$BATS_TEST_TMPDIR/t.jsonl.zst go=$BATS_TEST_TMPDIR/go
	mkfifo "$go"
	"$SOCKTRACE" -q -o "$log" /usr/bin/python3 -c '
import socket, sys
a, b = socket.socketpair()
a.send(b"before")
open(sys.argv[1]).read()
a.send(b"after")' "$go" 3>&- &
	wait_until has zst "$log" '"text":"before"'
	"$SOCKVIEW" -f "$log" >"$BATS_TEST_TMPDIR/shown" 3>&- &
	wait_until grep -q before "$BATS_TEST_TMPDIR/shown"
	echo >"$go"
	wait
	grep -q after "$BATS_TEST_TMPDIR/shown"
}

@test "sockview compresses what it writes, too" {
	local trace=tests/viewer/traces/tcp_echo.jsonl out=$BATS_TEST_TMPDIR/out
	"$SOCKVIEW" -o "$out.jsonl.zst" "$trace"
	zstd -dcq "$out.jsonl.zst" | cmp - "$trace"
	"$SOCKVIEW" -o "$out.svg.gz" "$trace"
	gzip -dc "$out.svg.gz" | cmp - <("$SOCKVIEW" -v svg "$trace")
	"$SOCKVIEW" -v log --redact -o "$out.gz" "$out.jsonl.zst"
	"$SOCKVIEW" -v log "$out.gz" | cmp - <("$SOCKVIEW" -v log --redact "$trace")
	ln -s /dev/full "$out.zst"
	run -2 "$SOCKVIEW" -v calls -o "$out.zst" "$trace"
	[[ "$output" == *"No space left on device"* ]]
	# More than fits into one frame.
	for ((i = 0; i < 300; i++)); do cat "$trace"; done >"$BATS_TEST_TMPDIR/many"
	"$SOCKVIEW" -v log -o "$out.many.zst" "$BATS_TEST_TMPDIR/many" || true
	zstd -dcq "$out.many.zst" | cmp - "$BATS_TEST_TMPDIR/many"
}
