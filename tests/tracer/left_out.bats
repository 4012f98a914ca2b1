#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Where --calls leaves calls out, views say nothing that is false: a connection is one, with its ends and
# its addresses, whether or not the trace has the calls that made it.

bats_require_minimum_version 1.5.0
load ../helper

# lanes NAME: each descriptor with its arrow and addresses, but for the numbers of ports.
lanes() {
	"$SOCKVIEW" --color=never --width=200 -v timeline "$(trace_file "$1")" |
		sed -n 's/^ *\(fd [0-9]*  *[A-Z]* [^ ├]*\).*/\1/p' | sed -E 's/:[0-9]{2,5}/:port/g' | sort
}

# counts NAME: of processes, descriptors and connections, and how these went.
counts() {
	"$SOCKVIEW" --color=never --width=300 -v timeline "$(trace_file "$1")" |
		sed -n '1s/^[^ ]* *//; 1s/   [0-9]* calls\?.*//p'
}

# hints NAME: the first line of each.
hints() {
	"$SOCKVIEW" --color=never -v hints "$(trace_file "$1")" | grep -E '^[a-z-]+: ' || true
}

@test "connections are the same whichever calls are left out" {
	local sample calls
	for sample in concurrent_server nonblocking_connect refused_connection unix_pair udp_echo \
		connection_reset epoll_server; do
		trace $sample "$BUILD/samples/$sample" >/dev/null
		for calls in send receive close connect '!connect' '!accept' '!bind,!listen' '!create'; do
			echo "$sample -e $calls"
			"$SOCKTRACE" -q -e "$calls" -o "$(trace_file "$sample-$calls")" "$BUILD/samples/$sample" >/dev/null
			diff <(lanes $sample) <(lanes "$sample-$calls")
			diff <(counts $sample) <(counts "$sample-$calls")
		done
	done
}

@test "no hint is given, and nothing said to be lost, because of calls that are left out" {
	local sample calls
	for sample in concurrent_server udp_echo unix_pair leaking_server half_close; do
		trace $sample "$BUILD/samples/$sample" >/dev/null
		run -1 grep lost <("$SOCKVIEW" -v sequence "$(trace_file $sample)")
		for calls in send receive close '!send' '!receive' '!close' '!shutdown'; do
			echo "$sample -e $calls"
			"$SOCKTRACE" -q -e "$calls" -o "$(trace_file "$sample-$calls")" "$BUILD/samples/$sample" >/dev/null
			diff <(hints $sample) <(hints "$sample-$calls") | tee "$BATS_TEST_TMPDIR/more"
			run -1 grep '^>' "$BATS_TEST_TMPDIR/more"
			run -1 grep -E 'lost|without close' <("$SOCKVIEW" -v sequence "$(trace_file "$sample-$calls")")
		done
	done
}

@test "what was left out is said" {
	"$SOCKTRACE" -q -e send,receive -o "$(trace_file some)" "$BUILD/samples/concurrent_server"
	[ "$(jq -c 'select(.type == "trace").options.left_out' "$(trace_file some)")" = \
		'["create","bind","listen","connect","accept","option","query","wait","shutdown","duplicate","pass","close","control"]' ]
	[ "$(jq -rn '[inputs | select(.type == "descriptor").event] | group_by(.) | map("\(.[0]) \(length)") | join(", ")' \
		"$(trace_file some)")" = "accept 3, bind 1, close 16, connect 3, inherit 16, listen 1" ]
	trace all "$BUILD/samples/concurrent_server"
	run -0 jq -c 'select(.type == "trace").options | has("left_out")' "$(trace_file all)"
	[ "$output" = false ]
	# What has no other end in the sequence may have one that was not recorded.
	"$SOCKTRACE" -q -e send -o "$(trace_file sends)" "$BUILD/samples/udp_echo"
	run -0 "$SOCKVIEW" -v sequence "$(trace_file sends)"
	[[ "$output" == *"in the kernel: queue, buffer or network, or its other end is left out by --calls"* ]]
	# A connect that failed says why.
	"$SOCKTRACE" -q -e close -o "$(trace_file refused)" "$BUILD/samples/refused_connection"
	[ "$(jq -r 'select(.event == "connect") | .error // "none"' "$(trace_file refused)")" = $'ECONNREFUSED\nnone' ]
}
