#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The sequence is laid out once: picture and diagram have what --format=json says, step by step.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

# draw OPTION... TRACE
draw() {
	"$SOCKVIEW" -v sequence --format=json "$@" >"$BATS_TEST_TMPDIR/json" 2>/dev/null || [ $? -eq 1 ]
	"$SOCKVIEW" -v svg --part=sequence "$@" >"$BATS_TEST_TMPDIR/svg" 2>/dev/null || [ $? -eq 1 ]
	"$SOCKVIEW" -v mermaid "$@" >"$BATS_TEST_TMPDIR/mermaid" 2>/dev/null || [ $? -eq 1 ]
}

compare() {
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/drawing_sequence.py" "$BATS_TEST_TMPDIR"/{json,svg,mermaid}
}

@test "picture and diagram of every trace have what the JSON says" {
	for trace in "$traces"/*.jsonl; do
		draw "$trace"
		compare
	done
}

@test "so they do by thread, in full, filtered, and of several traces" {
	for trace in "$traces"/*.jsonl; do
		for options in '--by=thread --full' '--effect=connect,accept,send,receive,close' '--errors' '--call=nobody'; do
			# shellcheck disable=SC2086 # words are meant
			draw $options "$trace"
			compare
		done
	done
	draw "$traces"/{tcp_echo,udp_echo,reset}.jsonl
	compare
}

# differs FILE CHANGE TRACE: the change, of sed(1), changes the file, and is found.
differs() {
	draw "$traces/$3.jsonl"
	compare
	sed -i.before -E "$2" "$BATS_TEST_TMPDIR/$1"
	! cmp -s "$BATS_TEST_TMPDIR/$1" "$BATS_TEST_TMPDIR/$1.before" || { echo "$2 changes nothing" && return 1; }
	! compare || { echo "not found: $2" && return 1; }
}

@test "a difference in words, direction, style, phases and folds is found" {
	differs json 's/"from_words":"send fd 3"/"from_words":"send fd 4"/' tcp_echo
	differs json 's/"from":0,"to":1/"from":1,"to":0/' tcp_echo
	differs json 's/"style":"send"/"style":"release"/' tcp_echo
	differs json 's/"to_style":"receive"/"to_style":"send"/' tcp_echo
	differs json 's/"words":"data transfer"/"words":"connection release"/' tcp_echo
	differs json 's/"carries":"12 B/"carries":"13 B/' tcp_echo
	differs json 's/"broken":true,//' refused_connection
	differs json 's/"connection":2/"connection":1/' two_clients
	differs json 's/([0-9]+) more exchanges/1\1 more exchanges/' two_clients
	differs svg 's/(<path class="shape send" d="M[0-9]+ [0-9]+l)-9/\19/' tcp_echo
	differs svg 's/<text class="receive"/<text class="send"/' tcp_echo
	differs svg 's/data transfer/connection release/' tcp_echo
	differs svg '/class="line release"/d' tcp_echo
	differs svg 's|</svg>|<text class="plain" x="1" y="1">more</text></svg>|' tcp_echo
	differs mermaid 's/p0->>p1/p1->>p0/' tcp_echo
	differs mermaid 's/->>/-x/' tcp_echo
	differs mermaid 's/recv fd 4/recv fd 5/' tcp_echo
	differs mermaid '/recv 0/d' tcp_echo
}

# many COUNT TRANSFERS: a trace of connections, one after the other, with so many sends of 10 bytes each.
many() {
	/usr/bin/python3 - "$@" <<'EOP'
import json, sys
count, transfers = map(int, sys.argv[1:])
address = lambda port: {"family": "AF_INET", "address": "127.0.0.1", "port": port}
print(json.dumps({"type": "trace", "version": 1, "tracer": "test", "command": ["x"]}))
for pid in 1, 2:
    print(json.dumps({"type": "process", "time_ns": 1, "event": "start", "pid": pid, "program": "p%d" % pid}))
seq = 0
def call(pid, name, effect, fd=None, descriptor=None, **more):
    global seq
    seq += 1
    on = {} if fd is None else {"fd": fd, "descriptor": descriptor, "socket": descriptor}
    print(json.dumps({"type": "call", "seq": seq, "time_ns": 100 * seq, "duration_ns": 1, "pid": pid, "tid": pid,
                      "name": name, "effect": effect, **on, "args": {}, "result": 0, **more}))
def new(fd, number):
    return [{"fd": fd, "descriptor": number, "socket": number}]
tcp = {"family": "AF_INET", "type": "SOCK_STREAM"}
call(1, "socket", "create", args=tcp, result=3, new=new(3, 1))
call(1, "bind", "bind", 3, 1, args={"address": address(80)})
call(1, "listen", "listen", 3, 1)
for i in range(count):
    client, server = 2 + 2 * i, 3 + 2 * i
    ends = {"local": address(80), "peer": address(4000 + i)}
    call(2, "socket", "create", args=tcp, result=3, new=new(3, client))
    call(2, "connect", "connect", 3, client, args={"address": address(80)}, local=address(4000 + i), peer=address(80))
    call(1, "accept", "accept", 3, 1, args={"address": address(4000 + i)}, result=4, new=new(4, server), **ends)
    for _ in range(transfers):
        call(2, "send", "send", 3, client, result=10, bytes=10)
        call(1, "recv", "receive", 4, server, result=10, bytes=10)
    call(2, "close", "close", 3, client)
    call(1, "recv", "receive", 4, server, result=0, bytes=0)
    call(1, "close", "close", 4, server)
EOP
}

@test "what is folded is summed up, also where it was folded before" {
	many 10 40 >"$BATS_TEST_TMPDIR/many.jsonl"
	draw "$BATS_TEST_TMPDIR/many.jsonl"
	compare
	# 6 of 10 connections are left out, with all their transfers.
	grep -q '"connections":6,"transfers":240,' "$BATS_TEST_TMPDIR/json"
	"$SOCKVIEW" -v sequence "$BATS_TEST_TMPDIR/many.jsonl" | grep -q '… 6 more connections, 2.40 kB →'
}

@test "text, picture and diagram say the same outcomes, and of what never returned" {
	draw "$traces/outcomes.jsonl"
	"$SOCKVIEW" -v sequence --width=120 "$traces/outcomes.jsonl" >"$BATS_TEST_TMPDIR/text"
	for outcome in refused unreachable 'given up' 'timed out' 'backlog full'; do
		times=$(grep -c "✗ $outcome" "$BATS_TEST_TMPDIR/text")
		[ "$times" -eq "$(grep -c "<text class=\"error\".*connect fd [0-9] $outcome<" "$BATS_TEST_TMPDIR/svg")" ]
		[ "$times" -eq "$(grep -oE "connect fd [0-9] $outcome · [^<]* ✗" "$BATS_TEST_TMPDIR/mermaid" | wc -l)" ]
		[ "$times" -gt 0 ]
	done
	# As many crosses as that, and none at what stood.
	[ "$(grep -c '──✗ [a-z]' "$BATS_TEST_TMPDIR/text")" -eq "$(grep -c 'l8 8m0 -8l-8 8' "$BATS_TEST_TMPDIR/svg")" ]
	for drawn in text svg mermaid; do
		[ "$(grep -o 'accept fd 3 never returned' "$BATS_TEST_TMPDIR/$drawn" | wc -l)" -eq 1 ]
		for phase in establishment release; do
			[ "$(grep -o "connection $phase" "$BATS_TEST_TMPDIR/$drawn" | wc -l)" -eq 1 ]
		done
	done
	grep -q '<text class="error".*never returned' "$BATS_TEST_TMPDIR/svg"
}

@test "a reset breaks, in one process as between two" {
	"$SOCKTRACE" -q -o "$(trace_file reset)" "$BUILD/samples/connection_reset"
	draw "$(trace_file reset)"
	compare
	"$SOCKVIEW" -v sequence "$(trace_file reset)" | grep -q 'ECONNRESET ✗'
	grep -q '"link":"failed","broken":true' "$BATS_TEST_TMPDIR/json"
	grep -qE 'p0-xp0: .*ECONNRESET' "$BATS_TEST_TMPDIR/mermaid"
}
