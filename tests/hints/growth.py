# SPDX-License-Identifier: MIT
# A connection for each request, which is kept and not used again. Or so many that there may be no
# more, and all closed in the end. Nearly: as many that are all in use; files that fill the table.
# hint: python3 \d+ 200 of 201 sockets were not closed, and are not used any more
# hint: socket AF_INET SOCK_DGRAM
# hint limit: python3 \d+ (\d+) of \1 sockets were open when EMFILE said that there may be no more
# hint limit: socket AF_INET SOCK_STREAM.* EMFILE
# nearly files:
# nearly one:
import os
import resource
import socket
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
if case in ("limit", "files", "one"):
    resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))
    held = []
    if case != "limit":
        listening = socket.create_server(("127.0.0.1", 0))
        if case == "files":
            listening.close()
    try:
        while True:
            held.append(socket.socket() if case == "limit" else open("/dev/null", "rb"))
    except OSError:
        pass
    try:
        socket.socket()
    except OSError:
        for one in held:
            one.close()
        sys.exit()
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
clients = []
for _ in range(200):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    clients.append(client)
    for asking in clients if case == "nearly" else [client]:
        asking.sendto(b"x", server.getsockname())
        server.recv(1)
for client in clients:
    client.detach()
os._exit(0)
