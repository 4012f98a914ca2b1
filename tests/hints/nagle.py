# SPDX-License-Identifier: MIT
# A request in two small sends: the second waits for the acknowledgement of the first, also when the
# server looks once more before it receives. Nearly: with TCP_NODELAY, and a server that thinks for as
# long; and one that thinks so without it, but acknowledges at once.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ · \d+ times small sends, then a receive
# hint polls: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ · \d+ times small sends, then a receive
# hint: sendto 4 B "HEAD" .* sendto 8 B "12345678" .* recvfrom 2 of 8 B "ok" waited
# hint client: fd \d+ · TCP .* \d+ times answers in two small parts, of which the second came 4\d(\.\d)? ms after the first
# hint client: recvfrom 4 of 100 B "HEAD" .* recvfrom 8 of 100 B .* waited
# nearly thinks:
# nearly thinking:
# nearly quick:
import os
import select
import socket
import struct
import sys
import time

from pace import DISTURBED, within

case = sys.argv[1] if len(sys.argv) > 1 else ""


def ask_for_parts():
    """A server that is not in the trace."""
    asking = socket.create_connection(("127.0.0.1", int(os.environ["PARTS_PORT"])))
    for _ in range(10):
        asking.send(b"think" if case == "thinking" else b"query")
        received = 0
        while received < 12:
            if case == "quick":
                asking.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            with within(0.055 if case == "client" else 60):
                received += len(asking.recv(100))
    asking.close()
    sys.exit()


if case in ("client", "thinking", "quick"):
    ask_for_parts()
server = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    accepted, _ = server.accept()
    poll = select.poll()
    poll.register(accepted, select.POLLIN)
    for _ in range(5):
        if case == "polls":
            accepted.recv(4)
            poll.poll()
            poll.poll(0)
        if case == "thinks":
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        accepted.recv(8 if case == "polls" else 12, socket.MSG_WAITALL)
        received = time.monotonic()
        if case in ("nearly", "thinks"):
            time.sleep(0.045)
        accepted.send(struct.pack("d", received) if case == "thinks" else b"ok")
    os._exit(0)
client = socket.create_connection(server.getsockname())
if case == "nearly":
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for _ in range(5):
    client.send(b"HEAD")
    with within(0.25):
        sending = time.monotonic()
        client.send(b"12345678")
        answer = client.recv(8)
    # The server had both at once, and thought only then.
    if case == "thinks" and struct.unpack("d", answer)[0] - sending >= 0.036:
        sys.exit(DISTURBED)
client.close()
os.wait()
