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

# log NAME: its file.
log() {
	local file=$BATS_TEST_TMPDIR/$1.jsonl
	[ -f "$file" ] || /usr/bin/python3 -B "$BATS_TEST_DIRNAME/packet_logs.py" "$1" >"$file"
	echo "$file"
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

@test "a socket for datagrams that connects again sends to the new peer, and has sent to the old one" {
	checked "$(log moved)"
	[ "$(told '[.packets[] | [.from, .to] | map(select(. != "10.0.0.1:40001"))[]]')" = \
		'["10.0.0.53:53","10.0.0.53:53","10.0.0.54:53","10.0.0.54:53"]' ]
}

@test "a socket that is bound to all addresses is at the one that the other end knows" {
	checked "$(log homes)"
	[ "$(told '[.packets[] | [.from, .to]]')" = '[["10.0.0.1:40001","10.0.0.2:53"],["10.0.0.2:53","10.0.0.1:40001"]]' ]
}

@test "each of many datagrams of one call is there once" {
	checked "$(log many)"
	[ "$output" = 'udp 200' ]
	[ "$(told '[.packets[] | .direction] | unique')" = '["out"]' ]
}

@test "a datagram of a UNIX socket is for the socket that received it" {
	checked "$(log letters)"
	[ "$output" = 'unix 8>7
unix 9>7
unix 9>0
unix 3' ]
	# Of two traces.
	sed 's/04:00:00.0/04:00:01.0/' "$(log letters)" >"$BATS_TEST_TMPDIR/later.jsonl"
	"$SOCKVIEW" -v pcapng "$(log letters)" "$BATS_TEST_TMPDIR/later.jsonl" >"$BATS_TEST_TMPDIR/packets"
	"$SOCKVIEW" -v pcapng --format=json "$(log letters)" "$BATS_TEST_TMPDIR/later.jsonl" >"$BATS_TEST_TMPDIR/json"
	run -0 /usr/bin/python3 -B tests/viewer/pcapng.py "$BATS_TEST_TMPDIR/packets" "$BATS_TEST_TMPDIR/json"
	[ "$(LC_ALL=C sort -u <<<"$output")" = 'unix 10000008>10000007
unix 10000009>0
unix 10000009>10000007
unix 6
unix 8>7
unix 9>0
unix 9>7' ]
}

@test "both ends of a UNIX socket are in all of its packets, whoever says something first" {
	checked "$traces/unix_server.jsonl"
	run -0 awk '$1 == "unix" && $2 ~ />/ { sub(">", " ", $2); print $2 }' <<<"$output"
	[ "${#lines[@]}" -gt 3 ]
	for line in "${lines[@]}"; do
		[[ " $line " != *" 0 "* ]]
		grep -qx "${line#* } ${line% *}" <<<"$output"
	done
}

@test "a datagram of IPv6 of which not all is there has a checksum, though nobody knows it" {
	sed 's/"AF_INET"/"AF_INET6"/g; s/"127.0.0.1"/"::1"/g; s/"0.0.0.0"/"::"/g' "$traces/udp_echo.jsonl" >"$BATS_TEST_TMPDIR/six.jsonl"
	checked "$BATS_TEST_TMPDIR/six.jsonl" --redact
	[ "$output" = 'udp 4' ]
}

@test "where addresses were taken out, each stays the same and another one, mapped or not" {
	checked "$(log alike)" --redact=addresses
	[ "$(told '[.packets[] | [.from, .to] | sort] | unique')" = \
		'[["240.0.0.1:80","240.0.0.2:40001"],["[2001:db8::1]:80","[2001:db8::2]:40002"]]' ]
	[ "$(told '[.packets[] | .bytes] | add')" -eq 4 ]
}

@test "attached to both ends, a FIN stands behind all that was sent" {
	checked "$(log late)"
	[ "$(told '[.packets[] | select(.from == "127.0.0.1:40001") | select(.bytes > 0 or (.flags | index("FIN"))) | .flags[0]]')" = \
		'["PSH","PSH","FIN"]' ]
}

@test "a connection that is made with what is sent is one, and begins as others do" {
	for way in fast fast_without_waiting; do
		checked "$(log $way)"
		[ "$(told '[.packets[] | [.flags[0], .bytes]]')" = '[["SYN",0],["SYN",0],["ACK",0],["PSH",4],["ACK",0]]' ]
		run -0 "$SOCKVIEW" -v summary --format=json "$(log $way)"
		[ "$(jq -c '[.connections[] | [.client_address, .address, .bytes_to_server]]' <<<"$output")" = \
			'[["127.0.0.1:40001","127.0.0.1:80",4]]' ]
	done
}

@test "where nobody reads on, no more is made" {
	# A send of 2 GB is some 30,000 packets.
	jq -c 'if .effect == "send" then .result = 2147479552 | .bytes = .result else . end' "$traces/tcp_echo.jsonl" \
		>"$BATS_TEST_TMPDIR/large.jsonl"
	run -0 --separate-stderr bash -o pipefail -c '"$1" -v pcapng "$2" | head -c 100 | wc -c' - "$SOCKVIEW" "$BATS_TEST_TMPDIR/large.jsonl"
	[ "$output" -eq 100 ]
	[ -z "$stderr" ]
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
	# Of nothing at all.
	jq -c 'if .type == "trace" then .options.payload = 0 else del(.data) end' "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/none.jsonl"
	checked "$BATS_TEST_TMPDIR/none.jsonl"
	grep -q 'packets carried nothing is there, as the trace keeps nothing of it; to have all, trace with --payload=all$' "$BATS_TEST_TMPDIR/said"
	run ! grep -q sendfile "$BATS_TEST_TMPDIR/said"
	jq -c 'if .effect == "send" or .effect == "receive" then del(.data) else . end' "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/none.jsonl"
	checked "$BATS_TEST_TMPDIR/none.jsonl"
	grep -q sendfile "$BATS_TEST_TMPDIR/said"
}

# add_keys: to the trace on standard input, whose program was asked for keys: 9000 in several records, what is none,
# and some of another format.
add_keys() {
	/usr/bin/python3 -c '
import json, sys
header, *lines = sys.stdin
good = ["LABEL_%d %064x %0180x\n" % (i, i, i) for i in range(9000)]
bad = ["label 00 ff\n", "A 00 \x1b[31m\n", "A 00 \0ff\n", "A 00 ff\r\n", "A 00\n", "\n", "# words\n", "\ue000 00 ff\n",
       "A 00 " + "b" * 1100 + "\n", "A" * 65 + " 00 ff\n"]
texts = ["".join(good[i:i + 500] + bad) + "UNENDED 00 ff" for i in range(0, len(good), 500)]
texts += ["", "\n", "A 00 ff"]
header = json.loads(header)
header["options"]["keys"] = True
print(json.dumps(header, separators=(",", ":")))
for text in texts:
    print(json.dumps({"type": "keys", "time_ns": 1, "format": "nss", "text": text}, separators=(",", ":")))
print("{\"type\":\"keys\",\"time_ns\":1,\"format\":\"later\",\"text\":\"LATER 00 ff\\n\"}")
sys.stdout.writelines(lines)'
}

@test "keys of TLS stand before the packets, in blocks of a megabyte at the most, and nothing else stands there" {
	add_keys <"$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/keys.jsonl"
	checked "$BATS_TEST_TMPDIR/keys.jsonl"
	[ "${lines[-1]}" = 'keys 9000 in 3' ]
	[ ! -s "$BATS_TEST_TMPDIR/said" ]
	run -1 grep -aE 'UNENDED|LATER|words' "$BATS_TEST_TMPDIR/packets"
	grep -v '"type":"call"' "$BATS_TEST_TMPDIR/keys.jsonl" >"$BATS_TEST_TMPDIR/no-calls.jsonl"
	checked "$BATS_TEST_TMPDIR/no-calls.jsonl"
	[ "${lines[-1]}" = 'keys 9000 in 3' ]
	for what in data addresses; do
		checked "$BATS_TEST_TMPDIR/keys.jsonl" --redact=$what
		[ "$(told .keys)" -eq 0 ]
		grep -q 'no TLS can be decrypted, as keys were taken out of the trace$' "$BATS_TEST_TMPDIR/said"
		run -1 grep -a LABEL_ "$BATS_TEST_TMPDIR/packets"
	done
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

@test "of a trace that grows keys are written before the packets that come after them" {
	local go=$BATS_TEST_TMPDIR/go half=12
	mkfifo "$go"
	sed '1s/"options":{/&"keys":true,/' "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/trace"
	grep -q '"keys":true' "$BATS_TEST_TMPDIR/trace"
	{
		head -n "$half" "$BATS_TEST_TMPDIR/trace"
		cat "$go"
	} | "$SOCKVIEW" -v pcapng >"$BATS_TEST_TMPDIR/packets" &
	local reader=$! first behind
	# Packets wait for keys; not longer than a moment.
	has_packets() { grep -aq 'tcp_echo [0-9]* fd' "$BATS_TEST_TMPDIR/packets"; }
	wait_until has_packets
	first=$(stat -c %s "$BATS_TEST_TMPDIR/packets")
	{
		echo '{"type":"keys","time_ns":1,"format":"nss","text":"CLIENT_RANDOM 00 5ec4e7\n"}'
		tail -n +$((half + 1)) "$BATS_TEST_TMPDIR/trace"
	} >"$go"
	wait "$reader"
	behind=$(grep -abo 'tcp_echo [0-9]* fd' "$BATS_TEST_TMPDIR/packets" | cut -d : -f 1 |
		awk -v first="$first" '$1 > first' | head -n 1)
	[ "$(grep -abo 'CLIENT_RANDOM 00 5ec4e7' "$BATS_TEST_TMPDIR/packets" | cut -d : -f 1)" -lt "$behind" ]
	[ "$(grep -ac CLIENT_RANDOM "$BATS_TEST_TMPDIR/packets")" -eq 1 ]
	comments() { grep -aoE 'tcp_echo [0-9]+ fd [0-9]+ socket [0-9]+: [a-z0-9]+' "$1" | sort; }
	diff <("$SOCKVIEW" -v pcapng "$traces/tcp_echo.jsonl" | comments -) <(comments "$BATS_TEST_TMPDIR/packets")
}
