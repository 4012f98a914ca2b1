# A client that does nothing but wait for a slow server. Nearly: a server that nobody asks.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+ 1\.\d+ s of 1\.\d+ s went by in this call
# hint: recvfrom 6 B "answer" waited 1\.
import os
import socket
import sys
import time

server = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    accepted, _ = server.accept()
    accepted.recv(5)
    time.sleep(1.2)
    accepted.send(b"answer")
    os._exit(0)
client = socket.create_connection(server.getsockname())
if sys.argv[1:] == ["nearly"]:
    time.sleep(1.2)
client.send(b"query")
if sys.argv[1:] != ["nearly"]:
    client.recv(100)
client.close()
os.wait()
