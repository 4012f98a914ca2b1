#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The timeline is laid out once: picture and text show what --format=json says that they do.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

compare() {
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/drawing_timeline.py" "$@"
}

# show NAME OPTION...: draws and tells; a trace of which some lines are no good exits with 1.
show() {
	"$SOCKVIEW" "${@:2}" >"$BATS_TEST_TMPDIR/$1" 2>/dev/null || [ $? -eq 1 ]
	"$SOCKVIEW" --format=json "${@:2}" >"$BATS_TEST_TMPDIR/$1.json" 2>/dev/null || [ $? -eq 1 ]
}

# show_all FOLDER OPTION...: every trace, in every way.
show_all() {
	local trace way
	mkdir "$BATS_TEST_TMPDIR/$1"
	for trace in "$traces"/*.jsonl; do
		for way in '' --scale=linear --full --top=2 '--sort=calls --top=3' '--effect=send,receive' --ascii; do
			# shellcheck disable=SC2086 # words are meant
			show "$1/$(basename "$trace" .jsonl)$way" "${@:2}" $way "$trace"
		done
	done
}

@test "the picture has every sign where it is told to be, in its colour, and labels, axis and legend" {
	show_all pictures -v svg --part=timeline
	compare svg "$BATS_TEST_TMPDIR"/pictures/*.json
}

@test "the text has every sign where it is told to be, and labels, axis and stories" {
	for width in 60 80 200; do
		show_all "$width" -v timeline --width=$width
		compare text $width "$BATS_TEST_TMPDIR/$width"/*.json
	done
}

@test "a picture with one sign, colour or place that differs is found out" {
	show picture -v svg --part=timeline "$traces/curl_nginx.jsonl"
	cp "$BATS_TEST_TMPDIR/picture.json" "$BATS_TEST_TMPDIR/changed.json"
	while IFS="|" read -r from to; do
		sed "0,/$from/s//$to/" "$BATS_TEST_TMPDIR/picture" >"$BATS_TEST_TMPDIR/changed"
		run ! cmp -s "$BATS_TEST_TMPDIR/picture" "$BATS_TEST_TMPDIR/changed"
		run -1 compare svg "$BATS_TEST_TMPDIR/changed.json"
	done <<-'EOF'
		>S<|>B<
		class="establish"|class="release"
		l5 9h-10z|l5 -9h-10z
		shape send|shape receive
		>fd 5 |>fd 6 
		\( d="M[0-9]* [0-9]*H[0-9]*\)"|\10"
		>~ 21.2 ms ~<|>~ 22.2 ms ~<
		>close<|>closed<
	EOF
}

@test "the cells of the picture are the same for every width, those of the text fit into it" {
	trace=$traces/concurrent_server.jsonl
	for width in 40 80 200; do
		"$SOCKVIEW" -v svg --format=json --width=$width "$trace" >"$BATS_TEST_TMPDIR/$width"
		cmp "$BATS_TEST_TMPDIR/40" "$BATS_TEST_TMPDIR/$width"
	done
	env -u COLUMNS "$SOCKVIEW" -v timeline --format=json "$trace" >"$BATS_TEST_TMPDIR/none"
	"$SOCKVIEW" -v timeline --format=json --width=80 "$trace" | cmp - "$BATS_TEST_TMPDIR/none"
	[ "$(jq .cells "$BATS_TEST_TMPDIR/none")" -lt 80 ]
	[ "$("$SOCKVIEW" -v timeline --format=json --width=200 "$trace" | jq .cells)" -gt 120 ]
}

@test "of several traces each row and story names its own" {
	show text -v timeline --width=80 "$traces/tcp_echo.jsonl" "$traces/udp_echo.jsonl"
	compare text 80 "$BATS_TEST_TMPDIR/text.json"
	[ "$(jq -c '[.rows, .stories] | map(map(.trace) | unique)' "$BATS_TEST_TMPDIR/text.json")" = '[[0,1],[0,1]]' ]
	[ "$(jq -c '.traces | length' "$BATS_TEST_TMPDIR/text.json")" -eq 2 ]
	show picture -v svg --part=timeline "$traces/tcp_echo.jsonl" "$traces/udp_echo.jsonl"
	compare svg "$BATS_TEST_TMPDIR/picture.json"
}

@test "many calls in one cell are drawn by how many they are" {
	/usr/bin/python3 >"$BATS_TEST_TMPDIR/busy.jsonl" <<-'EOF'
		import json
		def line(**members): print(json.dumps(members))
		line(type="trace", version=1, tracer="test", command=["busy"])
		line(type="process", time_ns=0, event="start", pid=1, program="busy")
		line(type="descriptor", time_ns=0, event="inherit", reason="start", pid=1, fd=3, descriptor=1, socket=1)
		times = [1000 * i + j for i in range(200) for j in range(20 * (i % 5))]
		for seq, time in enumerate(times, 1):
		    line(type="call", seq=seq, time_ns=time, duration_ns=1, pid=1, tid=1, name="send", effect="send",
		         fd=3, descriptor=1, socket=1, args={}, result=1, bytes=1)
	EOF
	for width in 80 100; do
		show text -v timeline --width=$width --scale=linear "$BATS_TEST_TMPDIR/busy.jsonl"
		compare text $width "$BATS_TEST_TMPDIR/text.json"
	done
	show picture -v svg --part=timeline --scale=linear "$BATS_TEST_TMPDIR/busy.jsonl"
	compare svg "$BATS_TEST_TMPDIR/picture.json"
	[ "$(jq -r '.timeline.legend[].name' "$BATS_TEST_TMPDIR/picture.json" | grep -cxE 'few|some|many|most')" -eq 4 ]
}
