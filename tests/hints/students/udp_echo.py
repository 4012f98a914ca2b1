# SPDX-License-Identifier: MIT
# A healthy echo server of UDP, and its client.
import os
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
if os.fork() == 0:
    address = server.getsockname()
    server.close()
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for word in (b"one", b"two", b"three"):
        client.sendto(word, address)
        client.recvfrom(100)
    client.close()
    os._exit(0)
for _ in range(3):
    data, client = server.recvfrom(100)
    server.sendto(data, client)
server.close()
os.wait()
