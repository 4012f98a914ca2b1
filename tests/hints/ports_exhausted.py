# SPDX-License-Identifier: MIT
# A client makes connections until all local ports towards the server are in TIME_WAIT. Nearly: the port
# that it chose is that of another connection; it has no address of IPv6 to ask from.
# hint: fd \d+ · TCP → 127\.0\.0\.1:\d+ · 3 times
# hint: no local port is left towards 127\.0\.0\.1:\d+, after 4 connections of the trace: 0 open, 4 closed
# hint: connect 127\.0\.0\.1:\d+ EADDRNOTAVAIL
# hint held: after 4 connections of the trace: 4 open, 0 closed
# hint bind: EADDRINUSE, though any port was asked for .* bind 127\.0\.0\.1:0 EADDRINUSE
# nearly family:
import os
import socket
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
if "OWN_NETWORK" not in os.environ:
    sys.exit(77)


def set_to(name, value):
    with open(f"/proc/sys/net/{name}", "w", encoding="ascii") as setting:
        setting.write(value)


def ends_first(client):
    """Its port is in TIME_WAIT then."""
    accepted, _ = server.accept()
    client.shutdown(socket.SHUT_WR)
    accepted.recv(1)
    accepted.close()
    client.recv(1)
    client.close()


if case == "family":
    set_to("ipv6/conf/all/disable_ipv6", "1")
    with socket.socket(socket.AF_INET6) as client:
        client.connect_ex(("::1", 80))
    sys.exit()
server = socket.create_server(("127.0.0.1", 0))
if case == "nearly":
    clients = [socket.socket() for _ in range(2)]
    for client in clients:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind(("127.0.0.1", 47000))
        client.connect_ex(server.getsockname())
    sys.exit()
set_to("ipv4/ip_local_port_range", "40000 40003")
if case == "bind":
    kept = [socket.socket() for _ in range(5)]
    for made in kept:
        try:
            made.bind(("127.0.0.1", 0))
        except OSError:
            pass
    sys.exit()
kept = []
for _ in range(7):
    client = socket.socket()
    if client.connect_ex(server.getsockname()):
        client.close()
    elif case == "held":
        kept.append(client)
    else:
        ends_first(client)
