# SPDX-License-Identifier: MIT
"""The program that faults happen to: workload.py ROUNDS. In each round it uses sockets in threads,
children and programs of its own, gets signals and passes descriptors. What it says, a line at the
beginning and one at the end, and its exit status are the same each time."""

import os
import select
import signal
import socket
import sys
import threading

caught = 0
moved = 0


def on_signal(number, frame):
    global caught
    caught += 1


def echo(end):
    while data := end.recv(100):
        end.sendall(data)
    end.close()


def talk_to_thread():
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=echo, args=(theirs,))
    thread.start()
    for size in (1, 50, 100):
        exchange(ours, size)
    ours.close()
    thread.join()


def exchange(end, size):
    global moved
    end.sendall(b"x" * size)
    while size > 0:
        got = len(end.recv(size))
        moved += got
        size -= got


def wait_for(child):
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3


def talk_to_child():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        child = os.fork()
        if child == 0:
            address = listening.getsockname()
            listening.close()
            with socket.create_connection(address) as end:
                echo(end)
            os._exit(3)
        end = listening.accept()[0]
    with select.epoll() as epoll:
        epoll.register(end.fileno(), select.EPOLLIN)
        end.sendall(b"polled")
        assert epoll.poll(60)
        epoll.unregister(end.fileno())
    assert len(end.recv(6, socket.MSG_WAITALL)) == 6
    exchange(end, 70)
    end.close()
    wait_for(child)


def pass_descriptor():
    a, b = socket.socketpair()
    c, d = socket.socketpair()
    socket.send_fds(a, [b"take"], [c.fileno()])
    c.close()
    passed = socket.socket(fileno=socket.recv_fds(b, 4, 1)[1][0])
    passed.sendall(b"passed")
    d.recv(6)
    for end in (a, b, d, passed):
        end.close()


def run_program():
    with socket.socket() as kept:
        os.set_inheritable(kept.fileno(), True)
        wait_for(os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], os.environ))


def main(rounds):
    signal.signal(signal.SIGUSR1, on_signal)
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.write(1, b"begin\n")
    for _ in range(rounds):
        talk_to_thread()
        talk_to_child()
        pass_descriptor()
        run_program()
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGUSR2)
    os.write(1, b"end: %d signals, %d bytes\n" % (caught, moved))
    os._exit(7)


main(int(sys.argv[1]))
