# Sends more than there is room for, and does not look at how much was taken. Nearly: it sends the rest.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ [\d.]+ MB of 32\.0 MB were sent, and then no more
# hint: sendto [\d.]+ MB
import socket
import sys

server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
client.setblocking(False)
data = memoryview(bytes(32_000_000))
sent = client.send(data)
while sys.argv[1:] == ["nearly"] and sent < len(data):
    accepted.recv(1 << 20)
    try:
        sent += client.send(data[sent:])
    except BlockingIOError:
        pass
client.close()
while accepted.recv(1 << 20):
    pass
