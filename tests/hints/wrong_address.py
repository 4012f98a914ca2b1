# SPDX-License-Identifier: MIT
# A server listens at one address of the machine, and is asked for at another. Nearly: it is asked for at the
# right one, too; the server has ended; it does not listen yet, at a port that it did not choose; "::" takes both families.
# hint: fd \d+ · TCP → 127\.0\.0\.2:\d+ refused at 127\.0\.0\.2:(\d+); python3 \d+ listens at 127\.0\.0\.1:\1
# hint: connect 127\.0\.0\.2:\d+ ECONNREFUSED .* listen
# hint six: refused at 127\.0\.0\.1:(\d+); python3 \d+ listens at \[::1\]:\1
# hint only: refused at 127\.0\.0\.1:(\d+); python3 \d+ listens at \[::\]:\1
# hint soon: refused at 127\.0\.0\.2:(\d+); python3 \d+ listens at 127\.0\.0\.1:\1
# hint later: 3 times refused at 127\.0\.0\.2:\d+; python3 \d+ listens at 127\.0\.0\.1:
# nearly: fallback
# nearly ended:
# nearly bound:
# nearly both:
import os
import select
import socket
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
family = socket.AF_INET6 if case in ("six", "only", "both") else socket.AF_INET
server = socket.socket(family)
if case in ("six", "only"):
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
server.bind(({"six": "::1", "only": "::", "both": "::"}.get(case, "127.0.0.1"), 0))
port = server.getsockname()[1]
if case == "soon":
    server = socket.socket()
    server.bind(("127.0.0.1", port))
if case not in ("bound", "soon"):
    server.listen()
if case == "ended":
    server.close()
if os.fork() == 0:
    address = {"six": "127.0.0.1", "only": "127.0.0.1", "both": "127.0.0.1"}.get(case, "127.0.0.2")
    for _ in range(3 if case == "later" else 1):
        with socket.socket() as client:
            if case == "later":
                client.setblocking(False)
                client.connect_ex((address, port))
                select.select([], [client], [])
                client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            else:
                client.connect_ex((address, port))
    if case == "nearly":
        socket.create_connection(("127.0.0.1", port)).close()
    os._exit(0)
os.wait()
if case in ("bound", "soon"):
    server.listen()
