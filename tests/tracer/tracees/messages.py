# SPDX-License-Identifier: MIT
"""Several datagrams in one call, descriptors passed in them, and messages that differ."""

import array
import ctypes
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)


class Segment(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Message(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("segments", ctypes.POINTER(Segment)),
        ("segment_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_long),
        ("moved", ctypes.c_uint),
    ]


kept = []  # ctypes does not know who still points to it


def messages_of(buffers, names=None):
    made = (Message * len(buffers))()
    kept.extend([made, buffers, names])
    for i, buffer in enumerate(buffers):
        made[i].segments = (Segment * 1)(Segment(ctypes.addressof(buffer), len(buffer)))
        made[i].segment_count = 1
        if names:
            made[i].name = ctypes.addressof(names[i])
            made[i].name_length = len(names[i])
    return made


def buffer(data):
    return (ctypes.c_char * len(data)).from_buffer(bytearray(data))


a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
out = [buffer(b"one"), buffer(b"three"), buffer(b"-" * 100)]
assert libc.sendmmsg(a.fileno(), messages_of(out), 3, 0) == 3
room = [buffer(b"\0" * 80) for _ in range(4)]
received = messages_of(room, [buffer(b"\0" * 16) for _ in range(4)])
assert libc.recvmmsg(b.fileno(), received, 4, socket.MSG_DONTWAIT, None) == 3
assert libc.recvmmsg(b.fileno(), received, 4, socket.MSG_DONTWAIT, None) == -1

# UDP: an address for each, none of them connected; one datagram is empty.
first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
second = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
second.bind(("127.0.0.1", 0))
first.sendto(b"", second.getsockname())
first.sendto(b"datagram", second.getsockname())
received = messages_of(room, [buffer(b"\0" * 16) for _ in range(4)])
assert libc.recvmmsg(second.fileno(), received, 4, socket.MSG_DONTWAIT | socket.MSG_PEEK, None) > 0
received = messages_of(room, [buffer(b"\0" * 16) for _ in range(4)])
assert libc.recvmmsg(second.fileno(), received, 4, socket.MSG_DONTWAIT, None) == 2
first.sendto(b"too long", second.getsockname())
assert second.recv_into(bytearray(3), 3, socket.MSG_TRUNC) == 8

# A socket and a file travel in one message; the file is none of our business.
passed = array.array("i", [first.fileno(), os.open("/dev/null", os.O_RDONLY)])
a.sendmsg([b"take", b"these"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)])
data, control, flags, address = b.recvmsg(100, 100)
got = array.array("i", control[0][2])
assert os.fstat(got[0]).st_ino == os.fstat(first.fileno()).st_ino
for number in (passed[1], *got):
    os.close(number)

# Ancillary data of the kernel's making.
IP_TTL, IP_PKTINFO, IP_RECVERR, IP_RECVTTL = 2, 8, 11, 12
ask = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ask.bind(("127.0.0.1", 0))
for option in (IP_PKTINFO, IP_RECVERR, IP_RECVTTL):
    ask.setsockopt(socket.IPPROTO_IP, option, 1)
first.sendto(b"with", ask.getsockname())
ask.recvmsg(10, 200)
pair = socket.socketpair()
pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
pair[0].send(b"whose")
pair[1].recvmsg(10, 200)
unused = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
unused.bind(("127.0.0.1", 0))
nobody = unused.getsockname()
unused.close()
ask.sendto(b"lost", nobody)
data, control, flags, address = ask.recvmsg(10, 200, 0x2000)  # MSG_ERRQUEUE
assert data == b"lost" and control[-1][:2] == (socket.IPPROTO_IP, IP_RECVERR)

for end in (a, b, first, second, ask, *pair):
    end.close()
