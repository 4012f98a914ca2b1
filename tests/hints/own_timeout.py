# SPDX-License-Identifier: MIT
# A client does not wait any longer: a receive with SO_RCVTIMEO, a poll with a limit, among other sockets, for an
# answer, for what it has not asked for, for room to send, for a connect. The server finds a connection that is
# gone, which is no hint of its own. Nearly: a client that looks now and then whether it shall go on; a
# server that does not wait for an idle client; an answer that comes at the second try.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ nothing had come after 3\d\d ms: SO_RCVTIMEO was reached, and the program ended the connection
# hint: recvfrom size 6 B EAGAIN .* close
# hint asked: no answer had come after [\d.]+ ms: SO_RCVTIMEO was reached
# hint poll: no answer had come after [\d.]+ ms: the limit of the wait was reached
# hint epoll: no answer had come after [\d.]+ ms: the limit of the wait was reached
# hint silent: nothing had come after [\d.]+ ms: the limit of the wait was reached
# hint room: there was no room to send after [\d.]+ ms: SO_SNDTIMEO
# hint connect: the connection did not stand after [\d.]+ ms: the limit of the wait was reached
# hint blocking: the connection did not stand after [\d.]+ ms: SO_SNDTIMEO
# nearly ticks: broken-pipe
# nearly looks: broken-pipe
# nearly server:
import os
import select
import socket
import struct
import sys
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
LIMIT = struct.pack("ll", 0, 300000)
server = socket.create_server(("127.0.0.1", 0), backlog=0)


def serve():
    accepted, _ = server.accept()
    if case == "server":
        accepted.settimeout(0.3)
        try:
            accepted.recv(6)
        except TimeoutError:
            pass
        os._exit(0)
    time.sleep(0.45 if case == "nearly" else 1.2 if case == "room" else 0.6)
    try:
        accepted.send(b"answer")
        time.sleep(0.01)
        accepted.send(b"answer")
    except OSError:
        pass
    os._exit(0)


def wait(client):
    if case == "poll":
        client.settimeout(0.3)
        client.recv(6)
    elif case == "epoll":
        watched = select.epoll()
        watched.register(client, select.EPOLLIN)
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        watched.register(other, select.EPOLLIN)
        watched.poll(0.3)
    elif case == "silent":
        client.settimeout(0.3)
        client.recv(6)
    elif case == "room":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, LIMIT)
        while True:
            client.send(b"x" * 1000000)
    else:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, LIMIT)
        for _ in range(2 if case == "nearly" else 1):
            try:
                client.recv(6)
            except BlockingIOError:
                if case == "nearly":
                    client.recv(6)


def tick(client):
    client.setblocking(False)
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        select.select([client], [], [], 0.05)


def ask():
    client = socket.create_connection(server.getsockname())
    if case in ("asked", "poll", "epoll", "nearly", "looks"):
        client.send(b"query")
    try:
        if case == "server":
            time.sleep(0.5)
        elif case in ("ticks", "looks"):
            tick(client)
        else:
            wait(client)
    except OSError:
        pass
    client.close()


if case in ("connect", "blocking"):
    # With a full queue it drops what asks for a connection.
    first = socket.create_connection(server.getsockname())
    second = socket.socket()
    if case == "connect":
        second.settimeout(0.3)
    else:
        second.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, LIMIT)
    try:
        second.connect(server.getsockname())
    except OSError:
        pass
    second.close()
elif os.fork() == 0:
    serve()
else:
    ask()
    os.wait()
