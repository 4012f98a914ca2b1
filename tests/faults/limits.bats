#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Limits of the program, and of socktrace.

load ../helper
load faults

@test "the program sees the limits that it would without a tracer" {
	fault limits.py seen
}

@test "a program that has no descriptor left runs as always, and its errors are recorded" {
	fault limits.py descriptors
}

@test "with few descriptors socktrace does not begin, and says so, or works" {
	fault limits.py few
}

@test "with few descriptors socktrace attaches, or says what is wanting, and harms nobody" {
	fault limits.py attaching
}

@test "a user of few processes gets a message or a trace" {
	fault limits.py processes
}

@test "a limit on the size of files cuts the log after a whole line, and nothing else" {
	fault limits.py file-size
}

@test "a limit on the size of files that may be raised does not cut the log" {
	fault limits.py raised
}

@test "a limit on processor time is the program's alone, where it may be raised" {
	fault limits.py processor-time
}
