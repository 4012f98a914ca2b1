# SPDX-License-Identifier: MIT
"""Signals that are ignored interrupt nothing, and so must it be when they are traced; a handler's do.
recv with a time limit is not restarted by the kernel: signal(7)."""

import ctypes
import os
import signal
import socket
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
a, b = socket.socketpair()
a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 50, 0))


def until_asleep(pid):
    """Its only thread sleeps nowhere but in recv."""
    while True:
        with open("/proc/%d/stat" % pid, encoding="ascii") as stat:
            if stat.read().rpartition(") ")[2][0] == "S":
                return
        time.sleep(0.001)


def poke_while_blocked(number, count):
    """A child that sends signals, then a byte; ends with a SIGCHLD."""
    parent = os.getpid()
    if os.fork() == 0:
        for _ in range(count):
            until_asleep(parent)
            os.kill(parent, number)
        until_asleep(parent)
        b.send(b"x")
        os._exit(0)
    result = libc.recv(a.fileno(), ctypes.create_string_buffer(4), 4, 0)
    return result, ctypes.get_errno()


assert poke_while_blocked(signal.SIGWINCH, 3) == (1, 0)
os.wait()
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
assert poke_while_blocked(signal.SIGUSR1, 2) == (1, 0)
os.wait()
signal.signal(signal.SIGUSR1, lambda *_: None)
assert poke_while_blocked(signal.SIGUSR1, 1)[0] == -1
os.wait()

a.close()
b.close()
