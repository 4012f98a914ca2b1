# SPDX-License-Identifier: MIT
"""Asks a server of lines, a thread of this process: commands.py COMMAND..., one after the other, each with a key that
is another one each time. With --ahead the next one may be sent before an answer came."""

import random, socket, string, sys, threading

def serve(listening):
    connection, _ = listening.accept()
    with connection, connection.makefile("rwb", buffering=0) as lines:
        for line in lines:
            lines.write(b"done with " + line)

commands = [word for word in sys.argv[1:] if word != "--ahead"]
with socket.create_server(("127.0.0.1", 0)) as listening:
    server = threading.Thread(target=serve, args=(listening,))
    server.start()
    with socket.create_connection(listening.getsockname()) as connection, connection.makefile("rb") as answers:
        ahead = 0
        for command in commands:
            key = "".join(random.choices(string.ascii_letters, k=random.randint(4, 12)))
            connection.sendall(f"{command} {key}\n".encode())
            ahead += 1
            while ahead and ("--ahead" not in sys.argv or random.random() < 0.5):
                answers.readline()
                ahead -= 1
        for _ in range(ahead):
            answers.readline()
    server.join()
