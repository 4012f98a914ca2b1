# SPDX-License-Identifier: MIT
# A client does not wait any longer: a receive with SO_RCVTIMEO, a poll with a limit, among other sockets, for an
# answer, for what it has not asked for, for room to send, for a connect, for an answer of a server that does not accept,
# or does so later, for the word of a server that speaks first; it looks once more before it gives up, or has other
# timers; another thread goes on waiting. The server finds a connection that is gone, which is no hint of its own. Nearly:
# a client that looks now and then whether it shall go on; an event loop that always reads, and has a timer for something
# else; a server that does not wait for an idle client; an answer that comes at the second try; an event loop that
# sleeps before it closes; addresses that are given up for the next one.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ nothing had come after 3\d\d ms: SO_RCVTIMEO was reached, and the program ended the connection
# hint: recvfrom size 6 B EAGAIN .* close
# hint asked: no answer had come after [\d.]+ ms: SO_RCVTIMEO was reached
# hint poll: no answer had come after [\d.]+ ms: the limit of the wait was reached
# hint epoll: no answer had come after [\d.]+ ms: the limit of the wait was reached
# hint again: no answer had come after [\d.]+ ms: the limit of the wait was reached
# hint timers: no answer had come after [\d.]+ ms: the limit of the wait was reached
# hint threads: no answer had come after [\d.]+ ms: the limit of the wait was reached
# hint asyncio: no answer had come after [\d.]+ ms: the limit of the wait was reached
# hint asyncio: epoll_wait .* limit \d+ ms .* close
# hint asked: and the program ended the connection; its peer, python3, has read 0 B
# hint queued: no answer had come .* ended the connection; nobody had accepted the connection until then
# hint accepted: no answer had come .* ended the connection; nobody had accepted the connection until then
# hint silent: nothing had come after [\d.]+ ms: the limit of the wait was reached
# hint room: there was no room to send after [\d.]+ ms: SO_SNDTIMEO
# hint stood: nothing had come after [\d.]+ ms: the limit of the wait was reached
# hint connect: the connection did not stand after [\d.]+ ms: the limit of the wait was reached
# hint blocking: the connection did not stand after [\d.]+ ms: SO_SNDTIMEO
# nearly ticks: broken-pipe
# nearly looks: broken-pipe
# nearly reads: broken-pipe
# nearly server:
# nearly sleeps: broken-pipe
# nearly addresses: slow-fallback
import asyncio
import os
import select
import socket
import struct
import sys
import threading
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
QUESTION = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LIMIT = struct.pack("ll", 0, 300000)
server = socket.create_server(("127.0.0.1", 0), backlog=0)
open_until, closed = os.pipe()


def serve():
    os.close(closed)
    if case in ("queued", "accepted"):
        os.read(open_until, 1)
        if case == "accepted":
            server.accept()
        os._exit(0)
    accepted, _ = server.accept()
    if case == "server":
        accepted.settimeout(0.3)
        try:
            accepted.recv(6)
        except TimeoutError:
            pass
        os._exit(0)
    if case == "nearly":
        time.sleep(0.45)
    else:
        os.read(open_until, 1)
    try:
        accepted.send(b"answer")
        time.sleep(0.01)
        accepted.send(b"answer")
    except OSError:
        pass
    os._exit(0)


def wait(client):
    if case in ("poll", "queued", "accepted"):
        client.settimeout(0.3)
        client.recv(6)
    elif case in ("epoll", "reads", "timers", "threads"):
        watched = select.epoll()
        watched.register(client, select.EPOLLIN)
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        watched.register(other, select.EPOLLIN)
        for limit in (0.28, 0, 0.02) if case == "timers" else (0.3,):
            watched.poll(limit)
        if case == "threads":
            threading.Thread(target=watched.poll, daemon=True).start()
            time.sleep(0.05)
        if case == "reads":  # as a runtime does when somebody receives, whatever the timer is for
            client.setblocking(False)
            client.recv(6)
    elif case == "again":  # as java.net.Socket does
        select.select([client], [], [], 0.3)
        client.setblocking(False)
        client.recv(6)
    elif case in ("silent", "stood"):
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


def connect():
    if case != "stood":
        return socket.create_connection(server.getsockname())
    client, connected = socket.socket(), select.poll()
    client.setblocking(False)
    client.connect_ex(server.getsockname())
    connected.register(client, select.POLLOUT)
    connected.poll()
    client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    try:  # it reads before it waits, as event loops do
        client.recv(6)
    except BlockingIOError:
        pass
    return client


def ask():
    client = connect()
    if case in ("epoll", "timers", "threads"):
        client.send(QUESTION)
    if case in ("asked", "queued", "accepted", "poll", "again", "reads", "nearly", "looks"):
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
    os.close(closed)


async def ask_in_loop():
    reader, writer = await asyncio.open_connection(*server.getsockname())
    if case == "sleeps":
        writer.write(b"news")
        await asyncio.sleep(0.3)
    else:
        writer.write(QUESTION)
        try:
            await asyncio.wait_for(reader.read(6), 0.3)
        except asyncio.TimeoutError:
            pass
    writer.close()


def try_addresses():
    """The first ones do not answer: their queues are full."""
    port, waiting = server.getsockname()[1], []
    for address in ("127.0.0.2", "127.0.0.3"):
        waiting.append(socket.create_server((address, port), backlog=0))
        waiting.append(socket.create_connection((address, port)))
    for address in ("127.0.0.2", "127.0.0.3", "127.0.0.1"):
        with socket.socket() as client:
            client.settimeout(0.3)
            if client.connect_ex((address, port)) == 0:
                client.send(b"news")


if case == "addresses":
    try_addresses()
elif case in ("connect", "blocking"):
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
elif case in ("asyncio", "sleeps"):
    asyncio.run(ask_in_loop())
    os.close(closed)
    os.wait()
else:
    ask()
    os.wait()
