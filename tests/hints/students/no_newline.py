# SPDX-License-Identifier: MIT
# The server reads a line, and the client sends none: it has no newline.
# says mutual-wait: recvfrom of this end and recvfrom of its peer, python3 \d+, waited for each other
import os
import signal
import socket

signal.alarm(2)
server = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    signal.alarm(2)
    client = socket.create_connection(server.getsockname())
    server.close()
    client.send(b"hello")
    print(client.recv(100))
    os._exit(0)
connection, _ = server.accept()
line = connection.makefile().readline()
connection.send(line.upper().encode())
connection.close()
server.close()
os.wait()
