# SPDX-License-Identifier: MIT
"""Memory runs out in socktrace: memory.py NAME."""

import os
import random
import resource
import subprocess

import faults

LIBRARY = os.path.join(faults.BUILD, "faults/failing_malloc.so")


def trace_failing(log, first, count, options=()):
    """Allocations of socktrace fail; libseccomp's are spared, for which memory is set aside."""
    if os.path.exists(log):
        os.unlink(log)
    fail = {"LD_PRELOAD": LIBRARY, "FAIL_FROM": str(first), "FAIL_COUNT": str(count)}
    fail["FAIL_SPARE"] = "libseccomp"
    command = faults.socktrace(log, faults.workload(1), *options)
    return faults.run(command, env={**os.environ, **fail})


def is_good(outcome):
    """The program has not begun, or has run as always."""
    said, status = faults.said(1)
    if outcome.status == 125:
        assert outcome.errors.startswith("socktrace: "), outcome
        assert outcome.errors.count("\n") <= 2, outcome
        assert outcome.said in ("", said), outcome
    else:
        assert (outcome.said, outcome.status, outcome.errors) == (said, status, ""), outcome


def any_allocation(log, *options):
    """Allocations fail, each time others; gives the text of each trace."""
    total = int(trace_failing(log, 0, 0, options).errors.split()[-1])
    lowest = total - total // 10
    unrecorded = 0
    for _ in range(40):
        # One, a few, or all from there on; most of them when the program runs.
        first = random.randrange(random.choice((1, lowest, lowest, lowest)), total + 1)
        count = random.choice((1, 5, 10**9))
        print("of %d allocations: from %d on, %d" % (total, first, count))
        outcome = trace_failing(log, first, count, options)
        is_good(outcome)
        unrecorded += "goes on unrecorded" in outcome.errors
        if os.path.exists(log):
            faults.records(log)
            with open(log) as file:
                yield file.read()
    assert unrecorded > 0


def any_call():
    for options in ((), ("--detach-on-exit",), ("--rotate=64K",)):
        for _ in any_allocation(faults.trace_name("memory", is_cut=True), *options):
            pass


def redacted():
    """What the program says to itself is in no line, also when there is no memory to take it out."""
    log = faults.trace_name("memory-redacted", is_cut=True)
    for text in any_allocation(log, "--payload=all", "--redact"):
        assert not [word for word in ("xxx", "polled", "passed") if word in text], text
        assert not [line for line in text.splitlines() if line == "{"], text


def begin_attached(log, first, count):
    target = faults.start_counter()
    fail = {"LD_PRELOAD": LIBRARY, "FAIL_FROM": str(first), "FAIL_COUNT": str(count)}
    fail["FAIL_SPARE"] = "libseccomp"
    command = [faults.SOCKTRACE, "-q", "-o", log, "-p", str(target.pid)]
    return target, faults.start(command, env={**os.environ, **fail})


def attached():
    """What is attached to runs on without a tracer."""
    log = faults.trace_name("memory-attached", is_cut=True)
    for _ in range(10):
        # The first few are made before anybody is attached to.
        first = random.randrange(1, 60)
        print("from %d on" % first)
        target, tracer = begin_attached(log, first, 10**9)
        outcome = faults.finish(tracer)
        assert outcome.status == 125 and outcome.errors.startswith("socktrace: "), outcome
        faults.runs_unharmed(target)


GROWING = """
import socket, threading
def take():
    while b.recv(1 << 20): pass
a, b = socket.socketpair()
thread = threading.Thread(target=take)
thread.start()
print("begin", flush=True)
input()
for size in range(24): a.sendall(b"x" * (1 << size))
a.close()
thread.join()
print("end")
"""


def limited():
    """The address space of a socktrace at work is limited to little more than it has."""
    unrecorded = 0
    for _ in range(8):
        log = faults.trace_name("memory-limited", is_cut=True)
        command = faults.socktrace(log, [faults.PYTHON, "-c", GROWING], "--payload=all")
        process = faults.start(command, stdin=subprocess.PIPE)
        assert process.stdout.readline() == "begin\n"
        size = int(faults.status_of(process.pid)["VmSize"].split()[0]) * 1024
        limit = size + random.randrange(0, 1 << 20)
        print("%d bytes more" % (limit - size))
        resource.prlimit(process.pid, resource.RLIMIT_AS, (limit, limit))
        said, errors = process.communicate("\n", timeout=faults.SECONDS)
        assert said == "end\n" and process.returncode in (0, 125), (errors, process.returncode)
        assert (process.returncode == 125) == ("goes on unrecorded" in errors), errors
        unrecorded += process.returncode == 125
        faults.records(log)
    assert unrecorded > 0


faults.main(
    {"any": any_call, "redacted": redacted, "attached": attached, "limited": limited}
)
