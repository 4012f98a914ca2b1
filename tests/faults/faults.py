# SPDX-License-Identifier: MIT
"""What the tests of faults share. Random choices are made from SEED, which is printed."""

import atexit
import collections
import json
import os
import random
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ["BUILD"]
SOCKTRACE = os.environ["SOCKTRACE"]
PYTHON = "/usr/bin/python3"
SECONDS = 60  # no test waits for anything for longer


def begin():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    print("SEED=%d" % seed, flush=True)
    random.seed(seed)


def workload(rounds):
    return [PYTHON, HERE + "/workload.py", str(rounds)]


def said(rounds):
    """What the workload says, and its status."""
    return ("begin\nend: %d signals, %d bytes\n" % (rounds, 221 * rounds), 7)


def trace_name(name, is_cut=False):
    """Where a trace is kept that is checked at the end; one that is cut off has no end."""
    folder = os.path.join(os.environ["TRACES"], "cut") if is_cut else os.environ["TRACES"]
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, "faults-%s.jsonl" % name)


def socktrace(log, command, *options):
    return [SOCKTRACE, "-q", "-o", log, *options, "--", *command]


def end(process):
    if process.poll() is None:
        process.kill()
        process.wait()


def start(command, **more):
    more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    process = subprocess.Popen(command, text=True, **more)
    atexit.register(end, process)
    return process


Outcome = collections.namedtuple("Outcome", "said errors status")


def finish(process):
    out, err = process.communicate(timeout=SECONDS)
    return Outcome(out, err, process.returncode)


def run(command, **more):
    return finish(start(command, **more))


def records(log):
    """Every line of the log is a whole record, but for one that has no end of line."""
    with open(log) as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def has_end(log):
    return any(record["type"] == "end" for record in records(log))


def status_of(pid):
    """The fields of /proc/PID/status, or None when there is no such process."""
    try:
        with open("/proc/%d/status" % pid) as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_gone(pid):
    status = status_of(pid)
    return status is None or status["State"].startswith(("Z", "X"))


def wait_until(what, meaning):
    for _ in range(SECONDS * 100):
        if what():
            return
        time.sleep(0.01)
    sys.exit("waited in vain until " + meaning)


def processes_of(marker):
    """Those that have the marker in their environment."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/environ" % name, "rb") as file:
                if marker.encode() in file.read():
                    found.append(int(name))
        except OSError:
            pass
    return found


def start_counter():
    target = start([PYTHON, HERE + "/counter.py"], stdin=subprocess.PIPE)
    assert target.stdout.readline() == "begin\n"
    return target


def ask(target):
    """How far counter.py is; nothing may have gone wrong."""
    target.stdin.write("\n")
    target.stdin.flush()
    rounds, wrong = target.stdout.readline().split(" ", 1)
    assert wrong == "[]\n", wrong
    return int(rounds)


def is_untraced(pid):
    for tid in os.listdir("/proc/%d/task" % pid):
        status = status_of(int(tid))
        if status and (status["TracerPid"] != "0" or status["State"][0] in "tT"):
            return False
    return True


def goes_on(target):
    """The process counter.py has no tracer and no filter, and goes on."""
    wait_until(lambda: is_untraced(target.pid), "nobody traces %d" % target.pid)
    assert status_of(target.pid)["Seccomp"] == "0"
    before = ask(target)
    wait_until(lambda: ask(target) > before, "%d goes on" % target.pid)


def runs_unharmed(target):
    """So it does, and then it is ended."""
    goes_on(target)
    target.communicate(timeout=SECONDS)
    assert target.returncode == 0, target.returncode


def tracees_of(tracer):
    """The processes that it traces."""
    statuses = {pid: status_of(int(pid)) for pid in os.listdir("/proc") if pid.isdigit()}
    return [int(pid) for pid, s in statuses.items() if s and s["TracerPid"] == str(tracer)]


def main(tests):
    begin()
    tests[sys.argv[1]]()
