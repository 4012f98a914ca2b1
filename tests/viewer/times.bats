#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# When something happened: --time, and --since and --until, which take what is printed.

bats_require_minimum_version 1.5.0
load ../helper

trace=tests/viewer/traces/tcp_echo.jsonl

# times OPTION...: what the lines of the view calls begin with.
times() {
	"$SOCKVIEW" -v calls "$@" "$trace" |
		sed -nE 's/^ *(([+-]?[0-9:.-]+( m?s| [0-9:.]+)?)( +[+-][0-9.]+ (n|µ|m)?s)?) +tcp_echo .*/\1/p' | tr -s ' '
}

# What they were without those that others were after.
instants() {
	times "$@" | sed -E 's/ [+-].*//'
}

# The trace as it would be had its last call been three seconds later.
longer() {
	jq -c 'if .seq == 24 then .time_ns += 3000000000 else . end' "$trace" >"$BATS_TEST_TMPDIR/longer.jsonl"
	trace=$BATS_TEST_TMPDIR/longer.jsonl
}

@test "instants are exact to the microsecond, in one unit, with the time since the line before" {
	[ "$(times | head -3)" = $'0.449 ms\n0.478 ms +28.9 µs\n0.642 ms +164 µs' ]
	[ "$(times --time=delta | head -3)" = $'+0.449 ms\n+0.029 ms\n+0.164 ms' ]
	[ "$(times --time=delta | awk '{ sum += $1 } END { printf "%.3f ms", sum }')" = "$(instants | tail -1)" ]
	longer
	[ "$(times | head -2)" = $'0.000449 s\n0.000478 s +28.9 µs' ]
	[[ "$(times | tail -1)" == 3.00????' s +3.00 s' ]]
}

@test "all views say the same instants" {
	longer
	for view in timeline sequence socket hints calls svg; do
		run -0 "$SOCKVIEW" -v $view --width=200 "$trace"
		[[ "$output" == *"0.000"*" s"* || $view = hints ]]
		run ! grep -E '(^|>) *[0-9.]+ (ns|µs|ms) ' <<<"$output"
	done
}

@test "the clock is that of the local zone, and says the date where there are two" {
	# The trace says 01:54:35.557586451Z, and the call was 1.102872 ms later.
	[ "$(TZ=UTC times --time=clock | head -2)" = $'01:54:35.558689\n01:54:35.558718 +28.9 µs' ]
	[ "$(TZ=XYZ-5:30 instants --time=clock | head -1)" = 07:24:35.558689 ]
	longer
	[ "$(TZ=XYZ+1:54:37 instants --time=clock | sed -n '1p;$p')" = \
		$'2026-11-23 23:59:58.558689\n2026-11-24 00:00:01.560018' ]
}

@test "--since and --until take what is printed" {
	local mode count=0 instant
	for mode in relative clock; do
		count=0
		while read -r instant; do
			count=$((count + 1))
			[ "$(times --time=$mode --until="$instant" | wc -l)" -eq "$count" ]
			[ "$(times --time=$mode --until="$instant" --since="$instant" | tail -1 | cut -d+ -f1 | xargs)" = \
				"$instant" ]
		done < <(instants --time=$mode)
		[ "$count" -eq 24 ]
	done
	[ "$(times --since=+0.449ms | wc -l)" -eq 24 ]
	longer
	export TZ=XYZ+1:54:37
	instant=$(instants --time=clock | tail -1)
	[ "$(instants --since="$instant" --time=clock)" = "$instant" ]
	[ "$(times --until=23:59:59 | wc -l)" -eq 23 ]
	[ "$(times --since='2026-11-24 00:00' | wc -l)" -eq 1 ]
}

@test "a time that is none is refused, and a clock that the trace does not tell" {
	local time
	for time in soon 1.2.3s 1,5s -1s 25:00 10:07x 9999999999999s 2026-13-01; do
		run -2 "$SOCKVIEW" --since="$time" "$trace"
		[[ "$output" == *"--since=$time: expected a time"* ]]
	done
	sed 's/"started":"[^"]*",//' "$trace" >"$BATS_TEST_TMPDIR/timeless.jsonl"
	run -2 "$SOCKVIEW" --since=10:07 "$BATS_TEST_TMPDIR/timeless.jsonl"
	[[ "$output" == *"the trace does not say when it began"* ]]
	run -1 "$SOCKVIEW" -f --since=10:07 "$BATS_TEST_TMPDIR/timeless.jsonl"
	[[ "$output" == *"the trace does not say when it began"* ]]
	run -0 --separate-stderr "$SOCKVIEW" -v calls --time=clock "$BATS_TEST_TMPDIR/timeless.jsonl"
	[[ "$stderr" == *"the trace does not say when it began"* && "$output" == *"0.449 ms"* ]]
}

@test "a trace that is followed says its instants in seconds, and takes them" {
	[ "$("$SOCKVIEW" -f "$trace" | sed -n 2p | xargs | cut -d' ' -f1-3)" = '0.000449 s tcp_echo' ]
	[ "$("$SOCKVIEW" -f --until='0.000478 s' "$trace" | wc -l)" -eq 3 ]
	[[ "$(TZ=UTC "$SOCKVIEW" -f --time=clock "$trace")" == *01:54:35.558689* ]]
}

@test "the time since the line before is there in every line of many" {
	trace=$BATS_TEST_TMPDIR/many.jsonl
	{
		head -n 1 tests/viewer/traces/tcp_echo.jsonl
		seq 3000 | sed 's/.*/{"type":"call","seq":&,"time_ns":&000,"duration_ns":1,"pid":1,"tid":1,"name":"write","effect":"send","fd":3,"args":{"size":5},"result":5,"bytes":5}/'
		echo '{"type":"end","time_ns":3001000,"calls":3000}'
	} >"$trace"
	[ "$("$SOCKVIEW" -v calls "$trace" | grep -c ' ms  +1\.00 µs  ')" -eq 2999 ]
}
