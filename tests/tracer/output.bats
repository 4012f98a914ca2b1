#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Where the trace goes, and what is shown of it.

bats_require_minimum_version 1.5.0
load ../helper

sample=$BUILD/samples/unix_pair

@test "without -o, the timeline appears on standard error when the program has ended" {
	run -0 --separate-stderr "$SOCKTRACE" sh -c 'echo page; exec "$1"' - "$sample"
	[ "$output" = page ]
	[[ "$stderr" == *"socketpair"*"data transfer"* ]]
	[ "${stderr_lines[-1]}" = "socktrace: the trace is not kept; keep it with: $SOCKTRACE -o FILE ..." ]
}

@test "without -o, nothing is left behind in the temporary folder" {
	mkdir "$BATS_TEST_TMPDIR/tmp"
	TMPDIR=$BATS_TEST_TMPDIR/tmp run -0 "$SOCKTRACE" "$sample"
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/tmp")" ]
}

@test "-o - writes the trace to standard output" {
	"$SOCKTRACE" -o - -- "$sample" >"$(trace_file stdout)" 2>"$BATS_TEST_TMPDIR/err"
	[ ! -s "$BATS_TEST_TMPDIR/err" ]
	[ "$(head -c 15 "$(trace_file stdout)")" = '{"type":"trace"' ]
}

