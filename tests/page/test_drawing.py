#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds what the page draws of traces against what the other views draw: `sockview --format=json -v
timeline` and `-v sequence` say that. What is drawn is taken from the page's canvases, in Chromium.
Says in TAP whether the rows, signs, arrows, rules, stories, legend and colours are the same.

    test_drawing.py SOCKVIEW TRACE...
"""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile

import example
from browser import Browser

# Wide enough for each call to have a cell of its own.
WIDTH = "10000"

# A context that notes what is drawn instead of drawing it. Words take hardly any room on it, so that
# none are cut.
RECORDER = """
    function recorder(events) {
        let path = [];
        const note = (what, more) => events.push({ what, path, ...more });
        const methods = {
            beginPath() { path = []; },
            moveTo(x, y) { path.push([x, y]); },
            lineTo(x, y) { path.push([x, y]); },
            bezierCurveTo(a, b, c, d, x, y) { path.push([x, y]); },
            arc(x, y, radius) { path.push([x, y, radius]); },
            stroke() { note("stroke", { style: this.strokeStyle }); },
            fill() { note("fill", { style: this.fillStyle }); },
            fillText(text, x, y) { note("text", { text, x, y, style: this.fillStyle }); },
            translate(x, y) { note("head", { x, y, style: this.fillStyle }); },
            createLinearGradient: () => ({ addColorStop() {} }),
            measureText: (text) => ({ width: text.length / 100 }),
        };
        return new Proxy(methods, { get: (it, name) => name in it ? it[name] : () => {}, set: (it, name, value) => {
            it[name] = value;
            return true;
        } });
    }
"""

# All lanes as rows, each with the signs that are drawn of it when there is room for them.
TIMELINE = RECORDER + """
    const { state, views } = Sockline.debug, { trace } = state;
    const draw = Sockline.glyph.draw;
    let signs = [];
    Sockline.glyph.draw = (context, glyph, x, y, isSmall) => signs.push([x, glyph.name, glyph.style, isSmall === true]);
    const clock = Sockline.clock.folded(trace);
    Sockline.state.setClock(state, clock);
    const view = Sockline.viewport.make({ from: clock.begin, to: clock.end }, 0, 1e10);
    const signsOf = (lane) => {
        signs = [];
        Sockline.lanePainter.paint(recorder([]), state, lane, view, 0, Sockline.palette.get());
        return signs.sort((a, b) => a[0] - b[0]).map((it) => it.slice(1));
    };
    views.timeline.width = 1400;
    const labelOf = (row) => {
        const events = [];
        Sockline.labels.paint(recorder(events), views.timeline, row, 0, 400, Sockline.palette.get());
        return events.filter((it) => it.what === "text").map((it) => it.text).join(" ");
    };
    const storyOf = (lane) => {
        const story = [];
        for (const it of Sockline.story.tell(state, lane, () => {})) {
            if (it.tagName === "H3") story.push({ phase: it.firstChild.textContent, sums: it.lastChild.textContent, calls: [], rest: "" });
            else {
                story[story.length - 1].calls = [...it.querySelectorAll("b")].map((name) => name.textContent);
                story[story.length - 1].rest = it.querySelector("li.note")?.textContent ?? "";
            }
        }
        return story;
    };
    // From when to when the calls lasted that have a sign in a row, as in the rows of other views.
    const callsOf = (rows) => rows.filter((row) => row.lane && (row.lane.descriptor >= 0 || row.lane.tid >= 0)).flatMap(({ lane }) => {
        const { call, glyph } = trace.lanes;
        return Array.from({ length: lane.last - lane.first }, (_, i) => lane.first + i).filter((at) => glyph[at] !== trace.glyphOf.none)
            .map((at) => [trace.calls.time[call[at]], trace.calls.end[call[at]]]);
    });
    const rows = views.timeline.layout.rows.map((row) => ({
        row: !row.lane ? "process" : row.lane.tid >= 0 ? "thread" : "lane", pid: trace.processes[row.process].pid, indent: row.indent,
        tid: row.lane?.tid >= 0 ? row.lane.tid : null,
        words: labelOf(row), descriptor: row.lane ? trace.descriptors[row.lane.descriptor]?.id ?? null : null,
        signs: row.lane ? signsOf(row.lane) : [], story: row.lane ? storyOf(row.lane) : [],
    }));
    Sockline.glyph.draw = draw;
    const shapes = {}, create = document.createElement;
    for (const glyph of trace.glyphs) {
        const events = [];
        document.createElement = () => ({ getContext: () => recorder(events) });
        Sockline.glyph.forget();
        Sockline.glyph.draw(recorder([]), glyph, 0, 0);
        shapes[glyph.name] = [events.filter((it) => it.what === "text").map((it) => it.text).join(), glyph.shape];
    }
    document.createElement = create;
    Sockline.glyph.forget();
    return {
        folds: trace.folds, calls: callsOf(views.timeline.layout.rows), shapes, order: trace.legend.map((glyph) => trace.glyphs[glyph].name),
        rows, more: document.getElementById("more").hidden ? 0 : parseInt(document.getElementById("more-count").textContent.match(/\\d+/)[0]),
        legend: [...document.querySelectorAll("#legend > span")].map((it) => ({
            name: it.dataset.glyph, sign: it.firstChild.textContent, words: it.lastChild.textContent, colour: getComputedStyle(it.firstChild).color,
        })),
    };
"""

TABLES = """
    const { state } = Sockline.debug, { sockets } = state.trace;
    return {
        titles: Sockline.summary.titles,
        sockets: Sockline.summary.socketRows(state).map((it) => ({ ...it, rate: isFinite(it.rate) ? it.rate : null,
            firstByte: isFinite(it.firstByte) ? it.firstByte : null })),
        calls: Sockline.summary.callRows(state),
        others: sockets.map((it) => [it.id, sockets[it.other]?.id ?? null]),
    };
"""

# The tab of the exchanges as it is read: sorted by each of some titles, with all rows. And who talks to whom.
EXCHANGES = """
    const { state } = Sockline.debug, { trace } = state;
    const finite = (rows) => rows.map((row) => Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, value === -Infinity ? null : value])));
    const section = (panel, title) => [...document.querySelectorAll("#panel-" + panel + " section")]
        .find((it) => it.firstChild.textContent.startsWith(title));
    const cells = (panel, title) => {
        if (!section(panel, title)) return [];
        for (let more; (more = section(panel, title).querySelector(":scope > button"));) more.click();
        return [...section(panel, title).querySelectorAll("tbody tr")].map((row) => [...row.cells].map((it) => it.textContent));
    };
    const sorted = (title, direction) => {
        const head = () => [...section("exchanges", "Exchanges")?.querySelectorAll("th") ?? []]
            .find((it) => it.textContent.split(" ")[0] === title);
        for (let i = 0; i < 2 && head() && head().getAttribute("aria-sort") !== direction; i++)
            head().querySelector("button").click();
        return cells("exchanges", "Exchanges");
    };
    Sockline.state.showTab(state, "exchanges");
    const tables = {
        begin: sorted("time", "ascending"), wait: sorted("wait", "descending"), total: sorted("total", "descending"),
        bars: [...section("exchanges", "Exchanges")?.querySelectorAll(".bar-of-wait") ?? []].map((it) => parseFloat(it.style.width)),
        titles: Sockline.exchanges.titles, talkTitles: Sockline.summary.titles[2],
    };
    const rows = Sockline.exchanges.exchangeRows(state);
    const firsts = trace.exchanges.question_first;
    Sockline.state.showTab(state, "summary");
    const talks = cells("summary", "Who talks to whom");
    Sockline.state.showTab(state, "timeline");
    return {
        ...tables, talks, begins: trace.begin, words: rows.map((it) => Sockline.words.callName(trace, firsts[it.number])),
        rows: finite(rows), peers: finite(Sockline.exchanges.peerRows(state, rows)),
    };
"""

# What is drawn of the sequence, and where its columns and rows are.
SEQUENCE = """
    const done = arguments[0];
    """ + RECORDER + """
    const { views, state } = Sockline.debug, events = [], begin = Sockline.canvas.begin;
    Sockline.state.showTab(state, "sequence");
    requestAnimationFrame(() => requestAnimationFrame(() => {
        Sockline.canvas.begin = (canvas, ...size) =>
            canvas.id === "rows" ? recorder(events) : begin(canvas, ...size);
        views.sequence.redraw();
        requestAnimationFrame(() => requestAnimationFrame(() => {
            Sockline.canvas.begin = begin;
            const { layout, place } = views.sequence, { ROW, HEAD, TOP } = Sockline.sequencePainter;
            done({ events, columns: layout.columns.map((it, i) => place.x(i)), first: HEAD + TOP + ROW / 2, row: ROW,
                head: HEAD, rows: layout.rows.length, width: views.sequence.width });
        }));
    }));
"""

COLOURS = """
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(Sockline.debug.state.trace.styles.map((name) => [name, style.getPropertyValue("--" + name).trim()]));
"""


# Each step of the state view: what is written in its boxes and tables, and where lines begin and end.
STATE = """
    const { trace } = Sockline.debug.state;
    const textsOf = (group) => [...group.querySelectorAll("text")].map((it) => [it.textContent.trim(), it.getAttribute("class")]);
    const groups = (name) => [...document.querySelectorAll("#kernel g." + name)].map((it) => [Number(it.dataset.number), textsOf(it)]);
    const valuesOf = (box) => [...box.querySelectorAll("tspan")].slice(1).map((it) => it.getAttribute("x"));
    return trace.state.steps.map((step, number) => {
        Sockline.kernel.paint(Sockline.kernel.pictureOf(trace, number));
        const wires = [...document.querySelectorAll("#kernel .wire")].map((it) => {
            const [from, ...more] = it.getAttribute("d").slice(1).split(/[HV]/);
            const begin = Number(from.split(" ")[1]);
            return [begin, more.length > 1 ? Number(more[1]) : begin, it.style.color];
        });
        return { words: step.words, boxes: groups("box"),
            begins: [...document.querySelectorAll("#kernel g.box")].map((it) => new Set(valuesOf(it)).size), tables: groups("process"), wires, joins: document.querySelectorAll("#kernel .join").length };
    });
"""


def told(sockview, view, trace, *options):
    output = subprocess.run([sockview, "--format=json", "-v", view, "--width=" + WIDTH, *options, trace],
                            check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


def names_in(path):
    """The names of a trace's calls by their numbers."""
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    return {it["seq"]: it["name"] for it in records if it["type"] == "call"}


class Differences(list):
    def expect(self, what, drawn, expected):
        if drawn != expected:
            self.append("%s: the page has %s, others %s" % (what, drawn, expected))


def spaced(words):
    return " ".join(words.split())


def compare_timeline(page, timeline, picture, colours, short):
    """What differs between the page's timeline and that of the other views. The stories of `short` are told in short."""
    found = Differences()
    lanes = [row for row in page["rows"] if row["row"] != "process"]
    known = [row for row in page["rows"] if row["row"] == "process"
             and any(it["pid"] == row["pid"] and it["descriptor"] is not None for it in lanes)
             or row["row"] == "thread" or row["descriptor"] is not None]
    rows = timeline["rows"]
    found.expect("rows", [(it["row"], it["pid"], it["descriptor"], it["tid"]) for it in known],
                 [(it["row"], it["pid"], it.get("descriptor"), it.get("tid")) for it in rows])
    stories, shorter = ({it["descriptor"]: it for it in told_of["stories"]} for told_of in (timeline, short))
    for drawn, row in zip(known, rows):
        who = "%s %s" % (row["row"], row.get("descriptor", row.get("tid", row["pid"])))
        if row["row"] == "process":
            found.expect(who + ", indent", 2 * drawn["indent"], row["indent"])
            inherited = ", ".join(str(fd) for fd in row["inherited"])
            words = " · ".join(it for it in ("%s %d" % (row["program"], row["pid"]), row.get("role"), inherited and "inherited fd " + inherited) if it)
            found.expect(who + ", words", drawn["words"], spaced(words))
            continue
        found.expect(who + ", indent", 2 * drawn["indent"] + 2, row["indent"])
        found.expect(who + ", label", spaced(drawn["words"]), spaced(row["label"]))
        found.expect(who + ", signs", [tuple(it[:2]) for it in drawn["signs"]],
                     [(it["sign"], it["style"]) for it in row["cells"]])
        found.expect(who + ", small signs", sum(it[2] for it in drawn["signs"]), 0)
        if row["row"] == "thread":
            continue
        story = stories[row["descriptor"]]
        compare_story(found, who, drawn["story"], story["phases"])
        compare_sums(found, who, drawn["story"], shorter.get(row["descriptor"], story)["phases"])
    # A page, which is wide, folds what a narrow picture does, and more: where nothing ends, and what begins goes on.
    folds = iter(page["folds"])
    missing = [it["length_ns"] for it in picture["timeline"]["folds"] if not any(to - begin == it["length_ns"] for begin, to in folds)]
    found.expect("folds of %s that the page lacks" % page["folds"], missing, [])
    found.expect("calls that end in folds of %s" % page["folds"],
                 [call for call in page["calls"] if any(begin < call[1] < to for begin, to in page["folds"])], [])
    found.expect("more", page["more"], timeline["rows_left_out"])
    signs = [it["name"] for it in page["legend"]]
    # Text has signs for several calls in one cell.
    joined = {"both", "few", "some", "many", "most"}
    # The page has lanes for calls without a descriptor.
    alone = {name for it in lanes if it["row"] == "lane" and it["descriptor"] is None for name, *_ in it["signs"]}
    expected = {it["name"] for it in timeline["legend"]} - joined
    found.expect("legend", signs, [it for it in page["order"] if it in expected | alone])
    for drawn in page["legend"]:
        for it in timeline["legend"]:
            if it["name"] == drawn["name"]:
                sign = it["unicode"].replace("·", "●")
                found.expect("legend of " + it["name"], (drawn["sign"], drawn["words"], hexadecimal(drawn["colour"])),
                             (sign, it["legend"], colours[it["style"]]))
                found.expect("sign of " + it["name"], page["shapes"][it["name"]],
                             [it["unicode"] if it["shape"] == "letter" else "", it["shape"]])
    return found


def compare_story(found, who, drawn, phases):
    found.expect(who + ", phases", [it["phase"] for it in drawn], [it["phase"] for it in phases])
    for told_here, phase in zip(drawn, phases):
        names = [it["name"] for it in phase["lines"] if "name" in it]
        if len(names) > 14:
            names = names[:7] + names[-4:]
        drawn_names = [re.sub("^io_uring_", "uring:", name) for name in told_here["calls"]]
        found.expect("%s, %s" % (who, phase["phase"]), drawn_names, names)


def bytes_in_words(count):
    units = ["B", "kB", "MB", "GB"]
    unit = 0
    while count >= (1000 if unit == 0 else 999.5):
        count, unit = count / 1000, unit + 1
    return ("%d %s" if unit == 0 else "%.2f %s" if count < 9.995 else "%.1f %s" if count < 99.95 else "%.0f %s") % (count, units[unit])


def count_in_words(count):
    return "{:,}".format(count).replace(",", "\u202f")


def compare_sums(found, who, drawn, phases):
    """What is said of a phase, and of the calls in it that are not told."""
    for told_here, phase in zip(drawn, phases):
        sums = ""
        if "receives" in phase:
            sums = "in %s in %s, out %s in %s" % (bytes_in_words(phase["bytes_in"]), count_in_words(phase["receives"]),
                                                  bytes_in_words(phase["bytes_out"]), count_in_words(phase["sends"]))
        found.expect("%s, sums of %s" % (who, phase["phase"]), told_here["sums"], sums)
        for rest in (it for it in phase["lines"] if "left_out" in it):
            words = "… %s more calls" % count_in_words(rest["left_out"])
            if rest["sends"]:
                words += ", %s sent %s" % (count_in_words(rest["sends"]), bytes_in_words(rest["bytes_out"]))
            if rest["receives"]:
                words += ", %s received %s" % (count_in_words(rest["receives"]), bytes_in_words(rest["bytes_in"]))
            if rest["errors"]:
                words += ", %s failed" % count_in_words(rest["errors"])
            found.expect("%s, rest of %s" % (who, phase["phase"]), told_here["rest"], words)


def hexadecimal(colour):
    return "#" + "".join("%02x" % int(part) for part in re.findall(r"\d+", colour)[:3])


def sorted_rows(rows, *keys):
    """What stands in the rows' columns, by the first of them."""
    return sorted(([row.get(key) for key in keys] for row in rows), key=lambda it: it[0])


def compare_tables(page, summary, sockets, words):
    """`words`: the view summary as text, the titles of which the page's tables have."""
    found = Differences()
    found.expect("sockets", sorted_rows(page["sockets"], "id", "state", "calls", "in", "out", "rate", "firstByte", "waited", "errors"),
                 sorted_rows(summary["sockets"], "socket", "state", "calls", "bytes_in", "bytes_out", "bytes_per_second",
                             "first_byte_ns", "in_calls_ns", "errors"))
    errors = [{**it, "errors": ", ".join("%s %d" % (error["error"], error["count"]) for error in it["errors"])} for it in summary["calls"]]
    found.expect("calls", sorted_rows(page["calls"], "name", "calls", "total", "p50", "p99", "max", "errors"),
                 sorted_rows(errors, "call", "count", "total_ns", "p50_ns", "p99_ns", "max_ns", "errors"))
    found.expect("failed calls", sum(it["failed"] for it in page["calls"]), summary["header"]["errors"])
    for name, own, titles in zip(("sockets", "calls"), ({"process"}, {"bytes", "failed"}), page["titles"][:2]):
        lines = words.splitlines()
        # The text has those sockets that are no end of a connection, if there are any.
        heading = [i for i, line in enumerate(lines) if line in (name.capitalize(), "Other " + name)]
        if not heading:
            continue
        told_titles = re.split(" {2,}", lines[heading[0] + 1].strip())
        found.expect("titles of " + name, [it for it in titles if it not in own and it in told_titles], told_titles)
    others = dict(page["others"])
    for it in sockets["sockets"]:
        found.expect("other end of %d" % it["socket"], others[it["socket"]], it.get("other_end"))
    return found


def titles_below(words, first):
    """The titles of the text's table that has this one first."""
    return next((re.split(" {2,}", line.strip()) for line in words.splitlines() if re.match(" *%s  " % first, line)), [])


def compare_exchanges(page, told_by, words, names):
    """`told_by`: the view exchanges by how it is sorted; `words`: it as text; `names`: of the calls by number."""
    found = Differences()
    exchanges = told_by["begin"]["exchanges"]
    found.expect("exchanges", [[it["begin"] + page["begins"], it["ends"], it["name"], it["asked"], it["answered"], it["hasWaited"],
                                it["wait"], it["total"], it["result"], it["failed"]] for it in page["rows"]],
                 [[it["time_ns"], it["from"] + " → " + it["to"], it.get("name", ""), it["bytes_asked"], it["bytes_answered"],
                   "wait_ns" in it, it.get("wait_ns", 0), it["total_ns"], it["words"], it.get("failed", False)] for it in exchanges])
    found.expect("calls that ask", page["words"], [names[it["question_calls"][0]] for it in exchanges])
    for sort, told_here in told_by.items():
        found.expect("exchanges by " + sort, [[row[i] for i in (1, 2, 3, 4, 8)] for row in page[sort]],
                     [[it["from"] + " → " + it["to"], it.get("name", ""), bytes_in_words(it["bytes_asked"]),
                       bytes_in_words(it["bytes_answered"]), it["words"]] for it in told_here["exchanges"]])
    longest = max([it.get("wait_ns", 0) for it in exchanges], default=0)
    bars = [100 * it.get("wait_ns", 0) / (longest or 1) for it in told_by["total"]["exchanges"]]
    if len(bars) != len(page["bars"]) or any(abs(bar - drawn) > 0.01 for bar, drawn in zip(bars, page["bars"])):
        found.append("bars: the page has %s, others %s" % (page["bars"], bars))
    peers = [[it.get(key) for key in ("from", "to", "count", "failed", "pending", "bytes_asked", "bytes_answered", "p50_ns", "p99_ns", "max_ns")]
             for it in told_by["begin"]["peers"]]
    found.expect("peers", sorted([it[key] for key in ("from", "to", "count", "failed", "pending", "asked", "answered", "p50", "p99", "max")]
                                 for it in page["peers"]), sorted(peers))
    if exchanges:
        found.expect("titles", [[it for it in titles if it] for titles in page["titles"]],
                     [titles_below(words, "socket")[1:], titles_below(words, "from")])
    return found


def whom(talk):
    if talk["talk"] == "listening":
        return "nobody came"
    return ("↔" if talk["talk"] == "pair" else "⇄" if talk.get("guessed") else "→") + " " + talk.get("whom", "")


def compare_talks(page, talks, words):
    """`words`: the view overview as text."""
    found = Differences()
    found.expect("talks", [[row[i] for i in (0, 1, 2, 3, 4, 5, 6, 7, 10)] for row in page["talks"]],
                 [[it.get("who", ""), whom(it).strip(), it.get("address", ""), it["kind"], str(it.get("count") or ""),
                   bytes_in_words(it["bytes_to_server"]) if "bytes_to_server" in it else "",
                   bytes_in_words(it["bytes_to_client"]) if "bytes_to_client" in it else "",
                   str(it.get("exchanges", {}).get("count", "")), it.get("state", "")] for it in talks])
    if talks:
        own = [it for it in page["talkTitles"] if it != "state"]
        found.expect("titles", [it for it in own if it in titles_below(words, "who")], titles_below(words, "who"))
    return found


class Sequence:
    """What was drawn of the sequence, by row and column."""

    def __init__(self, drawn):
        self.columns, self.first, self.height, self.drawn = drawn["columns"], drawn["first"], drawn["row"], drawn
        self.rows = [{"texts": [], "dots": [], "arrows": [], "crosses": 0} for _ in range(drawn["rows"])]
        self.head = []
        for event in drawn["events"]:
            self.note(event)

    def row_at(self, y):
        return round((y - self.first) / self.height)

    def column_at(self, x, reach=16):
        near = [i for i, column in enumerate(self.columns) if abs(column - x) <= reach]
        return near[0] if near else None

    def note(self, event):
        if event["what"] == "text":
            if event["y"] < self.drawn["head"]:
                self.head.append(event)
            else:
                self.rows[self.row_at(event["y"])]["texts"].append(event)
        elif event["what"] == "fill" and event["path"] and len(event["path"][0]) == 3 and event["path"][0][2] < 4:
            x, y, _ = event["path"][0]
            self.rows[self.row_at(y)]["dots"].append((self.column_at(x), event["style"]))
        elif event["what"] == "stroke" and len(event["path"]) == 4:
            self.rows[self.row_at(event["path"][0][1])]["crosses"] += 1
        elif event["what"] == "stroke" and len(event["path"]) == 2:
            (x, y), (to, end) = event["path"]
            if y == end == self.drawn["head"] or x == to and y == self.drawn["head"]:
                return  # a lifeline
            self.rows[self.row_at(end)]["arrows"].append({
                "from": self.column_at(x), "to": self.column_at(to), "row": self.row_at(y), "style": event["style"],
                "direction": (to > x) - (to < x)})


def compare_sequence(drawn, sequence, names, colours):
    """What differs between the page's sequence and that of the other views, drawn in full."""
    found, page, steps = Differences(), Sequence(drawn), sequence["steps"]
    heads = [[it["text"] for it in page.head if abs(it["x"] - x) < 2] for x in page.columns]
    notes = {"client", "server"}
    for words, lifeline in zip(heads, sequence["lifelines"]):
        who = str(lifeline.get("pid", ""))
        if lifeline.get("tid", lifeline.get("pid")) != lifeline.get("pid"):
            who += "/%d" % lifeline["tid"]
        note = " · ".join(it for it in (who, lifeline.get("role")) if it) if who else "not traced"
        found.expect("lifeline", words, [lifeline.get("name", lifeline.get("address")), note])
        assert lifeline.get("role") is None or lifeline["role"] in notes
    found.expect("lifelines", len(heads), len(sequence["lifelines"]))
    found.expect("rows", len(page.rows), len(steps))
    for number, (row, step) in enumerate(zip(page.rows, steps)):
        who = "row %d" % number
        words = [it["text"] for it in row["texts"]]
        if step["kind"] == "phase":
            # Words of an arrow that goes across may stand there, too.
            rule = [it["text"] for it in row["texts"] if it["x"] == drawn["width"] / 2]
            found.expect(who + ", rule", (rule, row["dots"], row["arrows"]), ([step["words"]], [], []))
            continue
        ends = [(step[at], step[at + "_style"], names[step[at + "_call"]]) for at in ("from", "to")
                if at + "_call" in step and at + "_words" in step and at in step]
        found.expect(who + ", calls", row["dots"], [(at, colours[style]) for at, style, _ in ends])
        missing = [name for _, _, name in ends if name not in words]
        found.expect(who + ", names", missing, [])
        compare_arrow(found, who, page, number, row, step, steps, colours)
    return found


def compare_arrow(found, who, page, number, row, step, steps, colours):
    colour, arrows = colours[step["style"]], row["arrows"]
    found.expect(who + ", crosses", row["crosses"], int(bool(step.get("broken"))))
    is_begun_only = step["arrow"] == "leaves" and "other_step" in step
    if step["arrow"] == "none" or is_begun_only:
        found.expect(who + ", arrows", arrows, [])
        return
    if step["kind"] == "loop":
        bow = [{"from": page.column_at(page.columns[step["from"]]), "row": step.get("other_step", number)}]
        found.expect(who + ", bow", [{"from": it["from"], "row": it["row"]} for it in arrows], bow)
        return
    found.expect(who + ", number of arrows", len(arrows), 1)
    if len(arrows) != 1:
        return
    arrow = arrows[0]
    found.expect(who + ", colour of its arrow", arrow["style"], colour)
    if step["arrow"] != "arrives" or "other_step" in step:
        found.expect(who + ", begin of its arrow", arrow["from"], step["from"])
    if step["arrow"] in ("whole", "arrives") and not step.get("broken"):
        found.expect(who + ", end of its arrow", arrow["to"], step["to"])
    found.expect(who + ", row of its begin", arrow["row"], step.get("other_step", number) if step["arrow"] == "arrives" else number)
    if "to" in step and "from" in step:
        found.expect(who + ", direction", arrow["direction"], (step["to"] > step["from"]) - (step["to"] < step["from"]))


def svg_colours(sockview, trace, dark):
    """The colours of the styles in a picture."""
    picture = subprocess.run([sockview, "-v", "svg", trace], check=True, stdout=subprocess.PIPE).stdout.decode()
    light, _, rest = picture.split("</style>")[0].partition("@media (prefers-color-scheme: dark)")
    return dict(re.findall(r"\.(\w+) \{ color: (#\w+) \}", rest if dark else light))


results = []


def check(name, differences):
    results.append(not differences)
    print("%s %d %s" % ("not ok" if differences else "ok", len(results), name), flush=True)
    for difference in differences[:6]:
        print("# " + difference)


def open_page(browser, sockview, page, trace, *options):
    subprocess.run([sockview, "-v", "html", "-o", page, *options, trace], check=True)
    browser.resize(1400, 900)
    browser.open(page)


def renumber(page):
    """Gives what the page's numbers stand for other numbers, in the tables and wherever they are used."""
    with open(page, encoding="utf-8") as file:
        before, mark, rest = file.read().partition('<script type="application/json" id="trace">')
    data, end, after = rest.partition("</script>")
    data = json.loads(data)
    kinds, sequence, rows = data["kinds"], data["sequence"], data["rows"]
    tables = [(data["lane_phases"], [(kinds, "phase"), (data["members"], "phase")]), (data["row_kinds"], [(rows, "kind")]),
              (sequence["arrows"], [(sequence["kinds"], "arrow")]), (sequence["cargos"], [(sequence["kinds"], "cargo")])]
    for table, columns in tables:
        for owner, name in columns:
            owner[name] = [len(table) - 1 - number for number in owner[name]]
    for table in [it for it, _ in tables] + data["phases"] + [data["flags"], data["exchange_flags"]]:
        table.reverse()
    for owner, names in ((kinds, "flags"), (data["exchange_kinds"], "exchange_flags")):
        owner["flags"] = [int(format(flags, "0%db" % len(data[names]))[::-1], 2) for flags in owner["flags"]]
    with open(page, "w", encoding="utf-8") as file:
        file.write(before + mark + json.dumps(data).replace("<", "\\u003c") + end + after)


def test_numbers(browser, sockview, page, trace):
    """The page reads what numbers mean in its data, and knows none of them."""
    views = ("return [(() => {%s})(), (() => {%s})(), (() => {%s})()]" % (TIMELINE, TABLES, EXCHANGES))
    open_page(browser, sockview, page, trace)
    before = browser.run(views), draw_sequence(browser)
    renumber(page)
    browser.resize(1400, 900)
    browser.open(page)
    after = browser.run(views), draw_sequence(browser)
    check("the page knows no number by heart, of " + os.path.basename(trace),
          [] if before == after and not browser.errors() else ["the views differ"])


def draw_sequence(browser):
    """On a canvas that is large enough for all of it."""
    steps, lifelines = browser.run(
        "const { steps, rules, lifelines } = Sockline.debug.state.trace.sequence; return [steps.kind.length + rules.step.length, lifelines.length]")
    browser.resize(900 + 300 * lifelines, 400 + 30 * steps)
    browser.run("Sockline.sequence.choose(Sockline.debug.views.sequence, -1)")
    return browser.driver.execute_async_script(SEQUENCE)


def test_trace(browser, sockview, page, trace, *options):
    name = " ".join([os.path.basename(trace), *options])
    open_page(browser, sockview, page, trace, *options)
    colours = browser.run(COLOURS)
    timeline, drawn = told(sockview, "timeline", trace, "--full", *options), browser.run(TIMELINE)
    short = told(sockview, "timeline", trace, *options)
    picture = told(sockview, "svg", trace, "--full", *options)
    if any(it.startswith("--top") for it in options):
        timeline = short
    check("the timeline of " + name, compare_timeline(drawn, timeline, picture, colours, short))
    sequence, rows = told(sockview, "sequence", trace, "--full", *options), draw_sequence(browser)
    check("the sequence of " + name, compare_sequence(rows, sequence, names_in(trace), colours))
    summary, sockets = told(sockview, "summary", trace, "--full", *options), told(sockview, "socket", trace, "--full", *options)
    head = browser.run("return [...document.querySelectorAll('#counts > span')].map((it) => it.textContent)")
    words = subprocess.run([sockview, "-v", "summary", "--width=" + WIDTH, *options, trace], check=True, stdout=subprocess.PIPE).stdout.decode()
    check("the tables of " + name, compare_tables(browser.run(TABLES), summary, sockets, words))
    found = Differences()
    found.expect("counts", head, re.split(" {2,}", words.splitlines()[0])[1:-1])
    check("the head of " + name, found)
    # An order that is chosen is that of the rows of the timeline, too, and leaves some out.
    chosen = [it for it in options if not it.startswith("--top")]
    by = {sort: told(sockview, "exchanges", trace, "--full", "--sort=" + sort, *chosen) for sort in ("begin", "wait", "total")}
    text = {view: subprocess.run([sockview, "-v", view, "--full", "--width=" + WIDTH, *chosen, trace], check=True, stdout=subprocess.PIPE)
            .stdout.decode() for view in ("exchanges", "overview")}
    tabs = browser.run(EXCHANGES)
    check("the exchanges of " + name, compare_exchanges(tabs, by, text["exchanges"], names_in(trace)))
    talks = told(sockview, "overview", trace, "--full", *chosen)["talks"]
    check("who talks to whom in " + name, compare_talks(tabs, talks, text["overview"]))
    state = told(sockview, "svg", trace, "--part=state", "--steps", "--top=1000", *chosen)["state"]
    steps = browser.run(STATE)
    check("the state of " + name, compare_state(steps, state))
    if any(it["rows"] for it in state["pictures"]):
        for change in (lambda it: it["rows"][0].update(words="x"), lambda it: it["boxes"][0].update(socket=99), lambda it: it.update(step=99)):
            other = copy.deepcopy(state)
            change(next(it for it in other["pictures"] if it["boxes"]))
            check("a difference in the state of " + name, [] if compare_state(steps, other) else ["is not found"])
    check("no complaints about " + name, browser.errors())
    return timeline, drawn, picture, sequence, rows, colours, short


def blocks_of(rows):
    blocks = []
    for row in rows:
        if row["kind"] == "process":
            blocks.append([])
        blocks[-1].append(row)
    return blocks


def compare_state(drawn, told_here):
    """What differs between the state view of the page and that of the picture."""
    found = Differences()
    row_height, head = 20, 24
    found.expect("steps", len(drawn), len(told_here["pictures"]))
    for page, picture in zip(drawn, told_here["pictures"]):
        step = "step %d: " % picture["step"]
        boxes, rows = picture["boxes"], picture["rows"]
        found.expect(step + "number", page["words"].split(" of ")[0], "call %d" % picture["step"])
        found.expect(step + "columns of values", page["begins"], [1 if len(it["lines"]) > 1 else 0 for it in boxes])
        found.expect(step + "boxes", page["boxes"], [[it["socket"], [[line["words"], line["style"]] for line in it["lines"]]] for it in boxes])
        found.expect(step + "tables", page["tables"], [[it[0]["pid"], [[row["words"], row["style"]] for row in it]] for it in blocks_of(rows)])
        found.expect(step + "lines", page["wires"], [
            [head + row_height * it["row"] + 10, head + row_height * it["port"] + 10, "var(--%s)" % it["style"]]
            for it in rows if "port" in it])
        found.expect(step + "joins", page["joins"], len([
            it for it in boxes if it["column"] == "left" and "other" in it and boxes[it["other"]]["column"] == "right"
            and "given back" not in (it["state"], boxes[it["other"]]["state"])]))
    return found


def test_comparison(timeline, drawn, picture, sequence, rows, colours, short, trace):
    """The comparison finds one sign, row, label, arrow or rule that differs."""
    def differs(change, told_of):
        other = copy.deepcopy(told_of)
        change(other)
        if told_of is timeline:
            return compare_timeline(drawn, other, picture, colours, short)
        if told_of is short:
            return compare_timeline(drawn, timeline, picture, colours, other)
        return compare_sequence(rows, other, names_in(trace), colours)

    lane = next(i for i, row in enumerate(timeline["rows"]) if row["row"] == "lane")
    arrow = next(i for i, step in enumerate(sequence["steps"]) if step.get("arrow") == "whole")
    rule = next(i for i, step in enumerate(sequence["steps"]) if step["kind"] == "phase")
    story, phase = next((i, j) for i, it in enumerate(short["stories"]) for j, phase in enumerate(it["phases"]) if "receives" in phase)
    changes = [
        ("sum", short, lambda it: it["stories"][story]["phases"][phase].update(receives=99)),
        ("sign", timeline, lambda it: it["rows"][lane]["cells"][0].update(sign="close")),
        ("style", timeline, lambda it: it["rows"][lane]["cells"][0].update(style="error")),
        ("row", timeline, lambda it: it["rows"].pop(lane)),
        ("order", timeline, lambda it: it["rows"].insert(1, it["rows"].pop())),
        ("label", timeline, lambda it: it["rows"][lane].update(label="fd 9")),
        ("phase", timeline, lambda it: it["stories"][0]["phases"][0].update(phase="serving well")),
        ("legend", timeline, lambda it: it["legend"].pop()),
        ("step", sequence, lambda it: it["steps"].pop(arrow)),
        ("direction", sequence, lambda it: it["steps"][arrow].update({"from": it["steps"][arrow]["to"], "to": it["steps"][arrow]["from"]})),
        ("colour", sequence, lambda it: it["steps"][arrow].update(style="error")),
        ("kind", sequence, lambda it: it["steps"][arrow].update(arrow="none")),
        ("broken", sequence, lambda it: it["steps"][arrow].update(broken=True)),
        ("rule", sequence, lambda it: it["steps"][rule].update(words="another phase")),
        ("lifeline", sequence, lambda it: it["lifelines"].reverse()),
    ]
    busy = copy.deepcopy(drawn)
    busy["folds"].append([min(it[0] for it in drawn["calls"]), max(it[1] for it in drawn["calls"])])
    check("a fold in which something happens is found",
          [] if compare_timeline(busy, timeline, picture, colours, short) else ["is not found"])
    check("the comparison finds every difference",
          [name + " is not found" for name, told_of, change in changes if not differs(change, told_of)])


def main(sockview, traces):
    with tempfile.TemporaryDirectory() as directory, Browser() as browser:
        page = os.path.join(directory, "page.html")
        for name in ("textbook", "udp", "again", "attached"):
            path = os.path.join(directory, name + ".jsonl")
            with open(path, "w", encoding="utf-8") as file:
                example.EXAMPLES[name]().write(file)
            traces.append(path)
        for trace in traces:
            case = test_trace(browser, sockview, page, trace)
            if trace.endswith("concurrent_server.jsonl"):
                test_comparison(*case, trace)
                test_trace(browser, sockview, page, trace, "--top=3")
                test_trace(browser, sockview, page, trace, "--by=thread")
                test_numbers(browser, sockview, page, trace)
        for dark in (False, True):
            browser.set_dark(dark)
            open_page(browser, sockview, page, traces[0])
            found = Differences()
            found.expect("colours", browser.run(COLOURS), svg_colours(sockview, traces[0], dark))
            check("the colours on a %s ground are those of pictures" % ("dark" if dark else "light"), found)
    print("1..%d" % len(results))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
