# SPDX-License-Identifier: MIT
"""Checks that the given traces account for every descriptor: each begins once before it is used,
keeps its number and its socket, is not used after its end, and has ended when the trace has. No
number is open twice in a process, but where its threads have tables of their own. --cut: the
traces may have no end, and their last line none, either. --files: they are one trace, and each says
first what is there."""

import json
import sys


class Checker:
    def __init__(self, name):
        self.name = name
        self.line = 0
        self.problems = []
        self.seq = 0
        self.pids = set()
        self.alive = set()  # of these
        self.open = {}  # id -> (fd, socket)
        self.owner = {}  # id -> pid
        self.ended = {}  # id -> time_ns
        self.numbers = {}  # (pid, fd) -> id
        self.doubted = {}  # id -> time_ns and line at which its number was another one's
        self.closing = {}  # id -> time_ns at which a close began that may have ended it
        self.divided = set()  # pids whose threads have several tables
        self.begin_ns = None  # when the file began in which the trace goes on
        self.said = None  # what its first lines say, behind another file; None: no more of these
        self.end = None

    def complain(self, what):
        self.problems.append("%s:%d: %s" % (self.name, self.line, what))

    def begin(self, said, pid, time_ns):
        if said["descriptor"] in self.open or said["descriptor"] in self.ended:
            self.complain("descriptor %d begins again" % said["descriptor"])
        self.open[said["descriptor"]] = (said["fd"], said["socket"])
        self.owner[said["descriptor"]] = pid
        self.occupy(said["descriptor"], pid, said["fd"], time_ns)

    def occupy(self, number, pid, fd, time_ns):
        """A close that another thread has begun before may be reported later."""
        before = self.numbers.get((pid, fd))
        if before in self.open and before != number and pid not in self.divided:
            self.doubted[before] = (time_ns, self.line)
        self.numbers[(pid, fd)] = number

    def use(self, record):
        number = record["descriptor"]
        if number in self.ended:
            # A call that was under way when another thread closed its descriptor.
            if record["time_ns"] > self.ended[number]:
                self.complain("descriptor %d is used after its end" % number)
        elif number not in self.open:
            # It was closed in a file before, by another thread.
            if self.begin_ns is None or record["time_ns"] > self.begin_ns:
                self.complain("descriptor %d was never made" % number)
        elif self.open[number] != (record["fd"], record["socket"]):
            self.complain("descriptor %d is not what it was" % number)

    def finish(self, number, time_ns):
        if self.doubted.get(number, (0,))[0] > self.closing.get(number, float("inf")):
            del self.doubted[number]
        if self.open.pop(number, None):
            self.ended[number] = time_ns

    def call(self, record):
        self.seq += 1
        if record["seq"] != self.seq:
            self.complain("seq is %d and should be %d" % (record["seq"], self.seq))
        if "descriptor" in record:
            self.use(record)
        if record["effect"] == "close" and "descriptor" in record:
            if record.get("error") != "EBADF":
                self.closing[record["descriptor"]] = record["time_ns"]
            # Linux frees the number whatever close returns, but not before it began.
            is_seen = not record.get("unfinished") and not record.get("unseen")
            if record.get("error") != "EBADF" and is_seen:
                self.finish(record["descriptor"], record["time_ns"] + record["duration_ns"])
        for waited in record.get("waits", []):
            self.use({"time_ns": record["time_ns"], **waited})
        for made in record.get("new", []):
            self.begin(made, record["pid"], record["time_ns"] + record["duration_ns"])

    def descriptor(self, record):
        if record["event"] == "close":
            self.use(record)
            self.finish(record["descriptor"], record["time_ns"])
        elif record["event"] != "inherit":
            self.use(record)
        else:
            if record.get("reason") == "unshare":
                self.divided.add(record["pid"])
            self.begin(record, record["pid"], record["time_ns"])

    def begin_file(self, record):
        part = record.get("part", {"number": 1, "calls_before": 0})
        if self.line == 1:
            self.seq = part["calls_before"]
            self.number = part["number"]
            self.begin_ns = 0 if self.number > 1 else None
            return
        if not self.end or not self.end.get("continues") or part["number"] != self.number + 1:
            self.complain("a trace has one record `trace`, which comes first")
        if part["calls_before"] != self.seq:
            self.complain("%d calls before, and %d are said" % (self.seq, part["calls_before"]))
        self.number = part["number"]
        self.end = None
        self.said = {"pids": set(), "open": {}}

    def repeat(self, record):
        """A line of a file's beginning, behind the file before it."""
        if record["type"] == "process" and record["event"] == "exit":
            self.said["pids"].remove(record["pid"])
        elif record["type"] == "process":
            self.said["pids"].add(record["pid"])
        else:
            self.said["open"][record["descriptor"]] = (
                (record["fd"], record["socket"]), record["pid"])

    def compare_said(self):
        there = {number: (what, self.owner[number]) for number, what in self.open.items()}
        if self.said["open"] != there:
            self.complain("the file begins with %s, and there are %s" % (self.said["open"], there))
        if self.said["pids"] != self.alive:
            self.complain("the file begins with %s, of %s" % (self.said["pids"], self.alive))
        self.said = None

    def process(self, record):
        if record["event"] in ("start", "fork"):
            self.alive.add(record["pid"])
        elif record["event"] == "exit":
            self.alive.discard(record["pid"])
        if record["event"] in ("start", "fork"):
            self.pids.add(record["pid"])
        elif record["event"] == "exit" and record["pid"] not in self.pids:
            self.complain("process %d ends and never began" % record["pid"])

    def add(self, line):
        self.line += 1
        record = json.loads(line)
        kind = record["type"]
        if kind == "trace":
            self.begin_file(record)
        elif self.line == 1:
            self.complain("a trace has one record `trace`, which comes first")
        if self.end:
            self.complain("a record after the end")
        if record.get("reason") == "rotation":
            if self.begin_ns is not None:
                self.begin_ns = record["time_ns"]
            if self.said:
                self.repeat(record)
                return
        elif self.said and kind != "trace":
            self.compare_said()
        if kind == "call":
            self.call(record)
        elif kind == "descriptor":
            self.descriptor(record)
        elif kind == "process":
            self.process(record)
        elif kind == "end":
            self.end = record
        if "pid" in record and kind != "warning" and record["pid"] not in self.pids:
            self.complain("process %d is not known" % record["pid"])

    def finish_file(self, is_cut):
        self.check(is_cut)
        return self.problems[:40]

    def check(self, is_cut):
        if not self.end:
            if not is_cut:
                self.complain("no end")
            return
        if self.end["calls"] != self.seq:
            self.complain("%d calls said, %d there" % (self.end["calls"], self.seq))
        ways = self.end.get("recorded")
        if ways and ways["stops"] + ways["tracee"] != self.seq:
            self.complain("%s calls recorded, %d there" % (ways, self.seq))
        for number, (_, line) in self.doubted.items():
            self.line = line
            self.complain("the number of descriptor %d is open twice" % number)
        for number in self.open:
            if self.end.get("continues"):
                break
            if self.owner[number] in self.end.get("detached", []):
                continue
            self.complain("descriptor %d never ends" % number)


def main():
    problems = []
    is_cut = sys.argv[1:2] == ["--cut"]
    is_one = sys.argv[1:2] == ["--files"]
    checker = None
    for name in sys.argv[1 + is_cut + is_one :]:
        if checker and not is_one:
            problems += checker.finish_file(is_cut)
        if not checker or not is_one:
            checker = Checker(name)
        with open(name) as file:
            for line in file:
                if line.endswith("\n") or not is_cut:
                    checker.add(line)
    if checker:
        problems += checker.finish_file(is_cut)
    print("\n".join(problems))
    sys.exit(1 if problems or not sys.argv[1:] else 0)


main()
