#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The first screen: what matters stands on it, and it is a screen.

bats_require_minimum_version 1.5.0
load ../helper

# overview NAME [OPTION...]: as JSON.
overview() {
	"$SOCKVIEW" -v overview --width=80 --format=json "${@:2}" "$(trace_file "$1")"
}

@test "a client that waits for an answer for ever is the first thing that is said" {
	run -0 "$SOCKTRACE" -q -o "$(trace_file hang)" /usr/bin/python3 -c "$until_blocked"'
import socket
listening = socket.create_server(("127.0.0.1", 0))
def serve(tid):
	accepted = listening.accept()[0]
	accepted.recv(100)
	until_blocked(45, tid)
	time.sleep(0.3)
	os._exit(0)
threading.Thread(target=serve, args=(threading.get_native_id(),)).start()
client = socket.create_connection(listening.getsockname())
client.sendall(b"question")
client.recv(100)'
	run -0 "$SOCKVIEW" -v overview --width=200 "$(trace_file hang)"
	[[ ${lines[1]} =~ ^'! python3 '[0-9]+' waits in recvfrom on fd '[0-9]+' → 127.0.0.1:'.*', never returned'$ ]]
	[[ ${lines[2]} =~ ^'  its peer, python3 '[0-9]+' fd '[0-9]+', has read 8 B and has not answered'$ ]]
	run -0 "$SOCKVIEW" --lang=zh --width=60 "$(trace_file hang)"
	[[ ${lines[*]} == *"始终未返回"* ]]
	run ! grep -E '^ *，' <<<"$output"
	run -0 overview hang
	[ "$(jq -c '[.waiting[] | .call.name, .other_end.has_read, .other_end.has_answered]' <<<"$output")" = \
		'["recvfrom",8,false]' ]
	[ "$(jq '.threads | map(.spent_ns | to_entries | max_by(.value).key) | index("peer") != null' \
		<<<"$output")" = true ]
}

@test "a server that waits for somebody to connect is no hang" {
	run -0 "$SOCKTRACE" -q -o "$(trace_file idle)" /usr/bin/python3 -c "$until_blocked"'
import socket
listening = socket.create_server(("127.0.0.1", 0))
def leave(tid):
	until_blocked(288, tid)
	time.sleep(0.3)
	os._exit(0)
threading.Thread(target=leave, args=(threading.get_native_id(),)).start()
listening.accept()'
	run -0 overview idle
	[ "$(jq -c '[.waiting, [.talks[].talk]]' <<<"$output")" = '[[],["listening"]]' ]
	[ "$(jq -r '.threads[0].spent_ns | to_entries | max_by(.value).key' <<<"$output")" = clients ]
}

