#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What real programs ask and answer becomes spans of which a server's is the child of its client's.

bats_require_minimum_version 1.5.0
load ../helper
load twice
load nginx

setup() {
	setup_once
}

teardown() {
	teardown_once
}

# pairs NAME...: of the traces together, what each pair of spans says, which have the same trace, in
# the order of their times; "alone" stands before what has no other end there.
pairs() {
	"$SOCKVIEW" -v otlp "${@/#/$place/traces/}" >"$work/spans"
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/../viewer/otlp.py" "$work/spans"
	jq -rs '
		def of($key): .attributes[] | select(.key == $key).value | .stringValue // .intValue;
		def who: .resource.attributes[] | select(.key == "service.name").value.stringValue;
		[.[].resourceSpans[] | who as $who | .scopeSpans[].spans[] | .who = $who]
		| group_by(.traceId) | sort_by(.[0].startTimeUnixNano)[] | sort_by(-.kind)
		| [if length == 2 and .[0].kind == 3 and .[1].kind == 2 and .[1].parentSpanId == .[0].spanId
			then empty else "alone" end, .[].who, .[0].name,
			(.[0] | of("url.path", "http.response.status_code", "db.response.status_code")),
			(.[] | .status.code // "-")] | join(" ")' "$work/spans"
}

@test "curl and nginx: what is not there is the client's error; a traceparent joins both to its trace" {
	make_site
	nginx_configuration "user $(id -un);" ""
	start_nginx
	traced curl curl -s "http://127.0.0.1:$port/1000" "http://127.0.0.1:$port/nowhere?a=b" \
		-H 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' -o "$work/1" -o "$work/2"
	traced again curl -s "http://127.0.0.1:$port/1" -o "$work/3"
	stop_nginx
	equal "$(pairs nginx.jsonl curl.jsonl | grep -c '^alone nginx')" 1
	pairs nginx.jsonl again.jsonl | grep -x 'curl nginx GET /1 200 - -'
	[ "$("$SOCKVIEW" -v otlp "$place"/traces/{nginx,curl}.jsonl | jq -rs '
		[.[].resourceSpans[].scopeSpans[].spans[] | select(.traceId == "4bf92f3577b34da6a3ce929d0e0e4736")]
		| sort_by(.startTimeUnixNano, -.kind)[]
		| "\(.kind) \(.parentSpanId == "00f067aa0ba902b7") \(.status.code)"')" = '3 true null
2 false null
3 true 2
2 false null' ]
}

ready() {
	[ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]
}

@test "redis-cli and redis-server: a command that failed is an error at both ends" {
	start redis redis-server --bind 127.0.0.1 --port "$port" --dir "$work" --save '' --daemonize no \
		--logfile "$work/log"
	wait_until ready
	traced asker redis-cli -p "$port" >"$work/answers" <<<$'SET key value\nLPUSH key value\nGET key'
	redis-cli -p "$port" shutdown nosave
	ended redis "$server"
	# It asks for the names of commands first.
	[ "$(pairs redis.jsonl asker.jsonl | grep '^redis-cli redis-server ' | grep -v ' COMMAND ')" = 'redis-cli redis-server SET - -
redis-cli redis-server LPUSH WRONGTYPE 2 2
redis-cli redis-server GET - -' ]
}

@test "Node.js that asks itself: each request is a pair, in one trace" {
	cat >"$work/pairs.js" <<'END'
const http = require("http");
const server = http.createServer((question, answer) => {
	answer.statusCode = { "/missing": 404, "/broken": 500 }[question.url] || 200;
	answer.end(question.url);
});
const ask = (paths) => paths.length === 0 ? server.close() :
	http.get({ host: "127.0.0.1", port: server.address().port, path: paths[0], agent: false },
		(answer) => answer.resume().on("end", () => ask(paths.slice(1))));
server.listen(0, "127.0.0.1", () => ask(["/good", "/missing", "/broken"]));
END
	traced node node "$work/pairs.js"
	[ "$(pairs node.jsonl)" = 'node node GET /good 200 - -
node node GET /missing 404 2 -
node node GET /broken 500 2 2' ]
}
