# SPDX-License-Identifier: MIT
# The length of an address is that of a pointer. Nearly: it is right, and EINVAL comes from a second bind.
# hint: 8 of the 16 bytes of the address were given, port 8000
# hint: bind .* EINVAL
# hint six: 16 of the 28 bytes of the address were given, port 8000
# nearly:
import ctypes
import socket
import struct
import sys

case = sys.argv[1] if len(sys.argv) > 1 else ""
libc = ctypes.CDLL(None)
four = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(8000), bytes([127, 0, 0, 1]))
six = struct.pack("=HH4x15xB4x", socket.AF_INET6, socket.htons(8000), 1)
if case == "nearly":
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        try:
            server.bind(("127.0.0.1", 0))
        except OSError:
            pass
else:
    with socket.socket(socket.AF_INET6 if case else socket.AF_INET) as one:
        call, address, length = (libc.connect, six, 16) if case else (libc.bind, four, 8)
        assert call(one.fileno(), address, length) == -1
