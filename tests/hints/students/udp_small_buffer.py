# SPDX-License-Identifier: MIT
# A datagram is longer than the buffer.
# says truncated: 10 B received of a datagram of 44 B
import os
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
if os.fork() == 0:
    address = server.getsockname()
    server.close()
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.sendto(b"the quick brown fox jumps over the lazy dog\n", address)
    client.close()
    os._exit(0)
data, client = server.recvfrom(10)
print(data)
server.close()
os.wait()
