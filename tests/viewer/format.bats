#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --format=json: each view of each trace is a line of JSON that fits docs/view.schema.json.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

setup() {
	mkdir "$BATS_TEST_TMPDIR/json"
}

# tell NAME VIEW OPTION...: into json/NAME.VIEW; what is said of bad lines is not looked at.
tell() {
	local status=0
	"$SOCKVIEW" --format=json -v "$2" "${@:3}" >"$BATS_TEST_TMPDIR/json/$1.$2" 2>"$BATS_TEST_TMPDIR/said" ||
		status=$?
	[ "$status" -le 1 ] || { cat "$BATS_TEST_TMPDIR/said" && return 1; }
}

# tell_all OPTION...: every view of every kept trace. The view log is all of a trace, and refuses to be
# filtered.
tell_all() {
	for trace in "$traces"/*.jsonl; do
		for view in $(views); do
			[ "${filtered:-no}-$view" != yes-log ] || continue
			tell "$(basename "$trace")" "$view" "$@" "$trace"
		done
	done
}

validate() {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/validate_views.py" "$BATS_TEST_TMPDIR/json"/*
}

@test "every view of every trace fits the schema" {
	tell_all
	[ "$(find "$BATS_TEST_TMPDIR/json" -type f | wc -l)" -eq $(($(views | wc -l) * $(find "$traces" -name '*.jsonl' | wc -l))) ]
	validate
}

@test "a member that the schema does not name, a missing one and a wrong one are found" {
	for change in 's/"steps"/"stairs"/' 's/"kind":"alone"/"kind":"lonely"/' 's/"left_out":/"more":1,&/' \
		's/"time_ns":[0-9]*/"time_ns":"soon"/' 's/}$/},/' 's/"name":"tcp_echo"/&,"unknown":1/'; do
		"$SOCKVIEW" --format=json -v sequence "$traces/tcp_echo.jsonl" | sed "$change" >"$BATS_TEST_TMPDIR/json/changed"
		! validate || { echo "not found: $change" && false; }
	done
}

@test "what was redacted is in none of them" {
	tell_all --redact
	validate
	! grep -rl 'hello, world' "$BATS_TEST_TMPDIR/json" || false
	tell unredacted calls "$traces/tcp_echo.jsonl"
	grep -q 'hello, world' "$BATS_TEST_TMPDIR/json/unredacted.calls"
}

@test "filters that fit nothing, or something, leave it valid" {
	filtered=yes tell_all --call=nobody
	validate
	filtered=yes tell_all --effect=receive,close --errors
	validate
	tell nothing sequence --call=nobody "$traces/tcp_echo.jsonl"
	grep -q '"lifelines":\[\],"connections":0,"left_out":0,"steps":\[\]' "$BATS_TEST_TMPDIR/json/nothing.sequence"
}

@test "so do ways to draw" {
	filtered=yes tell_all --full --by=thread --top=1 --sort=time --ascii --width=60
	validate
	tell ascii sequence --ascii "$traces/tcp_echo.jsonl"
	! LC_ALL=C grep -q '[^ -~]' "$BATS_TEST_TMPDIR/json/ascii.sequence" || false
}

@test "several traces are told apart" {
	for view in $(views); do
		[ "$view" = log ] || tell several "$view" "$traces"/{tcp_echo,udp_echo,outcomes}.jsonl
	done
	validate
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/json/several" <<'EOP'
import json, sys
def read(view):
    return json.load(open("%s.%s" % (sys.argv[1], view)))
calls = read("calls")
assert len(calls["traces"]) == 3
found = {(call["trace"], call["seq"]) for call in calls["calls"]}
assert len(found) == len(calls["calls"]) and {trace for trace, _ in found} == {0, 1, 2}
steps = read("sequence")["steps"]
for end in "from", "to":
    told = {(step[end + "_trace"], step[end + "_call"]) for step in steps if end + "_call" in step}
    assert told and told <= found
assert {socket["trace"] for socket in read("summary")["sockets"]} == {0, 1, 2}
EOP
}

