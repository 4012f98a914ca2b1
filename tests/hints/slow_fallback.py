# SPDX-License-Identifier: MIT
# The first address does not answer. Nearly: it refuses at once.
# nearly: fallback
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.2:\d+ [\d.]+ m?s went by with 1 address before 127\.0\.0\.1:\d+ answered
# hint: connect 127\.0\.0\.2:\d+ .* connect 127\.0\.0\.1:\d+
import socket
import sys

from pace import within

is_nearly = sys.argv[1:] == ["nearly"]
server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
waiting = []
if not is_nearly:
    # With a full queue it drops what asks for a connection.
    silent = socket.create_server(("127.0.0.2", port), backlog=0)
    waiting.append(socket.create_connection(silent.getsockname()))
with within(0.05 if is_nearly else 60):
    for address in ("127.0.0.2", "127.0.0.1"):
        try:
            client = socket.socket()
            client.settimeout(0.2)
            client.connect((address, port))
            client.send(b"x")
            break
        except OSError:
            client.close()
