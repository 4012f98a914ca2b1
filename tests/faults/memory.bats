#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Memory runs out in socktrace.

load ../helper
load faults

@test "an allocation fails at random: the program runs as always, and it is said that it is not recorded" {
	fault memory.py any
}

@test "an allocation fails at random: nothing that was to be redacted is in the trace" {
	fault memory.py redacted
}

@test "an allocation fails at random: what is attached to runs on without a tracer" {
	fault memory.py attached
}

@test "a limit on socktrace's memory while it works: the program runs as always" {
	fault memory.py limited
}
