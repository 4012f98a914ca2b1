#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the view of a socket says of its state, of real programs.

bats_require_minimum_version 1.5.0
load ../helper

# trace NAME PROGRAM: of a program in Python.
trace() {
	"$SOCKTRACE" -q -o "$(trace_file "$1")" -- /usr/bin/python3 -c "import os, select, socket
server = socket.create_server(('127.0.0.1', 0))
def connect():
    client = socket.create_connection(server.getsockname())
    return client, server.accept()[0]
def disconnect(s):
    import ctypes
    assert ctypes.CDLL(None).connect(s.fileno(), bytes(16), 16) == 0  # AF_UNSPEC
$2" 3>&-
}

# states TRACE KIND CALL [OPTION...]: those of the last socket of that kind, one after the other, from
# the first row of that call on.
states() {
	"$SOCKVIEW" -v socket --width=200 "${@:4}" "$(trace_file "$1")" |
		/usr/bin/python3 -c '
import re, sys
shown = re.split(r"\n(?=socket \d)", sys.stdin.read())
lines = [part for part in shown if re.match("socket .*" + sys.argv[1], part)][-1].splitlines()
title = next(line for line in lines if line.endswith("open"))
rows = lines[lines.index(title) + 1:]
first = next(i for i, row in enumerate(rows) if re.match(r".* (?:-|\+\S+ \S*s|\+0) +\d+  " + sys.argv[2], row))
states = [row[title.index("state"):title.index("open")].strip() for row in rows[first:]]
print(*filter(None, states), sep=", ")' "$2" "$3"
}

@test "a connect to AF_UNSPEC ends what an earlier one began" {
	trace unspec "
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(server.getsockname())
disconnect(s)
s.close()"
	[ "$(states unspec UDP socket)" = "new, connected, disconnected, given back" ]
	run -0 "$SOCKVIEW" -v socket --width=200 "$(trace_file unspec)"
	[[ "$output" != *"AF_UNSPEC"* ]]
}

@test "a connect once more that finds the socket connected, or connecting, is no failure" {
	trace again "
s = socket.socket()
s.setblocking(False)
s.connect_ex(server.getsockname())
select.select([], [s], [], 10)
s.connect_ex(server.getsockname())
s.connect_ex(server.getsockname())
s.send(b'x')
s.close()"
	[ "$(states again TCP socket)" = "new, connecting, connected, given back" ]
}

@test "a socket that says that it is connected already is of use" {
	trace already "
s = socket.socket()
s.connect(server.getsockname())
assert s.connect_ex(server.getsockname()) != 0
other = socket.socket()
other.close()
os._exit(0)"
	run -0 "$SOCKVIEW" -v hints "$(trace_file already)"
	[[ "$output" == *"No hints."* ]]
}

@test "a send that is told of the refusal ends the connect" {
	trace refused "
address = server.getsockname()
server.close()
s = socket.socket()
s.setblocking(False)
s.connect_ex(address)
select.select([], [s], [], 10)
try:
    s.send(b'x')
except ConnectionRefusedError:
    pass
s.close()"
	[ "$(states refused TCP socket)" = "new, connecting, refused, given back" ]
}

@test "a connection that was reset is connected no more" {
	trace reset "
client, accepted = connect()
disconnect(client)
try:
    accepted.recv(1)
except ConnectionResetError:
    pass
accepted.close()"
	[ "$(states reset TCP accept4)" = "connected, reset, given back" ]
}

@test "a socket that is on its way in a message is not given back" {
	trace flight "
one, other = socket.socketpair()
s = socket.socket()
socket.send_fds(one, [b'x'], [s.fileno()])
s.close()
s = socket.socket(fileno=socket.recv_fds(other, 1, 1)[1][0])
s.listen()
s.close()"
	[ "$(states flight TCP socket)" = "new, listening, given back" ]
}

