# SPDX-License-Identifier: MIT
# A client forgets htons(3). Nearly: somebody is at that port, too; the port is its own reverse; nobody is at the other.
# hint: refused at 127\.0\.0\.1:\d+; python3 \d+ is at 127\.0\.0\.1:\d+: the same two bytes in the other order
# hint: bind 127\.0\.0\.1:\d+
# nearly:
# nearly other:
import os
import socket
import sys

from pace import DISTURBED

case = sys.argv[1] if len(sys.argv) > 1 else ""


def swapped(number):
    return number >> 8 | (number & 255) << 8


def server_at(number):
    """A server there; None: somebody has the port, or may not have it."""
    one = socket.socket()
    try:
        one.bind(("127.0.0.1", number))
    except OSError:
        one.close()
        return None
    one.listen()
    return one


port = next(number for number in range(5000 + os.getpid() % 1000, 30000)
            if swapped(number) > 1023 and swapped(number) != number)
if case == "other":
    with socket.socket() as asking:
        asking.connect_ex(("127.0.0.1", swapped(port)))
    sys.exit()
server = server_at(port)
both = server_at(swapped(port)) if case == "nearly" else None
if not server or (case == "nearly" and not both):
    sys.exit(DISTURBED)
if os.fork() == 0:
    with socket.socket() as client:
        client.connect_ex(("127.0.0.1", swapped(port)))
    os._exit(0)
os.wait()
