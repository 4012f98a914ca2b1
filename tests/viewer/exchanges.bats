#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Questions and answers: which bytes are one, how long was waited, what came of it, and what of them
# is shown.

bats_require_minimum_version 1.5.0
load ../helper

logs=$BATS_TEST_DIRNAME/exchange_logs.py

# log NAME: its file.
log() {
	local file=$BATS_TEST_TMPDIR/$1.jsonl
	[ -f "$file" ] || /usr/bin/python3 "$logs" "$1" >"$file"
	echo "$file"
}

# told NAME FILTER [OPTION...]: what jq says of each exchange of the log.
told() {
	"$SOCKVIEW" --format=json -v exchanges "${@:3}" "$(log "$1")" | jq -r ".exchanges[] | $2"
}

row='"\(.name) \(.bytes_asked) \(.bytes_answered) \(.wait_ns / 1000) \(.total_ns / 1000) \(.words)"'

@test "what one end says is a question, and what the other end says then its answer" {
	[ "$(told turns "$row")" = '"alpha" 5 5 10 11 answered
"beta 1 " 13 8 1000 1021 answered
"gamma" 5 5 10 11 answered' ]
	[ "$(told turns '"\(.question_calls) \(.answer_calls)"')" = '[3,3] [4,4]
[5,6] [7,8]
[9,9] [10,10]' ]
}

@test "the end that accepted tells how long it took to answer" {
	[ "$(told server "$row")" = '"alpha" 5 5 14 15 answered
"beta" 4 4 500 501 answered' ]
	[ "$(told server '"\(.from) → \(.to)"' | uniq)" = "127.0.0.1:40001 → app :80" ]
}

@test "what both ends tell is there once, as the end that asks saw it" {
	[ "$(told both "\"\\(.socket) \" + $row")" = '1 "ping" 4 4 110 111 answered' ]
	for end in --port=80 --role=accept --role=connect --socket=1 --socket=2; do
		[ "$(told both .name $end)" = '"ping"' ]
	done
	[ "$(told both .name --socket=1000)" = "" ]
}

@test "who asks and who answers is told in members to group by, whole, beside the words" {
	ends='"\(.side) \(.client.program) \(.client.pid) \(.client_address) \(.server.program) \(.server.pid) \(.address)"'
	[ "$(told turns "$ends" | uniq)" = "client app 10 127.0.0.1:40001 null null 127.0.0.1:80" ]
	[ "$(told server "$ends" | uniq)" = "server null null 127.0.0.1:40001 app 10 127.0.0.1:80" ]
	[ "$(told both "$ends")" = "client app 10 127.0.0.1:40001 app 10 127.0.0.1:80" ]
	[ "$(told attached "$ends" | uniq)" = "null null null null null null null" ]
	"$SOCKVIEW" -v exchanges --format=csv "$(log server)" >"$BATS_TEST_TMPDIR/server.csv"
	[[ $(head -n 1 "$BATS_TEST_TMPDIR/server.csv") == *,side,client_program,client_pid,client_address,server_program,server_pid,address,* ]]
	grep -q ',server,,,127.0.0.1:40001,app,10,127.0.0.1:80,' "$BATS_TEST_TMPDIR/server.csv"
}

@test "an answer that another thread has before the question's send returned belongs to it" {
	[ "$(told overtaken '"\(.name) \(.bytes_answered) \(.result)"')" = '"question 0" 8 answered
"question 1" 8 answered
"question 2" 8 answered' ]
}

@test "where the trace begins amid a stream, an answer is not taken for that to the next question" {
	[ "$(told attached '"\(.name) \(.bytes_answered) \(.result)"')" = '"answer 1" 0 unasked
"question 2" 0 unasked
"answer 2" 0 unasked' ]
	[ "$(told attached_http '"\(.name) \(.words)"')" = '200 OK unasked
GET /second 404 Not Found
GET /third 200 OK' ]
	[ "$(told attached_http 'select(.name == "GET /second") | .wait_ns')" -eq 1000000 ]
}

@test "questions that do not wait for answers get theirs in order" {
	[ "$(told pipeline '"\(.name) \(.wait_ns / 1000) \(.words) \(.failed)"')" = 'GET /0 90 200 OK null
GET /1 890 500 Broken true
GET /2 890 200 OK null' ]
}

@test "of a body that the trace has not it counts how long it was" {
	[ "$(told body '"\(.name) \(.bytes_answered) \(.words)"')" = 'GET /large 100043 200 OK
GET /small 27 204 No Content' ]
}

@test "a lookup is one, whatever servers are asked how often" {
	[ "$(told lookups '"\(.name) \(.wait_ns / 1000) \(.words)"')" = 'A host.example 2990 NOERROR, 1 answer
AAAA host.example 990 NOERROR, 0 answers
A late.example 5001000 NOERROR, 1 answer
A moved.example 3000 NOERROR, 1 answer
A lost.example 5000000 no answer: closed by asker' ]
	[ "$(told lookups .name --errors)" = "A lost.example" ]
}

@test "datagrams between two sockets of the trace are told once" {
	[ "$("$SOCKVIEW" --format=json -v exchanges tests/viewer/traces/udp_echo.jsonl |
		jq -r '.exchanges[] | "\(.socket) \(.name) \(.bytes_asked)"')" = '2 "datagram" 16' ]
}

@test "datagrams of no protocol are paired with those of the same peer" {
	[ "$(told datagrams '"\(.to) \(.name) \(.wait_ns / 1000)"')" = '10.0.0.9:9000 "near?" 20
10.0.0.8:9000 "far?" 1000
10.0.0.9:9000 "near again?" 990' ]
}

@test "a question without an answer waits still, or what ended it is said" {
	[ "$(told ends '"\(.name) \(.words) \(.ended_by) \(.failed)"')" = 'GET /pending pending null null
GET /closed no answer: closed by peer answerer true
GET /reset no answer: reset error true
GET /gone no answer: closed by asker asker true
"bytes alone" no answer: closed by asker asker null' ]
	[ "$(told ends 'select(.result == "pending") | .time_ns + .total_ns')" -eq 1000000 ]
	[ "$(told ends .name --errors)" = 'GET /closed
GET /reset
GET /gone' ]
}

@test "the slow one of many is first by its wait, at any width, and in the row of its peer" {
	for width in 80 200; do
		run -0 "$SOCKVIEW" -v exchanges --sort=wait --width=$width "$(log many)"
		[[ "$(grep -A 1 " time " <<<"$output" | tail -n 1)" == *" GET /133 "*" 120 ms "* ]]
		[ "$(wc -L <<<"$output")" -le $width ]
	done
	[ "${#lines[@]}" -eq 46 ]
	[[ "${lines[42]}" == "  and 200 more exchanges" ]]
	[[ "${lines[45]}" =~ app\ +127.0.0.1:80\ +240\ +0\ +0\ .*\ 5.00\ ms\ +5.00\ ms\ +120\ ms$ ]]
	[ "$(told many .name --slower-than=50ms)" = "GET /133" ]
	[ "$(told many .name --top=2 --sort=begin | xargs)" = "GET /0 GET /1" ]
	[ "$(told many .name --top=1 --sort=total)" = "GET /133" ]
	[ "$(told many .bytes_asked --top=1 --sort=bytes)" -eq 30 ]
	# Unless an order is asked for, those that waited longest stand in the order of time.
	[ "$(told many .time_ns --top=3 | sort -nc && told many .name --top=3 | grep -c /133)" -eq 1 ]
}

@test "times choose those that were there then" {
	[ "$(told turns .name --since=1ms | wc -l)" -eq 2 ]
	[ "$(told turns .name --until=25us)" = '"alpha"' ]
	[ "$(told turns .name --call=close)" = "" ]
	[ "$(told turns .name --call=sendto | wc -l)" -eq 3 ]
	run -0 "$SOCKVIEW" -v exchanges --program=nobody "$(log turns)"
	[[ "$output" == *"No exchange fits."* ]]
	local format
	for format in csv json; do
		run -0 --separate-stderr "$SOCKVIEW" -v exchanges --format=$format --port=1 "$(log turns)"
		[ "$stderr" = "sockview: no exchange fits" ]
		run -0 --separate-stderr "$SOCKVIEW" -v exchanges --format=$format "$(log turns)"
		[ -z "$stderr" ]
	done
}

@test "a trace that leaves out what is received or sent has none, and says why" {
	run -0 "$SOCKVIEW" -v exchanges "$(log left_out)"
	[[ "$output" == *"No exchanges: the trace has no calls that send and receive, or not all."* ]]
	run -0 --separate-stderr "$SOCKVIEW" -v exchanges --format=csv "$(log left_out)"
	[ "$stderr" = "sockview: no exchanges: the trace has no calls that send and receive, or not all" ]
}

@test "an order that the view does not know is refused, with those that it does" {
	run -2 "$SOCKVIEW" -v exchanges --sort=calls "$(log turns)"
	[[ "${lines[0]}" == "sockview: --sort=calls: exchanges are sorted by wait, total, bytes or begin" ]]
	run -2 "$SOCKVIEW" -v summary --sort=wait "$(log turns)"
	[[ "${lines[0]}" == *"bytes, time or calls" ]]
}

@test "of several traces each exchange says which it is of" {
	run -0 "$SOCKVIEW" --format=json -v exchanges "$(log turns)" "$(log pipeline)"
	[ "$(jq -c '[.exchanges[] | [.trace, .socket]]' <<<"$output")" = "[[0,1],[1,1],[1,1],[1,1],[0,1],[0,1]]" ]
}

@test "what was redacted names nothing" {
	[ "$(told many .name --redact | wc -l)" -eq 40 ]
	[ "$(told many .name --redact | sort -u | xargs)" = "[28 bytes] [29 bytes] [30 bytes]" ]
	! "$SOCKVIEW" -v exchanges --redact "$(log many)" | grep -q GET || false
	for view in overview exchanges summary; do
		run -0 "$SOCKVIEW" -v $view --redact --width=60 "$(log many)"
		[[ $output == *'payloads are redacted'*'what failed, is not known'* ]]
		[ "$("$SOCKVIEW" -v $view --redact --format=json "$(log many)" | jq .header.redacted)" = true ]
		! "$SOCKVIEW" -v $view "$(log many)" | grep redacted || false
	done
}

@test "--ascii draws with ASCII alone" {
	! "$SOCKVIEW" -v exchanges --ascii "$(log many)" | LC_ALL=C grep '[^ -~]' || false
	"$SOCKVIEW" -v exchanges --ascii "$(log many)" | grep -q 'app -> 127.0.0.1:80 .* ####'
}

@test "-f tells each when it has ended, once" {
	local told=$BATS_TEST_TMPDIR/told pipe=$BATS_TEST_TMPDIR/pipe
	mkfifo "$pipe"
	"$SOCKVIEW" -f -v exchanges <"$pipe" >"$told" 3>&- &
	exec 4>"$pipe"
	head -n 64 "$(log many)" >&4
	wait_until grep -q ' GET /0  200 OK$' "$told"
	[ "$(wc -l <"$told")" -eq 1 ]
	tail -n +65 "$(log many)" >&4
	exec 4>&-
	wait $!
	[ "$(wc -l <"$told")" -eq 240 ]
	[ "$(grep -o 'GET /[0-9]*' "$told" | sort -u | wc -l)" -eq 240 ]
	run -0 "$SOCKVIEW" -f -v exchanges --slower-than=50ms "$(log many)"
	[[ "$output" == *" 120 ms "*" GET /133  200 OK" ]]
	[ "${#lines[@]}" -eq 1 ]
	run -0 "$SOCKVIEW" -f -v exchanges "$(log ends)"
	[ "${#lines[@]}" -eq 5 ]
	[[ "${lines[0]}" == *"GET /pending  pending" ]]
}
