#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The summary: connections with both ends in a row, and what they come to.

bats_require_minimum_version 1.5.0
load ../helper

# trace NAME PROGRAM
trace() {
	"$SOCKTRACE" -q -o "$(trace_file "$1")" -- /usr/bin/python3 -c "import os, socket, struct, time
server = socket.create_server(('127.0.0.1', 0))
def connect():
    client = socket.create_connection(server.getsockname())
    return client, server.accept()[0]
def ask(ends, question, answer):
    client, served = ends
    client.sendall(question)
    assert served.recv(100) == question
    served.sendall(answer)
    assert client.recv(100) == answer
$2" 3>&-
}

told() {
	"$SOCKVIEW" -v summary --format=json "${@:3}" "$(trace_file "$1")" | jq -c "$2"
}

@test "a connection is one row: both ends, bytes both ways, what was asked, and how it ended" {
	trace one '
ends = connect()
for i in range(3): ask(ends, b"question", b"an answer")
ends[0].close()
assert ends[1].recv(1) == b""
ends[1].close()
'
	[ "$(told one '[.connections[] | .count, .bytes_to_server, .bytes_to_client, .exchanges, .outcome, .ending, .ended]')" = \
		'[1,24,27,3,"connected","close","client closed"]' ]
	[ "$(told one '.connections[0] | (.connect_ns > 0) and (.wait_p50_ns > 0) and (.lived_ns >= .connect_ns)')" = true ]
	[ "$(told one '[.connections[0].socket, .connections[0].server_socket] == [.sockets[] | select(.bytes_in > 0).socket]')" = true ]
	run -0 "$SOCKVIEW" -v summary --width=200 "$(trace_file one)"
	grep -qE '^ +2  TCP +python3 [0-9]+ +→ python3 [0-9]+ +127\.0\.0\.1:[0-9]+ .* 24 B +27 B +3 .* client closed$' <<<"$output"
	# The listening socket, which is no end of it.
	[ "$(sed -n '/^Other sockets/,/^$/p' <<<"$output" | wc -l)" -eq 4 ]
}

@test "equal connections are one row where there are many; those that differ, and the sum, have their own" {
	trace many '
for i in range(20):
    ends = connect()
    ask(ends, b"x" * 10, b"y" * 20)
    # The server breaks one of them off.
    if i == 7:
        ends[1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        ends[1].close()
        try: ends[0].recv(1)
        except ConnectionResetError: pass
        ends[0].close()
        continue
    ends[0].close()
    ends[1].recv(1)
    ends[1].close()
nobody = socket.socket()
nobody.bind(("127.0.0.1", 0))
refused = socket.socket()
try: refused.connect(nobody.getsockname())
except ConnectionRefusedError: pass
'
	[ "$(told many '[.connections[] | [.count, .bytes_to_server, .exchanges, .outcome, .ended]]')" = \
		'[[19,190,19,"connected","client closed"],[1,10,1,"connected","server closed"],[1,0,0,"refused","refused"]]' ]
	[ "$(told many '.total | [.count, .bytes_to_server, .bytes_to_client, .exchanges]')" = '[21,200,400,20]' ]
	[ "$(told many '[.connections[].count] | length, add' --full | xargs)" = '21 21' ]
	run -0 "$SOCKVIEW" -v summary --width=120 "$(trace_file many)"
	grep -qE '^ +[0-9]+ .* 19 × python3 ' <<<"$output"
	grep -qE '^ +all 21 ' <<<"$output"
	[ "$(told many '[.connections[].count]' --top=1)" = '[19]' ]
	[ "$(told many .connections_left_out --top=1)" = 2 ]
}

@test "it fits any width from 60 columns on" {
	trace wide '
six = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
more = [socket.create_connection((host, six.getsockname()[1])) for host in ("::1", "127.0.0.1")]
more += [six.accept()[0] for i in range(2)]
more += socket.socketpair()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.sendto(b"x" * 1000, server.getsockname())
for i in range(5): ask(connect(), b"x" * 99, b"y" * 99)
path = socket.socket(socket.AF_UNIX)
try: path.connect("/tmp/a/long/path/that/is/not/there/and/has/no/end/of/directories")
except OSError: pass
'
	for width in 60 70 80 100 120 150 200; do
		run -0 "$SOCKVIEW" -v summary --width=$width "$(trace_file wide)"
		[[ "$output" == *"Connections"*" ended"*"Other sockets"*"Calls"* ]]
		run ! env LC_ALL=C.UTF-8 grep -E "^.{$((width + 1))}" <<<"$output"
	done
}
