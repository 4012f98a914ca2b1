#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Names of files, programs and processes that others have chosen stand in messages. A terminal obeys none
# of them.

bats_require_minimum_version 1.5.0
load ../helper

# A title of the window, a line that is erased, an end of line, a C1 control, a byte that is no UTF-8, a
# text that is reordered.
evil=$'a\e]0;b\a\e[2K\r\nc\u009bd\xffe\u202e.jsonl'

# is_tame: what was said last has the letters of the name, and nothing that a terminal obeys.
is_tame() {
	echo "$output"
	[[ $output == *'\x1b]0;b'* ]]
	! LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' <<<"$output" || return
	LC_ALL=C.UTF-8 grep -q '' <<<"$output"
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
	[ "$(wc -l <<<"$output")" -le "${1-1}" ]
}

@test "programs that are not there, and options that are none" {
	run -127 "$SOCKTRACE" "$evil"
	is_tame
	printf '#!%s\n' "$evil" >"$BATS_TEST_TMPDIR/script"
	chmod +x "$BATS_TEST_TMPDIR/script"
	run -126 "$SOCKTRACE" "$BATS_TEST_TMPDIR/script"
	[[ $output != *$'\e'* ]]
	local program
	for program in "$SOCKTRACE" "$SOCKVIEW"; do
		run "$program" "--$evil"
		[ "$status" -ge 1 ]
		is_tame 2
		run "$program" "--color=$evil"
		[ "$status" -ge 1 ]
		is_tame 2
	done
}

@test "files that traces are written to and read from" {
	cd "$BATS_TEST_TMPDIR"
	run -0 "$SOCKTRACE" -o "$evil" true
	is_tame
	run -125 "$SOCKTRACE" -o "missing/$evil" true
	is_tame
	run "$SOCKVIEW" "$evil" "missing$evil"
	is_tame
	echo 'no trace' >"$evil"
	run "$SOCKVIEW" "$evil"
	[[ $output == *'\x1b]0;b'* && $output != *$'\e'* ]]
	run "$SOCKVIEW" -v "$evil"
	is_tame 2
	run -125 env TMPDIR="$PWD/missing/$evil" "$SOCKTRACE" true
	is_tame
}

@test "a tracer that stands in the way, and has named itself" {
	needs_attach
	[ "$(uname -m)" = x86_64 ] || skip "the number of ptrace is x86_64's"
	sleep 600 3>&- &
	local traced=$!
	/usr/bin/python3 -c '
import ctypes, sys, time
libc = ctypes.CDLL(None)
assert libc.ptrace(0x4206, int(sys.argv[1]), None, None) == 0  # PTRACE_SEIZE
libc.prctl(15, b"\33]0;b\7")  # PR_SET_NAME
print("ready", flush=True)
time.sleep(600)' $traced >"$BATS_TEST_TMPDIR/ready" 3>&- &
	local tracer=$!
	wait_until grep -q ready "$BATS_TEST_TMPDIR/ready"
	run -125 "$SOCKTRACE" -p $traced
	kill $tracer $traced
	is_tame
}
