# SPDX-License-Identifier: MIT
"""The log cannot be written, or slowly: writing.py NAME."""

import fcntl
import os
import random
import re
import shutil
import sys
import tempfile
import threading
import time

import faults

TALK = """
import socket
a, b = socket.socketpair()
for _ in range(%d):
    a.sendall(b"x" * 4000)
    b.recv(4000, socket.MSG_WAITALL)
"""


def is_unrecorded(outcome, rounds, reason):
    """The program has run as always; it was said once why the trace ends, and the status says so."""
    said, _ = faults.said(rounds)
    assert (outcome.said, outcome.status) == (said, 125), outcome
    assert outcome.errors.count("writing the trace: " + reason) == 1, outcome


def on_small_disk(folder, size, after, command):
    """Runs the command where `folder` has so many bytes; and then the shell's words `after`."""
    script = 'mount -t tmpfs -o size=%d tmpfs "$0" && { "$@"; status=$?; %s; exit $status; }'
    return ["unshare", "-m", "sh", "-c", script % (size, after), folder, *command]


def disk():
    for turn in range(5):
        kept = faults.trace_name("disk-%d" % turn, is_cut=True)
        with tempfile.TemporaryDirectory() as folder:
            size = random.randrange(4096, 1 << 17)
            print("a disk of %d bytes" % size)
            command = faults.socktrace(folder + "/log", faults.workload(20))
            after = 'cp "$0/log" "%s"' % kept
            outcome = faults.run(on_small_disk(folder, size, after, command))
        is_unrecorded(outcome, 20, "No space left on device")
        with open(kept) as file:
            text = file.read()
        assert text.endswith("}\n") and len(text) > 2000, text[-100:]
        faults.records(kept)


def compressed_disk():
    """The log ends with a whole frame."""
    talk = [faults.PYTHON, "-c", TALK.replace('b"x" * 4000', "os.urandom(4000)") % 400]
    talk[2] = "import os" + talk[2]
    for ending, check in ((".zst", "zstd"), (".gz", "gzip")):
        kept = faults.trace_name("disk-" + ending[1:], is_cut=True)
        with tempfile.TemporaryDirectory() as folder:
            # Room for a frame, and not for all that is written.
            size = random.randrange(3 << 18, 5 << 18)
            print("a disk of %d bytes" % size)
            command = faults.socktrace(folder + "/log" + ending, talk, "--payload=all")
            after = '%s -dc <"$0/log%s" >"%s" || echo damaged' % (check, ending, kept)
            outcome = faults.run(on_small_disk(folder, size, after, command))
        assert (outcome.said, outcome.status) == ("", 125), outcome
        assert outcome.errors.count("writing the trace: No space left on device") == 1, outcome
        faults.records(kept)


def rotated_disk():
    """The disk is full while a trace is rotated: files that are whole, and a last one that is cut."""
    for turn in range(5):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as kept:
            size = random.randrange(1 << 18, 1 << 19)
            print("a disk of %d bytes" % size)
            command = faults.socktrace(
                folder + "/log", [faults.PYTHON, "-c", TALK % 2000], "--rotate=64K")
            outcome = faults.run(on_small_disk(folder, size, 'cp "$0"/* "%s"' % kept, command))
            names = [kept + "/log.%d" % number for number in range(1, len(os.listdir(kept)))]
            whole = [faults.records(name) for name in names]
            last = faults.records(kept + "/log") if os.path.exists(kept + "/log") else []
        assert (outcome.said, outcome.status) == ("", 125), outcome
        assert outcome.errors.count("No space left on device") in (1, 2), outcome
        assert len(names) > 1 and all(records[0]["part"]["number"] == number
            for number, records in enumerate(whole, 1))
        seqs = [r["seq"] for records in whole + [last] for r in records if r["type"] == "call"]
        assert seqs == list(range(1, len(seqs) + 1))


def temporary():
    """What could be kept is shown."""
    with tempfile.TemporaryDirectory() as folder:
        command = [faults.SOCKTRACE, *faults.workload(20)]
        environment = {**os.environ, "TMPDIR": folder}
        outcome = faults.run(on_small_disk(folder, 1 << 16, ":", command), env=environment)
    is_unrecorded(outcome, 20, "No space left on device")
    assert re.search(r"\b[1-9]\d* connections?\b", outcome.errors), outcome.errors[:2000]


