#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What tests ask of a trace, with tests/helper.bash, cannot be asked in vain.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	TRACES=$BATS_TEST_TMPDIR
	printf '%s\n' '{"type":"trace","name":"none"}' '{"type":"call","name":"socket","result":3}' \
		'{"type":"call","name":"connect","error":"ECONNREFUSED"}' >"$(trace_file two)"
}

@test "calls says what the filter makes of calls, and of no other lines" {
	run -0 calls two .name
	[ "$output" = "socket
connect" ]
	[ "$(calls two 'select(.error == $error).name' --arg error ECONNREFUSED)" = connect ]
	[ "$(count_calls two .error)" = 1 ]
	[ "$(count_calls two '.name == "none"')" = 0 ]
}

@test "a filter that is none, that fails, or that no call passes is a failure" {
	local filter
	for filter in '.name |' 'select(.name = ' '.name | no_such_function' '.missing | startswith("a")' \
		'select(.name == "none")' empty '$unset'; do
		echo "$filter"
		run ! calls two "$filter"
	done
	run ! calls missing .name
}

@test "a condition that is none, or that fails, counts to no number" {
	local condition
	for condition in '.name ==' '.missing | startswith("a")' '$unset'; do
		echo "$condition"
		run ! --separate-stderr count_calls two "$condition"
		[ "$output" = "" ]
	done
	run ! --separate-stderr count_calls missing true
	[ "$output" = "" ]
}
