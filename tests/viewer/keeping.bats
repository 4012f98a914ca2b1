#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What comes from a pipe, or is redacted, is kept meanwhile. Where there is no room for it views are the
# same, or fail.

bats_require_minimum_version 1.5.0
load ../helper

trace=tests/viewer/traces/concurrent_server.jsonl

# same_under COMMAND...: of every view of a pipe, and redacted of a file: what sockview shows when it
# is run by the command, is what it shows without.
same_under() {
	local view
	# Packets are written while a pipe is read, and in which order depends on how it comes.
	for view in $(views | grep -v pcapng); do
		echo "$view"
		"$SOCKVIEW" --width=100 -v "$view" <"$trace" >"$BATS_TEST_TMPDIR/view"
		[ -s "$BATS_TEST_TMPDIR/view" ]
		cat "$trace" | "$@" "$SOCKVIEW" --width=100 -v "$view" | sed 's/standard input/-/' |
			diff <(cat "$trace" | "$SOCKVIEW" --width=100 -v "$view" | sed 's/standard input/-/') -
		"$@" "$SOCKVIEW" --redact --width=100 -v "$view" "$trace" |
			diff <("$SOCKVIEW" --redact --width=100 -v "$view" "$trace") -
	done
}

@test "without a folder for temporary files" {
	same_under env TMPDIR="$BATS_TEST_TMPDIR/missing"
}

@test "with a full one" {
	become_root "to mount a small file system" -m
	mkdir "$BATS_TEST_TMPDIR/full"
	# shellcheck disable=SC2016 # the inner shell's
	same_under "${root[@]}" env TMPDIR="$BATS_TEST_TMPDIR/full" sh -c \
		'mount -t tmpfs -o size=4096 none "$TMPDIR" && exec "$@"' -
}

@test "where it can be kept nowhere that is said" {
	[ "$(uname -m)" = x86_64 ] || skip "the number of memfd_create is x86_64's"
	local view
	for view in $(views); do
		run --separate-stderr bash -c 'cat "$1" | TMPDIR=/missing /usr/bin/python3 tests/tracer/targets/without.py \
			1 memfd_create "$2" -v "$3"' - "$trace" "$SOCKVIEW" "$view"
		echo "$view: $status $stderr"
		[ "$status" -ne 0 ]
		[[ "$stderr" == *"standard input: no room to keep it"*"set TMPDIR"* ]]
	done
}