def read_some(fifo, kept, length):
    """Reads so many bytes, and goes away."""
    with open(fifo, "rb", buffering=0) as source, open(kept, "wb") as file:
        while length > 0 and (data := source.read(min(length, 4096))):
            file.write(data)
            length -= len(data)


def with_reader(command, fifo, read, *arguments):
    reader = threading.Thread(target=read, args=(fifo, *arguments), daemon=True)
    reader.start()
    outcome = faults.run(command)
    reader.join(faults.SECONDS)
    return outcome


def reader_gone():
    for turn in range(5):
        kept = faults.trace_name("reader-gone-%d" % turn, is_cut=True)
        with tempfile.TemporaryDirectory() as folder:
            fifo = folder + "/fifo"
            os.mkfifo(fifo)
            length = random.randrange(0, 1 << 17)
            print("the reader takes %d bytes" % length)
            command = faults.socktrace(fifo, faults.workload(20))
            outcome = with_reader(command, fifo, read_some, kept, length)
        is_unrecorded(outcome, 20, "Broken pipe")
        faults.records(kept)


def read_slowly(source, kept):
    time.sleep(random.uniform(0, 0.5))
    with open(source, "rb", buffering=0) as pipe, open(kept, "wb") as file:
        while data := pipe.read(random.choice((100, 10000, 1 << 16))):
            file.write(data)
            if random.random() < 0.03:
                time.sleep(random.uniform(0, 0.02))


def slow_reader():
    """Nothing is lost, also when the queue is full."""
    kept = faults.trace_name("slow-reader")
    with tempfile.TemporaryDirectory() as folder:
        fifo = folder + "/fifo"
        os.mkfifo(fifo)
        command = faults.socktrace(fifo, [faults.PYTHON, "-c", TALK % 1500], "--payload=all")
        outcome = with_reader(command, fifo, read_slowly, kept)
    assert (outcome.status, outcome.errors) == (0, ""), outcome
    has_all(kept, 1500)


def has_all(kept, count):
    calls = [r for r in faults.records(kept) if r["type"] == "call"]
    assert sum(r["effect"] == "send" for r in calls) == count
    assert faults.has_end(kept)


def nonblocking():
    """Standard output is a pipe that says when it is full."""
    kept = faults.trace_name("nonblocking")
    ours, theirs = os.pipe()
    fcntl.fcntl(theirs, fcntl.F_SETFL, os.O_NONBLOCK)
    command = faults.socktrace("-", [faults.PYTHON, "-c", TALK % 300], "--payload=all")
    process = faults.start(command, stdout=theirs)
    os.close(theirs)
    read_slowly(ours, kept)
    assert faults.finish(process).status == 0
    has_all(kept, 300)


def replaced():
    """Whoever takes the log away, or puts another file in its place, keeps that."""
    said, status = faults.said(20)
    kept = faults.trace_name("replaced")
    with tempfile.TemporaryDirectory(dir=os.path.dirname(kept)) as folder:
        log = folder + "/log"
        process = faults.start(faults.socktrace(log, faults.workload(20)))
        faults.wait_until(lambda: os.path.exists(log), "there is a log")
        os.link(log, folder + "/link")
        time.sleep(random.uniform(0, 0.2))
        os.unlink(log)
        with open(log, "w") as file:
            file.write("mine\n")
        assert faults.finish(process) == (said, "", status)
        with open(log) as file:
            assert file.read() == "mine\n"
        shutil.copy(folder + "/link", kept)
    assert faults.has_end(kept)


def no_standard_error():
    """What would be said there does not get into the log."""
    log = faults.trace_name("no-standard-error")
    closing = 'exec "$0" "$@" 2>&-'
    command = [faults.SOCKTRACE, "-o", log, "--", faults.PYTHON, "-c", TALK % 2]
    assert faults.run(["sh", "-c", closing, *command]).status == 0
    assert faults.records(log)[-1]["type"] == "end"


if __name__ == "__main__":
    faults.main({
        "disk": disk,
        "compressed": compressed_disk,
        "rotated": rotated_disk,
        "temporary": temporary,
        "gone": reader_gone,
        "slow": slow_reader,
        "nonblocking": nonblocking,
        "replaced": replaced,
        "closed": no_standard_error,
    })
