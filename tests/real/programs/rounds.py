# SPDX-License-Identifier: MIT
"""Threads and a child that send themselves words of 4 bytes, in each way that Python has; signals come
meanwhile. Prints how many were sent."""

import os, select, signal, socket, threading

ROUNDS = 300
handled = 0


def talk(rounds):
    a, b = socket.socketpair()
    poll = select.poll()
    poll.register(b, select.POLLIN)
    for i in range(rounds):
        said = b"%04d" % (i % 10000)
        if i % 3 == 0:
            a.send(said)
        elif i % 3 == 1:
            os.write(a.fileno(), said)
        else:
            a.sendmsg([said[:1], said[1:]])
        poll.poll(1000)
        heard = bytearray(4)
        if i % 2:
            heard = b.recv(4)
        else:
            b.recv_into(heard)
        assert heard == said, (heard, said)
    a.close()
    b.close()


def count(*_):
    global handled
    handled += 1


signal.signal(signal.SIGALRM, count)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
talk(ROUNDS)
threads = [threading.Thread(target=talk, args=(ROUNDS,)) for _ in range(4)]
for thread in threads:
    thread.start()
child = os.fork()
if child == 0:
    talk(ROUNDS)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
for thread in threads:
    thread.join()
signal.setitimer(signal.ITIMER_REAL, 0)
print("sent", 6 * ROUNDS)
