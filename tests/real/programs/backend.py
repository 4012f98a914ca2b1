# SPDX-License-Identifier: MIT
"""An HTTP server on a port that the kernel picks, which it prints. backend.py [WORD]: `slow` answers after 0.3 s,
`bad` answers /b with 502, `short` leaves a header out."""

import http.server
import sys
import time

mode = sys.argv[1] if len(sys.argv) > 1 else ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if mode == "slow":
            time.sleep(0.3)
        self.send_response(502 if mode == "bad" and self.path == "/b" else 200)
        if mode != "short":
            self.send_header("X-Header", "x" * 40)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"hello\n")

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
