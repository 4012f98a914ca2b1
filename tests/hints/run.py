# SPDX-License-Identifier: MIT
"""Traces every program of tests/hints and looks at the hints. Its comments say what it gives:

    # hint: PATTERN         called without arguments, it gives the hint that it is named after, and no
                            other; PATTERN is found in what is said
    # hint ARGUMENT: …      the same, called with that argument
    # nearly: NAME …        called with `nearly`, which does almost the same and is right, it gives
                            these hints; without that comment none
    # nearly ARGUMENT: …    the same, called with that argument

Those of tests/hints/students are as students write them, in C and in Python. Their comments say what they give:

    // says NAME: PATTERN    this hint, and none that no such comment names: without one, nothing is said

A program that the machine has disturbed says so with its exit status (pace.py), and is run again; one
that cannot have the port of name servers, or wants to change settings of the network, is run in one of its own.
Hints tell of time: where a busy machine holds a program up, what they say of that is true, and not what the
program is for. So one that was told other things is run again, twice at the most, and a line says so.

Prints TAP."""
import concurrent.futures
import contextlib
import glob
import os
import re
import socket
import subprocess
import sys
import threading
import time

from pace import DISTURBED

BUILD = os.path.realpath(os.environ.get("BUILD", "build"))
TRACES = os.environ.get("TRACES", os.path.join(BUILD, "traces"))

# So often is a program disturbed on no machine that is of use; and so often told what it is not for.
TRIES = 50
TELLINGS = 3

# What a program ends with that wants a network of its own; before a command, such a network.
NO_NETWORK = 77
OWN_NETWORK = ["unshare", "--map-root-user", "--net", "/usr/bin/python3", "-c", """
import fcntl, os, socket, struct, sys
IFF_UP, SIOCSIFFLAGS = 1, 0x8914
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))
os.environ["OWN_NETWORK"] = "1"
os.execv(sys.argv[1], sys.argv[1:])"""]


# Without it a stop or two for each call can make a program as slow as a busy machine does.
HAS_RECORDER = subprocess.run(["bash", "-c", ". tests/machine.sh && has_recorder"], check=False).returncode == 0


class TooSlow(Exception):
    """The program was disturbed each time, where nothing is recorded in the tracee: it has shown nothing."""


class Skip(Exception):
    """Why a program cannot be run here."""


def accept_slowly(server):
    """One connection is taken at once, the next one half a second later."""
    while True:
        try:
            server.accept()
        except OSError:
            return
        time.sleep(0.5)


def answer_in_parts(server):
    """Each answer is two small sends; between them the server thinks if it is asked to, now more and now
    less."""
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        thinks = 0.01
        while request := client.recv(100):
            client.send(b"HEAD")
            if request == b"think":
                time.sleep(thinks)
                thinks = 0.02 + thinks * 2 % 0.08
            client.send(b"12345678")


@contextlib.contextmanager
def servers():
    """Servers that are not in the traces, by the variables that have their ports: one that has room, one
    that has none and takes nobody, one that has room for two clients and takes them slowly, and one that
    answers in two parts."""
    made = {name: socket.create_server(("127.0.0.1", 0), backlog=backlog)
            for name, backlog in (("HELD_PORT", 128), ("FULL_PORT", 1), ("SLOW_PORT", 1), ("PARTS_PORT", 1))}
    full = made["FULL_PORT"].getsockname()  # a queue takes one more than its backlog
    with socket.create_connection(full), socket.create_connection(full):
        threading.Thread(target=accept_slowly, args=[made["SLOW_PORT"]], daemon=True).start()
        threading.Thread(target=answer_in_parts, args=[made["PARTS_PORT"]], daemon=True).start()
        yield {name: str(server.getsockname()[1]) for name, server in made.items()}


def compiled(program):
    """What runs the program: of one in C what gcc makes of it."""
    if not program.endswith(".c"):
        return ["/usr/bin/python3", "-B", program]
    binary = os.path.join(BUILD, "targets", os.path.basename(program)[:-len(".c")])
    os.makedirs(os.path.dirname(binary), exist_ok=True)
    subprocess.run(["gcc", "-O1", "-D_GNU_SOURCE", "-Wno-unused-result", "-o", binary, program], check=True)
    return [binary]


