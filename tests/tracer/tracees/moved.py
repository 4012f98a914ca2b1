# SPDX-License-Identifier: MIT
"""Bytes that move between a socket and a file or a pipe, and through vectors; ioctl requests."""

import array
import ctypes
import fcntl
import os
import socket
import termios

a, b = socket.socketpair()
file = os.open("/proc/self/exe", os.O_RDONLY)
assert os.sendfile(a.fileno(), file, 0, 100) == 100
out, into = os.pipe()
assert os.splice(b.fileno(), into, 60) == 60
assert os.splice(out, a.fileno(), 60) == 60
# Neither end is a socket: no record.
os.write(into, b"x")
os.splice(out, os.open("/dev/null", os.O_WRONLY), 1)

c, d = socket.socketpair()
c.send(b"12345")
left = array.array("i", [0])
fcntl.ioctl(d, termios.FIONREAD, left)
assert left[0] == 5
fcntl.ioctl(b, termios.FIONBIO, array.array("i", [1]))
fcntl.ioctl(b, termios.FIONBIO, array.array("i", [0]))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(udp, 0x8915, b"lo".ljust(40, b"\0"))  # SIOCGIFADDR
try:
    fcntl.ioctl(udp, 0x12345678, 0)
except OSError:
    pass

libc = ctypes.CDLL(None)


class Segment(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]


segments = (Segment * 2)(Segment(b"abc", 3), Segment(b"defg", 4))
assert libc.pwritev2(b.fileno(), segments, 2, ctypes.c_long(-1), 0) == 7
assert os.preadv(file, [bytearray(4)], 0) == 4
room = bytearray(7)
assert os.readv(a.fileno(), [room]) == 7

for end in (a, b, c, d, udp):
    end.close()
