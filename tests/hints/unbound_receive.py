# SPDX-License-Identifier: MIT
# Waits for datagrams on a socket that has no port. Nearly: bound; by a first send the kernel has given it one.
# hint: fd \d+ · UDP it has no port yet: nobody can send to it
# hint: recvfrom .* EAGAIN
# hint killed: it has no port yet
# nearly:
# nearly sent:
import os
import signal
import socket
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if case == "nearly":
    one.bind(("127.0.0.1", 0))
if case == "sent":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two:
        two.bind(("127.0.0.1", 0))
        one.sendto(b"question", two.getsockname())
        two.recv(100)
        one.settimeout(None)
if case == "killed":
    signal.setitimer(signal.ITIMER_REAL, 0.3)
else:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, (0).to_bytes(8, "little") + (200000).to_bytes(8, "little"))
try:
    one.recv(100)
except OSError:
    pass
one.close()
