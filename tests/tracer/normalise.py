# SPDX-License-Identifier: MIT
"""Prints a trace without what differs from run to run, for comparison with a golden file.

Records are grouped by thread, so that it does not matter who was faster. A process is called by its
place in the tree (1, its second child 1.2), a thread by its number in the process, a descriptor, a
socket and a port by the order in which they first appear in the output, and so is how much of a send
was taken. The user who runs the tests is called so.
How calls were recorded makes no difference."""

import json
import os
import sys

DROPPED = ("time_ns", "duration_ns", "seq", "started", "host", "kernel", "machine", "interrupted",
    "recorder", "recorded", "tcp_info", "tcp", "queues")


def place_processes(records):
    """pid -> place, as a list of numbers."""
    places, children = {}, {}
    for r in records:
        if r["type"] == "process" and r["event"] in ("start", "fork"):
            parent = places.get(r["parent"], [])
            children[r["parent"]] = children.get(r["parent"], 0) + 1
            places[r["pid"]] = parent + [children[r["parent"]]]
    return places


def place_threads(records, places):
    """(pid, tid) -> place. The kernel numbers threads upwards."""
    tids = {}
    for r in records:
        if "pid" in r and r["type"] != "warning":
            tids.setdefault(r["pid"], {r["pid"]}).add(r.get("tid", r["pid"]))
    return {
        (pid, tid): (places[pid], number)
        for pid, all_of_it in tids.items()
        for number, tid in enumerate(sorted(all_of_it))
    }


def parts_of_sends(records):
    """What the kernel took of a send that it did not take whole, and the rest: its choice."""
    parts = set()
    for r in records:
        if r.get("effect") == "send" and 0 < r["result"] < r["args"].get("size", 0):
            parts.update((r["result"], r["args"]["size"] - r["result"]))
    return parts


class Names:
    def __init__(self, places, parts):
        self.places = places
        self.parts = parts
        self.known = {}

    def number(self, kind, value):
        of_kind = self.known.setdefault(kind, {})
        return of_kind.setdefault(value, "%s-%d" % (kind, len(of_kind) + 1))

    def pid(self, value):
        place = self.places.get(value)
        return ".".join(map(str, place)) if place else "outside"

    def value(self, key, value):
        if isinstance(value, dict):
            return self.members(value)
        if isinstance(value, list):
            return [self.value(key, element) for element in value]
        if key in ("descriptor", "socket") or (key == "data" and not isinstance(value, dict)):
            return self.number(key, value)
        if key == "port" and value != 0:
            return self.number("port", value)
        if key in ("pid", "parent"):
            return self.pid(value)
        if (key, value) in (("uid", os.getuid()), ("gid", os.getgid())):
            return "own"
        if key in ("result", "bytes", "size") and value in self.parts:
            return self.number("part", value)
        if isinstance(value, str) and value.startswith(("/", "build", "tests/")):
            return os.path.basename(value)
        return value

    def members(self, record):
        return {k: self.value(k, v) for k, v in record.items() if k not in DROPPED}


def main():
    with open(sys.argv[1]) as file:
        records = [json.loads(line) for line in file]
    # How long a call takes is the machine's.
    records = [r for r in records if r["type"] != "pending"]
    places = place_processes(records)
    threads = place_threads(records, places)
    names = Names(places, parts_of_sends(records))

    def order(r):
        if "pid" not in r or r["type"] == "warning":
            return (r["type"] != "trace", [99 if r["type"] == "end" else 0], 0)
        return (True,) + threads[(r["pid"], r.get("tid", r["pid"]))]

    for r in sorted(records, key=order):
        members = names.members(r)
        if "tid" in r:
            members["tid"] = threads[(r["pid"], r["tid"])][1]
        print(json.dumps(members, ensure_ascii=False))


main()
