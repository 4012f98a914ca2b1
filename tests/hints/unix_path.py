# SPDX-License-Identifier: MIT
# The path of a UNIX socket leads to a file that nobody listens at, may not be entered, is cut off, or has a file
# already. Nearly: a server asks whether another one lives, takes the file away and binds; the client asks again; a
# path just fits.
# hint: fd \d+ · UNIX → .*dead\.sock .*the file is there, and nobody listens: its server has ended
# hint: connect .*dead\.sock ECONNREFUSED
# hint left: the file is there, and nobody listens: python3 \d+ has closed it and left the file behind
# hint bound: the file is there, and nobody listens: python3 \d+ is bound there and does not listen
# hint denied: user and group of the process may not write to the file, or not enter a folder on the way
# hint folder: may not make a file there, or not enter a folder on the way
# hint taken: the file is there already: a server that has ended left it, or one is bound to it
# hint again: the file is there already: python3 \d+ listens there
# hint cut: the path is 108 bytes long, and no longer one fits; not even a NUL does: .* two sockets are bound to it
# hint absent: the path is 107 bytes long, and no longer one fits: its end was cut off
# nearly later:
# nearly fits:
# nearly none:
import ctypes
import os
import socket
import stat
import struct
import sys
import tempfile

case = sys.argv[1] if len(sys.argv) > 1 else ""


def made():
    return socket.socket(socket.AF_UNIX)


def attempt(call, path):
    try:
        call(path)
    except OSError:
        pass


def become_nobody():
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    path, server = "dead.sock", made()
    if case in ("", "nearly", "taken"):
        os.mknod(path, stat.S_IFSOCK | 0o666)
    if case in ("", "nearly"):
        attempt(made().connect, path)
    if case == "nearly":
        os.unlink(path)
        server.bind(path)
        server.listen()
    elif case in ("left", "bound", "later"):
        server.bind(path)
        if case == "left":
            server.listen()
            server.close()
        attempt(made().connect, path)
        if case == "later":
            server.listen()
            attempt(made().connect, path)
    elif case in ("denied", "folder"):
        os.chmod(".", 0o755)
        server.bind(path)
        server.listen()
        os.chmod(path, 0)
        os.chmod(".", 0o555)
        if os.fork() == 0:
            become_nobody()
            attempt(made().connect if case == "denied" else made().bind, path if case == "denied" else "new.sock")
            os._exit(0)
        os.wait()
        os.chmod(".", 0o755)
    elif case in ("taken", "again"):
        if case == "again":
            server.bind(path)
            server.listen()
        attempt(made().bind, path)
    elif case == "cut":
        kept = []
        for number in range(2):
            name = ("x" * 105 + f"-daemon.{number}.sock").encode()[:108]
            kept.append(made())
            if number > 0:
                os.unlink(name)
            ctypes.CDLL(None).bind(kept[-1].fileno(), struct.pack("H108s", socket.AF_UNIX, name), 110)
    elif case == "absent":
        attempt(made().connect, "x" * 107)
    elif case == "fits":
        server.bind("x" * 107)
        server.listen()
        attempt(made().connect, "x" * 107)
    elif case == "none":
        attempt(made().connect, "none.sock")
