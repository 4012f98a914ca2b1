#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# socktrace --check: what becomes of the program's status, and which trace is checked.

bats_require_minimum_version 1.5.0
load ../helper

# A client and a server in one process, at a port that the kernel picks; then exits with its argument.
talk='
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted = server.accept()[0]
print("talked", flush=True)
for one in (client, accepted, server): one.close()
sys.exit(int(sys.argv[1]))'

# check RULES STATUS [OPTION...]
check() {
	"$SOCKTRACE" --check="$1" "${@:3}" -- /usr/bin/python3 -c "$talk" "$2"
}

@test "the status is the program's, and 3 where that is 0 and a rule is violated" {
	run -0 --separate-stderr check 'connect only loopback,unix; no leak' 0
	[ "$output" = talked ]
	[[ "$stderr" == *'check passed: all 3 rules are kept'*'the trace is not kept'* ]]
	run -7 --separate-stderr check 'connect only loopback,unix' 7
	[[ "$stderr" == *'check passed'* ]]
	run -3 --separate-stderr check 'connect not loopback' 0
	[ "$output" = talked ]
	[[ "$stderr" == *'VIOLATED  connect not loopback'*'  line '*' connect at '*': to 127.0.0.1:'*', connected'*'check FAILED'* ]]
	run -7 --separate-stderr check 'connect not loopback' 7
	[[ "$stderr" == *'check FAILED'* ]]
	run "$SOCKTRACE" --check='no leak' -- /bin/sh -c 'kill -TERM $$'
	[ "$status" -eq 143 ] && [[ "$output" == *'check passed'* ]]
}

@test "with -o the file is checked, which is kept, and named" {
	local file
	file=$(trace_file named)
	run -3 check 'listen only unix' 0 -q -o "$file"
	[[ "$output" == *"  $file:"*' listen at '*': at 127.0.0.1:'* ]]
	[[ "$output" != *'see it with'* ]]
	run -3 "$SOCKVIEW" --check='listen only unix' "$file"
	cd "$BATS_TEST_TMPDIR"
	run -0 check 'listen only loopback' 0 -o -x.jsonl
	[[ "$output" == *'trace written to -x.jsonl'* ]]
	mv -- -x.jsonl "$(trace_file dash)"
}

@test "rules that are wrong are found before the program runs" {
	run -125 check 'connect olny loopback' 0
	[ "${lines[0]}" = "sockview: --check:1:9: 'olny': expected only or not" ]
	[[ "$output" != *talked* ]]
	run -125 check @/nowhere 0
	[[ "$output" != *talked* ]]
	printf 'no leak\nlisten only loopback' >"$BATS_TEST_TMPDIR/rules"
	run -0 check "@$BATS_TEST_TMPDIR/rules" 0 --check='connect only loopback'
	[[ "$output" == *'all 4 rules are kept'* ]]
}

@test "a trace that cannot be read again is not checked, and the program does not run" {
	for options in '-o -' '-o |cat' '-o /dev/null' --live; do
		# shellcheck disable=SC2086 # words are meant
		IFS=' ' run -125 check 'no leak' 0 $options
		[[ "$output" == *--check* ]] && [[ "$output" != *talked* ]] || { echo "$options" && false; }
	done
	run -125 check 'no leak' 0 -o "$BATS_TEST_TMPDIR"
}

@test "a check that cannot be made is socktrace's failure, and is said" {
	cp "$SOCKTRACE" "$BATS_TEST_TMPDIR/socktrace"
	printf '#!/bin/sh\ncase "$*" in *check-rules*) exit 0 ;; esac; exit 2\n' >"$BATS_TEST_TMPDIR/sockview"
	chmod +x "$BATS_TEST_TMPDIR/sockview"
	SOCKTRACE=$BATS_TEST_TMPDIR/socktrace run -125 check 'no leak' 0
	[[ "$output" == *talked*'socktrace: the trace could not be checked'* ]]
}

@test "calls that are left out are not taken for kept rules" {
	run -3 check 'connect only loopback' 0 -e listen
	[[ "$output" == *'cannot be told: the trace leaves out calls of effect connect'* ]]
	run -0 check 'listen only loopback' 0 -e listen,bind
}

@test "socktrace that ignores SIGCHLD, as its program then does, has its check's status" {
	run -3 bash -c 'trap "" CHLD; exec "$@"' - "$SOCKTRACE" --check='connect not loopback' -- \
		/usr/bin/python3 -c "$talk" 0
	run -0 bash -c 'trap "" CHLD; exec "$@"' - "$SOCKTRACE" --check='connect only loopback,unix' -- \
		grep -q '^SigIgn:.*[13579bdf]....$' /proc/self/status
}

@test "processes that are attached to are checked when they are left" {
	needs_attach
	mkfifo "$BATS_TEST_TMPDIR/go"
	/usr/bin/python3 -c '
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
open(sys.argv[1]).readline()
client = socket.create_connection(server.getsockname())' "$BATS_TEST_TMPDIR/go" 3>&- &
	local pid=$!
	"$SOCKTRACE" --check='connect not loopback' -o "$(trace_file attached)" -p $pid \
		2>"$BATS_TEST_TMPDIR/said" 3>&- &
	local tracer=$! status=0
	wait_until grep -q attached "$BATS_TEST_TMPDIR/said"
	echo >"$BATS_TEST_TMPDIR/go"
	wait $tracer || status=$?
	[ "$status" -eq 3 ]
	grep -q '^VIOLATED  connect not loopback' "$BATS_TEST_TMPDIR/said"
}
