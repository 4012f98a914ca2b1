# SPDX-License-Identifier: MIT
"""talker.py ROUNDS [PROCESSES]: talks over sockets of all kinds, some of which stay open while others
come and go; so does each of the processes that it forks. Prints how many calls of its own sent."""

import os
import socket
import sys

ROUNDS = int(sys.argv[1])
PROCESSES = int(sys.argv[2]) if len(sys.argv) > 2 else 0

server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
left, right = socket.socketpair()
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", 0))
datagrams.connect(datagrams.getsockname())


def talk():
    sent = 0
    for number in range(ROUNDS):
        left.send(b"ping %d" % number)
        right.recv(100)
        sent += 1
        if number % 10 == 0:
            passing = socket.create_connection(server.getsockname())
            other, _ = server.accept()
            passing.send(b"hello")
            other.recv(100)
            copy = passing.dup()
            passing.close()
            copy.send(b"again")
            other.recv(100)
            copy.close()
            other.recv(100)
            other.close()
            sent += 2
    return sent


total = talk()
for _ in range(PROCESSES):
    ends = os.pipe()
    if os.fork() == 0:
        os.write(ends[1], b"%d" % talk())
        os._exit(0)
    total += int(os.read(ends[0], 100))
    os.wait()
client.send(b"last")
accepted.recv(100)
datagrams.send(b"last")
datagrams.recv(100)
print(total + 2)
