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
first = next(i for i, row in enumerate(rows) if re.match(r" *\S+ \S*s? +\d+  " + sys.argv[2], row))
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
