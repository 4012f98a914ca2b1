# SPDX-License-Identifier: MIT
"""Runs CPython's own tests without socktrace and under it, and compares how each single test ended
(compare.py): cpython.py SOCKTRACE TRACE-PREFIX MODULE..."""

import collections
import concurrent.futures
import functools
import os
import subprocess
import sys
import tempfile

from compare import Tracer, compare, conclusion

OUTCOMES = [
    "/usr/bin/python3",
    "-B",
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "outcomes.py"),
]
LIMIT = 20  # seconds a test, and twice as many under socktrace


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


def run(module, tests, tracer):
    """A test that ends the process does not keep the others from running."""
    limit = 2 * LIMIT if tracer else LIMIT
    outcomes, printed, is_done = {}, "", False
    while not is_done:
        left = [test for test in tests if test not in outcomes]
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("r") as file:
            process = subprocess.run(
                (tracer() if tracer else []) + OUTCOMES + [module, str(limit), file.name],
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


def main():
    socktrace, prefix, *names = sys.argv[1:]
    modules = collections.defaultdict(list)
    for name in names:
        for test in tests_of(name):
            # A package's modules run apart: MODULE.Class.test.
            modules[test.rsplit(".", 2)[0]].append(test)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        compared = pool.map(
            lambda module: compare(
                functools.partial(run, module), modules[module], Tracer(socktrace, prefix + module)
            ),
            modules,
        )
    counts, faults = collections.Counter(), []
    for module, (count, fault) in zip(modules, compared):
        print(module, dict(count))
        counts += count
        faults += fault
    sys.exit(conclusion(counts, faults))


main()