@test "-o FILE says where the trace is and how to see it, and with -q nothing" {
	run -0 "$SOCKTRACE" -o "$(trace_file said)" "$sample"
	[ "$output" = "socktrace: trace written to $(trace_file said); see it with: ${SOCKTRACE%socktrace}sockview $(trace_file said)" ]
	PATH=${SOCKTRACE%/*}:$PATH run -0 socktrace -o "$(trace_file said)" "$sample"
	[[ "$output" == *"see it with: sockview $(trace_file said)" ]]
	run -0 "$SOCKTRACE" -q -o "$(trace_file quiet)" "$sample"
	[ -z "$output" ]
}

@test "-o '|command' gives the trace to a command, and waits for its end" {
	run -7 "$SOCKTRACE" -o "|sleep 0.5; cat >'$(trace_file command)'" sh -c '"$1"; exit 7' - "$sample"
	[ -z "$output" ]
	[ "$(tail -n 1 "$(trace_file command)" | head -c 13)" = '{"type":"end"' ]
	# What ends the job does not end the command.
	run -0 setsid -w "$SOCKTRACE" -o "|gzip >'$BATS_TEST_TMPDIR/t.gz'" sh -c 'trap "" TERM; kill -TERM 0'
	gzip -dc "$BATS_TEST_TMPDIR/t.gz" | tail -n 1 | grep -q '"type":"end"'
}

@test "the command of -o is neither the program's child, nor does the program hold its pipe" {
	look='
import os
print(sorted(os.listdir("/proc/self/fd")))
try:
    os.wait()
except ChildProcessError:
    print("no child")'
	run -0 "$SOCKTRACE" -o '|sleep 0.5; cat >/dev/null' /usr/bin/python3 -c "$look"
	[[ "$output" == *"no child" ]]
	[ "$output" = "$(/usr/bin/python3 -c "$look")" ]
}

@test "a command of -o that fails gives status 125 and says so; one that has seen enough does not" {
	run -125 "$SOCKTRACE" -o '|exit 3' sh -c 'exit 7'
	[ "$output" = "socktrace: |exit 3: ended with status 3" ]
	run -125 "$SOCKTRACE" -o '|kill -KILL $$' true
	[ "$output" = 'socktrace: |kill -KILL $$: killed by signal 9 (Killed)' ]
	run -125 "$SOCKTRACE" -o '|no-such-command' true
	[[ "$output" == *"socktrace: |no-such-command: ended with status 127" ]]
	run -7 "$SOCKTRACE" -o "|exec <&-; touch $BATS_TEST_TMPDIR/closed" /usr/bin/python3 -c '
import os, socket, sys, time
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
for _ in range(9):
    socket.socketpair()
    time.sleep(0.05)
raise SystemExit(7)' "$BATS_TEST_TMPDIR/closed"
	[ -z "$output" ]
	run -127 "$SOCKTRACE" -o '|cat' no-such-program
	for nothing in '|' '| ' $'|\n'; do
		run -125 "$SOCKTRACE" -o "$nothing" true
		[[ "$output" == "socktrace: --output: expected a command behind |"* ]]
	done
}

@test "as the first process of a PID namespace, socktrace does not take a reader for a tracee" {
	become_root "to make a PID namespace" --pid --fork --mount-proc
	run -0 timeout 60 "${root[@]}" "$SOCKTRACE" -o '|grep -c socketpair' "$sample"
	[ "$output" = 1 ]
	run -0 timeout 60 "${root[@]}" "$SOCKTRACE" --live "$sample"
	[[ "$output" == *socketpair* ]]
}

@test "an existing trace is overwritten" {
	yes | head -c 1000000 >"$(trace_file old)"
	run -0 trace old "$sample"
	[ "$(tail -n 1 "$(trace_file old)" | head -c 13)" = '{"type":"end"' ]
}

@test "--payload says how much of the data is kept" {
	send='import socket
a, b = socket.socketpair()
a.sendall(b"x" * 1000)
n = 0
while n < 1000: n += len(b.recv(1000))'
	kept='select(.effect == "send" and .data) | "\(.data.text | length) \(.data.truncated)"'
	trace default /usr/bin/python3 -c "$send"
	[ "$(calls default "$kept")" = "512 true" ]
	"$SOCKTRACE" -q --payload=10 -o "$(trace_file ten)" -- /usr/bin/python3 -c "$send"
	[ "$(calls ten "$kept")" = "10 true" ]
	"$SOCKTRACE" -q --payload=0 -o "$(trace_file none)" -- /usr/bin/python3 -c "$send"
	[ "$(count_calls none .data)" -eq 0 ]
	"$SOCKTRACE" -q --payload=all -o "$(trace_file all)" -- /usr/bin/python3 -c "$send"
	[ "$(calls all "$kept")" = "1000 null" ]
}

@test "more is kept of what is said first on a socket, in each direction" {
	trace first /usr/bin/python3 -c 'import socket
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
for i in range(20):
    a.send(b"x" * 1000)
    b.recv(1000)
b.send(b"y" * 600)'
	for effect in send receive; do
		kept="select(.effect == \"$effect\").data.text | select(startswith(\"x\")) | length"
		[ "$(calls first "$kept" | uniq -c | xargs)" = "16 512 4 64" ]
	done
	[ "$(calls first 'select(.effect == "send") | .data.text | select(startswith("y")) | length')" = 512 ]
	[ "$(head -n 1 "$(trace_file first)" | jq -c .options.payload,.options.payload_first)" = '64
{"bytes":512,"calls":16}' ]
	"$SOCKTRACE" -q --payload=64 -o "$(trace_file same)" -- "$sample"
	[ "$(head -n 1 "$(trace_file same)" | jq -c .options.payload_first)" = null ]
}

@test "lines are in the file while the program still runs" {
	"$SOCKTRACE" -q -o "$(trace_file live)" -- /usr/bin/python3 -c '
import os, socket, sys, time
a, b = socket.socketpair()
while not os.path.exists(sys.argv[1]): time.sleep(0.05)' "$BATS_TEST_TMPDIR/seen" 3>&- &
	local pid=$!
	wait_until grep -qs '"socketpair"' "$(trace_file live)"
	[ "$(tail -c 1 "$(trace_file live)")" = "" ]
	touch "$BATS_TEST_TMPDIR/seen"
	wait $pid
}

@test "a killed tracer leaves whole lines" {
	local file=$BATS_TEST_TMPDIR/killed.jsonl
	"$SOCKTRACE" -q -o "$file" -- /usr/bin/python3 -c '
import socket
a, b = socket.socketpair()
while True:
    a.send(b"x"); b.recv(1)' 3>&- &
	local pid=$!
	wait_until eval '[ "$(wc -l 2>/dev/null <"$file")" -gt 100 ]' 2>/dev/null
	kill -KILL $pid
	wait $pid || true
	/usr/bin/python3 -c '
import json, sys
for line in open(sys.argv[1]):
    if line.endswith("\n"): json.loads(line)' "$file"
	run -1 "$SOCKVIEW" "$file"
	[[ "$output" == *"socketpair"* ]]
}

@test "reads and writes on anything but a socket leave no record" {
	trace files sh -c 'cat /etc/passwd | wc -l >/dev/null; exec dd if=/dev/zero of=/dev/null bs=512 count=100'
	[ "$(count_calls files '.name | IN("read", "write", "dup2")')" -eq 0 ]
}

@test "a call on something that is no socket, which needs one, is recorded with its error" {
	trace wrong /usr/bin/python3 -c '
import ctypes
libc = ctypes.CDLL(None)
libc.listen(0, 5)
libc.bind(77, None, 0)'
	[ "$(calls wrong 'select(.error and (.name | IN("listen", "bind"))) | "\(.name) \(.error)"' | tail -n 2)" = \
"listen ENOTSOCK
bind EBADF" ]
}

# effects NAME: the effects that are in the trace.
effects() {
	calls "$1" '.effect' | sort -u | paste -sd ' '
}

@test "--calls records what it names, and the descriptors of all" {
	choose() {
		"$SOCKTRACE" -q -o "$(trace_file "$1")" "${@:2}" -- "$BUILD/samples/tcp_echo"
	}
	choose moved -e send,receive
	[ "$(effects moved)" = "receive send" ]
	[ "$(count_calls moved '.descriptor == null')" -eq 0 ]
	choose none --calls='!send,!receive'
	[ "$(effects none)" = "accept bind close connect create listen query" ]
	choose named -e accept,recvfrom -e '!accept4'
	[ "$(effects named)" = "accept receive" ]
	run -0 "$SOCKVIEW" "$(trace_file moved)"
	[[ "$output" == *"TCP"*"hello, world"* ]]
	run -125 choose wrong -e send,nonsense
	[[ "$output" == "socktrace: --calls=send,nonsense: 'nonsense' is no effect and no call"* ]]
}

@test "options of strace are taken where they mean what socktrace does" {
	local options
	for options in "-f -s 5 -tt -T -yy -e trace=network" "-fttTys5 -e trace=%network" "-s5 -etrace=all" \
		"-f -r -Y -s 5 -e %net"; do
		# shellcheck disable=SC2086 # words are meant
		"$SOCKTRACE" -q -o "$(trace_file taken)" $options "$BUILD/samples/tcp_echo"
		[ "$(effects taken)" = "accept bind close connect create listen query receive send" ]
		[ "$(calls taken 'select(.effect == "send").data.text' | head -n 1)" = hello ]
	done
	"$SOCKTRACE" -q -o "$(trace_file moved)" -e trace=send,recv "$BUILD/samples/tcp_echo"
	[ "$(effects moved)" = "receive send" ]
	"$SOCKTRACE" -q -o "$(trace_file others)" -e 'trace=!send,recv' "$BUILD/samples/tcp_echo"
	[ "$(effects others)" = "accept bind close connect create listen query" ]
	# -f is what it does, unless that is taken back.
	"$SOCKTRACE" -q -o "$(trace_file followed)" --no-follow -f sh -c '"$1"; true' - "$sample"
	[ "$(count_calls followed true)" -ge 1 ]
}

@test "to the other options of strace one line says what does that here" {
	local options
	while read -r options answer; do
		# shellcheck disable=SC2086 # words are meant
		run -125 "$SOCKTRACE" ${options//,/ } true
		[ "${#lines[@]}" -eq 1 ]
		[[ "${lines[0]}" == "socktrace: "*"$answer"* ]]
	done <<-'EOF'
		-c sockview -v summary
		-f,-c sockview -v summary
		-fttc sockview -v summary
		-c,-S,time sockview -v summary
		-u,nobody sudo -u USER
		-ff --pid=PID
		-E,A=b env NAME=VALUE PROGRAM
		-P,/tmp/socket --address=PATH
		-Z --errors
		-k strace(1) has it
	EOF
	run -125 "$SOCKTRACE" -e status=failed true
	[ "${lines[0]}" = "socktrace: -e status=failed: calls that failed: sockview --errors FILE" ]
	run -125 "$SOCKTRACE" -e trace=%file true
	[[ "${lines[0]}" == *"'%file' is no effect and no call that is recorded; %network is all,"* ]]
	# Behind the program's name they are the program's.
	run -0 "$SOCKTRACE" -q -o "$(trace_file own)" echo -c -v
	[ "$output" = "-c -v" ]
}

@test "a program that uses io_uring with a thread of the kernel gives a warning, once" {
	trace uring /usr/bin/python3 -c '
import ctypes, errno, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
for i in range(2):
    params = ctypes.create_string_buffer(struct.pack("II I", 0, 0, 2), 120) # IORING_SETUP_SQPOLL
    if libc.syscall(425, 1, params) < 0:
        sys.exit(77 if ctypes.get_errno() in (errno.EPERM, errno.ENOSYS) else 1)' || {
		[ $? -ne 77 ] || skip "needs io_uring(7), which this system does not allow"
		false
	}
	[ "$(warnings uring)" = io-uring ]
	run -0 "$SOCKVIEW" "$(trace_file uring)"
	[[ "$output" == *"warning: process "*": the program uses io_uring"* ]]
}

@test "what io_uring does since Linux 6.18 is recorded, and what is newer gives a warning" {
	build newer_uring
	for way in "" mixed; do
		status=0
		"$BUILD/targets/newer_uring" $way || status=$?
		[ $status -ne 77 ] || skip "this kernel's io_uring is older"
		[ $status -eq 0 ]
	done
	trace newer "$BUILD/targets/newer_uring"
	run -0 calls newer 'select(.name | startswith("io_uring")) | "\(.name) \(.result) \(.data.text)"'
	[ "${lines[0]}" = "io_uring_send_vectorized 8 headbody" ]
	[ "${lines[1]}" = "io_uring_writev_fixed 8 headbody" ]
	[ "${lines[2]}" = "io_uring_readv_fixed 16 headbodyheadbody" ]
	[[ "${lines[3]}" == "io_uring_read_multishot 4 "* ]]
	[ "$(warnings newer)" = "" ]
	trace mixed "$BUILD/targets/newer_uring" mixed
	[ "$(warnings mixed)" = io-uring ]
	[ "$(count_calls mixed '.name | startswith("io_uring")')" -eq 0 ]
}

@test "a file whose name says that it is no trace is refused before anything runs" {
	local ending file
	for ending in xz jsonl.xz bz2 pcap pcapng PcapNG.gz html svg; do
		file=$BATS_TEST_TMPDIR/t.$ending
		run -125 "$SOCKTRACE" -o "$file" touch "$BATS_TEST_TMPDIR/ran"
		[[ "${lines[0]}" == "socktrace: --output=$file: "*": "*"-o "* ]]
		[ ! -e "$file" ] && [ ! -e "$BATS_TEST_TMPDIR/ran" ]
	done
	for file in t.log t.txt t xz html.d; do
		"$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/$file" true
		[ "$(head -c 1 "$BATS_TEST_TMPDIR/$file")" = '{' ]
	done
	"$SOCKTRACE" -q -o "|cat >$BATS_TEST_TMPDIR/piped.xz" true
	[ -s "$BATS_TEST_TMPDIR/piped.xz" ]
}

@test "a wrong command line gives status 125 and says what to do" {
	for wrong in --nonsense --payload=x --payload= ""; do
		run -125 "$SOCKTRACE" $wrong
		[[ "$output" == "socktrace: "*"Try 'socktrace --help'."* ]]
	done
}
