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

teardown() {
	[ -z "${tracer:-}" ] || kill "$tracer" 2>/dev/null || true
}

@test "a log that another socktrace writes is not begun anew" {
	local log=$BATS_TEST_TMPDIR/log.jsonl option name
	mkfifo "$BATS_TEST_TMPDIR/until"
	for option in -q --rotate=64K; do
		"$SOCKTRACE" -q "$option" -o "$log" -- /usr/bin/python3 -c 'import socket, sys
socket.socket().close()
open(sys.argv[1]).read()
socket.socket().close()' "$BATS_TEST_TMPDIR/until" 3>&- &
		tracer=$!
		wait_until grep -qs '"name":"close"' "$log"
		ln -sf "$log" "$BATS_TEST_TMPDIR/link"
		for name in log.jsonl link; do
			run -125 "$SOCKTRACE" -q "$option" -o "$BATS_TEST_TMPDIR/$name" true
			[ "$output" = "socktrace: $BATS_TEST_TMPDIR/$name: another socktrace or sockview writes it; use another name" ]
			run -2 "$SOCKVIEW" -o "$BATS_TEST_TMPDIR/$name" tests/viewer/traces/tcp_echo.jsonl
			[[ "$output" == *": another socktrace or sockview writes it; use another name" ]]
		done
		run -125 "$SOCKTRACE" -q -o /dev/fd/9 true 9<>"$log"
		[[ "$output" == *": another socktrace or sockview writes it; use another name" ]]
		: >"$BATS_TEST_TMPDIR/until"
		wait "$tracer"
		tracer=
		[ "$(jq -r '.name // .type' "$log" | grep -xE 'trace|socket|close|end' | paste -sd ' ')" = 'trace socket close socket close end' ]
	done
	"$SOCKTRACE" -q -o "$log" true
	[ "$(grep -c '"type":"call"' "$log")" -eq 0 ]
}

