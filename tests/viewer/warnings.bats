#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a trace does not show as it was stands in every view, and no view says more than the trace knows.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	hidden=$BATS_TEST_TMPDIR/hidden.jsonl some=$BATS_TEST_TMPDIR/some.jsonl
	cat >"$hidden" <<-'EOF'
		{"type":"trace","version":1,"tracer":"socktrace 0.1.0","command":["ssh-agent"],"started":"2026-11-24T01:54:35.534052885Z","host":"example","kernel":"6.1.0","machine":"x86_64","options":{"payload":64}}
		{"type":"process","time_ns":0,"event":"start","pid":41,"parent":40,"program":"ssh-agent","command":["ssh-agent"]}
		{"type":"warning","time_ns":12,"code":"hidden","pid":41,"message":"the process does not let an ordinary user look into it"}
		{"type":"process","time_ns":20,"event":"exit","pid":41,"exit_code":0}
		{"type":"end","time_ns":21,"calls":0,"exit_code":0}
	EOF
	# The same warning in a trace with calls, twice.
	sed '2{p;s/.*/{"type":"warning","time_ns":1,"code":"stepped","pid":7,"message":"traced more slowly"}/}' \
		tests/viewer/traces/tcp_echo.jsonl | sed '3{p;s/"pid":7/"pid":8/}' >"$some"
}

@test "every view of a trace shows its warnings" {
	local view words
	for view in $(views); do
		"$SOCKVIEW" -v "$view" --width=200 "$some" >"$BATS_TEST_TMPDIR/$view" 2>"$BATS_TEST_TMPDIR/beside"
		# Lines of OTLP have no room for them, nor have tracks.
		[[ $view != otlp && $view != perfetto ]] || mv "$BATS_TEST_TMPDIR/beside" "$BATS_TEST_TMPDIR/$view"
		words='traced more slowly'
		grep -q "$words" "$BATS_TEST_TMPDIR/$view" || { echo "$view" && false; }
		[[ $view = html || $view = log ]] || [ "$(grep -c "$words" "$BATS_TEST_TMPDIR/$view")" -eq 1 ]
		"$SOCKVIEW" -v "$view" --format=json "$some" >"$BATS_TEST_TMPDIR/$view.json"
		[ "$(jq -c .warnings "$BATS_TEST_TMPDIR/$view.json")" = \
			'[{"pid":7,"message":"traced more slowly","more":1}]' ]
	done
	/usr/bin/python3 tests/viewer/validate_views.py "$BATS_TEST_TMPDIR"/*.json
	run -0 "$SOCKVIEW" -f "$some"
	[ "$(grep -c 'traced more slowly' <<<"$output")" -eq 2 ]
}

@test "a warning is wrapped at the width" {
	local view
	sed 's/traced more slowly/and each word of it stands there, also where a line has no more room for it/' \
		"$some" >"$BATS_TEST_TMPDIR/long.jsonl"
	for view in timeline sequence summary hints calls; do
		run -0 "$SOCKVIEW" -v $view --width=60 "$BATS_TEST_TMPDIR/long.jsonl"
		[[ "$(tr -s ' \n' ' ' <<<"$output")" == *"process 7: and each word of it stands there, also where a line has no more room for it (and 1 more)"* ]]
		[ "$(grep -A2 '^warning' <<<"$output" | wc -L)" -le 60 ]
	done
}

@test "of a process that hides itself no view says that it used no socket" {
	local view
	for view in $(views); do
		run -0 "$SOCKVIEW" -v "$view" --width=200 "$hidden"
		echo "$view: $output"
		[[ "${output,,}" != *"no socket was used"* ]]
		[ "$view" = log ] || [ "$view" = html ] ||
			[[ "$output" == *"does not let an ordinary user look into it"* ]]
		[[ $view = log || $view = html || $view = svg ]] || [[ "${output,,}" == *"no call on a socket was seen"* ]]
	done
	run -0 "$SOCKVIEW" -f "$hidden"
	[[ "$output" == *"does not let an ordinary"*"no call on a socket was seen"* ]]
}

@test "a trace of some calls only says so where there are none" {
	sed '/"type":"warning"/d; 1s/"payload":64/"payload":64,"left_out":["create","send"]/' "$hidden" >"$BATS_TEST_TMPDIR/left"
	run -0 "$SOCKVIEW" "$BATS_TEST_TMPDIR/left"
	[[ "$output" == *"No call was recorded, as the trace was made with --calls."* ]]
	sed '/"type":"warning"/d' "$hidden" >"$BATS_TEST_TMPDIR/none"
	run -0 "$SOCKVIEW" "$BATS_TEST_TMPDIR/none"
	[[ "$output" == *"No socket was used."* ]]
	# What was cut off may have had some, and so may lines that cannot be read.
	head -n 2 "$BATS_TEST_TMPDIR/none" >"$BATS_TEST_TMPDIR/cut"
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/cut"
	[[ "$output" == *"No call on a socket was seen."* ]]
	sed '2i {' "$BATS_TEST_TMPDIR/none" >"$BATS_TEST_TMPDIR/bad"
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/bad"
	[[ "$output" == *"No call on a socket was seen."* ]]
	run -0 "$SOCKVIEW" --errors tests/viewer/traces/udp_echo.jsonl
	[[ "$output" == *"No call fits."* ]]
}
