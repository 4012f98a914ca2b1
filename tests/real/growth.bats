#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What takes n squared steps takes sixteen times as many for four times as much. Steps are
# instructions, which callgrind counts: they do not depend on how busy the machine is.

load ../helper

# instructions LOG OPTION...
instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$SOCKVIEW" "${@:2}" "$1" \
		2>&1 >"$BATS_TEST_TMPDIR/shown" | sed -n 's/.*Collected : //p'
}

# grows_evenly SHAPE N VIEW...: with nothing left out; a fifth is for what is n log n.
grows_evenly() {
	local log=$BATS_TEST_TMPDIR/log few many view format
	/usr/bin/python3 tests/real/growth_logs.py "$1" "$2" >"$log.few"
	/usr/bin/python3 tests/real/growth_logs.py "$1" $((4 * $2)) >"$log.many"
	for view in "${@:3}"; do
		for format in text json; do
			few=$(instructions "$log.few" -v "$view" --full --format=$format)
			many=$(instructions "$log.many" -v "$view" --full --format=$format)
			[ "$few" -gt 0 ] && [ "$many" -lt $((few * 24 / 5)) ] ||
				{ echo "$view as $format: $few instructions, and $many for four times as much"; return 1; }
		done
	done
}

@test "a wait for many sockets is not read again for each of them" {
	grows_evenly waits 100 timeline
}

@test "ids that are chosen to meet in one slot do not" {
	grows_evenly ids 1500 summary
}

@test "a socket with many descriptors is shown in time that grows with them" {
	grows_evenly holders 300 socket
}
