# SPDX-License-Identifier: MIT
# A name that there is not; a name server that fails, or is not there; one that answers for one type
# only; one that is silent, before one that fails, or at the same time; one whose answer is truncated, and that lets nobody
# ask over TCP; search domains that are tried before the name itself. Nearly: all is answered; the
# answer that is not needed is not waited for; a query that is lost is asked again; an address that has
# no name.
# nearly: names
# nearly unneeded: names
# nearly again: slow-names
# nearly reverse: names
# hint: 2 queries for host\.example to 127\.0\.53\.4:53, 2 answers, .* 2 of 2 say that there is no such name \(NXDOMAIN\)
# hint servfail: 2 failed at the server \(SERVFAIL\)
# hint refused: 1 query for host\.example to 127\.0\.53\.4:53, 0 answers, .*; 1 were refused: no name server is there
# hint refused: sendto .* recvfrom .*ECONNREFUSED
# hint type: 2 queries .* 1 answer, .*; type AAAA: 1 of 1 without an answer
# hint silent: 1 failed at the server \(SERVFAIL\); nothing came from 127\.0\.53\.5:53
# hint silent: Take the server that does not answer out of /etc/resolv\.conf
# hint both: 1 failed at the server \(SERVFAIL\); nothing came from 127\.0\.53\.5:53(?!.*Take the server)
# hint truncated: the answer for host\.example was truncated, and the server let nobody ask again over TCP
# hint truncated: connect .*ECONNREFUSED
# hint search: 6 queries .* 4 of 6 say .* \(NXDOMAIN\): 4 of them because of search domains \(host\.example was tried with 2 of them first\)
# hint search: Write a dot behind a whole name
import socket
import sys
import time

from pace import within

A, AAAA, PTR = 1, 28, 12
TRUNCATED = 0x0200
SERVFAIL, NXDOMAIN = 2, 3

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    server.bind(("127.0.53.4", 53))
except OSError as error:
    print(f"port 53 cannot be bound: {error}", file=sys.stderr)
    sys.exit(77)
address = server.getsockname()
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(address)
number = 0


def question(name, kind):
    global number
    number += 1
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return bytes([0, number, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + labels + bytes([0, 0, kind, 0, 1])


def ask(name, kind, code=0, is_answered=True):
    """Of the server the answer says no more than that code."""
    client.send(question(name, kind))
    asked, asker = server.recvfrom(512)
    if is_answered:
        flags = 0x8180 | code
        server.sendto(asked[:2] + bytes([flags >> 8, flags & 255]) + asked[4:], asker)
        client.recv(512)


if case == "refused":
    server.close()
    client.send(question("host.example", A))
    try:
        client.recv(512)
    except ConnectionRefusedError:
        pass
elif case == "type":
    ask("host.example", A)
    ask("host.example", AAAA, is_answered=False)
    client.settimeout(1.1)
    try:
        client.recv(512)
    except TimeoutError:
        pass
elif case in ("silent", "both"):
    silent, asking = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    silent.bind(("127.0.53.5", 53))
    asking.connect(silent.getsockname())
    asking.settimeout(1.1)
    asking.send(question("host.example", A))
    if case == "both":
        with within(0.1):
            ask("host.example", A, SERVFAIL)
    try:
        asking.recv(512)
    except TimeoutError:
        pass
    asking.close()
    if case == "silent":
        ask("host.example", A, SERVFAIL)
elif case == "again":
    ask("host.example", A)
    ask("host.example", AAAA, is_answered=False)
    time.sleep(1.1)
    ask("host.example", AAAA)
elif case == "unneeded":
    with within(0.1):
        ask("host.example", AAAA, is_answered=False)
        ask("host.example", A)
        client.close()
elif case == "truncated":
    ask("host.example", A, TRUNCATED)
    try:
        socket.create_connection(address)
    except ConnectionRefusedError:
        pass
elif case == "search":
    for domain in (".one.test", ".two.test", ""):
        for kind in (A, AAAA):
            ask("host.example" + domain, kind, NXDOMAIN if domain else 0)
elif case == "reverse":
    with within(0.1):
        ask("1.0.0.127.in-addr.arpa", PTR, NXDOMAIN)
else:
    code = 0 if case == "nearly" else SERVFAIL if case == "servfail" else NXDOMAIN
    with within(0.1 if case == "nearly" else 60):
        ask("host.example", A, code)
        ask("host.example", AAAA, code)
client.close()
