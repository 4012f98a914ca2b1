#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The model of descriptors against what the kernel says.

bats_require_minimum_version 1.5.0
load ../helper

@test "after each of hundreds of random moves the trace holds what /proc says" {
	for seed in 1 2 $RANDOM; do
		echo "seed $seed"
		trace "$seed" /usr/bin/python3 tests/tracer/random_moves.py "$seed" 300 "$BATS_TEST_TMPDIR/notes"
		/usr/bin/python3 tests/tracer/random_moves.py --check "$(trace_file "$seed")" "$BATS_TEST_TMPDIR/notes"
	done
}

@test "a socket that a program is given as its standard input is known with its addresses" {
	local port
	port=$(free_port)
	/usr/bin/python3 - "$port" "$SOCKTRACE" "$(trace_file inetd)" <<'EOF'
import socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
client = socket.create_connection(listening.getsockname())
accepted, _ = listening.accept()
client.sendall(b"to the service\n")
subprocess.run([sys.argv[2], "-q", "-o", sys.argv[3], "head", "-n", "1"],
    stdin=accepted, stdout=accepted, check=True)
assert client.recv(100) == b"to the service\n"
EOF
	run -0 grep '"event":"inherit","reason":"start"' "$(trace_file inetd)"
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[0]}" == *'"fd":0,'*'"family":"AF_INET","socket_type":"SOCK_STREAM"'*'"port":'"$port"* ]]
	[ "$(calls inetd 'select(.fd < 2 and .bytes) | "\(.effect) \(.bytes)"')" = \
"receive 15
send 15" ]
}

@test "a socket that an untraced process passes is told by family and addresses" {
	/usr/bin/python3 - "$SOCKTRACE" "$(trace_file passed)" <<'EOF'
import array, socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
ours, theirs = socket.socketpair()
child = subprocess.Popen([sys.argv[1], "-q", "-o", sys.argv[2], "/usr/bin/python3", "-c", """
import socket
data, fds, flags, address = socket.recv_fds(socket.socket(fileno=0), 1, 1)
socket.socket(fileno=fds[0]).getsockname()
"""], stdin=theirs)
socket.send_fds(ours, [b"x"], [listening.fileno()])
sys.exit(child.wait())
EOF
	run -0 grep '"event":"receive","reason":"recvmsg"' "$(trace_file passed)"
	[[ "$output" == *'"family":"AF_INET","socket_type":"SOCK_STREAM","protocol":"IPPROTO_TCP","state":"TCP_LISTEN","local":{"family":"AF_INET","address":"127.0.0.1"'* ]]
	run -0 "$SOCKVIEW" "$(trace_file passed)"
	[[ "$output" == *"TCP 127.0.0.1:"*" listening · received on fd 0"* ]] || { echo "$output"; false; }
}

@test "exec by a thread that is not the leader keeps the descriptors that exec keeps" {
	run -0 trace thread /usr/bin/python3 -c '
import os, socket, threading, time
a, b = socket.socketpair()
os.set_inheritable(a.fileno(), True)
threading.Thread(target=lambda: os.execv("/bin/sleep", ["sleep", "0"])).start()
time.sleep(60)'
	run grep -c '"event":"close","reason":"exec"' "$(trace_file thread)"
	[ "$output" -eq 1 ]
	run grep -c '"event":"close","reason":"exit"' "$(trace_file thread)"
	[ "$output" -eq 1 ]
}

@test "a connect that never returns says where it went" {
	run trace hanging /usr/bin/python3 -c "$until_blocked"'
import signal, socket
server = socket.create_server(("127.0.0.1", 0), backlog=0)
first = socket.create_connection(server.getsockname())
def interrupt():
    until_blocked(42)
    os.kill(os.getpid(), signal.SIGALRM)
threading.Thread(target=interrupt).start()
socket.socket().connect(server.getsockname())'
	[ "$status" -eq 142 ]
	[ "$(calls hanging 'select(.unfinished).args.address.address')" = 127.0.0.1 ]
}

