# SPDX-License-Identifier: MIT
"""Holds tables of --format=csv against JSON: csv_same.py FOLDER. NAME.VIEW.TABLE.csv has the rows of NAME.VIEW.json,
in its order; its columns are all members of these, and none that the schema does not name. Prints how many
cells were compared of each table."""

import collections
import csv
import glob
import json
import os
import sys
import unicodedata

SCHEMA = os.path.join(os.path.dirname(__file__), "../../docs/view.schema.json")

# The lists that a table's rows are in, where it is not named after the only one, and what of the lists around it
# is in each row.
NESTED = {
    ("socket", "life"): (("sockets", ("socket", "trace")), ("life", ())),
    ("socket", "reports"): (("sockets", ("socket", "trace")), ("reports", ())),
    ("socket", "options"): (("sockets", ("socket", "trace")), ("options", ())),
    ("socket", "holders"): (("sockets", ("socket", "trace")), ("holders", ())),
    ("summary", "errors"): (("calls", ("call",)), ("errors", ())),
    ("hints", "hints"): (("hints", ("name", "weight", "title", "advice")), ("found", ())),
    ("hints", "calls"): (("hints", {"name": "hint"}), ("found", ()), ("calls", ())),
}


def column(*names):
    return "_".join(names).replace(" ", "_")


def flat(row, tables, before=()):
    """The members of a row, those of its objects, too; lists of objects are tables of their own."""
    for name, value in row.items():
        if isinstance(value, dict):
            yield from flat(value, tables, before + (name,))
        elif isinstance(value, list) and (name in tables or not value or isinstance(value[0], dict)):
            if name not in tables:
                sys.exit("a list is in no table: %s" % name)
        else:
            yield column(*before, name), value


def rows(shown, path, tables, around=()):
    (name, passed), *rest = path
    for row in shown.get(name, ()):
        if rest:
            names = passed if isinstance(passed, dict) else {name: name for name in passed}
            told = [(names[key], row[key]) for key in names if key in row]
            yield from rows(row, rest, tables, (*around, *told))
        else:
            yield {**dict(around), **dict(flat(row, tables))}


def seen(character):
    """As views show it."""
    if unicodedata.category(character) not in ("Cc", "Cf"):
        return character
    return ("\\x%02x" if character < "\x80" else "\\u%04x") % ord(character)


def cell(value):
    """What stands in the CSV: see the man page."""
    if isinstance(value, str):
        return ("'" if value[:1] and value[0] in "=+-@'＝＋－＠" else "") + "".join(map(seen, value))
    return json.dumps(value, separators=(",", ":"))


def names_of_schema():
    found = set()

    def look(part):
        if isinstance(part, dict):
            for name in part.get("properties", {}):
                found.add(name)
            for value in part.values():
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)
        elif isinstance(part, str):
            found.add(part)

    with open(SCHEMA) as file:
        look(json.load(file))
    return {column(name) for name in found}


def is_known(heading, known):
    parts = heading.split("_")
    return heading in known or any(
        "_".join(parts[:at]) in known and "_".join(parts[at:]) in known for at in range(1, len(parts))
    )


def compare(table, csv_name, json_name, known):
    """How many cells are the same; what differs ends the program."""
    with open(json_name, encoding="utf-8") as file:
        shown = json.load(file)
    with open(csv_name, encoding="utf-8", newline="") as file:
        heading, *lines = list(csv.reader(file, strict=True))
    view = shown["view"]
    path = NESTED.get((view, table), ((table, ()),))
    tables = {name for (of, name) in NESTED if of == view} | {step[0] for step in path}
    wanted = list(rows(shown, path, tables))
    if len(set(heading)) != len(heading):
        sys.exit("%s: columns of one name: %s" % (csv_name, heading))
    unknown = [name for name in heading if name != "hint" and not is_known(name, known)]
    if unknown:
        sys.exit("%s: the schema does not know %s" % (csv_name, unknown))
    if len(lines) != len(wanted):
        sys.exit("%s: %d rows, and JSON has %d" % (csv_name, len(lines), len(wanted)))
    cells = 0
    for line, row in zip(lines, wanted):
        if len(line) != len(heading):
            sys.exit("%s: %d cells under %d columns: %s" % (csv_name, len(line), len(heading), line))
        missing = set(row) - set(heading)
        if missing:
            sys.exit("%s: no column for %s" % (csv_name, missing))
        for name, value in zip(heading, line):
            expected = cell(row[name]) if name in row else ""
            if value != expected:
                sys.exit("%s: %s is %r, and JSON has %r" % (csv_name, name, value, expected))
            cells += name in row
    return cells


def main():
    (folder,) = sys.argv[1:]
    known = names_of_schema()
    cells = collections.Counter()
    for csv_name in sorted(glob.glob(os.path.join(folder, "*.csv"))):
        name, table, _ = csv_name.rsplit(".", 2)
        cells[os.path.basename(name).rsplit(".", 1)[-1] + "." + table] += compare(table, csv_name, name + ".json", known)
    for table, count in cells.items():
        print(table, count)


main()
