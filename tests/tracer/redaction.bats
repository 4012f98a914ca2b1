#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Traces to give away.

bats_require_minimum_version 1.5.0
load ../helper

send='import socket, os, sys
path = sys.argv[1]
server = socket.socket(socket.AF_UNIX)
server.bind(path)
server.listen()
client = socket.socket(socket.AF_UNIX)
client.connect(path)
end, _ = server.accept()
end.sendmsg([b"the secret", b" of all"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, b"\0\0\0\0")])
client.recvmsg(100, 100)
client.send(b"\xff\xfeanother secret")
end.recv(100)'

# The program's command line has the path in it, too.
secrets() {
	grep -cE "secret|616e6f74686572|fffe|quiet-place" "$1"
}

@test "socktrace --redact leaves no payload in the trace" {
	"$SOCKTRACE" -q -o "$(trace_file open)" -- /usr/bin/python3 -c "$send" "$BATS_TEST_TMPDIR/quiet-place"
	[ "$(secrets "$(trace_file open)")" -gt 4 ]
	"$SOCKTRACE" -q --redact -o "$(trace_file data)" -- /usr/bin/python3 - "$BATS_TEST_TMPDIR/quiet-place2" <<<"$send"
	run -1 grep -E 'secret|fffe' "$(trace_file data)"
	grep -q quiet-place2 "$(trace_file data)"
	grep -q '"text":"\[17 bytes\]","redacted":true' "$(trace_file data)"
}

@test "socktrace --redact=addresses leaves neither that nor addresses, paths, names or words" {
	"$SOCKTRACE" -q --redact=addresses -o "$(trace_file all)" -- /usr/bin/python3 -c "$send" \
		"$BATS_TEST_TMPDIR/quiet-place"
	run -1 secrets "$(trace_file all)"
	run -1 grep -F "\"host\":\"$(uname -n)\"" "$(trace_file all)"
	[ "$(calls all 'select(.name == "bind").args.address.path')" = path-1 ]
	[ "$(calls all 'select(.name == "connect").args.address.path')" = path-1 ]
}

# Names itself in the ways that there are, makes a child, and waits.
called='import ctypes, os, sys, time, socket
libc = ctypes.CDLL(None)
libc.prctl(15, b"alice salaries")  # PR_SET_NAME
if os.fork() == 0:
    s = socket.socket()
    try: s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"alice")
    except OSError: pass
    os._exit(0)
os.wait()
if len(sys.argv) > 1:
    print("ready", flush=True)
    time.sleep(60)
os.execv("/usr/bin/python3", ["db: alice salaries", "-c", "pass"])'

@test "--redact=addresses leaves of names but that of the file that was executed" {
	"$SOCKTRACE" -q -o "$(trace_file named)" -- /usr/bin/python3 -c "$called"
	[ "$(grep -c alice "$(trace_file named)")" -ge 4 ]
	"$SOCKVIEW" --redact=addresses -v log "$(trace_file named)" >"$(trace_file unnamed)"
	run -1 grep -i alice "$(trace_file unnamed)"
	[ "$(jq -r 'select(.event == "fork").program' "$(trace_file unnamed)")" = python3 ]
	[ "$(jq -r 'select(.event == "exec").command[0]' "$(trace_file unnamed)")" = python3 ]
	"$SOCKTRACE" -q --redact=addresses -o "$(trace_file redacted)" -- /usr/bin/python3 -c "$called"
	run -1 grep -i alice "$(trace_file redacted)"
}

@test "--redact=addresses knows the file of a process that is attached to" {
	needs_attach
	(exec -a 'db: alice salaries' /usr/bin/python3 -c "$called" wait >"$BATS_TEST_TMPDIR/ready" 3>&-) &
	local traced=$! name
	wait_until grep -q ready "$BATS_TEST_TMPDIR/ready"
	for name in open redacted; do
		local options=(-q)
		[ $name = open ] || options+=(--redact=addresses)
		rm -f "$(trace_file $name)"
		"$SOCKTRACE" "${options[@]}" -o "$(trace_file $name)" -p $traced 3>&- &
		local tracer=$!
		wait_until grep -qs '"type":"process"' "$(trace_file $name)"
		kill $tracer
		wait $tracer || true
	done
	kill $traced
	[ "$(grep -c alice "$(trace_file open)")" -ge 2 ]
	run -1 grep -i alice "$(trace_file redacted)"
	[[ "$(jq -r 'select(.type == "trace").command[0]' "$(trace_file redacted)")" == python3* ]]
	[[ "$(jq -r 'select(.event == "start").program' "$(trace_file redacted)")" == python3* ]]
}

