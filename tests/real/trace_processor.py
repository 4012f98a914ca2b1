# SPDX-License-Identifier: MIT
"""trace_processor.py FILE.json PAGE <FILE.pftrace: Perfetto's trace processor reads the file without a complaint, finds
in it what the JSON of the same view tells, and answers each question in SQL of the page. Prints the answers.

The one that npm has is of 2021. It knows flow_ids by the number that they had then (flow_ids_old of
protos/perfetto/trace/track_event/track_event.proto), so that they get it before. It leads a flow from the slice
that has it first in the file; since 2025 that is the one that began first, and both have to be the same."""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VIEWS = os.path.join(HERE, "../../viewer/views")
CATEGORIES = "select category, count(*) count, sum(dur) dur from slice where dur >= 0 group by 1"
FLOWS = """select a.category || ' ' || b.category category, count(*) count, sum(b.ts - a.ts) ns, min(b.ts - a.ts) least
    from flow join slice a on slice_out = a.id join slice b on slice_in = b.id group by 1"""
COUNTERS = "select name, count(*) count, sum(value) value from counter join counter_track t on track_id = t.id group by 1"
COMPLAINTS = "select name, value from stats where value > 0 and severity in ('error', 'data_loss')"


def protoc(what, folder, data):
    return subprocess.run(["protoc", "--%s=perfetto.Trace" % what, "--proto_path=" + folder, "perfetto.proto"],
                          input=data, stdout=subprocess.PIPE, check=True).stdout


def of_2021(data, folder):
    with open(os.path.join(VIEWS, "perfetto.proto"), encoding="utf-8") as schema:
        older, count = re.subn(r"repeated fixed64 flow_ids = 47", "repeated uint64 flow_ids = 36", schema.read())
    assert count == 1
    with open(os.path.join(folder, "perfetto.proto"), "w", encoding="utf-8") as schema:
        schema.write(older)
    return protoc("encode", folder, protoc("decode", VIEWS, data))


def ask(data, questions):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "wb") as file:
            file.write(of_2021(data, folder))
        answers = subprocess.run(["node", os.path.join(HERE, "trace_processor.js"), path],
                                 input=json.dumps(questions).encode(), stdout=subprocess.PIPE, check=True).stdout
    return json.loads(answers)


def told(events):
    """The slices, flows and counters of the JSON, summed up as the questions do."""
    slices, flows, counters = (collections.defaultdict(collections.Counter) for _ in range(3))
    names, opened, leads = {}, collections.defaultdict(list), {}
    for event in events:
        track = event["track"]
        if event["event"] == "track":
            names[track] = event["name"]
        elif event["event"] == "begin":
            opened[track].append(event)
            for flow in event.get("flows", []):
                start = leads.setdefault(flow, event)
                if start is not event:
                    flows[start["category"] + " " + event["category"]].update(
                        count=1, ns=event["time_ns"] - start["time_ns"])
        elif event["event"] == "end":
            begin = opened[track].pop()
            slices[begin["category"]].update(count=1, dur=event["time_ns"] - begin["time_ns"])
        else:
            counters[names[track]].update(count=1, value=event["value"])
    return slices, flows, counters


def same(rows, key, wanted):
    found = {row[key]: {name: row[name] for name in wanted[row[key]]} for row in rows if row[key] in wanted}
    assert len(found) == len(rows) and found == wanted, "\n%r\n%r" % (rows, wanted)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        slices, flows, counters = told(json.load(file)["events"])
    with open(sys.argv[2], encoding="utf-8") as page:
        questions = re.findall(r"(?:^    .*\n)+", page.read().partition("## Questions in SQL")[2], re.M)
    assert len(questions) == 4
    complaints, by_category, by_flow, by_counter, *answers = ask(
        sys.stdin.buffer.read(), [COMPLAINTS, CATEGORIES, FLOWS, COUNTERS, *questions])
    assert complaints == [], complaints
    same(by_category, "category", slices)
    same(by_flow, "category", flows)
    same(by_counter, "name", counters)
    assert all(row["least"] >= 0 for row in by_flow), by_flow
    print(json.dumps(answers))


main()
