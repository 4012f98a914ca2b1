#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What Go's own tests of its network say is so under socktrace, too.

bats_require_minimum_version 1.5.0
load ../helper

# go_tests PACKAGE LEFT-OUT...: in a network that has a loopback and nothing else.
go_tests() {
	local program=$BUILD/go-tests/$1.test source prefix
	source=$(go env GOROOT)/src/$1
	[ -e "$source/main_test.go" ] || skip "no tests of Go"
	become_root "to make a network" --net
	GOCACHE=$BUILD/go-cache go test -c -o "$program" "$1"
	prefix=$(trace_file "${1/\//-}")
	cd "$source"
	TMPDIR=$BATS_TEST_TMPDIR HOME=$BATS_TEST_TMPDIR "${root[@]}" sh -c 'ip link set lo up && exec "$@"' - \
		/usr/bin/python3 -uB "$BATS_TEST_DIRNAME/suites.py" "$SOCKTRACE" "${prefix%.jsonl}" \
		go "$program" "${@:2}" 3>&-
}

@test "the tests of net end as they end without" {
	# TestLinuxSendfile traces its own program with strace, which a traced program cannot.
	go_tests net TestLinuxSendfile
}

@test "the tests of net/http end as they end without" {
	# TestLinuxSendfile: as above. TestCmdGoNoHTTPServer is about how the system has linked its go.
	go_tests net/http TestLinuxSendfile TestCmdGoNoHTTPServer
}
