# SPDX-License-Identifier: MIT
"""Prints a log that no tracer wrote, of what rules of a check are about: check_logs.py NAME"""
import json
import sys

sequence = 0


def say(**members):
    print(json.dumps(members, separators=(",", ":")))


def begin(program="app", **options):
    say(type="trace", version=1, tracer="by hand", command=["log"], host="example",
        started="2026-11-23T04:00:00.000000000Z", options={"payload": 64, **options})
    say(type="process", time_ns=0, event="start", pid=10, program=program, command=["app"])


def end():
    say(type="process", time_ns=sequence * 1000 + 1, event="exit", pid=10, exit_code=0)
    say(type="end", time_ns=sequence * 1000 + 2, calls=sequence, exit_code=0)


def call(name, effect, number=0, **members):
    global sequence
    sequence += 1
    on = {"fd": number + 2, "descriptor": number, "socket": number} if number else {}
    say(type="call", seq=sequence, time_ns=sequence * 1000, duration_ns=1, pid=10, tid=10, name=name,
        effect=effect, **on, **{"args": {}, "result": 0, **members})


def ip(address, port):
    return {"family": "AF_INET6" if ":" in address else "AF_INET", "address": address, "port": port}


def unix(path):
    return {"family": "AF_UNIX", **({"abstract": path[1:]} if path[0] == "@" else {"path": path})}


def socket(number, address, kind="SOCK_STREAM"):
    call("socket", "create", result=number + 2, args={"family": address["family"], "type": kind},
         new=[{"fd": number + 2, "descriptor": number, "socket": number}])


def connect(number, address, kind="SOCK_STREAM", **members):
    socket(number, address, kind)
    call("connect", "connect", number, **{"args": {"address": address}, **members})


def close(*numbers):
    for number in numbers:
        call("close", "close", number)


def streams():
    """A connect a line: one that worked, one that did not, mapped, to paths, one that goes on for ever."""
    begin()
    connect(1, ip("127.0.0.1", 80))
    connect(2, ip("10.1.2.3", 443), result=-1, error="ECONNREFUSED")
    connect(3, ip("::ffff:10.1.2.4", 8080))
    connect(4, ip("fd00::5", 443))
    connect(5, unix("/run/app/a.sock"))
    connect(6, unix("@name"))
    connect(7, {"family": "AF_VSOCK", "cid": 2, "port": 1})
    close(1, 2, 3, 4, 5, 6, 7)
    end()


def absent():
    """What the C library looks for first: a name service, twice, and the kernel by netlink."""
    begin()
    for number in (1, 2):
        connect(number, unix("/var/run/nscd/socket"), result=-1, error="ENOENT")
        close(number)
    kernel = {"family": "AF_NETLINK", "pid": 0, "groups": 0}
    socket(3, kernel, "SOCK_RAW")
    call("sendto", "send", 3, args={"address": kernel}, result=4, bytes=4)
    close(3)
    # An address of its own, as getaddrinfo(3) asks for it: nothing is sent.
    connect(4, ip("8.8.8.8", 53), "SOCK_DGRAM")
    call("connect", "connect", 4, args={"address": {"family": "AF_UNSPEC"}})
    close(4)
    end()


def datagrams():
    """To whom it is connected, to an address, to several with sendmmsg, and an answer."""
    begin()
    connect(1, ip("10.0.0.53", 53), "SOCK_DGRAM")
    call("send", "send", 1, result=3, bytes=3)
    socket(2, ip("0.0.0.0", 0), "SOCK_DGRAM")
    call("bind", "bind", 2, args={"address": ip("0.0.0.0", 5353)}, local=ip("0.0.0.0", 5353))
    call("recvfrom", "receive", 2, args={"address": ip("10.9.9.9", 7)}, result=3, bytes=3)
    call("sendto", "send", 2, args={"address": ip("10.9.9.9", 7)}, result=3, bytes=3)
    call("sendto", "send", 2, args={"address": ip("10.9.9.8", 7)}, result=3, bytes=3)
    call("sendmmsg", "send", 2, result=2, bytes=6,
         messages=[{"bytes": 3, "address": ip("10.8.8.%d" % i, 9)} for i in (1, 2)])
    call("sendto", "send", 2, args={"address": ip("10.7.7.7", 7)}, result=-1, error="EAGAIN")
    close(1, 2)
    end()


