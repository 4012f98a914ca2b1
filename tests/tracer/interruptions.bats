#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Calls that signals interrupt, or socktrace: the program gets what it gets alone.

bats_require_minimum_version 1.5.0
load ../helper

# same NAME PROGRAM...: it prints what it prints alone, and ends in the same way.
same() {
	local alone=$BATS_TEST_TMPDIR/alone traced=$BATS_TEST_TMPDIR/traced status=0 wanted=0
	"${@:2}" >"$alone" 2>&1 3>&- || wanted=$?
	trace "$1" "${@:2}" >"$traced" 2>&1 3>&- || status=$?
	diff -u "$alone" "$traced" || { echo "$1" && return 1; }
	[ "$status" -eq "$wanted" ] || { echo "$1: $status, not $wanted" && return 1; }
}

# each PROGRAM KIND...: the target, in 64 and in 32 bits where these run, does with each kind what it does alone.
each() {
	local kind flag what
	for kind in $(kinds); do
		flag=${kind#-m64}
		build "$1" $flag
		for what in "${@:2}"; do
			same "$1-$what$flag" "$BUILD/targets/$1$flag" "$what"
		done
	done
}

@test "stopping and continuing interrupts calls, and SIGCONT to who runs and an ignored SIGTSTP do not" {
	each stops stopped stopped-threads continued continued-threads ignored ignored-threads
}

@test "signals that are ignored cut no transfer short" {
	each transfers write-pipe writev-pipe write-unix writev-unix write-tcp writev-tcp send-unix send-tcp \
		sendmsg-unix sendmsg-tcp sendfile-unix sendfile-tcp sendfile-tcp-offset \
		recv-unix recv-tcp recv-tcp-end recvmsg-unix recvmsg-tcp
	# One call, with what it has moved in all.
	[ "$(calls transfers-write-unix 'select(.effect == "send" and .interrupted > 0) | .bytes')" -eq 4194304 ]
	[ "$(calls transfers-recvmsg-tcp 'select(.name == "recvmsg" and .interrupted > 0) | .bytes')" -eq 4194304 ]
}

@test "transfers that end in another way than by all being moved do so as they do alone" {
	each cuts peer-pipe peer-pipe-ignored peer-pipe-blocked peer-pipe-early peer-unix peer-unix-blocked \
		peer-unix-read peer-unix-early peer-tcp-reset peer-tcp-reset-read peer-tcp-reset-asked \
		peer-tcp-reset-early receive-tcp receive-rights receive-border receive-urgent-tcp handled-pipe handled-unix handled-tcp \
		stopped-pipe stopped-unix stopped-tcp continued-pipe continued-unix continued-tcp
	same capped "$BUILD/targets/cuts" capped
}

@test "a transfer that does not go on has moved what it says, and nothing to anywhere else" {
	each cuts told-pipe told-unix told-tcp told-filtered-pipe told-filtered-unix told-threads-unix \
		told-threads-pipe told-limited-tcp told-rights-unix told-messages-unix reused-unix reused-pipe \
		reused-gone-unix reused-gone-pipe
	# A filter that the program inherits from whoever started socktrace.
	run -0 "$BUILD/targets/cuts" filtered "$SOCKTRACE" -q -o "$(trace_file inherited)" -- "$BUILD/targets/cuts" told-unix
	[ "$output" = "what was told, 0 times a descriptor" ]
}

@test "a transfer has moved what it says though socktrace attaches, lets go or is killed meanwhile" {
	needs_attach
	build cuts
	local kind how go=$BATS_TEST_TMPDIR/go said=$BATS_TEST_TMPDIR/said
	for kind in told-pipe told-unix told-tcp; do
		for how in INT KILL; do
			rm -f "$go"
			"$BUILD/targets/cuts" "$kind" "$go" >"$said" 3>&- &
			local program=$!
			wait_until is_in_state "$program" S
			"$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/attached.jsonl" -p "$program" 3>&- &
			local tracer=$!
			wait_until grep -qs '"type":"process"' "$BATS_TEST_TMPDIR/attached.jsonl"
			kill -WINCH "$program"
			kill "-$how" "$tracer"
			wait "$tracer" || [ "$how" = KILL ]
			touch "$go"
			wait "$program"
			rm "$BATS_TEST_TMPDIR/attached.jsonl"
			[ "$(cat "$said")" = "what was told, 0 times a descriptor" ]
		done
	done
}

@test "limits of time are kept where signals that are ignored come more often" {
	each limits recv recv-long read recv-datagram recvmmsg-datagram send send-datagram accept connect connect-unix \
		epoll_pwait2 epoll_wait sigtimedwait semtimedop io_uring_enter-ring io_getevents-aio
	# One call each, which was made again, and returned as at its limit.
	[ "$(calls limits-recv 'select(.name == "recvfrom" and .interrupted > 0) | .error')" = "EAGAIN
EAGAIN" ]
}
