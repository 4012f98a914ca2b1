#!/bin/bash
# Traces every sample and compares with tests/golden/SAMPLE.jsonl; prints TAP. UPDATE=1 rewrites
# the golden files.
set -u
socktrace=${SOCKTRACE:-$BUILD/socktrace}
kept=${TRACES:?}
number=0

compare() {
	local sample=$1 trace=$kept/sample-$1.jsonl golden=tests/golden/$1.jsonl
	"$socktrace" -q -o "$trace" -- "$BUILD/samples/$sample" >/dev/null || {
		echo "status $?"
		return 1
	}
	/usr/bin/python3 tests/tracer/normalise.py "$trace" >"$trace.normal" || return 1
	[ -z "$UPDATE" ] || cp "$trace.normal" "$golden"
	diff -u "$golden" "$trace.normal"
}

for source in samples/*.c; do
	sample=$(basename "$source" .c)
	number=$((number + 1))
	if output=$(compare "$sample" 2>&1); then
		echo "ok $number the trace of $sample"
	else
		echo "not ok $number the trace of $sample"
		sed 's/^/# /' <<<"$output"
	fi
done
echo "1..$number"
