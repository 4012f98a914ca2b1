#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Other C libraries and language runtimes whose calls are recorded in the tracee: they do what they do without,
# and the trace has as many calls as they have made.

bats_require_minimum_version 1.5.0
load ../helper

programs=$PWD/tests/real/programs

setup() {
	export SEED=${SEED:-$RANDOM}
	echo "SEED=$SEED" # shown when the test fails
	cd "$BATS_TEST_TMPDIR"
}

# The parts of tests/tracer/targets/hot.c that a C library has to do with.
parts='threads births forks vforks clones tables storm storms interrupted registers patched buffers exec-hot waits'

# compile NAME COMPILER OPTION...: the target.
compile() {
	(cd "$OLDPWD" && "$2" -O1 -pthread -D_GNU_SOURCE -Wno-psabi -I. "${@:3}" -o "$BATS_TEST_TMPDIR/$1" \
		tests/tracer/targets/hot.c)
}

# recorded NAME COMMAND...: says and ends as without a tracer, sends and receives as often as it says, and needs
# no stop for most of that.
recorded() {
	local trace=$BATS_TEST_TMPDIR/$1.jsonl wanted said
	wanted=$("${@:2}" 2>&1 3>&-)
	said=$(timeout 120 "$SOCKTRACE" -q --recorder=auto -o "$trace" -- "${@:2}" 2>&1 3>&-)
	# A busy machine may bring few signals without a tracer, and many with it; never the other way round.
	[ "$said" = "$wanted" ] || [ "$said" = "${wanted/handled few/handled many}" ] ||
		{ printf '%s\n' "$1: $said" "without: $wanted" && return 1; }
	moved=$(jq -rn 'reduce (inputs | select(.type == "call" and .bytes == 4)) as $call ({}; .[$call.effect] += 1) |
		"\(.send) \(.receive)"' "$trace")
	[ "$moved" = "${said##*sent } ${said##*sent }" ] || { echo "$1: $said, $moved recorded" && return 1; }
	ways=$(tail -n 1 "$trace" | jq -r '.recorded | "\(.tracee) \(.stops)"')
	echo "$1: $ways"
}

# each PROGRAM: all parts of the target.
each() {
	local part
	for part in $parts; do
		recorded "$part" "$1" "$part"
	done
}

# mostly: what was recorded last needed fewer stops than calls, where anything is recorded in a tracee.
mostly() {
	has_recorder || return 0
	[ "${ways% *}" -gt "${ways#* }" ] || { echo "in the tracee, by stops: $ways" && return 1; }
}

@test "musl, dynamic and static" {
	# It has no headers of Linux of its own.
	local headers=(-idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu)
	compile dynamic musl-gcc "${headers[@]}"
	compile static musl-gcc -static "${headers[@]}"
	each ./dynamic
	mostly
	each ./static
	mostly
}

@test "glibc, static, and as an executable at fixed addresses" {
	compile static gcc -static
	compile fixed gcc -no-pie
	each ./static
	mostly
	each ./fixed
	mostly
}

@test "code of clang with endbr64 and tail calls" {
	compile clang clang -O3 -fcf-protection=full
	each ./clang
	mostly
}

@test "Go" {
	GOCACHE=$BUILD/go-cache GO111MODULE=off go build -o rounds "$programs/rounds.go"
	recorded go ./rounds
	mostly
}

@test "Python" {
	recorded python /usr/bin/python3 "$programs/rounds.py"
	mostly
}

@test "node" {
	recorded node node "$programs/rounds.js"
	mostly
}

@test "Java" {
	javac -d . "$programs/Rounds.java"
	recorded java java -Xmx64m -cp . Rounds
	mostly
}
