#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same as unix_pair.c in few words, in Python: one process, both ends of a pair.

The timeline shows the calls of C: a language wraps them, and cannot replace them.
"""
import socket

one, other = socket.socketpair()
one.sendall(b"hello from Python")
print(other.recv(100).decode())
one.close()
other.close()
