#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A traced program whose memory lies: it runs as it would without a tracer, and its trace is whole.
# SEED says which lies are told.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	SEED=${SEED:-$RANDOM}
	echo "SEED=$SEED"
	mkdir -p "$BUILD/targets"
	for kind in $(kinds); do
		build liar "$kind"
	done
	# A sanitizer reserves more than any limit.
	if [[ "$SOCKTRACE" != *sanitize* ]]; then ulimit -v 2000000; fi
	# It binds sockets to names that it makes up.
	cd "$BATS_TEST_TMPDIR"
}

# is_refused STATUS: the liar's, where it may not make a network of its own.
is_refused() {
	[ "$1" -eq 77 ] && skip "needs root or user namespaces, to make a network of its own"
}

@test "calls that lie about their memory return what they return without a tracer" {
	for kind in $(kinds); do
		for seed in $(seq "$SEED" $((SEED + 3))); do
			timeout 60 "$BUILD/targets/liar$kind" "$seed" 2000 >"$BATS_TEST_TMPDIR/alone" || is_refused $?
			timeout 100 "$SOCKTRACE" -q --payload=all -o "$(trace_file "${kind#-m}-$seed")" \
				"$BUILD/targets/liar$kind" "$seed" 2000 >"$BATS_TEST_TMPDIR/traced"
			diff "$BATS_TEST_TMPDIR/alone" "$BATS_TEST_TMPDIR/traced"
		done
	done
}

@test "memory that changes while it is read harms neither the program nor its trace" {
	for kind in $(kinds); do
		for affinity in auto free; do
			run timeout 100 "$SOCKTRACE" -q --affinity=$affinity \
				-o "$(trace_file "${kind#-m}-$affinity")" "$BUILD/targets/liar$kind" "$SEED" 3000 race
			[ "$status" -eq 0 ] || is_refused "$status"
			[ "$output" = told ]
		done
	done
}

@test "what io_uring is said to have received is not believed" {
	run "$SOCKTRACE" -q --payload=all -o "$(trace_file ring)" "$BUILD/targets/liar-m64" ring
	[ "$status" -ne 77 ] || skip "needs io_uring(7), which this system does not allow"
	[ "$status" -eq 0 ]
	[ "$output" = told ]
	[ "$(calls ring 'select(.name == "io_uring_recv").data.truncated')" = true ]
	[ "$(calls ring 'select(.name == "io_uring_recvmsg").new | length')" -eq 1 ]
}
