# SPDX-License-Identifier: MIT
"""A program to attach to: two threads send each other bytes; a line on standard input is answered with
what went wrong, such as a call that was interrupted, and with how far they are. The end of standard
input ends it."""

import os
import socket
import struct
import sys
import threading

rounds = 0
wrong = []


def count(ours, theirs):
    global rounds
    while True:
        try:
            ours.send(b"there")
            theirs.recv(5)
            rounds += 1
        except OSError as error:
            wrong.append(str(error))


ours, theirs = socket.socketpair()
# recv with a time limit is not restarted by the kernel when something interrupts it.
for end in (ours, theirs):
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 50, 0))
threading.Thread(target=count, args=(ours, theirs), daemon=True).start()
print("begin", flush=True)
for line in sys.stdin:
    print(rounds, wrong, flush=True)
os._exit(0)
