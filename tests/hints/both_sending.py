# SPDX-License-Identifier: MIT
# Both ends send more than there is room for, and neither receives: in a send that blocks, or in a wait for room.
# Nearly: one of them does something else first, and then receives.
# hint: fd \d+ · TCP .* for 1\.\d+ s this end and its peer, python3, waited for room to send
# hint: sendto .* of 20.0 MB .* waited 1.* sendto .* of 20.0 MB .* waited 1
# hint poll: this end and its peer, python3, waited for room to send
import os
import select
import signal
import socket
import sys
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""
MANY = b"x" * 20000000
server = socket.create_server(("127.0.0.1", 0))


def send(connected):
    if case == "poll":
        connected.setblocking(False)
        polled = select.poll()
        polled.register(connected, select.POLLOUT)
        while polled.poll(5000):
            connected.send(MANY)
    else:
        connected.sendall(MANY)


def serve():
    accepted, _ = server.accept()
    if case == "nearly":
        time.sleep(0.5)
        received = 0
        while received < len(MANY):
            received += len(accepted.recv(1 << 20))
    send(accepted)
    os._exit(0)


def ask():
    client = socket.create_connection(server.getsockname())
    send(client)
    while case == "nearly" and client.recv(1 << 20):
        pass
    os._exit(0)


children = []
for act in (serve, ask):
    child = os.fork()
    if child == 0:
        act()
    children.append(child)
    if case != "nearly":
        os.setpgid(child, children[0])
if case != "nearly":
    time.sleep(1.5)
    os.killpg(children[0], signal.SIGTERM)  # at once: the end of one lets the other go on
for child in children:
    os.waitpid(child, 0)
