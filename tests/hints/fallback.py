# SPDX-License-Identifier: MIT
# The first address refuses at once, the second one answers. Nearly: the same address is tried again,
# and then answers.
# hint: fd \d+ · TCP → 127\.0\.0\.2:\d+ .*s went by with 1 address before 127\.0\.0\.1:\d+ answered
# hint: connect 127\.0\.0\.2:\d+ ECONNREFUSED .* connect 127\.0\.0\.1:\d+
# nearly both:
# nearly none: wrong-address
# nearly ports:
import socket
import sys

from pace import within

case = sys.argv[1] if len(sys.argv) > 1 else ""
addresses = {"": ("127.0.0.2", "127.0.0.1"),
             "nearly": ("0.0.0.0", "0.0.0.0"),
             "both": ("127.0.0.1", "127.0.0.2"),  # two servers, not two addresses of one
             "none": ("127.0.0.2", "127.0.0.3"),
             "ports": ("127.0.0.1",)}[case]
server = socket.socket()
server.bind(("" if case == "both" else "127.0.0.1", 0))
port = server.getsockname()[1]
if case != "nearly":
    server.listen()
if case == "ports":  # another service
    refusing = socket.socket()
    refusing.bind(("127.0.0.2", 0))
    socket.socket().connect_ex(refusing.getsockname())
with within(0.05):
    for address in addresses:
        try:
            client = socket.create_connection((address, port))
            client.send(b"x")
        except OSError:
            server.listen()
