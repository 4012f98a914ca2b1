#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What became of connects and of connections is said in the same words in every view.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

view() {
	"$SOCKVIEW" --width=120 "$@"
}

@test "each connect has the outcome that the program learned, however it did" {
	view -v sequence "$traces/outcomes.jsonl" >"$BATS_TEST_TMPDIR/sequence"
	for outcome in ':46727 ──✗ refused' '10.9.9.3:80 ──✗ unreachable' '10.9.9.2:80 ──✗ given up' \
		'@outcomes ──✗ backlog full' '10.9.9.2:81 ──✗ timed out' '10.9.9.2:82 ──✗ given up'; do
		grep -q -- "── $outcome" "$BATS_TEST_TMPDIR/sequence" || { echo "$outcome" && false; }
	done
	[ "$(grep -c '── connection establishment' "$BATS_TEST_TMPDIR/sequence")" -eq 1 ]
	[ "$(grep -c '── connection release' "$BATS_TEST_TMPDIR/sequence")" -eq 1 ]
}

@test "a client of IPv4 and a server of IPv6 are the two ends of one connection" {
	"$SOCKTRACE" -q -o "$(trace_file mapped)" /usr/bin/python3 -c '
import socket
server = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
accepted = server.accept()[0]
client.sendall(b"question")
accepted.recv(8)
accepted.close()
client.close()
server.close()'
	run -0 view -v sequence --format=json "$(trace_file mapped)"
	[ "$(jq -c '[(.lifelines | length), .connections]' <<<"$output")" = '[1,1]' ]
	run -0 view -v timeline --format=json "$(trace_file mapped)"
	[ "$(jq -c .header.connections <<<"$output")" = '{"connected":1}' ]
}

@test "header, summary and stories say it in the same words" {
	view -v summary "$traces/outcomes.jsonl" >"$BATS_TEST_TMPDIR/summary"
	view -v timeline "$traces/outcomes.jsonl" >"$BATS_TEST_TMPDIR/timeline"
	view -v mermaid "$traces/outcomes.jsonl" >"$BATS_TEST_TMPDIR/mermaid"
	sed 2q "$BATS_TEST_TMPDIR/summary" | tr -d '\n' | grep -q \
		'2 connections   1 refused   1 unreachable   1 timed out   1 backlog full *2 given up'
	for outcome in refused unreachable 'timed out' 'backlog full' 'given up'; do
		grep -qE "^ +[0-9]+ .* python3 .* $outcome$" "$BATS_TEST_TMPDIR/summary"
		grep -qE "  $outcome( after .*|)( +waited .*)?$" "$BATS_TEST_TMPDIR/timeline"
		grep -q "$outcome" "$BATS_TEST_TMPDIR/mermaid"
	done
}

@test "a connect that asks how an earlier one went is no attempt of its own" {
	"$SOCKTRACE" -q -o "$(trace_file again)" /usr/bin/python3 -c '
import select, socket
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(1)
client = socket.socket()
client.setblocking(False)
client.connect_ex(server.getsockname())
poll = select.poll()
poll.register(client, select.POLLOUT)
poll.poll()
assert client.connect_ex(server.getsockname()) == 0
server.accept()'
	view -v sequence "$(trace_file again)" >"$BATS_TEST_TMPDIR/shown"
	! grep '✗' "$BATS_TEST_TMPDIR/shown" || false
	[ "$(grep -c 'connect fd' "$BATS_TEST_TMPDIR/shown")" -eq 2 ]
	run -0 view -v calls --format=json "$(trace_file again)"
	[ "$(jq -r '.calls[] | select(.name == "connect").phase' <<<"$output" | uniq)" = "connection establishment" ]
}

@test "an error that a query was told is not the socket's" {
	view -v summary "$traces/outcomes.jsonl" | grep -qE '^ +1  TCP .* closed '
}

