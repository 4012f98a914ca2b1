# SPDX-License-Identifier: MIT
"""Runs CPython's own tests without socktrace and under it, and compares how each single test ended:
cpython.py SOCKTRACE TRACE-PREFIX MODULE...

What fails or hangs without socktrace on this machine is left out, whatever it is. What ended in another
way under socktrace is run again, alone, both ways, unless it is so much that chance has no part in it:
where it ends in another way once more, and without socktrace always in the same, it is named and this
program fails."""

import collections
import concurrent.futures
import os
import subprocess
import sys
import tempfile

OUTCOMES = [
    "/usr/bin/python3",
    "-B",
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "outcomes.py"),
]
LIMIT = 20  # seconds a test, and twice as many under socktrace
AGAIN = 4
CHANCE = 5  # so many tests of a module may depend on the machine's load


def tests_of(module):
    listing = subprocess.run(OUTCOMES + [module, "0"], stdout=subprocess.PIPE, check=True, text=True)
    return listing.stdout.split("\n")[:-1]


def outcomes_in(file):
    """Of the tests that ended, and the one that did not, if any; and whether the module is done."""
    outcomes, begun, is_done = {}, None, False
    for line in file:
        word, *rest = line.rstrip("\n").split("\t")
        if word == "begins":
            begun = rest[0]
        elif word == "ended":
            outcomes[rest[0]] = rest[1]
        else:
            is_done = True
    return outcomes, None if begun in outcomes else begun, is_done


def run(module, tests, limit, tracer=lambda: []):
    """What each test came to, and what was printed. A test that ends the process does not keep the
    others from running."""
    outcomes, printed, is_done = {}, "", False
    while not is_done:
        left = [test for test in tests if test not in outcomes]
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("r") as file:
            process = subprocess.run(
                tracer() + OUTCOMES + [module, str(limit), file.name],
                input="\n".join(left),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                cwd=folder,
            )
            ended, cut, is_done = outcomes_in(file)
        printed += process.stdout
        outcomes.update(ended)
        if cut:
            outcomes[cut] = "ended the process with %d" % process.returncode
        elif process.returncode or not is_done:
            outcomes[module] = "ended with %d" % process.returncode
            break
    return outcomes, printed


class Tracer:
    """The words before a traced command; each has a trace of its own."""

    def __init__(self, socktrace, prefix):
        self.words = [socktrace, "-q"]
        self.prefix = prefix
        self.runs = 0

    def __call__(self):
        self.runs += 1
        return self.words + ["-o", "%s-%d.jsonl" % (self.prefix, self.runs), "--"]


def is_socktraces_fault(module, test, tracer):
    """A test that depends on the time may fail now and then with and without socktrace."""
    plain = {run(module, [test], LIMIT)[0].get(test) for _ in range(AGAIN)}
    is_fault = len(plain) == 1 and any(
        run(module, [test], 2 * LIMIT, tracer)[0].get(test) not in plain for _ in range(AGAIN)
    )
    print("%s alone: %s" % (test, "once more" if is_fault else "was chance"))
    return is_fault


def compare(module, tests, tracer):
    """How many tests ended how without socktrace, and those that end in another way under it."""
    plain, _ = run(module, tests, LIMIT)
    usable = {test: how for test, how in plain.items() if how in ("passed", "skipped")}
    traced, printed = run(module, list(usable), 2 * LIMIT, tracer)
    faults = sorted(
        test for test in usable.keys() | traced.keys() if usable.get(test) != traced.get(test)
    )
    for test in faults:
        print("%s: %s without, %s under socktrace" % (test, usable.get(test), traced.get(test)))
    if faults:
        print(printed)
    if len(faults) <= CHANCE:
        faults = [test for test in faults if is_socktraces_fault(module, test, tracer)]
    return collections.Counter(plain.values()), faults


def main():
    socktrace, prefix, *names = sys.argv[1:]
    modules = collections.defaultdict(list)
    for name in names:
        for test in tests_of(name):
            # A package's modules run apart: MODULE.Class.test.
            modules[test.rsplit(".", 2)[0]].append(test)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        compared = pool.map(
            lambda module: compare(module, modules[module], Tracer(socktrace, prefix + module)),
            modules,
        )
    counts, faults = collections.Counter(), []
    for module, (count, fault) in zip(modules, compared):
        print(module, dict(count))
        counts += count
        faults += fault
    print("without socktrace:", dict(counts))
    for fault in faults:
        print("another end under socktrace:", fault)
    # Where most of them do not even pass without socktrace, nothing was compared.
    sys.exit(1 if faults or 2 * counts["passed"] < counts.total() else 0)


main()
