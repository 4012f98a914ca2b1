# SPDX-License-Identifier: MIT
# Asks a socket that does not block again and again; or after a look that does not wait; reads the end of the
# stream again; does nothing about a peer that is gone, about bytes that are there, or about descriptors
# that are used up; looks, and never waits. Nearly: it waits in between; it is told of each event once; another
# thread, or another descriptor, takes what is ready; it computes in between.
# hint: fd \d+ · UDP 127\.0\.0\.1:\d+ · 1000 times 1000 calls in .* that returned EAGAIN
# hint: recvfrom size 100 B EAGAIN
# hint look: \d+ calls in .* that returned EAGAIN
# hint end: UNIX · 1000 times 1000 calls in .* that found the end of the stream
# hint gone: UNIX · 1000 times 1000 waits in .* came back at once with POLLHUP, and nothing was done
# hint unread: UNIX · 1000 times 1000 waits in .* came back at once with EPOLLIN, and nothing was done
# hint full: TCP 127\.0\.0\.1:\d+ · 1000 times 1000 calls in .* that returned EMFILE
# hint zero: \d+ waits in .* had no time to wait, and found nothing
# nearly edge:
# nearly thread:
# nearly copy:
# nearly working:
import os
import resource
import select
import socket
import sys
import threading
import time

from pace import within

case = sys.argv[1] if len(sys.argv) > 1 else ""
one, other = socket.socketpair()
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.setblocking(False)
polled = select.poll()
watched = select.epoll()


def ask(wait_seconds):
    for _ in range(1000):
        with within(0.1):
            if wait_seconds is not None:
                select.select([receiver], [], [], wait_seconds)
            try:
                receiver.recv(100)
            except BlockingIOError:
                pass


def read_end():
    other.close()
    for _ in range(1000):
        one.recv(100)


def look_at_gone():
    other.close()
    polled.register(one, 0)
    for _ in range(1000):
        polled.poll(1000)


def look_at_unread():
    other.send(b"x")
    watched.register(one, select.EPOLLIN)
    for _ in range(1000):
        watched.poll(1)


def accept_without_room():
    listening = socket.create_server(("127.0.0.1", 0))
    _client = socket.create_connection(listening.getsockname())
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    try:
        while True:
            os.open("/dev/null", os.O_RDONLY)
    except OSError:
        pass
    for _ in range(1000):
        select.select([listening], [], [])
        try:
            listening.accept()
        except OSError:
            pass


def look():
    polled.register(one, select.POLLIN)
    for _ in range(3000):
        polled.poll(0)


def be_told_once():
    watched.register(one, select.EPOLLIN | select.EPOLLET)
    for _ in range(200):
        other.send(b"x")
        watched.poll(1)


def take_elsewhere(take):
    watched.register(one, select.EPOLLIN)
    for _ in range(1000):
        other.send(b"x")
        watched.poll(1)
        take()


def take_with_thread():
    turns = [threading.Semaphore(0), threading.Semaphore(0)]

    def take():
        for _ in range(1000):
            turns[0].acquire()
            one.recv(1)
            turns[1].release()

    def hand_over():
        turns[0].release()
        turns[1].acquire()

    thread = threading.Thread(target=take)
    thread.start()
    take_elsewhere(hand_over)
    thread.join()


def compute():
    polled.register(one, select.POLLIN)
    for _ in range(3000):
        polled.poll(0)
        until = time.monotonic() + 0.0001
        while time.monotonic() < until:
            pass


copy = one.dup()
with within(60 if case in ("nearly", "edge", "thread", "copy", "working") else 0.08 if case == "zero" else 1):
    {"": lambda: ask(None), "look": lambda: ask(0), "end": read_end, "gone": look_at_gone, "unread": look_at_unread,
     "full": accept_without_room, "zero": look, "nearly": lambda: ask(0.001), "edge": be_told_once,
     "thread": take_with_thread, "copy": lambda: take_elsewhere(lambda: copy.recv(1)), "working": compute}[case]()