@test "a call that never returned has a sign of its own" {
	local trace=$BATS_TEST_TMPDIR/hang.jsonl
	/usr/bin/python3 - "$traces/tcp_echo.jsonl" >"$trace" <<'EOF'
import json, sys
for line in open(sys.argv[1]):
    record = json.loads(line)
    if record.get("name") == "accept":
        del record["result"], record["new"]
        record["unfinished"] = True
    print(json.dumps(record))
EOF
	view "$trace" | grep -q '… never returned'
	view --ascii "$trace" | grep -q '? never returned'
}

@test "the close of one of several copies releases nothing" {
	view -v timeline "$traces/concurrent_server.jsonl" >"$BATS_TEST_TMPDIR/stories"
	! grep -A 2 'listening · inherited' "$BATS_TEST_TMPDIR/stories" | grep 'release' || false
	[ "$(grep -c '^  copy closed$' "$BATS_TEST_TMPDIR/stories")" -eq 9 ]
	# The parent's close of a connection that its child serves is no step of it.
	! view -v sequence "$traces/concurrent_server.jsonl" | grep -E '#[0-9].*27870.*close' || false
}

@test "ends that were there before the trace are joined, and keep the state that was found" {
	local trace=$BATS_TEST_TMPDIR/attached.jsonl
	/usr/bin/python3 - >"$trace" <<'EOF'
import json
def address(port):
    return {"family": "AF_INET", "address": "127.0.0.1", "port": port}
def found(number, fd, state, local, peer=None):
    line = {"type": "descriptor", "time_ns": 10 + number, "event": "inherit", "reason": "attach", "pid": 5,
            "fd": fd, "descriptor": number, "socket": number, "family": "AF_INET",
            "socket_type": "SOCK_STREAM", "state": state, "local": address(local)}
    if peer:
        line["peer"] = address(peer)
    print(json.dumps(line))
print(json.dumps({"type": "trace", "version": 1, "tracer": "test", "command": ["x"]}))
print(json.dumps({"type": "process", "time_ns": 1, "event": "start", "pid": 5, "program": "x"}))
found(1, 3, "TCP_LISTEN", 80)
found(2, 4, "TCP_ESTABLISHED", 4000, 80)
found(3, 5, "TCP_ESTABLISHED", 80, 4000)
found(4, 6, "TCP_CLOSE_WAIT", 80, 4001)
for seq, (name, effect, fd) in enumerate([("sendto", "send", 4), ("recvfrom", "receive", 5)], 1):
    print(json.dumps({"type": "call", "seq": seq, "time_ns": 100 * seq, "duration_ns": 1, "pid": 5, "tid": 5,
                      "name": name, "effect": effect, "fd": fd, "descriptor": fd - 2, "socket": fd - 2,
                      "args": {}, "result": 2, "bytes": 2}))
print(json.dumps({"type": "end", "time_ns": 900, "calls": 2}))
EOF
	view "$trace" >"$BATS_TEST_TMPDIR/shown"
	sed 1q "$BATS_TEST_TMPDIR/shown" | grep -q '4 descriptors   2 connections'
	grep -q 'TCP →:80 ' "$BATS_TEST_TMPDIR/shown"
	[ "$(grep -c 'TCP .*←:400' "$BATS_TEST_TMPDIR/shown")" -eq 2 ]
	grep -q '127.0.0.1:80 ← 127.0.0.1:4001 .*peer is done' "$BATS_TEST_TMPDIR/shown"
	view -v sequence "$trace" | grep -q 'not traced' && false
	[ "$(view -v summary --format=json "$trace" | jq -r '.sockets[] | select(.socket == 4).state')" = "peer is done" ]
}

@test "addresses of this machine are told apart where there are several" {
	local trace=$BATS_TEST_TMPDIR/loopbacks.jsonl
	sed 's/"family":"AF_INET","address":"127.0.0.1","port":40057/"family":"AF_INET","address":"127.0.0.2","port":40057/g' \
		"$traces/refused_connection.jsonl" >"$trace"
	view "$trace" | grep -q 'TCP →127.0.0.1:55633'
	view "$trace" | grep -q 'TCP →127.0.0.2:40057'
	view "$traces/refused_connection.jsonl" | grep -q 'TCP →:40057'
}
