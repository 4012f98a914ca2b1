# SPDX-License-Identifier: MIT
# A datagram that is longer than the buffer. Nearly: one that fills it, and one whose length is asked
# for.
# hint: fd \d+ · UDP 127\.0\.0\.1:\d+ · 2 times 10 B received of a datagram of 100 B
# hint: recvfrom 10 B of 10 B "xxxxxxxxxx"
# nearly peek:
import socket
import sys

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if sys.argv[1:] == ["nearly"]:
    sender.sendto(b"x" * 10, receiver.getsockname())
    receiver.recv(10)
    sender.sendto(b"x" * 100, receiver.getsockname())
    receiver.recv(10, socket.MSG_PEEK | socket.MSG_TRUNC)
    receiver.recv(100)
elif sys.argv[1:] == ["peek"]:  # to know who sent; then it is thrown away, its length is known
    sender.sendto(b"x" * 100, receiver.getsockname())
    receiver.recv(10, socket.MSG_PEEK)
    receiver.recv(10, socket.MSG_TRUNC)
else:
    for _ in range(2):
        sender.sendto(b"x" * 100, receiver.getsockname())
        receiver.recv(10)
