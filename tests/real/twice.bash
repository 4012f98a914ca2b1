# SPDX-License-Identifier: MIT
# A story is told twice: once with programs as they are, and once with those that `traced` and
# `start` run under socktrace. Each time it has a new folder, $work, and puts what should be the same
# into another, $result. Some programs run as other users, so all of it is where they may go.

setup_place() {
	place=$(mktemp -d /tmp/sockline-twice.XXXXXX)
	chmod 755 "$place"
	cp "$SOCKTRACE" "$place"
	mkdir -m 1777 "$place/traces"
	port=$(free_port)
	servers=() as=()
}

# What a story that failed has left.
teardown_place() {
	for server in "${servers[@]}"; do
		kill "$server" 2>/dev/null && wait "$server" || true
	done
	rm -rf "$place"
}

# The same for stories that are told once, traced.
setup_once() {
	setup_place
	how=traced work=$place/work result=$place/result
	mkdir "$result"
	mkdir -m 1777 "$work"
}

teardown_once() {
	for trace in "$place"/traces/*.jsonl; do
		mv "$trace" "$(trace_file "$(basename "$trace" .jsonl)")"
	done
	teardown_place
}

# tracer NAME: sets $tracer to what comes before a program, and its user, if it has one of its own.
tracer() {
	tracer=("${as[@]}")
	[ "$how" = plain ] || tracer+=("$place/socktrace" -q -o "$place/traces/$1.jsonl" --)
}

# traced NAME PROGRAM...: into trace_file NAME, the second time.
traced() {
	local tracer
	tracer "$1"
	"${tracer[@]}" "${@:2}" 3>&-
}

# noted NAME PROGRAM...: the same, and its input is empty, its output and status are compared.
noted() {
	local status=0
	traced "$@" </dev/null >"$result/$1.output" || status=$?
	echo "$status" >"$result/$1.status"
}

# start NAME PROGRAM...: the same in the background, where it is $server.
start() {
	local tracer
	tracer "$1"
	"${tracer[@]}" "${@:2}" </dev/null 3>&- &
	server=$!
	servers+=("$server")
}

# ended NAME PID: waits for what was started, whose status is compared.
ended() {
	local status=0
	wait "$2" || status=$?
	echo "$status" >"$result/$1.status"
}

# twice STORY
twice() {
	for how in plain traced; do
		result=$place/$how work=$place/work.$how
		mkdir "$result"
		mkdir -m 1777 "$work"
		echo "# $how"
		"$1"
	done
	diff -r "$place/plain" "$place/traced"
	for trace in "$place"/traces/*.jsonl; do
		mv "$trace" "$(trace_file "$(basename "$trace" .jsonl)")"
	done
}

# wait_until COMMAND...: at most 30 seconds.
wait_until() {
	local end=$((SECONDS + 30))
	while [ $SECONDS -lt $end ]; do
		"$@" && return 0
		sleep 0.05
	done
	echo "waited in vain for: $*"
	return 1
}

# listens PORT: asks without a connection, which would show in what servers log and count.
listens() {
	grep -qE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$1") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6
}

# moved NAME EFFECT [PORT]: the bytes that calls of that effect moved on sockets that were connected
# or accepted, on either side of that port.
moved() {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/moved.py" "$(trace_file "$1")" "$2" "${3:-$port}"
}

# equal ONE OTHER: numbers.
equal() {
	[ "$1" -eq "$2" ] || { echo "$1 is not $2" && false; }
}
