# SPDX-License-Identifier: MIT
# A connection for each request, which is kept and not used again. Nearly: as many that are all in use.
# hint: python3 \d+ 200 of 201 sockets were not closed, and are not used any more
# hint: socket AF_INET SOCK_DGRAM
import os
import socket
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
clients = []
for _ in range(200):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    clients.append(client)
    for asking in clients if sys.argv[1:] == ["nearly"] else [client]:
        asking.sendto(b"x", server.getsockname())
        server.recv(1)
for client in clients:
    client.detach()
os._exit(0)
