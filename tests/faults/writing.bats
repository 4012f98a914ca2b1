#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The log cannot be written, or only slowly.

load ../helper
load faults

@test "a full disk ends the trace with a whole line, is told once, and does not touch the program" {
	fault writing.py disk
}

@test "so it does when the log is compressed, with a whole frame" {
	fault writing.py compressed
}

@test "so it does when the log is rotated: what was written is whole" {
	fault writing.py rotated
}

@test "a full disk for temporary files: what could be kept is shown" {
	fault writing.py temporary
}

@test "a reader that goes away ends the trace, is told once, and does not touch the program" {
	fault writing.py gone
}

@test "with a slow reader nothing is lost" {
	fault writing.py slow
}

@test "with a pipe that does not block nothing is lost" {
	fault writing.py nonblocking
}

@test "a log that is taken away or replaced is written to its end" {
	fault writing.py replaced
}

@test "nothing gets into the log that is meant for a closed standard error" {
	fault writing.py closed
}
