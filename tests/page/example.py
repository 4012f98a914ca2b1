#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes example data for the page.

    example.py textbook|many|hostile|million|udp > DATA.json
"""

import json
import random
import sys

EFFECTS = ["create", "bind", "listen", "connect", "accept", "send", "receive", "option", "query",
           "wait", "shutdown", "duplicate", "pass", "close", "control"]
UNFINISHED, PENDING, END_OF_STREAM = 1, 2, 4
DATA, CONNECT, CLOSE, REFUSED, LOST = range(5)
COLUMNS = ["time", "duration", "process", "tid", "descriptor", "name", "effect", "result", "error",
           "bytes", "flags", "detail", "data"]


class Trace:
    """Data in the making."""

    def __init__(self, title, command):
        self.words = [""]
        self.calls = {column: [] for column in COLUMNS}
        self.links = {"from": [], "to": [], "kind": [], "bytes": []}
        self.payloads, self.members = [], []
        self.data = {
            "version": 1, "title": title, "command": command, "started": "2026-11-25T04:00:00.123456789Z",
            "omitted": 0, "begin": 0, "end": 0, "warnings": [], "words": self.words, "effects": EFFECTS,
            "processes": [], "sockets": [], "descriptors": [], "calls": self.calls,
            "payloads": self.payloads, "members": self.members, "links": self.links,
        }

    def word(self, text):
        if text not in self.words:
            self.words.append(text)
        return self.words.index(text)

    def process(self, pid, program, parent=-1, role=None):
        self.data["processes"].append(
            {"pid": pid, "program": program, "parent": parent, "role": role, "trace": self.data["title"]})
        return len(self.data["processes"]) - 1

    def socket(self, kind, local="", peer="", direction="none"):
        sockets = self.data["sockets"]
        sockets.append({"id": len(sockets) + 1, "kind": kind, "local": local, "peer": peer, "direction": direction})
        return len(sockets) - 1

    def descriptor(self, fd, process, socket, born, ended=None, how="", ending=""):
        descriptors = self.data["descriptors"]
        descriptors.append({"id": len(descriptors) + 1, "fd": fd, "process": process, "socket": socket,
                            "born": born, "ended": ended, "how": how, "ending": ending})
        return len(descriptors) - 1

    def call(self, time, duration, descriptor, name, effect, detail="", result=0, error="", size=-1,
             flags=0, data=None, process=None, tid=None):
        if process is None:
            process = self.data["descriptors"][descriptor]["process"]
        payload = -1
        if data is not None:
            payload = len(self.payloads)
            self.payloads.append(data)
        row = [time, duration, process, tid or self.data["processes"][process]["pid"], descriptor,
               self.word(name), EFFECTS.index(effect), -1 if error else result, self.word(error), size,
               flags, detail, payload]
        for column, value in zip(COLUMNS, row):
            self.calls[column].append(value)
        self.data["end"] = max(self.data["end"], time + duration)
        return len(self.calls["time"]) - 1

    def link(self, source, target, kind, size=0):
        for column, value in zip(("from", "to", "kind", "bytes"), (source, target, kind, size)):
            self.links[column].append(value)

    def close(self, time, descriptor):
        self.data["descriptors"][descriptor]["ended"] = time + 3000
        return self.call(time, 3000, descriptor, "close", "close")

    def sorted(self):
        """The data with its calls in the order in which they finished."""
        count = len(self.calls["time"])
        order = sorted(range(count), key=lambda i: self.calls["time"][i] + self.calls["duration"][i])
        place = [0] * count + [-1]
        for new, old in enumerate(order):
            place[old] = new
        for column in COLUMNS:
            self.calls[column] = [self.calls[column][i] for i in order]
        self.data["calls"] = self.calls
        for column in ("from", "to"):
            self.links[column] = [place[i] for i in self.links[column]]
        self.data["members"] = sorted([place[call], descriptor] for call, descriptor in self.members)
        return self.data


def words_of(size, text):
    return '%d B  "%s"' % (size, text)


def textbook():
    """A client that sends three words to a server which echoes them; a second of idling before."""
    trace = Trace("echo.jsonl", ["build/samples/tcp_echo"])
    server = trace.process(1842, "tcp_echo", role="server")
    client = trace.process(1844, "tcp_echo", server, "client")
    passive = trace.socket("TCP", "127.0.0.1:7000", direction="listening")
    out = trace.socket("TCP", "127.0.0.1:41522", "127.0.0.1:7000", "out")
    accepted = trace.socket("TCP", "127.0.0.1:7000", "127.0.0.1:41522", "in")
    listening = trace.descriptor(3, server, passive, 858000)
    theirs = trace.descriptor(4, server, accepted, 1002400000, how="accepted on fd 3")
    ours = trace.descriptor(3, client, out, 1002000000)
    copy = trace.descriptor(3, client, passive, 1001500000, 1001900000, "inherited from 1842 at fork", "exec")

    trace.call(858000, 60000, listening, "socket", "create", "AF_INET SOCK_STREAM → fd 3", 3)
    trace.call(940000, 12000, listening, "setsockopt", "option", "SO_REUSEADDR 1")
    trace.call(982000, 30000, listening, "bind", "bind", "127.0.0.1:7000")
    trace.call(1100000, 9000, listening, "listen", "listen", "backlog 5")
    accept = trace.call(1400000, 1001000000, listening, "accept", "accept", "→ fd 4", 4)
    trace.members.append((accept, theirs))
    trace.call(1002000000, 40000, ours, "socket", "create", "AF_INET SOCK_STREAM → fd 3", 3)
    connect = trace.call(1002200000, 180000, ours, "connect", "connect", "127.0.0.1:7000")
    trace.link(connect, accept, CONNECT)
    now = 1002500000
    for text in ("hello, world", "how are you?", "goodbye"):
        size = len(text)
        sent = trace.call(now, 20000, ours, "sendto", "send", words_of(size, text), size, size=size, data={"text": text})
        got = trace.call(now - 70000, 110000, theirs, "recvfrom", "receive", words_of(size, text), size, size=size, data={"text": text})
        back = trace.call(now + 90000, 25000, theirs, "sendto", "send", words_of(size, text), size, size=size, data={"text": text})
        echo = trace.call(now + 30000, 120000, ours, "recvfrom", "receive", words_of(size, text), size, size=size, data={"text": text})
        trace.link(sent, got, DATA, size)
        trace.link(back, echo, DATA, size)
        now += 250000
    closed = trace.close(now, ours)
    ended = trace.call(now - 40000, 60000, theirs, "recvfrom", "receive", "0 B  nothing more: end of stream", size=0, flags=END_OF_STREAM)
    trace.link(closed, ended, CLOSE)
    trace.close(now + 90000, theirs)
    refused = trace.socket("TCP", "", "127.0.0.1:7001", "out")
    second = trace.descriptor(5, client, refused, now + 100000)
    trace.call(now + 100000, 20000, second, "socket", "create", "AF_INET SOCK_STREAM → fd 5", 5)
    failed = trace.call(now + 150000, 30000, second, "connect", "connect", "127.0.0.1:7001", error="ECONNREFUSED")
    trace.link(failed, -1, REFUSED)
    trace.call(now + 190000, 20000, listening, "accept", "accept", error="EAGAIN", flags=PENDING)
    trace.close(now + 250000, listening)
    return trace.sorted()


def udp():
    """Datagrams, one of them lost, and a name server that is not in the trace."""
    trace = Trace("udp.jsonl", ["udp_echo"])
    client = trace.process(71, "udp_echo", role="client")
    server = trace.process(72, "udp_echo", role="server")
    near = trace.socket("UDP", "127.0.0.1:5000", "127.0.0.1:6000", "out")
    far = trace.socket("UDP", "127.0.0.1:6000", "127.0.0.1:5000", "in")
    outside = trace.socket("UDP", "10.0.0.2:40000", "10.0.0.1:53", "out")
    ours = trace.descriptor(3, client, near, 1000)
    theirs = trace.descriptor(3, server, far, 1500)
    names = trace.descriptor(4, client, outside, 2000)
    trace.call(2000, 900, names, "connect", "connect", "10.0.0.1:53")
    trace.call(3000, 900, names, "send", "send", "28 B", 28, size=28, data={"hex": "0a0b0100000100000000000006" * 2, "truncated": True})
    trace.call(4000, 9000, names, "recv", "receive", "44 B", 44, size=44)
    lost = trace.call(20000, 900, ours, "sendto", "send", words_of(4, "lost"), 4, size=4)
    trace.link(lost, -1, LOST, 4)
    sent = trace.call(30000, 900, ours, "sendto", "send", words_of(4, "ping"), 4, size=4)
    got = trace.call(15000, 17000, theirs, "recvfrom", "receive", words_of(4, "ping"), 4, size=4)
    trace.link(sent, got, DATA, 4)
    for time, descriptor in ((40000, ours), (41000, theirs), (42000, names)):
        trace.close(time, descriptor)
    return trace.sorted()


def many(count, seed=7):
    """A server with workers and a client; `count` calls about, in bursts."""
    rng = random.Random(seed)
    trace = Trace("wrk.jsonl", ["nginx", "-c", "my.conf"])
    server = trace.process(900, "nginx", role="server")
    workers = [trace.process(901 + i, "nginx", server) for i in range(4)]
    client = trace.process(950, "wrk", role="client")
    passive = trace.socket("TCP", "0.0.0.0:8000", direction="listening")
    listeners = [trace.descriptor(6, worker, passive, 1000, None, "inherited from 900 at fork") for worker in workers]
    connections = 120
    rounds = max(1, count // (connections * 5))
    for number in range(connections):
        converse(trace, rng, number, rounds, listeners[number % 4], workers[number % 4], client)
    return trace.sorted()


def converse(trace, rng, number, rounds, listener, worker, client):
    """One connection: connect and accept, requests and answers, waits between them, close."""
    port = 40000 + number
    here, there = "127.0.0.1:%d" % port, "127.0.0.1:8000"
    now = rng.randrange(20000000)
    out = trace.socket("TCP", here, there, "out")
    into = trace.socket("TCP", there, here, "in")
    ours = trace.descriptor(10 + number, client, out, now)
    theirs = trace.descriptor(10 + number, worker, into, now + 30000, how="accepted on fd 6")
    trace.call(now, 2000, ours, "socket", "create", "AF_INET SOCK_STREAM", 10 + number)
    connect = trace.call(now + 5000, 20000, ours, "connect", "connect", there, error="EINPROGRESS", flags=PENDING)
    accept = trace.call(now + 10000, 20000, listener, "accept4", "accept", "→ fd %d" % (10 + number), 10 + number)
    trace.link(connect, accept, CONNECT)
    trace.members.append((accept, theirs))
    now += 60000
    for _ in range(rounds):
        now += rng.choice((20000, 30000, 60000, 3000000 if rng.random() < 0.02 else 40000))
        size, answer = rng.randrange(60, 200), rng.randrange(200, 60000)
        request = "GET /page/%d HTTP/1.1\r\nHost: example\r\n\r\n" % rng.randrange(1000)
        a = trace.call(now, 4000, ours, "write", "send", "%d B" % size, size, size=size, data={"text": request, "truncated": True})
        waited = trace.call(now - 9000, 16000, -1, "epoll_wait", "wait", "1 ready", 1, process=worker)
        trace.members.append((waited, theirs))
        b = trace.call(now + 8000, 3000, theirs, "recv", "receive", "%d B" % size, size, size=size)
        error = "EPIPE" if rng.random() < 0.001 else ""
        c = trace.call(now + 12000, 6000, theirs, "sendfile", "send", "%d B" % answer, answer, size=-1 if error else answer, error=error)
        d = trace.call(now + 15000, 9000, ours, "read", "receive", "%d B" % answer, answer, size=answer)
        trace.link(a, b, DATA, size)
        trace.link(c, d, DATA, answer)
        now += 30000
    closed = trace.close(now + 50000, ours)
    ended = trace.call(now + 52000, 4000, theirs, "recv", "receive", "end of stream", size=0, flags=END_OF_STREAM)
    trace.link(closed, ended, CLOSE)
    if number % 10:
        trace.close(now + 60000, theirs)


def hostile():
    """What nobody should send, everywhere a string may stand."""
    bad = ('</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
           '<svg onload=window.hacked=1>" onmouseover="window.hacked=1" \'"@DATA@@SCRIPT@ ${window.hacked=1}'
           '<!-- \u202e\u2066gnp.exe\u200b\u200f\u0000\u001b[31m\u0007\n\u2028\ufeff\U000e0041\U0001f600')
    trace = Trace(bad, [bad, "javascript:window.hacked=1"])
    trace.data["warnings"] = [bad] * 3
    trace.data["started"] = bad
    process = trace.process(1, bad, role="server")
    other = trace.process(2, bad * 3, 0, "client")
    near = trace.socket(bad, bad, bad + "2", "in")
    far = trace.socket(bad, bad + "2", bad, "out")
    alone = trace.socket(bad, bad + "3", bad + "4", "out")
    ours = trace.descriptor(3, process, near, 0, how=bad)
    theirs = trace.descriptor(4, other, far, 0, 900000, how=bad, ending=bad)
    third = trace.descriptor(5, other, alone, 0, 900000, how=bad, ending=bad)
    for i in range(20):
        sent = trace.call(40000 * i, 1000, ours, bad, "send", bad, 5, size=5, data={"text": bad * 20})
        got = trace.call(40000 * i + 20000, 1000, theirs, bad, "receive", bad, 5, size=5, data={"hex": bad.encode("utf-8", "surrogatepass").hex()})
        trace.call(40000 * i + 22000, 1000, third, bad, "send", bad, 5, error=bad)
        trace.link(sent, got, DATA, 5)
    return trace.sorted()


EXAMPLES = {"textbook": textbook, "udp": udp, "hostile": hostile,
            "many": lambda: many(100000), "million": lambda: many(1000000)}

if __name__ == "__main__":
    json.dump(EXAMPLES[sys.argv[1]](), sys.stdout)