@test "what the kernel says of a socket that was there before is its state" {
	/usr/bin/python3 - "$SOCKTRACE" "$(trace_file before)" <<'PYTHON'
import socket, subprocess, sys
server = socket.create_server(("127.0.0.1", 0))
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", 0))
local = socket.socket(socket.AF_UNIX)
fds = [server.fileno(), datagrams.fileno(), local.fileno()]
program = f"import os\nfor fd in {fds}: os.close(fd)"
subprocess.run([sys.argv[1], "-q", "-o", sys.argv[2], "--", "/usr/bin/python3", "-c", program],
               pass_fds=fds, check=True)
PYTHON
	[ "$(states before TCP inherited)" = "listening, given back" ]
	[ "$(states before UDP inherited)" = "bound, given back" ]
	[ "$(states before UNIX inherited)" = "new, given back" ]
	run -0 "$SOCKVIEW" -v socket "$(trace_file before)"
	[[ "$output" == *"made by     somebody before the trace saw it"$'\n'* ]]
}

@test "what the kernel says of a socket that came in a message from outside is its state" {
	/usr/bin/python3 - "$SOCKTRACE" "$(trace_file came)" <<'PYTHON'
import socket, subprocess, sys
one, other = socket.socketpair()
server = socket.create_server(("127.0.0.1", 0))
socket.send_fds(one, [b"x"], [server.fileno()])
program = f"import os, socket; os.close(socket.recv_fds(socket.socket(fileno={other.fileno()}), 1, 1)[1][0])"
subprocess.run([sys.argv[1], "-q", "-o", sys.argv[2], "--", "/usr/bin/python3", "-c", program],
               pass_fds=[other.fileno()], check=True)
PYTHON
	[ "$(states came TCP recvmsg)" = "listening, given back" ]
	run -0 "$SOCKVIEW" -v socket "$(trace_file came)"
	[[ "$output" == *"came by     recvmsg on fd "* ]]
}

@test "the other end in another trace is named with it" {
	coproc "$SOCKTRACE" -q -o "$(trace_file server)" -- /usr/bin/python3 -c "import socket
server = socket.create_server(('127.0.0.1', 0))
print(server.getsockname()[1], flush=True)
server.accept()[0].recv(1)" 3>&-
	server=$COPROC_PID
	read -r port <&"${COPROC[0]}"
	trace client "socket.create_connection(('127.0.0.1', $port)).send(b'x')"
	wait "$server"
	run -0 "$SOCKVIEW" -v socket --width=200 "$(trace_file server)" "$(trace_file client)"
	[[ "$output" == *"other end   socket 2 of $(trace_file client)"* ]]
	[[ "$output" == *"other end   socket 2 of $(trace_file server)"* ]]
}

@test "calls that were not asked for are not shown, but known of" {
	trace some "
client, accepted = connect()
client.send(b'x')
accepted.recv(1)
client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
client.send(b'x')
accepted.recv(1)
client.close()"
	[ "$(states some TCP sendto --effect=send --full)" = "connected" ]
	run -0 "$SOCKVIEW" -v socket --width=200 --effect=send "$(trace_file some)"
	[[ "$output" == *"  transfers  out 2 B in 2  "* && "$output" != *"setsockopt"* ]]
	run -0 "$SOCKVIEW" -v socket --width=200 --effect=close "$(trace_file some)"
	[[ "$output" == *"  close  "*"  given back     0"* && "$output" != *"accept4  "* ]]
}

@test "no hint depends on calls that were not asked for" {
	trace used "
kept = [connect(), connect()]
kept[0][0].send(b'x')
kept[0][1].recv(1)
kept[1][1].send(b'x')
kept[1][0].recv(1)
kept.append(connect())
kept[2][0].send(b'x')
os._exit(0)"
	run -0 "$SOCKVIEW" -v hints "$(trace_file used)"
	[[ "$output" == *"No hints."* ]]
	run -0 "$SOCKVIEW" -v hints --effect=create,accept "$(trace_file used)"
	[[ "$output" == *"No hints."* ]]
}

