# SPDX-License-Identifier: MIT
# The first address does not answer. Nearly: it refuses at once; and the program takes its time before it tries the
# other one.
# nearly: fallback
# nearly rests: fallback
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.2:\d+ [\d.]+ m?s went by with 1 address before 127\.0\.0\.1:\d+ answered
# hint: connect 127\.0\.0\.2:\d+ .* connect 127\.0\.0\.1:\d+
import socket
import sys
import time

from pace import within

is_nearly, rests = sys.argv[1:] in (["nearly"], ["rests"]), sys.argv[1:] == ["rests"]
server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
waiting = []
if not is_nearly:
    # With a full queue it drops what asks for a connection.
    silent = socket.create_server(("127.0.0.2", port), backlog=0)
    waiting.append(socket.create_connection(silent.getsockname()))
with within(0.05 if is_nearly and not rests else 60):
    for address in ("127.0.0.2", "127.0.0.1"):
        try:
            client = socket.socket()
            client.settimeout(0.2)
            client.connect((address, port))
            client.send(b"x")
            break
        except OSError:
            client.close()
            if rests:
                time.sleep(0.1)
