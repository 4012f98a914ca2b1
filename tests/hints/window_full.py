# SPDX-License-Identifier: MIT
# The peer does not read for a while, and the program waits for room to send. Nearly: the peer reads.
# hint: fd \d+ · TCP .* there was something to send for [\d.]+ m?s, and for [\d.]+ m?s no room for it at the peer
# hint polls: fd \d+ · TCP .* there was something to send for [\d.]+ m?s, and for [\d.]+ m?s no room for it at the peer
import os
import select
import socket
import sys
import time

SIZE = 12_000_000

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
if os.fork() == 0:
    client.close()
    if case != "nearly":
        time.sleep(1.3)
    while accepted.recv(1 << 20):
        pass
    os._exit(0)
accepted.close()
client.setblocking(case != "polls")
data = memoryview(bytes(SIZE))
poll = select.poll()
poll.register(client, select.POLLOUT)
while data:
    if case == "polls":
        poll.poll()
    data = data[client.send(data):]
client.close()
os.wait()
