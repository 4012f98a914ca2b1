#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A datagram that is larger than the receiver's buffer: the rest is lost.

The timeline shows recvfrom taking 4 of 14 bytes, and recvmsg doing the same and being told
MSG_TRUNC. Neither gets the rest with the next call: there is none.
"""
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for receive in server.recvfrom, server.recvmsg:
    client.sendto(b"fourteen bytes", server.getsockname())
    receive(4)
client.close()
server.close()
