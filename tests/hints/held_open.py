# SPDX-License-Identifier: MIT
# A server's child answers and closes, and the parent has its copy of the connection still: the client waits for an
# end. Or the child went through exec, the copy is one of dup(2), or it is the client that has a copy. Nearly: the
# parent closes its copy; the child shuts down; the copy is used; the wait is short.
# hint: for [\d.]+ s no end of stream came: python3 (\d+) had ended it, but fd \d+ of python3 (?!\1\b)\d+ is the same socket
# hint: recvfrom 0 of 100 B .* close
# hint dup: no end of stream came: python3 (\d+) had ended it, but fd \d+ of python3 \1 is
# hint exec: no end of stream came: python3 \d+ had ended it, but fd \d+ of sleep \d+ is
# hint client: no end of stream came: python3 \d+ had ended it, but fd \d+ of python3 \d+ is
# hint kept: for [\d.]+ s no end of stream came: python3 \d+ has answered, keeps fd \d+ open, and waits in accept
# hint kept: recvfrom 0 of 100 B|recvfrom size 100 B .* accept4
# nearly:
# nearly closes:
# nearly shutdown:
# nearly used:
# nearly short:
import os
import signal
import socket
import subprocess
import sys
import time

case = sys.argv[1] if len(sys.argv) > 1 else ""


def read_to_end(connection):
    while connection.recv(100):
        pass
    os._exit(0)


server = socket.create_server(("127.0.0.1", 0))
if case in ("kept", "closes"):
    # A server of one client after the other forgets to close, and the client reads to the end.
    if os.fork() == 0:
        client = socket.create_connection(server.getsockname())
        server.close()
        client.sendall(b"question")
        read_to_end(client)
    server.settimeout(None)
    accepted, _ = server.accept()
    accepted.recv(100)
    accepted.sendall(b"answer")
    if case == "closes":
        accepted.close()
    signal.signal(signal.SIGALRM, lambda *_: sys.exit())
    signal.setitimer(signal.ITIMER_REAL, 1.4)
    server.accept()
if case == "client":
    # Its server reads to the end, which a child of the client's keeps from coming.
    if os.fork() == 0:
        accepted, _ = server.accept()
        read_to_end(accepted)
    client = socket.create_connection(server.getsockname())
    server.close()
    if os.fork() == 0:
        time.sleep(1.4)
        os._exit(0)
    client.send(b"all")
    client.close()
else:
    if os.fork() == 0:
        client = socket.create_connection(server.getsockname())
        server.close()
        client.send(b"query")
        read_to_end(client)
    connection, _ = server.accept()
    server.close()
    if case == "dup":
        copy = connection.dup()
    if case == "exec":
        os.set_inheritable(connection.fileno(), True)
        child = subprocess.Popen(["sleep", "1.4"], close_fds=False)
    if case in ("dup", "exec") or os.fork() == 0:
        connection.recv(100)
        connection.send(b"answer")
        if case == "shutdown":
            connection.shutdown(socket.SHUT_WR)
        connection.close()
        if case not in ("dup", "exec"):
            os._exit(0)
    elif case == "nearly":
        connection.close()
    if case == "exec":
        child.wait()
    else:
        time.sleep(0.2 if case == "short" else 1.4)
    if case == "used":
        connection.send(b"more")
    if case == "dup":
        copy.close()
    connection.close()
for _ in range(1 if case in ("dup", "exec") else 2):
    os.wait()
