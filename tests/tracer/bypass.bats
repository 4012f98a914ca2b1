#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What programs move past the calls that send and receive: counted, or said.

bats_require_minimum_version 1.5.0
load ../helper

setup_file() {
	build bypass
}

@test "bytes that TCP_ZEROCOPY_RECEIVE maps and copies are received" {
	run -0 trace zerocopy "$BUILD/targets/bypass" zerocopy
	local received=${lines[0]#received }
	[ "$(calls zerocopy 'select(.effect == "receive") | .bytes // 0' | awk '{ sum += $1 } END { print sum }')" = "$received" ]
	[ "$(calls zerocopy 'select(.effect == "receive") | .data.text[-3:]' | tail -n 1)" = end ]
	[ "$(count_calls zerocopy '.name == "getsockopt" and .effect == "receive"')" -gt 0 ]
	run -0 "$SOCKVIEW" -v calls "$(trace_file zerocopy)"
	[[ "$output" != *"end of stream"* ]]
	[ "$(warnings zerocopy)" = "" ]
}

@test "io_submit on a socket gives a warning, once, and on files none" {
	run -0 trace aio "$BUILD/targets/bypass" aio
	[ "$(warnings aio)" = bypass ]
	run -0 "$SOCKVIEW" "$(trace_file aio)"
	[[ "$output" == *"io_submit(2) on sockets"* ]]
}

@test "io_submit gives the warning whichever of many blocks is on a socket" {
	run -0 trace aio-last "$BUILD/targets/bypass" aio-last
	[ "$(warnings aio-last)" = bypass ]
}

@test "a ring of packets gives a warning" {
	become_root "to have packet sockets" --net
	local status=0
	"${root[@]}" "$SOCKTRACE" -q -o "$(trace_file packets)" -- "$BUILD/targets/bypass" packets || status=$?
	[ $status -ne 77 ] || skip "needs packet sockets"
	[ $status -eq 0 ]
	[ "$(warnings packets)" = bypass ]
}

@test "a ring of packets that was there before the trace gives a warning" {
	become_root "to have packet sockets" --net
	needs_attach
	"${root[@]}" "$BUILD/targets/bypass" packets-mapped >"$BATS_TEST_TMPDIR/out" 3>&- &
	local program=$!
	wait_until eval "grep -q ready '$BATS_TEST_TMPDIR/out' || ! kill -0 $program 2>/dev/null"
	kill -0 $program 2>/dev/null || skip "needs packet sockets"
	rm -f "$(trace_file mapped)"
	"$SOCKTRACE" -q -o "$(trace_file mapped)" -p $program 3>&- &
	local tracer=$!
	wait_until grep -qs '"type":"descriptor"' "$(trace_file mapped)"
	kill -INT $tracer
	wait $tracer
	kill $program
	[ "$(warnings mapped)" = bypass ]
}