@test "bad lines and lines that lie leave it valid" {
	local logs=$BATS_TEST_TMPDIR/logs
	mkdir "$logs"
	/usr/bin/python3 tests/viewer/hostile_logs.py "$logs"
	# It is long, and says nothing that others do not: hostile.bats shows it.
	rm "$logs/waits-for-many.jsonl"
	{
		head -n 1 "$traces/tcp_echo.jsonl"
		printf '\n \n\xff\xfe{"a":"\xe2\x80\xae"}\n{"type":"other",\t"b":"\xe2\x80\xae<"}\n[1,2]\n{"a":1'
	} >"$logs/bad.jsonl"
	for log in "$logs"/*; do
		for view in $(views); do
			# What is no trace at all is refused.
			tell "$(basename "$log")" "$view" "$log"
			[ -s "$BATS_TEST_TMPDIR/json/$(basename "$log").$view" ] ||
				rm "$BATS_TEST_TMPDIR/json/$(basename "$log").$view"
		done
	done
	validate
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/json/bad.jsonl.log" <<'EOP'
import json, sys
records = json.load(open(sys.argv[1]))["records"]
assert records[0]["type"] == "trace"
assert records[1:] == ["", " ", "\ufffd\ufffd{\"a\":\"\u202e\"}", {"type": "other", "b": "\u202e<"}, "[1,2]", '{"a":1'], records
EOP
}

@test "the log as JSON is the log, record by record" {
	for trace in "$traces"/[!h]*.jsonl; do
		tell "$(basename "$trace")" log "$trace"
		/usr/bin/python3 - "$trace" "$BATS_TEST_TMPDIR/json/$(basename "$trace").log" <<'EOP'
import json, sys
assert [json.loads(line) for line in open(sys.argv[1])] == json.load(open(sys.argv[2]))["records"]
EOP
	done
}

@test "of several traces in one file each has its name, and the log is told once" {
	cat "$traces"/{tcp_echo,udp_echo}.jsonl >"$BATS_TEST_TMPDIR/joined.jsonl"
	for view in $(views); do
		tell joined "$view" "$BATS_TEST_TMPDIR/joined.jsonl"
	done
	validate
	/usr/bin/python3 - "$BATS_TEST_TMPDIR"/{joined.jsonl,json/joined.log,json/joined.calls} <<'EOP'
import json, sys
lines, log, calls = sys.argv[1:]
assert [json.loads(line) for line in open(lines)] == json.load(open(log))["records"]
told = json.load(open(calls))
assert len(set(told["traces"])) == 2 and {call["trace"] for call in told["calls"]} == {0, 1}, told["traces"]
EOP
}

@test "calls and summary have the numbers of the trace" {
	for trace in "$traces"/[!h]*.jsonl; do
		tell "$(basename "$trace")" calls "$trace"
		tell "$(basename "$trace")" summary "$trace"
		/usr/bin/python3 - "$trace" "$BATS_TEST_TMPDIR/json/$(basename "$trace")" <<'EOP'
import json, sys
records = [json.loads(line) for line in open(sys.argv[1])]
calls = {r["seq"]: r for r in records if r["type"] == "call"}
told = json.load(open(sys.argv[2] + ".calls"))["calls"]
assert len(told) == len(calls)
for call in told:
    record = calls[call["seq"]]
    for member in "time_ns", "pid", "tid", "name", "effect", "result", "fd", "socket":
        assert call.get(member) == record.get(member), (member, call, record)
    assert call.get("duration_ns") == (None if record.get("unfinished") else record["duration_ns"])
sums = json.load(open(sys.argv[2] + ".summary"))
assert {s["call"]: s["count"] for s in sums["calls"]} == {
    name: sum(r["name"] == name for r in calls.values()) for name in {r["name"] for r in calls.values()}}
for s in sums["calls"]:
    assert s["total_ns"] == sum(r["duration_ns"] for r in calls.values() if r["name"] == s["call"])
    if s["call"] != "getsockopt":  # which tells of errors, too
        assert sum(e["count"] for e in s["errors"]) == sum("error" in r for r in calls.values() if r["name"] == s["call"])
for s in sums["sockets"]:
    on = [r for r in calls.values() if r.get("socket") == s["socket"]]
    assert s["calls"] == len(on)
    for effect, member in ("send", "bytes_out"), ("receive", "bytes_in"):
        assert s[member] == sum(r.get("bytes", 0) for r in on if r["effect"] == effect), (s, member)
EOP
	done
}
