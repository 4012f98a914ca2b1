# SPDX-License-Identifier: MIT
"""Traces every program of tests/hints and looks at the hints. Its comments say what it gives:

    # hint: PATTERN         called without arguments, it gives the hint that it is named after, and no
                            other; PATTERN is found in what is said
    # hint ARGUMENT: …      the same, called with that argument
    # nearly: NAME …        called with `nearly`, which does almost the same and is right, it gives
                            these hints; without that comment none
    # nearly ARGUMENT: …    the same, called with that argument

A program that the machine has disturbed says so with its exit status (pace.py), and is run again; one
that cannot have the port of name servers is run in a network of its own.

Prints TAP."""
import glob
import os
import re
import socket
import subprocess
import sys

from pace import DISTURBED

BUILD = os.path.realpath(os.environ.get("BUILD", "build"))
TRACES = os.environ.get("TRACES", os.path.join(BUILD, "traces"))

# So often is a program disturbed on no machine that is of use.
TRIES = 50

# What a program ends with that may not have port 53; before a command, a network where it may.
NO_PORT = 77
OWN_NETWORK = ["unshare", "--map-root-user", "--net", "/usr/bin/python3", "-c", """
import fcntl, os, socket, struct, sys
IFF_UP, SIOCSIFFLAGS = 1, 0x8914
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))
os.execv(sys.argv[1], sys.argv[1:])"""]


class Skip(Exception):
    """Why a program cannot be run here."""


def trace(program, argument, held_port):
    """Where the trace of the program is; None if the program has failed. It may want a port that
    nobody in the trace has."""
    name = os.path.basename(program).rsplit(".", 1)[0]
    path = os.path.join(TRACES, "-".join(["hints", name, argument]).rstrip("-") + ".jsonl")
    command = [f"{BUILD}/socktrace", "-q", "-o", path, "--", "/usr/bin/python3", "-B", program,
               *argument.split()]

    status, before = DISTURBED, []
    for _ in range(TRIES):
        status = subprocess.run([*before, *command], check=False, timeout=300, stdin=subprocess.DEVNULL,
                                env=dict(os.environ, HELD_PORT=str(held_port))).returncode
        if status == NO_PORT and not before:
            before = OWN_NETWORK
            if subprocess.run([*before, "/bin/true"], check=False, stderr=subprocess.DEVNULL).returncode:
                raise Skip("needs root or user namespaces, for the port of name servers")
        elif status != DISTURBED:
            break
    return path if status not in (1, DISTURBED, NO_PORT) else None


def hints(path):
    """What sockview says, by the names of the hints."""
    if not path:
        return {"an exception": ""}, ""
    shown = subprocess.run([f"{BUILD}/sockview", "-v", "hints", "--width=200", path], check=True,
                           capture_output=True, text=True).stdout
    groups = re.findall(r"^([a-z-]+): (.*(?:\n  .*)*)", shown, re.M)
    return {name: re.sub(r"\s+", " ", said) for name, said in groups}, shown


def faults(program, held_port):
    """What is wrong with the hints of the program, and what was shown."""
    with open(program, encoding="utf-8") as file:
        text = file.read()
    patterns, name = {"": []}, os.path.basename(program).rsplit(".", 1)[0].replace("_", "-")
    for argument, pattern in re.findall(r"^# hint ?(\w*): (.*)", text, re.M):
        patterns.setdefault(argument, []).append(pattern)
    for argument, wanted in patterns.items():
        found, shown = hints(trace(program, argument, held_port))
        if set(found) != {name}:
            yield f"{argument} gives {sorted(found)}", shown
        for pattern in wanted or ["(the program has no comment `hint: PATTERN`)"]:
            if not re.search(pattern, found.get(name, "")):
                yield f"{argument} is not said: {pattern}", shown
    misses = {"nearly": "", **dict(re.findall(r"^# nearly ?(\w*): *(.*)", text, re.M))}
    misses["nearly"] = misses.pop("", misses["nearly"])
    for argument, wanted in misses.items():
        found, shown = hints(trace(program, argument, held_port))
        if set(found) != set(wanted.split()):
            yield f"{argument} gives {sorted(found)}", shown


def main():
    os.makedirs(TRACES, exist_ok=True)
    programs = sys.argv[1:] or sorted(glob.glob("tests/hints/*.py"))
    programs = [program for program in programs if os.path.basename(program) not in ("run.py", "pace.py")]
    with socket.create_server(("127.0.0.1", 0)) as held:
        for number, program in enumerate(programs, 1):
            found, skipped = [], ""
            try:
                found = list(faults(program, held.getsockname()[1]))
            except Skip as why:
                skipped = f" # skip {why}"
            print("not ok" if found else "ok", number, f"{os.path.basename(program)} gives its hint,"
                  f" and what is nearly the same does not{skipped}")
            for fault, shown in found:
                print(f"# {fault}", *shown.splitlines(), sep="\n# ")
    print(f"1..{len(programs)}")


if __name__ == "__main__":
    main()
