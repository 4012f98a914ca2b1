#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Attaching to what runs already, and letting it go unharmed.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	said=$BATS_TEST_TMPDIR/said
	needs_attach
	/usr/bin/python3 tests/tracer/targets/server.py >"$said" 3>&- &
	server=$!
	wait_until test -s "$said"
	port=$(head -n 1 "$said")
}

teardown() {
	kill "$server" ${program:+"$program"} 2>/dev/null || true
}

# has_socket PID: a thread of it has one.
has_socket() {
	readlink "/proc/$1/task"/*/fd/* | grep -q ^socket:
}

# attach NAME OPTION...: traces in the background; returns when it has begun.
attach() {
	rm -f "$(trace_file "$1")"
	"$SOCKTRACE" -q -o "$(trace_file "$1")" "${@:2}" 3>&- &
	tracer=$!
	wait_until grep -qs '"event":"inherit"' "$(trace_file "$1")"
}

# detach SIGNAL: ends the trace by a signal; socktrace's status is 0.
detach() {
	kill "-$1" "$tracer"
	wait "$tracer"
}

# The server has noticed nothing: no tracer, filter or stop is left, it still answers, and nothing
# that it called was interrupted.
is_unharmed() {
	run ! grep -H 'TracerPid:.*[1-9]\|^Seccomp:.*[1-9]\|State:.*[tT] (' "/proc/$server/task"/*/status
	[ "$(taskset -p "$server" | sed 's/.*: //')" = "$(taskset -p $$ | sed 's/.*: //')" ]
	[ "$(ask again)" = AGAIN ]
	[ "$(ask quit)" = QUIT ]
	wait "$server"
	[ "$(tail -n +2 "$said")" = "recv 3 0" ] || { cat "$said" && false; }
}

@test "attach tells what is there, records from then on, and leaves the process unharmed" {
	local signal
	for signal in INT TERM HUP; do
		attach "$signal" -p "$server"
		[ "$(ask hello)" = HELLO ]
		detach "$signal"
		run -0 grep -c '"reason":"attach".*"family":"AF_INET",.*"state":"TCP_LISTEN","local":.*"port":'"$port" "$(trace_file "$signal")"
		[ "$output" -eq 1 ]
		[ "$(calls "$signal" 'select(.effect == "send" and .fd > 0).data.text')" = HELLO ]
		calls "$signal" 'select(.unfinished).name' | grep -qx recvfrom
		tail -n 1 "$(trace_file "$signal")" | grep -q '"detached":\['"$server"'\]'
	done
	is_unharmed
}

@test "attaching twenty times in quick succession interrupts nothing" {
	for _ in $(seq 20); do
		attach often -p "$server"
		kill -INT "$tracer"
		wait "$tracer"
	done
	is_unharmed
}

@test "a killed socktrace leaves the process unharmed, and whole lines" {
	attach killed -p "$server"
	[ "$(ask hello)" = HELLO ]
	wait_until grep -q '"name":"send' "$(trace_file killed)"
	detach KILL || [ $? -eq 137 ]
	is_unharmed
	/usr/bin/python3 -c '
import json, sys
assert [json.loads(line) for line in open(sys.argv[1])]' "$(trace_file killed)"
	rm "$(trace_file killed)" # it has no end
}

