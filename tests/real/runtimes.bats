#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What language runtimes do, threads, signals, netpoll and children, comes out as without socktrace.

bats_require_minimum_version 1.5.0
load ../helper
load same

programs=$PWD/tests/real/programs

@test "node: an HTTP server and its clients" {
	same http node "$programs/http.js"
	ended 0
	grep -qx 'POST /kept/39 195000' "$said/stdout"
	[ "$(tail -n 2 "$said/stdout")" = $'ECONNRESET\nclosed' ]
	[ "$(count http accept)" -ge 14 ]
	has_data http 'POST /kept/39'
}

@test "node: cluster workers that get connections from the primary" {
	same cluster node "$programs/cluster.js" rr
	ended 0
	printed 'ports 1' '{"hello":30}' 'killed SIGKILL' '{"hello":30}' 'ends 0,0,0'
	[ "$(count cluster accept)" -ge 60 ]
}

@test "node: cluster workers that accept from one listening socket" {
	same cluster node "$programs/cluster.js" none
	ended 0
	printed 'ports 1' '{"hello":30}' 'killed SIGKILL' '{"hello":30}' 'ends 0,0,0'
	[ "$(count cluster accept)" -ge 60 ]
}

@test "node: worker threads, each with a server" {
	same workers node "$programs/workers.js"
	ended 0
	printed 'echoes 40' datagram 'ended 1' 'codes 0,1,2'
	[ "$(count workers accept)" -eq 40 ]
}

@test "node: child processes, their channels and a connection given away" {
	same children node "$programs/children.js"
	ended 0
	[ "$(tail -n 1 "$said/stdout")" = 'given away 4' ]
	[ "$(calls children 'select(.data == {text: "given away"}).pid' | sort -u | wc -l)" -eq 2 ]
}

go_program() {
	export GOCACHE=$BUILD/go-cache GO111MODULE=off
	CGO_ENABLED=$1 go build -o "$BATS_TEST_TMPDIR/connections" "$programs/connections.go"
	same go "$BATS_TEST_TMPDIR/connections"
	ended 0
	printed 'tcp 200' 'unix 100' 'datagrams, then true' 'tcp 20' 'sum 120000000' \
		'processes 10 exit status 6' true
	[ "$(count go accept)" -eq 320 ]
}

@test "Go: a static program with hundreds of goroutines and connections" {
	go_program 0
	run ! ldd "$BATS_TEST_TMPDIR/connections"
}

@test "Go: the same program with the C library" {
	go_program 1
}

@test "Python: http.server and asyncio" {
	same servers /usr/bin/python3 "$programs/servers.py"
	ended 0
	printed '[0, 1, 1000, 70000, 900000]' 404 80 "b'to itself'" "(b'through a shell', None) 3" \
		refused 'too late'
	[ "$(count servers accept)" -ge 86 ]
}

@test "Python: multiprocessing by fork, spawn and a fork server, and what subprocess hands down" {
	same processes /usr/bin/python3 "$programs/processes.py"
	ended 0
	for how in fork spawn forkserver; do
		grep -qx "$how 2646700" "$said/stdout"
	done
	[ "$(grep -cx '0 0 5' "$said/stdout")" -eq 3 ]
	[ "$(calls processes 'select(.effect == "send" and (.data | tostring | index("from afar"))).pid' | sort -u | wc -l)" -eq 3 ]
	has_data processes 'handed down'
	has_data processes 'through cat'
}

@test "Java: a selector with many clients, while the virtual machine catches its own SIGSEGV" {
	javac -d "$BATS_TEST_TMPDIR" "$programs/Selector.java"
	same java java -Xmx128m -cp "$BATS_TEST_TMPDIR" Selector
	ended 3
	printed 'echoes 100' datagram 'null checks 300 1198800' 'stack overflows 5' \
		'sums [90000000, 90000000, 90000000]' 'word 5' refused
	[ "$(count java accept)" -ge 100 ]
	has_data java 'client 99 client 99'
}
