#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs the tests of one phase, check or check-all: tests/run.sh PHASE. Each suite prints TAP; what
# failed or was skipped is shown, and all of it is kept in $BUILD/results/PHASE.tap. The last line has
# the totals.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

# No setting of whoever runs the tests is theirs: a locale, a proxy, how Python buffers, what it loads
# of its user's. Without a HOME it asks for the user, by a socket.
if [ -z "${IS_CLEAN-}" ]; then
	kept=(IS_CLEAN=yes PYTHONNOUSERSITE=1 "HOME=${HOME:-/}")
	for name in PATH TMPDIR BUILD UPDATE CI SEED ROUNDS JOBS PAGE_MILLION; do
		[ -z "${!name-}" ] || kept+=("$name=${!name}")
	done
	exec env -i "${kept[@]}" tests/run.sh "$@"
fi
umask 022

. tests/descriptors.sh

BUILD=$(realpath -ms "${BUILD:-build}")
export BUILD UPDATE=${UPDATE:-} TRACES=$BUILD/traces PYTHONDONTWRITEBYTECODE=1
phase=$1
results=$BUILD/results
sanitized=$BUILD/sanitize
mkdir -p "$results"
rm -rf "$TRACES" && mkdir -p "$TRACES"
: >"$results/$phase.tap"

# count TAP: how many tests passed, failed and were skipped.
count() {
	awk '/^ok .*# skip/ { skipped++; next } /^ok / { passed++ } /^not ok / { failed++ }
		END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# What is in the tree beside what the tests make.
tree() {
	find . \( -path ./.git -o -path "./${BUILD#"$(pwd -P)/"}" \) -prune -o -print | sort
}

# suite NAME COMMAND...: the command's standard output is TAP.
suite() {
	local name=$1 output=$results/suite.tap passed failed skipped
	number=0
	shift
	"$@" </dev/null >"$output" 2>"$output.err"
	local status=$?
	if ! grep -qE '^(not )?ok [0-9]' "$output"; then
		echo "not ok 1 $name printed no test (status $status)" >>"$output"
	elif [ $status -ne 0 ] && ! grep -q '^not ok' "$output"; then
		echo "not ok 2 $name ended with status $status" >>"$output"
	fi
	grep -q '^not ok' "$output" && cat "$output.err"
	awk '/^not ok/ { show = 1 } /^ok/ { show = 0 } /# skip/ { print } show { print }' "$output"
	read -r passed failed skipped < <(count "$output")
	printf '  %-28s %4d passed  %d failed  %d skipped\n' "$name" "$passed" "$failed" "$skipped"
	cat "$output" >>"$results/$phase.tap"
}

unit() {
	CMOCKA_MESSAGE_OUTPUT=TAP timeout 60 "$1" 2>&1
}

traces() {
	once 'every trace that a test made fits the schema' \
		/usr/bin/python3 tests/tracer/validate.py "$TRACES"/*.jsonl
	once 'every trace that a test made accounts for its descriptors' \
		/usr/bin/python3 tests/tracer/check_trace.py "$TRACES"/*.jsonl
	[ -d "$TRACES/cut" ] || return 0
	once 'every trace that was cut off fits the schema up to there' \
		/usr/bin/python3 tests/tracer/validate.py --cut "$TRACES"/cut/*.jsonl
	once 'every trace that was cut off accounts for its descriptors up to there' \
		/usr/bin/python3 tests/tracer/check_trace.py --cut "$TRACES"/cut/*.jsonl
}

# leaves_nothing: says what the tests have put into the tree.
leaves_nothing() {
	local left
	left=$(comm -13 <(echo "$before") <(tree))
	[ -z "$left" ] || { echo "$left" && false; }
}

bats_folder() {
	timeout 600 bats --formatter tap "$@"
}

before=$(tree)
case $phase in
check)
	suite lint make --no-print-directory lint
	for test in "$BUILD"/tests/unit/test_*; do
		[ -x "$test" ] && suite "$(basename "$test")" unit "$test"
	done
	suite constants /usr/bin/python3 -B tests/tracer/constants.py "$BUILD/constants"
	suite widths /usr/bin/python3 -B tests/viewer/widths.py "$BUILD/tests/unit/test_viewer"
	suite samples tests/tracer/samples.sh
	suite views tests/viewer/golden.sh
	suite hints /usr/bin/python3 -B tests/hints/run.py
	for file in tests/build/*.bats tests/tracer/*.bats tests/viewer/*.bats tests/docs/*.bats; do
		suite "$(basename "$file" .bats)" bats_folder "$file"
	done
	;;
check-all)
	suite analyze tests/analyze.sh
	for file in tests/real/*.bats; do
		suite "$(basename "$file" .bats)" bats_folder "$file"
	done
	for file in tests/faults/*.bats; do
		suite "$(basename "$file" .bats)" bats_folder "$file"
	done
	suite fuzz tests/fuzz/run.sh 60
	suite page timeout 300 /usr/bin/python3 -B tests/page/test_page.py "$BUILD/sockview"
	suite pages timeout 300 /usr/bin/python3 -B tests/page/test_traces.py "$sanitized/sockview" \
		"$PWD"/tests/viewer/traces/[!h]*.jsonl
	suite drawing timeout 300 /usr/bin/python3 -B tests/page/test_drawing.py "$BUILD/sockview" \
		"$PWD"/tests/viewer/traces/[!h]*.jsonl
	suite coverage tests/coverage.sh
	export SOCKTRACE=$sanitized/socktrace SOCKVIEW=$sanitized/sockview
	suite 'samples, sanitized' tests/tracer/samples.sh
	suite 'views, sanitized' tests/viewer/golden.sh
	for file in tests/tracer/*.bats tests/viewer/*.bats; do
		suite "$(basename "$file" .bats), sanitized" bats_folder "$file"
	done
	;;
esac
suite traces traces
# Golden files may be new.
[ -n "$UPDATE" ] || suite tree once 'the tests have left nothing in the tree' leaves_nothing

read -r passed failed skipped < <(count "$results/$phase.tap")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