@test "who talks to whom: one row for all between two ends, with the bytes that each end moved" {
	run -0 "$SOCKTRACE" -q -o "$(trace_file talks)" /usr/bin/python3 -c '
import socket
server = socket.create_server(("127.0.0.1", 0))
for _ in range(7):
	client = socket.create_connection(server.getsockname())
	accepted = server.accept()[0]
	client.sendall(b"question")
	accepted.recv(8)
	accepted.sendall(b"the answer")
	client.recv(10)
	client.close()
	accepted.close()
closed = socket.socket()
closed.bind(("127.0.0.1", 0))
for _ in range(3):
	with socket.socket() as client:
		client.connect_ex(closed.getsockname())
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asked.bind(("127.0.0.1", 0))
asks = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asks.sendto(b"1234", asked.getsockname())
asked.sendto(b"12", asked.recvfrom(4)[1])
asks.recv(2)'
	run -0 overview talks
	[ "$(jq -c '.talks[] | [.talk, .count, .bytes_to_server, .bytes_to_client, .outcomes]' <<<"$output" | sort)" = \
		'["connections",3,0,0,{"refused":3}]
["connections",7,56,70,{"connected":7}]
["datagrams",1,4,2,{}]' ]
	# What failed stands first.
	[ "$(jq -c '.talks[0].outcomes' <<<"$output")" = '{"refused":3}' ]
	# Filters hold.
	run -0 overview talks --effect=send
	[ "$(jq -c '[.talks[] | select(.count == 7) | .bytes_to_server, .bytes_to_client]' <<<"$output")" = '[56,0]' ]
}

@test "it is a screen, also of a server with a thousand connections" {
	run -0 "$SOCKTRACE" -q -o "$(trace_file many)" /usr/bin/python3 -c '
import socket
server = socket.create_server(("127.0.0.1", 0))
for _ in range(1000):
	with socket.create_connection(server.getsockname()) as client, server.accept()[0] as accepted:
		client.sendall(b"question")
		accepted.recv(8)'
	for width in 60 80 200; do
		run -0 "$SOCKVIEW" -v overview --width=$width "$(trace_file many)"
		[ "${#lines[@]}" -ge 12 ]
		[ "$(wc -l <<<"$output")" -le 40 ]
	done
	[ "$("$SOCKVIEW" -v overview --format=json "$(trace_file many)" | jq '.talks[0].count')" -eq 1000 ]
}

@test "stories stay where they are short, come when they are asked for, and not otherwise" {
	stories() { grep -cE '^[a-z_]+ [0-9]+ · fd [0-9]+ ·' <<<"$output" || true; }
	run -0 "$SOCKVIEW" -v overview tests/viewer/traces/tcp_echo.jsonl
	[ "$(stories)" -eq 4 ]
	run -0 "$SOCKVIEW" -v overview tests/viewer/traces/curl_nginx.jsonl
	[ "$(stories)" -eq 0 ]
	run -0 "$SOCKVIEW" -v overview --full tests/viewer/traces/curl_nginx.jsonl
	[ "$(stories)" -eq 13 ]
	run -0 "$SOCKVIEW" -v overview --socket=3 tests/viewer/traces/curl_nginx.jsonl
	[ "$(stories)" -eq 1 ]
}

@test "the slow one of many exchanges stands on it, and the one that failed" {
	run -0 "$SOCKTRACE" -q -o "$(trace_file slow)" /usr/bin/python3 -c '
import socket, threading, time
server = socket.create_server(("127.0.0.1", 0))
def serve():
	with server.accept()[0] as accepted:
		for number in range(60):
			accepted.recv(100)
			time.sleep(0.3 if number == 41 else 0.001)
			status = b"404 Not Found" if number == 12 else b"200 OK"
			accepted.sendall(b"HTTP/1.1 %b\r\nContent-Length: 2\r\n\r\nhi" % status)
threading.Thread(target=serve).start()
with socket.create_connection(server.getsockname()) as client:
	for number in range(60):
		client.sendall(b"GET /item/%d HTTP/1.1\r\nHost: here\r\n\r\n" % number)
		client.recv(100)'
	run -0 overview slow
	[ "$(jq -c '[.exchanges[].name][:2]' <<<"$output")" = '["GET /item/12","GET /item/41"]' ]
	run -0 "$SOCKVIEW" --sort=wait --format=json "$(trace_file slow)"
	[ "$(jq -r '.exchanges[0].name' <<<"$output")" = 'GET /item/41' ]
	[ "$(jq -c '[.exchanges[].wait_ns] == ([.exchanges[].wait_ns] | sort | reverse)' <<<"$output")" = true ]
	run -0 "$SOCKVIEW" --sort=begin --format=json "$(trace_file slow)"
	[ "$(jq -c '[.exchanges[].time_ns] | length == 4 and . == sort' <<<"$output")" = true ]
	[[ "$(jq -c '[.exchanges[].name]' <<<"$output")" == *'"GET /item/12"'*'"GET /item/41"'* ]]
	run -0 overview slow
	[ "$(jq -c '.talks[] | [.exchanges.count, .exchanges.failed, .exchanges.p50_ns < .exchanges.max_ns]' \
		<<<"$output")" = '[60,1,true]' ]
	run -0 "$SOCKVIEW" -v overview --width=80 "$(trace_file slow)"
	[[ $output == *'60 exchanges, 1 failed'* && $output == *'GET /item/41'* ]]
	[ "$(wc -l <<<"$output")" -le 40 ]
}

@test "what nobody asked for is not counted as asked between two ends" {
	run -0 "$SOCKTRACE" -q -o "$(trace_file banner)" /usr/bin/python3 -c '
import socket, threading
server = socket.create_server(("127.0.0.1", 0))
def serve():
	with server.accept()[0] as accepted:
		accepted.sendall(b"220 here\r\n")
		accepted.recv(100)
		accepted.sendall(b"250 ok\r\n")
threading.Thread(target=serve).start()
with socket.create_connection(server.getsockname()) as client:
	client.recv(100)
	client.sendall(b"NOOP\r\n")
	client.recv(100)'
	run -0 overview banner
	[ "$(jq -c '[.talks[].exchanges.count]' <<<"$output")" = '[1]' ]
}

@test "a time of many minutes keeps its distance from the thread's number" {
	jq -c 'if .type == "end" or .type == "process" and .event == "exit" or .seq == 24
		then .time_ns += 626000000000 else . end' \
		tests/viewer/traces/tcp_echo.jsonl >"$(trace_file minutes)"
	run -0 "$SOCKVIEW" -v overview --width=80 "$(trace_file minutes)"
	[[ $output == *' 27901  10 min 26 s  '* ]]
}

@test "the kernel is at the other end of netlink, and is asked what the messages say" {
	run -0 "$SOCKTRACE" -q -o "$(trace_file kernel)" /usr/bin/python3 -c '
import socket, struct
route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
for device in 1, 9999:
	route.sendto(struct.pack("IHHIIBxHiII", 32, 18, 1, 1, 0, 0, 0, device, 0, 0), (0, 0))
	route.recv(65536)
one, other = [socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2) for _ in range(2)]
one.bind((0, 0))
other.bind((0, 0))
one.sendto(b"hello", other.getsockname())
other.recv(5)'
	run -0 overview kernel
	[ "$(jq -c '[.exchanges[] | select(.to == "kernel") | .name, .failed // false] | sort' <<<"$output")" = \
		'[false,true,"RTM_GETLINK","RTM_GETLINK"]' ]
	[ "$(jq -c '[.exchanges[] | .answer // empty | select(. != "")]' <<<"$output")" = '["ENODEV"]' ]
	run -0 "$SOCKVIEW" -v overview --width=200 "$(trace_file kernel)"
	[[ ${lines[2]} == *'→ kernel'*' 64 B '* ]]
	[[ ${lines[3]} == *'→ python3 '*' pid '*'  5 B '* && ${lines[3]} != *kernel* ]]
	[[ ${lines[4]} == *' exchanges, 1 failed' ]]
	[[ $output != *'hex 2'* ]]
}

