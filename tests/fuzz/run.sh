#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs each target of each fuzzer for so many seconds, two at a time, and prints TAP:
# tests/fuzz/run.sh SECONDS [TARGET...]. An input that breaks something is kept as
# $BUILD/fuzz/TARGET-…; what is new in $BUILD/fuzz/corpus/TARGET, from which the next run goes on.
# JOBS=1: one at a time.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=$(realpath -ms "${BUILD:-build}")
export BUILD FUZZ_SEEDS=$BUILD/fuzz/inputs
seconds=$1
shift

# targets: "FUZZER TARGET" lines, of those that are wanted.
targets() {
	for fuzzer in "$BUILD"/fuzz/fuzz_*; do
		"$fuzzer" | sed "s|^|$fuzzer |"
	done | grep -E " ($(IFS='|' && echo "${*:-.*}"))\$"
}

# fuzz SECONDS FUZZER TARGET: its number is put in later.
fuzz() {
	local kept=$BUILD/fuzz/corpus/$3 output
	mkdir -p "$kept"
	if output=$(FUZZ_TARGET=$3 "$2" -max_total_time="$1" -timeout=20 -rss_limit_mb=2048 \
		-max_len=20000 -print_final_stats=1 -close_fd_mask=3 \
		-artifact_prefix="$BUILD/fuzz/$3-" "$kept" "$FUZZ_SEEDS/$3" 2>&1); then
		echo "ok fuzz $3, $1 seconds"
		grep -E 'DONE|number_of_executed_units|peak_rss' <<<"$output" | sed 's/^/# /'
	else
		echo "not ok fuzz $3"
		tail -n 60 <<<"$output" | sed 's/^/# /'
	fi
}
export -f fuzz

tests/fuzz/seeds.sh
echo "1..$(targets "$@" | wc -l)"
targets "$@" | xargs -P "${JOBS:-2}" -L 1 bash -c 'output=$(fuzz "$@") && echo "$output"' - "$seconds" |
	awk '/^(not )?ok / { sub(/ok /, "ok " ++number " ") } { print }'
