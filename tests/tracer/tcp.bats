#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What TCP was doing is in the trace, where something happens to a connection.

bats_require_minimum_version 1.5.0
load ../helper

lossy=(/usr/bin/python3 tests/tracer/targets/lossy.py)

teardown() {
	[ -z "${server-}" ] || kill "$server"
}

# of NAME CONDITION WHAT: what jq makes of the calls that have a member tcp and meet the condition.
of() {
	calls "$1" "select(.tcp and ($2)) | $3"
}

# at_exit NAME WHAT: the same of descriptors that ended with their process.
at_exit() {
	jq -r "select(.type == \"descriptor\" and .reason == \"exit\" and .tcp) | $2" "$(trace_file "$1")"
}

@test "connect, accept, shutdown and close say what TCP was doing" {
	trace echo "$BUILD/samples/tcp_echo"
	[ "$(of echo '.effect == "connect"' '.tcp.state')" = TCP_ESTABLISHED ]
	[ "$(of echo '.effect == "accept"' '[.tcp.state, .queues.backlog] | @csv')" = '"TCP_ESTABLISHED",0' ]
	[ "$(of echo '.effect == "connect"' '.tcp.rtt_us > 0')" = true ]
	# The client has closed the listener that it inherited before, which ended nothing.
	[ "$(of echo '.effect == "close"' .tcp.state | sort)" = "TCP_CLOSE_WAIT
TCP_ESTABLISHED
TCP_LISTEN" ]
	[ "$(count_calls echo '.effect == "send" and .tcp')" -eq 0 ]
	[ "$(jq 'select(.type == "trace").options.tcp_info' "$(trace_file echo)")" = true ]
	trace half "$BUILD/samples/half_close"
	of half '.effect == "shutdown"' '.tcp.state' | grep -qx 'TCP_FIN_WAIT[12]'
	# What ends a stream is no byte in a queue.
	[ "$(of half '.effect == "shutdown" or .tcp.state == "TCP_CLOSE_WAIT"' '.queues.receive + .queues.send' | sort -u)" = 0 ]
}

@test "--no-tcp-info leaves it out, and nothing else" {
	trace with "$BUILD/samples/concurrent_server"
	"$SOCKTRACE" -q --no-tcp-info -o "$(trace_file without)" -- "$BUILD/samples/concurrent_server"
	! grep -E '"tcp|"queues"' "$(trace_file without)" || false
	/usr/bin/python3 tests/tracer/normalise.py "$(trace_file without)" >"$BATS_TEST_TMPDIR/without"
	/usr/bin/python3 tests/tracer/normalise.py "$(trace_file with)" | diff "$BATS_TEST_TMPDIR/without" -
}

@test "segments that were sent again are counted, the SYN too" {
	needs_root "to have a socket lose what comes"
	trace syn "${lossy[@]}" lost_syn
	[ "$(of syn '.effect == "connect"' '.tcp.retransmits')" -ge 1 ]
	[ "$(of syn '.effect == "accept"' '.queues.drops')" -ge 1 ]
	trace data "${lossy[@]}" lost_data
	[ "$(of data '.effect == "connect"' '.tcp.retransmits')" -eq 0 ]
	[ "$(of data '.effect == "close" and .queues.send == 5' '.tcp | .retransmits >= 1 and .unacked == 1')" = true ]
}

@test "a send that the peer's window keeps waiting says so" {
	trace full "${lossy[@]}" full_window
	of full '.effect == "send"' '.tcp.rwnd_limited_us > 0 and .tcp.notsent_bytes > 0' | tail -n 1 | grep -x true
	of full '.effect == "close"' '.queues.receive > 100000' | grep -x true
}

@test "a listener says how many wait to be accepted" {
	trace backlog "${lossy[@]}" backlog
	[ "$(of backlog '.effect == "accept"' '[.queues.backlog, .queues.backlog_limit] | @csv')" = 2,3 ]
	[ "$(at_exit backlog 'select(.tcp.state == "TCP_LISTEN").queues | [.backlog, .backlog_limit] | @csv')" = 2,3 ]
}

@test "a connection that was reset is over" {
	trace reset "${lossy[@]}" reset
	[ "$(of reset '.error == "ECONNRESET"' '.tcp.state')" = TCP_CLOSE ]
	# Of the other end's close there is nothing more to say.
	[ "$(of reset '.effect == "close" and .tcp.state != "TCP_LISTEN"' '.tcp.state')" = TCP_ESTABLISHED ]
}

@test "a connect that did not block is asked about when the program learns how it ended" {
	trace nonblocking "${lossy[@]}" nonblocking
	[ "$(count_calls nonblocking '.error == "EINPROGRESS" and .tcp')" -eq 0 ]
	[ "$(of nonblocking '.name == "getsockopt"' '.tcp.state')" = TCP_ESTABLISHED ]
}

@test "of a number that became another socket's nothing is said at the end of a call before" {
	needs_root "to have a socket lose what comes"
	trace given "${lossy[@]}" given_away
	[ "$(calls given 'select(.effect == "connect") | [has("tcp"), has("peer")] | @csv')" = "true,true
false,false" ]
}

@test "a peer that has not answered has acknowledged nothing, and its SYN is no byte" {
	needs_root "to have a socket lose what comes"
	trace connecting "${lossy[@]}" connecting
	[ "$(jq -r 'select(.tcp and .tcp.state != "TCP_LISTEN")
		| [.name // .event, .tcp.state, .queues.send, .tcp.last_ack_us] | @csv' "$(trace_file connecting)")" = \
		'"state","TCP_SYN_SENT",0,
"close","TCP_SYN_SENT",0,
"state","TCP_CLOSE",0,' ]
}

@test "a long wait says how the socket is that it found ready, or that it was for" {
	trace polled "${lossy[@]}" polled
	[ "$(jq -r 'select(.event == "state") | [.reason, .tcp.state, .queues.receive] | @csv' "$(trace_file polled)" | sed s,pselect6,select,)" = \
		'"select","TCP_ESTABLISHED",3
"poll","TCP_ESTABLISHED",0' ]
}

@test "only the last close of a socket says it" {
	trace forked "${lossy[@]}" forked
	local parent
	parent=$(jq -r 'select(.event == "start").pid' "$(trace_file forked)")
	[ "$(of forked '.effect == "close" and .tcp.state != "TCP_LISTEN"' .pid)" = "$parent
$parent" ]
}

@test "what is open when a process ends is said" {
	run "$SOCKTRACE" -q -o "$(trace_file killed)" -- "${lossy[@]}" killed
	[ "$(at_exit killed .queues.receive | sort)" = "0
5" ]
	trace thread "${lossy[@]}" thread
	[ "$(at_exit thread .tcp.state | sort)" = "TCP_ESTABLISHED
TCP_ESTABLISHED" ]
	trace sharing "${lossy[@]}" sharing
	[ "$(at_exit sharing 'select(.tcp.state != "TCP_LISTEN").queues.receive' | sort)" = "0
5" ]
	trace leaving "${lossy[@]}" leaving
	[ -z "$(at_exit leaving .fd)" ]
	[ "$(of leaving '.effect == "close"' .fd | wc -l)" -eq 3 ]
}

@test "so is what is replaced, or closed with others" {
	trace replaced "${lossy[@]}" replaced
	[ "$(jq -r 'select(.event == "close" and .tcp) | [.reason, .queues.receive] | @csv' "$(trace_file replaced)")" = \
		'"dup2",0
"close_range",1' ]
}

@test "where the kernel hands out no copies, what is found without is said" {
	/usr/bin/python3 tests/tracer/targets/without.py 1 pidfd_getfd "$SOCKTRACE" -q \
		-o "$(trace_file without)" -- "$BUILD/samples/tcp_echo"
	[ "$(of without true .effect | sort | uniq -c | tr -s ' \n' ' ')" = " 1 accept 3 close 1 connect " ]
}

@test "a 32-bit program is asked about like others" {
	needs_32_bits
	trace compat "$BUILD/compat/tcp_echo"
	[ "$(of compat '.effect == "connect"' '.tcp.state')" = TCP_ESTABLISHED ]
	[ "$(of compat '.effect == "close"' .tcp.state | wc -l)" -eq 3 ]
}

@test "so is one in another network namespace" {
	become_root "for a network namespace" --net
	trace elsewhere "${root[@]}" sh -c 'ip link set lo up && exec "$@"' - "${lossy[@]}" lost_data
	[ "$(of elsewhere '.effect == "connect"' '.tcp.retransmits')" -eq 0 ]
	[ "$(of elsewhere '.effect == "close" and .queues.send == 5' '.tcp.retransmits >= 1')" = true ]
	trace gone "${root[@]}" sh -c 'ip link set lo up && exec "$@"' - "${lossy[@]}" backlog
	[ "$(at_exit gone 'select(.tcp.state == "TCP_LISTEN").queues.backlog')" -eq 2 ]
}

@test "attaching and detaching say it" {
	needs_attach
	"${lossy[@]}" serve >"$BATS_TEST_TMPDIR/said" 3>&- &
	server=$!
	wait_until test -s "$BATS_TEST_TMPDIR/said"
	rm -f "$(trace_file attach)"
	"$SOCKTRACE" -q -o "$(trace_file attach)" -p "$server" 3>&- &
	local tracer=$!
	wait_until grep -qs '"inherit"' "$(trace_file attach)"
	kill -INT $tracer
	wait $tracer
	local event
	for event in inherit state; do
		[ "$(jq -r "select(.event == \"$event\" and .tcp).queues.receive" "$(trace_file attach)" | sort)" = "0
4" ]
	done
}

@test "a program whose other thread closes meanwhile does not notice" {
	trace race "${lossy[@]}" race 400
	become_root "for a network namespace" --net
	trace race-elsewhere "${root[@]}" sh -c 'ip link set lo up && exec "$@"' - "${lossy[@]}" race 400
}
