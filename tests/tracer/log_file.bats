#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Files that logs are written to.

bats_require_minimum_version 1.5.0
load ../helper

@test "a new log can be read by its owner only" {
	(umask 0 && "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/log" true)
	(umask 0 && "$SOCKVIEW" -o "$BATS_TEST_TMPDIR/view" "$BATS_TEST_TMPDIR/log")
	[ "$(stat -c %a "$BATS_TEST_TMPDIR/log" "$BATS_TEST_TMPDIR/view" | uniq)" = 600 ]
}

@test "a file or link that another user put where everybody may is not written" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to be another user"
	local place
	place=$(mktemp -d /tmp/sockline.XXXXXX)
	chmod 1777 "$place"
	echo precious >"$BATS_TEST_TMPDIR/precious"
	ln -s "$BATS_TEST_TMPDIR/precious" "$place/link"
	ln -s "$place/nowhere" "$place/dangling"
	echo old >"$place/file"
	chmod 666 "$place/file"
	chown -h 65534 "$place"/*
	for name in link dangling file; do
		run -125 "$SOCKTRACE" -q -o "$place/$name" true
		[[ "$output" == "socktrace: $place/$name: put there by another user"* ]]
		run -2 "$SOCKVIEW" -o "$place/$name" tests/viewer/traces/tcp_echo.jsonl
		[[ "$output" == "sockview: $place/$name: put there by another user"* ]]
	done
	[ "$(cat "$BATS_TEST_TMPDIR/precious")" = precious ]
	[ "$(cat "$place/file")" = old ]
	ln -s "$place/mine" "$place/own"
	run -0 "$SOCKTRACE" -q -o "$place/own" true
	[ -s "$place/mine" ]
	rm -r "$place"
}

@test "links and devices of one's own can be written to" {
	"$SOCKTRACE" -q -o /dev/stdout true | grep -q '"type":"end"'
	"$SOCKTRACE" -q -o >(grep -c '"type":"end"' >"$BATS_TEST_TMPDIR/count") true
	"$SOCKTRACE" -q -o /dev/null true
	sleep 0.2
	[ "$(cat "$BATS_TEST_TMPDIR/count")" = 1 ]
}
