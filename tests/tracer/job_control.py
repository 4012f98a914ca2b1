#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Types Ctrl-Z, fg and Ctrl-C at a program under an interactive shell, and prints what it saw.

job_control.py [--shell] [WORD...]: the words stand before the program, as a tracer's command would, or
before the shell.
"""
import os
import pty
import re
import select
import shlex
import sys
import time

# No child processes: a shell in vfork(2) can only stop when its child has gone on. The words are cut in
# two where they are typed, so that their echo is not what is waited for.
PROGRAM = (r"""bash -c 'trap "echo inter""rupted; exit 3" INT; trap "echo con""tinued" CONT; echo rea""dy; """
           r"""while :; do read -t 0.1; done'""")
SLEEPER = r"""bash -c 'echo slee""ping; exec sleep 300'"""


class Shell:
    def __init__(self, words):
        self.text = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ["PS1"] = "PROMPT> "
            command = words + ["bash", "--norc", "--noprofile", "-i"]
            os.execvp(command[0], command)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait(self, pattern, seconds=60):
        """What was printed up to a match of `pattern`."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text)):
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                sys.exit(f"waited in vain for {pattern!r} in {self.text!r}")
            self.text += os.read(self.terminal, 65536).decode(errors="replace")
        self.text = self.text[found.end():]
        return found.group()

    def status(self):
        self.type("echo status:$?:\n")
        return self.wait(r"status:\d+:")


def main():
    words = sys.argv[1:]
    is_of_shell = words[:1] == ["--shell"]
    shell = Shell(words[1:] if is_of_shell else [])
    before = [] if is_of_shell else [shlex.quote(word) for word in words]
    shell.wait("PROMPT> ")
    shell.type(" ".join(before + [PROGRAM]) + "\n")
    print(shell.wait(r"ready\r"))
    shell.type("\x1a")
    print(re.sub(r"\s+", " ", shell.wait(r"Stopped")))
    print(shell.status())
    shell.type("fg\n")
    shell.wait(r"continued\r")
    shell.type("\x03")
    print(shell.wait(r"interrupted\r"))
    shell.wait("PROMPT> ")
    print(shell.status())
    # A program that does nothing about Ctrl-C dies of it.
    shell.type(" ".join(before + [SLEEPER]) + "\n")
    shell.wait(r"sleeping\r")
    shell.type("\x03")
    shell.wait("PROMPT> ")
    print(shell.status())
    shell.type("exit\n")
    os.waitpid(shell.pid, 0)


main()
