#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Keys of TLS in the trace.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	unset SSLKEYLOGFILE
	export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir -m 700 "$XDG_RUNTIME_DIR" "$TMPDIR"
	tls=(/usr/bin/python3 tests/tracer/targets/tls.py)
}

# trace_keys NAME PROGRAM...
trace_keys() {
	"$SOCKTRACE" --keys -q -o "$(trace_file "$1")" -- "${@:2}"
}

# keys NAME: the lines of the trace's key log.
keys() {
	jq -j 'select(.type == "keys" and .format == "nss").text' "$(trace_file "$1")"
}

# nothing_is_left: no file of ours.
nothing_is_left() {
	[ -z "$(find "$XDG_RUNTIME_DIR" "$TMPDIR" -name 'socktrace.*')" ]
}

# says NAME WORDS: a warning about keys does, and there is one.
says() {
	[[ "$(jq -r 'select(.type == "warning" and .code == "keys").message' "$(trace_file "$1")")" == *"$2"* ]]
	[ "$(warnings "$1")" = keys ]
}

@test "what the program's TLS library writes is in the trace before the data that it is needed for" {
	for how in auto off; do
		"$SOCKTRACE" --keys --recorder=$how -q -o "$(trace_file $how)" -- "${tls[@]}" talk 3
		[ "$(keys $how | cut -d ' ' -f 1 | sort | uniq -c | tr -s ' ' | paste -sd ,)" = \
			" 3 CLIENT_HANDSHAKE_TRAFFIC_SECRET, 3 CLIENT_TRAFFIC_SECRET_0, 3 EXPORTER_SECRET, 3 SERVER_HANDSHAKE_TRAFFIC_SECRET, 3 SERVER_TRAFFIC_SECRET_0" ]
		[ "$(warnings $how)" = '' ]
		[ "$(jq -r 'select(.type == "trace").options.keys' "$(trace_file $how)")" = true ]
		# As many secrets have come as clients have begun when one sends its question, which is its third
		# record: ClientHello, Finished, data.
		jq -s -e '
			[foreach .[] as $r ({secrets: 0, sent: 0};
				if $r.type == "keys" then .secrets += ($r.text | split("CLIENT_TRAFFIC_SECRET_0") | length - 1)
				elif $r.type == "call" and $r.effect == "connect" then .connects += 1 | .sent = 0 | .socket = $r.socket
				elif $r.type == "call" and $r.effect == "send" and $r.socket == .socket then .sent += 1
				else . end;
				select($r.type == "call" and .sent == 3 and $r.effect == "send" and $r.socket == .socket) |
					.secrets == .connects)] | length == 3 and all' "$(trace_file $how)"
	done
	nothing_is_left
}

@test "the file is nobody else's, in a directory of its own" {
	run -0 trace_keys path "${tls[@]}" path
	[[ ${lines[0]} == "$XDG_RUNTIME_DIR"/socktrace.*/keys.log\ 0o600 ]]
	[[ ${lines[1]} == "$XDG_RUNTIME_DIR"/socktrace.*\ 0o700 ]]
	says path "has written no keys"
	(umask 0 && run -0 trace_keys open "${tls[@]}" path && [[ ${lines[0]} == *0o600 && ${lines[1]} == *0o700 ]])
	nothing_is_left
	# Where there is no such place, or none that can be written to.
	for place in '' relative "$BATS_TEST_TMPDIR/nowhere"; do
		XDG_RUNTIME_DIR=$place run -0 trace_keys elsewhere "${tls[@]}" path
		[[ ${lines[0]} == "$TMPDIR"/socktrace.*/keys.log\ 0o600 ]]
	done
	nothing_is_left
	"$SOCKTRACE" -q -o "$(trace_file none)" env >"$BATS_TEST_TMPDIR/environment"
	run -1 grep SSLKEYLOGFILE "$BATS_TEST_TMPDIR/environment"
}

