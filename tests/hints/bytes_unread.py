# SPDX-License-Identifier: MIT
# A server receives once, and its buffer is too small; it closes when its client has gone, or exits. Nearly: it
# receives all; what it leaves is another send, a farewell; it reads by sizes, as TLS is read; it
# means to reset; it receives twice, and does not want the rest.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ ← 127\.0\.0\.1:\d+ the buffer was full after 10 B, and 30 B more were never received
# hint: sendto 40 B .* recvfrom 10 B of 10 B
# hint exit: and 30 B more were never received
# hint pair: UNIX the buffer was full after 10 B, and 30 B more were never received
# nearly:
# nearly farewell:
# nearly room:
# nearly tls:
# nearly linger:
# nearly stops:
import socket
import struct
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
if case == "pair":
    client, accepted = socket.socketpair()
else:
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    accepted, _ = server.accept()
client.send((b"\x17\x03\x03" if case == "tls" else b"one") + b"x" * 37)
if case == "farewell":
    client.send(b"good-bye, and thank you")
client.close()
if case == "stops":
    accepted.recv(10)
accepted.recv({"nearly": 40, "farewell": 40, "room": 100}.get(case, 10))
if case == "linger":
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
if case != "exit":
    accepted.close()
