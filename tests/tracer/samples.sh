#!/bin/bash
# SPDX-License-Identifier: MIT
# Traces every sample, and every program of tests/tracer/tracees, and compares with
# tests/golden/NAME.jsonl; prints TAP. UPDATE=1 rewrites the golden files.
set -u
. tests/descriptors.sh
. tests/machine.sh
BUILD=$(realpath -ms "${BUILD:-build}")
UPDATE=${UPDATE:-}
socktrace=${SOCKTRACE:-$BUILD/socktrace}
kept=${TRACES:-$BUILD/traces}
mkdir -p "$kept"
number=0

# The names that calls have in 64-bit programs.
names64='s/"name": "\(send\|recv\)"/"name": "\1:"/
s/send:/sendto/; s/recv:/recvfrom/
s/"name": "\(fcntl\|sendfile\)64"/"name": "\1"/
s/_time64"/"/; s/_NEW"/"/'

# What a tracee ends with, after it has said so, when the system has not what it is about.
not_here=77

# compare NAME PROGRAM...: NAME is that of a golden file and, for a 32-bit program, :compat, or :all
# where calls on every descriptor are stopped at, which makes no difference.
compare() {
	local trace=$kept/sample-${1/:/-}.jsonl golden=tests/golden/${1%:*}.jsonl stop=sockets
	[ "${1##*:}" != all ] || stop=all
	timeout 60 "$socktrace" -q --stop=$stop -o "$trace" -- "${@:2}" >/dev/null || {
		local status=$?
		[ $status -eq $not_here ] || echo "status $status"
		return $status
	}
	/usr/bin/python3 tests/tracer/normalise.py "$trace" >"$trace.normal" || return 1
	[ "${1%:*}" = "$1" ] || sed -i "$names64" "$trace.normal"
	[ -z "$UPDATE" ] || [ "${1%:*}" != "$1" ] || cp "$trace.normal" "$golden"
	diff -u "$golden" "$trace.normal"
}

check() {
	number=$((number + 1))
	if output=$(compare "$@" 2>&1); then
		echo "ok $number the trace of $1"
	elif [ $? -eq $not_here ]; then
		echo "ok $number the trace of $1 # skip $output"
	else
		echo "not ok $number the trace of $1"
		sed 's/^/# /' <<<"$output"
	fi
}

for source in samples/*.c; do
	sample=$(basename "$source" .c)
	check "$sample" "$BUILD/samples/$sample"
	check "$sample:all" "$BUILD/samples/$sample"
done
for tracee in tests/tracer/tracees/*.py; do
	check "$(basename "$tracee" .py)" /usr/bin/python3 "$tracee"
done
for source in tests/tracer/tracees/*.c; do
	tracee=$(basename "$source" .c)
	check "$tracee" "$BUILD/tracees/$tracee"
done

# 32-bit programs do the same, and so have the same golden files.
if ! has_32_bits; then
	number=$((number + 1))
	echo "ok $number 32-bit programs # skip $no_32_bits"
elif make --no-print-directory BUILD="$BUILD" compat-tracees >/dev/null 2>&1; then
	for source in samples/*.c; do
		sample=$(basename "$source" .c)
		check "$sample:compat" "$BUILD/compat/$sample"
	done
	check layouts:compat "$BUILD/compat/layouts"
	check layouts:time64 "$BUILD/compat/time64/layouts"
else
	number=$((number + 1))
	echo "ok $number 32-bit programs # skip no gcc -m32 (gcc-multilib)"
fi
echo "1..$number"
