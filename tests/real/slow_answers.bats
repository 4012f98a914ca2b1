#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The questions and answers of programs that nobody here wrote, or in libraries that are not ours.

bats_require_minimum_version 1.5.0
load ../helper

programs=$PWD/tests/real/programs

# told NAME FILTER [OPTION...]: what jq says of each exchange of the trace.
told() {
	"$SOCKVIEW" --format=json --full -v exchanges "${@:3}" "$(trace_file "$1")" | jq -r ".exchanges[] | $2"
}

@test "node: the slow one of 240 requests of an event loop is first by its wait" {
	run -0 "$SOCKTRACE" -q -o "$(trace_file slow_one)" -- node "$programs/slow_one.js"
	[ "$output" = "answered 240" ]
	for width in 80 200; do
		run -0 "$SOCKVIEW" -v exchanges --sort=wait --width=$width "$(trace_file slow_one)"
		[[ "$(grep -A 1 ' time ' <<<"$output" | tail -n 1)" == *"GET /133 "*" 200 OK" ]]
		[ "$(wc -L <<<"$output")" -le $width ]
	done
	[ "$(told slow_one '"\(.protocol) \(.words)"' | sort | uniq -c | xargs)" = "240 HTTP/1 200 OK" ]
	[ "$(told slow_one .name | sort -u | wc -l)" -eq 240 ]
	[ "$(told slow_one .socket | sort -u | wc -l)" -eq 30 ]
}

# A server that answers a line with its length, and a client that asks when it is told to.
pair='
import socket, sys, threading
listening = socket.create_server(("127.0.0.1", 0))
def serve(connection):
    with connection, connection.makefile("rw", newline="\n") as lines:
        for line in lines:
            lines.write("%d\n" % len(line))
            lines.flush()
client = socket.create_connection(listening.getsockname())
threading.Thread(target=serve, args=(listening.accept()[0],)).start()
answers = client.makefile()
'

@test "attached to amid a conversation, no answer is taken for that to another question" {
	needs_attach
	mkfifo "$BATS_TEST_TMPDIR/asks"
	rm -f "$(trace_file amid)"
	/usr/bin/python3 -c "$pair"'
client.sendall(b"before\n")
answers.readline()
print("ready", flush=True)
for line in open(sys.argv[1]):
    client.sendall(line.encode())
    answers.readline()
answers.close()
client.close()' "$BATS_TEST_TMPDIR/asks" >"$BATS_TEST_TMPDIR/said" 3>&- &
	local pid=$!
	wait_until grep -q ready "$BATS_TEST_TMPDIR/said"
	"$SOCKTRACE" -o "$(trace_file amid)" -p "$pid" 2>"$BATS_TEST_TMPDIR/trace" 3>&- &
	local tracer=$!
	wait_until grep -q '"reason":"attach"' "$(trace_file amid)"
	for line in one three seventeen; do echo $line; done >"$BATS_TEST_TMPDIR/asks"
	wait $pid
	wait $tracer
	# Which end asks is known by the listening socket: what was accepted has its port.
	[ "$(told amid '"\(.name) \(.bytes_asked) \(.bytes_answered) \(.result)"')" = '"one\n" 4 2 answered
"three\n" 6 2 answered
"seventeen\n" 10 3 answered' ]
}

@test "two traces, one of each end, tell an exchange once" {
	local port=$BATS_TEST_TMPDIR/port
	"$SOCKTRACE" -q -o "$(trace_file serves)" -- /usr/bin/python3 -c '
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")
    def log_message(self, *words): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, file=open(sys.argv[1], "w"))
server.handle_request()' "$port" 3>&- &
	local server=$!
	wait_until test -s "$port"
	"$SOCKTRACE" -q -o "$(trace_file asks)" -- curl -s "http://127.0.0.1:$(cat "$port")/[1-3]" >/dev/null
	wait $server
	for traces in 'asks' 'serves' 'asks serves'; do
		local files=()
		for name in $traces; do files+=("$(trace_file "$name")"); done
		run -0 "$SOCKVIEW" --format=json -v exchanges --port="$(cat "$port")" "${files[@]}"
		[ "$(jq -r '.exchanges[] | "\(.name) \(.answer) \(.bytes_answered > 5)"' <<<"$output")" = 'GET /1 200 OK true
GET /2 200 OK true
GET /3 200 OK true' ]
	done
	[[ "$(jq -r '.exchanges[0] | "\(.from) \(.to)"' <<<"$output")" == "curl fd "*" python3 :$(cat "$port")" ]]
}