def listeners():
    """At the loopback, at all addresses, and for datagrams: at a port of its own, and at any."""
    begin()
    for number, address in enumerate((ip("127.0.0.1", 80), ip("0.0.0.0", 81), ip("::", 82)), 1):
        socket(number, address)
        call("bind", "bind", number, args={"address": address}, local=address)
        call("listen", "listen", number, args={"backlog": 5})
    for number, (asked, given) in enumerate(((5353, 5353), (0, 40000)), 4):
        socket(number, ip("0.0.0.0", asked), "SOCK_DGRAM")
        call("bind", "bind", number, args={"address": ip("0.0.0.0", asked)}, local=ip("0.0.0.0", given))
    close(1, 2, 3, 4, 5)
    end()


def exchanges():
    """One that was answered after 5 us, one that says that it failed, and one that is pending."""
    begin()
    connect(1, ip("127.0.0.1", 80), local=ip("127.0.0.1", 40000), peer=ip("127.0.0.1", 80))
    for status in ("200 OK", "404 Not Found", None):
        text = "GET /%s HTTP/1.1\r\n\r\n" % (status or "never")[:3]
        call("send", "send", 1, result=len(text), bytes=len(text), data={"text": text})
        text = "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status
        if status:
            call("recv", "receive", 1, result=len(text), bytes=len(text), data={"text": text})
    end()


def unclosed():
    """Of three sockets two are open when the process ends."""
    begin()
    for number in (1, 2, 3):
        connect(number, ip("127.0.0.1", 80))
    close(2)
    for number in (1, 3):
        say(type="descriptor", time_ns=sequence * 1000 + 1, event="close", reason="exit", pid=10,
            fd=number + 2, descriptor=number, socket=number)
    end()


def killed():
    """The same of a process that a signal killed."""
    begin()
    connect(1, ip("127.0.0.1", 80))
    say(type="descriptor", time_ns=sequence * 1000 + 1, event="close", reason="exit", pid=10, fd=3,
        descriptor=1, socket=1)
    say(type="process", time_ns=sequence * 1000 + 1, event="exit", pid=10, signal="SIGKILL")
    say(type="end", time_ns=sequence * 1000 + 2, calls=sequence, signal="SIGKILL")


def many():
    """A hundred connections to one address, and one to each of ten others."""
    begin()
    for number in range(1, 111):
        connect(number, ip("10.0.0.1", 80 if number <= 100 else number))
        close(number)
    end()


def hostile():
    """Words that a terminal, XML or JSON would obey, in what is said of a violation."""
    words = "\x1b[2J\x9b1m</failure>]]>&\"'<x>\u202e\ufffe\x00\n"
    begin(program=words)
    connect(1, unix("/" + words))
    say(type="warning", time_ns=0, code="hidden", pid=10, message=words)
    close(1)
    end()


def left_out():
    """Sends have no record."""
    begin(left_out=["send"])
    end()


def no_payloads():
    begin(payload=0)
    end()


def no_addresses():
    begin(redact="addresses")
    connect(1, ip("ipv4-1", 80))
    connect(2, unix("path-1"))
    close(1, 2)
    end()


def warned():
    """Two warnings, of which one says that something is missing."""
    begin()
    say(type="warning", time_ns=0, code="stepped", pid=10, message="traced more slowly")
    say(type="warning", time_ns=0, code="bypass", pid=10, message="some sends are not seen")
    end()


globals()[sys.argv[1]]()
