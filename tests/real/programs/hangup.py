# SPDX-License-Identifier: MIT
"""Closes the terminal of a program that leads its session, as a terminal's window does, and says how it
and a child of it end: hangup.py [WORD...], which stand before the program."""

import os
import pty
import sys
import time

PROGRAM = ["sh", "-c", "sleep 60 & echo $!; wait"]


def has_ended(pid):
    try:
        with open("/proc/%d/stat" % pid) as stat:
            return stat.read().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def wait_for_end(pid):
    for _ in range(200):
        if has_ended(pid):
            return True
        time.sleep(0.1)
    os.kill(pid, 9)
    return False


command = sys.argv[1:] + PROGRAM
leader, terminal = pty.fork()
if leader == 0:
    os.execvp(command[0], command)
said = b""
while b"\n" not in said:
    said += os.read(terminal, 100)
os.close(terminal)
print("child ended", wait_for_end(int(said)))
print("leader ended", wait_for_end(leader))
print("status", os.waitstatus_to_exitcode(os.waitpid(leader, 0)[1]))
