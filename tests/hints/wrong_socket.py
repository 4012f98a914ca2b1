# SPDX-License-Identifier: MIT
# A server sends and receives on the socket that listens. Nearly: on the one that accept(2) has returned.
# hint: recvfrom on fd (\d+), which listens; the connection is fd (?!\1\b)\d+
# hint: accept4? .*→ fd .* recvfrom .* ENOTCONN
# hint send: sendto on fd \d+, which listens; the connection is fd \d+
# hint early: recvfrom on fd \d+, which listens; accept returns the connection's
# nearly:
import socket
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0))
with socket.create_connection(server.getsockname()) as client:
    client.sendall(b"question")
    connection = None if case == "early" else server.accept()[0]
    try:
        if case == "send":
            connection.recv(100)
            server.send(b"answer", socket.MSG_NOSIGNAL)
        elif case != "nearly":
            server.recv(100)
    except OSError:
        pass
    connection = connection or server.accept()[0]
    if case != "send":
        connection.recv(100)
    connection.sendall(b"answer")
    client.recv(100)
connection.recv(100)
connection.close()
server.close()
