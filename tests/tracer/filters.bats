#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The filters follow the descriptors: what is no socket is not stopped for, what is one is never
# missed, and the program notices nothing of it.

bats_require_minimum_version 1.5.0
load ../helper

# Calls of files and pipes, and what stopped for them: each stop is a voluntary context switch.
switches='
import os, resource, socket, sys
if "used" in sys.argv:
    for s in [socket.socket() for _ in range(20)]:
        for _ in range(5):
            s.getsockname()
        s.close()
zero = os.open("/dev/zero", os.O_RDWR)
high = os.dup2(zero, 300)
before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
for _ in range(2000):
    os.write(high, os.read(high, 512))
print(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before < 500)'

@test "what is no socket is not stopped for" {
	[ "$(trace file /usr/bin/python3 -c "$switches")" = True ]
	[ "$(trace used /usr/bin/python3 -c "$switches" used)" = True ]
	[ "$("$SOCKTRACE" -q --stop=all -o "$(trace_file all)" /usr/bin/python3 -c "$switches")" = False ]
}

@test "a socket that is closed soon leaves no filter behind" {
	[ "$(trace soon /usr/bin/python3 -c '
import os, resource, socket
s = socket.socket(socket.AF_UNIX)
number = s.fileno()
try:
    s.connect("/no/such/name/service")
except OSError:
    s.close()
zero = os.open("/dev/zero", os.O_RDONLY)
assert zero == number
before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
for _ in range(2000):
    os.read(zero, 512)
print(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before < 500)')" = True ]
}

# same PROGRAM...: the program says "done", and as many calls are recorded with --stop=all. What counts its
# mappings has no recorder.
same() {
	local recorder=auto
	[ "${!#}" != mappings ] || recorder=off
	for where in sockets all; do
		run -0 "$SOCKTRACE" -q --recorder=$recorder --stop=$where -o "$(trace_file "${!#}-$where")" "$@"
		[ "$output" = "done" ]
	done
	local sockets all
	sockets=$(calls "${!#}-sockets" .name)
	all=$(calls "${!#}-all" .name)
	[ "$(sort <<<"$sockets")" = "$(sort <<<"$all")" ]
}

@test "filters are installed for numbers low and high, under signals, vfork, threads and sharing" {
	build injections
	for what in plain signals vforks threads sharing halves replaced mappings computing waiting epolls; do
		echo "$what"
		same "$BUILD/targets/injections" "$what"
	done
}

@test "a process that is stopped, killed or replaced while a filter is installed" {
	build injections
	for what in stops kills execs leader_exits leader_execs continued; do
		echo "$what"
		run -0 trace "$what" "$BUILD/targets/injections" "$what"
		[ "$output" = "done" ]
	done
}

@test "a leader that ends or is replaced while it is made to call, where many threads want the processors" {
	build injections
	local what i running=()
	for what in leader_exits leader_execs; do
		for i in 1 2 3 4 5 6; do
			timeout 300 "$SOCKTRACE" -q -o "$(trace_file "$what-$i")" "$BUILD/targets/injections" "$what" &
			running+=($!)
		done
		for i in "${running[@]}"; do
			wait "$i"
		done
		running=()
	done
}

@test "a socket that exec closes before it has a filter keeps nothing from being seen" {
	build injections
	run -0 trace early "$BUILD/targets/injections" early_exec
	run -0 trace plain "$BUILD/targets/injections" plain
	[ "$(count_calls early true)" -eq $(($(count_calls plain true) + 1)) ]
}

@test "hundreds of threads, and SIGCHLD ignored by who started socktrace" {
	run -0 /usr/bin/python3 -c '
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], [sys.argv[1], "-q", "-o", sys.argv[2], "/usr/bin/python3", "-c", """
import socket, threading
ends = threading.Event()
threads = [threading.Thread(target=ends.wait) for _ in range(400)]
for t in threads: t.start()
a, b = socket.socketpair()
for _ in range(500): a.send(b"x"); b.recv(1)
ends.set()
for t in threads: t.join()
print("done")
"""])' "$SOCKTRACE" "$(trace_file hundreds)"
	[ "$output" = "done" ]
	[ "$(count_calls hundreds '.name == "sendto"')" -eq 500 ]
}

