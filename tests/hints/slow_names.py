# SPDX-License-Identifier: MIT
# The first name server does not answer, neither bytes that are no question nor a question, which is
# waited for so long that it counts as lost. Nearly: it does.
# nearly: names
# hint: fd \d+ · UDP .* 2 queries to 127\.0\.53\.1:53 and 127\.0\.53\.2:53, 1 answer, [\d.]+ m?s in all
# hint: sendto .* recvfrom .*"answer"
# hint question: 2 queries for host\.example to .*, 1 answer, .* s in all; nothing came from 127\.0\.53\.1:53 .*Take the server
import os
import socket
import sys

from pace import within

QUESTION = b"\0\1\1\0\0\1\0\0\0\0\0\0\4host\7example\0\0\1\0\1"

is_nearly, is_question = sys.argv[1:] == ["nearly"], sys.argv[1:] == ["question"]
servers = []
try:
    for host in (1, 2):
        servers.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        servers[-1].bind((f"127.0.53.{host}", 53))
except OSError as error:
    print(f"port 53 cannot be bound: {error}", file=sys.stderr)
    sys.exit(77)
if os.fork() == 0:
    for server in servers if is_nearly else servers[1:]:
        asked, client = server.recvfrom(100)
        server.sendto(asked[:2] + b"\x81\x80" + asked[4:] if is_question else b"answer", client)
    os._exit(0)
for server in servers:
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.settimeout((1.1 if is_question else 0.2) if server is servers[0] and not is_nearly else 60)
    asking.connect(server.getsockname())
    with within(0.1 if is_nearly else 60):
        asking.send(QUESTION if is_question else b"query")
        try:
            asking.recv(100)
        except TimeoutError:
            pass
        asking.close()
os.wait()
