# SPDX-License-Identifier: MIT
"""An HTTP server that keeps what it is sent: receiver.py PORT FOLDER. It ends at the first DELETE.

GET of /status/N answers with that status and no body."""

import http.server
import os
import sys
import threading


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, text=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def chunks(self):
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def keep(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b"".join(self.chunks())
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(os.path.join(sys.argv[2], os.path.basename(self.path)), "wb") as file:
            file.write(body)
        self.answer(201, b"%s of %d bytes\n" % (self.command.encode(), len(body)))

    do_PUT = do_POST = keep

    def do_GET(self):
        self.answer(int(os.path.basename(self.path)))

    def do_DELETE(self):
        self.answer(200)
        threading.Thread(target=self.server.shutdown).start()

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    server.serve_forever()
    server.server_close()


main()
