#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes a page from the template and data, as sockview does.

    make_page.py DATA.json PAGE.html
"""

import glob
import json
import os
import sys

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "viewer", "page")


def read_all(pattern):
    parts = []
    for path in sorted(glob.glob(os.path.join(PAGE, pattern))):
        with open(path, encoding="utf-8") as file:
            parts.append(file.read())
    return "\n".join(parts)


def escape(text):
    """JSON that cannot end the script element that it stands in."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def make_page(data, path):
    """Writes a page of the data. The template is cut at its markers, which the data may contain too."""
    with open(os.path.join(PAGE, "page.html"), encoding="utf-8") as file:
        template = file.read()
    before_style, rest = template.split("@STYLE@")
    before_data, rest = rest.split("@DATA@")
    before_script, end = rest.split("@SCRIPT@")
    with open(path, "w", encoding="utf-8") as file:
        file.write(before_style + read_all("*.css") + before_data)
        file.write(escape(json.dumps(data, ensure_ascii=False, separators=(",", ":"))))
        file.write(before_script + read_all("*.js") + end)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        make_page(json.load(source), sys.argv[2])
