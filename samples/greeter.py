#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server for one client, at the port that is named: greets, and waits for thanks.

The timeline shows the server's half of a session. The other half is caller.py's; sockview puts the
two traces together.
"""
import socket
import sys

server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
connection, _ = server.accept()
connection.sendall(b"welcome")
connection.recv(100)
connection.close()
server.close()
