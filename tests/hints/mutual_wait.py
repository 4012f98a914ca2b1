# SPDX-License-Identifier: MIT
# A client waits for the answer, and its server for the rest of the question: in two programs, over a pair, after
# answers that came; each is killed in the end, or gives up, whatever the server says then. Nearly: the server says
# something, late; a thread of the client's, or another process of its, could ask; the server waits for somebody else.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ .* for [\d.]+ s recvfrom of this end and recvfrom of its peer, python3 \d+, waited for each other, and nothing was on its way
# hint: recvfrom .* never returned .* recvfrom 0 of 100 B
# hint pair: UNIX for [\d.]+ s recvfrom of this end and recvfrom of its peer
# hint late: waited for each other
# hint after: waited for each other
# hint limit: for 1\.\d+ s recvfrom of this end and recvfrom of its peer
# nearly:
# nearly thread: no-answer
# nearly child: no-answer
# nearly elsewhere: no-answer
import os
import signal
import socket
import struct
import sys
import threading
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0))
pair = socket.socketpair()


def serve():
    if case == "pair":
        accepted = pair[1]
        pair[0].close()
    else:
        accepted, _ = server.accept()
    if case == "elsewhere":
        accepted.recv(100)
        server.accept()
    question = b""
    while not question.endswith(b"\n"):
        got = accepted.recv(100)
        if not got:
            break
        question += got
        if case == "late" and question.endswith(b"\n"):
            accepted.send(b"answer")
            question = b""
        if case == "nearly":
            time.sleep(0.5)
            accepted.send(b"go on")
    if case == "after":
        accepted.send(b"too late")
    os._exit(0)


def ask():
    if case == "pair":
        client = pair[0]
        pair[1].close()
    else:
        client = socket.create_connection(server.getsockname())
        server.close()
    if case == "late":
        client.send(b"query\n")
        client.recv(100)
    if case == "limit":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 1, 200000))
    if case == "thread":
        threading.Thread(target=client.recv, args=[100], daemon=True).start()
        time.sleep(1.3)
        os._exit(0)
    if case == "child" and os.fork() == 0:
        time.sleep(1.3)
        os._exit(0)
    if case != "child":
        client.send(b"query")
    try:
        client.recv(100)
    except BlockingIOError:
        pass
    if case == "nearly":
        client.send(b"\n")
    os._exit(0)


children = []
for task in (serve, ask):
    children.append(os.fork())
    if children[-1] == 0:
        task()
server.close()
for end in pair:
    end.close()
if case not in ("nearly", "limit", "thread"):
    time.sleep(1.4)
    os.kill(children[1], signal.SIGKILL)
    if case == "elsewhere":
        os.kill(children[0], signal.SIGKILL)
for _ in children:
    os.wait()
