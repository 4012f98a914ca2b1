# SPDX-License-Identifier: MIT
# A client makes a new connection for each of its questions. Nearly: each process makes one; one connection
# has all questions; all are open at once; nothing is asked; two questions on each.
# hint: python3 \d+ · 30 times 30 connections to 127\.0\.0\.1:\d+ with one exchange each, 29 of them just after
# hint: to connect took .* of their .* connect 127\.0\.0\.1:\d+
# hint threads: · 40 times 40 connections to 127\.0\.0\.1:\d+ with one exchange each
# hint farewell: · 30 times 30 connections to 127\.0\.0\.1:\d+ with one exchange each
# nearly processes:
# nearly together:
# nearly silent:
# nearly two:
import os
import socket
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


def serve_all(count):
    for _ in range(count):
        accepted = server.accept()[0]
        threading.Thread(target=serve, args=[accepted]).start()


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
