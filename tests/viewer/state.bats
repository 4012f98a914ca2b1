#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The kernel at one moment: what is drawn is what happened, and is drawn alike by all painters.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

# state TRACE FILTER OPTION...: what jq says of the pictures.
state() {
	"$SOCKVIEW" --format=json -v state "${@:3}" "$1" | jq -c "$2"
}

# show NAME OPTION...: draws and tells; a trace of which some lines are no good exits with 1.
show() {
	"$SOCKVIEW" "${@:2}" >"$BATS_TEST_TMPDIR/$1" 2>/dev/null || [ $? -eq 1 ]
	"$SOCKVIEW" --format=json "${@:2}" >"$BATS_TEST_TMPDIR/$1.json" 2>/dev/null || [ $? -eq 1 ]
}

show_all() {
	local trace way
	mkdir "$BATS_TEST_TMPDIR/$1"
	for trace in "$traces"/[!h]*.jsonl; do
		for way in '' --steps '--at=3 --ascii' '--steps --full'; do
			# shellcheck disable=SC2086 # words are meant
			show "$1/$(basename "$trace" .jsonl)$way" "${@:2}" $way "$trace"
		done
	done
}

compare() {
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/drawing_state.py" "$@"
}

@test "the text has each table, box and arrow where it is told to be" {
	for width in 80 200; do
		show_all $width -v state --width=$width
		compare text "$BATS_TEST_TMPDIR/$width"/*.json
	done
}

@test "the picture has them, too, each in its colour" {
	show_all pictures -v svg --part=state
	compare svg "$BATS_TEST_TMPDIR"/pictures/*.json
}

@test "a drawing with one word, colour or line that differs is found out" {
	show picture -v svg --part=state --steps "$traces/tcp_echo.jsonl"
	cp "$BATS_TEST_TMPDIR/picture.json" "$BATS_TEST_TMPDIR/changed.json"
	compare svg "$BATS_TEST_TMPDIR/picture.json"
	while IFS="|" read -r from to; do
		sed "0,/$from/s//$to/" "$BATS_TEST_TMPDIR/picture" >"$BATS_TEST_TMPDIR/changed"
		run ! cmp -s "$BATS_TEST_TMPDIR/picture" "$BATS_TEST_TMPDIR/changed"
		run -1 compare svg "$BATS_TEST_TMPDIR/changed.json"
	done <<-'EOF'
		0 of 5|1 of 5
		class="establish"|class="release"
		(LISTEN)|(CLOSED)
		class="box" data-number="1"|class="box" data-number="2"
		\(path class="line [a-z]*" d="M142 [0-9]*\)H|\10H
	EOF
}

@test "values stand one below the other, whatever the width of the letters of their labels" {
	"$SOCKVIEW" -v svg --part=state --lang=both --steps "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/values.svg"
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/values.svg" <<-'EOF'
		import sys, xml.etree.ElementTree
		boxes = xml.etree.ElementTree.parse(sys.argv[1]).findall(".//{*}g[@class='box']")
		begins = [[value.get("x") for value in box.findall("{*}text/{*}tspan[@x]")][1:] for box in boxes]
		assert len(begins) > 20, len(begins)
		for box, line in zip(boxes, begins):
		    assert len(line) == len(box.findall("{*}text")) - 1 > 0 and len(set(line)) == 1, line
	EOF
}

@test "of a textbook server and client each call does what the textbook says" {
	trace=$traces/tcp_echo.jsonl
	[ "$(state "$trace" '.pictures[0].boxes[0] | [.state, .kernel_state, .local, .peer, .changes]' --at=1)" = \
		'["new","CLOSED",null,null,["new","state"]]' ]
	[ "$(state "$trace" '.pictures[0].boxes[0] | [.state, .local, .changes]' --at=2)" = \
		'["bound","127.0.0.1:36731",["local","state"]]' ]
	[ "$(state "$trace" '.pictures[0].boxes[0] | [.kernel_state, .queue]' --at=3)" = \
		'["LISTEN",{"backlog":5,"waiting":0,"known":true,"first":[]}]' ]
	# The connect is in the queue, while the server waits in accept, which is told of nothing else.
	[ "$(state "$trace" '.pictures[0] | [.boxes[0].queue.first, .boxes[1].kernel_state, (.rows[] | select(.kind == "call") | .words)]' --at=6)" = \
		'[[2],"ESTABLISHED","◔ accept fd 3","▸ connect fd 3"]' ]
	[ "$(state "$trace" '.pictures[0] | [.boxes[0].queue.waiting, .boxes[1].socket, .boxes[1].changes, [.rows[] | select(.changes[0] == "new") | .fd]]' --at=7)" = \
		'[0,3,["new","local","peer","state"],[4]]' ]
	# What was sent is on its way until it is received.
	[ "$(state "$trace" '[.pictures[0].boxes[] | .unread]' --at=8)" = '[null,12,0]' ]
	[ "$(state "$trace" '[.pictures[0].boxes[] | .unread]' --at=9)" = '[null,0,0]' ]
	# The last close takes the box away, and the other end has the end of stream.
	[ "$(state "$trace" '[.pictures[0].boxes[] | .state, .kernel_state]' --at=20)" = \
		'["listening","LISTEN","peer is done","CLOSE-WAIT","given back",null]' ]
	[ "$(state "$trace" '[.pictures[0].boxes[] | .socket]' --at=21)" = '[1,3]' ]
	[ "$(state "$trace" '.pictures[0].boxes | length' --at=23)" -eq 1 ]
}

@test "dup, fork and a message that passes a descriptor are two arrows to one box" {
	[ "$(state "$traces/dup_and_close.jsonl" '[.pictures[0].rows[] | select(.box == 1) | .fd]')" = '[4,5,6,100]' ]
	# dup2 onto a number: what that stood for before is gone.
	[ "$(state "$traces/dup_and_close.jsonl" '.pictures[0].rows | map(select(.fd == 5 and (.changes | index("ended") | not))) | length' --at=4)" -eq 1 ]
	[ "$(state "$traces/concurrent_server.jsonl" '[.pictures[0] | .boxes[0].socket as $s | .rows[] | select(.box == 0) | .pid] | unique | length')" -eq 2 ]
	[ "$(state "$traces/fd_passing.jsonl" '.pictures[0] | [.rows[] | select(.changes[0] == "new")] | length' --at=6)" -ge 1 ]
}

@test "a moment is chosen by call, by time as it is printed, or by the view" {
	trace=$traces/tcp_echo.jsonl
	[ "$(state "$trace" '.pictures[0].step' --at=0.888ms)" -eq 6 ]
	[ "$(state "$trace" '.pictures[0].step' --at=0.000889s)" -eq 6 ]
	[ "$(state "$trace" '.pictures[0].step' --at=0)" -eq 1 ]
	[ "$(state "$trace" '.pictures[0].step' --at=60s)" -eq 23 ]
	[ "$(state "$trace" '.pictures[0].step' --at=99999)" -eq 23 ]
	[ "$(state "$trace" '.pictures[0].step')" -eq 8 ]
	[ "$(state "$trace" '[.steps, (.pictures | length), .pictures_left_out]' --steps)" = '[23,23,0]' ]
	[ "$(state "$trace" '[.pictures[0].step, (.pictures | length), .pictures_left_out]' --steps --at=20 --top=2)" = '[20,2,2]' ]
	# The steps are those that the filters choose; what is drawn is everything.
	[ "$(state "$trace" '[.steps, (.pictures[0].boxes | length)]' --call=connect)" = '[1,2]' ]
	run -2 --separate-stderr "$SOCKVIEW" -v state --at=soon "$trace"
	[[ $stderr = *"expected the number of a call, or a time"* ]]
}

@test "an end that is not in the trace is not known, and a thread that never returned is shown at the end" {
	[ "$(state "$traces/outside_server.jsonl" '.pictures[-1].boxes[0] | [.state, has("unread"), (.lines[].words | select(test("outside|not known")))]' --steps --at=4 --top=1 | grep -c 'not known')" -eq 1 ]
	/usr/bin/python3 >"$BATS_TEST_TMPDIR/hang.jsonl" <<-'EOF'
		import json
		def line(**members): print(json.dumps(members))
		line(type="trace", version=1, tracer="test", command=["hang"])
		line(type="process", time_ns=0, event="start", pid=1, program="hang")
		line(type="call", seq=1, time_ns=10, duration_ns=1, pid=1, tid=1, name="socketpair", effect="create",
		     args={"family": "AF_UNIX", "type": "SOCK_STREAM"}, result=0,
		     new=[dict(fd=3, descriptor=1, socket=1), dict(fd=4, descriptor=2, socket=2)])
		line(type="call", seq=2, time_ns=30, duration_ns=5, pid=1, tid=2, name="sendto", effect="send", args={}, result=3, bytes=3,
		     fd=4, descriptor=2, socket=2)
		line(type="call", seq=3, time_ns=20, duration_ns=900, pid=1, tid=1, name="recvfrom", effect="receive", args={}, unfinished=True,
		     fd=4, descriptor=2, socket=2)
	EOF
	[ "$(state "$BATS_TEST_TMPDIR/hang.jsonl" '[.pictures[0].step, (.pictures[0].rows[] | select(.kind == "call") | .words, .made)]')" = \
		'[3,"▸ sendto fd 4",true,"◔ recvfrom fd 4",false]' ]
}

@test "equal sockets and processes are one where there are many, and --full has all" {
	"$SOCKTRACE" -q -o "$(trace_file many)" -- /usr/bin/python3 -c '
import os, socket
server = socket.create_server(("127.0.0.1", 0), backlog=64)
clients = [socket.create_connection(server.getsockname()) for i in range(30)]
ends = [server.accept()[0] for i in range(30)]
children = []
for i in range(4):
    pid = os.fork()
    if pid == 0:
        server.getsockname()
        server.settimeout(0)
        try: server.accept()
        except OSError: pass
        os._exit(0)
    children.append(pid)
for pid in children: os.waitpid(pid, 0)'
	[ "$(state "$(trace_file many)" '.pictures[0].boxes | map(.count // 1) | add')" -eq 61 ]
	[ "$(state "$(trace_file many)" '.pictures[0].boxes | length')" -le 5 ]
	[ "$(state "$(trace_file many)" '.pictures[0].boxes | length' --full)" -eq 61 ]
	[ "$("$SOCKVIEW" -v state --width=80 "$(trace_file many)" | wc -l)" -le 46 ]
	[ "$("$SOCKVIEW" -v state --width=80 "$(trace_file many)" | wc -L)" -le 80 ]
	show many -v state --width=80 "$(trace_file many)"
	compare text "$BATS_TEST_TMPDIR/many.json"
	show many.svg -v svg --part=state "$(trace_file many)"
	compare svg "$BATS_TEST_TMPDIR/many.svg.json"
}

@test "what was sent and not received when the socket ended is lost" {
	[ "$(state "$traces/datagram_loss.jsonl" '[.pictures[].boxes[] | .unread_messages // 0] | max' --steps)" -ge 1 ]
	"$SOCKTRACE" -q -o "$(trace_file lost)" -- /usr/bin/python3 -c '
import socket
a, b = socket.socketpair()
a.send(b"never read")
b.close()
a.close()'
	[ "$(state "$(trace_file lost)" '[.pictures[] | [.boxes[].lost]]' --steps)" = '[[0,0],[0,0],[10,0],[10]]' ]
}

@test "a queue that is full says so, and who waits in it is not outside" {
	for host in 127.0.0.1 0.0.0.0; do
		"$SOCKTRACE" -q -o "$(trace_file full-$host)" -- /usr/bin/python3 -c '
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind((sys.argv[1], 0))
server.listen(1)
clients = [socket.socket() for i in range(4)]
for client in clients:
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", server.getsockname()[1]))' $host
		run -0 "$SOCKVIEW" -v state --width=80 --call=connect --at=4 "$(trace_file full-$host)"
		[[ $output = *"full, 4 ask"* && $output = *"and 1 more"* && $output != *outside* ]]
		[ "$(state "$(trace_file full-$host)" '[.pictures[].boxes[0].queue.waiting]' --steps --call=connect)" = '[1,2,3,4]' ]
		run -0 "$SOCKVIEW" -v state --width=80 --call=connect --at=1 "$(trace_file full-$host)"
		[[ $output = *"1 of 1"* ]]
	done
}

@test "how much a send has moved that never returned is not known" {
	/usr/bin/python3 >"$BATS_TEST_TMPDIR/sending.jsonl" <<-'EOF'
		import json
		def line(**members): print(json.dumps(members))
		line(type="trace", version=1, tracer="test", command=["sending"])
		line(type="process", time_ns=0, event="start", pid=1, program="sending")
		pair = [dict(fd=3, descriptor=1, socket=1), dict(fd=4, descriptor=2, socket=2)]
		line(type="call", seq=1, time_ns=10, duration_ns=1, pid=1, tid=1, name="socketpair", effect="create",
		     args={"family": "AF_UNIX", "type": "SOCK_STREAM"}, result=0, new=pair)
		line(type="call", seq=2, time_ns=20, duration_ns=900, pid=1, tid=1, name="sendto", effect="send", args={}, unfinished=True, **pair[0])
		line(type="call", seq=3, time_ns=30, duration_ns=5, pid=1, tid=2, name="sendto", effect="send", args={}, result=3, bytes=3, **pair[1])
	EOF
	[ "$(state "$BATS_TEST_TMPDIR/sending.jsonl" '[.pictures[].boxes[1] | .unread]' --steps)" = '[0,null,null]' ]
	[ "$(state "$BATS_TEST_TMPDIR/sending.jsonl" '[.pictures[].boxes[0] | .unread]' --steps)" = '[0,0,3]' ]
}

@test "the legend has the dot and the cross where they are drawn, and only there" {
	for trace in tcp_echo dup_and_close concurrent_server; do
		"$SOCKVIEW" -v state --steps --width=80 "$traces/$trace.jsonl"
		echo
	done | awk -v RS= '
		/^call /{ dot = cross = 0; next }
		/│/ { dot = /●/; cross = /✗/; crosses += cross; next }
		{ if (dot != /●/ || cross != /✗/) { print; bad = 1 } }
		END { exit bad || !crosses }'
}

@test "nothing to show is said" {
	run -0 "$SOCKVIEW" -v state --call=nobody "$traces/tcp_echo.jsonl"
	[[ $output = *"no call"* || $output = *"No call"* || $output = *"Nothing"* || $output = *"nothing"* ]]
	[ "$(state "$traces/tcp_echo.jsonl" '[.steps, .pictures]' --call=nobody)" = '[0,[]]' ]
}

@test "what has no room in a narrow picture is folded, and not cut" {
	run -0 "$SOCKVIEW" -v state --width=80 --at=6 "$traces/concurrent_server.jsonl"
	[[ "$output" != *…* ]]
	[ "${lines[0]}" = 'call 6 of 40   1.516 ms   concurrent_server 27872   connect fd 3' ]
	[ "${lines[1]}" = '  127.0.0.1:58405' ]
	[ "${lines[2]}" = 'concurrent_server                                              concurrent_server' ]
	[[ "${lines[3]}" =~ ^'27870 '.*kernel.*' 27872'$ ]]
	run -0 "$SOCKVIEW" -v state --width=100 --at=6 "$traces/concurrent_server.jsonl"
	[[ "${lines[1]}" =~ ^'concurrent_server 27870 '.*kernel.*' concurrent_server 27872'$ ]]
}
