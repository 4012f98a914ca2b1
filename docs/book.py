#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs what the documents show, so that they show what happens.

    docs/book.py check FILE...     fails where a block does not say what its commands print now, and
                                   when they are run again
    docs/book.py update FILE...    puts into the blocks what their commands print now
    docs/book.py same DIR DIR      fails where the files of two languages show different blocks
    docs/book.py copy DIR DIR      puts the blocks of one language into the other

A block is fenced as ```console. Its lines that begin with "$ " are commands, the others what they
print. The blocks of one file are run one after the other by one shell, in a new folder in which
build and samples are the project's; a block that is fenced as ```text is only shown.

No two runs are alike: processes, ports and times are others each time, and so is where in its lane
a sign stands. normalise() says what is compared. Two versions of a program that is traced may differ
in more. A line before the block says in what, as a regular expression for parts of lines that are
not compared:

    <!-- varies: fd \\d+|.*TCP_KEEPCNT.* -->
"""
import collections
import os
import random
import re
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
VARIES = re.compile(r"^<!-- varies: ([^\n]*) -->\n", re.M)
MARKED = re.compile("(?:%s)?%s" % (VARIES.pattern, BLOCK.pattern), re.M | re.S)
TRIES = 10  # a loaded machine may do in two steps what it else does in one


class Block:
    def __init__(self, text, varies=None):
        """The commands of a block, each with what it printed; \\ at its end continues one."""
        self.commands, self.shown, self.varies = [], [], varies
        is_continued = False
        for line in text.splitlines():
            if is_continued:
                self.commands[-1] += "\n" + line
            elif line.startswith("$ "):
                self.commands.append(line[2:])
                self.shown.append([])
            elif self.commands:
                self.shown[-1].append(line)
            is_continued = line.endswith("\\") and (is_continued or line.startswith("$ "))

    def text(self, outputs):
        parts = ["$ %s\n%s" % pair for pair in zip(self.commands, outputs)]
        return "```console\n" + "".join(parts) + "```"


def blocks_of(text):
    return [Block(match.group(2), match.group(1)) for match in MARKED.finditer(text)]


def free_port():
    """A port of as many digits as that which it stands for, as its length may be part of a message,
    and outside of those that the kernel gives to whoever does not care."""
    while True:
        port = random.randrange(5000, 10000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return str(port)
            except OSError:
                continue


def run_all(commands):
    """What each command prints, in one shell. Ports from 8000 to 8099 stand for free ones."""
    script, ports = [], {}
    for command in commands:
        for port in re.findall(r"\b80\d\d\b", command):
            ports.setdefault(port, free_port())
        command = re.sub(r"\b80\d\d\b", lambda found: ports[found.group()], command)
        if "|" in command:  # to a pipe sockview does not know how wide the reader's window is
            command = "(unset COLUMNS; %s)" % command
        script.append("%s\nprintf '\\0'" % command)
    with tempfile.TemporaryDirectory(prefix="book.") as folder:
        os.symlink(BUILD, os.path.join(folder, "build"))
        os.symlink(os.path.join(ROOT, "samples"), os.path.join(folder, "samples"))
        environment = dict(os.environ, COLUMNS="100", TERM="dumb", LC_ALL="C.UTF-8", PAGER="cat",
                           PATH="/usr/bin:" + os.environ["PATH"])  # no wrappers of programs
        done = subprocess.run(["timeout", "120", "bash", "-c", "exec 2>&1\n" + "\n".join(script)],
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              env=environment, check=False)
    printed = done.stdout.decode("utf-8", "replace")
    for shown, real in ports.items():
        printed = re.sub(r"\b%s\b" % real, shown, printed)
    outputs = printed.split("\0")[:-1]
    return outputs + ["(the shell has ended)\n"] * (len(commands) - len(outputs))


def run(blocks):
    """For each block, what each of its commands prints."""
    outputs = iter(run_all([command for block in blocks for command in block.commands]))
    return [[next(outputs) for _ in block.commands] for block in blocks]


LANE = re.compile(r"^( *fd \d+ +\S.*?| *(?:thread \d+ )?waits)  .*[─SBLACX▲▼·].*$")
# What a server that changes its user has only if root started it is no part of the book, either.
ROOTS = re.compile(r"^warning: process \d+: traced more slowly.*\n(   \S.*\n)*", re.M)
# Where time went, and which exchanges were the slowest, is another thing each time.
SPENT = re.compile(r"^(  \S.*?\S) +[\d.]+ [nµm]?s  [█▒░]+.*$")
SPARK = re.compile(r"(?<= )[▁▂▃▄▅▆▇█][ ▁▂▃▄▅▆▇█]*(?= |$)")
ASIDE = re.compile(r"^( +[\d.]+ m?s +\S+.* → .* [\d.]+ k?B +[\d.]+ k?B +\S+ [nµm]?s |( +socket)? +time +who |    , waited for| +(0\.0+ m?s|~)[ \d.~a-zµ]*$|waited longest:| {16}[\d.]+ \S+ in |╌ in the kernel|┃ blocked in a call)")
KERNEL = re.compile(r"^  (TCP was|queued|held up)  .*\n( {14}.*\n)*", re.M)  # at an instant that is its own
TIME = re.compile(r"\b\d+(\.\d+)? (ns|µs|us|ms|s)\b(?!\w)|\b\d+ (min|h) \d+ \w+\b|(?<=[+-])0(?= )")
SINCE = re.compile(r"[+-]T")  # of lines that are not always in the same order
NUMBER = re.compile(r"(?<![\d.])\d{3,}(?![\d.]*\d)")
MADE = re.compile(r"(SOCK_(?:STREAM|DGRAM)) ?→ ?(fd \d+|f?d?…)(?=  )")  # cut when times are long
CUT = re.compile(r"(?<=  )(\S+ )?(\S+ )*\S*…\S*")  # a cell that was too long: how much is left?
ARROW = re.compile("[│┃├┤┼╮╯─╌▶◀✗]+")


def normalise_line(line):
    """A line without times, rates, the numbers of sockets and the signs in lanes, and with … for
    what was cut off."""
    line = SPARK.sub("", SPENT.sub(r"\1", LANE.sub(r"\1", line)))
    line = re.sub(r"   ┃ blocked in a call$", "", line)
    line = re.sub(r"  +(waited .*|restarted after a signal, \d+ x)", "", line)
    line = re.sub(r"\"[^\"]*…", '"…', line)
    line = MADE.sub(r"\1", line)
    line = CUT.sub(lambda cell: (cell.group(1) or "") + "…", line)
    line = re.sub(r"\bs\d+ (?=TCP|UDP|UNIX)", "s# ", line)
    line = re.sub(r"(?<= )\d+ +s# +(?=TCP|UDP|UNIX)", "s# ", line)
    line = re.sub(r" of [\d.]+ [kMG]?B", "", line)  # how much a version asks for
    line = SINCE.sub("T", TIME.sub("T", line))
    line = re.sub(r"^( *T) +T ", r"\1 ", line)  # the first of several has no line before it
    return re.sub(r"[\d.]+ [kMG]?B/s", "R", line)


def normalise(command, output, varies=None):
    """What has to be the same in two runs: nothing of times and widths, nor of what varies with
    versions; numbers of processes and ports by their order. What one process does has an order. What several do has none: of a
    sequence it is the calls and messages that count, whichever stands first and whether an arrow
    goes straight across; of a list the lines; of all else the words."""
    lines = [normalise_line(line) for line in KERNEL.sub("", ROOTS.sub("", output)).splitlines()
             if not ASIDE.match(line)]
    if varies:
        lines = list(filter(None, (re.sub(varies, "", line) for line in lines)))
    is_race = re.search(r"-v (calls|sequence|summary)|\b\d+ processes", command + output[:200])
    numbers = {}
    if is_race:  # how often a program waits is not its own choice
        lines = [re.sub(r"\b\d+ calls\b", "# calls", line) for line in lines]
    lines = [NUMBER.sub(lambda n: "#" if is_race else
                        "#%d" % numbers.setdefault(n.group(), len(numbers) + 1), line)
             for line in lines]
    if "-v sequence" in command:
        # How the names of the columns are put into lines depends on how wide the times are.
        cells = (re.sub(r"^ *T( +T)?( #\d+)?|\s+", " ", cell).strip() for line in lines
                 for cell in (ARROW.split(line) if ARROW.search(line) else line.split()))
        return "\n".join(sorted(set(cells)))
    lines = [re.sub(r"[─ ]+", " ", line).strip() for line in lines]
    if "-v calls" in command or "-v summary" in command:
        return "\n".join(sorted(lines))
    # A line is broken where it is full, and how full it is depends on numbers.
    words = " ".join(lines).split()
    return " ".join(sorted(words) if is_race else words)


def is_same(one, other):
    """Whether two lists of words are the same, where … in one may stand for up to three words that the
    other has, wherever it is if the words are sorted: how much of a cell is cut depends on the times
    beside it."""
    if one == sorted(one) and other == sorted(other):
        more, less = (collections.Counter(this) - collections.Counter(that)
                      for this, that in ((one, other), (other, one)))
        cuts = more.pop("…", 0), less.pop("…", 0)
        return more.total() <= 3 * cuts[1] and less.total() <= 3 * cuts[0]
    reached = to_do = {(0, 0)}  # so many words of both are the same
    while to_do:
        found = set()
        for i, j in to_do:
            if one[i:i + 1] == ["…"]:
                found.update((i + 1, j + more) for more in range(4) if j + more <= len(other))
            if other[j:j + 1] == ["…"]:
                found.update((i + more, j + 1) for more in range(4) if i + more <= len(one))
            if i < len(one) and one[i:i + 1] == other[j:j + 1]:
                found.add((i + 1, j + 1))
        to_do = found - reached
        reached = reached | to_do
    return (len(one), len(other)) in reached


def differences(block, outputs):
    """What of the block's commands is shown and what is printed, where that is not the same."""
    for command, shown, output in zip(block.commands, block.shown, outputs):
        pair = [normalise(command, text, block.varies) for text in ("\n".join(shown), output)]
        if not is_same(*(text.split() for text in pair)):
            yield command, *pair