@test "a program's own seccomp filter decides as without a tracer, and no call is lost" {
	for what in kill_on_mmap_or_seccomp deny_socket trap_handled trace_without_tracer all_threads \
		in_a_child asks interrupted; do
		echo "$what"
		run -0 trace "$what" /usr/bin/python3 tests/tracer/targets/sandbox.py "$what"
		[ "$output" = "done" ]
		# Its use() writes twenty numbers, and reads them again.
		[ "$what" = all_threads ] || 
			[ "$(count_calls "$what" '.effect == "send" and (.data.text | index("number"))')" -ge 20 ]
		grep -q '"type":"warning".*"code":"stepped"' "$(trace_file "$what")"
	done
	[ "$(calls deny_socket 'select(.name == "socket").error // empty')" = EPERM ]
}

@test "seccomp's strict mode is kept to" {
	build strict
	local how
	for how in prctl seccomp; do
		run -7 trace "$how" "$BUILD/targets/strict" "$how"
		[ "$(calls "$how" '.data.text // empty')" = "strict
strict" ]
		run -137 trace "$how-killed" "$BUILD/targets/strict" "$how" breach
	done
}

@test "who has given privilege away is stepped, and all is recorded" {
	become_root "whose privilege can be given away"
	local drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	[ "$(id -u)" -eq 0 ] || drop=(setpriv --bounding-set=-all)
	run -0 "${root[@]}" "$SOCKTRACE" -q -o "$(trace_file dropped)" -- "${drop[@]}" /usr/bin/python3 -c '
import os, socket, threading
def use():
    a, b = socket.socketpair()
    for _ in range(20):
        os.write(a.fileno(), b"x"); os.read(b.fileno(), 1)
    a.close(); b.close()
use()
threads = [threading.Thread(target=use) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()'
	[ "$(calls dropped '.name | select(IN("read", "write"))' | sort | uniq -c | tr -s ' ')" = " 100 read
 100 write" ]
	[ "$(grep -c '"code":"stepped"' "$(trace_file dropped)")" -eq 1 ]
}

@test "sockets that come and go in threads without privilege are all seen" {
	become_root "whose privilege can be given away"
	"${root[@]}" "$SOCKTRACE" -q -o "$(trace_file coming)" -- /usr/bin/python3 -c '
import ctypes, os, socket, struct, sys, threading
if sys.argv[1] == "0":
    os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
else: # in a namespace there is nobody else to become
    assert ctypes.CDLL(None).capset(struct.pack("Ii", 0x20080522, 0), bytes(24)) == 0
def one():
    for _ in range(200):
        x, y = socket.socketpair(); os.write(x.fileno(), b"n"); os.read(y.fileno(), 1); x.close(); y.close()
threads = [threading.Thread(target=one) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()' "$(id -u)"
	[ "$(count_calls coming '.name | IN("socketpair", "write", "read", "close")')" -eq 3000 ]
}

@test "an unprivileged user's trace needs no stepping" {
	local own as=()
	own=$(mktemp -d /tmp/sockline.XXXXXX)
	cp "$SOCKTRACE" "$own/socktrace"
	if [ "$(id -u)" -eq 0 ]; then
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
		chown -R 65534 "$own"
	fi
	run -0 "${as[@]}" "$own/socktrace" -q -o "$own/t.jsonl" /usr/bin/python3 -c "$switches" used
	mv "$own/t.jsonl" "$(trace_file user)"
	rm -r "$own"
	[ "$output" = True ]
	run ! grep -q '"code":"stepped"' "$(trace_file user)"
}
