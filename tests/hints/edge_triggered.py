# SPDX-License-Identifier: MIT
# Edge-triggered epoll: one receive, or one accept, an event, and a wait although more is there.
# Nearly: until EAGAIN; level-triggered; the rest is received without another event; with EPOLLONESHOT,
# set anew.
# hint: fd \d+ · TCP .* a receive filled its buffer, and more was there, while the thread waited for \d+ ms
# hint: recvfrom 10 B .* epoll_wait .* waited \d+ ms .* recvfrom
# hint never: a receive filled its buffer, and more was there, while the thread waited for \d+ ms
# hint pair: a receive filled its buffer, and more was there, while the thread waited for \d+ ms
# hint accept: fd \d+ · TCP .* one accept, and another connection was there, while the thread waited for \d+ ms
# hint accept: accept4 .* epoll_wait .* waited \d+ ms .* accept4
# hint queue: one accept, and another connection was there, while the thread waited for \d+ ms
# hint queue: accept4 .* epoll_wait .* waited \d+ ms
# nearly level:
# nearly rest:
# nearly anew:
# nearly alone:
import os
import select
import socket
import sys
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
edges = 0 if case == "level" else select.EPOLLET
server = socket.create_server(("127.0.0.1", 0))
instance = select.epoll()
go, told = os.pipe()


def accept():
    """Two clients are there before the first event."""
    clients = [socket.create_connection(server.getsockname()) for _ in range(2)]
    server.setblocking(False)
    instance.register(server, select.EPOLLIN | select.EPOLLET)
    instance.poll()
    server.accept()
    if case == "queue":  # nobody says so but the kernel
        instance.poll(0.2)
        os._exit(0)
    if os.fork() == 0:
        time.sleep(0.2)
        socket.create_connection(server.getsockname()).close()
        os._exit(0)
    instance.poll()
    server.accept()
    os.wait()
    for client in clients:
        client.close()


def receive(client, accepted):
    """Of 25 bytes ten are received, then, after a wait, ten more."""
    oneshot = select.EPOLLONESHOT if case == "anew" else 0
    client.send(bytes(10 if case == "alone" else 25))
    accepted.setblocking(False)
    instance.register(accepted, select.EPOLLIN | edges | oneshot)
    instance.poll()
    accepted.recv(10)
    if case == "nearly":
        accepted.recv(10)
        accepted.recv(10)
        try:
            accepted.recv(10)
        except BlockingIOError:
            pass
    elif case == "anew":
        instance.modify(accepted, select.EPOLLIN | edges | oneshot)
    if os.fork() == 0:
        time.sleep(0.2)
        if case not in ("never", "rest", "anew", "level"):
            client.send(bytes(10))
        os._exit(0)
    instance.poll(0.3 if case in ("never", "rest") else 60)
    if case != "never":
        accepted.recv(10)
    if case in ("rest", "level"):
        accepted.recv(10)
    os.wait()


if case in ("accept", "queue"):
    accept()
elif case == "pair":
    receive(*socket.socketpair())
else:
    connecting = socket.create_connection(server.getsockname())
    receive(connecting, server.accept()[0])
    connecting.close()