@test "a run goes on over calls that would block at once, and counts them" {
	trace blocks "
client, accepted = connect()
client.setblocking(False)
server.setblocking(False)
def blocks(call):
    try: call(1)
    except BlockingIOError: pass
for i in range(4):
    accepted.send(b'x')
    select.select([client], [], [])
    client.recv(1)
    blocks(client.recv)
    blocks(lambda n: server.accept())
# One that waited did not block at once: it came to its limit of time.
import struct
accepted.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 0, 200000))
blocks(accepted.recv)"
	run -0 "$SOCKVIEW" -v socket --width=200 "$(trace_file blocks)"
	[[ "$output" == *" transfers "*" in 4 B in 4, 4 EAGAIN "* ]]
	[[ "$output" == *" accepts "*" 1 connection "* ]]
	[[ "$output" == *" accepts "*" 4 EAGAIN "* ]]
	[[ "$output" == *" recvfrom "*" EAGAIN "* ]]
	[ "$("$SOCKVIEW" -v socket --format=json "$(trace_file blocks)" | jq '[.sockets[].life[] | .would_block // 0] | add')" -eq 8 ]
	[ "$("$SOCKVIEW" -v socket --format=json --full "$(trace_file blocks)" | jq '[.sockets[].life[] | .would_block // 0] | add')" -eq 0 ]
}

@test "it fits any width, also where a socket has many options and holders" {
	trace options "
client, accepted = connect()
for name in 'TCP_NODELAY', 'TCP_KEEPIDLE', 'TCP_KEEPINTVL', 'TCP_KEEPCNT', 'TCP_QUICKACK':
    client.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), 1)
copies = [client.dup() for i in range(6)]
client.send(b'x' * 5000)
accepted.recv(5000)"
	for width in 60 80 100 200; do
		run -0 "$SOCKVIEW" -v socket --full --width=$width "$(trace_file options)"
		[[ "$output" == *TCP_KEEPCNT* ]]
		run ! env LC_ALL=C.UTF-8 grep -E "^.{$((width + 1))}" <<<"$output"
	done
}

# told NAME: a trace in which the kernel has said what TCP was doing at each close.
told() {
	jq -c 'if .name == "close" and .socket == 1 then .tcp = {state: "TCP_LISTEN"} |
			.queues = {backlog: 3, backlog_limit: 4, drops: 7}
		elif .name == "close" then .tcp = {state: "TCP_CLOSE_WAIT", rtt_us: 312, retransmits: 2,
			unacked: 1, notsent_bytes: 100, send_window: 0, busy_us: 3000000, rwnd_limited_us: 1500000,
			sndbuf_limited_us: 9000000000000000} | .queues = {receive: 5, send: 2000}
		else . end' "$BATS_TEST_DIRNAME/traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/$1"
}

@test "what TCP was doing is shown, as the kernel has said it last" {
	told tcp.jsonl
	run -0 "$SOCKVIEW" -v socket --width=100 "$BATS_TEST_TMPDIR/tcp.jsonl"
	grep -q '  TCP was  *CLOSE_WAIT at .*, round trip 312 µs, 2 segments sent again$' <<<"$output"
	grep -q '  queued  *5 B came and were not read, 2.00 kB were sent and are not acknowledged,$' <<<"$output"
	grep -q '^  *100 B of these are not on their way$' <<<"$output"
	grep -q "  held up  *by the peer's window for 1.50 s, by its own send buffer for" <<<"$output"
	run -0 "$SOCKVIEW" -v socket --format=json "$BATS_TEST_TMPDIR/tcp.jsonl"
	[ "$(jq '[.sockets[].reports[]? | select(.tcp.retransmits == 2 and .queues.send == 2000)] | length' <<<"$output")" -ge 1 ]
}
