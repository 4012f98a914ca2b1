# The first address refuses at once, the second one answers. Nearly: the same address is tried again,
# and then answers.
# hint: fd \d+ · TCP → 127\.0\.0\.2:\d+ .*s went by with 1 address before 127\.0\.0\.1:\d+ answered
# hint: connect 127\.0\.0\.2:\d+ ECONNREFUSED .* connect 127\.0\.0\.1:\d+
import socket
import sys

server = socket.socket()
server.bind(("127.0.0.1", 0))
port = server.getsockname()[1]
if sys.argv[1:] != ["nearly"]:
    server.listen()
for address in ("0.0.0.0", "0.0.0.0") if sys.argv[1:] == ["nearly"] else ("127.0.0.2", "127.0.0.1"):
    try:
        client = socket.create_connection((address, port))
        client.send(b"x")
    except OSError:
        server.listen()
