# SPDX-License-Identifier: MIT
# A client makes a new connection for each of its questions. Nearly: each process makes one; one connection
# has all questions; all are open at once; nothing is asked; two questions on each, also where PostgreSQL's user was let in first.
# hint: python3 \d+ · 30 times 30 connections to 127\.0\.0\.1:\d+ with one exchange each, 29 of them just after
# hint: to connect took .* of their .* connect 127\.0\.0\.1:\d+
# hint threads: · 40 times 40 connections to 127\.0\.0\.1:\d+ with one exchange each
# hint farewell: · 30 times 30 connections to 127\.0\.0\.1:\d+ with one exchange each
# hint postgresql: · 30 times 30 connections to 127\.0\.0\.1:\d+ with one exchange each, 29 of them just after
# nearly processes:
# nearly together:
# nearly silent:
# nearly two:
# nearly trusted:
import os
import socket
import struct
import sys
import threading

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0), backlog=64)
address = server.getsockname()


def serve(accepted):
    while question := accepted.recv(100):
        if question != b"bye":
            accepted.sendall(b"answer to " + question)
    accepted.close()


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


def authentication(number, body=b""):
    return message(b"R", struct.pack("!i", number) + body)


READY = message(b"Z", b"I")
# What the client says before it asks, and what it is answered: with SCRAM, and without a password.
STARTUP = message(b"", struct.pack("!i", 196608) + b"user\0postgres\0\0")
SCRAM = {message(b"", struct.pack("!i", 80877103)): b"N",
         STARTUP: authentication(10, b"SCRAM-SHA-256\0\0"),
         message(b"p", b"SCRAM-SHA-256\0\0\0\0\x05n,,n="): authentication(11, b"r=1,s=1,i=4096"),
         message(b"p", b"c=biws,r=1"): authentication(12, b"v=1") + authentication(0) + READY}
TRUST = {STARTUP: authentication(0) + READY}
QUERY = {message(b"Q", b"SELECT 1\0"): message(b"C", b"SELECT 1\0") + READY}


def serve_postgresql(accepted):
    answers = {**(SCRAM if case == "postgresql" else TRUST), **QUERY}
    while question := accepted.recv(100):
        accepted.sendall(answers[question])
    accepted.close()


def query_anew(count, introduction, times):
    for _ in range(count):
        with socket.create_connection(address) as client:
            for question in [*introduction, *(times * [*QUERY])]:
                client.sendall(question)
                client.recv(100)


def serve_all(count):
    for _ in range(count):
        accepted = server.accept()[0]
        serve_one = serve_postgresql if case in ("postgresql", "trusted") else serve
        threading.Thread(target=serve_one, args=[accepted]).start()


def ask(client, times=1):
    for _ in range(times):
        client.sendall(b"question")
        client.recv(100)


def ask_anew(count, times=1, farewell=b""):
    for _ in range(count):
        with socket.create_connection(address) as client:
            ask(client, times)
            if farewell:
                client.sendall(farewell)


counts = {"nearly": 1, "threads": 40}
if os.fork() == 0:
    serve_all(counts.get(case, 30))
    sys.exit()
if case == "nearly":
    ask_anew(1, 60)
elif case == "processes":
    for _ in range(30):
        if os.fork() == 0:
            ask_anew(1)
            os._exit(0)
        os.wait()
elif case == "together":
    clients = [socket.create_connection(address) for _ in range(30)]
    for client in clients:
        ask(client)
    for client in clients:
        client.close()
elif case == "silent":
    ask_anew(30, 0)
elif case == "two":
    ask_anew(30, 2)
elif case == "postgresql":
    query_anew(30, SCRAM, 1)
elif case == "trusted":
    query_anew(30, TRUST, 2)
elif case == "farewell":
    ask_anew(30, farewell=b"bye")
elif case == "threads":
    threads = [threading.Thread(target=ask_anew, args=[10]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
else:
    ask_anew(30)
os.wait()
