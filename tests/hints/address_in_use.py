# SPDX-License-Identifier: MIT
# A server is started again while connections of its first run are in TIME_WAIT. Nearly: with
# SO_REUSEADDR; and without it where another server has the port.
# hint: fd \d+ · TCP EADDRINUSE, though no socket in the trace has the port any more
# hint: bind 127\.0\.0\.1:\d+ EADDRINUSE
# hint held: EADDRINUSE, though no socket in the trace has the port: another program has it
# hint again: bind .* EADDRINUSE
# nearly other:
# nearly udp:
import os
import socket
import sys

nearly = sys.argv[1:] == ["nearly"]


def server(address, reuses, made=None):
    made = made or socket.socket()
    if reuses:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(address)
    made.listen()
    return made


if sys.argv[1:] == ["held"]:
    try:
        server(("127.0.0.1", int(os.environ["HELD_PORT"])), False)
    except OSError:
        sys.exit()
if sys.argv[1:] == ["other"]:  # the option is set, and does not help
    try:
        server(("127.0.0.1", int(os.environ["HELD_PORT"])), True)
    except OSError:
        sys.exit()
if sys.argv[1:] == ["udp"]:
    one, other = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    one.bind(("127.0.0.1", 0))
    try:
        other.bind(one.getsockname())
    except OSError:
        sys.exit()
first = server(("127.0.0.1", 0), nearly)
address = first.getsockname()
client = socket.create_connection(address)
accepted, _ = first.accept()
accepted.shutdown(socket.SHUT_WR)
client.recv(1)
client.close()
accepted.recv(1)
accepted.close()
if nearly:
    try:
        server(address, False)
    except OSError:
        pass
again = socket.socket() if sys.argv[1:] == ["again"] else None
try:
    if again:
        again.bind(address)
except OSError:
    pass
first.close()
try:
    server(address, nearly, again)
except OSError:
    pass
