# SPDX-License-Identifier: MIT
"""Ways in which descriptors move: close_range, unshare, pidfd_getfd, dup onto other numbers."""

import ctypes
import fcntl
import os
import socket
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)
CLONE_FILES, UNSHARE, CLOEXEC = 0x400, 2, 4
CLOSE_RANGE, PIDFD_OPEN, PIDFD_GETFD = 436, 434, 438


def close_range(first, last, flags=0):
    return libc.syscall(CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(last), ctypes.c_uint(flags))


def socket_at(number):
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    os.dup2(made.detach(), number)
    os.close(3)


def is_open(number):
    return os.path.exists("/proc/thread-self/fd/%d" % number)


for number in range(10, 16):
    socket_at(number)
assert close_range(11, 12) == 0
assert close_range(500, 600) == 0  # nothing there: no record
assert close_range(20, 10) == -1  # EINVAL: closes nothing
assert close_range(13, 13, CLOEXEC) == 0
assert is_open(10) and not is_open(12) and is_open(13)


def unshare_and_close():
    assert libc.unshare(CLONE_FILES) == 0
    os.close(14)


def close_unshared():
    assert close_range(15, 0xFFFFFFFF, UNSHARE) == 0
    assert not is_open(15)


for target in (unshare_and_close, close_unshared):
    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    # Python joins a thread that the kernel has not yet ended.
    while os.path.exists("/proc/self/task/%d" % thread.native_id):
        time.sleep(0.001)
assert is_open(14) and is_open(15)

pidfd = libc.syscall(PIDFD_OPEN, os.getpid(), 0)
copy = libc.syscall(PIDFD_GETFD, pidfd, 10, 0)
assert copy > 0
os.close(libc.syscall(PIDFD_GETFD, pidfd, 1, 0))  # no socket: no record

high = fcntl.fcntl(copy, fcntl.F_DUPFD_CLOEXEC, 100)
os.dup2(1, high)  # something else onto it
os.dup2(14, 15)  # another socket onto it
os.dup2(14, 14)  # nothing happens
os.execv("/bin/true", ["true"])
