#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Exercises: a figure with gaps, and what belongs into them.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

# exercise KIND TRACE OPTION...: how many gaps there are, when all is as it should be.
exercise() {
	"$SOCKVIEW" --width=300 "${@:3}" "$traces/$2.jsonl" >"$BATS_TEST_TMPDIR/figure"
	"$SOCKVIEW" --width=300 --blank="$1" "${@:3}" "$traces/$2.jsonl" >"$BATS_TEST_TMPDIR/exercise"
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/gaps.py" "$1" "$BATS_TEST_TMPDIR/figure" "$BATS_TEST_TMPDIR/exercise"
}

@test "with the answers in the gaps the figure is whole" {
	for trace in tcp_echo udp_echo fd_passing dup_and_close concurrent_server unix_server messages nonblocking_connect; do
		for kind in calls addresses fds; do
			exercise $kind $trace -v sequence
			exercise $kind $trace -v state
			exercise $kind $trace -v state --steps --ascii
		done
	done
	[ "$(exercise calls tcp_echo -v sequence)" -gt 15 ]
	[ "$(exercise addresses tcp_echo -v state)" -ge 4 ]
	[ "$(exercise fds tcp_echo -v state)" -ge 3 ]
}

# Gaps are as wide as what was there, and at least five columns; arrows begin and end where they did.
@test "nothing shifts where the gaps are as wide as what was there" {
	exercise addresses tcp_echo -v sequence
	diff <(sed 's/[(:][0-9]*[)_]*//' "$BATS_TEST_TMPDIR/figure") \
		<(sed -e '/^answers$/,$d' -e 's/[(:][0-9]*[)_]*//' "$BATS_TEST_TMPDIR/exercise" | sed '$d')
}

@test "of a timeline the stories are asked, and what tells is left out" {
	exercise() { "$SOCKVIEW" -v timeline --blank="$1" "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/$1" && sed '/^answers$/,$d' "$BATS_TEST_TMPDIR/$1"; }
	run exercise calls
	[[ "$output" == *"(1)___      AF_INET"* ]]
	[[ "$output" != *─S─* ]] && [[ "$output" != *socket\ \ * ]] && [[ "$output" != *recvfrom* ]]
	run exercise fds
	[[ "$output" == *"fd (1)__   TCP"* ]] && [[ "$output" == *S─B─L* ]]
	run ! grep -E 'fd [0-9]' <<<"$output"
	run exercise addresses
	run ! grep -E '[0-9]+\.[0-9]+\.[0-9]+\.|:[0-9]' <(sed 1d <<<"$output")
	grep -x '(1) .*' "$BATS_TEST_TMPDIR/addresses"
}

@test "answers are in the language of the figure, and coloured gaps are gaps" {
	"$SOCKVIEW" -v state --at=6 --lang=zh --blank=fds "$traces/tcp_echo.jsonl" | grep -x 答案
	"$SOCKVIEW" -v sequence --blank=calls --color=always "$traces/tcp_echo.jsonl" |
		sed 's/\x1b\[[0-9;]*m//g' >"$BATS_TEST_TMPDIR/coloured"
	"$SOCKVIEW" -v sequence --blank=calls "$traces/tcp_echo.jsonl" | cmp - "$BATS_TEST_TMPDIR/coloured"
}

@test "a box that is too narrow cuts gaps, and tells nothing" {
	while read -r kind tells; do
		for width in 20 60 66 70 80; do
			"$SOCKVIEW" -v state --steps --width=$width --blank="$kind" "$traces/tcp_echo.jsonl" |
				sed '/^answers$/,$d' >"$BATS_TEST_TMPDIR/narrow"
			run ! grep -aP "[\x01-\x09]|\\\\x0|$tells" "$BATS_TEST_TMPDIR/narrow"
		done
	done <<-'EOF'
		addresses 127\.|:[0-9]{4}
		fds fd [0-9]
		calls \b(bind|listen|accept|recvfrom)\b
	EOF
}

@test "what has no gaps says so" {
	for view in calls socket svg; do
		run -2 "$SOCKVIEW" -v $view --blank=calls "$traces/tcp_echo.jsonl"
		[[ "$output" == "sockview: --blank is for the views timeline, sequence and state, as text"* ]]
	done
	run -2 "$SOCKVIEW" -v state --format=json --blank=calls "$traces/tcp_echo.jsonl"
	run -2 "$SOCKVIEW" -v state --blank=words "$traces/tcp_echo.jsonl"
}
