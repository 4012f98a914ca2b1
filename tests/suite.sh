#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs one suite for tests/run.sh: tests/suite.sh NAME COMMAND... The command's standard output is TAP,
# which is kept as $RESULTS/NAME.tap. What failed or was skipped is shown, and a line with the totals, the
# seconds that it took, and those of them (of all processors) that it computed: at once, as suites run side
# by side.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh
. tests/machine.sh

name=$1
output=$RESULTS/$name.tap
shift
if [ -e "$output" ]; then
	# It would take the place of what that one found.
	echo "not ok 1 only one suite is called $name" | tee "$RESULTS/$name, again.tap"
	exit
fi
if [ -n "${UNTIL-}" ] && [ "$(date +%s)" -ge "$UNTIL" ]; then
	# What the machine is too slow for: tests/machine.sh.
	skipped "$name" "$no_time" | tee "$output"
	exit
fi
TIMEFORMAT='%0R %0U %0S'
{ time "$@" </dev/null >"$output" 2>"$output.err"; } 2>"$output.time"
status=$?
if ! grep -qE '^(not )?ok [0-9]' "$output"; then
	echo "not ok 1 $name printed no test (status $status)" >>"$output"
elif [ $status -ne 0 ] && ! grep -q '^not ok' "$output"; then
	echo "not ok 2 $name ended with status $status" >>"$output"
fi
read -r passed failed skipped < <(tap_count "$output")
read -r took user system <"$output.time"
shown=$(
	[ "$failed" -eq 0 ] || cat "$output.err"
	awk '/^not ok/ { show = 1 } /^ok/ { show = 0 } /# skip/ { print } show { print }' "$output"
)
printf '%s  %-28s %4d passed  %d failed  %d skipped %5d s, %d s computing\n' "${shown:+$shown
}" "$name" "$passed" "$failed" "$skipped" "$took" $((user + system))
