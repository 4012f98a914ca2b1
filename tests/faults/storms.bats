#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Very many threads, descriptors, processes and programs at once: the program does what it does
# without a tracer, and no call of it is lost. SEED=N repeats a run.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	export SEED=${SEED:-$RANDOM}
	echo "SEED=$SEED" # shown when the test fails
	build storms
	storms=$BUILD/targets/storms
}

# weather PART: says and sends as much as without a tracer, and all of it is in the trace.
weather() {
	run -0 timeout 60 "$storms" "$1"
	local untraced=$output
	run -0 timeout 60 "$SOCKTRACE" -q -o "$(trace_file "$1")" "$storms" "$1"
	[ "$output" = "$untraced" ] || { printf '%s\n' "untraced: $untraced" "traced: $output" && false; }
	[[ "$output" == *"sent $(sends "$1")" ]]
}

@test "a thousand threads with sockets begin and end at random" {
	weather threads
}

@test "ten thousand descriptors are made, copied, passed and closed in any order" {
	weather descriptors
	[[ "$output" == *"held 10000"*"left 0"* ]]
}

@test "trees of processes end at random, and leave orphans" {
	weather forks
}

@test "programs are loaded by any thread, in chains, while others work" {
	local each
	for each in 1 2 3; do
		run -0 timeout 60 "$SOCKTRACE" -q -o "$(trace_file "execs-$each")" "$storms" execs
		[ "${lines[0]}" = "$(printf '42 %.0s' {1..16})" ]
		SEED=$((SEED + 1))
	done
}

@test "vfork and posix_spawn from several threads, with children that are killed" {
	weather spawns
}
