# SPDX-License-Identifier: MIT
# A request in two small sends: the second waits for the acknowledgement of the first, also when the
# server looks once more before it receives. Nearly: with TCP_NODELAY, and a server that thinks for as
# long; and one that thinks so without it, but acknowledges at once.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ · \d+ times small sends, then a receive
# hint polls: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ · \d+ times small sends, then a receive
# hint: sendto 4 B "HEAD" .* sendto 8 B "12345678" .* recvfrom 2 B "ok" waited
# nearly thinks:
import os
import select
import socket
import struct
import sys
import time

from pace import DISTURBED, within

case = sys.argv[1] if len(sys.argv) > 1 else ""
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
