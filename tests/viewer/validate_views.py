# SPDX-License-Identifier: MIT
"""Validates files of --format=json against docs/view.schema.json, and more strictly than a reader
should: a member that the schema does not name is an error. Each is one line of JSON, and has nothing
that a terminal or a page would obey."""

import json
import os
import sys
import unicodedata

import jsonschema

SCHEMA = os.path.join(os.path.dirname(__file__), "../../docs/view.schema.json")
# What these views have is said loosely.
LOOSE = ("timeline", "html")


def close(schema, name=None):
    """Nothing but what the schema names, at any depth."""
    if isinstance(schema, list):
        for part in schema:
            close(part)
    elif isinstance(schema, dict):
        if "properties" in schema and "required" in schema and name not in LOOSE:
            schema.setdefault("additionalProperties", False)
        for name, part in schema.items():
            close(part, name)


def validators():
    with open(SCHEMA) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    close(schema["$defs"])
    return {
        part["$ref"].split("/")[-1]: jsonschema.Draft202012Validator(
            {**part, "$defs": schema["$defs"]}
        )
        for part in schema["oneOf"]
    }


def problem(by_view, text):
    """What is wrong with what was printed, or None."""
    if not text.endswith("\n") or text.count("\n") != 1:
        return "no single line"
    if "<" in text:
        return "a page would end"
    hidden = {c for c in set(text[:-1]) if unicodedata.category(c) in ("Cc", "Cf", "Cs")}
    if hidden:
        return "a terminal would obey %r" % hidden
    shown = json.loads(text)
    error = jsonschema.exceptions.best_match(by_view[shown["view"]].iter_errors(shown))
    return error and "%s: %s" % ("/".join(map(str, error.absolute_path)), error.message)


def main():
    by_view = validators()
    problems = 0
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8", newline="") as file:
            text = file.read()
        try:
            what = problem(by_view, text)
        except (ValueError, KeyError) as error:
            what = repr(error)
        if what:
            print("%s: %s" % (name, what[:300]))
            problems += 1
    if not sys.argv[1:]:
        sys.exit("validate_views.py: nothing to validate")
    sys.exit(1 if problems else 0)


main()
