# SPDX-License-Identifier: MIT
# Answers a client that has gone, and dies of it. Nearly: it sees the end of the stream and stops; it
# was never connected.
# hint: fd \d+ · UNIX the peer had closed the connection, and SIGPIPE ended the program
# hint: sendto size 6 B EPIPE
# hint shut: the program itself had shut the socket down, and SIGPIPE
# nearly never: never-connected
import signal
import socket
import sys

signal.signal(signal.SIGPIPE, signal.SIG_DFL)
server, client = socket.socketpair()
if sys.argv[1:] == ["never"]:
    socket.socket().send(b"answer")
if sys.argv[1:] == ["shut"]:
    server.shutdown(socket.SHUT_WR)
    server.send(b"answer")
client.send(b"hello")
client.close()
server.recv(5)
if sys.argv[1:] != ["nearly"] or server.recv(5):
    server.send(b"answer")
