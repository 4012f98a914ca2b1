# SPDX-License-Identifier: MIT
# What the bats tests share. BUILD is where the programs are, TRACES where traces are kept that
# the schema and the checker go through at the end.
BUILD=$(realpath -ms "${BUILD:-build}")
TRACES=${TRACES:-$BUILD/traces}
SOCKTRACE=${SOCKTRACE:-$BUILD/socktrace}
SOCKVIEW=${SOCKVIEW:-$BUILD/sockview}
mkdir -p "$TRACES"

# trace_file NAME: where this test's trace of that name is.
trace_file() {
	local suite=${BATS_TEST_FILENAME##*/}
	echo "$TRACES/${suite%.bats}-$BATS_TEST_NUMBER-$1.jsonl"
}

# trace NAME PROGRAM...: traces quietly into trace_file NAME.
trace() {
	"$SOCKTRACE" -q -o "$(trace_file "$1")" -- "${@:2}"
}

# calls NAME FILTER: what the jq-like python expression says of each call of the trace.
calls() {
	/usr/bin/python3 -c '
import json, sys
for line in open(sys.argv[1]):
    r = json.loads(line)
    if r["type"] == "call":
        value = eval(sys.argv[2], {}, {"r": r})
        if value is not None:
            print(value)
' "$(trace_file "$1")" "$2"
}

# sends NAME: how many of the sends of a program made with targets/parts.h the trace has.
sends() {
	calls "$1" '1 if r["effect"] == "send" and r.get("bytes") == 4 else None' | wc -l
}

# build NAME [OPTION]: makes $BUILD/targets/NAME, or NAMEOPTION, of tests/tracer/targets.
build() {
	local program=$BUILD/targets/$1${2:-} source=tests/tracer/targets/$1.c
	[ "$program" -nt "$source" ] && [ "$program" -nt tests/tracer/targets/parts.h ] && return
	mkdir -p "$BUILD/targets"
	gcc -O1 -pthread -D_GNU_SOURCE -I. ${2:+"$2"} -o "$program" "$source"
}

# ask WORD: what tests/tracer/targets/server.py answers, at $port.
ask() {
	/usr/bin/python3 -c '
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as s:
    s.sendall(sys.argv[2].encode())
    while data := s.recv(100):
        sys.stdout.write(data.decode())' "$port" "$1"
}

# A port of the loopback interface that was free a moment ago.
free_port() {
	/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# wait_for_port PORT: until somebody listens there, at most 10 seconds.
wait_for_port() {
	for _ in $(seq 200); do
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
		sleep 0.05
	done
	return 1
}

# The names of sockview's views, from its own list.
views() {
	"$SOCKVIEW" --help | sed -n '/^Views:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}
