# SPDX-License-Identifier: MIT
"""Measures what hints cost: traces that no program made, of shapes that rules look at, in two sizes.

    [ROUNDS=5] [ONLY=connections] [WITHOUT=another/sockview] /usr/bin/python3 -B tests/bench/hints.py

For each shape the processor time of `sockview -v timeline` for a trace and for one that is four times
as long: linear is 4, quadratic 16. With WITHOUT, a sockview that was built without its rules, how many
times as much the one with hints takes, in turns; then only the longer traces."""

import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(os.environ.get("BUILD", "build")).resolve()
ROUNDS = int(os.environ.get("ROUNDS") or 5)
ONLY = [word for word in os.environ.get("ONLY", "").split(",") if word]
WITHOUT = os.environ.get("WITHOUT")
TEXT = {"text": "GET / HTTP/1.1\r\n\r\n"}


class Trace:
    """Lines of a trace, as socktrace writes them."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")
        self.seq = self.time_ns = self.sockets = self.descriptors = 0
        self.line(type="trace", version=1, tracer="socktrace 0.1.0", command=["bench"],
                  started="2026-11-29T00:00:00.000000000Z", host="vm", kernel="6.1.0", machine="x86_64",
                  options={"payload": 64})
        self.line(type="process", time_ns=0, event="start", pid=10, parent=1, program="bench",
                  command=["bench"])

    def line(self, **members):
        self.file.write(json.dumps(members, separators=(",", ":")) + "\n")

    def call(self, name, effect, on=None, took=1000, tid=10, **members):
        self.seq += 1
        self.time_ns += took + 1000
        head = {"type": "call", "seq": self.seq, "time_ns": self.time_ns - took, "duration_ns": took,
                "pid": 10, "tid": tid, "name": name, "effect": effect}
        if on:
            head.update(fd=on[0], descriptor=on[1], socket=on[2])
        members.setdefault("args", {})
        self.line(**head, **members)

    def new(self, fd):
        self.sockets += 1
        self.descriptors += 1
        return fd, self.descriptors, self.sockets

    def making(self, name, effect, fd, on=None, **members):
        made = self.new(fd)
        self.call(name, effect, on, result=fd,
                  new=[{"fd": fd, "descriptor": made[1], "socket": made[2]}], **members)
        return made

    def socket(self, fd, kind="SOCK_STREAM", family="AF_INET"):
        return self.making("socket", "create", fd,
                           args={"family": family, "type": kind, "flags": [], "protocol": 0})

    def send(self, on, count=18, **members):
        self.call("sendto", "send", on, args={"size": count, "flags": []}, result=count, bytes=count,
                  data=TEXT, **members)

    def receive(self, on, count=18, **members):
        self.call("recvfrom", "receive", on, args={"size": 1024, "flags": []}, result=count, bytes=count,
                  data=TEXT, **members)

    def fail(self, name, effect, on, error, **members):
        self.call(name, effect, on, result=-1, error=error, **members)

    def wait(self, *ready, result=1, **members):
        self.call("epoll_wait", "wait", args={"epfd": 4, "maxevents": 64, "timeout": -1}, result=result,
                  waits=[{"fd": on[0], "descriptor": on[1], "socket": on[2], "events": ["EPOLLIN", "EPOLLET"],
                          "ready": ["EPOLLIN"] if result else []} for on in ready], **members)

    def end(self):
        self.line(type="process", time_ns=self.time_ns, event="exit", pid=10, exit_code=0)
        self.line(type="end", time_ns=self.time_ns, calls=self.seq, exit_code=0)
        self.file.close()


def ip(port, host="127.0.0.1"):
    return {"family": "AF_INET", "address": host, "port": port}


def listener(trace, port=80):
    server = trace.socket(3)
    trace.call("bind", "bind", server, args={"address": ip(port)}, result=0, local=ip(port))
    trace.call("listen", "listen", server, args={"backlog": 64}, result=0)
    return server


def connection(trace, server, number, rounds=7, is_closed=True):
    """41 calls of seven rounds on two sockets."""
    port, fd = 1024 + number % 60000, 5 + (0 if is_closed else 2 * number)
    client = trace.socket(fd)
    host = f"127.0.{number // 60000}.1"
    trace.call("connect", "connect", client, args={"address": ip(80)}, result=0, local=ip(port, host))
    accepted = trace.making("accept4", "accept", fd + 1, server, local=ip(80), peer=ip(port, host))
    for _ in range(rounds):
        trace.send(client)
        trace.wait(accepted)
        trace.receive(accepted)
        trace.send(accepted)
        trace.receive(client)
    if is_closed:
        trace.call("close", "close", client, result=0)
        trace.receive(accepted, 0)
        trace.call("close", "close", accepted, result=0)


def connections(trace, count):
    server = listener(trace)
    for number in range(count // 41):
        connection(trace, server, number)


def one_socket(trace, count):
    server = listener(trace)
    connection(trace, server, 0, count // 5)


def left_open(trace, count):
    server = listener(trace)
    for number in range(count // 9):
        connection(trace, server, number, 1, False)


def refused(trace, count):
    """Connects that fail, datagrams that are refused, sends without a connection."""
    for number in range(count // 8):
        client = trace.socket(5)
        trace.fail("connect", "connect", client, "ECONNREFUSED", args={"address": ip(number % 60000 + 1)})
        trace.call("close", "close", client, result=0)
        client = trace.socket(5, "SOCK_DGRAM")
        trace.send(client)
        trace.fail("sendto", "send", client, "ECONNREFUSED", args={"size": 5, "flags": []})
        trace.fail("sendto", "send", client, "EMSGSIZE", args={"size": 70000, "flags": []})
        trace.call("close", "close", client, result=0)


def errors_on_one(trace, count):
    client = trace.socket(5, "SOCK_DGRAM")
    for _ in range(count // 4):
        trace.send(client)
        trace.fail("recvfrom", "receive", client, "ECONNREFUSED", args={"size": 5, "flags": []})
        trace.fail("sendto", "send", client, "EMSGSIZE", args={"size": 70000, "flags": []})
        trace.fail("recvfrom", "receive", client, "EAGAIN", args={"size": 5, "flags": []})


def threads(trace, count):
    """Each call in a thread of its own, all on one connection."""
    server = listener(trace)
    connection(trace, server, 0, 1, False)
    pair = (5, 2, 2), (6, 3, 3)
    for number in range(count // 3):
        trace.send(pair[0], tid=100 + number)
        trace.wait(pair[1], tid=100 + number)
        trace.receive(pair[1], tid=100 + number)


def copies(trace, count):
    """Descriptors of one socket."""
    client = trace.socket(5)
    for number in range(count // 3):
        trace.descriptors += 1
        trace.call("dup", "duplicate", client, result=6 + number,
                   new=[{"fd": 6 + number, "descriptor": trace.descriptors, "socket": 1}])
        copy = (6 + number, trace.descriptors, 1)
        trace.call("epoll_ctl", "control", copy, result=0, args={
            "epfd": 4, "op": "EPOLL_CTL_ADD", "event": {"events": ["EPOLLIN", "EPOLLET"], "data": number}})
        trace.call("close", "close", copy, result=0)


def edges(trace, count):
    """Edge-triggered waits that look like stalls, on one connection."""
    server = listener(trace)
    connection(trace, server, 0, 0, False)
    client, accepted = (5, 2, 2), (6, 3, 3)
    trace.call("epoll_ctl", "control", accepted, result=0, args={
        "epfd": 4, "op": "EPOLL_CTL_ADD", "event": {"events": ["EPOLLIN", "EPOLLET"], "data": 1}})
    for _ in range(count // 5):
        trace.send(client, 2048)
        trace.wait(accepted)
        trace.receive(accepted, 1024)
        trace.wait(accepted, took=200000000, result=0)
        trace.receive(accepted, 1024)


def names(trace, count):
    """Lookups of names that there are not, on a socket each."""
    for number in range(count // 5):
        client = trace.socket(5, "SOCK_DGRAM")
        trace.call("connect", "connect", client, args={"address": ip(53)}, result=0, peer=ip(53))
        name = f"{number % 65536:04x}"
        head, tail = "0001000000000000", f"04{name.encode().hex()}047465737400" + "00010001"
        number_text = f"{number % 65536:04x}"
        for code, effect in (("0100", "send"), ("8183", "receive")):
            trace.call("sendto" if effect == "send" else "recvfrom", effect, client, result=27, bytes=27,
                       args={"size": 512, "flags": []}, data={"hex": number_text + code + head + tail})
        trace.call("close", "close", client, result=0)


def in_use(trace, count):
    for _ in range(count // 3):
        server = trace.socket(5)
        trace.fail("bind", "bind", server, "EADDRINUSE", args={"address": ip(80)})
        trace.call("close", "close", server, result=0)


SHAPES = [connections, one_socket, left_open, refused, errors_on_one, threads, copies, edges, names, in_use]


def made(folder, shape, count):
    path = folder / f"{shape.__name__}-{count}.jsonl"
    trace = Trace(path)
    shape(trace, count)
    trace.end()
    return path


def seconds(program, path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([program, "--no-pager", "-v", "timeline", path], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def main():
    sockview = BUILD / "sockview"
    print(f"{'shape':<14} {'calls':>7} {'s':>7}   times")
    with tempfile.TemporaryDirectory(prefix="sockline-bench.") as folder:
        for shape in SHAPES:
            if ONLY and shape.__name__ not in ONLY:
                continue
            long = made(pathlib.Path(folder), shape, 990000 if WITHOUT else 400000)
            other = None if WITHOUT else made(pathlib.Path(folder), shape, 100000)
            took, others = [], []
            for _ in range(ROUNDS):
                took.append(seconds(sockview, long))
                others.append(seconds(WITHOUT, long) if WITHOUT else seconds(sockview, other))
            with open(long, "rb") as file:
                calls = sum(b'"type":"call"' in line for line in file)
            ratio = statistics.median(one / two for one, two in zip(took, others))
            print(f"{shape.__name__:<14} {calls:>7} {statistics.median(took):7.2f}   {ratio:.2f}", flush=True)
            long.unlink()


if __name__ == "__main__":
    sys.exit(main())
