#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes sockets and closes none, until the kernel gives no more descriptors: EMFILE.

The timeline shows lanes that begin and go on to the end, and one error. Run it with a small limit
(ulimit -n 16), or it takes long.
"""
import socket

held = []
try:
    while True:
        held.append(socket.socket())
except OSError as error:
    print(error.strerror)
