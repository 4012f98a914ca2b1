#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Where waits are drawn and told: on what became ready, else once for the thread.

bats_require_minimum_version 1.5.0
load ../helper

# A program with a listening socket and three connections, which waits for all of them.
setup() {
	program='import os, select, socket, threading, time
server = socket.create_server(("127.0.0.1", 0))
pairs = [(socket.create_connection(server.getsockname()), server.accept()[0]) for i in range(3)]
mine = [own for own, other in pairs]
poll = select.poll()
for s in [server] + mine: poll.register(s, select.POLLIN)
'
}

# trace NAME PROGRAM
trace() {
	"$SOCKTRACE" -q -o "$(trace_file "$1")" -- /usr/bin/python3 -c "$program$2" 3>&-
}

# told NAME FILTER [OPTION...]: what jq finds in the timeline of that trace.
told() {
	"$SOCKVIEW" -v timeline --format=json --full --width=400 "${@:3}" "$(trace_file "$1")" | jq -c "$2"
}

dots='[.cells[] | select(.sign == "other")] | length'

@test "a wait is drawn and told on what it found ready, and nowhere else" {
	trace ready '
for i in range(5):
    pairs[1][1].send(b"x")
    assert len(poll.poll()) == 1
    mine[1].recv(1)
'
	[ "$(told ready '[.rows[] | select(.row == "thread")]')" = '[]' ]
	[ "$(told ready '[.stories[] | [.phases[].lines[] | select(.name == "poll")] | length | select(. > 0)]')" = '[5]' ]
	fd=$(told ready '.stories[] | select([.phases[].lines[].name] | index("poll")) | .fd')
	run -0 told ready "[.rows[] | select(.row == \"lane\" and .fd != $fd) | $dots] | add" --effect=wait
	[ "$output" = null ]
	# So is it where only one descriptor is asked for.
	[ "$("$SOCKVIEW" -v calls --fd="$fd" "$(trace_file ready)" | grep -c ' poll ')" -eq 5 ]
	[ "$("$SOCKVIEW" -v calls --role=listen "$(trace_file ready)" | grep -c ' poll ')" -eq 0 ]
}

@test "one that finds nothing ready is drawn once, for its thread" {
	trace vain 'for i in range(3): poll.poll(5)'
	[ "$(told vain "[.rows[] | select(.row == \"thread\") | .label, .pid == .tid, ($dots)]")" = '["waits",true,3]' ]
	[ "$(told vain '[.stories[].phases[].lines[] | select(.name == "poll")]')" = '[]' ]
	[ "$("$SOCKVIEW" -v calls "$(trace_file vain)" | grep -c ' poll ')" -eq 3 ]
	# Its row goes with the calls that are left out.
	[ "$(told vain '[.rows[] | select(.row == "thread")]' --effect=listen)" = '[]' ]
}

@test "each thread has its own row, and a wait that never returned is drawn there" {
	trace threads '
thread = threading.Thread(target=lambda: poll.poll(20))
thread.start()
thread.join()
pid = os.fork()
if pid == 0:
    poll.poll()
time.sleep(0.1)
os.kill(pid, 9)
os.wait()
'
	[ "$(told threads '[.rows[] | select(.row == "thread") | [.pid == .tid, [.cells[].sign]]]')" = \
		'[[false,["other"]],[true,["never_returned"]]]' ]
	told threads '.rows[] | select(.row == "thread" and .pid != .tid) | .label' | grep -q '^"thread [0-9]* waits"$'
}

@test "the story of a descriptor tells waits for it alone, whatever came of them" {
	trace alone '
only = select.poll()
only.register(mine[0], select.POLLIN)
only.poll(5)
'
	[ "$(told alone '[.stories[] | [.phases[].lines[] | select(.name == "poll")] | length | select(. > 0)]')" = '[1]' ]
	[ "$(told alone "[.rows[] | select(.row == \"thread\") | $dots]")" = '[1]' ]
	[ "$(told alone "[.rows[] | select(.row == \"lane\") | $dots] | add" --effect=wait)" = 0 ]
}

@test "a poll that names a descriptor twice is told once" {
	trace twice '
import ctypes
libc = ctypes.CDLL(None)
pairs[0][1].send(b"x")
asked = (ctypes.c_short * 8)(mine[0].fileno(), 0, 1, 0, mine[0].fileno(), 0, 1, 0)
assert libc.poll(asked, 2, -1) == 2
'
	[ "$(told twice '[.stories[] | [.phases[].lines[] | select(.name == "poll")] | length | select(. > 0)]')" = '[1]' ]
}
