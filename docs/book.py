#!/usr/bin/env python3
"""Runs what the documents show, so that they show what happens.

    docs/book.py check FILE...     fails where a block does not say what its commands print now
    docs/book.py update FILE...    puts into the blocks what their commands print now
    docs/book.py same DIR DIR      fails where the files of two languages show different blocks

A block is fenced as ```console. Its lines that begin with "$ " are commands, the others what they
print. The blocks of one file are run one after the other by one shell, in a new folder in which
build and samples are the project's; a block that is fenced as ```text is only shown.

No two runs are alike: processes, ports and times are others each time, and so is where in its lane
a sign stands. normalise() says what is compared.
"""
import os
import re
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
TRIES = 6  # processes race, and what they do may stand in another order


class Block:
    def __init__(self, text):
        """The commands of a block, each with what it printed; \\ at its end continues one."""
        self.commands, self.shown = [], []
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
    return [Block(match.group(1)) for match in BLOCK.finditer(text)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def run_all(commands):
    """What each command prints, in one shell. Ports from 8000 to 8099 stand for free ones."""
    script, ports = [], {}
    for command in commands:
        for port in re.findall(r"\b80\d\d\b", command):
            ports.setdefault(port, free_port())
        command = re.sub(r"\b80\d\d\b", lambda found: ports[found.group()], command)
        script.append("%s\nprintf '\\0'" % command)
    with tempfile.TemporaryDirectory(prefix="book.") as folder:
        os.symlink(BUILD, os.path.join(folder, "build"))
        os.symlink(os.path.join(ROOT, "samples"), os.path.join(folder, "samples"))
        environment = dict(os.environ, COLUMNS="100", TERM="dumb", LC_ALL="C.UTF-8", PAGER="cat")
        done = subprocess.run(["bash", "-c", "exec 2>&1\n" + "\n".join(script)], cwd=folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=120,
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


LANE = re.compile(r"^( *fd \d+ .*?)  .*[─SBLACX▲▼].*$")
AXIS = re.compile(r"^ +0 [ \d.~a-zµ]*$")
TIME = re.compile(r"\b\d+(\.\d+)? (ns|µs|us|ms|s)\b(?!\w)|\b\d+ (min|h) \d+ \w+\b")
NUMBER = re.compile(r"(?<![\d.])\d{3,}(?![\d.]*\d)")


def normalise(command, output):
    """Without times; of lanes what they stand for; numbers of processes and ports by their order.
    What several processes call stands in the order in which they came to it."""
    is_race = "-v calls" in command
    numbers, lines = {}, []
    for line in output.splitlines():
        if AXIS.match(line) or line.startswith("waited longest:") or line.startswith(" " * 16 + "T"):
            continue
        line = LANE.sub(r"\1", line)
        line = re.sub(r"  +(waited .*|restarted after a signal, \d+ x)", "", line)
        line = re.sub(r"( →)? *\S*…\S*", " …", line)
        line = TIME.sub("T", line)
        line = re.sub(r"[\d.]+ [kMG]?B/s", "R", line)
        line = NUMBER.sub(lambda n: "#" if is_race else "#%d" % numbers.setdefault(
            n.group(), len(numbers) + 1), line)
        line = re.sub(r"[─ ]+", " ", line).strip()
        lines.append(line)
    # A line is broken where it is full, and how full it is depends on numbers.
    return " ".join(line for line in (sorted(lines) if is_race else lines) if line)


def differences(block, outputs):
    """What of the block's commands is shown and what is printed, where that is not the same."""
    for command, shown, output in zip(block.commands, block.shown, outputs):
        pair = normalise(command, "\n".join(shown)), normalise(command, output)
        if pair[0] != pair[1]:
            yield command, *pair


def check(path):
    with open(path, encoding="utf-8") as file:
        blocks = blocks_of(file.read())
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
    texts = iter([block.text(outputs) for block, outputs in zip(blocks, run(blocks))])
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


def main(arguments):
    if len(arguments) > 1 and arguments[0] in ("check", "update"):
        do = check if arguments[0] == "check" else update
        return all([do(path) for path in arguments[1:]])
    if len(arguments) == 3 and arguments[0] == "same":
        return same(arguments[1], arguments[2])
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
