# SPDX-License-Identifier: MIT
"""Drives itself through random ways in which descriptors begin, move and end, from a seed, and
notes after each what /proc says that it holds: random_moves.py SEED COUNT NOTES.

    random_moves.py --check TRACE NOTES

compares: at each note, the descriptors that are open in the trace are those of the note, number by
number, and the same socket (by the kernel's inode) is the same socket in the trace. A note stands in
the trace, too, as a call of listen that fails and has the note's number as its backlog.
"""

import array
import ctypes
import fcntl
import json
import os
import random
import re
import socket
import sys

LIMIT = 60
libc = ctypes.CDLL(None, use_errno=True)


def held():
    """{number: inode} of the sockets of this process."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            match = re.match(r"socket:\[(\d+)\]", os.readlink("/proc/self/fd/" + name))
        except OSError:
            continue
        if match:
            found[int(name)] = int(match.group(1))
    return found


def any_of(numbers):
    return random.choice(sorted(numbers))


def make(open_now):
    kind = random.choice((socket.SOCK_STREAM, socket.SOCK_DGRAM))
    if random.random() < 0.5:
        socket.socket(socket.AF_INET, kind).detach()
    else:
        for end in socket.socketpair(socket.AF_UNIX, kind):
            end.detach()


def connect(open_now):
    with socket.socket() as listening, socket.socket() as client:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        client.connect(listening.getsockname())
        listening.accept()[0].detach()


def close(open_now):
    os.close(any_of(open_now))


def duplicate(open_now):
    os.dup(any_of(open_now))


def duplicate_onto(open_now):
    os.dup2(any_of(open_now), random.choice([any_of(open_now), random.randrange(20, LIMIT)]))


def replace_by_file(open_now):
    os.dup2(0, any_of(open_now))


def duplicate_above(open_now):
    command = random.choice((fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC))
    fcntl.fcntl(any_of(open_now), command, random.randrange(20, LIMIT))


def close_range(open_now):
    first = random.randrange(20, LIMIT)
    flags = random.choice((0, 0, 2, 4))
    libc.syscall(436, ctypes.c_uint(first), ctypes.c_uint(first + 3), ctypes.c_uint(flags))


def pass_to_itself(open_now):
    a, b = socket.socketpair()
    with a, b:
        sent = [any_of(open_now) for _ in range(random.randrange(1, 4))]
        a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", sent))])
        if random.random() < 0.5:
            os.close(sent[0])
        b.recvmsg(1, 200)


def take_by_pidfd(open_now):
    pidfd = os.pidfd_open(os.getpid())
    libc.syscall(438, pidfd, any_of(open_now), 0)
    os.close(pidfd)


def fork(open_now):
    if os.fork() == 0:
        os.close(any_of(open_now))
        duplicate(held())
        os._exit(0)
    os.wait()


def tidy(open_now):
    libc.syscall(436, ctypes.c_uint(10), ctypes.c_uint(900), ctypes.c_uint(0))


MOVES = [make, make, make, connect, close, duplicate, duplicate_onto, replace_by_file]
MOVES += [duplicate_above, close_range, pass_to_itself, take_by_pidfd, fork]


def note(notes, number):
    os.write(notes, (json.dumps(held()) + "\n").encode())
    libc.listen(-1, number)


def drive(seed, count, notes_name):
    random.seed(seed)
    notes = os.open(notes_name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(notes, 1000)
    os.close(notes)
    for number in range(count):
        now = held()
        move = tidy if len(now) > LIMIT else make if len(now) < 3 else random.choice(MOVES)
        try:
            move(now)
        except OSError:
            pass
        note(1000, number)


def apply(table, r):
    """What the record does to the table {number: (descriptor, socket)}."""
    ends = r["type"] == "descriptor" and r["event"] == "close"
    if r["type"] == "call" and r["effect"] == "close" and "descriptor" in r:
        ends = r.get("error") != "EBADF"
    begins = r.get("new", [])
    if r["type"] == "descriptor" and r["event"] != "close":
        begins = [r]
    if ends:
        assert table.pop(r["fd"])[0] == r["descriptor"], r
    for made in begins:
        assert made["fd"] not in table, r
        table[made["fd"]] = (made["descriptor"], made["socket"])


def check(trace_name, notes_name):
    notes = [json.loads(line) for line in open(notes_name)]
    table, pid, socket_of, seen, compared = {}, None, {}, 0, 0
    for line in open(trace_name):
        r = json.loads(line)
        if r["type"] == "process" and r["event"] == "start":
            pid = r["pid"]
        if r.get("pid") != pid:
            continue
        apply(table, r)
        if r.get("name") != "listen" or r.get("error") != "EBADF":
            continue
        want = {int(number): inode for number, inode in notes[seen].items()}
        assert r["args"]["backlog"] == seen
        assert set(table) == set(want), (seen, want, table)
        for number, inode in want.items():
            said = table[number][1]
            assert socket_of.setdefault(inode, said) == said, (seen, number, inode, table)
            compared += 1
        assert len({s for _, s in table.values()}) == len(set(want.values())), (seen, want, table)
        seen += 1
    assert seen == len(notes) > 0
    print("%d notes, %d descriptors compared" % (seen, compared))


if sys.argv[1] == "--check":
    check(*sys.argv[2:])
else:
    drive(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
