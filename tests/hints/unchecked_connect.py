# Takes "ready" for "connected". Nearly: asks for SO_ERROR.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ select said that the socket is ready, and SO_ERROR was not asked for
# hint: connect .* EINPROGRESS .*select
import select
import socket
import sys

refusing = socket.socket()
refusing.bind(("127.0.0.1", 0))
client = socket.socket()
client.setblocking(False)
try:
    client.connect(refusing.getsockname())
except BlockingIOError:
    pass
select.select([], [client], [])
if sys.argv[1:] == ["nearly"]:
    client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
client.close()
