# SPDX-License-Identifier: MIT
# A name server answers. Nearly: what answers is none.
# hint: fd \d+ · UDP .* 1 query for host\.example to 127\.0\.53\.3:53, 1 answer, .*s in all
# hint: sendto .* recvfrom .*"answer"
import socket
import sys

from pace import within

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    server.bind(("127.0.53.3", 0 if sys.argv[1:] == ["nearly"] else 53))
except OSError as error:
    print(f"port 53 cannot be bound: {error}", file=sys.stderr)
    sys.exit(77)
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(server.getsockname())
with within(0.1):
    client.send(bytes([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + b"\4host\7example\0\0\1\0\1")
    _, address = server.recvfrom(100)
    server.sendto(b"answer", address)
    client.recv(100)
