# SPDX-License-Identifier: MIT
# The first name server does not answer. Nearly: it does.
# nearly: names
# hint: fd \d+ · UDP .* 2 queries to 127\.0\.53\.1:53 and 127\.0\.53\.2:53, 1 answer, [\d.]+ m?s in all
# hint: sendto .* recvfrom .*"answer"
import os
import socket
import sys

from pace import within

is_nearly = sys.argv[1:] == ["nearly"]
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
        _, client = server.recvfrom(100)
        server.sendto(b"answer", client)
    os._exit(0)
for server in servers:
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.settimeout(0.2 if server is servers[0] and not is_nearly else 60)
    asking.connect(server.getsockname())
    with within(0.1 if is_nearly else 60):
        asking.send(b"query")
        try:
            asking.recv(100)
        except TimeoutError:
            pass
        asking.close()
os.wait()
