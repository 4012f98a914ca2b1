#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs that do not go well with a tracer do what they do without. SEED=N repeats a run.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	export SEED=${SEED:-$RANDOM}
	echo "SEED=$SEED" # shown when the test fails
	targets=$BUILD/targets
	build tricks
	build unfriendly
}

teardown() {
	[ -z "$own" ] || rm -r "$own"
}

# same NAME PROGRAM...: says the same and ends the same as without a tracer, and all that it sends
# is in the trace.
same() {
	run timeout 60 "${@:2}"
	local untraced=${output%sent *} ended=$status
	[ "$ended" -ne 99 ] || { echo "$output" && false; }
	run timeout 60 "$SOCKTRACE" -q -o "$(trace_file "$1")" "${@:2}"
	[ "$status ${output%sent *}" = "$ended $untraced" ] ||
		{ diff <(echo "$ended $untraced") <(echo "$status $output") | head -n 20 && false; }
	[[ "$output" == *"sent $(sends "$1")" ]] || { echo "$1: $output, $(sends "$1") recorded" && false; }
}

# become_nobody: copies that another user may run, by "${nobody[@]}" PROGRAM...
become_nobody() {
	needs_root "to become another user"
	nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	own=$(mktemp -d /var/tmp/sockline.XXXXXX)
	cp "$SOCKTRACE" "$targets/unfriendly" "$own"
	cp "$own/unfriendly" "$own/set-id"
	chown 1234 "$own/set-id"
	chmod 4755 "$own/set-id"
	cp "$own/unfriendly" "$own/dark"
	chmod 0111 "$own/dark"
	chmod 755 "$own"
	mkdir -m 777 "$own/traces"
}


# as_nobody NAME PROGRAM PART: what another user's trace is like: the program says the same.
as_nobody() {
	run -0 "${nobody[@]}" timeout 60 "$own/$2" "$3"
	local untraced=$output
	run -0 "${nobody[@]}" timeout 60 "$own/socktrace" -q -o "$own/traces/t" "$own/$2" "$3"
	mv "$own/traces/t" "$(trace_file "$1")"
	[ "$output" = "$untraced" ] || { diff <(echo "$untraced") <(echo "$output") && false; }
}

@test "SIGTRAP by raise, int3, single steps and sigqueue; handled, ignored, blocked, neither" {
	same traps "$targets/tricks" traps
}

@test "who stops itself, is stopped by its child, and is told of it" {
	same stops "$targets/tricks" stops
	same stopped_by_child "$targets/tricks" stopped_by_child
}

@test "waitid that leaves the child, SIGCHLD that nobody hears, sub-reapers, a parent's death" {
	local part
	for part in peeks unheard orphans parents_death; do
		same $part "$targets/tricks" $part
	done
}

@test "signals that are taken by sigtimedwait and signalfd" {
	same taken "$targets/tricks" taken
}

@test "storms of timers fail no call that would not fail without a tracer" {
	same timers "$targets/tricks" timers
	same interrupted "$targets/tricks" interrupted
}

@test "children by clone and clone3: PIDFD, UNTRACED, PARENT, without a signal, INTO_CGROUP" {
	same clones "$targets/unfriendly" clones
}

@test "restartable sequences, and addresses that are not random" {
	same sequences "$targets/unfriendly" sequences
	same places env -i "SEED=$SEED" setarch -R "$targets/unfriendly" places
}

@test "static programs, with and without a fixed place" {
	local how
	for how in static static-pie; do
		build unfriendly -$how
		same "$how-clones" "$targets/unfriendly-$how" clones
		same "$how-notified" "$targets/unfriendly-$how" notified
	done
	build storms -static
	same static-storms "$targets/storms-static" threads
}

@test "a supervisor of seccomp's user notification, with one listener, before and after threads" {
	same notified "$targets/unfriendly" notified
	same given "$targets/unfriendly" given
	become_nobody
	as_nobody notified-nobody unfriendly notified
	[[ "$output" == *"sent $(sends notified-nobody)" ]]
}

@test "who traces itself is refused, as by any tracer" {
	run -0 trace traced "$targets/unfriendly" traced
	[ "$output" = "tracer is parent
traceme 1
seize 1
sent 2" ]
}

@test "who may not be looked into runs as it would; root misses nothing, others are warned" {
	same undumpable "$targets/unfriendly" undumpable
	become_nobody
	as_nobody hidden unfriendly undumpable
	[ "$(grep -c '"code":"hidden"' "$(trace_file hidden)")" -eq 1 ]
	as_nobody dark dark undumpable
	grep -q '"code":"hidden"' "$(trace_file dark)"
}

@test "set-user-ID programs have their privilege under root, and else a warning tells" {
	become_nobody
	same set-id "${nobody[@]}" "$own/set-id" privilege
	[[ "$output" == *"effective 1234, secure 1"* ]]
	run -0 "${nobody[@]}" "$own/socktrace" -q -o "$own/traces/t" "$own/set-id" privilege
	mv "$own/traces/t" "$(trace_file set-id-nobody)"
	[[ "$output" == *"effective 65534, secure 0, no_new_privs 1"* ]]
	grep -q '"code":"set-id"' "$(trace_file set-id-nobody)"
	same no_new_privs "${nobody[@]}" --no-new-privs "$own/set-id" privilege
}
