# SPDX-License-Identifier: MIT
# What the bats tests share. BUILD is where the programs are, TRACES where traces are kept that
# the schema and the checker go through at the end.
BUILD=$(realpath -ms "${BUILD:-build}")
TRACES=${TRACES:-$BUILD/traces}
SOCKTRACE=${SOCKTRACE:-$BUILD/socktrace}
SOCKVIEW=${SOCKVIEW:-$BUILD/sockview}
mkdir -p "$TRACES"
. "$(dirname "${BASH_SOURCE[0]}")/machine.sh"

# needs_root [WHAT_FOR]: what an ordinary user cannot do is skipped.
needs_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root${1:+, $1}"
}

# become_root WHAT_FOR [OPTION...]: sets `root`, the words before a command that is to run as root, in
# namespaces as unshare(1) makes them with these options. An ordinary user's is root in a user namespace
# of its own, where the system lets users make one.
become_root() {
	root=(unshare "${@:2}")
	[ "$(id -u)" -eq 0 ] || root+=(--map-root-user)
	"${root[@]}" true 2>/dev/null || skip "needs root or user namespaces, $1"
}

needs_32_bits() {
	has_32_bits || skip "$no_32_bits"
}

# kinds: the options of gcc for the kinds of programs that run here.
kinds() {
	echo -m64
	! has_32_bits || echo -m32
}

# needs_attach: an ordinary user may attach to no process but its own children where Yama forbids it.
needs_attach() {
	local scope=0
	[ ! -r /proc/sys/kernel/yama/ptrace_scope ] || read -r scope </proc/sys/kernel/yama/ptrace_scope
	[ "$(id -u)" -eq 0 ] || [ "$scope" -eq 0 ] || skip "needs root, as kernel.yama.ptrace_scope is $scope"
}

# wait_until COMMAND...: until it succeeds. The minute is no expectation: what has failed has to end.
wait_until() {
	local end=$((SECONDS + 60))
	until "$@"; do
		[ "$SECONDS" -lt $end ] || return 1
		sleep 0.02
	done
}

# state_of PID: the letter of proc(5); Z where it has ended, whether or not somebody has reaped it.
state_of() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || stat=') Z'
	stat=${stat##*) }
	echo "${stat:0:1}"
}

# is_in_state PID LETTER
is_in_state() {
	[ "$(state_of "$1")" = "$2" ]
}

# For programs in Python that have to act while a thread of theirs is blocked in a call.
# shellcheck disable=SC2034 # used where this file is loaded
until_blocked='
import os, threading, time
def until_blocked(call, tid=0):
    place = "/proc/self/task/%d/" % (tid or os.getpid())
    def blocked():
        if open(place + "syscall").read().split()[0] != str(call): return False
        return open(place + "stat").read().rpartition(") ")[2][0] == "S"
    while not blocked(): time.sleep(0.001)
'

# trace_file NAME: where this test's trace of that name is.
trace_file() {
	local suite=${BATS_TEST_FILENAME##*/}
	echo "$TRACES/${suite%.bats}-$BATS_TEST_NUMBER-$1.jsonl"
}

# trace NAME PROGRAM...: traces quietly into trace_file NAME.
trace() {
	"$SOCKTRACE" -q -o "$(trace_file "$1")" -- "${@:2}"
}

# calls NAME FILTER [OPTION...]: what jq makes of each call of the trace; fails when that is nothing.
calls() {
	local made
	made=$(jq -r "${@:3}" "select(.type == \"call\") | $2" "$(trace_file "$1")") || return
	[ -n "$made" ] || { echo "no call of trace '$1' passes $2" >&2 && return 1; }
	printf '%s\n' "$made"
}

# count_calls NAME CONDITION [OPTION...]: how many calls of the trace meet it. Prints no number when jq
# has failed, so that a condition that is none is not taken for one that nothing meets.
count_calls() {
	local count
	count=$(jq -n "${@:3}" "reduce (inputs | select(.type == \"call\") | select($2)) as \$call (0; . + 1)" \
		"$(trace_file "$1")") && echo "$count"
}

# has_data NAME TEXT: a call has moved it. A trace has payloads in digits where that is shorter.
has_data() {
	local hex
	hex=$(printf %s "$2" | od -An -v -tx1 | tr -d ' \n')
	[ "$(count_calls "$1" '(.data.text | index($text)) or (.data.hex | index($hex))' \
		--arg text "$2" --arg hex "$hex")" -ge 1 ]
}

# warnings NAME: their codes.
warnings() {
	sed -n 's/^{"type":"warning".*"code":"\([a-z-]*\)".*/\1/p' "$(trace_file "$1")"
}

# sends NAME: how many of the sends of a program made with targets/parts.h the trace has.
sends() {
	count_calls "$1" '.effect == "send" and .bytes == 4'
}

# build NAME [OPTION]: makes $BUILD/targets/NAME, or NAMEOPTION, of tests/tracer/targets.
build() {
	local program=$BUILD/targets/$1${2:-} source=tests/tracer/targets/$1.c
	[ -e "$program" ] && [ -z "$(find "$source" tests/tracer/targets/*.h -newer "$program")" ] && return
	mkdir -p "$BUILD/targets"
	# Another suite may want it at the same time.
	gcc -O1 -pthread -D_GNU_SOURCE -Wno-psabi -I. ${2:+"$2"} -o "$program.$$" "$source" &&
		mv "$program.$$" "$program"
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

# wait_for_port PORT: until somebody listens there.
wait_for_port() {
	is_listened_at() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
	wait_until is_listened_at "$1"
}

# The names of sockview's views, from its own list.
views() {
	"$SOCKVIEW" --help | sed -n '/^Views:/,/^$/s/^  \([a-z]\+\) .*/\1/p'
}
