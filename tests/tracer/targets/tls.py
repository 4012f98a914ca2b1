# SPDX-License-Identifier: MIT
"""TLS over the loopback interface, which prints nothing unless it is asked to.

tls.py talk N: N clients, one after the other, and their server, in one process.
tls.py serve N: the server alone, for N clients; says its port.
tls.py path: what the file of SSLKEYLOGFILE is like: its mode, and its directory's.
tls.py write: what stands on standard input goes to that file; then there is a socket call."""

import os
import signal
import socket
import ssl
import sys
import threading

KEY = os.path.join(os.path.dirname(__file__), "../not_secret.pem")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n"
signal.alarm(300)


def serve(listening, clients):
    # This context, other than one of create_default_context, does not look at SSLKEYLOGFILE.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(KEY)
    for _ in range(clients):
        with context.wrap_socket(listening.accept()[0], server_side=True) as client:
            client.recv(4096)
            client.sendall(ANSWER)


def ask(port):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port)) as plain:
        with context.wrap_socket(plain) as server:
            server.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while part := server.recv(4096):
                answer += part
    assert answer == ANSWER, answer


def talk(clients):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=(listening, clients))
        server.start()
        for _ in range(clients):
            ask(listening.getsockname()[1])
        server.join()


def main():
    what = sys.argv[1]
    path = os.environ.get("SSLKEYLOGFILE")
    if what == "talk":
        talk(int(sys.argv[2]))
    elif what == "serve":
        with socket.create_server(("127.0.0.1", 0)) as listening:
            print(listening.getsockname()[1], flush=True)
            serve(listening, int(sys.argv[2]))
    elif what == "path":
        for name in (path, os.path.dirname(path)):
            print(name, oct(os.stat(name).st_mode & 0o7777), flush=True)
    else:
        with open(path, "ab") as file:
            file.write(sys.stdin.buffer.read())
        socket.socket().close()


main()