@test "it is gone however the program and socktrace end" {
	run -137 trace_keys killed sh -c 'echo "A 00 01" >>$SSLKEYLOGFILE; kill -9 $$'
	[ "$(keys killed)" = "A 00 01" ]
	nothing_is_left
	run -127 trace_keys none "$BATS_TEST_TMPDIR/no-program"
	nothing_is_left
	for signal in INT TERM HUP KILL; do
		# What a shell runs beside itself ignores SIGINT.
		"$SOCKTRACE" --keys -q -o "$(trace_file none)" -- env --default-signal=INT sh -c \
			'echo "A 00 01" >>$SSLKEYLOGFILE; echo "$SSLKEYLOGFILE" >"$1"; exec sleep 300' - \
			"$BATS_TEST_TMPDIR/$signal" 3>&- &
		wait_until test -s "$BATS_TEST_TMPDIR/$signal"
		kill -$signal $!
		wait $! || true
		wait_until nothing_is_left
		[ ! -e "$(cat "$BATS_TEST_TMPDIR/$signal")" ]
	done
	rm -f "$(trace_file none)"
}

@test "a file that the user has named is read from its end on, and stays" {
	export SSLKEYLOGFILE=$BATS_TEST_TMPDIR/named
	printf 'OLD 00 01\nOLD 02 0' >"$SSLKEYLOGFILE"
	chmod 640 "$SSLKEYLOGFILE"
	run -0 trace_keys named sh -c 'echo "4
NEW 00 01" >>"$SSLKEYLOGFILE"; echo "$SSLKEYLOGFILE"'
	[ "$output" = "$SSLKEYLOGFILE" ]
	[ "$(keys named)" = "NEW 00 01" ]
	[ "$(warnings named)" = '' ]
	[ "$(tail -n 1 "$SSLKEYLOGFILE")" = "NEW 00 01" ]
	[ "$(stat -c %a "$SSLKEYLOGFILE")" = 640 ]
	# It is made later, made anew, cut.
	rm "$SSLKEYLOGFILE"
	trace_keys moved sh -c 'for i in 1 2 3; do
			rm -f "$SSLKEYLOGFILE"; echo "MADE 00 0$i" >"$SSLKEYLOGFILE"; "$@"
		done; rm "$SSLKEYLOGFILE"; echo "X 0 1" >"$SSLKEYLOGFILE"' - /usr/bin/python3 -c 'import socket; socket.socket()'
	[ "$(keys moved | paste -sd ,)" = "MADE 00 01,MADE 00 02,MADE 00 03,X 0 1" ]
	nothing_is_left
	# An ordinary user's own, of which its library makes a log: the two have the same.
	rm "$SSLKEYLOGFILE"
	trace_keys same "${tls[@]}" talk 2
	keys same | diff <(grep -v '^#' "$SSLKEYLOGFILE") -
	# --detach-on-exit goes with it.
	"$SOCKTRACE" --keys --detach-on-exit -q -o "$(trace_file detach)" -- "${tls[@]}" talk 1
	[ "$(keys detach | wc -l)" -ge 4 ]
}

@test "one that is no file is said to be none, and not waited at" {
	export SSLKEYLOGFILE=$BATS_TEST_TMPDIR/fifo
	mkfifo "$SSLKEYLOGFILE"
	run -0 --separate-stderr trace_keys fifo /usr/bin/python3 -c 'import socket; socket.socket()'
	[ "$stderr" = "socktrace: --keys: SSLKEYLOGFILE=$SSLKEYLOGFILE: is no regular file, and is not read" ]
	says fifo "has written no keys"
}

