# SPDX-License-Identifier: MIT
# A child gets a socket that it does not know of. Nearly: one made with close-on-exec; one that the
# child uses; one that is its standard input.
# hint: fd \d+ · TCP 127\.0\.0\.1:\d+ sleep \d+ got it as fd \d+, through exec, and never used it
# hint: socket AF_INET SOCK_STREAM → fd
# nearly fork:
# nearly moved:
import ctypes
import os
import socket
import subprocess
import sys

libc = ctypes.CDLL(None)
plain = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
server = socket.socket(fileno=plain)
server.bind(("127.0.0.1", 0))
server.listen()
if sys.argv[1:] == ["nearly"]:
    closing = socket.create_server(("127.0.0.1", 0))
    child = f"import socket; socket.socket(fileno={plain})"
    subprocess.run([sys.executable, "-c", child], close_fds=False, stdin=closing)
elif sys.argv[1:] == ["fork"]:  # it is the same program
    if os.fork() == 0:
        os._exit(0)
    os.wait()
elif sys.argv[1:] == ["moved"]:  # as another number it is meant for the child
    moved = os.dup2(plain, 50)
    os.set_inheritable(plain, False)
    subprocess.run(["sleep", "0"], close_fds=False)
else:
    subprocess.run(["sleep", "0"], close_fds=False)
