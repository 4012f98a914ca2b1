#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs what is cheap to run with the programs of $BUILD/coverage, then says how many of the lines of
# each folder were run; prints TAP, a folder below 90% fails. What was never run stands in
# $BUILD/coverage/lines.txt.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/machine.sh
BUILD=$(realpath -ms "${BUILD:-build}")
export BUILD UPDATE='' TRACES=$BUILD/coverage/traces
export SOCKTRACE=$BUILD/coverage/socktrace SOCKVIEW=$BUILD/coverage/sockview
wanted=90
mkdir -p "$TRACES"
find "$BUILD/coverage" -name '*.gcda' -delete

# Whether the tests pass is not asked here; make check does.
{
	for test in "$BUILD"/coverage/tests/unit/test_*; do
		[ -x "$test" ] && "$test"
	done
	tests/tracer/samples.sh
	tests/viewer/golden.sh
	# The build asks the programs that it made for these.
	for shell in bash zsh fish none; do
		"$SOCKTRACE" --completion=$shell
		"$SOCKVIEW" --completion=$shell
	done
	for trace in tests/viewer/traces/*.jsonl; do
		"$SOCKVIEW" --view=html "$trace" >/dev/null
	done
	for file in tests/tracer/*.bats tests/viewer/*.bats tests/docs/*.bats tests/real/http.bats; do
		timeout 300 bats --formatter tap "$file"
	done
} </dev/null >"$BUILD/coverage/tests.log" 2>&1

# What does not run here is not counted.
left_out=()
has_recorder || left_out=(--exclude 'tracer/recorder/')
gcovr --root . --object-directory "$BUILD/coverage" --filter '(format|tracer|viewer)/' "${left_out[@]}" \
	--csv "$BUILD/coverage/lines.csv" --txt "$BUILD/coverage/lines.txt" || exit 1
awk -F, -v wanted=$wanted '
	NR == 1 { next }
	{ split($1, path, "/"); total[path[1]] += $2; run[path[1]] += $3 }
	END {
		for (folder in total) {
			number++
			percent = 100 * run[folder] / total[folder]
			printf "%sok %d %s/: %d of %d lines are run by tests, %.1f%% (at least %d%%)\n", \
				percent < wanted ? "not " : "", number, folder, run[folder], total[folder],
				percent, wanted
		}
		print "1.." number
	}' "$BUILD/coverage/lines.csv"
