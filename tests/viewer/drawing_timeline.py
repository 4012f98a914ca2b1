# SPDX-License-Identifier: MIT
"""Holds drawings of the timeline against what --format=json says that they show.

    drawing_timeline.py svg PICTURE.json...
    drawing_timeline.py text COLUMNS LINES.json...

Beside each JSON is the drawing, PICTURE or LINES. Prints what differs, and exits 1."""

import json
import re
import sys
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
MARGIN, COLUMN, CELL = 24, 7.25, 12

# The kinds of rows, and which of its members is the number of one.
NUMBERS = {"process": "pid", "lane": "descriptor", "thread": "tid"}

# How the shapes of signs are drawn: what follows "M x y", and how far x is from the sign's middle.
SHAPES = {
    "v10": ("bar", 0),
    "l8 8m0 -8l-8 8": ("cross", 4),
    "a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z": ("dot", 2),
    "l5 9h-10z": ("up", 0),
    "l5 -9h-10z": ("down", 0),
    "l5 6l-5 6l-5 -6z": ("diamond", 0),
    "h12v4h-12z": ("quarter", 6),
    "h12v8h-12z": ("half", 6),
    "h12v12h-12z": ("three_quarters", 6),
    "h12v16h-12z": ("whole", 6),
}

problems = []


def check(where, drawn, told):
    if drawn != told:
        problems.append("%s: drawn %r, told %r" % (where, drawn, told))


def text_of(element):
    return "".join(element.itertext())


def names_of(timeline, is_ascii):
    """Signs by what is seen of them."""
    names = {("bar", ""): "start"}
    for sign in timeline["legend"]:
        written = sign["ascii" if is_ascii else "unicode"]
        names[sign["shape"], written if sign["shape"] == "letter" else ""] = sign["name"]
    return names


def sign_of(element, names):
    """(middle, name, style) of a sign; None for an element that is none."""
    if element.tag == SVG + "text":
        return float(element.get("x")), names.get(("letter", text_of(element))), element.get("class")
    x, rest = re.fullmatch(r"M(-?\d+) -?\d+(.*)", element.get("d")).groups()
    if rest not in SHAPES:
        return None
    shape, middle = SHAPES[rest]
    return float(x) + middle, names.get((shape, "")), element.get("class").split()[1]


def fits(drawn, told):
    """The words may have been cut where there was no more room, but not their port."""
    # An accepted socket's own address stands there whole or not at all.
    if drawn == told or drawn == re.sub(r" \S+(←|<-)", r" \1", told):
        return True
    told = re.sub(r" \S+(←|<-)", r" \1", told)
    port = re.search(r"(:\d+)?$", told).group()
    for ellipsis in "…", "...":
        if drawn.endswith(ellipsis + port) and told.startswith(drawn[: -len(ellipsis + port)]):
            return True
    return False


def pixels(columns):
    return int(columns * COLUMN + 0.5)


