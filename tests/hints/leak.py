# SPDX-License-Identifier: MIT
# Clients go, and the server forgets to close, or closes all in the end. Nearly: it closes, but for the last; two
# that it has closed in the end.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ ← 127\.0\.0\.1:\d+ · 6 times 6 of 13 sockets were of no use any more
# hint: recvfrom 0 of 1 B
# hint reset: recvfrom .*ECONNRESET
# hint closed: 6 of 13 sockets were of no use any more and open until the end
# hint refused: connect .*ECONNREFUSED
# nearly idle:
# nearly few:
import socket
import struct
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
if case == "refused":
    refusing = socket.socket()
    refusing.bind(("127.0.0.1", 0))
    kept = [socket.socket() for _ in range(3)]
    for client in kept:
        client.connect_ex(refusing.getsockname())
        socket.socket().close()
        client.detach()
    sys.exit()
server = socket.create_server(("127.0.0.1", 0))
kept = []
for i in range(2 if case == "few" else 6):
    client = socket.create_connection(server.getsockname())
    accepted, _ = server.accept()
    if case == "reset":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if case == "idle":
        client.send(b"x")
        client.detach()
    client.close()
    try:
        accepted.recv(1)
    except ConnectionResetError:
        pass
    if case != "nearly" or i > 4:
        kept.append(accepted if case in ("closed", "few") else accepted.detach())
    else:
        accepted.close()
