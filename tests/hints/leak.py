# Clients go, and the server forgets to close. Nearly: it closes, but for the last.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ ← 127\.0\.0\.1:\d+ · 6 times 6 of 13 sockets were of no use any more
# hint: recvfrom 0 B
import socket
import sys

server = socket.create_server(("127.0.0.1", 0))
kept = []
for i in range(6):
    client = socket.create_connection(server.getsockname())
    accepted, _ = server.accept()
    client.close()
    accepted.recv(1)
    if sys.argv[1:] != ["nearly"] or i > 4:
        kept.append(accepted.detach())
    else:
        accepted.close()
