#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Threads that stop often share the tracer's processor; the program does not notice.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	[ "$(nproc)" -gt 1 ] || skip "one processor is no choice"
}

# Threads that record their calls themselves are not pinned.
trace() {
	"$SOCKTRACE" -q --recorder=off -o "$(trace_file "$1")" -- "${@:2}"
}

# Much socket traffic, until the kernel shows one processor for the thread or `tries` are over. Then
# what the program is told of its mask, and what its children get.
program='
import os, socket, subprocess, sys, threading, time
def kernels(tid="self"):
    lines = open("/proc/%s/status" % tid).read().splitlines()
    return [l for l in lines if l.startswith("Cpus_allowed_list:")][0].split()[1]
a, b = socket.socketpair()
def talk(rounds):
    for _ in range(rounds):
        a.send(b"x")
        b.recv(1)
def pinned(tries=200):
    for _ in range(tries):
        talk(50)
        if kernels() != before:
            return True
    return False
mask, before = os.sched_getaffinity(0), kernels()
'

@test "a thread that stops often is pinned, and asked for its mask it has its own" {
	[ "$(trace pinned /usr/bin/python3 -c "$program"'
print(pinned(), os.sched_getaffinity(0) == mask, kernels() == before)
print(pinned(), subprocess.run(["nproc"], capture_output=True).stdout == b"%d\n" % len(mask))
child = os.fork() if pinned() else os._exit(9)
if child == 0:
    os._exit(kernels() == before)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
said = []
pinned()
thread = threading.Thread(target=lambda: said.append(kernels("thread-self")))
thread.start(); thread.join()
print(said == [before])')" = "True True True
True True
1
True" ]
}

@test "a mask that the program chooses while it is pinned is its own" {
	[ "$(trace chosen /usr/bin/python3 -c "$program"'
one = min(mask)
print(pinned())
os.sched_setaffinity(0, {one})
print(kernels() == str(one))
talk(2000)
print(os.sched_getaffinity(0) == {one}, kernels() == str(one))
os.sched_setaffinity(0, mask)
print(pinned(), os.sched_getaffinity(0) == mask)')" = "True
True
True True
True True" ]
}

@test "a thread that needs its processor gets its mask back" {
	[ "$(trace back /usr/bin/python3 -c "$program"'
print(pinned())
ends = time.monotonic() + 20
while kernels() != before and time.monotonic() < ends:
    sum(range(100000))
print(kernels() == before)')" = "True
True" ]
}

@test "with --affinity=free, and where the program was attached to, no thread is pinned" {
	[ "$("$SOCKTRACE" -q --affinity=free -o "$(trace_file free)" /usr/bin/python3 -c "$program"'
print(pinned(20))')" = False ]
	run -125 "$SOCKTRACE" --affinity=core true
	[[ "$output" == "socktrace: --affinity=core: expected auto or free"* ]]
}

@test "a program on one processor of its own choice stays there" {
	local last
	last=$(/usr/bin/python3 -c 'import os; print(max(os.sched_getaffinity(0)))')
	[ "$(trace taskset taskset -c "$last" /usr/bin/python3 -c "$program"'
print(pinned(50), kernels())')" = "False $last" ]
}

@test "a child whose parent is killed while it is pinned has the mask that the parent had" {
	[ "$(trace orphans /usr/bin/python3 -c "$program"'
import signal
out, into = os.pipe()
said = set()
for i in range(30):
    child = os.fork()
    if child == 0:
        talk(300)
        while True:
            if os.fork() == 0:
                time.sleep(0.003)
                os.write(into, b"." if kernels() == before else b"!")
                os._exit(0)
    said.add(os.read(out, 1))
    time.sleep(i * 0.0001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
os.close(into)
print(said | set(iter(lambda: os.read(out, 1), b"")))')" = "{b'.'}" ]
}

@test "in another PID namespace a program sees its own mask, too" {
	become_root "to make a PID namespace" --pid --fork
	[ "$(trace nested "${root[@]}" /usr/bin/python3 -c "$program"'
talk(3000)
print(os.sched_getaffinity(os.getpid()) == mask)')" = True ]
}
