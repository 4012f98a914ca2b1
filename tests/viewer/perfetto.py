# SPDX-License-Identifier: MIT
"""perfetto.py FILE.json <DECODED: what protoc has decoded of sockview -v perfetto is a trace as Perfetto
reads it, and has what the JSON of the same view tells. Prints how many there are of each."""

import collections
import json
import re
import sys

CLEARED, NEEDED = 1, 2
REALTIME, BOOTTIME = 1, 6
TOKEN = re.compile(rb'\s*(?:([A-Za-z_]\w*)\s*(\{|:\s*(-?\d+|[A-Za-z_]\w*|"(?:[^"\\]|\\.)*"))|(\}))')
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def unescaped(match):
    what = match.group(1)
    return bytes([int(what, 8)]) if what[:1].isdigit() else ESCAPES.get(what, what)


def value_of(word):
    if word.startswith(b'"'):
        return ESCAPE.sub(unescaped, word[1:-1]).decode()
    return int(word) if re.fullmatch(rb"-?\d+", word) else word.decode()


def messages(text):
    """The packets: a message is a dictionary of lists."""
    stack, at = [collections.defaultdict(list)], 0
    text = text.rstrip()
    while at < len(text):
        token = TOKEN.match(text, at)
        assert token, "no field with a name: %r" % text[at : at + 80]
        at = token.end()
        key, what, value, closed = token.groups()
        if closed:
            stack.pop()
            if len(stack) == 1:
                yield stack[0].pop("packet")[0]
        elif what == b"{":
            stack.append(collections.defaultdict(list))
            stack[-2][key.decode()].append(stack[-1])
        else:
            stack[-1][key.decode()].append(value_of(value))
    assert len(stack) == 1


def one(message, key, default=None):
    values = message.get(key, [])
    assert len(values) <= 1, (key, values)
    return values[0] if values else default


class Interned:
    """Each number stands for the same words for ever."""

    def __init__(self):
        self.words = collections.defaultdict(dict)

    def learn(self, data):
        for field, entries in data.items():
            for entry in entries:
                iid, words = one(entry, "iid"), one(entry, "name", one(entry, "str"))
                assert iid > 0 and iid not in self.words[field], (field, iid)
                self.words[field][iid] = words

    def note(self, note):
        key = self.words["debug_annotation_names"][one(note, "name_iid")]
        word = one(note, "string_value_iid")
        if word is not None:
            return key, self.words["debug_annotation_string_values"][word]
        return key, one(note, "string_value", one(note, "int_value"))


def track_told(descriptor):
    told = {"event": "track", "track": one(descriptor, "uuid"), "name": one(descriptor, "name")}
    for kind in "process", "thread":
        if kind in descriptor:
            inner = one(descriptor, kind)
            told.update(kind=kind, pid=one(inner, "pid"), name=one(inner, kind + "_name"))
            if kind == "thread":
                told["tid"] = one(inner, "tid")
    if "counter" in descriptor:
        assert one(one(descriptor, "counter"), "unit") == "UNIT_SIZE_BYTES"
        told["kind"] = "in_flight"
    if "parent_uuid" in descriptor:
        told["parent"] = one(descriptor, "parent_uuid")
    return told


def event_told(interned, event, time_ns):
    told = {"track": one(event, "track_uuid"), "time_ns": time_ns}
    kind = one(event, "type")
    if kind == "TYPE_COUNTER":
        return dict(told, event="value", value=one(event, "counter_value"))
    if event.get("flow_ids"):
        told["flows"] = event["flow_ids"]
    if kind == "TYPE_SLICE_END":
        return dict(told, event="end")
    assert kind == "TYPE_SLICE_BEGIN", kind
    iid = one(event, "name_iid")
    name = one(event, "name") if iid is None else interned.words["event_names"][iid]
    category = interned.words["event_categories"][one(event, "category_iids")]
    notes = [interned.note(note) for note in event.get("debug_annotations", [])]
    assert len(dict(notes)) == len(notes), notes
    return dict(told, event="begin", category=category, name=name, notes=dict(notes))


def decoded(text, origin_ns):
    """What each packet says, in the words of the JSON."""
    interned, last_ns, clocks = Interned(), 0, None
    for packet in messages(text):
        flags = one(packet, "sequence_flags")
        assert one(packet, "trusted_packet_sequence_id") == 1
        assert flags == (NEEDED if clocks else CLEARED | NEEDED), flags
        interned.learn(one(packet, "interned_data", {}))
        time_ns = one(packet, "timestamp")
        assert time_ns is None or time_ns >= last_ns, "the order of time"
        last_ns = last_ns if time_ns is None else time_ns
        if clocks is None:
            snapshot = one(packet, "clock_snapshot")
            clocks = {one(clock, "clock_id"): one(clock, "timestamp") for clock in snapshot["clocks"]}
            assert clocks[BOOTTIME] == 0 and set(clocks) <= {BOOTTIME, REALTIME}, clocks
            assert one(packet, "first_packet_on_sequence") == "true"
        elif "track_descriptor" in packet:
            yield track_told(one(packet, "track_descriptor"))
        else:
            yield event_told(interned, one(packet, "track_event"), time_ns + origin_ns)


class Tracks:
    """Slices are one within the other, flows lead from the earlier one, nothing in flight is negative."""

    def __init__(self):
        self.tracks, self.opened = {}, collections.defaultdict(list)
        self.flows = collections.defaultdict(list)
        self.counted = collections.Counter()

    def add(self, event):
        kind, number = event["event"], event["track"]
        self.counted[kind] += 1
        if kind == "track":
            assert number not in self.tracks and event.get("parent", 0) in {0, *self.tracks}
            self.tracks[number] = event
            return
        track = self.tracks[number]
        assert (track["kind"] == "in_flight") == (kind == "value") and track["kind"] != "process"
        if kind == "value":
            assert event["value"] >= 0
        elif kind == "begin":
            self.opened[number].append(event)
        else:
            begin = self.opened[number].pop()
            assert begin["time_ns"] <= event["time_ns"]
        for flow in event.get("flows", []):
            self.flows[flow].append(event)

    def finish(self):
        for opened in self.opened.values():
            assert all("result" not in slice["notes"] and slice["category"] not in ("socket", "exchange")
                       for slice in opened), "a slice without an end that has one"
        for flow, events in self.flows.items():
            assert len(events) == 2, (flow, events)
            # Perfetto leads it from the slice that began first, whichever event has it.
            assert events[0]["event"] == events[1]["event"] == "begin" and events[0]["time_ns"] <= events[1]["time_ns"]
        self.counted["flow"] = len(self.flows)


def main():
    told = json.load(open(sys.argv[1], encoding="utf-8"))
    tracks, count = Tracks(), 0
    for event in decoded(sys.stdin.buffer.read(), min(told["begin_ns"], 0)):
        wanted = dict(told["events"][count])
        if event["event"] == "track":
            wanted = {key: wanted.get(key) for key in ("kind", *event)}
            event.setdefault("kind", wanted["kind"])
        assert event == wanted, "packet and JSON:\n%r\n%r" % (event, wanted)
        tracks.add(event)
        count += 1
    assert count == len(told["events"]), (count, len(told["events"]))
    tracks.finish()
    for kind in "track", "begin", "end", "value", "flow":
        print(kind, tracks.counted[kind])


main()
