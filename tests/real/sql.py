# SPDX-License-Identifier: MIT
"""Runs the blocks of a section of docs/sql.md, in their order, in the folder where `logs` is, and counts
what its questions ask for in another way: sql.py SECTION PAGE. Prints how many questions had an answer
that is not empty; anything else ends it with a status of 1.

duckdb.js needs NODE_PATH, sqlite3(1) makes logs.db, psql(1) and clickhouse-client(1) what tells them where their server is."""

import collections
import csv
import glob
import io
import json
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOCKVIEW = os.environ["SOCKVIEW"]
# What sockview says of a log in which no program asks another one; its table is a heading alone.
NOTHING_ASKED = "sockview: no exchanges: nothing was asked and nothing was answered"
READERS = {".jsonl": ["cat"], ".zst": ["zstd", "-dcq"], ".gz": ["gzip", "-dc"]}
NO_FAILURE = ("EAGAIN", "EINPROGRESS", "EEXIST")
WAITS = ("wait", "accept", "receive")


# --- the blocks ----------------------------------------------------------------------------------


def blocks_of(page, section):
    """(language, text, the words before it) of each block."""
    with open(page) as file:
        text = file.read()
    found = re.search(r"^## %s\n(.*?)(?=^## |\Z)" % re.escape(section), text, re.M | re.S)
    parts = re.split(r"^```(\w+)\n(.*?)^```\n", found[1], flags=re.M | re.S)
    return [(parts[i + 1], parts[i + 2], parts[i]) for i in range(0, len(parts) - 1, 3)]


def run(command, text):
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if line != NOTHING_ASKED]
    if done.returncode != 0 or complaints:
        sys.exit("%s: %s\n%s" % (command[0], done.stderr, text))
    return done.stdout


