# SPDX-License-Identifier: MIT
# Answers before it has read all of the request, and closes: the client is reset. Nearly: it reads to the
# end.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ ← 127\.0\.0\.1:\d+ 900 B were not read, so that the peer got
# hint: close .* recvfrom size 10 B ECONNRESET
# hint silent: 1\.00 kB were not read
# nearly linger:
import socket
import struct
import sys

server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
client.send(b"x" * 1000)
if sys.argv[1:] != ["silent"]:
    accepted.recv(100)
    accepted.send(b"no")
if sys.argv[1:] == ["nearly"]:
    accepted.recv(1000)
if sys.argv[1:] == ["linger"]:  # the reset is meant
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
accepted.close()
try:
    while client.recv(10):
        pass
except ConnectionResetError:
    pass
