# SPDX-License-Identifier: MIT
"""Holds drawings of the kernel at one moment against what --format=json says that they show.

    drawing_state.py svg PICTURE.json...
    drawing_state.py text LINES.json...

Beside each JSON is the drawing, PICTURE or LINES. Prints what differs, and exits 1."""

import json
import re
import sys
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
ROW = 20
BOUNDARY = "│┼|+"
ACROSS = "─┼┴┬├┤-+"

problems = []


def check(where, drawn, told):
    if drawn != told:
        problems.append("%s: drawn %r, told %r" % (where, drawn, told))


def is_drawn(words, line):
    """The words stand in the line, or as much of them as there is room for."""
    words, line = " ".join(words.split()), " ".join(line.split())
    if words in line or re.sub(" fd \\d+$", "", words) in line:
        return True
    return any(words[:i].rstrip() + dots in line for i in range(3, len(words)) for dots in ("…", "..."))


def is_tall(words, lines, row):
    """The name of a process stands above its process id."""
    name, ids = re.fullmatch(r"(.*) (\d+(?: \+\d+)?)", words).groups()
    return is_drawn(name, lines[row]) and is_drawn(ids, lines[row + 1])


def check_text(name, pictures, lines):
    """Rows stand where they are told to be, and what leads to a box has its head there."""
    at = 0
    for picture in pictures:
        heading = "call %d of " % picture["step"]
        while at < len(lines) and not lines[at].startswith(heading):
            at += 1
        where = "%s, step %d" % (name, picture["step"])
        if at == len(lines):
            problems.append(where + ": is not drawn")
            return
        first = lines.index("", at) + 1
        names, rows = "", lines[first:]
        if not any(it in rows[0] for it in BOUNDARY):
            names, rows = rows[0], rows[1:]
        for row in picture["rows"]:
            if row["kind"] == "process" and is_tall(row["words"], [names, *rows], row["row"]):
                continue
            if row["row"] >= len(rows) or not is_drawn(row["words"], rows[row["row"]]):
                problems.append("%s: no %r in row %d" % (where, row["words"], row["row"]))
        for box in picture["boxes"]:
            for number, line in enumerate(box["lines"]):
                if not is_drawn(line["words"], rows[box["row"] + number]):
                    problems.append("%s: no %r in row %d" % (where, line["words"], box["row"] + number))
        for row in picture["rows"]:
            if row["kind"] != "descriptor" or row.get("named"):
                continue
            head = "▶>" if row["side"] == "left" else "◀<"
            if not any(it in rows[row["port"]] for it in head):
                problems.append("%s: %s arrives nowhere" % (where, row["words"]))
            line = rows[row["row"]]
            if not re.search("[%s]" % re.escape(ACROSS), line):
                problems.append("%s: %s leads nowhere" % (where, row["words"]))
        signs = sum(rows[i].count("▶") + rows[i].count("◀") - 2 * rows[i].count("◀────▶")
                    for i in range(max([it["row"] for it in picture["rows"]] +
                                       [it["row"] + it["height"] for it in picture["boxes"]]) + 1)
                    if i < len(rows))
        ends = {(it["side"], it["port"]) for it in picture["rows"] if "port" in it}
        if "▶" in "".join(rows) or "◀" in "".join(rows):
            check(where + ", heads", signs, len(ends))


def texts_of(group):
    return [("".join(it.itertext()), it.get("class")) for it in group.findall(SVG + "text")]


def starts(told, drawn):
    """Words that are cut end in an ellipsis."""
    return len(told) == len(drawn) and all(
        style == shown and (words == text.strip() or
                            (text.endswith("…") and words.startswith(text[:-1].strip()[:20])))
        for (words, style), (text, shown) in zip(told, drawn))


def check_groups(where, told, drawn):
    if not starts(told, drawn):
        problems.append("%s: drawn %r, told %r" % (where, drawn, told))


def process_blocks(rows):
    """The rows of each table, by side and heading."""
    blocks = []
    for row in rows:
        if row["kind"] == "process":
            blocks.append([])
        blocks[-1].append(row)
    return blocks


def check_svg(name, pictures, root):
    groups = [it for it in root.iter(SVG + "g") if it.get("class") == "state"]
    check(name + ", pictures", [it.get("data-number") for it in groups],
          [str(it["step"]) for it in pictures])
    for picture, group in zip(pictures, groups):
        where = "%s, step %d" % (name, picture["step"])
        boxes = [it for it in group.findall(SVG + "g") if it.get("class") == "box"]
        check(where + ", boxes", [it.get("data-number") for it in boxes],
              [str(it["socket"]) for it in picture["boxes"]])
        tops = {}
        for number, (box, drawn) in enumerate(zip(picture["boxes"], boxes)):
            check_groups(where, [(it["words"], it["style"]) for it in box["lines"]], texts_of(drawn))
            tops[number] = int(drawn.find(SVG + "text").get("y")) - 14
        tables = [it for it in group.findall(SVG + "g") if it.get("class") == "process"]
        blocks = process_blocks(picture["rows"])
        check(where + ", tables", [it.get("data-number") for it in tables],
              [str(it[0]["pid"]) for it in blocks])
        wires = []
        for block, drawn in zip(blocks, tables):
            check_groups(where, [(it["words"], it["style"]) for it in block], texts_of(drawn))
            for row, text in zip(block, drawn.findall(SVG + "text")):
                if row["kind"] == "descriptor" and not row.get("named"):
                    box = picture["boxes"][row["box"]]
                    end = tops[row["box"]] + (row["port"] - box["row"]) * ROW + ROW // 2
                    wires.append((int(text.get("y")) - 4, end, row["style"]))
        paths = [re.fullmatch(r"M-?\d+ (\d+)H-?\d+(?:V(\d+)H-?\d+)?", it.get("d")) and
                 (it.get("d"), it.get("class").split()[-1])
                 for it in group.findall(SVG + "path")]
        lines = []
        for it in paths:
            if it:
                begin, end = re.fullmatch(r"M-?\d+ (\d+)H-?\d+(?:V(\d+)H-?\d+)?", it[0]).groups()
                lines.append((int(begin), int(end or begin), it[1]))
        joins = len([1 for number, it in enumerate(picture["boxes"]) if it["column"] == "left" and
                     "other" in it and picture["boxes"][it["other"]]["column"] == "right" and
                     "given back" not in (it["state"], picture["boxes"][it["other"]]["state"])])
        check(where + ", lines", sorted(lines[:len(wires)]), sorted(wires))
        check(where + ", joins", len(lines) - len(wires), joins)


def main():
    kind, *names = sys.argv[1:]
    for name in names:
        with open(name, encoding="utf-8") as file:
            told = json.load(file)
        drawing = name[:-len(".json")]
        if kind == "svg":
            check_svg(drawing, told["state"]["pictures"], tree.parse(drawing).getroot())
        else:
            with open(drawing, encoding="utf-8") as file:
                check_text(drawing, told["pictures"], file.read().split("\n"))
    print("\n".join(problems[:40]))
    sys.exit(1 if problems else 0)


main()
