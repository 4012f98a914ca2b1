# SPDX-License-Identifier: MIT
# A server is started again while connections of its first run are in TIME_WAIT, or another socket of the
# trace, or none, has the port. Nearly: with SO_REUSEADDR; the program takes the next port instead, or any;
# "::" has taken the port of both families.
# hint: fd \d+ · TCP a connection of the port is in TIME_WAIT, and SO_REUSEADDR was not set
# hint: bind 127\.0\.0\.1:\d+ EADDRINUSE
# hint held: no socket in the trace has the port, and SO_REUSEADDR is not set: another program has it
# hint again: listens there, .* bind .* EADDRINUSE
# hint other: no socket in the trace has the port: another program has it, or a connection without
# hint listening: python3 \d+ listens there, with fd \d+ \d.* socket AF_INET .* bind .* EADDRINUSE
# hint child: python3 \d+ listens there, with fd \d+, a copy of that of python3 \d+
# hint bound: python3 \d+ listens there, .* listen backlog \d+ EADDRINUSE
# hint talking: python3 \d+ talks from there, and SO_REUSEADDR is not set, with fd \d+
# hint udp: UDP python3 \d+ has the port, with fd \d+
# nearly next:
# nearly any:
# nearly both:
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
if sys.argv[1:] == ["both"]:
    six = socket.socket(socket.AF_INET6)
    six.bind(("::", 0))
    six.listen()
    try:
        server(("0.0.0.0", six.getsockname()[1]), True)
    except OSError:
        sys.exit()
if sys.argv[1:] in (["listening"], ["next"], ["any"], ["child"]):
    first = server(("127.0.0.1", 0), True)
    port = first.getsockname()[1]
    if sys.argv[1:] == ["child"]:
        read, write = os.pipe()
        if os.fork() == 0:
            os.close(write)
            os.read(read, 1)
            os._exit(0)
        first.close()
    for to in range(port, 65536) if sys.argv[1:] == ["next"] else [port, 0] if sys.argv[1:] == ["any"] else [port]:
        try:
            server(("127.0.0.1", to), True)
            break
        except OSError:
            pass
    sys.exit()
if sys.argv[1:] == ["bound"]:  # both are bound, and one may listen
    one, other = (socket.socket() for _ in range(2))
    for made in one, other:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(one.getsockname() if made is other else ("127.0.0.1", 0))
    one.listen()
    try:
        other.listen()
    except OSError:
        sys.exit()
if sys.argv[1:] == ["talking"]:
    first = server(("127.0.0.1", 0), False)
    client = socket.create_connection(first.getsockname())
    accepted, address = first.accept()[0], first.getsockname()
    first.close()
    try:
        server(address, False)
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
