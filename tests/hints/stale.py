# SPDX-License-Identifier: MIT
# A client uses a connection again that was idle, and that the server has closed meanwhile: the answer is the end of the
# stream, or a reset, or the send fails. Nearly: it is used again at once, and the server ends; the server
# answers, late; the client says farewell; it was never answered.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ idle for \d+ ms, then used again, and the answer was the end of the stream
# hint: sendto 12 B "second query" .* recvfrom 0 of 100 B
# hint reset: idle for \d+ ms, then used again, and the answer was ECONNRESET
# hint pipe: idle for \d+ ms, then used again, and the answer was EPIPE
# nearly prompt:
# nearly farewell:
# nearly unanswered:
import os
import socket
import struct
import sys
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0))


def serve():
    accepted, _ = server.accept()
    accepted.recv(100)
    if case != "unanswered":
        accepted.send(b"answer")
    if case == "reset":
        accepted.recv(100)
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif case == "nearly":
        accepted.recv(100)
        accepted.send(b"answer")
    elif case == "pipe":
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        if case == "prompt":
            accepted.shutdown(socket.SHUT_WR)
        accepted.recv(100)
    accepted.close()
    os._exit(0)


def use_again(client):
    try:
        client.send(b"QUIT" if case == "farewell" else b"second query")
        if case == "pipe":
            client.send(b"third query")
        client.recv(100)
    except OSError:
        pass


if os.fork() == 0:
    serve()
with socket.create_connection(server.getsockname()) as connected:
    connected.send(b"first query")
    if case != "unanswered":
        connected.recv(6)
    if case != "prompt":
        time.sleep(0.2)
    if case == "pipe":
        # The reset was told to nobody: the next send takes it.
        connected.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    use_again(connected)
os.wait()
