# SPDX-License-Identifier: MIT
# A client asks, and its server does not answer: the client waits in a receive, for this connection alone or
# among others, in another thread, on a copy; or it waits for what the server says first. It is killed, or
# gives up. Nearly: the answer comes late; a client that only sends; a server whose client asks
# nothing more; a client that had its answer and waits; one that waits among others after a few bytes; one
# that has a thread for whatever comes.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ no answer came, for [\d.]+ s, and the wait never returned; its peer, python3, has read 5 B
# hint: sendto 5 B "query" .* recvfrom .* never returned
# hint poll: no answer came, for [\d.]+ s; its peer, python3, has read 5 B
# hint queued: no answer came, for [\d.]+ s, .*; nobody had accepted the connection until then
# hint poll: poll .* none ready
# hint epoll: no answer came, for [\d.]+ s
# hint thread: no answer came, for [\d.]+ s, and the wait never returned
# hint copy: no answer came, for [\d.]+ s, and the wait never returned
# hint first: nothing came since the connect, for [\d.]+ s, and the wait never returned; its peer, python3, has read 0 B
# nearly sender:
# nearly idle:
# nearly others:
# nearly reader:
import os
import select
import signal
import socket
import sys
import threading
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
KNOWN = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
server = socket.create_server(("127.0.0.1", 0))
answers = case in ("nearly", "idle")


def serve():
    if case == "queued":
        time.sleep(60)
    accepted, _ = server.accept()
    if case != "first":
        accepted.recv(100)
    if answers:
        time.sleep(0.8 if case == "nearly" else 0)
        accepted.send(b"answer")
    # Until the client has gone; what it waits for is its own business.
    select.select([accepted, server], [], [])
    os._exit(0)


def wait(client):
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if case == "poll":
        polled = select.poll()
        polled.register(client, select.POLLIN)
        for _ in range(12):
            polled.poll(100)
    elif case in ("epoll", "sender", "others"):
        watched = select.epoll()
        watched.register(client, select.EPOLLIN)
        watched.register(other, select.EPOLLIN)
        for _ in range(12):
            watched.poll(0.1)
    elif case == "thread":
        threading.Thread(target=client.recv, args=[6], daemon=True).start()
        time.sleep(1.2)
        os._exit(0)
    elif case == "reader":
        threading.Thread(target=client.recv, args=[6], daemon=True).start()
        time.sleep(0.1)
        client.send(b"sent")
        time.sleep(1.2)
        os._exit(0)
    elif case == "copy":
        client.dup().recv(6)
    else:
        client.recv(6)
        if case == "idle":
            client.recv(6)


pid = os.fork()
if pid == 0:
    serve()
asking = os.fork()
if asking == 0:
    connected = socket.create_connection(server.getsockname())
    server.close()
    if case == "sender":
        for _ in range(2):
            connected.send(b"sent")
    elif case not in ("first", "reader"):
        connected.send(KNOWN if case == "epoll" else b"query")
    wait(connected)
    os._exit(0)
server.close()
if case not in ("poll", "epoll", "sender", "others", "thread", "reader", "nearly"):
    time.sleep(1.3)
    os.kill(asking, signal.SIGTERM)
for _ in range(2):
    os.wait()
