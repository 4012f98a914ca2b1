# SPDX-License-Identifier: MIT
# A server is started again at once, and its port is in use still: SO_REUSEADDR is not set.
# says address-in-use: TIME_WAIT
import os
import socket

port = 0
for _ in range(2):
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        server.bind(("127.0.0.1", port))
    except OSError as error:
        print(error)
        break
    server.listen()
    port = server.getsockname()[1]
    if os.fork() == 0:
        server.close()
        client = socket.create_connection(("127.0.0.1", port))
        while client.recv(100):
            pass
        os._exit(0)
    connection, _ = server.accept()
    connection.send(b"hello")
    connection.close()
    server.close()
    os.wait()
