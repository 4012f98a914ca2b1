#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs the tests of one phase, check or check-all: tests/run.sh PHASE. Each suite prints TAP; what
# failed or was skipped is shown, and all of it is kept in $BUILD/results/PHASE.tap. The last line has
# the totals. JOBS=N: so many suites side by side; one more than there are processors, as they wait much.
# UNTIL=SECONDS: no suite begins after that time (date +%s), and those that have not are skipped.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

# No setting of whoever runs the tests is theirs: a locale, a proxy, how Python buffers, what it loads
# of its user's. Without a HOME it asks for the user, by a socket.
if [ -z "${IS_CLEAN-}" ]; then
	kept=(IS_CLEAN=yes PYTHONNOUSERSITE=1 "HOME=${HOME:-/}")
	for name in PATH TMPDIR BUILD UPDATE CI SEED ROUNDS JOBS UNTIL PAGE_MILLION; do
		[ -z "${!name-}" ] || kept+=("$name=${!name}")
	done
	exec env -i "${kept[@]}" tests/run.sh "$@"
fi
umask 022

. tests/descriptors.sh

BUILD=$(realpath -ms "${BUILD:-build}")
export BUILD UPDATE=${UPDATE:-} TRACES=$BUILD/traces PYTHONDONTWRITEBYTECODE=1
phase=$1
export RESULTS=$BUILD/results/$phase
sanitized=$BUILD/sanitize
rm -rf "$TRACES" "$RESULTS" && mkdir -p "$TRACES" "$RESULTS"

# What is in the tree beside what the tests make.
tree() {
	find . \( -path ./.git -o -path "./${BUILD#"$(pwd -P)/"}" \) -prune -o -print | sort
}

# suite NAME COMMAND...: a line for side_by_side.
suite() {
	local line
	printf -v line '%q ' "$@"
	echo "${line% }"
}

# sanitized NAME COMMAND...: the same, with the programs that check themselves.
sanitized() {
	suite "$1, sanitized" env SOCKTRACE="$sanitized/socktrace" SOCKVIEW="$sanitized/sockview" "${@:2}"
}

# bats_suites WORD FILE...: WORD is suite or sanitized. They are called after their folder, too.
bats_suites() {
	local file name
	for file in "${@:2}"; do
		name=${file#tests/}
		name=${name%.bats}
		"$1" "${name/\// }" timeout 900 bats --formatter tap "$file"
	done
}

# side_by_side: runs the suites of standard input. Not as jobs of this shell: those ignore SIGINT, and so
# would what they trace.
side_by_side() {
	xargs -P "${JOBS:-$(($(nproc) + 1))}" -L 1 tests/suite.sh
}

# leaves_nothing: says what the tests have put into the tree.
leaves_nothing() {
	local left
	left=$(comm -13 <(echo "$before") <(tree))
	[ -z "$left" ] || { echo "$left" && false; }
}

before=$(tree)
# Long ones first, so that none is left at the end; what finds the least last, as time may be short (UNTIL).
case $phase in
check)
	# Alone: what its programs do takes its time, and hints are about time.
	suite hints /usr/bin/python3 -B tests/hints/run.py | side_by_side
	{
		bats_suites suite tests/viewer/*.bats tests/docs/*.bats tests/tracer/*.bats tests/build/*.bats
		suite samples tests/tracer/samples.sh
		suite views tests/viewer/golden.sh
		suite lint make --no-print-directory lint
		for test in "$BUILD"/tests/unit/test_*; do
			[ ! -x "$test" ] || suite "$(basename "$test")" \
				env CMOCKA_MESSAGE_OUTPUT=TAP timeout 60 bash -c '"$0" 2>&1' "$test"
		done
		suite plans tests/tracer/plans.sh
		suite constants /usr/bin/python3 -B tests/tracer/constants.py "$BUILD/constants"
		suite widths /usr/bin/python3 -B tests/viewer/widths.py "$BUILD/tests/unit/test_viewer"
	} | side_by_side
	;;
check-all)
	{
		suite coverage tests/coverage.sh
		# So much is waited for in these that they go well beside what computes.
		bats_suites suite tests/real/{cpython,libevent,go}.bats
		for file in tests/real/*.bats tests/faults/*.bats; do
			case $file in */cpython.bats | */libevent.bats | */go.bats) continue ;; esac
			bats_suites suite "$file"
		done
		suite page timeout 900 /usr/bin/python3 -B tests/page/test_page.py "$BUILD/sockview"
		suite pages timeout 900 /usr/bin/python3 -B tests/page/test_traces.py "$sanitized/sockview" \
			"$PWD"/tests/viewer/traces/[!h]*.jsonl
		suite drawing timeout 900 /usr/bin/python3 -B tests/page/test_drawing.py "$BUILD/sockview" \
			"$PWD"/tests/viewer/traces/[!h]*.jsonl
		suite analyze tests/analyze.sh
		suite fuzz tests/fuzz/run.sh 10
		sanitized samples tests/tracer/samples.sh
		bats_suites sanitized tests/tracer/*.bats
		bats_suites sanitized tests/viewer/*.bats
		sanitized views tests/viewer/golden.sh
	} | side_by_side
	;;
esac
# Where there was no time for any suite that makes one, there is none.
if [ -z "${UNTIL-}" ] || compgen -G "$TRACES/*.jsonl" >/dev/null; then
	{
		suite 'traces, schema' tests/traces.sh validate
		suite 'traces, descriptors' tests/traces.sh check_trace
	} | UNTIL='' side_by_side
fi
# Golden files may be new.
[ -n "$UPDATE" ] || once 'the tests have left nothing in the tree' leaves_nothing | tee "$RESULTS/tree.tap"

cat "$RESULTS"/*.tap >"$BUILD/results/$phase.tap"
read -r passed failed skipped < <(tap_count "$BUILD/results/$phase.tap")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
