# SPDX-License-Identifier: MIT
# A socket is closed twice. In between its number may have become another thread's. Nearly: all numbers
# are closed, whatever they are; the number is a file's; another thread uses it after it was closed.
# hint: python3 \d+ · fd \d+ · TCP fd (\d+) was closed, and [\d.]+ .?s later closed again: EBADF
# hint: later closed again: EBADF .* close .* EBADF
# hint many: 5 times fd \d+ was closed, and
# hint threads: thread (\d+) closed fd (\d+), and thread \d+ closed it again: EBADF
# hint stolen: thread \d+ closed fd \d+ twice, and the second time it was thread \d+'s: EBADF
# hint stolen: close .* socket .* close .* sendto .* EBADF
# nearly file:
# nearly late: use-after-close
import os
import socket
import sys
import threading

case = sys.argv[1] if len(sys.argv) > 1 else ""


def close(fd):
    try:
        os.close(fd)
    except OSError:
        pass


def used():
    """The number of a socket that was used for a while."""
    made = socket.socket()
    for _ in range(20):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made.detach()


def in_thread(work, *arguments):
    thread = threading.Thread(target=work, args=arguments)
    thread.start()
    thread.join()


if case == "nearly":
    kept = [used() for _ in range(3)]
    for number in kept:
        os.close(number)
    for number in range(kept[0], kept[-1] + 1):
        close(number)
elif case == "stolen":
    first = used()
    os.close(first)
    made = []
    in_thread(lambda: made.append(socket.socket()))
    os.close(first)

    def use():
        try:
            made[0].send(b"x")
        except OSError:
            made[0].detach()

    in_thread(use)
elif case == "threads":
    first = used()
    os.close(first)
    in_thread(close, first)
elif case == "file":
    first = used()
    os.close(first)
    os.open("/dev/null", os.O_RDONLY)
    os.close(first)
elif case == "late":
    made = socket.socket(fileno=used())

    def send():
        try:
            made.send(b"x")
        except OSError:
            pass

    os.close(made.fileno())
    in_thread(send)
    made.detach()
else:
    for _ in range(5 if case == "many" else 1):
        first = used()
        os.close(first)
        close(first)
