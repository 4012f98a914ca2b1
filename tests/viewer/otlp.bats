#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# -v otlp: exchanges as spans, in the JSON of OTLP and the words of OpenTelemetry's conventions.

bats_require_minimum_version 1.5.0
load ../helper

logs=$BATS_TEST_DIRNAME/exchange_logs.py
traces=$BATS_TEST_DIRNAME/traces

# log NAME: its file.
log() {
	local file=$BATS_TEST_TMPDIR/$1.jsonl
	[ -f "$file" ] || /usr/bin/python3 "$logs" "$1" >"$file"
	echo "$file"
}

# What a filter of jq says of each span, those of clients first, in the order of their times.
words='
	def of($key): (.attributes[] | select(.key == $key).value | .stringValue // .intValue) // null;
	[.[].resourceSpans[].scopeSpans[].spans[]] | sort_by(.kind * -1, .startTimeUnixNano) | .[] | '

# spans FILTER NAME [OPTION...]
spans() {
	"$SOCKVIEW" -v otlp "${@:3}" "$(log "$2")" | jq -rs "$words $1"
}

# check FILE...: whether they are what a collector reads.
check() {
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/otlp.py" "$@"
}

@test "each line is a request that a collector reads, of every trace" {
	for trace in "$traces"/*.jsonl; do
		"$SOCKVIEW" -v otlp "$trace" >"$BATS_TEST_TMPDIR/$(basename "$trace")" 2>/dev/null || [ $? -eq 1 ]
	done
	check "$BATS_TEST_TMPDIR"/*.jsonl
	[ "$(cat "$BATS_TEST_TMPDIR"/*.jsonl | jq -s "[$words .]|length")" -gt 50 ]
}

@test "what is no request is found" {
	local change
	"$SOCKVIEW" -v otlp "$(log spans)" >"$BATS_TEST_TMPDIR/good"
	check "$BATS_TEST_TMPDIR/good"
	for change in 's/"spanId":"./&0/' 's/"traceId":"[0-9a-f]*/"traceId":"00000000000000000000000000000000/' \
		's/"kind":3/"kind":"CLIENT"/' 's/"endTimeUnixNano":"\([0-9]*\)"/"endTimeUnixNano":\1/' \
		's/"intValue":"\([0-9]*\)"/"intValue":\1/' 's/"name"/"title"/' \
		's/UnixNano":"17/UnixNano":"-7/' 's/"parentSpanId":"[0-9a-f]*/"parentSpanId":"1234567890abcdef/g'; do
		sed "$change" "$BATS_TEST_TMPDIR/good" >"$BATS_TEST_TMPDIR/bad"
		! check "$BATS_TEST_TMPDIR/bad" 2>/dev/null || { echo "not found: $change" && false; }
	done
}

@test "a server's span is its client's child, and lies within it" {
	[ "$("$SOCKVIEW" -v otlp "$(log spans)" | jq -s '
		[.[].resourceSpans[].scopeSpans[].spans[]] | group_by(.traceId)
		| map(sort_by(-.kind) | select(length == 2 and .[1].parentSpanId == .[0].spanId
			and .[0].startTimeUnixNano < .[1].startTimeUnixNano
			and .[0].endTimeUnixNano >= .[1].endTimeUnixNano)) | length')" -eq 5 ]
}

@test "HTTP is told in the words of the conventions; what a client did wrong is no server's error" {
	[ "$(spans '"\(.name) \(.kind) \(of("http.response.status_code")) \(.status.code) \(of("error.type"))"' spans)" = 'GET 3 404 2 404
GET 3 500 2 500
GET 3 200 null null
HTTP 3 200 null null
GET 3 null null null
GET 2 404 null null
GET 2 500 2 500
GET 2 200 null null
HTTP 2 200 null null
GET 2 null null null' ]
	[ "$(spans 'select(.kind == 3) | "\(of("http.request.method")) \(of("http.request.method_original")) \(of("server.address")) \(of("server.port")) \(of("url.path")) \(of("url.query")) \(of("url.full"))"' spans)" = 'GET null example.org 8080 /a b=c http://example.org:8080/a?b=c
GET null example.org 80 /d null http://example.org/d
GET null ::1 81 /e null http://example.org/e
_OTHER BREW 127.0.0.1 80 /%22 null http://127.0.0.1:80/%22
GET null 127.0.0.1 80 /pending null http://127.0.0.1:80/pending' ]
	[ "$(spans 'select(.kind == 2) | "\(of("url.scheme")) \(of("url.full")) \(of("network.peer.address")) \(of("network.peer.port")) \(of("client.port"))"' spans | uniq)" = 'http null 127.0.0.1 40001 40001' ]
}

@test "a URL is whole, but for a user's password in it" {
	[ "$(spans '"\(.name) \(of("url.path")) \(of("url.query")) \(of("url.full"))"' proxied)" = 'GET /a b=@c http://example.org/a?b=@c
GET /d null http://example.org:8080/d
OPTIONS * null null' ]
	run ! grep -q word <("$SOCKVIEW" -v otlp "$(log proxied)")
}

@test "of several traces a span says which it is from" {
	cp "$(log both)" "$BATS_TEST_TMPDIR/other.jsonl"
	[ "$("$SOCKVIEW" -v otlp "$(log spans)" "$BATS_TEST_TMPDIR/other.jsonl" | jq -rs "$words of(\"sockline.trace\")" | sort | uniq -c |
		sed "s#^ *##; s#$BATS_TEST_TMPDIR/##")" = '2 other.jsonl
10 spans.jsonl' ]
	[ "$(spans 'of("sockline.trace")' spans | sort -u)" = null ]
}

@test "the family of an address is told where it is known, taken out or not" {
	sed 's/AF_INET/AF_INET6/g; s/127.0.0.1/2001:db8::1/g' "$(log both)" >"$BATS_TEST_TMPDIR/six.jsonl"
	[ "$(spans 'of("network.type")' six | sort -u)" = ipv6 ]
	[ "$(spans 'of("network.type")' six --redact=addresses | sort -u)" = ipv6 ]
	[ "$(spans 'of("network.type")' both --redact=addresses | sort -u)" = ipv4 ]
	jq -c 'del(.local, .peer, .args.address)' "$BATS_TEST_TMPDIR/six.jsonl" >"$BATS_TEST_TMPDIR/nowhere.jsonl"
	[ "$(spans 'of("network.type")' nowhere | sort -u)" = null ]
}

@test "an exchange that waits for its answer when the trace ends says so, and ends with it" {
	[ "$(spans 'select(of("sockline.result") == "pending") | "\(.kind) \(.endTimeUnixNano) \(.status)"' spans)" = '3 1795406400001000000 {}
2 1795406400001000000 {}' ]
}

@test "a traceparent joins a request to the trace of the program, unless it is none" {
	[ "$(spans 'select(of("url.path") == "/a") | "\(.traceId) \(.flags)"' spans)" = '4bf92f3577b34da6a3ce929d0e0e4736 257
4bf92f3577b34da6a3ce929d0e0e4736 769' ]
	[ "$(spans 'select(of("url.path") == "/a" and .kind == 3).parentSpanId' spans)" = 00f067aa0ba902b7 ]
	[ "$(spans 'select(.traceId == "4bf92f3577b34da6a3ce929d0e0e4736") | "\(of("url.path")) \(.parentSpanId)"' traceparents)" = '/0 00f067aa0ba902b7
/1 00f067aa0ba902b7' ]
	[ "$(spans 'select(.parentSpanId | not) | of("url.path")' traceparents | paste -sd ' ')" = "/2 /3 /4 /5 /6 /7 /8 /9 /10" ]
}

@test "commands to databases and lookups are told in the words of the conventions" {
	[ "$(spans '"\(.name) \(of("db.system.name")) \(of("db.operation.name")) \(of("db.response.status_code")) \(of("error.type")) \(.status.code) \(.status.message)"' databases)" = \
		'GET redis GET WRONGTYPE WRONGTYPE 2 WRONGTYPE Operation against a key holding the wrong kind of value
GET redis GET null null null null' ]
	[ "$(spans '"\(.name) \(of("dns.question.name")) \(of("server.address")) \(of("server.port")) \(of("error.type")) \(of("network.transport"))"' lookups)" = 'DNS A host.example 10.0.0.53 53 null udp
DNS AAAA host.example 10.0.0.53 53 null udp
DNS A late.example 10.0.0.53 53 null udp
DNS A moved.example 10.0.0.53 53 null udp
DNS A lost.example 10.0.0.53 53 closed_by_client udp' ]
}

@test "how an exchange ended without an answer is told" {
	[ "$(spans '"\(of("url.path")) \(of("sockline.result")) \(of("error.type")) \(.status.code) \(.status.message)"' ends)" = '/pending pending null null null
/closed no answer closed_by_server 2 no answer
/reset no answer connection_reset 2 no answer
/gone no answer closed_by_client 2 no answer
null no answer null null null' ]
}

@test "a connect that the kernel says has failed is a span with that error" {
	cp "$traces"/{outcomes,curl_nginx}.jsonl "$BATS_TEST_TMPDIR"
	[ "$(spans 'select(.name == "connect") | "\(.kind) \(.parentSpanId) \(of("server.address")) \(of("server.port")) \(of("network.transport")) \(of("error.type")) \(.status.code) \(.status.message) \(of("sockline.fd"))"' outcomes)" = \
		'3 null 127.0.0.1 46727 tcp connection_refused 2 refused 4
3 null 10.9.9.3 80 tcp unreachable 2 unreachable 4
3 null @outcomes null unix backlog_full 2 backlog full 6
3 null 10.9.9.2 81 tcp timeout 2 timed out 4' ]
	# It lasts until the program knows: here a poll told, after 103 ms.
	[ "$(spans 'select(of("error.type") == "unreachable") | "\((.endTimeUnixNano | tonumber) - (.startTimeUnixNano | tonumber) > 100000000)"' outcomes)" = true ]
	[ "$(spans 'select(.name == "connect")' outcomes --effect=send)" = "" ]
	[ "$(spans 'select(.name == "connect") | of("server.address")' outcomes --redact=addresses | paste -sd ' ')" = '127.0.0.1 ipv4-1 @abstract-1 ipv4-3' ]
	# A name service that is not there is no error.
	grep -q nscd "$traces/curl_nginx.jsonl"
	[ "$(spans 'select(.name == "connect")' curl_nginx)" = "" ]
}

@test "ids are the same each time, and others in other traces" {
	local file
	file=$(log spans)
	"$SOCKVIEW" -v otlp "$file" >"$BATS_TEST_TMPDIR/one"
	"$SOCKVIEW" -v otlp "$file" | cmp - "$BATS_TEST_TMPDIR/one"
	"$SOCKVIEW" -v otlp --since=480us "$file" | jq -c '.resourceSpans[].scopeSpans[].spans[].spanId' >"$BATS_TEST_TMPDIR/some"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/some")" -eq 2 ]
	while read -r id; do grep -qF "$id" "$BATS_TEST_TMPDIR/one"; done <"$BATS_TEST_TMPDIR/some"
	sed 's/04:00:00.0/04:00:01.0/' "$file" >"$BATS_TEST_TMPDIR/later.jsonl"
	[ "$(cat "$file" "$BATS_TEST_TMPDIR/later.jsonl" | "$SOCKVIEW" -v otlp |
		jq -r '.resourceSpans[].scopeSpans[].spans[].spanId' | sort -u | wc -l)" -eq 20 ]
}

@test "what is no span is said on standard error" {
	run -0 --separate-stderr "$SOCKVIEW" -v otlp "$(log attached)"
	[ -z "$output" ]
	[ "$stderr" = "sockview: otlp: 3 messages that nobody asked for are no spans; -v exchanges shows them" ]
	sed '/^{"type":"trace"/s/"started":"[^"]*",//' "$(log databases)" >"$BATS_TEST_TMPDIR/no_clock.jsonl"
	run -0 --separate-stderr "$SOCKVIEW" -v otlp "$BATS_TEST_TMPDIR/no_clock.jsonl"
	[[ "$stderr" = *"its times count from 1970" ]]
	run -2 "$SOCKVIEW" -f -v otlp "$(log spans)"
}

@test "with payloads taken out nothing is named, and the spans are there" {
	[ "$(spans '"\(.name) \(of("http.request.method")) \(of("network.peer.port"))"' spans --redact | sort | uniq -c | sed 's/^ *//')" = '5 tcp null 40001
5 tcp null 80' ]
}

@test "many spans are several requests, of which none has more than 512" {
	"$SOCKVIEW" -v otlp "$(log many)" >"$BATS_TEST_TMPDIR/many"
	check "$BATS_TEST_TMPDIR/many"
	[ "$(jq '[.resourceSpans[].scopeSpans[].spans[]] | length' "$BATS_TEST_TMPDIR/many" | sort -n | tail -1)" -le 512 ]
}
