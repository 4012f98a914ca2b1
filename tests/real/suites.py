# SPDX-License-Identifier: MIT
"""Runs a suite that is one program without socktrace and under it, and compares how each single test ended
(compare.py): suites.py SOCKTRACE TRACE-PREFIX go|libevent PROGRAM [LEFT-OUT...]

It is run in the folder that we are in; tests with a name that is LEFT-OUT are not compared."""

import re
import subprocess
import sys

from compare import Tracer, compare, conclusion

LIMIT = 300  # seconds, of what hangs


def go_command(program, tests):
    """Tests are named by the function; its parts, which are compared, too, have its name before theirs."""
    names = sorted({test.split("/")[0] for test in tests or []})
    only = ["-test.run", "^(%s)$" % "|".join(names)] if names else []
    return [program, "-test.v", "-test.short", *only]


def go_outcomes(printed):
    ends = {"PASS": "passed", "SKIP": "skipped", "FAIL": "failed"}
    return {
        name: ends[end] for end, name in re.findall(r"^ *--- (PASS|SKIP|FAIL): (\S+)", printed, re.M)
    }


def libevent_command(program, tests):
    return [program, *(tests or [])]


def libevent_outcomes(printed):
    """The name of a test, what it says, and its end; one that has failed may be tried again."""
    outcomes, name = {}, None
    ends = {"OK": "passed", "SKIPPED": "skipped", "FAILED]": "failed"}
    for line in printed.split("\n"):
        begun = re.match(r"([a-z0-9_]+/\w+): ", line)
        name = begun[1] if begun else name
        end = re.search(r"(?:^|[ \]])(OK|SKIPPED|FAILED\])$", line)
        if name and end:
            outcomes[name] = ends[end[1]]
    return outcomes


KINDS = {
    "go": (go_command, go_outcomes),
    "libevent": (libevent_command, libevent_outcomes),
}


def main():
    socktrace, prefix, kind, program, *left_out = sys.argv[1:]
    command, outcomes_in = KINDS[kind]

    def run(tests, tracer):
        process = subprocess.run(
            (tracer() if tracer else []) + ["timeout", str(LIMIT)] + command(program, tests),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        outcomes = outcomes_in(process.stdout)
        if process.returncode not in (0, 1):
            outcomes[program] = "ended with %d" % process.returncode
        wanted = None if tests is None else set(tests)
        return {
            test: how
            for test, how in outcomes.items()
            if test not in left_out and (wanted is None or test in wanted or test == program)
        }, process.stdout

    sys.exit(conclusion(*compare(run, None, Tracer(socktrace, prefix))))


main()