@test "exit_group ends the calls of all threads, which are unfinished" {
	run -5 trace blocked /usr/bin/python3 -c "$until_blocked"'
import socket
s = socket.create_server(("127.0.0.1", 0))
a, b = socket.socketpair()
for call, function in ((288, s.accept), (45, lambda: a.recv(1))):
    thread = threading.Thread(target=function)
    thread.start()
    until_blocked(call, thread.native_id)
os._exit(5)'
	[ "$(calls blocked 'select(.unfinished).name' | sort)" = \
"accept4
recvfrom" ]
}

@test "a call that a signal restarts is one call with its whole duration" {
	run -0 trace restarted /usr/bin/python3 -c "$until_blocked"'
import signal, socket
signal.signal(signal.SIGUSR1, lambda *_: None)
signal.siginterrupt(signal.SIGUSR1, False)
a, b = socket.socketpair()
def poke():
    for _ in range(3):
        until_blocked(45); time.sleep(0.1); os.kill(os.getpid(), signal.SIGUSR1)
    until_blocked(45); time.sleep(0.1); b.send(b"x")
threading.Thread(target=poke).start()
import ctypes
assert ctypes.CDLL(None).recv(a.fileno(), ctypes.create_string_buffer(1), 1, 0) == 1'
	[ "$(calls restarted 'select(.name == "recvfrom") | "\(.interrupted) \(.result) \(.duration_ns > 300000000)"')" = "3 1 true" ]
}

@test "a stop and a continue while a call blocks leave it one call" {
	run -0 trace stopped /usr/bin/python3 -c '
import os, signal, socket, subprocess
a, b = socket.socketpair()
script = "sleep 0.1; kill -STOP %d; sleep 0.1; kill -CONT %d; sleep 0.1; echo x >&%d"
helper = subprocess.Popen(["bash", "-c", script % (os.getpid(), os.getpid(), b.fileno())],
    pass_fds=[b.fileno()])
b.close()
assert a.recv(1) == b"x"
helper.wait()'
	[ "$(calls stopped 'select(.name == "recvfrom") | "\(.result) \(.error)"')" = "1 null" ]
}

@test "the checker of traces finds what is missing" {
	trace whole "$BUILD/samples/dup_and_close" >/dev/null
	local broken=$BATS_TEST_TMPDIR/broken
	/usr/bin/python3 tests/tracer/check_trace.py "$(trace_file whole)"
	for effect in close create duplicate; do
		grep -v '"effect":"'$effect'"' "$(trace_file whole)" >"$broken"
		run ! /usr/bin/python3 tests/tracer/check_trace.py "$broken"
	done
	# A number that is made twice.
	sed '/"effect":"create"/{p;s/"seq":[0-9]*/"seq":2/;s/"descriptor":[0-9]*/"descriptor":999/g}' \
		"$(trace_file whole)" >"$broken"
	run ! /usr/bin/python3 tests/tracer/check_trace.py "$broken"
	[[ "$output" == *"is open twice"* ]]
}

@test "a file that the program itself serves is closed where a socket was" {
	become_root "to mount a file system" --mount
	mkdir "$BATS_TEST_TMPDIR/files"
	local server=("${root[@]}" /usr/bin/python3 tests/tracer/targets/file_server.py "$BATS_TEST_TMPDIR/files")
	timeout 60 "${server[@]}" || skip "no FUSE file system may be mounted"
	timeout -s KILL 60 "$SOCKTRACE" -q -o "$(trace_file files)" -- "${server[@]}"
}

@test "a process that is killed while a thread of it loads a program has ended" {
	trace killed /usr/bin/python3 tests/tracer/targets/kill_exec.py 100
	[ "$(grep -c '"event":"fork"' "$(trace_file killed)")" -eq 100 ]
	[ "$(grep -c '"event":"exit"' "$(trace_file killed)")" -eq 101 ]
}
