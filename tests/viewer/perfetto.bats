#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# sockview -v perfetto: tracks, slices, flows and bytes in flight, as protoc decodes them.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

# decode: the messages of standard input as text; a field that the schema does not have has a number.
decode() {
	protoc --decode=perfetto.Trace --proto_path=viewer/views perfetto.proto
}

# checked TRACE OPTION...: the file against what the JSON tells; says how many of each there are.
checked() {
	"$SOCKVIEW" -v perfetto "${@:2}" "$1" >"$BATS_TEST_TMPDIR/packets" 2>"$BATS_TEST_TMPDIR/said" || [ $? -eq 1 ]
	"$SOCKVIEW" -v perfetto --format=json "${@:2}" "$1" >"$BATS_TEST_TMPDIR/json" 2>/dev/null || [ $? -eq 1 ]
	decode <"$BATS_TEST_TMPDIR/packets" >"$BATS_TEST_TMPDIR/decoded"
	run -0 /usr/bin/python3 -B tests/viewer/perfetto.py "$BATS_TEST_TMPDIR/json" <"$BATS_TEST_TMPDIR/decoded"
}

# told FILTER: of the JSON.
told() {
	jq -c "$1" "$BATS_TEST_TMPDIR/json"
}

# log NAME: a trace with exchanges.
log() {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/exchange_logs.py" "$1" >"$BATS_TEST_TMPDIR/$1.jsonl"
	echo "$BATS_TEST_TMPDIR/$1.jsonl"
}

@test "the packets of every trace decode, follow the rules of the format, and are what the JSON tells" {
	for trace in "$traces"/*.jsonl; do
		echo "$trace"
		checked "$trace"
		echo "$output"
		[[ "$output" == *"begin "[1-9]* ]]
	done
}

@test "what is against the rules is found" {
	checked "$traces/tcp_echo.jsonl"
	for change in 's/sequence_flags: 3/sequence_flags: 2/' 's/timestamp: [0-9]*/timestamp: 9/' \
		's/flow_ids: 1$/flow_ids: 77/' 's/counter_value: /&-/' 's/track_uuid: 3$/track_uuid: 99/' \
		's/TYPE_SLICE_END/TYPE_SLICE_BEGIN/' 's/name_iid: /&9/' 's/int_value: /&1/' 's/uuid: /77: /'; do
		! sed "$change" "$BATS_TEST_TMPDIR/decoded" | /usr/bin/python3 -B tests/viewer/perfetto.py \
			"$BATS_TEST_TMPDIR/json" 2>/dev/null || { echo "not found: $change" && false; }
	done
}

@test "each call is a slice of its thread, as long as it took, and says what it did" {
	checked "$traces/concurrent_server.jsonl"
	/usr/bin/python3 - "$traces/concurrent_server.jsonl" "$BATS_TEST_TMPDIR/json" <<-'EOF'
		import json, sys
		calls = [r for r in map(json.loads, open(sys.argv[1])) if r["type"] == "call"]
		tracks, opened, found = {}, {}, {}
		for event in json.load(open(sys.argv[2]))["events"]:
		    track = event["track"]
		    if event["event"] == "track":
		        tracks[track] = event
		    elif event["event"] == "begin":
		        opened.setdefault(track, []).append(event)
		    elif event["event"] == "end":
		        begin = opened[track].pop()
		        if tracks[track]["kind"] == "thread" and begin["category"] != "arrival":
		            found[begin["notes"]["call"]] = (tracks[track], begin, event["time_ns"])
		assert len(found) == len(calls), (len(found), len(calls))
		for call in calls:
		    track, begin, end_ns = found[call["seq"]]
		    assert (track["pid"], track["tid"]) == (call["pid"], call["tid"])
		    assert begin["time_ns"] == call["time_ns"] and end_ns == call["time_ns"] + call["duration_ns"]
		    assert begin["name"] == call["name"] and begin["category"] == call["effect"]
		    for key in "fd", "socket", "result", "error", "bytes":
		        assert begin["notes"].get(key) == call.get(key), (key, begin, call)
	EOF
}

