#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Two runs of programs that behave the same do not differ, whatever is chance in them; what does is found. Times are
# compared where a test is about them: how long a machine takes is chance, too.

bats_require_minimum_version 1.5.0
load ../helper

programs=$PWD/tests/real/programs

setup() {
	servers=()
}

teardown() {
	for pid in "${servers[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

# backend NAME WORD...: its port is in $port, and its process the last of $servers.
backend() {
	/usr/bin/python3 "$programs/backend.py" "${@:2}" >"$BATS_TEST_TMPDIR/$1.port" 3>&- &
	servers+=($!)
	wait_until test -s "$BATS_TEST_TMPDIR/$1.port"
	port=$(<"$BATS_TEST_TMPDIR/$1.port")
}

differ() {
	"$SOCKVIEW" --no-pager --width=120 --diff "$@" "$(trace_file good)" "$(trace_file bad)"
}

same() {
	run -0 differ --slower-than=1h
	[[ "$output" == *'no difference   '* ]] || { echo "$output" && false; }
}

# shows KIND TEXT...: there is a difference of that kind, and the text has these words.
shows() {
	run -1 differ --slower-than="${slower:-1h}" --format=json --full
	jq -e --arg kind "$1" 'any(.differences[]; .kind == $kind)' <<<"$output" >"$BATS_TEST_TMPDIR/found"
	run -1 differ --slower-than="${slower:-1h}" --full
	for words in "${@:2}"; do
		[[ "$output" == *"$words"* ]] || { echo "$words: $output" && false; }
	done
}

# fetch NAME PATH...: curl asks the backend at $port.
fetch() {
	local urls=()
	for path in "${@:2}"; do urls+=("http://127.0.0.1:$port$path"); done
	trace "$1" curl -s -o /dev/null -o /dev/null -o /dev/null "${urls[@]}"
}

@test "curl, from servers on two ports" {
	backend one
	fetch good /a /b /c
	backend two
	fetch bad /a /b /c
	same
}

@test "curl: a status, a header, an order, a server that is slow, and one that is down" {
	backend good
	fetch good /a /b /c
	backend bad bad
	fetch bad /a /b /c
	shows failure 'GET /b' '- 200 OK' '+ 502 Bad Gateway'
	backend short short
	fetch bad /a /b /c
	shows size 'GET /a: size of the answer'
	backend order
	fetch bad /b /a /c
	shows order '- GET /a, GET /b, GET /c' '+ GET /b, GET /a, GET /c'
	backend slow slow
	fetch bad /a /b /c
	slower=1ms shows time 'GET /c: slower'
	# Nobody listens on the port of a socket that is bound and does not listen.
	/usr/bin/python3 -c '
import socket, sys
bound = socket.socket()
bound.bind(("127.0.0.1", 0))
print(bound.getsockname()[1], flush=True)
sys.stdin.read()' >"$BATS_TEST_TMPDIR/bound" 3>&- < <(sleep 60) &
	servers+=($!)
	wait_until test -s "$BATS_TEST_TMPDIR/bound"
	port=$(<"$BATS_TEST_TMPDIR/bound")
	fetch bad /a /b /c || true
	shows failure ': connect' '- connected' '+ refused' '+ exit status 7' '- 3 exchanges: GET /a, GET /b, GET /c'
	[[ "$output" == *$'the first that matters:\ncurl → 127.0.0.1:*: connect'* ]]
}

@test "redis-benchmark" {
	local run place=$BATS_TEST_TMPDIR/redis
	for run in good bad; do
		mkdir "$place"
		redis-server --port 0 --unixsocket "$place/s" --save '' --dir "$place" --daemonize no >"$place/log" 3>&- &
		servers=($!)
		wait_until test -S "$place/s"
		trace "$run" redis-benchmark -s "$place/s" -n 500 -c 20 -q -t set,get,lpush >"$BATS_TEST_TMPDIR/said"
		teardown
		rm -r "$place"
	done
	same
}

@test "node: a pool of connections, and answers in any order" {
	trace good node "$programs/pool.js"
	trace bad node "$programs/pool.js"
	same
}

@test "Python's asyncio: clients at once" {
	trace good /usr/bin/python3 "$programs/lines.py"
	trace bad /usr/bin/python3 "$programs/lines.py"
	same
}

@test "lines of a protocol that is not known: which commands, and how often" {
	local commands=$programs/commands.py
	trace good /usr/bin/python3 "$commands" LOGIN LIST QUIT
	trace bad /usr/bin/python3 "$commands" LOGIN LIST QUIT
	same
	trace bad /usr/bin/python3 "$commands" LOGIN DELETE DELETE DELETE QUIT
	shows only '"DELETE"' '- not asked' '+ asked (3)' '"LIST"'
	trace bad /usr/bin/python3 "$commands" LOGIN LIST LIST QUIT
	shows count '"LIST"' '- asked' '+ asked (2)'
	# Which of them is one question with the next is chance, and so is their number: that is said.
	trace good /usr/bin/python3 "$commands" --ahead LOGIN A B C D E F G H QUIT
	trace bad /usr/bin/python3 "$commands" --ahead LOGIN A B C D E F G H QUIT
	same
}

# proxied NAME [KILLED]: nginx, two workers before two backends, of which one may not be there any more.
proxied() {
	local place=$BATS_TEST_TMPDIR/proxy first
	rm -rf "$place"
	mkdir -p "$place/t"
	backend "$1-1"
	first=$port
	backend "$1-2"
	cat >"$place/conf" <<-EOC
		daemon off; worker_processes 2; pid $place/pid; error_log $place/error;
		events { worker_connections 128; }
		http {
			access_log off;
			client_body_temp_path $place/t; proxy_temp_path $place/t; fastcgi_temp_path $place/t;
			uwsgi_temp_path $place/t; scgi_temp_path $place/t;
			upstream backends { server 127.0.0.1:$first; server 127.0.0.1:$port; }
			server { listen unix:$place/s; location / { proxy_pass http://backends; proxy_http_version 1.1; } }
		}
	EOC
	[ $# -eq 1 ] || kill "${servers[-1]}"
	[ $# -eq 1 ] || wait_until is_in_state "${servers[-1]}" Z
	trace "$1" nginx -c "$place/conf" 2>"$place/said" 3>&- &
	local tracer=$!
	wait_until test -S "$place/s"
	local asked=()
	for _ in {1..24}; do asked+=(http://backends/page -o /dev/null); done
	curl -s -Z --parallel-max 6 --unix-socket "$place/s" "${asked[@]}" 2>"$place/curl"
	kill -QUIT "$(<"$place/pid")"
	wait $tracer
}

@test "nginx: two workers, two backends, and who got what" {
	proxied good
	proxied bad
	same
}

@test "nginx: one backend is down" {
	proxied good
	proxied bad down
	shows failure 'nginx → 127.0.0.1:*: connect' 'refused'
	[[ "$output" == *$'1 difference\nnginx → 127.0.0.1:*: connect'* || "$output" == *$'matters:\nnginx → 127.0.0.1:*: connect'* ]]
}
