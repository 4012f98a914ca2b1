# SPDX-License-Identifier: MIT
# A server that does not call listen(2): its accept fails, and whoever connects is refused. Nearly: it listens; the port
# was given back before.
# hint: fd \d+ is asked to accept, and listen was not called on it
# hint: accept4? .* EINVAL
# hint refused: refused at 127\.0\.0\.1:\d+, where python3 \d+ is bound with fd \d+ and does not listen
# nearly:
# nearly gone:
import os
import socket
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.socket()
server.bind(("127.0.0.1", 0))
address = server.getsockname()
if case == "nearly":
    server.listen()
if case == "gone":
    server.close()
if case:
    if os.fork() == 0:
        with socket.socket() as client:
            client.connect_ex(address)
        os._exit(0)
    os.wait()
if case in ("", "nearly"):
    try:
        server.accept()[0].close()
    except OSError:
        pass
server.close()
