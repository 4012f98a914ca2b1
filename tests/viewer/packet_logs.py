# SPDX-License-Identifier: MIT
"""Prints a log that no tracer wrote, of which the packets are what a test is about.

packet_logs.py NAME: one of the functions below."""

import sys

from exchange_logs import Log


def inet(address, port):
    return {"family": "AF_INET6" if ":" in address else "AF_INET", "address": address, "port": port}


class Datagrams:
    """A socket for datagrams, number `n`."""

    def __init__(self, log, n, at, family="AF_INET"):
        self.log = log
        self.on = {"fd": n + 2, "descriptor": n, "socket": n}
        log.call(at, 1, "socket", "create", result=n + 2, new=[self.on],
                 args={"family": family, "type": "SOCK_DGRAM", "protocol": 0})

    def bind(self, at, address):
        self.log.call(at, 1, "bind", "bind", **self.on, args={"address": address}, result=0, local=address)

    def connect(self, at, address, local):
        self.log.call(at, 1, "connect", "connect", **self.on, args={"address": address}, result=0, local=local,
                      peer=address)

    def move(self, at, name, effect, data, to=None):
        args = {"size": len(data), "flags": [], **({"address": to} if to else {})}
        self.log.call(at, 1, name, effect, **self.on, args=args, result=len(data), bytes=len(data), data={"text": data})

    def send(self, at, data, to=None):
        self.move(at, "sendto", "send", data, to)

    def receive(self, at, data, of=None):
        self.move(at, "recvfrom", "receive", data, of)


def moved():
    """A socket that is connected to one peer, and then to another one."""
    log = Log()
    one = Datagrams(log, 1, 0)
    own, first, second = inet("10.0.0.1", 40001), inet("10.0.0.53", 53), inet("10.0.0.54", 53)
    one.connect(10, first, own)
    one.send(20, "to the first")
    one.receive(30, "from the first")
    one.connect(40, second, own)
    one.send(50, "to the second")
    one.receive(60, "from the second")
    log.done()


def many():
    """A hundred datagrams in one call, received by one, and answered one by one."""
    log = Log()
    one, other = Datagrams(log, 1, 0), Datagrams(log, 2, 1)
    asked, own = inet("127.0.0.1", 53), inet("127.0.0.1", 40001)
    other.bind(2, asked)
    for at, socket, name, effect, peer in (10, one, "sendmmsg", "send", asked), (20, other, "recvmmsg", "receive", own):
        messages = [{"address": peer, "bytes": 10, "data": {"text": "message %02d" % n}} for n in range(100)]
        log.call(at, 1, name, effect, **socket.on, args={"vlen": 100, "flags": []}, result=100, bytes=1000,
                 messages=messages, **({"local": own} if socket is one else {}))
    for n in range(100):
        other.send(30 + n, "answer %02d" % n, own)
    log.call(200, 1, "recvmmsg", "receive", **one.on, args={"vlen": 100, "flags": []}, result=100, bytes=900,
             messages=[{"bytes": 9, "address": asked, "data": {"text": "answer %02d" % n}} for n in range(100)])
    log.done()


def homes():
    """Two sockets that are bound to all addresses of their hosts; one of them is told who has sent."""
    log = Log()
    asks, answers = Datagrams(log, 1, 0), Datagrams(log, 2, 1, "AF_INET6")
    asks.bind(2, inet("0.0.0.0", 40001))
    answers.bind(3, inet("::", 53))
    asks.send(10, "question", inet("10.0.0.2", 53))
    answers.receive(20, "question", inet("::ffff:10.0.0.1", 40001))
    answers.send(30, "answer", inet("::ffff:10.0.0.1", 40001))
    asks.receive(40, "answer")
    log.done()


def letters():
    """Two sockets of UNIX that are not connected write to a third one, which answers nobody; one writes elsewhere."""
    log = Log()
    box = Datagrams(log, 7, 0, "AF_UNIX")
    box.bind(1, {"family": "AF_UNIX", "path": "/box"})
    for n in (8, 9):
        writer = Datagrams(log, n, n, "AF_UNIX")
        writer.send(10 * n, "letter %d" % n, {"family": "AF_UNIX", "path": "/box"})
        box.receive(10 * n + 5, "letter %d" % n)
    writer.send(100, "lost", {"family": "AF_UNIX", "path": "/nowhere"})
    log.done()