@test "what was sent leads to the call that received it, and is in flight until then" {
	checked "$traces/tcp_echo.jsonl"
	[ "$(told '[.events[] | select(.event == "track" and .kind == "in_flight")] | length')" -eq 2 ]
	# All was received in the end.
	[ "$(told '[.events[] | select(.event == "value")] | group_by(.track) | map(last.value) | unique')" = '[0]' ]
	[ "$(told '[.events[] | select(.event == "value" and .value > 0).value] | add')" -ge \
		"$(jq -s '[.[] | select(.effect == "send").bytes // 0] | add' "$traces/tcp_echo.jsonl")" ]
	# The echo goes there and back; the connect leads to the accept, the close to the end of stream. What a call waited for
	# arrives at its end.
	[ "$(told '[.events[] | select(.flows)] | group_by(.flows[0]) | map(map(.category) | join(" ")) | group_by(.) |
		map("\(.[0]) \(length)")')" = '["close arrival 1","connect arrival 1","exchange exchange 3","send arrival 4","send receive 2"]' ]
	[ "$(told '.events | map(select(.event != "track" and .event != "value")) | [range(length) as $i | .[$i] |
		select(.category == "arrival") | .track as $track | [.time_ns] + (.notes | keys) + ["\(.name)"]] | map(.[1:]) | unique')" = \
		'[["call","accept"],["call","recvfrom"]]' ]
}

@test "what nobody received is in flight until the socket ends that it was for" {
	checked "$traces/datagram_loss.jsonl"
	[ "$(told '([.events[] | select(.event == "value")][-1]) as $last |
		[$last.value, ([.events[] | select(.event == "end" and .time_ns == $last.time_ns)] | length > 0)]')" = '[0,true]' ]
}

@test "an exchange is within the life of its socket, at both ends, the client's leads to the server's" {
	checked "$(log spans)"
	[ "$(told '[.events[] | select(.category == "exchange") | .notes.role] | sort | group_by(.) | map([.[0], length])')" = \
		'[["client",5],["server",5]]' ]
	[ "$(told '[.events[] | select(.category == "exchange") | .flows | length] | unique')" = '[1]' ]
	[ "$(told '[.events[] | select(.category == "exchange" and .notes.role == "client") | [.name, .notes.answer]][0]')" = \
		'["GET /a?b=c","404 Not Found"]' ]
	# Each on the track on which the life of its socket is.
	[ "$(told '([.events[] | select(.category == "socket").track] | unique) as $lives |
		[.events[] | select(.category == "exchange").track] | unique - $lives')" = '[]' ]
}

@test "exchanges beside each other are on tracks of one name" {
	checked "$(log lookups)"
	[ "$(told '[.events[] | select(.event == "track" and .kind == "socket")] | group_by([.socket, .name, .parent]) | map(length) | max')" -gt 1 ]
}

@test "a call that never returned has no end" {
	checked "$traces/waits.jsonl"
	[ "$(grep -c '"unfinished":true' "$traces/waits.jsonl")" -eq \
		"$(($(told '[.events[] | select(.event == "begin")] | length') - $(told '[.events[] | select(.event == "end")] | length')))" ]
}

@test "times are those of the log, and the clocks say when they were 0" {
	checked "$traces/tcp_echo.jsonl"
	local started
	started=$(date -d "$(sed -n '1s/.*"started":"\([^"]*\)".*/\1/p' "$traces/tcp_echo.jsonl")" +%s%N)
	grep -q "timestamp: $started\$" "$BATS_TEST_TMPDIR/decoded"
	sed '1s/"started":"[^"]*",//' "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/no_clock.jsonl"
	checked "$BATS_TEST_TMPDIR/no_clock.jsonl"
	! grep -q 'clock_id: 1$' "$BATS_TEST_TMPDIR/decoded" || false
}

@test "filters choose the slices, several traces stand side by side, redaction holds" {
	checked "$traces/tcp_echo.jsonl" --effect=connect
	[ "$(told '[.events[] | select(.event == "begin").category] | unique - ["socket", "connect"]')" = '[]' ]
	checked "$traces/tcp_echo.jsonl" --call=nobody
	[[ "$output" == *"begin 0"* ]]
	grep -q 'no call fits' "$BATS_TEST_TMPDIR/said"
	grep -q '10\.9\.9\.3' "$traces/outcomes.jsonl"
	checked "$traces/outcomes.jsonl" --redact=addresses
	run ! grep -a '10\.9\.9\.3' "$BATS_TEST_TMPDIR/packets"
	"$SOCKVIEW" -v perfetto "$traces"/{tcp_echo,udp_echo}.jsonl | decode >"$BATS_TEST_TMPDIR/decoded"
	"$SOCKVIEW" -v perfetto --format=json "$traces"/{tcp_echo,udp_echo}.jsonl >"$BATS_TEST_TMPDIR/json"
	/usr/bin/python3 -B tests/viewer/perfetto.py "$BATS_TEST_TMPDIR/json" <"$BATS_TEST_TMPDIR/decoded"
	[ "$(told '[.events[].trace] | unique')" = '[null,0,1]' ]
}

@test "a terminal gets no bytes that are none for it; the ending of a file chooses the view" {
	local options
	for options in '-v perfetto' '-v html' "--diff -v html '$traces/tcp_echo.jsonl'"; do
		run -2 script -qec "'$SOCKVIEW' $options '$traces/tcp_echo.jsonl'" /dev/null
		[[ "$output" == *"not for a terminal: name a file with -o"* ]]
		[[ "$output" != *"<html"* ]]
	done
	run -0 script -qec "'$SOCKVIEW' --no-pager -v html --format=json '$traces/tcp_echo.jsonl'" /dev/null
	"$SOCKVIEW" -o "$BATS_TEST_TMPDIR/t.pftrace" "$traces/tcp_echo.jsonl"
	"$SOCKVIEW" -v perfetto "$traces/tcp_echo.jsonl" | cmp - "$BATS_TEST_TMPDIR/t.pftrace"
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/t.pftrace"
}
