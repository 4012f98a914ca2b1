# SPDX-License-Identifier: MIT
"""Compares a sequence as SVG and as Mermaid with what --format=json says of it: each step's words,
arrow, direction and style, phases and folds; and that nothing else is drawn.

drawing_sequence.py JSON SVG MERMAID"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree

ROW, LOOP = 26, 44


def is_cut(shown, words):
    """What is shown are the words, or as much of them as there was room for."""
    if shown == words:
        return True
    # Who was accepted stands there whole or not at all.
    if shown == re.sub(r" ←\S+( *)$", r"\1", words):
        return True
    kept = shown.partition("…")[0]
    return "…" in shown and words.startswith(kept)


class Drawn:
    """An element of the picture: its class, where it stands, and what it says or which way it goes."""

    def __init__(self, element):
        self.tag = element.tag.rpartition("}")[2]
        self.style = element.get("class")
        self.x, self.y = int(element.get("x", 0)), int(element.get("y", 0))
        self.text = "".join(element.itertext())
        self.path = element.get("d")

    def __repr__(self):
        return "%s.%s %s" % (self.tag, self.style, self.path or (self.x, self.y, self.text))


class Picture:
    def __init__(self, sequence, name):
        self.sequence = sequence
        self.elements = [
            Drawn(element)
            for element in ElementTree.parse(name).getroot().iter()
            if element.tag.endswith(("}text", "}path"))
        ]
        self.x = []
        self.top = self.unit = None
        self.at = 0
        if not sequence["lifelines"]:
            self.at = sum(element.style == "plain" for element in self.elements)
        self.take_lifelines()

    def take_lifelines(self):
        """The lines from top to bottom, each with two lines of words; what is before is the title."""
        for lifeline in self.sequence["lifelines"]:
            while not (self.elements[self.at].path or "").count("V"):
                self.at += 1
                assert not self.x, "something stands between the lifelines"
            line, name, who = self.elements[self.at : self.at + 3]
            x, y = re.fullmatch(r"M(\d+) (\d+)V\d+", line.path).groups()
            self.x.append(int(x))
            self.top = int(y) + 19
            assert is_cut(name.text, lifeline["name"]), (name, lifeline)
            assert name.style == "title" and name.x == who.x == int(x)
            for word in (str(lifeline.get("pid", "not traced")), lifeline.get("role", "")):
                assert word in who.text, (who, lifeline)
            self.at += 3
        for wait in self.sequence["waits"] if self.x else []:
            x, first, last = self.x[wait["lifeline"]], self.y(wait["first"]), self.y(wait["last"])
            self.take_path("bar", "shape wait", "M%d %dh6V%dh-6z" % (x - 3, first - ROW // 2, last + 4))

    def y(self, step):
        return self.top + step * ROW

    def take(self, what, fits):
        """Takes the next element that was drawn, which has to fit."""
        assert self.at < len(self.elements), "%s is missing" % what
        element = self.elements[self.at]
        assert fits(element), "no %s: %r" % (what, element)
        self.at += 1

    def take_path(self, what, style, path):
        self.take(what, lambda e: e.style == style and e.path == path)

    def take_words(self, what, style, words, lifeline, y):
        """Beside the lifeline, on either side."""
        near = range(10, LOOP + 9)
        self.take(
            what,
            lambda e: e.style == style
            and e.y == y + 4
            and abs(e.x - self.x[lifeline]) in near
            and is_cut(re.sub("  +", " ", e.text), re.sub("  +", " ", words)),
        )

    def take_end(self, step, end, y, more=""):
        if end + "_words" in step:
            words = step[end + "_words"] + (" " + more if more else "")
            self.take_words(end + " words", step[end + "_style"], words, step[end], y)

    def take_caption(self, step, y):
        if "carries" in step:
            self.take(
                "caption", lambda e: e.style == "plain" and e.y == y - 5 and is_cut(e.text, step["carries"])
            )

    def take_head(self, step, x, y, direction):
        if step.get("broken"):
            self.take_path("cross", "line error", "M%d %dl8 8m0 -8l-8 8" % (x - direction * 8 - 4, y - 4))
        else:
            self.take_path("head", "shape " + step["style"], "M%d %dl%d -4v8z" % (x, y, -9 * direction))

    def take_arrow(self, step, y):
        start, end = self.x[step["from"]], self.x[step["to"]]
        direction = 1 if end > start else -1
        line = "line " + step["style"]
        if step["arrow"] != "arrives":
            self.take_end(step, "from", y)
        if step["arrow"] == "leaves":
            if "other_step" not in step:
                self.take_path("stub", line, "M%d %dh%d" % (start, y, 24 * direction))
            self.take_caption(step, y)
            return
        if step["arrow"] != "arrives":
            self.take_path("line", line, "M%d %dH%d" % (start, y, end))
        elif "other_step" in step:
            left = self.y(step["other_step"])
            self.take_path("slanting line", line, "M%d %dL%d %d" % (start, left, end, y))
        else:
            self.take_path("dashes", "dashes " + step["style"], "M%d %dH%d" % (start, y, end))
        self.take_head(step, end, y, direction)
        if not step.get("repeated"):
            self.take_caption(step, y)
        self.take_end(step, "to", y)

    def take_loop(self, step, y):
        x = self.x[step["from"]]
        line, carries = "line " + step["style"], step.get("carries", "")
        if step["arrow"] == "arrives":
            left = self.y(step["other_step"]) if "other_step" in step else y
            self.take_path("loop", line, "M%d %dV%dH%d" % (x + LOOP, left, y, x))
            self.take_head(step, x, y, -1)
            self.take_end(step, "to", y, carries or " ")
        else:
            self.take_path("loop", line, "M%d %dh%d" % (x, y, LOOP))
            self.take_end(step, "from", y, carries or " ")

    def take_alone(self, step, y):
        end = "from" if "from" in step else "to"
        x = self.x[step[end]]
        dot = "M%d %da3 3 0 1 0 6 0a3 3 0 1 0 -6 0z" % (x - 3, y)
        self.take_path("dot", "shape " + step[end + "_style"], dot)
        if step["kind"] == "alone":
            self.take_end(step, end, y, step.get("carries", ""))
            return
        self.take_end(step, end, y)
        direction = -1 if len(self.x) == 1 or step[end] > 0 else 1
        self.take_path("dead end", "line error", "M%d %dh%d" % (x, y, 56 * direction))
        self.take_head(step, x + 68 * direction, y, direction)
        self.take_caption(step, y)

    def instant(self, time_ns):
        """To the microsecond, in the unit that the first one has."""
        begin = self.sequence["begin_ns"]
        us = abs(time_ns - begin) // 1000
        self.unit = self.unit or self.elements[self.at].text.split()[-1]
        words = "%d.%03d ms" % divmod(us, 10**3) if self.unit == "ms" else "%d.%06d s" % divmod(us, 10**6)
        return ("-" if us and time_ns < begin else "") + re.escape(words)

    def take_left(self, what, y, pattern):
        self.take(what, lambda e: e.style == "faint" and e.y == y + 4 and re.fullmatch(pattern, e.text))

    def take_step(self, number, step):
        y = self.y(number)
        if step["kind"] in ("phase", "fold"):
            style = "title" if step["kind"] == "phase" else "faint"
            self.take("rule", lambda e: e.style == "dashes faint")
            self.take("words", lambda e: (e.style, e.text, e.y) == (style, step["words"], y + 4))
            return
        self.take_left("time", y, self.instant(step["time_ns"]))
        if "since_ns" in step:
            self.take_left("time since the step before", y, r"[+-]([\d.]+ (ns|µs|ms|s|min.*|h.*)|0)")
        if self.has_numbers and "connection" in step:
            self.take_left("number", y, "#%d" % step["connection"])
        take = {"arrow": self.take_arrow, "loop": self.take_loop}.get(step["kind"], self.take_alone)
        take(step, y)

    def compare(self):
        self.has_numbers = self.sequence["connections"] > 1
        for number, step in enumerate(self.sequence["steps"]):
            try:
                self.take_step(number, step)
            except AssertionError as error:
                raise AssertionError("picture, step %d: %s; %s" % (number, error, step)) from error
        assert self.at == len(self.elements), "the picture has more: %r" % self.elements[self.at]


def unescape(words):
    return re.sub(r"#(\d+);", lambda m: chr(int(m[1])), words)


def statements(name):
    """What a diagram says: (participant, name), (arrow, from, to, words), (note, over, words)."""
    with open(name, encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert lines[0] == "sequenceDiagram"
    for line in lines[1:]:
        if participant := re.fullmatch(r"    participant p(\d+) as (.*)", line):
            yield "participant", int(participant[1]), unescape(participant[2])
        elif note := re.fullmatch(r"    Note over (p\d+(?:,p\d+)?): (.*)", line):
            for words in note[2].split("<br/>"):
                yield "note", note[1], unescape(words)
        elif not line.startswith("%% "):
            arrow = re.fullmatch(r"    p(\d+)(-[->)x]+)p(\d+): (.*)", line)
            assert arrow, "no statement: " + line
            yield "arrow", int(arrow[1]), arrow[2], int(arrow[3]), unescape(arrow[4])


def compare_words(shown, step, has_numbers):
    mark = "#%d " % step["connection"] if has_numbers and "connection" in step else ""
    begin = step.get("from_words", "") if step["arrow"] != "arrives" else ""
    middle, end = step.get("carries", ""), step.get("to_words", "")
    if step["kind"] == "dead_end":
        middle = (middle + " ✗").strip()
    assert shown.startswith(mark + begin) and shown.endswith(end), (shown, step)
    rest = shown[len(mark + begin) : len(shown) - len(end)]
    if begin and (middle or end):
        assert rest.startswith(" · "), (shown, step)
        rest = rest[3:]
    if middle and end:
        assert rest.endswith(" · "), (shown, step)
        rest = rest[:-3]
    assert is_cut(rest, middle), (rest, step)


def compare_diagram(sequence, name):
    said = list(statements(name))
    lifelines = sequence["lifelines"]
    over_all = "p0" if len(lifelines) == 1 else "p0,p%d" % (len(lifelines) - 1)
    tokens = {"whole": "->>", "leaves": "-)", "arrives": "-->>", "breaks": "-x"}
    for number, lifeline in enumerate(lifelines):
        kind, which, words = said.pop(0)
        assert (kind, which) == ("participant", number)
        for word in lifeline["name"], str(lifeline.get("pid", "")):
            assert word in words, (words, lifeline)
    for warning in sequence["warnings"] if lifelines else []:
        words = re.sub(r"[\x00-\x1f]", lambda m: "\\x%02x" % ord(m[0]), warning["message"])
        if "pid" in warning:
            words = "process %d: " % warning["pid"] + words
        kind, over, now = said.pop(0)
        assert (kind, over) == ("note", over_all), (kind, over, warning)
        assert now.startswith("warning: " + words), (now, warning)
    if lifelines and sequence["warnings_left_out"]:
        assert "more warning" in said.pop(0)[2]
    for number, step in enumerate(sequence["steps"]):
        assert said, "the diagram ends before step %d" % number
        now = said.pop(0)
        is_arrow = step["kind"] == "loop" or (step["kind"] == "arrow" and step["arrow"] != "leaves")
        if step["kind"] in ("phase", "fold"):
            assert now == ("note", over_all, step["words"]), (number, now, step)
            continue
        if is_arrow:
            token = "-x" if step.get("broken") else tokens[step["arrow"]]
            assert now[:4] == ("arrow", step["from"], token, step["to"]), (number, now, step)
        else:
            at = "p%d" % step["from" if "from" in step else "to"]
            assert now[:2] == ("note", at), (number, now, step)
        compare_words(now[-1], step, sequence["connections"] > 1)
    assert not said, "the diagram says more: %r" % said


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        sequence = json.load(file)
    try:
        Picture(sequence, sys.argv[2]).compare()
        compare_diagram(sequence, sys.argv[3])
    except AssertionError as error:
        sys.exit("%s: %s" % (sys.argv[1], error))


main()