def check(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    blocks = blocks_of(text) + blocks_of(text)  # a reader may type them again
    wrong = list(zip(blocks, run(blocks)))
    for _ in range(TRIES):
        wrong = [(block, outputs) for block, outputs in wrong if any(differences(block, outputs))]
        if not wrong:
            return True
        again = dict(zip(map(id, blocks), run(blocks)))
        wrong = [(block, again[id(block)]) for block, _ in wrong]
    for block, outputs in wrong:
        for difference in differences(block, outputs):
            print("%s: $ %s\nshows:\n%s\nprints:\n%s\n" % (path, *difference))
    return False


def update(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    blocks = blocks_of(text)
    printed = [[ROOTS.sub("", output) for output in outputs] for outputs in run(blocks)]
    texts = iter([block.text(outputs) for block, outputs in zip(blocks, printed)])
    text = BLOCK.sub(lambda _: next(texts), text)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def same(one, other):
    names = sorted(os.listdir(one))
    is_same = names == sorted(os.listdir(other))
    for name in names if is_same else []:
        texts = [open(os.path.join(folder, name), encoding="utf-8").read() for folder in (one, other)]
        if BLOCK.findall(texts[0]) != BLOCK.findall(texts[1]):
            print("%s and %s show different blocks in %s" % (one, other, name))
            is_same = False
    return is_same


def copy(one, other):
    for name in sorted(os.listdir(one)):
        texts = [open(os.path.join(folder, name), encoding="utf-8").read() for folder in (one, other)]
        blocks = iter([match.group() for match in BLOCK.finditer(texts[0])])
        text = BLOCK.sub(lambda block: next(blocks, block.group()), texts[1])
        with open(os.path.join(other, name), "w", encoding="utf-8") as file:
            file.write(text)
    return same(one, other)


def main(arguments):
    if len(arguments) > 1 and arguments[0] in ("check", "update"):
        do = check if arguments[0] == "check" else update
        return all([do(path) for path in arguments[1:]])
    if len(arguments) == 3 and arguments[0] == "same":
        return same(arguments[1], arguments[2])
    if len(arguments) == 3 and arguments[0] == "copy":
        return copy(arguments[1], arguments[2])
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
