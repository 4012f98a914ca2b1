# SPDX-License-Identifier: MIT
"""Signals to socktrace and to what it traces, at random moments: kills.py NAME [SIGNAL]."""

import os
import random
import resource
import signal
import sys
import time

import faults


def marked():
    """An environment by which the processes of this run are found again."""
    marker = "FAULT=%d" % random.SystemRandom().randrange(10**9)
    name, value = marker.split("=")
    return marker, {**os.environ, name: value}


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def wait_a_while(most):
    moment = random.uniform(0, most)
    print("after %.6f s" % moment, flush=True)
    time.sleep(moment)


def keep_whole(log):
    """A program that was killed before it was loaded leaves an empty log."""
    if os.path.getsize(log) == 0:
        os.unlink(log)
    else:
        assert faults.has_end(log)


def tracer_of_launched():
    """The program dies with its tracer."""
    for turn in range(15):
        log = faults.trace_name("launched-killed-%d" % turn, is_cut=True)
        marker, environment = marked()
        process = faults.start(faults.socktrace(log, faults.workload(1000)), env=environment)
        wait_a_while(0.4)
        process.kill()
        assert faults.finish(process).status == -signal.SIGKILL
        faults.wait_until(lambda: not faults.processes_of(marker), "the program is gone")
        if os.path.exists(log):
            faults.records(log)


def signal_to_launcher():
    """The program gets the signal, and socktrace ends as it does."""
    number = signal.Signals[sys.argv[2]]
    for turn in range(5):
        log = faults.trace_name("launched-%s-%d" % (number.name, turn))
        marker, environment = marked()
        process = faults.start(faults.socktrace(log, faults.workload(1000)), env=environment)
        wait_a_while(0.4)
        process.send_signal(number)
        outcome = faults.finish(process)
        # Python that is interrupted while it starts says so, and ends by itself.
        assert outcome.status == -number or (
            number == signal.SIGINT and outcome.status == 1 and "init_import_site" in outcome.errors), outcome
        assert not faults.processes_of(marker)
        if os.path.exists(log):
            keep_whole(log)


def signal_to_attached():
    """What it was attached to runs on as before."""
    number = signal.Signals[sys.argv[2]]
    is_killed = number == signal.SIGKILL
    target = faults.start_counter()
    for turn in range(12):
        log = faults.trace_name("attached-%s-%d" % (number.name, turn), is_cut=is_killed)
        process = faults.start([faults.SOCKTRACE, "-q", "-o", log, "-p", str(target.pid)])
        wait_a_while(0.2)
        process.send_signal(number)
        outcome = faults.finish(process)
        assert outcome.status == -number or (outcome.status == 0 and not is_killed), outcome
        faults.goes_on(target)
        if os.path.exists(log) and is_killed:
            faults.records(log)
        elif os.path.exists(log):
            keep_whole(log)
    faults.runs_unharmed(target)


STATES = {
    "a mixture": faults.workload(1000),
    "a loop of exec": [faults.PYTHON, faults.HERE + "/states.py", "exec"],
    "a loop of vfork": [faults.PYTHON, faults.HERE + "/states.py", "vfork"],
    "threads without their leader": [faults.PYTHON, faults.HERE + "/states.py", "leader"],
    "new sockets in threads": [faults.PYTHON, faults.HERE + "/states.py", "sockets"],
}


def kill_tracees(tracer, is_stopped):
    """Some first, and then all."""
    for first in (True, True, False):
        found = faults.tracees_of(tracer)
        for pid in random.sample(found, min(1, len(found))) if first else found:
            if is_stopped:
                send(pid, signal.SIGSTOP)
                time.sleep(random.uniform(0, 0.003))
            send(pid, signal.SIGKILL)
        time.sleep(random.uniform(0, 0.003))


def tracees():
    """socktrace ends by itself, and its trace is whole."""
    for turn, (state, command) in enumerate(list(STATES.items()) * 6):
        log = faults.trace_name("tracees-%d" % turn)
        is_stopped = random.random() < 0.3
        print("%s, %s" % (state, "stopped first" if is_stopped else "running"))
        process = faults.start(faults.socktrace(log, command))
        wait_a_while(0.3)
        while process.poll() is None:
            kill_tracees(process.pid, is_stopped)
        outcome = faults.finish(process)
        assert outcome.status in (-signal.SIGKILL, 1), outcome
        assert "socktrace" not in outcome.errors, outcome
        if os.path.exists(log):
            keep_whole(log)


def blocked():
    """The call in which a thread was killed is told, and marked."""
    log = faults.trace_name("blocked")
    code = "import socket; a, b = socket.socketpair(); print(flush=True); a.recv(1)"
    process = faults.start(faults.socktrace(log, [faults.PYTHON, "-c", code]))
    process.stdout.readline()
    tracee = faults.tracees_of(process.pid)[0]
    faults.wait_until(lambda: faults.status_of(tracee)["State"][0] == "S", "it waits")
    time.sleep(0.1)
    send(tracee, signal.SIGKILL)
    assert faults.finish(process).status == -signal.SIGKILL
    calls = [r for r in faults.records(log) if r["type"] == "call"]
    assert [r["name"] for r in calls if r.get("unfinished")] == ["recvfrom"], calls[-1]


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
faults.main({
    "tracer": tracer_of_launched,
    "launcher": signal_to_launcher,
    "attached": signal_to_attached,
    "tracees": tracees,
    "blocked": blocked,
})
