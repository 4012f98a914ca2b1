# SPDX-License-Identifier: MIT
# Reads a line from a stream byte by byte, as ssh does. Nearly: a person types, and each byte is
# answered.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ · 27 times 27 receives of a single byte
# hint: recvfrom 1 B of 1 B "S" .* recvfrom 1 B of 1 B "\\n"
import socket
import sys

server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
if sys.argv[1:] == ["nearly"]:
    for _ in range(100):
        accepted.send(b"x")
        client.recv(1)
        client.send(b"x")
        accepted.recv(1)
else:
    accepted.send(b"SSH-2.0-OpenSSH_9.2 Debian\n")
    while client.recv(1) != b"\n":
        pass