# under_way [OPTION...]: what is said of the log of a tracer that was killed. Process 1 waits on its connection, on UDP and
# in a poll, 2 has accepted nobody; the other calls are over, though that is said of none but by what came after.
under_way() {
	local lines=() log pending='"duration_ns":1000000000,"time_ns"'
	local udp='"family":"AF_INET","socket_type":"SOCK_DGRAM"' tcp='"family":"AF_INET","socket_type":"SOCK_STREAM"'
	lines+=('"type":"trace","version":1,"command":["client"]')
	for process in '1,"program":"client"' '2,"program":"server"' '3,"program":"ended"' '4,"program":"other"'; do
		lines+=('"type":"process","time_ns":1,"event":"start","pid":'"$process")
	done
	for descriptor in '1,"fd":4,"descriptor":1,"socket":1,'"$tcp"',"peer":{"family":"AF_INET","address":"127.0.0.1","port":80}' \
		'1,"fd":5,"descriptor":2,"socket":2,'"$udp" '2,"fd":3,"descriptor":3,"socket":3,'"$tcp"; do
		lines+=('"type":"descriptor","time_ns":1,"event":"inherit","reason":"attach","pid":'"$descriptor")
	done
	for call in '10,"pid":1,"tid":1,"call":"recvfrom","effect":"receive","fd":4,"descriptor":1,"socket":1' \
		'20,"pid":1,"tid":11,"call":"recvfrom","effect":"receive","fd":5,"descriptor":2,"socket":2' \
		'30,"pid":1,"tid":12,"call":"poll","effect":"wait"' \
		'40,"pid":2,"tid":2,"call":"accept","effect":"accept","fd":3,"descriptor":3,"socket":3' \
		'50,"pid":3,"tid":3,"call":"poll","effect":"wait"' '60,"pid":4,"tid":4,"call":"poll","effect":"wait"'; do
		lines+=('"type":"pending",'"$pending:$call")
	done
	for call in '1,"tid":1,"name":"io_uring_shutdown","effect":"shutdown"' '4,"tid":4,"name":"socket","effect":"create"'; do
		lines+=('"type":"call","seq":'$((++seq))',"time_ns":2000000000,"duration_ns":1,"args":{},"result":-1,"error":"EACCES","pid":'"$call")
	done
	lines+=('"type":"process","time_ns":2000000000,"event":"exit","pid":3,"exit_code":0')
	log=$BATS_TEST_TMPDIR/killed.jsonl
	printf '{%s}\n' "${lines[@]}" >"$log"
	run -1 --separate-stderr "$SOCKVIEW" --width=200 "$@" "$log"
	output=$(grep 'waits in' <<<"$output" | sed 's/ since .*//') || true
}

@test "of a trace whose tracer was killed the calls are told that were not over" {
	local seq=0
	under_way
	[ "$output" = '! client 1 waits in recvfrom on fd 4 → 127.0.0.1:80
  client 1 thread 11 waits in recvfrom on fd 5
  client 1 thread 12 waits in poll' ]
	seq=0 under_way --program=server
	[ "$output" = '  server 2 waits in accept on fd 3' ]
	seq=0 under_way --program=client --call=poll
	[ "$output" = '  client 1 thread 12 waits in poll' ]
	seq=0 under_way --port=80
	[ "$output" = '! client 1 waits in recvfrom on fd 4 → 127.0.0.1:80' ]
	seq=0 under_way --program=other
	[ "$output" = '' ]
	seq=0 under_way -f
	[ "$output" = '' ]
}