@test "lines that are no keys are left out, counted and said once" {
	{
		printf '# a comment\n\nCLIENT_RANDOM 0aA9 ff\n'
		printf 'CLIENT_RANDOM 00 ff\r\nclient 00 ff\nRANDOM 00\nRANDOM  00 ff\nRANDOM 00 ff ff\n RANDOM 00 ff\nRANDOM 0g ff\n'
		printf 'RANDOM 00 ff \n\xff\xfe\033[31m\nRANDOM 00 f\0f\n'
		head -c 1500 /dev/zero | tr '\0' a
		printf '\nRANDOM 00 '
		head -c 1013 /dev/zero | tr '\0' b
		printf '\nRANDOM 00 '
		head -c 300000 /dev/zero | tr '\0' c
		printf '\nLAST_1 00 ff\n'
		seq -f 'MANY %06.0f ff' 1 20000
		printf 'UNENDED 00 ff'
	} >"$BATS_TEST_TMPDIR/lines"
	trace_keys hostile "${tls[@]}" write <"$BATS_TEST_TMPDIR/lines"
	keys hostile >"$BATS_TEST_TMPDIR/kept"
	[ "$(head -n 2 "$BATS_TEST_TMPDIR/kept" | cut -c 1-40 | paste -sd ,)" = "CLIENT_RANDOM 0aA9 ff,RANDOM 00 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" ]
	[ "$(sed -n 3p "$BATS_TEST_TMPDIR/kept")" = "LAST_1 00 ff" ]
	tail -n +4 "$BATS_TEST_TMPDIR/kept" | cmp - <(seq -f 'MANY %06.0f ff' 1 20000)
	says hostile "12 lines were written to the file that SSLKEYLOGFILE names that are no keys of TLS, and left out"
	run -0 "$SOCKVIEW" -v calls "$(trace_file hostile)"
	[[ "$output" == *"12 lines were written"* ]]
}

@test "what stands where the file was is never opened, and only what is ours is removed" {
	echo "PRECIOUS 00 ff" >"$BATS_TEST_TMPDIR/precious"
	local make
	for make in mkfifo "ln -s $BATS_TEST_TMPDIR/precious" "ln $BATS_TEST_TMPDIR/precious" : ; do
		trace_keys instead sh -c 'rm "$SSLKEYLOGFILE"; '"$make"' "$SSLKEYLOGFILE"; "$@"' - \
			/usr/bin/python3 -c 'import socket; socket.socket()'
		[ "$(keys instead)" = '' ]
		[ "$(warnings instead | sort -u)" = keys ]
		grep -q 'has removed or replaced' "$(trace_file instead)"
		nothing_is_left
	done
	[ "$(cat "$BATS_TEST_TMPDIR/precious")" = "PRECIOUS 00 ff" ]
	run -0 --separate-stderr trace_keys more sh -c 'touch "${SSLKEYLOGFILE%/*}/theirs"'
	[[ "$stderr" == "socktrace: --keys: the directory of $XDG_RUNTIME_DIR/socktrace."*"keys.log is left there: Directory not empty" ]]
	[ "$(ls "$XDG_RUNTIME_DIR"/socktrace.*)" = theirs ]
}

@test "--redact takes them out" {
	for what in data addresses; do
		"$SOCKTRACE" --keys --redact=$what -q -o "$(trace_file $what)" -- "${tls[@]}" talk 1
		run -1 grep -E 'TRAFFIC_SECRET|"type":"keys"' "$(trace_file $what)"
	done
}

@test "--keys goes with a program, which ends with the trace" {
	run -125 "$SOCKTRACE" --keys -p $$
	[[ "$output" == "socktrace: --keys goes with a program"* ]]
	run -125 "$SOCKTRACE" --keys --detach-on-exit true
	[[ "$output" == "socktrace: --keys goes with --detach-on-exit only where you set SSLKEYLOGFILE"* ]]
}

@test "a program that becomes another user is said to be shut out" {
	needs_root "to become another user"
	trace_keys other /usr/bin/python3 -c 'import os, socket
os.setuid(65534)
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
try: open(os.environ["SSLKEYLOGFILE"], "a")
except PermissionError: pass
else: raise SystemExit(1)'
	grep -q 'has become another user' "$(trace_file other)"
	nothing_is_left
}

@test "curl's keys" {
	local port
	coproc server { exec "${tls[@]}" serve 1 2>/dev/null 3>&-; }
	read -r port <&"${server[0]}"
	[ "$(trace_keys curl curl -sk "https://127.0.0.1:$port/")" = hello ]
	keys curl | grep -q '^SERVER_TRAFFIC_SECRET_0 '
}
