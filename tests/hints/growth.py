# SPDX-License-Identifier: MIT
# A connection for each request, which is kept and not used again. Or so many that there may be no
# more, and all closed in the end; or each for itself in the end. Or one whose peer has closed it: that they leak
# is not said once more. Or 30 to one server. Nearly: as many that are all in use; files that fill the table.
# hint: python3 \d+ 200 of 201 sockets were not closed, and are not used any more
# hint: socket AF_INET SOCK_DGRAM
# hint limit: python3 \d+ (\d+) of \1 sockets were open when EMFILE said that there may be no more
# hint limit: socket AF_INET SOCK_STREAM.* EMFILE
# hint ended: python3 \d+ 200 of 200 sockets were not closed, and are not used any more
# hint closed: 200 of 201 sockets were not closed, and are not used any more
# hint clients: 30 of 30 sockets were not closed, and are not used any more
# nearly files:
# nearly pool:
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
if case in ("clients", "pool"):
    server = socket.create_server(("127.0.0.1", 0))
    asking = []
    for _ in range(30):
        asking.append(socket.create_connection(server.getsockname()))
        for client in asking if case == "pool" else asking[-1:]:
            client.send(b"query")
    os._exit(0)
if case == "ended":
    server = socket.create_server(("127.0.0.1", 0))
    if os.fork() == 0:
        for _ in range(200):
            socket.create_connection(server.getsockname()).close()
        os._exit(0)
    for _ in range(200):
        accepted, _ = server.accept()
        accepted.recv(1)
        accepted.detach()
    os.wait()
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
if case != "closed":
    clients = [client.detach() for client in clients]
del clients
os._exit(0)
