#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Signals at random moments.

load ../helper
load faults

@test "a socktrace that is killed takes its program along and leaves whole lines" {
	fault kills.py tracer
}

@test "a signal to socktrace reaches the program, which ends both, and the trace is whole" {
	local signal
	for signal in SIGTERM SIGINT SIGHUP SIGQUIT; do
		fault kills.py launcher $signal
	done
}

@test "a socktrace that is killed leaves what it was attached to running, and whole lines" {
	fault kills.py attached SIGKILL
}

@test "signals end the trace of a busy process that was attached to, which runs on" {
	local signal
	for signal in SIGTERM SIGINT SIGHUP SIGQUIT; do
		fault kills.py attached $signal
	done
}

@test "when processes are killed in any state, socktrace ends with them and the trace is whole" {
	fault kills.py tracees
}

@test "a call in which its thread was killed is marked" {
	fault kills.py blocked
}
