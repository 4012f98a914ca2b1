#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Which lanes the timeline has, and what stands at their left.

bats_require_minimum_version 1.5.0
load ../helper

# trace NAME PROGRAM
trace() {
	"$SOCKTRACE" -q -o "$(trace_file "$1")" -- /usr/bin/python3 -c "import os, socket
$2" 3>&-
}

@test "a lane that listens is never left out, nor are all others for the sake of many such" {
	trace listeners '
servers = [socket.create_server(("127.0.0.1", 0)) for i in range(5)]
for i in range(8):
    client = socket.create_connection(servers[0].getsockname())
    served = servers[0].accept()[0]
    client.send(b"x" * 1000)
    served.recv(1000)
'
	for top in 1 4 8; do
		run -0 "$SOCKVIEW" -v timeline --format=json --top=$top "$(trace_file listeners)"
		[ "$(jq '[.rows[] | select(.row == "lane" and (.label | test(" :[^←]*$")))] | length' <<<"$output")" -eq 5 ]
		[ "$(jq '[.rows[] | select(.row == "lane")] | length' <<<"$output")" -eq $((top < 8 ? 5 + (top + 1) / 2 : 9)) ]
	done
}

@test "a label has its port at 80 columns, whatever the families and however deep the process" {
	trace families '
server = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
port = server.getsockname()[1]
four = socket.create_connection(("127.0.0.1", port))
six = socket.create_connection(("::1", port))
served = [server.accept()[0] for i in range(2)]
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
try: udp.connect(("2001:db8:1234:5678:9abc:def0:1234:5678", 65000))
except OSError: pass
for i in range(4):
    if os.fork(): os.wait(); os._exit(0)
for s in [four, six] + served: s.send(b"x")
'
	for way in --width=80 "--width=80 --ascii" --width=60; do
		# shellcheck disable=SC2086 # words are meant
		run -0 "$SOCKVIEW" -v timeline $way "$(trace_file families)"
		labels=$(grep -oE '^ +fd [0-9]+ +(TCP|UDP) [^ ]+' <<<"$output")
		[ "$(wc -l <<<"$labels")" -ge 10 ]
		run ! grep -vE ':[0-9]+$' <<<"$labels"
	done
}