def trace(program, argument, ports):
    """Where the trace of the program is; None if the program has failed. It may want ports that
    nobody in the trace has."""
    name = os.path.basename(program).rsplit(".", 1)[0]
    path = os.path.join(TRACES, "-".join(["hints", name, argument]).rstrip("-") + ".jsonl")
    command = [f"{BUILD}/socktrace", "-q", "-o", path, "--", *compiled(program), *argument.split()]

    status, before = DISTURBED, []
    for _ in range(TRIES if HAS_RECORDER else TRIES // 5):
        try:
            status = subprocess.run([*before, *command], check=False, timeout=120, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL, env=dict(os.environ, **ports)).returncode
        except subprocess.TimeoutExpired:
            return None
        if status == NO_NETWORK and not before:
            before = OWN_NETWORK
            if subprocess.run([*before, "/bin/true"], check=False, stderr=subprocess.DEVNULL).returncode:
                raise Skip("needs root or user namespaces, for a network of its own")
        elif status != DISTURBED:
            break
    if status == DISTURBED and not HAS_RECORDER:
        raise TooSlow
    return path if status not in (1, DISTURBED, NO_NETWORK) else None


def hints(path):
    """What sockview says, by the names of the hints."""
    if not path:
        return {"an exception": ""}, ""
    shown = subprocess.run([f"{BUILD}/sockview", "-v", "hints", "--width=200", path], check=True,
                           capture_output=True, text=True).stdout
    groups = re.findall(r"^([a-z-]+): (.*(?:\n  .*)*)", shown, re.M)
    return {name: re.sub(r"\s+", " ", said) for name, said in groups if name != "warning"}, shown


def runs(program, arguments, ports):
    """For each argument what is wanted, and what is said. What shows nothing here is told as a comment."""
    for argument, wanted in arguments.items():
        try:
            found, shown = hints(trace(program, argument, ports))
        except TooSlow:
            print(f"# {os.path.basename(program)} {argument}: too slow here to show anything, without a recorder")
        else:
            yield argument, wanted, found, shown


def faults(program, ports):
    """What is wrong with the hints of the program, and what was shown."""
    with open(program, encoding="utf-8") as file:
        text = file.read()
    patterns, name = {"": []}, os.path.basename(program).rsplit(".", 1)[0].replace("_", "-")
    for argument, pattern in re.findall(r"^# hint ?(\w*): (.*)", text, re.M):
        patterns.setdefault(argument, []).append(pattern)
    for argument, wanted, found, shown in runs(program, patterns, ports):
        if set(found) != {name}:
            yield f"{argument} gives {sorted(found)}", shown
        for pattern in wanted or ["(the program has no comment `hint: PATTERN`)"]:
            if not re.search(pattern, found.get(name, "")):
                yield f"{argument} is not said: {pattern}", shown
    misses = {"nearly": "", **dict(re.findall(r"^# nearly ?(\w*): *(.*)", text, re.M))}
    misses["nearly"] = misses.pop("", misses["nearly"])
    for argument, wanted, found, shown in runs(program, misses, ports):
        if set(found) != set(wanted.split()):
            yield f"{argument} gives {sorted(found)}", shown


def student_faults(program, ports):
    """What is wrong with the hints of a student's program, and what was shown."""
    with open(program, encoding="utf-8") as file:
        wanted = re.findall(r"^(?://|#) says ([a-z-]+): (.*)", file.read(), re.M)
    found, shown = hints(trace(program, "", ports))
    if set(found) != {name for name, _ in wanted}:
        yield f"gives {sorted(found)}", shown
    for name, pattern in wanted:
        if not re.search(pattern, found.get(name, "")):
            yield f"{name} does not say: {pattern}", shown


def report(program, ports):
    """The lines of TAP that say how the program did."""
    name, found, skipped, lines = os.path.basename(program), [], "", []
    is_student = os.path.basename(os.path.dirname(program)) == "students"
    for telling in range(1, TELLINGS + 1):
        try:
            found = list((student_faults if is_student else faults)(program, ports))
        except Skip as why:
            skipped = f" # skip {why}"
        if not found:
            break
        lines += [f"# {name}, time {telling}: {fault}" for fault, _ in found]
    what = "is told what its comments say" if is_student else "gives its hint, and what is nearly the same does not"
    lines.append(f"{'not ok' if found else 'ok'} NUMBER {name} {what}{skipped}")
    for fault, shown in found:
        lines += [f"# {line}" for line in (fault, *shown.splitlines())]
    return lines


def main():
    os.makedirs(TRACES, exist_ok=True)
    programs = sys.argv[1:] or sorted(glob.glob("tests/hints/*.py")) + sorted(glob.glob("tests/hints/students/*"))
    programs = [program for program in programs if os.path.basename(program) not in ("run.py", "pace.py")]
    with servers() as ports:
        # They mostly sleep.
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for number, lines in enumerate(pool.map(lambda program: report(program, ports), programs), 1):
                for line in lines:
                    print(line.replace("NUMBER", str(number), 1), flush=True)
    print(f"1..{len(programs)}")


if __name__ == "__main__":
    main()