@test "sockview --redact does the same to a trace that is there, in every view" {
	"$SOCKTRACE" -q -o "$(trace_file kept)" -- /usr/bin/python3 -c "$send" "$BATS_TEST_TMPDIR/quiet-place"
	for view in $("$SOCKVIEW" --help | sed -n '/^Views:/,/^$/s/^  \([a-z]\+\) .*/\1/p'); do
		"$SOCKVIEW" --redact=addresses -v "$view" "$(trace_file kept)" >"$BATS_TEST_TMPDIR/$view"
		[ -s "$BATS_TEST_TMPDIR/$view" ]
		run -1 secrets "$BATS_TEST_TMPDIR/$view"
	done
	cp "$BATS_TEST_TMPDIR/log" "$(trace_file given)"
	"$SOCKVIEW" --redact=addresses <"$(trace_file kept)" >"$BATS_TEST_TMPDIR/again"
	"$SOCKVIEW" <"$(trace_file given)" >"$BATS_TEST_TMPDIR/given"
	diff <(tail -n +2 "$BATS_TEST_TMPDIR/again") <(tail -n +2 "$BATS_TEST_TMPDIR/given")
	"$SOCKVIEW" --redact --follow "$(trace_file kept)" >"$BATS_TEST_TMPDIR/followed"
	run -1 grep -E 'secret|fffe' "$BATS_TEST_TMPDIR/followed"
}

@test "of a line that is cut short or no JSON --redact keeps nothing, and it is still reported" {
	printf '%s\n' '{"type":"trace","version":1,"tracer":"socktrace 0.1.0","command":[],"started":"","host":"h","kernel":"","machine":"","options":{}}' \
		'the secret' >"$BATS_TEST_TMPDIR/log"
	printf '{"type":"call","data":{"text":"the secret' >>"$BATS_TEST_TMPDIR/log"
	run -1 --separate-stderr "$SOCKVIEW" --redact -v log "$BATS_TEST_TMPDIR/log"
	[[ "$output$stderr" != *secret* ]]
	[[ "$stderr" == *log:2:*log:3:*"cut short"* ]]
}

@test "the view log is the trace as it was, and nothing that a terminal obeys" {
	trace plain "$BUILD/samples/tcp_echo" >/dev/null
	"$SOCKVIEW" -v log "$(trace_file plain)" | cmp - "$(trace_file plain)"
	printf '{"a":"\x7f\xc2\x9b2J\xc3\xa4\xc2\xb5"}\n\x1b[2J\n' >"$BATS_TEST_TMPDIR/hostile"
	run -1 --separate-stderr "$SOCKVIEW" -v log "$BATS_TEST_TMPDIR/hostile"
	cat "$(trace_file plain)" - <<<$'{"a":"\x7f\xc2\x9b2J\xc3\xa4\xc2\xb5"}\n\x1b[2J' >"$BATS_TEST_TMPDIR/more"
	run -1 --separate-stderr "$SOCKVIEW" -v log "$BATS_TEST_TMPDIR/more"
	[ "$(tail -n 2 <<<"$output")" = '{"a":"\u007f\u009b2Jäµ"}
 [2J' ]
	run -2 "$SOCKVIEW" -v log --pid=1 "$(trace_file plain)"
	[[ "$output" == *"use jq"* ]]
}

@test "a wrong level of --redact is said" {
	run -125 "$SOCKTRACE" --redact=names -o - true
	[[ "$output" == *"--redact=names: expected data or addresses"* ]]
	run -2 "$SOCKVIEW" --redact=names x
	[[ "$output" == *"--redact=names: expected data or addresses"* ]]
}
