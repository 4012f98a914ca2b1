#!/bin/bash
# Traces every sample, and every program of tests/tracer/tracees, and compares with
# tests/golden/NAME.jsonl; prints TAP. UPDATE=1 rewrites the golden files.
set -u
socktrace=${SOCKTRACE:-$BUILD/socktrace}
kept=${TRACES:?}
number=0

# compare NAME PROGRAM...
compare() {
	local trace=$kept/sample-$1.jsonl golden=tests/golden/$1.jsonl
	timeout 60 "$socktrace" -q -o "$trace" -- "${@:2}" >/dev/null || {
		echo "status $?"
		return 1
	}
	/usr/bin/python3 tests/tracer/normalise.py "$trace" >"$trace.normal" || return 1
	[ -z "$UPDATE" ] || cp "$trace.normal" "$golden"
	diff -u "$golden" "$trace.normal"
}

check() {
	number=$((number + 1))
	if output=$(compare "$@" 2>&1); then
		echo "ok $number the trace of $1"
	else
		echo "not ok $number the trace of $1"
		sed 's/^/# /' <<<"$output"
	fi
}

for source in samples/*.c; do
	sample=$(basename "$source" .c)
	check "$sample" "$BUILD/samples/$sample"
done
for tracee in tests/tracer/tracees/*.py; do
	check "$(basename "$tracee" .py)" /usr/bin/python3 "$tracee"
done
echo "1..$number"