def alike():
    """Two ends of a connection of TCP, one of which has the other's address as IPv6 has it; and one to another host."""
    log = Log()
    client = {"fd": 3, "descriptor": 1, "socket": 1}
    listening = {"fd": 4, "descriptor": 2, "socket": 2}
    server = {"fd": 5, "descriptor": 3, "socket": 3}
    other = {"fd": 6, "descriptor": 4, "socket": 4}
    own, asked = inet("10.0.0.1", 40001), inet("10.0.0.2", 80)
    log.call(0, 1, "socket", "create", result=4, new=[listening],
             args={"family": "AF_INET6", "type": "SOCK_STREAM", "protocol": 0})
    log.call(1, 1, "bind", "bind", **listening, args={"address": inet("::", 80)}, result=0, local=inet("::", 80))
    log.call(2, 1, "listen", "listen", **listening, args={"backlog": 5}, result=0)
    for at, on, peer in (10, client, asked), (50, other, inet("2001:db8:1::2", 80)):
        family = {"family": peer["family"], "type": "SOCK_STREAM", "protocol": 0}
        log.call(at, 1, "socket", "create", result=on["fd"], new=[on], args=family)
        log.call(at + 1, 1, "connect", "connect", **on, args={"address": peer}, result=0,
                 local=own if on is client else inet("2001:db8:1::1", 40002), peer=peer)
    log.call(20, 1, "accept", "accept", **listening, args={}, result=5, new=[server],
             local=inet("::ffff:10.0.0.2", 80), peer=inet("::ffff:10.0.0.1", 40001))
    for at, on, name, effect in (30, client, "write", "send"), (40, server, "read", "receive"):
        log.call(at, 1, name, effect, **on, args={"size": 4}, result=4, bytes=4, data={"text": "ping"})
    log.done()


def late():
    """Of a connection that was there before both ends are attached to: the receiver tells what was on its way, also
    when the sender has closed."""
    log = Log()
    own, peer = inet("127.0.0.1", 40001), inet("127.0.0.1", 80)
    ends = []
    for n, local, remote in (1, own, peer), (2, peer, own):
        on = {"fd": n + 2, "descriptor": n, "socket": n}
        log.say(type="descriptor", time_ns=0, event="inherit", reason="attach", pid=10, **on, family="AF_INET",
                socket_type="SOCK_STREAM", state="TCP_ESTABLISHED", local=local, peer=remote)
        ends.append(on)
    sender, receiver = ends
    log.call(10, 1, "read", "receive", **receiver, args={"size": 9}, result=6, bytes=6, data={"text": "before"})
    log.call(20, 1, "write", "send", **sender, args={"size": 5}, result=5, bytes=5, data={"text": "after"})
    log.call(30, 1, "close", "close", **sender, args={}, result=0)
    log.call(40, 1, "read", "receive", **receiver, args={"size": 9}, result=5, bytes=5, data={"text": "after"})
    log.call(50, 1, "read", "receive", **receiver, args={"size": 9}, result=0, bytes=0)
    log.call(60, 1, "close", "close", **receiver, args={}, result=0)
    log.done()


def fast(blocks=True):
    """TCP Fast Open: the client connects with what it sends, or is to send it once more."""
    log = Log()
    listening, client, server = ({"fd": n + 2, "descriptor": n, "socket": n} for n in (1, 2, 3))
    own, asked = inet("127.0.0.1", 40001), inet("127.0.0.1", 80)
    for at, on in (0, listening), (1, client):
        log.call(at, 1, "socket", "create", result=on["fd"], new=[on],
                 args={"family": "AF_INET", "type": "SOCK_STREAM", "protocol": 0})
    log.call(2, 1, "bind", "bind", **listening, args={"address": asked}, result=0, local=asked)
    log.call(3, 1, "listen", "listen", **listening, args={"backlog": 5}, result=0)
    sent = {"result": 4, "bytes": 4, "data": {"text": "ping"}, "local": own, "peer": asked}
    log.call(10, 5, "sendto", "send", **client, args={"size": 4, "flags": ["MSG_FASTOPEN"], "address": asked},
             **(sent if blocks else {"result": -1, "error": "EINPROGRESS"}))
    if not blocks:
        log.call(16, 1, "sendto", "send", **client, args={"size": 4, "flags": []}, **sent)
    log.call(20, 1, "accept", "accept", **listening, args={}, result=5, new=[server], local=asked, peer=own)
    log.call(30, 1, "read", "receive", **server, args={"size": 4}, result=4, bytes=4, data={"text": "ping"})
    log.done()


def fast_without_waiting():
    """The same where no call blocks."""
    fast(blocks=False)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
