# SPDX-License-Identifier: MIT
# Sends more than there is room for, and does not look at how much was taken. Nearly: it sends the rest.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ [\d.]+ MB of 32\.0 MB were sent, and then no more
# hint: sendto [\d.]+ of 32\.0 MB
# nearly told: unread-close
# nearly waits:
# nearly killed:
import os
import select
import signal
import socket
import sys

server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
client.setblocking(False)
data = memoryview(bytes(32_000_000))
sent = client.send(data)
while sys.argv[1:] == ["nearly"] and sent < len(data):
    accepted.recv(1 << 20)
    try:
        sent += client.send(data[sent:])
    except BlockingIOError:
        pass
case = sys.argv[1] if len(sys.argv) > 1 else ""
if case == "told":  # the peer does not want the rest
    accepted.close()
    client.setblocking(True)
    try:
        client.recv(1)
    except ConnectionResetError:
        pass
elif case == "waits":
    poll = select.poll()
    poll.register(client, select.POLLOUT)
    poll.poll(1)
elif case == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
client.close()
while case != "told" and accepted.recv(1 << 20):
    pass
