#!/bin/bash
# SPDX-License-Identifier: MIT
# Reads every trace that a test made: tests/traces.sh validate|check_trace. Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh
reader=tests/tracer/$1.py
case $1 in
validate) holds='fits the schema' ;;
check_trace) holds='accounts for its descriptors' ;;
esac

once "every trace that a test made $holds" /usr/bin/python3 "$reader" "$TRACES"/*.jsonl
[ ! -d "$TRACES/cut" ] || once "every trace that was cut off $holds up to there" \
	/usr/bin/python3 "$reader" --cut "$TRACES"/cut/*.jsonl
tap_end
