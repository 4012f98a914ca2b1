#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the seccomp filters of containers refuse to a tracer is found out in another way, or there is a
# warning of what is missing. Each of the calls that socktrace uses, and all of them.

bats_require_minimum_version 1.5.0
load ../helper

all=kcmp,pidfd_getfd,process_vm_readv,process_vm_writev,perf_event_open

# exec_without ERRNO CALL[,CALL...] COMMAND...
exec_without() {
	# Where the tests run with sanitizers: the one for leaks needs ptrace, too.
	export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	exec /usr/bin/python3 tests/tracer/targets/without.py "$@"
}

# without ERRNO CALL[,CALL...] COMMAND...
without() {
	(exec_without "$@")
}

setup() {
	[ "$(uname -m)" = x86_64 ] || skip "the numbers of calls are x86_64's"
}

# is_whole ERRNO CALLS NAME PROGRAM...: the program's trace is the one in tests/golden.
is_whole() {
	local trace
	trace=$(trace_file "$3-$1-$2")
	without "$1" "$2" "$SOCKTRACE" -q -o "$trace" -- "${@:4}" >/dev/null || return
	/usr/bin/python3 tests/tracer/normalise.py "$trace" | diff -u "tests/golden/$3.jsonl" -
}

@test "a trace is whole whichever call is refused" {
	local call sample
	for call in ${all//,/ }; do
		for sample in concurrent_server unix_pair fd_passing; do
			is_whole 1 "$call" $sample "$BUILD/samples/$sample" # EPERM
		done
	done
}

@test "a trace is whole when all of them are refused" {
	local source sample
	for source in samples/*.c; do
		sample=$(basename "$source" .c)
		is_whole 38 $all "$sample" "$BUILD/samples/$sample" # ENOSYS
	done
	for sample in messages ignored; do
		is_whole 1 $all $sample /usr/bin/python3 tests/tracer/tracees/$sample.py
	done
	! has_32_bits || is_whole 1 $all int80 "$BUILD/tracees/int80"
}

@test "processes that share their descriptors are known without kcmp" {
	build injections
	local what
	for what in sharing threads vforks; do
		trace "$what" "$BUILD/targets/injections" $what
		run -0 without 1 $all "$SOCKTRACE" -q -o "$(trace_file "$what-without")" "$BUILD/targets/injections" $what
		[ "$(count_calls "$what" true)" -eq "$(count_calls "$what-without" true)" ]
		[ "$(jq -n '[inputs | select(.type == "descriptor").event] | group_by(.) | map({(.[0]): length})' "$(trace_file "$what")")" = \
			"$(jq -n '[inputs | select(.type == "descriptor").event] | group_by(.) | map({(.[0]): length})' "$(trace_file "$what-without")")" ]
	done
}

# held NAME: what the trace says of each descriptor that was there at the attach.
held() {
	jq -c 'select(.reason == "attach") | {fd, family, socket_type, state, local, peer}' "$(trace_file "$1")"
}

@test "what an attached process holds is found in the kernel's tables" {
	needs_attach
	/usr/bin/python3 -c '
import socket, threading, time
held = []
for family, address in ((socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_INET6, ("::1", 0)), (socket.AF_UNIX, "\0of the test\n")):
    if family == socket.AF_INET6 and not socket.has_ipv6: continue
    server = socket.socket(family)
    try: server.bind(address)
    except OSError: continue
    server.listen()
    client = socket.socket(family)
    client.connect(server.getsockname())
    held += [server, client, server.accept()[0]]
    udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.bind(address if family != socket.AF_UNIX else address + "!")
    udp.connect(udp.getsockname())
    held += [udp, *socket.socketpair()]
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("ready", flush=True)
time.sleep(60)' >"$BATS_TEST_TMPDIR/ready" 3>&- &
	local server=$! calls
	wait_until grep -q ready "$BATS_TEST_TMPDIR/ready"
	for calls in perf_event_open $all; do
		rm -f "$(trace_file $calls)"
		(exec_without 1 $calls "$SOCKTRACE" -q -o "$(trace_file $calls)" -p $server) 3>&- &
		wait_until grep -qs '"reason":"attach"' "$(trace_file $calls)"
		kill $!
		wait $! || true
	done
	kill $server
	[ "$(held perf_event_open | wc -l)" -ge 12 ]
	diff <(held perf_event_open) <(held $all)
	run -1 grep '"type":"warning"' "$(trace_file $all)"
}

@test "there is a warning of what is missing all the same" {
	# A program with a filter of its own is not asked itself, and the kernel's tables do not have what is
	# bound only.
	run -0 without 1 $all "$SOCKTRACE" -q -o "$(trace_file sandboxed)" \
		/usr/bin/python3 tests/tracer/targets/sandbox.py kill_on_getsockname
	[ "$output" = "done" ]
	[ "$(jq -r 'select(.code == "refused").message' "$(trace_file sandboxed)" | grep -c -- --cap-add=SYS_PTRACE)" -eq 1 ]
	# Of what listens they have it.
	calls sandboxed 'select(.effect == "listen").local.port'
}
