#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Hints of what no program under test can do, as all of it is in its trace: a peer that is not, and
# processes that are attached to. Of logs written by hand.

bats_require_minimum_version 1.5.0
load ../helper

HEADER='{"type":"trace","version":1,"command":["server"]}
{"type":"process","time_ns":1,"event":"start","pid":1,"program":"server"}'
AT='"time_ns":1,"event":"inherit","reason":"attach","pid":1'
PORT='{"family":"AF_INET","address":"127.0.0.1","port":80}'
CLIENT='{"family":"AF_INET","address":"127.0.0.1","port":40000}'
LISTENER='{"type":"descriptor",'$AT',"fd":3,"descriptor":1,"socket":1,"family":"AF_INET","socket_type":"SOCK_STREAM",
"state":"TCP_LISTEN","local":'$PORT'}'
LISTENER=${LISTENER//$'\n'/}

# call SEQ TIME DURATION FD NAME EFFECT MEMBERS: on the descriptor and the socket FD - 2
call() {
	echo '{"type":"call","seq":'"$1"',"time_ns":'"$2"',"duration_ns":'"$3"',"pid":1,"tid":1,"fd":'"$4"'
,"descriptor":'$(($4 - 2))',"socket":'$(($4 - 2))',"name":"'"$5"'","effect":"'"$6"'",'"$7"'}' | tr -d '\n'
	echo
}

# A server that has answered its client, and waits for the next, for two seconds.
served() {
	echo "$HEADER"
	echo "$LISTENER"
	call 1 1000 1000 3 accept accept '"args":{"address":'"$CLIENT"'},"result":4,"local":'"$PORT"',"peer":'"$CLIENT"',
"new":[{"fd":4,"descriptor":2,"socket":2}]'
	call 2 3000 1000 4 recv receive '"args":{"size":9},"result":5,"bytes":5'
	call 3 5000 1000 4 send send '"args":{"size":6},"result":6,"bytes":6'
	call 4 7000 2000000000 3 accept accept '"args":{},"unfinished":true'
}

# told STATE MILLISECONDS: what the kernel says at the end of the trace, and when it heard of the peer last.
told() {
	echo '{"type":"descriptor","time_ns":2000009000,"event":"state","reason":"detach","pid":1,"fd":4,"descriptor":2
,"socket":2,"tcp":{"state":"'"$1"'","last_ack_us":'"$2"'000}}' | tr -d '\n'
	echo
	echo '{"type":"end","time_ns":2000010000,"calls":4,"detached":[1]}'
}

hints() {
	"$SOCKVIEW" -v hints --width=200 -
}

@test "the kernel says that a connection waits for a close, and for how long nothing has come" {
	run -0 hints < <(served && told TCP_CLOSE_WAIT 1900)
	[[ "$output" == *"close-wait: "*"1 connection was ended by the peer, which was never read, and not closed for up to 1.90 s"* ]]
	run -0 hints < <(served && told TCP_CLOSE_WAIT 200)
	[[ "$output" == *"No hints."* ]]
	run -0 hints < <(served && told TCP_ESTABLISHED 1900)
	[[ "$output" == *"No hints."* ]]
}

# A process that is attached to, and waits for what comes on the connection that it has.
attached() {
	echo "$HEADER"
	echo "$LISTENER"
	echo '{"type":"descriptor",'"$AT"',"fd":4,"descriptor":2,"socket":2,"family":"AF_INET","socket_type":"SOCK_STREAM"
,"state":"'"$1"'","local":'"$2"',"peer":'"$3"'}' | tr -d '\n'
	echo
	call 1 1000 2000000000 "$4" "$5" "$6" '"args":{"size":9},"unfinished":true'
	echo '{"type":"end","time_ns":2000010000,"calls":1,"detached":[1]}'
}

@test "a connection that waits for a close when the trace begins is told of" {
	run -0 hints < <(attached TCP_CLOSE_WAIT "$PORT" "$CLIENT" 3 accept accept)
	[[ "$output" == *"close-wait: "*"1 connection was ended by the peer, which was never read, and not closed for up to 2.00 s"* ]]
	run -0 hints < <(attached TCP_ESTABLISHED "$PORT" "$CLIENT" 3 accept accept)
	[[ "$output" == *"No hints."* ]]
}

@test "a client that waits in a receive when the trace begins has no answer, a server has no question" {
	run -0 hints < <(attached TCP_ESTABLISHED "$CLIENT" "$PORT" 4 recv receive)
	[[ "$output" == *"no-answer: "*"nothing came, for 2.00 s, and the wait never returned"* ]]
	run -0 hints < <(attached TCP_ESTABLISHED "$PORT" "$CLIENT" 4 recv receive)
	[[ "$output" == *"No hints."* ]]
}

# A server that receives on the socket that listens, and not on the connection.
wrong_socket() {
	echo "$HEADER"
	echo "$LISTENER"
	call 1 1000 1000 3 listen listen '"args":{"backlog":5},"result":0'
	call 2 3000 1000 3 accept accept '"args":{"address":'"$CLIENT"'},"result":4,"local":'"$PORT"',"peer":'"$CLIENT"',
"new":[{"fd":4,"descriptor":2,"socket":2}]'
	call 3 5000 1000 3 recvfrom receive '"args":{"size":9},"result":-1,"error":"ENOTCONN"'
	echo '{"type":"end","time_ns":9000,"calls":3,"exit_code":1}'
}

@test "the calls that show a hint stand by time, and a check names the one that shows it most plainly" {
	run -0 "$SOCKVIEW" -v hints --format=json - < <(wrong_socket)
	jq -e '.hints[0] | .name == "wrong-socket" and [.found[0].calls[].seq] == [2, 3] and .found[0].time_ns == 5000' <<<"$output"
	run -3 "$SOCKVIEW" --check='no wrong-socket' - < <(wrong_socket)
	[[ "$output" == *'line 6: server 1 fd 3, recvfrom at '*': wrong-socket: recvfrom on fd 3, which listens; the connection is fd 4'* ]]
}

@test "nobody has accepted a connection where the trace has all accepts" {
	local log=$BATS_TEST_TMPDIR/queued.jsonl change
	run -0 "$SOCKTRACE" -q -o "$log" /usr/bin/python3 -B tests/hints/own_timeout.py queued
	run -0 "$SOCKVIEW" -v hints --width=1000 "$log"
	[[ $output == *"nobody had accepted the connection until then"* ]]
	for change in 'if .type == "trace" then .options.no_follow = true else . end' 'select(.type != "end")' \
		'if .effect == "listen" then (.name = "setsockopt" | .effect = "option" | .args = {"option":"SO_REUSEPORT"}), . else . end'; do
		jq -c "$change" "$log" >"$log.changed"
		run --separate-stderr "$SOCKVIEW" -v hints --width=1000 "$log.changed"
		[[ $output == *"no answer had come"* && $output != *"nobody had accepted"* ]]
	done
	run -0 "$SOCKTRACE" -q --no-follow -o "$log" /bin/true
	[ "$(jq -c 'select(.type == "trace") | .options.no_follow' "$log")" = true ]
}
