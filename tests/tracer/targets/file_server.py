# SPDX-License-Identifier: MIT
"""file_server.py FOLDER: mounts a FUSE file system there, of one file, serves it in a thread, and uses it:
the file has a number that was a socket's. Ends with 77 where it may not be mounted."""

import ctypes
import errno
import os
import socket
import stat
import struct
import sys
import threading

LOOKUP, FORGET, GETATTR, OPEN, RELEASE, FLUSH, INIT = 1, 2, 3, 14, 18, 25, 26
MNT_DETACH = 2

folder = sys.argv[1].encode()
libc = ctypes.CDLL(None)


def attributes(node):
    mode = stat.S_IFDIR if node == 1 else stat.S_IFREG
    return struct.pack("6Q10I", node, 0, 0, 0, 0, 0, 0, 0, 0, mode | 0o755, 1, 0, 0, 0, 0, 0)


def answer(what, node):
    """As struct fuse_*_out in linux/fuse.h have it. What is asked of the file is never kept."""
    if what == INIT:
        return struct.pack("4I2H2I36x", 7, 31, 0, 0, 0, 0, 4096, 1)
    if what == LOOKUP:
        return struct.pack("4Q2I", 2, 0, 0, 0, 0, 0) + attributes(2)
    if what == GETATTR:
        socket.socket().close()  # who traces the server may not wait for it
        return struct.pack("Q2I", 0, 0, 0) + attributes(node)
    if what == OPEN:
        return struct.pack("Q2I", 0, 0, 0)
    return b"" if what in (FLUSH, RELEASE) else None


def serve():
    while True:
        try:
            question = os.read(device, 1 << 20)
        except OSError:
            return
        _, what, unique, node = struct.unpack_from("2I2Q", question)
        body = answer(what, node)
        head = struct.pack("IiQ", 16 + len(body or b""), -errno.ENOSYS * (body is None), unique)
        if what != FORGET:
            os.write(device, head + (body or b""))


try:
    device = os.open("/dev/fuse", os.O_RDWR)
except OSError:
    sys.exit(77)
how = f"fd={device},rootmode=40755,user_id=0,group_id=0".encode()
if libc.mount(b"fuse", folder, b"fuse", 0, how) != 0:
    sys.exit(77)
threading.Thread(target=serve, daemon=True).start()
before, beside = socket.socket(), socket.socket()
number = before.fileno()
before.close()
assert os.open(folder + b"/file", os.O_RDONLY) == number
os.close(number)
libc.umount2(folder, MNT_DETACH)
os._exit(0)