class Picture:
    def __init__(self, path, timeline):
        self.root = tree.parse(path).getroot()
        self.timeline = timeline
        self.names = names_of(timeline, text_of(self.root).isascii())
        self.left = 0
        words = next(int(e.get("x")) for e in self.group("axis") if e.tag == SVG + "text")
        self.left = words - self.x_of(timeline["axis"][0])

    def group(self, name):
        return next(g for g in self.root.iter(SVG + "g") if g.get("class") == name)

    def middle(self, cell):
        return self.left + cell * CELL + CELL // 2

    def x_of(self, label):
        """Where the words of the axis stand: at a moment, or in the middle of a fold."""
        if "is_gap" in label:
            return self.middle(label["cell"]) + (len(label["words"]) * CELL - CELL) // 2
        return self.left + label["cell"] * CELL

    def check_axis(self):
        words = [e for e in self.group("axis") if e.tag == SVG + "text"]
        check("axis", [text_of(e) for e in words], [l["words"] for l in self.timeline["axis"]])
        for element, label in zip(words, self.timeline["axis"]):
            check("place of %s" % label["words"], int(element.get("x")), self.x_of(label))

    def check_line(self, where, row, lines):
        """From the first cell to the last, dashed where a gap is folded."""
        told = []
        solid, first, last = row["first_cell"], row["first_cell"], row["last_cell"]
        for fold in self.timeline["folds"]:
            before, after = fold["after_cell"], fold["before_cell"]
            if first <= before and after <= last:
                told += [("line", solid, before), ("dashes", before, after)]
                solid = after
        told.append(("line", solid, last))
        told = [(kind, self.middle(a), self.middle(b)) for kind, a, b in told if a < b]
        for i in reversed(range(1, len(told))):
            if told[i - 1][0] == told[i][0]:
                told[i - 1 : i + 1] = [(told[i][0], told[i - 1][1], told[i][2])]
        drawn = []
        for element in lines:
            kind, style = element.get("class").split()
            ends = re.fullmatch(r"M(-?\d+) -?\d+H(-?\d+)", element.get("d"))
            drawn.append((kind, int(ends.group(1)), int(ends.group(2))))
            check(where + "line", style, "faint")
        check(where + "line", drawn, told)

    def check_lane(self, row, group):
        where = "%s %d, " % (row["row"], row[NUMBERS[row["row"]]])
        label, *rest = list(group)
        if not fits(text_of(label).rstrip(), row["label"]):
            check(where + "label", text_of(label), row["label"])
        signs = [(sign_of(element, self.names), element) for element in rest]
        told = [(self.middle(c["cell"]), c["sign"], c["style"]) for c in row["cells"]]
        check(where + "signs", [sign for sign, _ in signs if sign], told)
        self.check_line(where, row, [element for sign, element in signs if not sign])

    def check_process(self, row, group):
        words = "".join(text_of(e) for e in group)
        for part in (str(row["pid"]), row.get("role", "")):
            if part not in words:
                check("process %d" % row["pid"], words, part)

    def check_rows(self):
        groups = [g for g in self.root.iter(SVG + "g") if g.get("class") in NUMBERS]
        rows = self.timeline["rows"]
        check("rows", [(g.get("class"), int(g.get("data-number"))) for g in groups],
              [(r["row"], r[NUMBERS[r["row"]]]) for r in rows])
        tops = [int(g[0].get("y")) for g in groups]
        check("rows, from top to bottom", tops, sorted(set(tops)))
        for row, group in zip(rows, groups):
            check("indent", int(group[0].get("x")), MARGIN + pixels(row["indent"]))
            (self.check_process if row["row"] == "process" else self.check_lane)(row, group)

    def check_legend(self):
        elements = list(self.group("legend"))
        drawn = []
        for sign, words in zip(elements[::2], elements[1::2]):
            drawn.append(sign_of(sign, self.names)[1:] + (text_of(words),))
        told = [(sign["name"], sign["style"], sign["legend"]) for sign in self.timeline["legend"]]
        check("legend", drawn, told)

    def check_rest(self):
        for count, words in (("rows_left_out", "and %d more descriptors"),
                             ("threads_left_out", "and %d more threads that wait")):
            left_out = self.timeline[count]
            is_said = any(words % left_out in text_of(e) for e in self.root)
            check("how many are left out", is_said, left_out > 0)

    def check_colours(self):
        """Each style has two colours, which the classes of all elements name."""
        css = text_of(self.root.find(SVG + "style"))
        for element in self.root.iter():
            for name in (element.get("class") or "").split():
                if name not in ("background", "line", "dashes", "shape", "axis", "legend", *NUMBERS):
                    check("colours of " + name, len(re.findall(r"\.%s \{ color: #" % name, css)), 2)


def compare_picture(path, told):
    timeline = told["timeline"]
    picture = Picture(path, timeline)
    picture.check_axis()
    picture.check_rows()
    picture.check_legend()
    picture.check_rest()
    picture.check_colours()


def compare_lines(path, told, columns):
    """Each row is one line, below the axis; the stories have their lines in the same order."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    left = columns - told["cells"]
    is_ascii = all(line.isascii() for line in lines)
    written = {sign["name"]: sign["ascii" if is_ascii else "unicode"] for sign in told["legend"]}
    written["start"] = "|" if is_ascii else "├"
    if not told["rows"]:
        return
    at = lines.index("") + 1
    for label in told["axis"]:
        begin = left + label["cell"]
        check("axis", lines[at][begin : begin + len(label["words"])], label["words"])
    for line, row in zip(lines[at + 1 :], told["rows"]):
        check("indent", len(line) - len(line.lstrip()), row["indent"])
        if row["row"] == "process":
            check("process", str(row["pid"]) in line, True)
            continue
        where = "%s %d, " % (row["row"], row[NUMBERS[row["row"]]])
        label = line[row["indent"] : left - 1].rstrip()
        if not fits(label, row["label"]):
            check(where + "label", label, row["label"])
        cells = line[left:].ljust(told["cells"])
        rest = " ─┄" if not is_ascii else " -."
        drawn = [(i, sign) for i, sign in enumerate(cells) if sign not in rest]
        check(where + "signs", drawn, [(c["cell"], written[c["sign"]]) for c in row["cells"]])
        check(where + "ends", len(line) - left, row["last_cell"] + 1)
    # What has no room in a line goes on in the next one.
    stories = " ".join(" ".join(lines[at + 1 + len(told["rows"]) :]).split())
    begin = 0
    for story in told["stories"]:
        for words in (words for phase in story["phases"]
                      for words in [phase["phase"]] + [l.get("words", "") for l in phase["lines"]]):
            found = stories.find(" ".join(words.split()), begin)
            if found < 0:
                check("story of %d" % story["descriptor"], "nothing", words)
            else:
                begin = found


def main():
    kind, *paths = sys.argv[1:]
    columns = int(paths.pop(0)) if kind == "text" else None
    differ = False
    for path in paths:
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
        path = path.removesuffix(".json")
        if kind == "svg":
            compare_picture(path, told)
        else:
            compare_lines(path, told, columns)
        if problems:
            print(path, *problems, sep="\n")
            differ = True
            problems.clear()
    sys.exit(differ)


main()
