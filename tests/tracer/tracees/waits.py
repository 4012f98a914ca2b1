# SPDX-License-Identifier: MIT
"""poll, select and epoll: which sockets are waited for, and which are ready."""

import ctypes
import os
import select
import socket

a, b = socket.socketpair()
out, into = os.pipe()
libc = ctypes.CDLL(None)

poll = select.poll()
poll.register(a, select.POLLIN)
poll.register(out, select.POLLIN)
assert poll.poll(0) == []
b.send(b"x")
assert poll.poll(1000) == [(a.fileno(), select.POLLIN)]

assert select.select([a, b, out], [b], [], 0) == ([a], [b], [])
assert select.select([], [], [a], 0) == ([], [], [])
# No socket: no record.
select.select([out], [into], [], 0)


class PollFd(ctypes.Structure):
    _fields_ = [("fd", ctypes.c_int), ("events", ctypes.c_short), ("revents", ctypes.c_short)]


class Time(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


waited = PollFd(a.fileno(), select.POLLIN, 0)
assert libc.ppoll(ctypes.byref(waited), 1, ctypes.byref(Time(5, 7)), None) == 1

epoll = select.epoll()
epoll.register(out, select.EPOLLIN)
epoll.poll(0)  # no socket yet: no record
epoll.register(a, select.EPOLLIN | select.EPOLLET)
epoll.register(b, select.EPOLLIN)
assert epoll.poll(5) == [(a.fileno(), select.EPOLLIN)]
epoll.modify(b, select.EPOLLOUT | select.EPOLLONESHOT)
assert epoll.poll(5) == [(b.fileno(), select.EPOLLOUT)]
epoll.unregister(b)
try:
    epoll.unregister(b)
except FileNotFoundError:
    pass

# The instance is shared with a child, and known there, too.
if os.fork() == 0:
    a.recv(1)
    assert epoll.poll(0) == []
    os._exit(0)
os.wait()

# The only socket has been closed; in a child, to whom the parent's list is not known, another one, which
# is still watched because the parent has it.
lonely = select.epoll()
c, d = socket.socketpair()
lonely.register(c, select.EPOLLIN)
c.close()
assert lonely.poll(0) == []
lonely.register(d, select.EPOLLOUT)
if os.fork() == 0:
    ready = lonely.poll(0)
    d.close()
    assert len(ready) == 1 and lonely.poll(0) == ready
    os._exit(0)
os.wait()
lonely.close()
d.close()

a.close()
b.close()
epoll.close()
