# SPDX-License-Identifier: MIT
"""Prints a log that no tracer wrote, whose calls say exactly what a test is about.

exchange_logs.py NAME: one of the functions below."""

import json
import sys

SERVER = {"family": "AF_INET", "address": "127.0.0.1", "port": 80}


class Log:
    """Times are in microseconds."""

    def __init__(self, **options):
        self.seq = 0
        self.end = 0
        self.say(type="trace", version=1, tracer="by hand", command=["log"], host=sys.argv[1],
                 started="2026-11-23T04:00:00.000000000Z", options={"payload": 64, **options})
        self.say(type="process", time_ns=0, event="start", pid=10, program="app", command=["app"])

    def say(self, **members):
        print(json.dumps(members, separators=(",", ":")))

    def call(self, at, took, name, effect, tid=10, **members):
        self.seq += 1
        self.end = max(self.end, at + took)
        self.say(type="call", seq=self.seq, time_ns=at * 1000, duration_ns=took * 1000, pid=10, tid=tid,
                 name=name, effect=effect, **members)

    def done(self, at=None):
        self.say(type="end", time_ns=(at or self.end) * 1000, calls=self.seq, exit_code=0)


class Stream:
    """One socket of a connection, number `n`: `way` is connect, accept or found."""

    def __init__(self, log, n, at, way="connect", peer_port=None):
        self.log = log
        self.on = {"fd": n + 2, "descriptor": n, "socket": n}
        client = {"family": "AF_INET", "address": "127.0.0.1", "port": peer_port or 40000 + n}
        self.ends = {"local": client, "peer": SERVER}
        if way != "connect":
            self.ends = {"local": SERVER, "peer": client}
        if way == "connect":
            log.call(at, 1, "socket", "create", result=n + 2, new=[self.on],
                     args={"family": "AF_INET", "type": "SOCK_STREAM", "protocol": 0})
            log.call(at + 1, 1, "connect", "connect", **self.on, args={"address": SERVER}, result=0,
                     **self.ends)
        elif way == "accept":
            listening = {"fd": 99, "descriptor": 1000, "socket": 1000}
            if not hasattr(log, "is_listening"):
                log.is_listening = True
                log.call(at, 1, "socket", "create", result=99, new=[listening],
                         args={"family": "AF_INET", "type": "SOCK_STREAM", "protocol": 0})
                log.call(at, 1, "bind", "bind", **listening, args={"address": SERVER}, result=0, local=SERVER)
                log.call(at, 1, "listen", "listen", **listening, args={"backlog": 5}, result=0)
            log.call(at + 1, 1, "accept", "accept", **listening, args={}, result=n + 2, new=[self.on],
                     **self.ends)
        else:
            self.ends = {"local": client, "peer": SERVER}
            log.say(type="descriptor", time_ns=at * 1000, event="inherit", reason="attach", pid=10, **self.on,
                    family="AF_INET", socket_type="SOCK_STREAM", state="TCP_ESTABLISHED", **self.ends)

    def send(self, at, data, took=1, length=None, tid=10):
        length = length or len(data)
        self.log.call(at, took, "sendto", "send", tid, **self.on, args={"size": length, "flags": []}, result=length,
                      bytes=length, data={"text": data, **({"truncated": True} if length > len(data) else {})})

    def receive(self, at, data, took=1, length=None, tid=10):
        length = length or len(data)
        self.log.call(at, took, "recvfrom", "receive", tid, **self.on, args={"size": 65536, "flags": []},
                      result=length, bytes=length,
                      data={"text": data, **({"truncated": True} if length > len(data) else {})})

    def receive_end(self, at):
        self.log.call(at, 1, "recvfrom", "receive", **self.on, args={"size": 65536, "flags": []}, result=0,
                      bytes=0)

    def fail(self, at, error="ECONNRESET"):
        self.log.call(at, 1, "recvfrom", "receive", **self.on, args={"size": 65536, "flags": []}, result=-1,
                      error=error)

    def close(self, at):
        self.log.call(at, 1, "close", "close", **self.on, args={}, result=0)


def turns():
    """Three questions of a client, in no protocol; the second takes 1000 us."""
    log = Log()
    one = Stream(log, 1, 0)
    one.send(10, "alpha")
    one.receive(20, "ALPHA")
    one.send(30, "beta 1 ")
    one.send(40, "beta 2")
    one.receive(1040, "BETA")
    one.receive(1050, "more")
    one.send(1060, "gamma")
    one.receive(1070, "GAMMA")
    one.close(1080)
    log.done()


def server():
    """The same, as the end that accepted sees it."""
    log = Log()
    one = Stream(log, 1, 0, "accept")
    one.receive(10, "alpha")
    one.send(25, "ALPHA")
    one.receive(30, "beta")
    one.send(531, "BETA")
    one.close(540)
    log.done()


