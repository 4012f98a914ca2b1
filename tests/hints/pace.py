# SPDX-License-Identifier: MIT
"""What the programs of tests/hints that measure themselves share: some hints are about time, and the
machine may take as much as a mistake does."""

import contextlib
import sys
import time

# run.py runs the program again: EX_TEMPFAIL of sysexits.h.
DISTURBED = 75


@contextlib.contextmanager
def within(seconds):
    """What is done in it is what it is meant to be if it takes less than that."""
    begin = time.monotonic()
    yield
    if time.monotonic() - begin >= seconds:
        sys.exit(DISTURBED)
