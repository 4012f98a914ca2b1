# SPDX-License-Identifier: MIT
# Takes "ready" for "connected"; sends. Nearly: asks for SO_ERROR.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ select said that the socket is ready, and SO_ERROR was not asked for
# hint: connect .* EINPROGRESS .*select
# hint send: SO_ERROR was not asked for, and the next call failed .* sendto .* ECONNREFUSED
# nearly poll:
# nearly other:
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
if sys.argv[1:] == ["poll"]:
    poll = select.poll()
    poll.register(client, select.POLLOUT)
    poll.poll()
elif sys.argv[1:] == ["other"]:  # gives up: nothing was said of the client
    ready, _ = socket.socketpair()
    select.select([], [ready], [])
else:
    select.select([], [client], [])
if sys.argv[1:] == ["nearly"]:
    client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
if sys.argv[1:] == ["send"]:
    try:
        client.send(b"query")
    except OSError:
        pass
client.close()
