# SPDX-License-Identifier: MIT
# Clients come faster than the server accepts, and one of them has to ask again after a second. Nearly:
# the queue has room for all.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ with a backlog of 1 and 2 connections waiting for accept, a connect
# hint: listen .* connect .* waited [\d.]+ s
# hint limit: with a backlog of 1 and 2 connections waiting for accept, a connect took [\d.]+ s
# hint limit: listen .* connect .* EINPROGRESS .* poll .* waited [\d.]+ s
# hint burst: with a backlog of 1 and [2-9] connections waiting for accept, a connect took [\d.]+ s
import os
import select
import socket
import sys
import threading
import time

from pace import DISTURBED

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0), backlog=8 if case == "nearly" else 1)
clients = 8 if case == "burst" else 3


def connects():
    """How many sockets ask the server for a connection, or think that they have one."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        return sum(line.split()[2].endswith(":%04X" % server.getsockname()[1]) for line in table)


if os.fork() == 0:
    while connects() < clients:
        time.sleep(0.01)
    for _ in range(clients):
        select.select([server], [], [])
        server.accept()[0].close()
    os._exit(0)
if case == "burst":
    together, took = threading.Barrier(clients), []

    def connect():
        together.wait()
        begin = time.monotonic()
        socket.create_connection(server.getsockname())
        took.append((begin, time.monotonic()))

    threads = [threading.Thread(target=connect) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.wait()
    # Those that there was room for were connected while the others began to ask.
    first = min(begin for begin, end in took)
    sys.exit(DISTURBED if max(end for begin, end in took if end - begin < 0.5) - first >= 0.1 else 0)
kept = [socket.create_connection(server.getsockname(), timeout=60 if case == "limit" else None)
        for _ in range(clients)]
os.wait()
