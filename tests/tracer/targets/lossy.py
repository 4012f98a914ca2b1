# SPDX-License-Identifier: MIT
"""What TCP does that no call shows: lossy.py WHAT. Segments are lost where a filter drops them at the
socket that they come to."""

import ctypes
import os
import select
import socket
import struct
import sys
import threading
import time

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
RETURN_NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))


def lose(at):
    at.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
        struct.pack("HL", 1, ctypes.addressof(RETURN_NOTHING)))


def find(at):
    at.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def listener(backlog=5):
    return socket.create_server(("127.0.0.1", 0), backlog=backlog)


def pair(at):
    client = socket.create_connection(at.getsockname())
    return client, at.accept()[0]


def lost_syn():
    at = listener()
    lose(at)
    threading.Timer(0.2, find, (at,)).start()
    client, server = pair(at)
    client.close()
    server.close()


def lost_data():
    client, server = pair(listener())
    lose(server)
    client.send(b"hello")
    time.sleep(0.7)
    client.close()


def full_window():
    client, server = pair(listener())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 300000))
    try:
        while True:
            client.send(bytes(1 << 20))
    except BlockingIOError:
        pass
    client.close()
    server.close()


def backlog():
    at = listener(3)
    held = [socket.create_connection(at.getsockname()) for i in range(3)]
    held.append(at.accept()[0])
    os._exit(0)


def reset():
    client, server = pair(listener())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    try:
        server.recv(10)
    except ConnectionResetError:
        pass
    server.close()


def nonblocking():
    at = listener()
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(at.getsockname())
    select.select([], [client], [])
    client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    client.close()


def forked():
    client, server = pair(listener())
    if os.fork() == 0:
        client.close()
        os._exit(0)
    os.wait()
    client.close()
    server.close()


def polled():
    """One wait finds a socket ready, one that is for a socket alone finds nothing."""
    client, server = pair(listener())
    threading.Timer(0.2, server.send, (b"123",)).start()
    select.select([client, server], [], [])
    poll = select.poll()
    poll.register(server, select.POLLIN)
    poll.poll(200)
    client.close()
    server.close()


def connecting():
    """Nothing answers, as long as the program waits for it, and then until it has no patience."""
    at = listener()
    lose(at)
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(at.getsockname())
    select.select([], [client], [], 0.2)
    client.close()
    client = socket.socket()
    client.setsockopt(socket.IPPROTO_TCP, 18, 300)  # TCP_USER_TIMEOUT, in ms
    client.setblocking(False)
    client.connect_ex(at.getsockname())
    select.select([], [client], [])


def given_away():
    """A number becomes another connection's while connect waits on it."""
    at = listener()
    lose(at)
    client, server = pair(listener())
    server.send(b"12345")
    waiting = socket.socket()
    one = threading.Thread(target=waiting.connect, args=(at.getsockname(),))
    one.start()
    time.sleep(0.3)
    os.dup2(client.fileno(), waiting.fileno())
    find(at)
    one.join()
    os._exit(0)


def sharing():
    """A process that shares all descriptors ends, and nothing of the sockets does."""
    client, server = pair(listener())
    clone, clone_files, sigchld = 56, 0x400, 17
    if ctypes.CDLL(None).syscall(clone, clone_files | sigchld, 0, 0, 0, 0) == 0:
        client.send(b"1")
        os._exit(0)
    os.wait()
    client.send(b"2345")
    os._exit(0)


def replaced():
    """Descriptors that end without a close of their own."""
    client, server = pair(listener())
    client.send(b"1")
    os.dup2(0, client.detach())
    os.closerange(server.fileno(), server.fileno() + 2)
    server.detach()


def killed():
    held = pair(listener())
    held[0].send(b"12345")
    os.kill(os.getpid(), 9)


def thread():
    """The sockets are another thread's, and the process ends by the first."""
    made = threading.Event()

    def work():
        global held
        held = pair(listener())
        made.set()
        time.sleep(100)

    threading.Thread(target=work, daemon=True).start()
    made.wait()
    os._exit(0)


def leaving():
    """A thread ends, and nothing of its process's sockets does."""
    held = pair(listener())
    threads = [threading.Thread(target=held[0].send, args=(b"x",)) for i in range(5)]
    for one in threads:
        one.start()
        one.join()
    held[0].close()
    held[1].close()


def race():
    """One thread is told of resets, or shuts down, while another closes. Each close has to be seen by the
    other end, and an epoll instance must not answer for what was closed."""
    at = listener()
    for i in range(int(sys.argv[2])):
        client, server = pair(at)
        number = server.detach()
        is_reset = i % 2
        epoll = select.epoll()
        epoll.register(number, select.EPOLLIN | select.EPOLLHUP | select.EPOLLRDHUP)
        if is_reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()

        def other():
            held = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=number)
            try:
                if is_reset:
                    held.recv(1)
                else:
                    held.shutdown(socket.SHUT_RD)
            except OSError:
                pass
            held.detach()

        one = threading.Thread(target=other)
        one.start()
        os.close(number)
        assert epoll.poll(0) == [], "an epoll instance answers for what was closed"
        one.join()
        if not is_reset:
            client.settimeout(10)
            assert client.recv(1) == b"", "no end of stream"
            client.close()
        epoll.close()


def serve():
    """Holds a listener and both ends of a connection until it is killed."""
    held = pair(listener())
    held[0].send(b"1234")
    print("ready", flush=True)
    while True:
        time.sleep(0.05)


globals()[sys.argv[1]]()
