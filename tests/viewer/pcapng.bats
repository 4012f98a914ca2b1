#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# sockview -v pcapng: a file of packets, whatever reads it. tests/real/wireshark.bats has tshark read it.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

# checked TRACE OPTION...: the file against what the JSON tells; says how many packets of each kind.
checked() {
	"$SOCKVIEW" -v pcapng "${@:2}" "$1" >"$BATS_TEST_TMPDIR/packets" 2>"$BATS_TEST_TMPDIR/said" || [ $? -eq 1 ]
	"$SOCKVIEW" -v pcapng --format=json "${@:2}" "$1" >"$BATS_TEST_TMPDIR/json" 2>/dev/null || [ $? -eq 1 ]
	run -0 /usr/bin/python3 -B tests/viewer/pcapng.py "$BATS_TEST_TMPDIR/packets" "$BATS_TEST_TMPDIR/json"
}

# told FILTER: of the JSON of the packets.
told() {
	jq -c "$1" "$BATS_TEST_TMPDIR/json"
}

@test "the packets of every trace are whole, and those that the JSON tells" {
	for trace in "$traces"/*.jsonl; do
		echo "$trace"
		checked "$trace"
	done
}

@test "of a connection whose ends are both in the trace each byte is there once, both acknowledge" {
	checked "$traces/tcp_echo.jsonl"
	[ "$(told '[.packets[] | select(.kind == "tcp") | [.from, .to] | sort] | unique | length')" -eq 1 ]
	[ "$(told '[.packets[] | select(.flags == ["SYN"])] | length')" -eq 1 ]
	[ "$(told '[.packets[] | select(.flags == ["SYN", "ACK"])] | length')" -eq 1 ]
	[ "$(told '[.packets[] | select(.flags | index("FIN"))] | length')" -eq 2 ]
	[ "$(told '[.packets[] | .bytes] | add')" -eq \
		"$(jq -s '[.[] | select(.effect == "send") | .bytes // 0] | add' "$traces/tcp_echo.jsonl")" ]
}

@test "a connect that was refused is answered with a reset" {
	checked "$traces/outcomes.jsonl"
	[ "$(told '[.packets[] | select(.flags == ["RST", "ACK"])] | length > 0')" = true ]
}

@test "an empty datagram is a packet, and a sendmmsg of none is not" {
	local sent='select(.type == "call" and .effect == "send")' zero='.bytes = 0 | .result = 0 | del(.data)'
	jq -c "($sent) |= ($zero)" "$traces/udp_echo.jsonl" >"$BATS_TEST_TMPDIR/empty.jsonl"
	checked "$BATS_TEST_TMPDIR/empty.jsonl"
	local sends='[.packets[] | select(.direction == "out")] | length'
	[ "$(told "$sends")" -eq "$(jq -c "$sent" "$traces/udp_echo.jsonl" | wc -l)" ]
	jq -c "($sent) |= ($zero"' | .name = "sendmmsg" | .args = {vlen: 0, flags: []})' \
		"$traces/udp_echo.jsonl" >"$BATS_TEST_TMPDIR/none.jsonl"
	checked "$BATS_TEST_TMPDIR/none.jsonl"
	[ "$(told "$sends")" -eq 0 ]
}

@test "filters choose the packets" {
	checked "$traces/tcp_echo.jsonl" --effect=connect
	[ "$(told '[.packets[].flags]')" = '[["SYN"],["SYN","ACK"],["ACK"]]' ]
	checked "$traces/tcp_echo.jsonl" --effect=wait
	[ -z "$output" ]
}

@test "what the trace has only the beginning of is cut, and it is said how to have all" {
	sed 's/"data":{"text":"\(.\)[^"]*"}/"data":{"text":"\1","truncated":true}/' "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/cut.jsonl"
	checked "$BATS_TEST_TMPDIR/cut.jsonl"
	grep -q 'packets are cut.*trace with --payload=all$' "$BATS_TEST_TMPDIR/said"
	[ "$(told '[.packets[] | select(.known < .bytes) | .known] | unique')" = '[1]' ]
	[ "$(told .packets_cut)" -gt 0 ]
	checked "$BATS_TEST_TMPDIR/cut.jsonl" --redact
	grep -q 'payloads were taken out of the trace$' "$BATS_TEST_TMPDIR/said"
	checked "$traces/tcp_echo.jsonl"
	[ ! -s "$BATS_TEST_TMPDIR/said" ]
}

@test "a terminal gets no bytes that are none for it" {
	run -2 script -qec "'$SOCKVIEW' -v pcapng '$traces/tcp_echo.jsonl'" /dev/null
	[[ "$output" == *"not for a terminal: name a file with -o"* ]]
}

@test "of a trace that grows packets are written as calls end, and none again" {
	local go=$BATS_TEST_TMPDIR/go half
	mkfifo "$go"
	half=$(grep -n '"effect":"send"' "$traces/tcp_echo.jsonl" | head -n 1 | cut -d: -f1)
	{
		head -n "$half" "$traces/tcp_echo.jsonl"
		cat "$go"
	} | "$SOCKVIEW" -v pcapng >"$BATS_TEST_TMPDIR/packets" &
	local reader=$!
	has_grown() { [ "$(stat -c %s "$BATS_TEST_TMPDIR/packets")" -gt 200 ]; }
	wait_until has_grown
	cp "$BATS_TEST_TMPDIR/packets" "$BATS_TEST_TMPDIR/first"
	tail -n +$((half + 1)) "$traces/tcp_echo.jsonl" >"$go"
	wait "$reader"
	cmp -n "$(stat -c %s "$BATS_TEST_TMPDIR/first")" "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/packets"
	# How much of it a look finds is chance, and so is the order of what two looks find; all of it is there.
	"$SOCKVIEW" -v pcapng "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/at-once"
	comments() { grep -aoE 'tcp_echo [0-9]+ fd [0-9]+ socket [0-9]+: [a-z0-9]+' "$BATS_TEST_TMPDIR/$1" | sort; }
	[ "$(comments at-once | wc -l)" -ge 6 ]
	diff <(comments at-once) <(comments packets)
}
