# SPDX-License-Identifier: MIT
"""Types at a program on a terminal of its own, and prints all that the terminal showed and how the
program ended: terminal.py [WORD...], which stand before the program, as a tracer's command would.

terminal.py --program is the program. It reads a line, a password without echo, a key without return,
the size of the window when that changes, Ctrl-C and the end of the input; and has sockets.
"""

import fcntl
import getpass
import os
import pty
import select
import signal
import socket
import struct
import sys
import termios
import tty

SIZES = [(24, 80), (30, 100)]


def say(text):
    """At once, so that nothing that comes then stands within it."""
    os.write(1, text.encode() + b"\n")


def say_size(*_):
    rows, columns = struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8))[:2]
    say("size %d %d" % (rows, columns))


def read_key():
    before = termios.tcgetattr(0)
    tty.setcbreak(0)
    print("key? ", end="", flush=True)
    key = os.read(0, 1)
    termios.tcsetattr(0, termios.TCSADRAIN, before)
    print(key)


def receive(talking):
    """A signal that comes just before the call would be handled after it only."""
    talking.settimeout(0.2)
    while True:
        try:
            return talking.recv(100)
        except TimeoutError:
            pass


def wait_for_signals(talking):
    """An interrupted call is made again."""
    signal.signal(signal.SIGWINCH, say_size)
    say("resize!")
    print(receive(talking), flush=True)
    try:
        say("interrupt!")
        receive(talking)
    except KeyboardInterrupt:
        print("interrupted", flush=True)


def be_program():
    talking, other = socket.socketpair()
    print(os.isatty(0), os.isatty(1), os.tcgetpgrp(0) == os.getpgrp(), os.ttyname(0) != "")
    print("said " + input("line? "), flush=True)
    say_size()
    print("secret " + getpass.getpass("password? "))
    read_key()
    if os.fork() == 0:
        # It ends the waiting when the new size has been said.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stdin.readline()
        other.send(b"enough")
        os._exit(0)
    wait_for_signals(talking)
    os.wait()
    print("end? ", end="", flush=True)
    print(repr(sys.stdin.read()))
    sys.exit(6)


class Terminal:
    def __init__(self, command):
        self.text = ""
        self.seen = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)

    def resize(self, size):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))

    def read(self):
        """False at the end: a terminal that nobody holds any more answers EIO."""
        ready, _, _ = select.select([self.fd], [], [], 30)
        try:
            got = os.read(self.fd, 65536) if ready else b""
        except OSError:
            got = b""
        self.text += got.decode()
        return got != b""

    def answer(self, prompt, keys):
        while (at := self.text.find(prompt, self.seen)) < 0:
            if not self.read():
                sys.exit("waited in vain for %r in %r" % (prompt, self.text))
        self.seen = at + len(prompt)
        os.write(self.fd, keys.encode())


def drive(command):
    terminal = Terminal(command)
    terminal.resize(SIZES[0])
    terminal.answer("line? ", "a line\n")
    terminal.answer("password? ", "secret\n")
    terminal.answer("key? ", "k")
    terminal.answer("resize!\r\n", "")
    terminal.resize(SIZES[1])
    terminal.answer("size 30 100", "\n")
    terminal.answer("interrupt!", "\x03")
    terminal.answer("end? ", "last words\n\x04")
    while terminal.read():
        pass
    print(terminal.text.replace("\r\n", "\n"), end="")
    print("status", os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]))


if sys.argv[1:] == ["--program"]:
    be_program()
else:
    drive(sys.argv[1:] + ["/usr/bin/python3", os.path.abspath(__file__), "--program"])