def shell(text):
    return run(["bash", "-euo", "pipefail"], text)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def psql(text):
    return rows_of(run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--csv"], text))


def clickhouse(text):
    return rows_of(run(["clickhouse-client", "--multiquery", "--format=CSVWithNames"], text))


def sqlite(text):
    return rows_of(run(["sqlite3", "-bail", "-csv", "-header", "logs.db"], text))


def duckdb(texts):
    return json.loads(run(["node", os.path.join(HERE, "duckdb.js")], json.dumps(texts)))


CLIENTS = {"SQLite": sqlite, "PostgreSQL": psql, "ClickHouse": clickhouse}


def answers(section, blocks):
    """(the words before it, rows) of each block that asks."""
    if section == "DuckDB":
        texts = [text for _, text, _ in blocks]
        shown = zip(blocks, duckdb(texts))
        return [(before, rows) for (_, text, before), rows in shown if asks(text)]
    told = []
    for language, text, before in blocks:
        rows = shell(text) if language == "sh" else CLIENTS[section](text)
        if language == "sql" and asks(text):
            told.append((before, rows))
    return told


def asks(text):
    return text.startswith("select")


# --- the same in another way ---------------------------------------------------------------------


def load():
    """The records of each log, and what sockview says of it, by the log's name."""
    logs, shown = {}, {}
    for path in sorted(glob.glob("logs/*.jsonl*")):
        name = os.path.basename(path).split(".")[0]
        lines = subprocess.run(READERS[os.path.splitext(path)[1]] + [path], check=True, capture_output=True).stdout
        logs[name] = [json.loads(line) for line in lines.splitlines()]
        shown[name] = {}
        for view in "exchanges", "summary", "hints", "calls":
            told = subprocess.run([SOCKVIEW, "-v", view, "--full", "--format=json", path], check=True, capture_output=True)
            shown[name].update(json.loads(told.stdout))
    return logs, shown


def quantile(values, part):
    values = sorted(values)
    at = (len(values) - 1) * part
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


class Counts:
    def __init__(self):
        self.logs, self.shown = load()
        self.exchanges = [(log, row) for log, told in self.shown.items() for row in told["exchanges"]]
        self.connections = [(log, row) for log, told in self.shown.items() for row in told["connections"]]
        self.calls = [(log, r) for log, records in self.logs.items() for r in records if r["type"] == "call"]

    def host(self, log):
        return self.logs[log][0]["host"]

    def program(self, log, pid):
        named = [r for r in self.logs[log] if r["type"] == "process" and r["pid"] == pid and "program" in r]
        return named[-1]["program"]

    def slowest(self):
        ends = {(row["address"], row.get("client_address")) for _, row in self.exchanges if row.get("side") == "client"}
        waits = collections.defaultdict(list)
        for _, row in self.exchanges:
            is_twice = row.get("side") == "server" and (row["address"], row.get("client_address")) in ends
            if row["result"] == "answered" and not is_twice:
                waits[row["address"]].append(row["wait_ns"])
        return [{"peer": peer, "answered": len(all_ns), "max_ms": max(all_ns) / 1e6,
                 **({"p99_ms": all_ns[0] / 1e6} if len(all_ns) == 1 else {})} for peer, all_ns in waits.items()]

    def retransmits(self):
        last = collections.Counter()
        for log, records in self.logs.items():
            for record in records:
                if "tcp" in record:
                    key = (log, record["socket"])
                    last[key] = max(last[key], record["tcp"].get("retransmits", 0))
        sums = collections.Counter()
        for (log, _), count in last.items():
            sums[self.host(log)] += count
        return [{"host": host, "retransmits": count} for host, count in sums.items()]

    def leaks(self):
        found = [f for told in self.shown.values() for h in told["hints"] if h["name"] == "leak" for f in h["found"]]
        return [{"program": program, "processes": sum(f["program"] == program for f in found),
                 "times": sum(f["times"] for f in found if f["program"] == program)}
                for program in {f["program"] for f in found}]

    def failed_by_peer(self):
        rows = collections.defaultdict(list)
        for _, row in self.exchanges:
            if row["result"] != "unasked":
                rows[row.get("address")].append(row)
        return [{"peer": peer, "exchanges": len(those), "failed": sum("failed" in row for row in those),
                 "max_ms": max(row.get("wait_ns", 0) for row in those) / 1e6}
                for peer, those in rows.items() if any("failed" in row for row in those)]

    def errors(self):
        counts = collections.Counter((r["name"], r["error"]) for _, r in self.calls if "error" in r)
        return [{"name": name, "error": error, "calls": count}
                for (name, error), count in counts.items() if error not in NO_FAILURE]

    def told_errors(self):
        counts = collections.Counter(
            (call["name"], call["error"]) for told in self.shown.values() for call in told["calls"] if "error" in call)
        return [{"name": name, "error": error, "calls": count}
                for (name, error), count in counts.items() if error not in NO_FAILURE]

    def failed(self):
        at = collections.defaultdict(list)
        for log, row in self.connections:
            if row.get("outcome", "connected") != "connected":
                at[row.get("address"), row["outcome"]].append(log)
        return [{"address": address, "outcome": outcome, "connections": len(logs), "machines": len(set(logs))}
                for (address, outcome), logs in at.items()]

    def waits(self, by_program=True):
        spent = collections.defaultdict(list)
        for log, r in self.calls:
            if r["effect"] in WAITS:
                where = (self.host(log), self.program(log, r["pid"])) if by_program else (log,)
                spent[(*where, r["effect"])].append(r["duration_ns"])
        names = ("host", "program", "effect") if by_program else ("log", "effect")
        return [{**dict(zip(names, key)), "calls": len(all_ns), "seconds": sum(all_ns) / 1e9}
                for key, all_ns in spent.items()]

    def bytes(self):
        sums = collections.defaultdict(lambda: [0, 0])
        for _, row in self.connections:
            if "address" in row:
                sums[row["address"]][0] += row["bytes_to_server"]
                sums[row["address"]][1] += row["bytes_to_client"]
        return [{"address": address, "bytes_to_server": there, "bytes_to_client": back}
                for address, (there, back) in sums.items()]

    def churn(self):
        made = collections.defaultdict(list)
        for log, row in self.connections:
            if row.get("exchanges", 2) <= 1 and "client" in row:
                made[log, row["client"].rsplit(" ", 1)[0], row.get("address")].append(row.get("lived_ns"))
        return [{"log": log, "program": program, "address": address, "connections": len(lived),
                 "lived_ms": statistics.median(ns for ns in lived if ns is not None) / 1e6}
                for (log, program, address), lived in made.items() if len(lived) >= 10]

    def names(self, has_server=True):
        asked = collections.Counter(
            (row.get("address"), row["name"], row.get("answer", row.get("words"))) if has_server else (row["name"],)
            for _, row in self.exchanges if row.get("protocol") == "DNS" and row.get("failed"))
        heading = ("name_server", "name", "answer") if has_server else ("name",)
        return [{**dict(zip(heading, key)), "queries": count} for key, count in asked.items()]

    def unread(self):
        left = collections.defaultdict(list)
        for log, records in self.logs.items():
            for r in records:
                count = r.get("queues", {}).get("receive", 0)
                if count > 0 and "close" in (r.get("effect"), r.get("event")):
                    left[self.program(log, r["pid"])].append(count)
        return [{"program": program, "sockets": len(counts), "bytes_unread": sum(counts)} for program, counts in left.items()]


# What stands before a question, and who counts its answer otherwise; the column that it is sorted by.
QUESTIONS = {
    "slowest": (Counts.slowest, "max_ms"),
    "sends? segments again|Retransmissions": (Counts.retransmits, "retransmits"),
    "leak sockets": (Counts.leaks, "times"),
    "Which calls fail|Errors by call": (Counts.errors, "calls"),
    "that SO_ERROR told": (Counts.told_errors, "calls"),
    "that failed, by peer": (Counts.failed_by_peer, "failed"),
    "were not made": (Counts.failed, "connections"),
    "Where do programs wait": (Counts.waits, "seconds"),
    "Time in waits, by machine": (lambda counts: counts.waits(by_program=False), "seconds"),
    "Who moves how much": (Counts.bytes, None),
    "connects again and again": (Counts.churn, "connections"),
    "names are not found": (Counts.names, "queries"),
    "Names that are not found": (Counts.names, "queries"),
    "bytes unread": (Counts.unread, "bytes_unread"),
}


def is_same(shown, counted):
    if shown in (None, "") or counted is None:
        return shown in (None, "") and counted is None
    if isinstance(counted, str):
        return shown == counted
    # Milliseconds and seconds are rounded.
    return abs(float(shown) - counted) <= 0.00051


def check(question, rows, counted, order):
    """Every row is one that was counted, in its order; all of them are there, or the first ten."""
    if not rows:
        sys.exit("%s: nothing was found" % question)
    if len(rows) not in (len(counted), min(len(counted), 10)):
        sys.exit("%s: %d rows, and counted were %d: %s\n%s" % (question, len(rows), len(counted), counted, rows))
    left = list(counted)
    for row in rows:
        same = [c for c in left if all(is_same(row[name], value) for name, value in c.items())]
        if not same:
            sys.exit("%s: not counted: %s; left: %s" % (question, row, left))
        left.remove(same[0])
    if order:
        keys = [float(row[order]) for row in rows]
        if keys != sorted(keys, reverse=True) or any(c[order] > keys[-1] + 0.001 for c in left):
            sys.exit("%s: not the first ones: %s" % (question, rows))


def main():
    section, page = sys.argv[1:]
    blocks = blocks_of(page, section)
    if section.startswith("Logs"):
        for _, text, _ in blocks:
            shell(text)
        print(len(blocks))
        return
    counts = Counts()
    asked = answers(section, blocks)
    for before, rows in asked:
        question = before.strip().split("\n\n")[-1]
        found = [told for words, told in QUESTIONS.items() if re.search(words, question)]
        if len(found) != 1:
            sys.exit("nobody counts: %s" % question)
        count, order = found[0]
        if section == "ClickHouse" and count is Counts.names:
            check(question, rows, counts.names(has_server=False), order)
        else:
            check(question, rows, count(counts), order)
    print(len(asked))


main()
