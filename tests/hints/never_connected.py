# SPDX-License-Identifier: MIT
# Sends and receives without a connection. Nearly: there was one; each datagram has its address;
# a logger sends, and connects when it is told that it has to.
# hint: fd \d+ · TCP · 2 times connect was never called
# hint: recvfrom .* ENOTCONN
# hint failed: its connect had failed with ECONNREFUSED
# hint datagram: fd \d+ · UDP connect was never called
# hint unix: fd \d+ · UNIX connect was never called
# nearly: broken-pipe
# nearly address:
# nearly logger:
import socket
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""


def try_it(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        pass


if case == "nearly":
    server = socket.create_server(("127.0.0.1", 0))
    one = socket.create_connection(server.getsockname())
    server.accept()[0].close()
    one.recv(100)
    try_it(one.send, b"lost")
    try_it(one.send, b"lost")
    server.close()
elif case == "address":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two:
        two.bind(("127.0.0.1", 0))
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.sendto(b"question", two.getsockname())
        two.recv(100)
elif case == "datagram":
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try_it(one.send, b"question")
elif case == "logger":
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as two:
        two.bind("")
        one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try_it(one.send, b"message")
        one.connect(two.getsockname())
        one.send(b"message")
        two.recv(100)
elif case == "unix":
    one = socket.socket(socket.AF_UNIX)
    try_it(one.send, b"question")
else:
    one = socket.socket()
    if case == "failed":
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            address = server.getsockname()
        try_it(one.connect, address)
    try_it(one.send, b"question")
    try_it(one.recv, 100)
one.close()