@test "a socktrace that is killed when it has said that it is attached has interrupted nothing" {
	local said=$BATS_TEST_TMPDIR/interrupted tracer_says=$BATS_TEST_TMPDIR/attached line
	/usr/bin/python3 -c '
import ctypes, select, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def wait():
    epoll, events = select.epoll(), ctypes.create_string_buffer(12)
    while True:
        if libc.epoll_wait(epoll.fileno(), events, 1, -1) < 0:
            print("epoll_wait", ctypes.get_errno(), flush=True)
for _ in range(60): threading.Thread(target=wait, daemon=True).start()
print("ready", flush=True)
time.sleep(60)' >"$said" 3>&- &
	local program=$!
	wait_until test -s "$said"
	all_sleep() {
		! grep -L "S (sleeping)" "/proc/$program/task"/*/status | grep -q .
	}
	mkfifo "$tracer_says"
	for _ in 1 2 3; do
		wait_until all_sleep
		"$SOCKTRACE" -o "$BATS_TEST_TMPDIR/killed.jsonl" -p "$program" 2>"$tracer_says" 3>&- &
		tracer=$!
		read -r line <"$tracer_says"
		kill -KILL "$tracer"
		[[ "$line" == *attached* ]]
		wait "$tracer" || true
	done
	wait_until all_sleep
	kill "$program"
	[ "$(cat "$said")" = ready ] || { sort "$said" | uniq -c && false; }
}

@test "a process whose thread waits in vfork is detached from while it waits" {
	local begun=$BATS_TEST_TMPDIR/begun end=$BATS_TEST_TMPDIR/end flag
	cat >"$BATS_TEST_TMPDIR/vfork.c" <<-'END'
	#include <fcntl.h>
	#include <unistd.h>
	int main(int argc, char **argv)
	{
		if (argc == 3 && vfork() == 0) {
			close(open(argv[1], O_CREAT | O_WRONLY, 0600));
			while (access(argv[2], F_OK) != 0)
				usleep(1000);
			_exit(0);
		}
		return 0;
	}
	END
	for flag in $(kinds); do
		gcc "$flag" -o "$BATS_TEST_TMPDIR/vfork" "$BATS_TEST_TMPDIR/vfork.c"
		rm -f "$begun" "$end" "$(trace_file "vfork$flag")"
		"$BATS_TEST_TMPDIR/vfork" "$begun" "$end" 3>&- &
		local program=$!
		wait_until test -e "$begun"
		"$SOCKTRACE" -q -o "$(trace_file "vfork$flag")" -p "$program" 3>&- &
		tracer=$!
		wait_until grep -qs '"type":"process"' "$(trace_file "vfork$flag")"
		kill -INT "$tracer"
		wait_until is_in_state "$tracer" Z
		touch "$end"
		wait "$tracer"
		wait "$program"
	done
}

@test "a process that is detached from at the beginning of a call gets no signal that there is not" {
	local round i said=$BATS_TEST_TMPDIR/interrupted over=$BATS_TEST_TMPDIR/over pids=()
	for i in 1 2 3 4 5 6; do
		/usr/bin/python3 -c '
import ctypes, os, select, signal, socket, sys
signal.alarm(60)
libc = ctypes.CDLL(None, use_errno=True)
pair, epoll, events = socket.socketpair(), select.epoll(), ctypes.create_string_buffer(12)
os.close(os.open(sys.argv[2], os.O_CREAT))
while not os.path.exists(sys.argv[1]):
    for _ in range(50):
        if libc.epoll_wait(epoll.fileno(), events, 1, 1) < 0:
            print("epoll_wait", ctypes.get_errno(), flush=True)' "$over" "$over.$i" >>"$said" 3>&- &
		pids+=($!)
		wait_until test -e "$over.$i"
	done
	for round in 1 2 3 4 5 6 7 8; do
		attach entries -p "$(IFS=, && echo "${pids[*]}")"
		detach INT
	done
	touch "$over"
	wait "${pids[@]}"
	[ ! -s "$said" ] || { cat "$said" && false; }
}

@test "two processes, one of which ends by itself" {
	/usr/bin/python3 -c '
import os, socket, sys, time
a, b = socket.socketpair()
while not os.path.exists(sys.argv[1]): time.sleep(0.01)
a.send(b"last words")' "$BATS_TEST_TMPDIR/attached" 3>&- &
	local other=$!
	wait_until has_socket "$other"
	attach two -p "$server,$other"
	wait_until grep -q '"event":"inherit".*"pid":'"$other" "$(trace_file two)"
	touch "$BATS_TEST_TMPDIR/attached"
	wait "$other"
	[ "$(ask hello)" = HELLO ]
	detach INT
	[ "$(calls two 'select(.name == "sendto" and .data.text == "last words").pid')" = "$other" ]
	grep -q '"event":"exit","pid":'"$other"',"exit_code":0' "$(trace_file two)"
	is_unharmed
}

@test "when the last process has ended, so has the trace" {
	attach ended -p "$server"
	[ "$(ask quit)" = QUIT ]
	wait "$server"
	wait "$tracer"
	tail -n 1 "$(trace_file ended)" | grep -q '"detached":\[\]'
}

@test "children are followed, and left out with --no-follow" {
	attach follow -p "$server"
	[ "$(ask fork)" = childFORK ]
	detach INT
	[ "$(calls follow 'select(.name == "sendto") | "\(.pid == $server) \(.data.text)"' --argjson server "$server")" = \
"false child
true FORK" ]
	attach nofollow --no-follow -p "$server"
	[ "$(ask fork)" = childFORK ]
	detach INT
	[ "$(calls nofollow 'select(.name == "sendto").data.text')" = FORK ]
	run ! grep '"event":"fork"' "$(trace_file nofollow)"
	is_unharmed
}

@test "a stopped process stays stopped while it is traced and after" {
	kill -STOP "$server"
	wait_until is_in_state "$server" T
	attach stopped -p "$server"
	detach INT
	# The kernel has the thread stop again by itself, which takes a moment on a busy machine.
	wait_until is_in_state "$server" T
	kill -CONT "$server"
	# The kernel's own rule: signal(7), "Interruption of system calls ... by stop signals".
	[ "$(ask quit)" = QUIT ]
}

@test "who cannot be attached to is told, with the reason" {
	run -125 "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/log" -p 4194305
	[ "$output" = "socktrace: 4194305: no such process" ]
	run -125 /usr/bin/python3 -c '
import os, subprocess, sys
child = os.fork() or os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
sys.exit(subprocess.call([*sys.argv[1:], str(child)]))' "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/log" -p
	[[ "$output" =~ ^socktrace:\ [0-9]+:\ it\ has\ ended$ ]]
	attach first -p "$server"
	run -125 "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/log" -p "$server"
	[ "$output" = "socktrace: $server: already traced by socktrace, process $tracer" ]
	detach INT
	chmod 755 "$BATS_TEST_TMPDIR"
	# Somebody else's: an ordinary user takes the first process, which is root's.
	local as=(setpriv --reuid=65534 --regid=65534 --clear-groups) of=$server
	[ "$(id -u)" -eq 0 ] || as=() of=1
	run -125 "${as[@]}" "$SOCKTRACE" -o - -p "$of"
	[ "$output" = "socktrace: $of: not permitted: it belongs to root; run socktrace as that user or as root" ]
	run -125 "$SOCKTRACE" -p "$server" true
	[[ "$output" == "socktrace: true: with -p no program is started"* ]]
	run -125 "$SOCKTRACE" -p "$server,x"
	[[ "$output" == "socktrace: --attach=$server,x: expected process ids"* ]]
	is_unharmed
}

@test "--no-follow keeps a launched program's children at work and out of the trace" {
	run -3 "$SOCKTRACE" -q --no-follow -o "$(trace_file nofollow)" -- /usr/bin/python3 -c '
import os, socket
a, b = socket.socketpair()
child = os.fork()
if child == 0:
    a.send(b"from the child")
    c, d = socket.socketpair()
    socket.send_fds(a, [b"take"], [c.fileno(), d.fileno()])
    os._exit(3)
print(b.recv(14).decode(), flush=True)
data, fds, flags, address = socket.recv_fds(b, 4, 2)
os.write(fds[0], b"to itself")
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))'
	[ "$output" = "from the child" ]
	[ "$(calls nofollow 'select(.data) | "\(.name) \(.data.text)"')" = \
"recvfrom from the child
recvmsg take
write to itself" ]
	run ! grep '"event":"fork"' "$(trace_file nofollow)"
	# The child's socket, which the trace did not know.
	grep -q '"event":"receive".*"family":"AF_UNIX"' "$(trace_file nofollow)"
}

# The kernel goes on with it by restart_syscall(2), of which nothing else tells what it is.
@test "a poll that was begun before the tracer came, and one before that" {
	/usr/bin/python3 -c '
import select, socket
a, b = socket.socketpair()
poll = select.poll()
poll.register(a, select.POLLIN)
poll.poll()
print(a.recv(1), flush=True)' >"$BATS_TEST_TMPDIR/polls" 3>&- &
	program=$!
	local time
	for time in first second; do
		wait_until grep -qE '^(7|219) ' "/proc/$program/syscall"
		grep -q '[a-z]' "/proc/$program/wchan" || skip "the kernel does not tell what a thread sleeps in"
		attach "poll-$time" -p "$program"
		detach INT
		[ "$(calls "poll-$time" '"\(.name) \(.args.timeout) \(.waits[0].events) \(.unfinished)"')" = \
			'poll -1 ["POLLIN"] true' ]
	done
}

@test "a process whose first thread has ended, before or while it is attached to, is detached from" {
	local leader ends
	for leader in before while; do
		ends=$BATS_TEST_TMPDIR/ends-$leader
		[ $leader = while ] || touch "$ends"
		/usr/bin/python3 -c '
import ctypes, os, socket, sys, threading, time
def work():
    a, b = socket.socketpair()
    while not os.path.exists(sys.argv[2]):
        a.send(b"x"); b.recv(1); time.sleep(0.001)
    print("done", flush=True); os._exit(0)
threading.Thread(target=work).start()
while not os.path.exists(sys.argv[1]): time.sleep(0.001)
ctypes.CDLL(None).syscall(60, 0)' "$ends" "$BATS_TEST_TMPDIR/let-go-$leader" >"$BATS_TEST_TMPDIR/$leader" 3>&- &
		local other=$!
		[ $leader = while ] || wait_until is_in_state "$other" Z
		wait_until has_socket "$other"
		attach "leader-$leader" -p "$other"
		touch "$ends"
		wait_until is_in_state "$other" Z
		kill -INT "$tracer"
		wait_until is_in_state "$tracer" Z
		wait "$tracer"
		run ! grep -H 'TracerPid:.*[1-9]\|State:.*[tT] (' "/proc/$other/task"/*/status
		touch "$BATS_TEST_TMPDIR/let-go-$leader"
		wait "$other"
		[ "$(cat "$BATS_TEST_TMPDIR/$leader")" = "done" ]
	done
}