@test "a file or link that another user put where everybody may is not written" {
	needs_root "to be another user"
	local place mode
	place=$(mktemp -d /tmp/sockline.XXXXXX)
	echo precious >"$BATS_TEST_TMPDIR/precious"
	ln -s "$BATS_TEST_TMPDIR/precious" "$place/link"
	ln -s "$place/nowhere" "$place/dangling"
	echo old >"$place/file"
	chmod 666 "$place/file"
	chown -h 65534 "$place"/*
	# With the sticky bit others cannot replace a file; without it they can plant one all the same.
	for mode in 1777 0777; do
		chmod $mode "$place"
		for name in link dangling file; do
			run -125 "$SOCKTRACE" -q -o "$place/$name" true
			[[ "$output" == "socktrace: $place/$name: put there by another user"* ]]
			run -2 "$SOCKVIEW" -o "$place/$name" tests/viewer/traces/tcp_echo.jsonl
			[[ "$output" == "sockview: $place/$name: put there by another user"* ]]
		done
	done
	[ "$(cat "$BATS_TEST_TMPDIR/precious")" = precious ]
	[ "$(cat "$place/file")" = old ]
	[ "$(stat -c %a "$place/file")" = 666 ]
	ln -s "$place/mine" "$place/own"
	run -0 "$SOCKTRACE" -q -o "$place/own" true
	[ -s "$place/mine" ]
	# Nor through a link of one's own, there or elsewhere.
	ln -s "$place/file" "$place/through"
	ln -s "$place/through" "$BATS_TEST_TMPDIR/through"
	for name in "$place/through" "$BATS_TEST_TMPDIR/through"; do
		run -125 "$SOCKTRACE" -q -o "$name" true
		[[ "$output" == *"put there by another user"* ]]
	done
	[ "$(cat "$place/file")" = old ]
	# Nor where the link is a folder on the way.
	mkdir "$BATS_TEST_TMPDIR/folder"
	ln -s "$BATS_TEST_TMPDIR/folder" "$place/folder"
	chown -h 65534 "$place/folder"
	ln -s "$place/folder" "$BATS_TEST_TMPDIR/to-folder"
	for name in "$place/folder/new" "$BATS_TEST_TMPDIR/to-folder/new"; do
		run -125 "$SOCKTRACE" -q -o "$name" true
		[[ "$output" == *"put there by another user"* ]]
	done
	[ ! -e "$BATS_TEST_TMPDIR/folder/new" ]
	ln -s "$BATS_TEST_TMPDIR/folder" "$BATS_TEST_TMPDIR/own-folder"
	run -0 "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/own-folder/new" true
	[ -s "$BATS_TEST_TMPDIR/folder/new" ]
	rm -r "$place"
}

@test "a file of one's own that another user has linked there is not written" {
	local place
	place=$(mktemp -d /tmp/sockline.XXXXXX)
	chmod 1777 "$place"
	echo precious >"$place/elsewhere"
	ln "$place/elsewhere" "$place/log"
	run -125 "$SOCKTRACE" -q -o "$place/log" true
	[ "$(cat "$place/elsewhere")" = precious ]
	rm -r "$place"
}

@test "links lead where they lead" {
	cd "$BATS_TEST_TMPDIR"
	mkdir -p a/b
	ln -s b/c a/relative
	ln -s "$PWD/a/relative" absolute
	ln -s loop loop
	"$SOCKTRACE" -q -o absolute true
	[ -s a/b/c ]
	"$SOCKTRACE" -q -o absolute true
	[ "$(grep -c '"type":"end"' a/b/c)" -eq 1 ]
	run -125 "$SOCKTRACE" -q -o loop true
	[[ $output == *"symbolic links"* ]]
}

@test "links and devices of one's own can be written to" {
	"$SOCKTRACE" -q -o /dev/stdout true | grep -q '"type":"end"'
	"$SOCKTRACE" -q -o >(grep -c '"type":"end"' >"$BATS_TEST_TMPDIR/count") true
	"$SOCKTRACE" -q -o /dev/null true
	wait_until test -s "$BATS_TEST_TMPDIR/count"
	[ "$(cat "$BATS_TEST_TMPDIR/count")" = 1 ]
}

@test "a new log that sudo's root writes is its caller's, and no other file" {
	needs_root "as sudo starts programs as root"
	local log=$BATS_TEST_TMPDIR/log owner wrong
	owner() {
		stat -c %u:%g:%a "$1"
	}
	as_sudo() {
		env SUDO_UID=65534 SUDO_GID=65533 "$@"
	}
	as_sudo "$SOCKTRACE" -q -o "$log" true
	[ "$(owner "$log")" = 65534:65533:600 ]
	as_sudo "$SOCKVIEW" -o "$BATS_TEST_TMPDIR/view" "$log"
	[ "$(owner "$BATS_TEST_TMPDIR/view")" = 65534:65533:600 ]
	# What is there stays whose it is, and so does what a link leads to.
	touch "$BATS_TEST_TMPDIR/old"
	ln -s target "$BATS_TEST_TMPDIR/link"
	for name in old link; do
		as_sudo "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/$name" true
		[ "$(stat -L -c %u:%g "$BATS_TEST_TMPDIR/$name")" = 0:0 ]
	done
	for wrong in -1 4294967295 4294967296 99999999999999999999 0x10 "" " 5" 5x; do
		rm "$log"
		SUDO_UID=$wrong "$SOCKTRACE" -q -o "$log" true
		[ "$(owner "$log")" = 0:0:600 ]
	done
	rm "$log"
	SUDO_UID=65534 SUDO_GID=x "$SOCKTRACE" -q -o "$log" true
	[ "$(owner "$log")" = 65534:0:600 ]
}

@test "sudo's root writes its caller's earlier log again where everybody may make files" {
	needs_root "as sudo starts programs as root"
	local place
	place=$(mktemp -d /tmp/sockline.XXXXXX)
	chmod 1777 "$place"
	for _ in 1 2; do
		SUDO_UID=65534 "$SOCKTRACE" -q -o "$place/log" true
	done
	tail -n 1 "$place/log" | grep -q '"type":"end"'
	[ "$(stat -c %u "$place/log")" = 65534 ]
	# But neither another user's, nor what a link of the caller leads to.
	SUDO_UID=65533 run -125 "$SOCKTRACE" -q -o "$place/log" true
	echo precious >"$BATS_TEST_TMPDIR/precious"
	ln -s "$BATS_TEST_TMPDIR/precious" "$place/link"
	chown -h 65534 "$place/link"
	SUDO_UID=65534 run -125 "$SOCKTRACE" -q -o "$place/link" true
	[ "$(cat "$BATS_TEST_TMPDIR/precious")" = precious ]
	rm -r "$place"
}
