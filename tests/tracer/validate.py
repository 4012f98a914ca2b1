# SPDX-License-Identifier: MIT
"""Validates every line of the given traces against docs/trace.schema.json, and more strictly than
a reader should: a member that the schema does not name is an error. --cut: the
last line may be a part of one."""

import json
import os
import re
import sys

import jsonschema

SCHEMA = os.path.join(os.path.dirname(__file__), "../../docs/trace.schema.json")
RECORDS = ("trace", "process", "descriptor", "call", "pending", "warning", "keys", "end")
CLOSED = RECORDS + ("args", "address", "bytes")


def validators():
    """One for each record, so that a message is about that record and not about all of them."""
    with open(SCHEMA) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    for name in CLOSED:
        schema["$defs"][name]["additionalProperties"] = False
    return {
        name: jsonschema.Draft202012Validator(
            {"$ref": "#/$defs/" + name, "$defs": schema["$defs"]}
        )
        for name in RECORDS
    }


def problem(by_type, line):
    """What is wrong with the line, or None."""
    try:
        record = json.loads(line)
    except ValueError as error:
        return str(error)
    validator = by_type.get(record.get("type"))
    if not validator:
        return "no such type of record"
    error = jsonschema.exceptions.best_match(validator.iter_errors(record))
    return error and "%s: %s" % ("/".join(map(str, error.absolute_path)), error.message)


def shape(line):
    """The line without its text and with each number's length and no more than whether it is 0:
    lines of one shape are valid together, and most lines of a long trace share few shapes."""
    line = re.sub(r'"text":"(?:[^"\\]|\\.)*"', '"text":""', line)
    return re.sub(r"[1-9]", "1", re.sub(r"(?<=[0-9])[0-9]", "0", line))


def main():
    by_type = validators()
    problems = 0
    valid = set()
    is_cut = sys.argv[1:2] == ["--cut"]
    for name in sys.argv[1 + is_cut :]:
        with open(name) as file:
            for number, line in enumerate(file, 1):
                form = shape(line)
                if form in valid or (is_cut and not line.endswith("\n")):
                    continue
                what = problem(by_type, line)
                if what:
                    print("%s:%d: %s" % (name, number, what[:300]))
                    problems += 1
                else:
                    valid.add(form)
    if not sys.argv[1:]:
        sys.exit("validate.py: no trace to validate")
    sys.exit(1 if problems else 0)


main()
