# SPDX-License-Identifier: MIT
"""A server to attach to: calls epoll_wait and recv by themselves, so that no library hides an EINTR,
and says on standard output its port, and whatever fails. Ends with the first client that sends
"quit", or after five minutes."""

import ctypes
import os
import select
import signal
import socket
import struct
import threading
import warnings

# It forks while it has another thread, and the child calls nothing that could wait for that one.
warnings.simplefilter("ignore", DeprecationWarning)
signal.alarm(300)
libc = ctypes.CDLL(None, use_errno=True)


def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def blocked(end):
    """recv with a time limit is not restarted by the kernel when something interrupts it."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 50, 0))
    result = libc.recv(end.fileno(), ctypes.create_string_buffer(4), 4, 0)
    say("recv", result, ctypes.get_errno())


listening = socket.create_server(("127.0.0.1", 0))
ours, theirs = socket.socketpair()
thread = threading.Thread(target=blocked, args=(ours,))
thread.start()
epoll = select.epoll()
epoll.register(listening.fileno(), select.EPOLLIN)
events = ctypes.create_string_buffer(12)
say(listening.getsockname()[1])
word = b""
while word != b"quit":
    count = libc.epoll_wait(epoll.fileno(), events, 1, -1)
    if count < 0:
        say("epoll_wait", count, ctypes.get_errno())
        continue
    with listening.accept()[0] as client:
        word = client.recv(100)
        if word == b"fork":
            child = os.fork()
            if child == 0:
                client.sendall(b"child")
                os._exit(0)
            os.waitpid(child, 0)
        client.sendall(word.upper())
theirs.sendall(b"bye")
thread.join()
