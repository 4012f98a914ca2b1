# SPDX-License-Identifier: MIT
# Clients come faster than the server accepts, and one of them has to ask again after a second. Nearly:
# the queue has room for all.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ with a backlog of 1 and 2 connections waiting for accept, a connect
# hint: listen .* connect .* waited [\d.]+ s
# hint limit: with a backlog of 1 and 2 connections waiting for accept, a connect took [\d.]+ s
# hint limit: listen .* connect .* EINPROGRESS .* poll .* waited [\d.]+ s
# hint burst: with a backlog of 1 and [2-9] connections waiting for accept, a connect took [\d.]+ s
# hint unix: UNIX .* 2 times EAGAIN: the queue of the listening socket was full .* connect .*s\.sock EAGAIN
# hint wait: UNIX .* a connect waited \d+ ms, as it does only for room in the queue
# hint client: a connect on this machine took 1\.\d+ s: its SYN found no room, and was sent again
# hint silent: a connect on this machine had no answer for 1\.\d+ s, as when the queue is full
# hint option: a connect on this machine had no answer for 1\.\d+ s, as when the queue is full
# nearly late:
import os
import select
import socket
import struct
import sys
import tempfile
import threading
import time

from pace import DISTURBED

case = sys.argv[1] if len(sys.argv) > 1 else ""
if case in ("unix", "wait"):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s.sock")
        server, clients = socket.socket(socket.AF_UNIX), [socket.socket(socket.AF_UNIX) for _ in range(3)]
        server.bind(path)
        server.listen(0)
        if case == "unix":
            for client in clients:
                client.setblocking(False)
                client.connect_ex(path)
            sys.exit()
        if os.fork() == 0:
            for client in clients[:2]:
                client.connect(path)
            os._exit(0)
        for _ in range(2):
            time.sleep(0.3)
            server.accept()[0].close()
        os.wait()
        sys.exit()
if case in ("client", "silent", "option", "late"):
    port = int(os.environ[{"client": "SLOW_PORT", "late": "HELD_PORT"}.get(case, "FULL_PORT")])
    made = []
    for _ in range(4 if case == "client" else 1):
        client = socket.socket()
        made.append(client)
        if case == "silent":
            client.settimeout(1.5)
        if case == "option":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 1, 500000))
        if case == "late":
            client.setblocking(False)
        client.connect_ex(("127.0.0.1", port))
        if case == "late":
            time.sleep(1.1)
            select.select([], [client], [])
            client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    sys.exit()
server = socket.create_server(("127.0.0.1", 0), backlog=8 if case == "nearly" else 1)
clients = 8 if case == "burst" else 3


def connects():
    """How many sockets ask the server for a connection, or think that they have one."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        return sum(line.split()[2].endswith(":%04X" % server.getsockname()[1]) for line in table)


if os.fork() == 0:
    while connects() < clients:
        time.sleep(0.01)
    accepted = []
    for _ in range(clients):
        select.select([server], [], [])
        accepted.append(server.accept())
    os._exit(0)
if case == "burst":
    together, took, kept = threading.Barrier(clients), [], []

    def connect():
        together.wait()
        begin = time.monotonic()
        kept.append(socket.create_connection(server.getsockname()))
        kept[-1].send(b"x")  # until its server knows it, too, this is sent again
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
