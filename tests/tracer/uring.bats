#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What goes through io_uring(7), whoever has the ring and however its results are seen.

bats_require_minimum_version 1.5.0
load ../helper

setup_file() {
	build rings
	local status=0
	"$BUILD/targets/rings" >/dev/null || status=$?
	[ $status -ne 77 ] || skip "needs io_uring(7), which this system does not allow"
}

# all_sent PART: the trace has as many sends as the program counts, and each has its result.
all_sent() {
	run -0 "$BUILD/targets/rings" "$1"
	local alone=$output
	run -0 trace "$1" "$BUILD/targets/rings" "$1"
	[ "$output" = "$alone" ]
	[ "sent $(sends "$1")" = "$alone" ]
	[ "$(count_calls "$1" '.effect == "send" and .unfinished')" -eq 0 ]
}

@test "a ring that is made where one was before is another one" {
	all_sent again
	all_sent several
	all_sent many
}

@test "rings that threads have registered, each at the same index" {
	all_sent registered
}

@test "results that one thread sees of what another one still submits" {
	all_sent shared
}

@test "results that are seen in a ring that nobody enters again, before it is unmapped and closed" {
	all_sent polled
}

@test "results that stand in a ring when its process ends, also by a signal" {
	all_sent ended
}

@test "a ring that a child has inherited, under other numbers" {
	all_sent inherited
}

@test "thousands of operations in one call, and under way at a time" {
	all_sent thousands
	[ "$(count_calls thousands '.effect == "receive"')" -eq 6000 ]
}

@test "a socket that was accepted, and used before the ring was entered again" {
	all_sent accepted
	[ "$(calls accepted 'select(.name == "io_uring_accept") | .new | length')" = 1 ]
}

@test "operations that have no result if they succeed" {
	run -0 trace unasked "$BUILD/targets/rings" unasked
	[ "$output" = "sent 5" ]
	run -0 calls unasked 'select(.effect == "send") | .error // .unseen'
	[ "$(sort <<<"$output" | uniq -c | tr -s " ")" = " 1 EBADF
 4 true" ]
	[[ "$(warnings unasked)" = "io-uring" ]]
	# Of a close the number tells.
	[ "$(calls unasked 'select(.name == "io_uring_close") | .result')" = "0
0" ]
	run -0 "$SOCKVIEW" -v calls "$(trace_file unasked)"
	[[ "$output" == *"result not asked for"* ]]
	[[ "$output" != *"never returned"* ]]
}

@test "operations that only their results could tell apart" {
	run -0 trace alike "$BUILD/targets/rings" alike
	[[ "$(jq -r 'select(.type == "warning").message' "$(trace_file alike)")" == *"the same user_data"* ]]
	# Of several that do the same none is wrong.
	run -0 trace thousands "$BUILD/targets/rings" thousands
	[ -z "$(warnings thousands)" ]
}

@test "of what a ring does beside sockets nothing is said" {
	all_sent beside
	[ -z "$(warnings beside)" ]
}

@test "what has been completed when socktrace detaches, and what is under way then" {
	needs_attach
	"$BUILD/targets/rings" waiting "$BATS_TEST_TMPDIR/go" >"$BATS_TEST_TMPDIR/out" 3>&- &
	local program=$!
	wait_until grep -q ready "$BATS_TEST_TMPDIR/out"
	"$SOCKTRACE" -q -o "$(trace_file detach)" -p $program 3>&- &
	local tracer=$!
	wait_until grep -qs '"type":"process"' "$(trace_file detach)"
	touch "$BATS_TEST_TMPDIR/go"
	wait_until grep -q "done" "$BATS_TEST_TMPDIR/out"
	kill -INT $tracer
	wait $tracer
	kill $program
	[ "$(calls detach '"\(.effect) \(.bytes) \(.unfinished)"')" = "create null null
send 4 null
receive null true" ]
}

@test "a ring that was there before the trace, and that nobody enters, gives a warning" {
	needs_attach
	"$BUILD/targets/rings" unentered >"$BATS_TEST_TMPDIR/out" 3>&- &
	local program=$!
	wait_until grep -q ready "$BATS_TEST_TMPDIR/out"
	rm -f "$(trace_file unentered)"
	"$SOCKTRACE" -q -o "$(trace_file unentered)" -p $program 3>&- &
	local tracer=$!
	wait_until grep -qs '"type":"descriptor"' "$(trace_file unentered)"
	kill -INT $tracer
	wait $tracer
	kill $program
	[ "$(warnings unentered)" = io-uring ]
}
