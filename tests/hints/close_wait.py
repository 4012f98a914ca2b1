# SPDX-License-Identifier: MIT
# Clients go, and the server, which goes on waiting for others, keeps their connections: their ends were read, or
# not; the program closes them in the end; there is one. Nearly: it closes each; the client has only shut down, and
# waits for its answer; a client that was told the end does something else than to use sockets, and ends.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ ← 127\.0\.0\.1:\d+ · 3 times 3 connections were ended by the peer, which was read, and not closed for up to 1\.\d+ s
# hint: recvfrom 0 of 100 B
# hint unread: 3 connections were ended by the peer, which was never read, and not closed for up to
# hint unread: sendto 6 B "answer"
# hint closed: 3 connections were ended by the peer, which was read
# hint one: 1 connection was ended by the peer, which was read
# nearly half: long-wait
# nearly client:
import os
import socket
import sys
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0))
clients = 1 if case in ("one", "half", "client") else 3


def ask():
    for _ in range(clients):
        client = socket.create_connection(server.getsockname())
        client.send(b"query")
        if case == "half":
            client.shutdown(socket.SHUT_WR)
        client.recv(6)
        if case == "client":
            client.recv(6)
            time.sleep(1.2)
            client.detach()
            os._exit(0)
        client.close()
    os._exit(0)


if os.fork() == 0:
    ask()
kept = []
for _ in range(clients):
    accepted, _ = server.accept()
    accepted.recv(100)
    if case == "half":
        accepted.recv(100)
        time.sleep(1.2)
    accepted.send(b"answer")
    if case not in ("unread", "half", "client"):
        accepted.recv(100)
    if case in ("nearly", "half", "client"):
        accepted.close()
    kept.append(accepted)
os.wait()
server.settimeout(1.2)
try:
    server.accept()
except TimeoutError:
    pass
if case == "closed":
    for accepted in kept:
        accepted.close()
os._exit(0)
