# SPDX-License-Identifier: MIT
# Asks a socket that does not block again and again. Nearly: it waits in between.
# hint: fd \d+ · UDP 127\.0\.0\.1:\d+ · 1000 times 1000 calls in .* that returned EAGAIN
# hint: recvfrom size 100 EAGAIN
import select
import socket
import sys

from pace import within

is_nearly = sys.argv[1:] == ["nearly"]
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.setblocking(False)
with within(60 if is_nearly else 1):
    for i in range(1000):
        with within(0.1):
            if is_nearly:
                select.select([receiver], [], [], 0)
            try:
                receiver.recv(100)
            except BlockingIOError:
                pass
