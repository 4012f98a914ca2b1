# SPDX-License-Identifier: MIT
# Clients come faster than the server accepts, and one of them has to ask again after a second. Nearly:
# the queue has room for all.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ with a backlog of 1 and 2 connections waiting for accept, a connect
# hint: listen .* connect .* waited 1\.
# hint limit: with a backlog of 1 and 2 connections waiting for accept, a connect took 1\.
# hint limit: listen .* connect .* EINPROGRESS .* poll .* waited 1\.
# hint burst: with a backlog of 1 and [2-9] connections waiting for accept, a connect took 1\.
import os
import socket
import sys
import threading
import time

server = socket.create_server(("127.0.0.1", 0), backlog=8 if sys.argv[1:] == ["nearly"] else 1)
if os.fork() == 0:
    time.sleep(0.5)
    for _ in range(8 if sys.argv[1:] == ["burst"] else 3):
        server.accept()[0].close()
    os._exit(0)
if sys.argv[1:] == ["burst"]:
    together = threading.Barrier(8)
    threads = [threading.Thread(target=lambda: (together.wait(), socket.create_connection(server.getsockname())))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.wait()
    sys.exit()
limit = 10 if sys.argv[1:] == ["limit"] else None
clients = [socket.create_connection(server.getsockname(), timeout=limit) for _ in range(3)]
os.wait()
