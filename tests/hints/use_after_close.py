# SPDX-License-Identifier: MIT
# A number is used that was given back. Nearly: by another name it stands for the socket still; nothing had it.
# hint: fd (\d+) · UNIX recvfrom on fd \1, which the program had closed \S+ \S+ before
# hint: close .* recvfrom .* EBADF
# hint thread: sendto on fd \d+, which the program had closed
# nearly:
# nearly nothing:
import ctypes
import os
import socket
import sys
import threading

case = sys.argv[1] if len(sys.argv) > 1 else ""
one, two = socket.socketpair()
number = two.fileno()

libc = ctypes.CDLL(None)
if case == "nothing":
    libc.recv(900, ctypes.create_string_buffer(10), 10, 0)
elif case == "nearly":
    kept = os.dup(number)
    two.close()
    one.send(b"question")
    libc.recv(kept, ctypes.create_string_buffer(10), 10, 0)
    os.close(kept)
elif case == "thread":
    closes = threading.Thread(target=two.close)
    closes.start()
    closes.join()
    libc.send(number, b"answer", 6, socket.MSG_NOSIGNAL)
else:
    two.close()
    libc.recv(number, ctypes.create_string_buffer(10), 10, 0)
one.close()
