#!/usr/bin/python3
# SPDX-License-Identifier: MIT
r"""Says which English words are left in what sockview shows in Chinese.

chinese.py SOCKVIEW TRACE...: shows each trace in each view of text, narrow and wide. What is left of
Latin words may be the trace's own (names of programs, calls, errors, constants and arguments,
addresses, payloads), a name of a call, an option, a unit, or what people call a protocol.

chinese.py SOCKVIEW --diff GOOD BAD          the same of what differs, as text and as a page,
chinese.py SOCKVIEW --check=RULES TRACE      and of what a check finds; both are printed, too.
"""

import json
import re
import subprocess
import sys

VIEWS = ["overview", "timeline", "sequence", "socket", "calls", "summary", "exchanges", "hints",
         "mermaid", "svg"]
# Names of calls, units, protocols, and what the views call descriptors and lanes by.
NAMES = set("""fd s ms us ns min h B kB MB GB TB EB p TCP UDP UNIX NETLINK DNS TLS HTTP hex uring
	socket bind listen accept connect send recv shutdown close dup epoll
	sockview socktrace full top N v view html o t sort wait timeline exchanges hints""".split())
WORD = re.compile(r"[A-Za-z][A-Za-z']*")


def words_of(value, is_argument=False):
    """The words of a trace that a view may show: those of its strings, and names of arguments."""
    if isinstance(value, str):
        return set(WORD.findall(value))
    if isinstance(value, list):
        return set().union(*(words_of(one, is_argument) for one in value))
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, member in value.items():
        if is_argument:
            found |= set(WORD.findall(key))
        found |= words_of(member, is_argument or key in ("args", "messages"))
    return found


def words_of_trace(trace):
    found = set(WORD.findall(trace))
    with open(trace, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                found |= words_of(json.loads(line))
            except ValueError:
                found |= set(WORD.findall(line))
    return found


def text_of(view, shown):
    """Without the markup that belongs to the format, and without the bytes of hexadecimal digits."""
    if view == "svg":
        shown = "\n".join(re.sub(r"<[^>]*>", "", it) for it in re.findall(r"<text.*?</text>", shown))
    if view == "mermaid":
        shown = re.sub(r"sequenceDiagram|participant p\d+ as|Note over|p\d+-xp\d+", "", shown)
    shown = re.sub(r"<br/>|#92;[nrt]|#(\d+|x[0-9a-f]+|[a-z]+);|&[a-z]+;|\\[a-z]|\b[0-9a-f]{4,}\b", " ", shown)
    # Payloads, and the letters of lanes.
    return re.sub(r'"[^"\n]*"?|\b[SBLACDHX]+\b', " ", shown)


def left_in(shown, allowed):
    return sorted({word for word in WORD.findall(shown) if not any(one.startswith(word) for one in allowed)})


def compare_or_check(sockview, option, traces):
    """What is shown without a view: 1 where English is left in it."""
    hints = re.findall(r'^\t\{"([a-z-]+)", HINT_', open("viewer/hints/hint_rules.c", encoding="utf-8").read(), re.M)
    known = NAMES.union({"Sockline"}, WORD.findall(" ".join(hints)), *(words_of_trace(trace) for trace in traces))
    rules = option.partition("=")[2].split("; ")
    left = []
    for way in [["--width=80"], ["--width=200"]] + ([["-v", "html"]] if option == "--diff" else []):
        shown = subprocess.run([sockview, "--lang=zh", "--full", option, *way, *traces], capture_output=True,
                               encoding="utf-8", errors="replace", check=False).stdout
        shown = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>|&[a-z]+;", " ", shown, flags=re.S)
        print(shown)
        for rule in filter(None, rules):
            shown = shown.replace(rule, "")
        left += left_in(re.sub("--[a-z]+", "", shown), known)
    print("English:", *left)
    return 1 if left else 0


def main():
    sockview, traces = sys.argv[1], sys.argv[2:]
    if traces[0].startswith("--"):
        return compare_or_check(sockview, traces[0], traces[1:])
    is_good = True
    rules = set(WORD.findall(open("viewer/hints/hint_rules.c", encoding="utf-8").read()))
    for trace in traces:
        known = words_of_trace(trace) | NAMES
        for view in VIEWS:
            for width in (80, 200):
                command = [sockview, "--lang=zh", "-v", view, f"--width={width}", trace]
                shown = subprocess.run(command, capture_output=True, encoding="utf-8",
                                       errors="replace", check=False).stdout
                allowed = known | rules if view == "hints" else known
                left = left_in(text_of(view, shown), allowed)
                if left:
                    is_good = False
                    print(f"{view} of {trace}: {' '.join(left)}")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
