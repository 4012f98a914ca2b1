#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client of greeter.py: waits for the greeting, and thanks.

The timeline shows the client's half of a session.
"""
import socket
import sys

connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
connection.recv(100)
connection.sendall(b"thank you")
connection.close()
