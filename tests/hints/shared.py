# SPDX-License-Identifier: MIT
# A connection is opened before fork, and parent and child both ask on it; two threads receive at once.
# Nearly: one after the other; one asks, and the other one receives; the child only sends; the child runs
# another program, or is done with the connection; threads take turns.
# hint: python3 \d+ and python3 \d+ both sent, and both received, before either had its answer
# hint: sendto .* sendto .* recvfrom .* recvfrom
# hint threads: threads \d+ and \d+ were in a receive at once, and each got a part
# nearly split:
# nearly sends:
# nearly program:
# nearly turns:
# nearly done:
import os
import socket
import subprocess
import sys
import threading

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0))
to_parent, to_child = os.pipe(), os.pipe()


def tell(pipe):
    os.write(pipe[1], b"!")


def hear(pipe):
    os.read(pipe[0], 1)


def answer(questions):
    """Once it has so many, it answers each."""
    accepted, got = server.accept()[0], 0
    while received := len(accepted.recv(8)):
        got += received
        if got % (8 * questions) == 0:
            accepted.sendall(b"response" * questions)
    os._exit(0)


if os.fork() == 0:
    answer(1 if case in ("nearly", "split", "turns") else 2)
client = socket.create_connection(server.getsockname())
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
if case == "threads":
    client.sendall(b"question")
    threads = [threading.Thread(target=client.recv, args=[8]) for _ in range(2)]
    for thread in threads:
        thread.start()
    threading.Event().wait(0.3)
    client.sendall(b"question")
    for thread in threads:
        thread.join()
elif case == "turns":
    lock = threading.Lock()

    def receive():
        with lock:
            client.recv(4)

    client.sendall(b"question")
    threads = [threading.Thread(target=receive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
elif case == "program":
    child = f"import socket; s = socket.socket(fileno={client.fileno()}); s.sendall(b'question'); s.recv(8)"
    client.set_inheritable(True)
    client.sendall(b"question")
    made = subprocess.Popen([sys.executable, "-c", child], close_fds=False)
    client.recv(8)
    made.wait()
else:
    if os.fork() == 0:
        if case == "done":
            client.sendall(b"question" * 2)
            client.recv(16)
        if case == "split":
            client.recv(8)
        elif case == "nearly":
            hear(to_child)
            client.sendall(b"question")
            client.recv(8)
        else:
            client.sendall(b"question")
            tell(to_parent)
            if case in ("sends", "done"):
                os._exit(0)
            hear(to_child)
            client.recv(8)
        os._exit(0)
    if case not in ("nearly", "split"):
        hear(to_parent)
    client.sendall(b"question")
    if case != "split":
        client.recv(8)
        tell(to_child)
    if case in ("sends", "done"):
        client.recv(8)
    os.wait()
client.close()
