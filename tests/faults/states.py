# SPDX-License-Identifier: MIT
"""Programs that are much in one state, without an end: states.py exec|vfork|leader|sockets."""

import ctypes
import os
import signal
import socket
import sys
import threading

signal.alarm(60)


def load_programs():
    with socket.socket() as kept:
        os.set_inheritable(kept.fileno(), True)
        again = 'exec sh -c "$0" "$0"'
        os.execv("/bin/sh", ["sh", "-c", again, again])


def spawn_programs():
    with socket.socket():
        while True:
            os.waitpid(os.posix_spawn("/bin/true", ["true"], os.environ), 0)


def talk():
    a, b = socket.socketpair()
    while True:
        a.send(b"there")
        b.recv(5)


def end_leader():
    for _ in range(3):
        threading.Thread(target=talk).start()
    ctypes.CDLL(None).syscall(60, 0)  # exit(2) of this thread alone


def make_sockets():
    """Their numbers grow, and the filters with them: in each child anew."""
    while True:
        child = os.fork()
        if child == 0:
            threading.Thread(target=talk, daemon=True).start()
            kept = [socket.socket() for _ in range(40)]
            os._exit(0)
        os.waitpid(child, 0)


{"exec": load_programs, "vfork": spawn_programs, "leader": end_leader, "sockets": make_sockets}[
    sys.argv[1]
]()
