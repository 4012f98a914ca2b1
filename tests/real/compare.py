# SPDX-License-Identifier: MIT
"""Compares how each single test of somebody else's suite ends without socktrace and under it.

What fails or hangs without socktrace on this machine is left out, whatever it is. What ended in another
way under socktrace is run again, alone, both ways, unless it is so much that chance has no part in it:
where it ends in another way once more, and without socktrace always in the same, it is socktrace's fault.

A suite is a function run(tests, tracer): what each of the tests came to ("passed", "skipped" or anything
else), and what was printed. tests: a list of names, or None for all there are; tracer: None, or a Tracer."""

import collections

AGAIN = 4
CHANCE = 5  # so many tests of a suite may depend on the machine's load


class Tracer:
    """The words before a traced command; each has a trace of its own."""

    def __init__(self, socktrace, prefix):
        self.words = [socktrace, "-q"]
        self.prefix = prefix
        self.runs = 0

    def __call__(self):
        self.runs += 1
        return self.words + ["-o", "%s-%d.jsonl" % (self.prefix, self.runs), "--"]


def is_socktraces_fault(run, test, tracer):
    """A test that depends on the time may fail now and then with and without socktrace."""
    plain = {run([test], None)[0].get(test) for _ in range(AGAIN)}
    is_fault = len(plain) == 1 and any(
        run([test], tracer)[0].get(test) not in plain for _ in range(AGAIN)
    )
    print("%s alone: %s" % (test, "once more" if is_fault else "was chance"))
    return is_fault


def compare(run, tests, tracer):
    """How many tests ended how without socktrace, and those that end in another way under it."""
    plain, _ = run(tests, None)
    usable = {test: how for test, how in plain.items() if how in ("passed", "skipped")}
    for test in plain.keys() - usable.keys():
        print("%s: %s without, not compared" % (test, plain[test]))
    traced, printed = run(list(usable), tracer)
    faults = sorted(
        test for test in usable.keys() | traced.keys() if usable.get(test) != traced.get(test)
    )
    for test in faults:
        print("%s: %s without, %s under socktrace" % (test, usable.get(test), traced.get(test)))
    if faults:
        print(printed)
    if len(faults) <= CHANCE:
        faults = [test for test in faults if is_socktraces_fault(run, test, tracer)]
    return collections.Counter(plain.values()), faults


def conclusion(counts, faults):
    """The exit status. Where most tests do not even pass without socktrace, nothing was compared."""
    print("without socktrace:", dict(counts))
    for fault in faults:
        print("another end under socktrace:", fault)
    return 1 if faults or 2 * counts["passed"] < sum(counts.values()) else 0