def both():
    """Both ends of one connection in the trace."""
    log = Log()
    asks = Stream(log, 1, 0)
    answers = Stream(log, 2, 1, "accept", peer_port=40001)
    asks.send(10, "ping")
    answers.receive(15, "ping")
    answers.send(115, "pong")
    asks.receive(120, "pong")
    log.done(200)


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def request(path, *fields):
    return "\r\n".join(["GET %s HTTP/1.1" % path, *fields, "", ""])


def proxied():
    """Requests as a proxy gets them, one of them with a name and a password; and one about the server."""
    log = Log()
    asks = Stream(log, 1, 0)
    for at, method, target in (
            (10, "GET", "http://user:word@example.org/a?b=@c"), (30, "GET", "http://example.org:8080/d"),
            (50, "OPTIONS", "*")):
        asks.send(at, "%s %s HTTP/1.1\r\nHost: example.org\r\n\r\n" % (method, target))
        asks.receive(at + 5, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    asks.close(70)
    log.done()


def spans():
    """Both ends of requests that are within spans of others, or not, fail, and get no answer."""
    log = Log()
    asks = Stream(log, 1, 0)
    answers = Stream(log, 2, 1, "accept", peer_port=40001)
    for at, asked, answer in (
            (100, request("/a?b=c", "Host: example.org:8080", "TraceParent:  00-%s-00f067aa0ba902b7-01 " % TRACE),
             "404 Not Found"),
            (200, request("/d", "Host: example.org"), "500 Broken"),
            (300, request("http://example.org/e", "Host: [::1]:81"), "200 OK"),
            (400, "BREW /%22 HTTP/1.1\r\n\r\n", "200 OK")):
        asks.send(at, asked)
        answers.receive(at + 10, asked)
        answers.send(at + 40, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % answer)
        asks.receive(at + 50, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % answer)
    asks.send(500, request("/pending"))
    answers.receive(510, request("/pending"))
    log.done(1000)


def traceparents():
    """Requests with a traceparent each, most of which are none."""
    log = Log()
    one = Stream(log, 1, 0)
    for i, said in enumerate((
            "00-%s-00f067aa0ba902b7-00" % TRACE, "cc-%s-00f067aa0ba902b7-01-more" % TRACE,
            "00-%s-00f067aa0ba902b7-01-more" % TRACE, "ff-%s-00f067aa0ba902b7-01" % TRACE,
            "00-%s-00f067aa0ba902b7-01" % TRACE.upper(), "00-%s-0000000000000000-01" % TRACE,
            "00-%s-00f067aa0ba902b7-01" % ("0" * 32), "00-%s-00f067aa0ba902b7" % TRACE,
            "00-%s-00f067aa0ba902b7-0\"" % TRACE, "", "0")):
        one.send(100 * i + 100, request("/%d" % i, "Host: a", "traceparent: " + said))
        one.receive(100 * i + 110, "HTTP/1.1 204 No Content\r\n\r\n")
    log.done()


def databases():
    """A command of Redis that fails, and one that does not."""
    log = Log()
    one = Stream(log, 1, 0)
    one.send(100, "*2\r\n$3\r\nget\r\n$4\r\nlist\r\n")
    one.receive(110, "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n")
    one.send(200, "*2\r\n$3\r\nget\r\n$4\r\ntext\r\n")
    one.receive(210, "$2\r\nhi\r\n")
    log.done()


def overtaken():
    """Another thread receives the answer before the send that asked has returned."""
    log = Log()
    one = Stream(log, 1, 0)
    for i in range(3):
        one.receive(1000 * i + 50, "answer %d" % i, took=50, tid=11)
        one.send(1000 * i + 20, "question %d" % i, took=100)
    log.done()


def attached():
    """The trace begins between a question and its answer; the client is not known to be one."""
    log = Log()
    one = Stream(log, 1, 0, "found")
    one.receive(10, "answer 1")
    one.send(20, "question 2")
    one.receive(30, "answer 2")
    log.done()


def attached_http():
    """The same in HTTP: the bytes say who asks."""
    log = Log()
    one = Stream(log, 1, 0, "found")
    one.receive(10, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    one.send(20, "GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
    one.receive(1020, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    one.send(1030, "GET /third HTTP/1.1\r\nHost: a\r\n\r\n")
    one.receive(1040, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    log.done()


def pipeline():
    """Three questions in one send, whose answers come in two receives."""
    log = Log()
    one = Stream(log, 1, 0)
    one.send(10, "".join("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % i for i in range(3)))
    answer = "HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nok"
    one.receive(100, answer % "200 OK")
    one.receive(900, answer % "500 Broken" + answer % "200 OK")
    one.close(1000)
    log.done()


def body():
    """A body of which the trace has the beginning: it counts by its length."""
    log = Log()
    one = Stream(log, 1, 0)
    one.send(10, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    one.receive(100, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", length=50000)
    one.receive(200, "?", length=50043)
    one.send(300, "GET /small HTTP/1.1\r\nHost: a\r\n\r\n")
    one.receive(310, "HTTP/1.1 204 No Content\r\n\r\n")
    log.done()


def ends():
    """How questions go without an answer."""
    log = Log()
    for n, what in enumerate(("GET /pending", "GET /closed", "GET /reset", "GET /gone", "bytes alone"), 1):
        one = Stream(log, n, 10 * n)
        one.send(100 + n, what if n == 5 else what + " HTTP/1.1\r\nHost: a\r\n\r\n")
        if n == 2:
            one.receive_end(300)
            one.close(310)
        elif n == 3:
            one.fail(400)
        elif n >= 4:
            one.close(500)
    log.done(1000)


def many():
    """240 questions on 30 connections, 5 ms each, and one of 120 ms."""
    log = Log()
    streams = [Stream(log, n, n) for n in range(1, 31)]
    for i in range(240):
        at = 1000 + 6000 * i
        one = streams[i * 7 % 30]
        one.send(at, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % i)
        one.receive(at + (120000 if i == 133 else 5000), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    log.done()


def left_out():
    """The trace has no receives."""
    log = Log(left_out=["receive"])
    one = Stream(log, 1, 0)
    one.send(10, "alpha")
    log.done()


class Datagrams:
    """A socket of datagrams, number `n`, which is connected to a server unless that is None."""

    def __init__(self, log, n, at, server="10.0.0.53", port=53):
        self.log = log
        self.on = {"fd": n + 2, "descriptor": n, "socket": n}
        log.call(at, 1, "socket", "create", result=n + 2, new=[self.on],
                 args={"family": "AF_INET", "type": "SOCK_DGRAM", "protocol": 0})
        if server:
            peer = {"family": "AF_INET", "address": server, "port": port}
            log.call(at + 1, 1, "connect", "connect", **self.on, args={"address": peer}, result=0,
                     local={"family": "AF_INET", "address": "10.0.0.2", "port": 30000 + n}, peer=peer)

    def _move(self, name, effect, at, data, address):
        args = {"size": 2048, "flags": []}
        if address:
            args["address"] = {"family": "AF_INET", "address": address[0], "port": address[1]}
        self.log.call(at, 1, name, effect, **self.on, args=args, result=len(data), bytes=len(data),
                      data={"hex": data.hex()})

    def send(self, at, data, address=None):
        self._move("sendto", "send", at, data, address)

    def send_all(self, at, messages):
        self.log.call(at, 1, "sendmmsg", "send", **self.on, args={"vlen": len(messages), "flags": []},
                      result=len(messages), bytes=sum(map(len, messages)),
                      messages=[{"bytes": len(data), "data": {"hex": data.hex()}} for data in messages])

    def receive(self, at, data, address=None):
        self._move("recvfrom", "receive", at, data, address)

    def close(self, at):
        self.log.call(at, 1, "close", "close", **self.on, args={}, result=0)


def dns(number, name, kind, answers=None, code=0):
    """A query, or with `answers` (their addresses) a response."""
    query = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    query += kind.to_bytes(2, "big") + b"\0\1"
    flags = 0x0100 if answers is None else 0x8180 | code
    head = b"".join(part.to_bytes(2, "big") for part in (number, flags, 1, len(answers or ()), 0, 0))
    records = b"".join(b"\xc0\x0c" + kind.to_bytes(2, "big") + b"\0\1\0\0\0\x3c\0\4" + bytes(map(int, a.split(".")))
                       for a in answers or ())
    return head + query + records


def lookups():
    """Two queries in one call, answered in another order; one that the second server answers; one that
    the first server cannot answer; and one that nobody answers."""
    log = Log()
    one = Datagrams(log, 1, 0)
    one.send_all(10, [dns(1, "host.example", 1), dns(2, "host.example", 28)])
    one.receive(1000, dns(2, "host.example", 28, []))
    one.receive(3000, dns(1, "host.example", 1, ["192.0.2.1"]))
    one.send(5000, dns(3, "late.example", 1))
    two = Datagrams(log, 2, 5005000, "10.0.0.54")
    two.send(5005010, dns(3, "late.example", 1))
    two.receive(5006000, dns(3, "late.example", 1, ["192.0.2.2"]))
    one.receive(5006500, dns(3, "late.example", 1, ["192.0.2.2"]))
    one.send(6000000, dns(4, "moved.example", 1))
    one.receive(6001000, dns(4, "moved.example", 1, [], code=2))
    two.send(6002000, dns(4, "moved.example", 1))
    two.receive(6003000, dns(4, "moved.example", 1, ["192.0.2.3"]))
    one.send(7000000, dns(5, "lost.example", 1))
    one.close(12000000)
    log.done()


def datagrams():
    """Of no protocol that is known: a client of two peers, whose answers come between each other."""
    log = Log()
    one = Datagrams(log, 1, 0, None)
    near, far = ("10.0.0.9", 9000), ("10.0.0.8", 9000)
    one.send(10, b"near?", near)
    one.send(20, b"far?", far)
    one.receive(30, b"near!", near)
    one.send(40, b"near again?", near)
    one.receive(1020, b"far!", far)
    one.receive(1030, b"near again!", near)
    one.close(1040)
    log.done()


if __name__ == "__main__":
    globals()[sys.argv[1]]()
