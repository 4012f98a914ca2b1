# SPDX-License-Identifier: MIT
# A server of UDP waits for datagrams, and has no port.
# says unbound-receive: it has no port yet: nobody can send to it
import signal
import socket

signal.alarm(2)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
data, client = server.recvfrom(100)
server.sendto(data, client)
