#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes example traces for the page.

    example.py textbook|udp|attached|many|hostile|million > TRACE.jsonl
"""

import json
import random
import sys


def address(text):
    """ "127.0.0.1:80", or any other words as a path. """
    host, _, port = text.rpartition(":")
    if host and port.isdigit():
        return {"family": "AF_INET", "address": host, "port": int(port)}
    return {"family": "AF_UNIX", "path": text}


class Trace:
    """A trace in the making. Its lines may be added in any order."""

    def __init__(self, command, started="2026-11-25T04:00:00.123456789Z"):
        self.first = {"type": "trace", "version": 1, "tracer": "example 0.0.0", "command": command, "started": started,
                      "host": "example", "kernel": "6.1.0", "machine": "x86_64", "options": {}}
        self.lines = []  # (when it is written, line)
        self.counts = {"descriptor": 0, "socket": 0}

    def add(self, time, line):
        self.lines.append((time, line))

    def process(self, pid, program, parent=None, time=0):
        line = {"type": "process", "time_ns": time, "event": "start" if parent is None else "fork", "pid": pid, "program": program}
        self.add(time, line if parent is None else {**line, "parent": parent})
        return pid

    def number(self, kind):
        self.counts[kind] += 1
        return self.counts[kind]

    def made(self, pid, fd, socket=None):
        """A descriptor that a call makes."""
        return {"fd": fd, "descriptor": self.number("descriptor"), "socket": socket or self.number("socket"), "pid": pid}

    def inherited(self, time, pid, fd, source):
        copy = self.made(pid, fd, source["socket"])
        self.add(time, {"type": "descriptor", "time_ns": time, "event": "inherit", "reason": "fork", "pid": pid, "fd": fd,
                        "descriptor": copy["descriptor"], "socket": copy["socket"],
                        "from": {"pid": source["pid"], "descriptor": source["descriptor"]}})
        return copy

    def ended(self, time, on, reason):
        self.add(time, {"type": "descriptor", "time_ns": time, "event": "close", "reason": reason, "pid": on["pid"], "fd": on["fd"],
                        "descriptor": on["descriptor"], "socket": on["socket"]})

    def call(self, time, duration, on, name, effect, result=0, error=None, size=None, pid=None, data=None, new=None, **members):
        line = {"type": "call", "time_ns": time, "duration_ns": duration, "pid": pid or on["pid"], "tid": pid or on["pid"],
                "name": name, "effect": effect}
        if on:
            line.update((key, on[key]) for key in ("fd", "descriptor", "socket"))
        line["args"] = members.pop("args", {})
        if not members.get("unfinished"):
            line["result"] = -1 if error else result
        if error:
            line["error"] = error
        if size is not None:
            line["bytes"] = size
        if data is not None:
            line["data"] = data
        if new:
            line["new"] = [{key: it[key] for key in ("fd", "descriptor", "socket")} for it in new]
        line.update(members)
        self.add(time + duration, line)

    def socket(self, time, duration, pid, fd, kind="SOCK_STREAM", family="AF_INET"):
        new = self.made(pid, fd)
        self.call(time, duration, None, "socket", "create", fd, pid=pid, new=[new], args={"family": family, "type": kind})
        return new

    def move(self, time, duration, on, name, effect, data, size=None, **members):
        size = len(data["text"]) if size is None else size
        self.call(time, duration, on, name, effect, size, size=size, data=data, **members)

    def end_of_stream(self, time, duration, on, name="recvfrom"):
        self.call(time, duration, on, name, "receive", 0, size=0, args={"size": 100})

    def close(self, time, on):
        self.call(time, 3000, on, "close", "close")

    def write(self, file):
        json.dump(self.first, file)
        seq = 0
        for _, line in sorted(self.lines, key=lambda it: it[0]):
            if line["type"] == "call":
                seq += 1
                line = {"type": "call", "seq": seq, **line}
            file.write("\n" + json.dumps(line))
        file.write('\n{"type":"end","time_ns":%d,"calls":%d}\n' % (max(time for time, _ in self.lines), seq))


def textbook():
    """A client that sends three words to a server which echoes them; a second of idling before."""
    trace = Trace(["build/samples/tcp_echo"])
    server, client = 1842, 1844
    here, there = address("127.0.0.1:41522"), address("127.0.0.1:7000")
    trace.process(server, "tcp_echo")
    listening = trace.socket(858000, 60000, server, 3)
    trace.call(940000, 12000, listening, "setsockopt", "option", args={"level": "SOL_SOCKET", "option": "SO_REUSEADDR", "value": 1})
    trace.call(982000, 30000, listening, "bind", "bind", args={"address": there}, local=there)
    trace.call(1100000, 9000, listening, "listen", "listen", args={"backlog": 5})
    trace.process(client, "tcp_echo", server, 1001400000)
    copy = trace.inherited(1001500000, client, 3, listening)
    trace.ended(1001900000, copy, "exec")
    ours = trace.socket(1002000000, 40000, client, 3)
    trace.call(1002200000, 180000, ours, "connect", "connect", args={"address": there}, local=here, peer=there)
    theirs = trace.made(server, 4)
    trace.call(1400000, 1001000000, listening, "accept", "accept", 4, new=[theirs], args={"address": here}, local=there, peer=here)
    now = 1002500000
    for text in ("hello, world", "how are you?", "goodbye"):
        trace.move(now, 20000, ours, "sendto", "send", {"text": text})
        trace.move(now - 70000, 110000, theirs, "recvfrom", "receive", {"text": text})
        trace.move(now + 90000, 25000, theirs, "sendto", "send", {"text": text})
        trace.move(now + 30000, 120000, ours, "recvfrom", "receive", {"text": text})
        now += 250000
    trace.close(now, ours)
    trace.end_of_stream(now - 40000, 60000, theirs)
    trace.close(now + 90000, theirs)
    refused = trace.socket(now + 100000, 20000, client, 5)
    trace.call(now + 150000, 30000, refused, "connect", "connect", error="ECONNREFUSED", args={"address": address("127.0.0.1:7001")})
    trace.call(now + 190000, 20000, listening, "accept", "accept", error="EAGAIN")
    trace.close(now + 250000, listening)
    return trace


def udp():
    """Datagrams, one of them lost and one of them empty, and a name server that is not in the trace."""
    trace = Trace(["udp_echo"])
    near, far, names = address("127.0.0.1:5000"), address("127.0.0.1:6000"), address("10.0.0.1:53")
    trace.process(71, "udp_echo")
    trace.process(72, "udp_echo", 71, 100)
    ours, theirs = trace.socket(1000, 100, 71, 3, "SOCK_DGRAM"), trace.socket(1500, 100, 72, 3, "SOCK_DGRAM")
    trace.call(1600, 100, theirs, "bind", "bind", args={"address": far}, local=far)
    trace.call(1700, 100, ours, "bind", "bind", args={"address": near}, local=near)
    asking = trace.socket(1900, 100, 71, 4, "SOCK_DGRAM")
    trace.call(2000, 900, asking, "connect", "connect", args={"address": names}, local=address("10.0.0.2:40000"), peer=names)
    trace.move(3000, 900, asking, "send", "send", {"hex": "0a0b0100000100000000000006" * 2, "truncated": True}, 28)
    trace.move(4000, 9000, asking, "recv", "receive", {"hex": "0a0b"}, 44)
    trace.move(20000, 900, ours, "sendto", "send", {"text": "missing"}, args={"address": far})
    trace.move(30000, 900, ours, "sendto", "send", {"text": "ping"}, args={"address": far})
    trace.move(15000, 17000, theirs, "recvfrom", "receive", {"text": "ping"}, args={"address": near})
    # Nothing in a datagram is a datagram.
    trace.move(33000, 900, ours, "sendto", "send", {"text": ""}, args={"address": far})
    trace.move(33500, 900, theirs, "recvfrom", "receive", {"text": ""}, args={"address": near})
    for time, on in ((40000, ours), (41000, theirs), (42000, asking)):
        trace.close(time, on)
    return trace


def again():
    """A connection that is asked for once more amid its data, so that it has two stretches of transfers."""
    trace = Trace(["asks_again"])
    here, there = address("127.0.0.1:41522"), address("127.0.0.1:7000")
    trace.process(71, "asks_again")
    ours = trace.socket(1000, 100, 71, 3)
    trace.call(2000, 500, ours, "connect", "connect", args={"address": there}, local=here, peer=there)
    for i in range(20):
        trace.move(3000 + 100 * i, 50, ours, "send", "send", {"text": "before"})
    trace.call(5000, 100, ours, "send", "send", error="EAGAIN")
    trace.call(6000, 100, ours, "connect", "connect", error="EISCONN", args={"address": there})
    trace.move(7000, 100, ours, "send", "send", {"text": "after"})
    trace.move(8000, 100, ours, "recv", "receive", {"text": "answer"})
    trace.close(9000, ours)
    return trace


def attached():
    """Both ends of an established connection, which were there before the trace; one that the peer has ended, and one without a
    call; two loopback addresses; a connect over AF_UNIX without data; a receive that never returned."""
    trace = Trace(["server", "client"])
    there, here, other = address("127.0.0.1:7000"), address("127.0.0.1:41522"), address("127.0.0.2:7000")

    def found(pid, fd, local, peer, state, socket=None):
        it = trace.made(pid, fd, socket)
        line = {"type": "descriptor", "time_ns": 10, "event": "inherit", "reason": "attach", "pid": pid, "fd": fd,
                "descriptor": it["descriptor"], "socket": it["socket"], "family": "AF_INET", "socket_type": "SOCK_STREAM",
                "protocol": "IPPROTO_TCP", "state": state, "local": local}
        trace.add(10, line if peer is None else {**line, "peer": peer})
        return it

    trace.process(10, "server")
    trace.process(20, "client", 1, 5)
    found(10, 3, there, None, "TCP_LISTEN")
    theirs = found(10, 4, there, here, "TCP_ESTABLISHED")
    found(10, 5, other, address("127.0.0.2:41600"), "TCP_CLOSE_WAIT")
    ours = found(20, 3, here, there, "TCP_ESTABLISHED")
    trace.move(1000, 100, ours, "sendto", "send", {"text": "question"})
    trace.move(900, 400, theirs, "recvfrom", "receive", {"text": "question"})
    path = {"family": "AF_UNIX", "path": "/run/example.sock"}
    listening = trace.socket(2000, 100, 10, 6, family="AF_UNIX")
    trace.call(2200, 100, listening, "bind", "bind", args={"address": path}, local=path)
    trace.call(2400, 100, listening, "listen", "listen", args={"backlog": 5})
    silent = trace.socket(2600, 100, 20, 4, family="AF_UNIX")
    trace.call(2800, 100, silent, "connect", "connect", args={"address": path}, local={"family": "AF_UNIX"}, peer=path)
    accepted = trace.made(10, 7)
    trace.call(3000, 100, listening, "accept", "accept", 7, new=[accepted], args={"address": {"family": "AF_UNIX"}}, local=path,
               peer={"family": "AF_UNIX"})
    trace.call(4000, 0, ours, "recvfrom", "receive", unfinished=True)
    trace.close(5000, accepted)
    return trace


def many(count, seed=7):
    """A server with workers and a client; `count` calls about, in bursts."""
    rng = random.Random(seed)
    trace = Trace(["nginx", "-c", "my.conf"])
    trace.process(900, "nginx")
    there = address("127.0.0.1:8000")
    passive = trace.socket(100, 10, 900, 6)
    trace.call(200, 10, passive, "bind", "bind", args={"address": there}, local=there)
    trace.call(300, 10, passive, "listen", "listen", args={"backlog": 511})
    listeners = []
    for pid in range(901, 905):
        trace.process(pid, "nginx", 900, 900)
        listeners.append(trace.inherited(1000, pid, 6, passive))
    trace.process(950, "wrk", 1, 1100)
    connections = 120
    rounds = max(1, count // (connections * 5))
    for number in range(connections):
        converse(trace, rng, number, rounds, listeners[number % 4])
    return trace


def converse(trace, rng, number, rounds, listener):
    """One connection: connect and accept, requests and answers, waits between them, close."""
    fd, here, there = 10 + number, address("127.0.0.1:%d" % (40000 + number)), address("127.0.0.1:8000")
    now = 2000 + rng.randrange(20000000)
    ours = trace.socket(now, 2000, 950, fd)
    theirs = trace.made(listener["pid"], fd)
    trace.call(now + 5000, 20000, ours, "connect", "connect", error="EINPROGRESS", args={"address": there}, local=here, peer=there)
    trace.call(now + 10000, 20000, listener, "accept4", "accept", fd, new=[theirs], args={"address": here}, local=there, peer=here)
    now += 60000
    for _ in range(rounds):
        now += rng.choice((20000, 30000, 60000, 3000000 if rng.random() < 0.02 else 40000))
        size, answer = rng.randrange(60, 200), rng.randrange(200, 60000)
        request = "GET /page/%d HTTP/1.1\r\nHost: example\r\n\r\n" % rng.randrange(1000)
        trace.move(now, 4000, ours, "write", "send", {"text": request, "truncated": True}, size)
        waits = [{**{key: theirs[key] for key in ("fd", "descriptor", "socket")}, "events": ["EPOLLIN"], "ready": ["EPOLLIN"]}]
        trace.call(now - 9000, 16000, None, "epoll_wait", "wait", 1, pid=theirs["pid"], waits=waits)
        trace.call(now + 8000, 3000, theirs, "recv", "receive", size, size=size)
        if rng.random() < 0.001:
            trace.call(now + 12000, 6000, theirs, "sendfile", "send", error="EPIPE")
        else:
            trace.call(now + 12000, 6000, theirs, "sendfile", "send", answer, size=answer)
        trace.call(now + 15000, 9000, ours, "read", "receive", answer, size=answer)
        now += 30000
    trace.close(now + 50000, ours)
    trace.end_of_stream(now + 52000, 4000, theirs, "recv")
    if number % 10:
        trace.close(now + 60000, theirs)


def hostile():
    """What nobody should send, everywhere a string may stand."""
    bad = ('</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
           '<svg onload=window.hacked=1>" onmouseover="window.hacked=1" \'"@DATA@@SCRIPT@ ${window.hacked=1}'
           '<!-- \u202e\u2066gnp.exe\u200b\u200f\u0000\u001b[31m\u0007\n\u2028\ufeff\U000e0041\U0001f600')
    trace = Trace([bad, "javascript:window.hacked=1"], bad)
    path = bad.replace("\u0000", "")
    for time in range(3):
        trace.add(time, {"type": "warning", "time_ns": time, "code": bad, "message": bad})
    trace.process(1, bad)
    trace.process(2, bad * 3, 1)
    ours, theirs = trace.made(1, 3), trace.made(2, 4)
    trace.call(5, 5, None, bad, "create", pid=1, new=[ours, theirs], args={"family": bad, "type": bad, "protocol": bad})
    third = trace.socket(20, 5, 2, 5, bad, bad)
    trace.call(30, 5, third, bad, "connect", args={"address": address(path), path: bad}, local=address(path), peer=address(path + "4"))
    for i in range(20):
        trace.move(40000 * i + 100, 1000, ours, bad, "send", {"text": bad * 20}, 5, args={"address": address(path)})
        trace.move(40000 * i + 20000, 1000, theirs, bad, "receive", {"hex": bad.encode().hex()}, 5)
        trace.call(40000 * i + 22000, 1000, third, bad, "send", error=bad)
    for on in (theirs, third):
        trace.ended(900000, on, bad)
    return trace


EXAMPLES = {"textbook": textbook, "udp": udp, "again": again, "attached": attached, "hostile": hostile,
            "many": lambda: many(100000), "million": lambda: many(1000000)}

if __name__ == "__main__":
    EXAMPLES[sys.argv[1]]().write(sys.stdout)
