# SPDX-License-Identifier: MIT
"""Limits of the program and of socktrace: limits.py NAME."""

import os
import random
import resource
import shutil
import sys
import tempfile

import faults

UNLIMITED = resource.RLIM_INFINITY


def limited(command, which, soft, hard):
    """The command as it is begun with a limit."""
    return {"args": command, "preexec_fn": lambda: resource.setrlimit(which, (soft, hard))}


def run_limited(command, which, soft, hard, **more):
    begun = limited(command, which, soft, hard)
    return faults.run(begun["args"], preexec_fn=begun["preexec_fn"], **more)


def seen():
    """The program sees the limits that it would without a tracer."""
    show = [faults.PYTHON, "-c", "print(open('/proc/self/limits').read())"]
    log = faults.trace_name("limits-seen")
    for which in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
        soft, hard = random.randrange(100, 1000), random.randrange(1000, 2000)
        plain = run_limited(show, which, soft, hard)
        traced = run_limited(faults.socktrace(log, show), which, soft, hard)
        assert plain.said == traced.said and str(soft) in plain.said, (plain, traced)


EXHAUST = """
import os, socket
listening = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listening.getsockname())
kept = []
try:
    while True: kept.append(socket.socket())
except OSError as error:
    print(len(kept), error)
try:
    listening.accept()
except OSError as error:
    print(error)
kept.pop().close()
print(listening.accept()[0].fileno())
"""


def descriptors_of_program():
    """A program that has no descriptor left is told so as without a tracer, and so is the reader."""
    command = [faults.PYTHON, "-c", EXHAUST]
    for turn in range(4):
        log = faults.trace_name("descriptors-%d" % turn)
        limit = random.randrange(10, 300)
        print("%d descriptors" % limit)
        plain = run_limited(command, resource.RLIMIT_NOFILE, limit, limit)
        assert plain.said.count("Too many open files") == 2, plain
        assert run_limited(faults.socktrace(log, command), resource.RLIMIT_NOFILE, limit, limit) == plain
        failed = [r["name"] for r in faults.records(log) if r.get("error") == "EMFILE"]
        assert failed == ["socket", "accept4"], failed


def never_begun_or_as_always(outcome, log, expected):
    """Says whether the program was traced."""
    if outcome == expected:
        assert faults.has_end(log)
        return True
    assert outcome.status in (125, 127) and outcome.said == "", outcome
    assert "socktrace" in outcome.errors, outcome
    return False


def descriptors_of_tracer():
    log = faults.trace_name("few-descriptors")
    command = [faults.PYTHON, "-c", "import socket; a = socket.socketpair(); print('end')"]
    traced = 0
    for limit in range(3, 16):
        expected = run_limited(command, resource.RLIMIT_NOFILE, limit, limit)
        outcome = run_limited(faults.socktrace(log, command), resource.RLIMIT_NOFILE, limit, limit)
        if expected.status == 0:
            traced += never_begun_or_as_always(outcome, log, expected)
    assert traced > 0


def descriptors_of_attaching():
    """It is said what is wanting."""
    target = faults.start_counter()
    log = faults.trace_name("few-attached")
    for limit in range(3, 10):
        command = [faults.SOCKTRACE, "-o", log, "-p", str(target.pid)]
        begun = limited(["timeout", "-s", "INT", "0.3", *command], resource.RLIMIT_NOFILE, limit, limit)
        outcome = faults.run(begun["args"], preexec_fn=begun["preexec_fn"])
        assert "no such process" not in outcome.errors, outcome
        assert outcome.status in (124, 125, 127), outcome
        faults.goes_on(target)
    faults.runs_unharmed(target)


def processes():
    """Another user's program, who may have few processes, of which socktrace is one."""
    code = "import os, socket; a = socket.socket(); pid = os.fork(); os.write(1, b'forked ')\n"
    code += "if pid: os.waitpid(pid, 0)"
    user = str(random.randrange(100000, 200000))
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        program = shutil.copy(faults.SOCKTRACE, folder)
        for limit in range(1, 8):
            log = folder + "/log"
            drop = ["setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"]
            traced = [program, "-q", "-o", log, faults.PYTHON, "-c", code]
            command = [*drop, "prlimit", "--nproc=%d" % limit, *traced]
            outcome = faults.run(command, cwd=folder)
            print(limit, outcome)
            if outcome.errors.startswith("socktrace: "):
                assert outcome.status == 125 and outcome.said == "", outcome
            else:
                assert outcome.status in (0, 1), outcome
                assert (outcome.status == 1) == ("Resource temporarily" in outcome.errors), outcome
                assert faults.has_end(log)
        assert outcome.said == "forked forked ", outcome


def file_size():
    """A limit that may not be raised cuts the log, and the program writes to a pipe as always."""
    said, _ = faults.said(20)
    for turn, limit in enumerate([0, 1000] + [random.randrange(1, 100000) for _ in range(3)]):
        log = faults.trace_name("file-size-%d" % turn, is_cut=True)
        print("a file has at most %d bytes" % limit)
        command = faults.socktrace(log, faults.workload(20))
        outcome = run_limited(command, resource.RLIMIT_FSIZE, limit, limit)
        assert (outcome.said, outcome.status) == (said, 125), outcome
        assert outcome.errors.count("writing the trace: File too large") == 1, outcome
        with open(log) as file:
            text = file.read()
        assert len(text) <= limit and (text == "" or text.endswith("}\n")), text[-100:]
        faults.records(log)


def raised():
    """Limits that may be raised are the program's alone."""
    log = faults.trace_name("file-size-raised")
    command = faults.socktrace(log, faults.workload(20))
    outcome = run_limited(command, resource.RLIMIT_FSIZE, 1000, UNLIMITED)
    assert outcome == (faults.said(20)[0], "", 7), outcome
    assert faults.has_end(log)


BUSY = """
import os, signal, socket
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
a, b = socket.socketpair()
def spent():
    fields = open("/proc/%d/stat" % os.getppid()).read().split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
while spent() < 1.3:
    for _ in range(500): a.send(b"x"), b.recv(1)
print("end")
"""


def processor_time():
    log = faults.trace_name("processor-time")
    command = faults.socktrace(log, [faults.PYTHON, "-c", BUSY], "-e", "create")
    outcome = run_limited(command, resource.RLIMIT_CPU, 1, UNLIMITED)
    assert outcome == ("end\n", "", 0), outcome


def memory():
    """In little memory the program does not begin, or does what it does without a tracer."""
    for which in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        for turn in range(5):
            log = faults.trace_name("little-memory")
            limit = random.randrange(1 << 20, 40 << 20)
            print("%d bytes of %d" % (limit, which))
            plain = run_limited(faults.workload(1), which, limit, limit)
            outcome = run_limited(faults.socktrace(log, faults.workload(1)), which, limit, limit)
            if plain.status == 7:
                check_with_little(log, plain, outcome)
    if os.path.exists(log):
        os.unlink(log)


def check_with_little(log, plain, outcome):
    if outcome.status == 7:
        assert outcome == plain and faults.has_end(log), outcome
    else:
        assert outcome.status in (125, 127) and outcome.said in ("", plain.said), outcome
        assert "socktrace" in outcome.errors, outcome


if __name__ == "__main__":
    faults.main({
        "seen": seen,
        "descriptors": descriptors_of_program,
        "few": descriptors_of_tracer,
        "attaching": descriptors_of_attaching,
        "processes": processes,
        "file-size": file_size,
        "raised": raised,
        "processor-time": processor_time,
        "memory": memory,
    })
