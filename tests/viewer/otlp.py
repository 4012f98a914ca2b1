# SPDX-License-Identifier: MIT
"""Says what in files of OTLP JSON lines no collector would take: otlp.py FILE...

The facts are those of opentelemetry-proto, https://github.com/open-telemetry/opentelemetry-proto:
opentelemetry/proto/collector/trace/v1/trace_service.proto has ExportTraceServiceRequest; trace/v1/trace.proto Span,
its kinds (2 server, 3 client), Status (2 error), and that ids are 16 and 8 bytes and never all zeros; common/v1/common.proto
KeyValue and AnyValue; resource/v1/resource.proto Resource. Their JSON is docs/specification.md, "JSON Protobuf
Encoding": trace and span ids are hex, enums are numbers, names are in lowerCamelCase, numbers of 64 bits (int64 and
fixed64) are decimal strings; those of 32 bits (fixed32) are numbers: https://protobuf.dev/programming-guides/json/.
A file of such lines is https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/; its TracesData has the same
fields as a request. Stricter than those: our ids are lower case, as in a traceparent, and there are no fields but ours.
"""

import json
import re
import sys

sys.tracebacklimit = 0
U64 = ("64 bits", lambda v: isinstance(v, str) and re.fullmatch("[0-9]+", v) and int(v) < 2 ** 64)
I64 = ("64 bits", lambda v: isinstance(v, str) and re.fullmatch("-?[0-9]+", v) and -2 ** 63 <= int(v) < 2 ** 63)
U32 = ("32 bits", lambda v: type(v) is int and 0 <= v < 2 ** 32)
TEXT = ("text", lambda v: isinstance(v, str))


def id_of(size):
    return "an id", lambda v: isinstance(v, str) and re.fullmatch("[0-9a-f]{%d}" % size, v) and int(v, 16)


def enum(most):
    return "an enum", lambda v: type(v) is int and 0 <= v <= most


VALUE = {"stringValue": TEXT, "intValue": I64}
ATTRIBUTE = {"key": TEXT, "value": VALUE}
SPAN = {"traceId": id_of(32), "spanId": id_of(16), "parentSpanId": id_of(16), "flags": U32, "name": TEXT,
        "kind": enum(5), "startTimeUnixNano": U64, "endTimeUnixNano": U64, "attributes": [ATTRIBUTE],
        "status": {"message": TEXT, "code": enum(2)}}
REQUEST = {"resourceSpans": [{
    "resource": {"attributes": [ATTRIBUTE]},
    "scopeSpans": [{"scope": {"name": TEXT, "version": TEXT}, "spans": [SPAN]}]}]}
NEEDED = {"traceId", "spanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "key", "value"}


def check(value, shape, where):
    if isinstance(shape, tuple):
        assert shape[1](value), "%s: %r is not %s" % (where, value, shape[0])
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for one in value:
            check(one, shape[0], where)
        keys = [one["key"] for one in value if "key" in one]
        assert len(keys) == len(set(keys)), "%s: a key stands there twice" % where
    else:
        assert isinstance(value, dict), where
        assert not (NEEDED & set(shape)) - set(value), "%s: %s is missing" % (where, NEEDED & set(shape) - set(value))
        for name in value:
            assert name in shape, "%s: what is %s?" % (where, name)
            check(value[name], shape[name], where + "." + name)


for path in sys.argv[1:]:
    spans = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            request = json.loads(line)
            check(request, REQUEST, path)
            for resource in request["resourceSpans"]:
                names = [a["key"] for a in resource["resource"]["attributes"]]
                assert "service.name" in names and "process.pid" in names, path
                spans += [span for scope in resource["scopeSpans"] for span in scope["spans"]]
    ids = {span["spanId"]: span for span in spans}
    assert len(ids) == len(spans), "%s: an id is two spans'" % path
    for span in spans:
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]), span
        parent = ids.get(span.get("parentSpanId"))
        if span["kind"] == 2 and "parentSpanId" in span and span["flags"] & 0xff == 0:
            assert parent and parent["kind"] == 3 and parent["traceId"] == span["traceId"], span
