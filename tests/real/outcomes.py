# SPDX-License-Identifier: MIT
"""Runs tests of a module of unittest and says how each ended: outcomes.py MODULE LIMIT [FILE].

Without FILE it lists the tests. With it, it runs those that standard input names and writes a line
to FILE when one begins and another when it has ended, so that a test which kills or hangs the
process is known. A test that takes more than LIMIT seconds ends the process."""

import faulthandler
import sys
import unittest

from test import support


class Outcomes(unittest.TestResult):
    def __init__(self, file, limit):
        super().__init__()
        self.file = file
        self.limit = limit

    def say(self, *words):
        print(*words, sep="\t", file=self.file, flush=True)

    def startTest(self, test):
        super().startTest(test)
        faulthandler.dump_traceback_later(self.limit, exit=True)
        self.outcome = "passed"
        self.say("begins", test.id())

    def stopTest(self, test):
        super().stopTest(test)
        faulthandler.cancel_dump_traceback_later()
        self.say("ended", test.id(), self.outcome)

    def failed(self, test, error):
        self.outcome = "failed"
        print(test.id(), self._exc_info_to_string(error, test), sep="\n", file=sys.stderr)

    addError = addFailure = failed

    def addSubTest(self, test, subtest, error):
        if error:
            self.failed(test, error)

    def addSkip(self, test, reason):
        self.outcome = "skipped"

    def addExpectedFailure(self, test, error):
        self.outcome = "failed as expected"

    def addUnexpectedSuccess(self, test):
        self.outcome = "passed unexpectedly"


def leaves(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from leaves(test)
        else:
            yield test


def main():
    module, limit, *file = sys.argv[1:]
    support.use_resources = ["network"]  # the loopback's too
    tests = leaves(unittest.defaultTestLoader.loadTestsFromName(module))
    if not file:
        print("\n".join(dict.fromkeys(test.id() for test in tests)))
        return
    wanted = set(sys.stdin.read().splitlines())
    # The suite lets go of a test that has run: what is kept slows down all tests that collect garbage.
    suite = unittest.TestSuite(test for test in tests if test.id() in wanted)
    with open(file[0], "a") as out:
        outcomes = Outcomes(out, float(limit))
        suite.run(outcomes)
        outcomes.say("done")


main()
