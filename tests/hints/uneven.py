# SPDX-License-Identifier: MIT
# Four workers wait for one listening socket, each with an epoll instance of its own, and all are woken for each
# client. Nearly: EPOLLEXCLUSIVE wakes one of them; one worker accepts until there is nobody more.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ · \d\d times 4 workers accepted 25 clients, the busiest one \d+, the idlest \d+; \d\d times
# hint: epoll_wait fd \d+ EPOLLIN .* accept4 .* EAGAIN
# hint threads: 4 workers accepted 25 clients, .* one was woken, and found none
# hint poll: 4 workers accepted 25 clients, .* one was woken, and found none .* poll .* accept4 .* EAGAIN
# nearly alone:
import os
import select
import socket
import sys
import threading
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0), backlog=64)
server.setblocking(False)
workers, clients = 1 if case == "alone" else 4, 25
EPOLLEXCLUSIVE = 1 << 28


def waiter():
    if case == "poll":
        poll = select.poll()
        poll.register(server, select.POLLIN)
        return lambda: poll.poll(500)
    epoll = select.epoll()
    epoll.register(server, select.EPOLLIN | (EPOLLEXCLUSIVE if case == "nearly" else 0))
    return lambda: epoll.poll(0.5)


def work():
    wait, kept = waiter(), []
    while wait():
        time.sleep(0.02)  # so that all that are to be woken are
        try:
            kept.append(server.accept())
            while case == "alone":
                kept.append(server.accept())
        except BlockingIOError:
            pass


if case == "threads":
    for _ in range(workers):
        threading.Thread(target=work).start()
else:
    for _ in range(workers):
        if os.fork() == 0:
            work()
            os._exit(0)
time.sleep(0.1)
connections = []
for _ in range(clients):
    connections.append(socket.create_connection(server.getsockname()))
    time.sleep(0.04)
for connection in connections:
    connection.close()
if case != "threads":
    for _ in range(workers):
        os.wait()
