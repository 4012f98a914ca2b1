# SPDX-License-Identifier: MIT
# A client that does nothing but wait for a slow server; a server that nobody connects to; one that
# is killed while it waits; a connect with a limit, to a server that does not answer; a worker that
# is told of a client, which another worker accepts. Nearly: the same with O_NONBLOCK; a client
# that works, and its server, that can do nothing else; one that works for half of the time; one that
# waits for what it has not asked for; clients that are connected at once, and wait for the answer to
# come, or for room to send; a server that has served, and waits for whoever comes next;
# a connect that has a limit, to a server that does not answer.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ [\d.]+ s of [\d.]+ s went by in this call
# hint: recvfrom 6 of 100 B "answer" waited [\d.]+ s
# hint accept: fd \d+ · TCP 127\.0\.0\.1:\d+ [\d.]+ s of [\d.]+ s went by in this call [0-9.]+ s accept4 .* waited [\d.]+ s
# hint killed: [\d.]+ s of [\d.]+ s went by in this call, which never returned [0-9.]+ s accept4
# hint taken: fd \d+ · TCP 127\.0\.0\.1:\d+ an accept waited for [\d.]+ s, though a wait had said that a client was there
# hint taken: epoll_wait|accept4 .* waited .* Set O_NONBLOCK on the listening socket
# nearly: window-full
# nearly half:
# nearly nonblocking:
# nearly subscriber:
# nearly served:
# nearly connect: backlog
import os
import select
import signal
import socket
import sys
import time

case = sys.argv[1] if len(sys.argv) > 1 else "client"
server = socket.create_server(("127.0.0.1", 0))


def serve():
    accepted, _ = server.accept()
    if case != "subscriber":
        accepted.recv(5)
    if case != "nearly":
        time.sleep(1.2)
    accepted.send(b"answer")


def ask():
    client = socket.create_connection(server.getsockname())
    if case in ("nearly", "half"):
        time.sleep(1.5)
    if case != "subscriber":
        client.send(b"query")
    if case != "nearly":
        begin = time.monotonic()
        client.recv(100)
        if case == "half":
            time.sleep(time.monotonic() - begin)
    client.close()


def connect_with_limit(size):
    """To a server that is slow to read, and to answer."""
    slow = socket.create_server(("127.0.0.1", 0))
    if os.fork() == 0:
        accepted, _ = slow.accept()
        time.sleep(1.2)
        while size > 0:
            size -= len(accepted.recv(1 << 20))
        accepted.send(b"answer")
    else:
        client = socket.create_connection(slow.getsockname(), timeout=5)
        client.sendall(b"x" * size)
        client.recv(6)
        os.wait()
    os._exit(0)


def accept_what_another_took():
    server.setblocking(case == "taken")
    first = socket.create_connection(server.getsockname())
    instance = select.epoll()
    instance.register(server, select.EPOLLIN)
    instance.poll()
    if os.fork() == 0:
        server.accept()
        os._exit(0)
    os.wait()
    if os.fork() == 0:
        time.sleep(1.2)
        socket.create_connection(server.getsockname())
        os._exit(0)
    try:
        server.accept()
    except BlockingIOError:
        pass
    os.wait()
    first.close()


if case in ("taken", "nonblocking"):
    accept_what_another_took()
for bytes_to_send in [0, 20000000] if case == "nearly" else []:
    if os.fork() == 0:
        connect_with_limit(bytes_to_send)
if case in ("taken", "nonblocking"):
    pass
elif case == "killed":
    signal.setitimer(signal.ITIMER_REAL, 1.2)
    server.accept()
elif case == "served":
    if os.fork() == 0:
        socket.create_connection(server.getsockname())
        os._exit(0)
    server.accept()[0].close()
    signal.setitimer(signal.ITIMER_REAL, 1.2)
    server.accept()
elif case == "accept" and os.fork() == 0:
    time.sleep(1.2)
    socket.create_connection(server.getsockname())
elif case == "accept":
    server.accept()
elif case == "connect":
    # With a full queue it drops what asks for a connection.
    silent = socket.create_server(("127.0.0.2", 0), backlog=0)
    first = socket.create_connection(silent.getsockname())
    try:
        socket.create_connection(silent.getsockname(), timeout=1.2)
    except OSError:
        pass
elif os.fork() == 0:
    serve()
    os._exit(0)
else:
    ask()
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
