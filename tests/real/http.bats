#!/usr/bin/env bats
# curl against real servers: once the client is traced, once the server.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	port=$(free_port)
	site=$BATS_TEST_TMPDIR/site
	mkdir -p "$site"
	head -c 3000000 /dev/urandom >"$site/file"
	url=http://127.0.0.1:$port/file
}

teardown() {
	[ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
}

configure_nginx() {
	cat >"$BATS_TEST_TMPDIR/nginx.conf" <<EOF
daemon off; master_process $1; pid $BATS_TEST_TMPDIR/nginx.pid; error_log $BATS_TEST_TMPDIR/error.log;
user root;
worker_processes 2;
events {}
http {
	access_log off;
	client_body_temp_path $BATS_TEST_TMPDIR; proxy_temp_path $BATS_TEST_TMPDIR;
	fastcgi_temp_path $BATS_TEST_TMPDIR; uwsgi_temp_path $BATS_TEST_TMPDIR;
	scgi_temp_path $BATS_TEST_TMPDIR;
	server { listen 127.0.0.1:$port; root $site; }
}
EOF
}

start_nginx() {
	configure_nginx on
	"$@" nginx -c "$BATS_TEST_TMPDIR/nginx.conf" -e "$BATS_TEST_TMPDIR/error.log" 3>&- &
	server=$!
	wait_for_port "$port"
}

start_python() {
	"$@" /usr/bin/python3 -m http.server --bind 127.0.0.1 --directory "$site" "$port" \
		>/dev/null 2>&1 3>&- &
	server=$!
	wait_for_port "$port"
}

# moved NAME EFFECT: the bytes that calls of that effect moved on sockets that were connected or
# accepted.
moved() {
	/usr/bin/python3 -c '
import json, sys
calls = [r for r in map(json.loads, open(sys.argv[1])) if r["type"] == "call"]
sockets = {r["socket"] for r in calls if r["effect"] == "connect"}
sockets |= {n["socket"] for r in calls if r["effect"] == "accept" for n in r.get("new", [])}
print(sum(r.get("bytes", 0) for r in calls if r["effect"] == sys.argv[2] and r["socket"] in sockets))
' "$(trace_file "$1")" "$2"
}

# What curl says it sent and received, headers and all.
counts='%{size_request} %{size_header} %{size_download}\n'

trace_client() {
	local request header download
	read -r request header download < <(
		trace client curl -s -o "$BATS_TEST_TMPDIR/traced" -w "$counts" "$url")
	cmp "$site/file" "$BATS_TEST_TMPDIR/traced"
	[ "$download" -eq 3000000 ]
	[ "$(moved client send)" -eq "$request" ]
	[ "$(moved client receive)" -eq $((header + download)) ]
}

@test "curl traced against nginx transfers the same bytes and the trace counts them all" {
	start_nginx
	trace_client
}

@test "curl traced against python's http.server transfers the same bytes and the trace counts them all" {
	start_python
	trace_client
}

@test "curl's output is the same with and without the tracer" {
	start_nginx
	curl -sv "$url" >"$BATS_TEST_TMPDIR/plain" 2>"$BATS_TEST_TMPDIR/plain.err"
	trace same curl -sv "$url" >"$BATS_TEST_TMPDIR/traced" 2>"$BATS_TEST_TMPDIR/traced.err"
	cmp "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/traced"
	diff <(grep -vE 'Date:|bytes data' "$BATS_TEST_TMPDIR/plain.err") <(grep -vE 'Date:|bytes data' "$BATS_TEST_TMPDIR/traced.err")
}

stop_server() {
	kill -"$1" "$server"
	wait "$server" || true
	server=
}

@test "python's http.server traced sends what curl gets, and the trace counts it all" {
	start_python "$SOCKTRACE" -q -o "$(trace_file server)" --
	local request header download
	read -r request header download < <(curl -s -o "$BATS_TEST_TMPDIR/got" -w "$counts" "$url")
	stop_server TERM
	cmp "$site/file" "$BATS_TEST_TMPDIR/got"
	[ "$(moved server send)" -eq $((header + download)) ]
	[ "$(moved server receive)" -eq "$request" ]
}

@test "nginx traced with its workers sends what curl gets, and the trace counts it all" {
	start_nginx "$SOCKTRACE" -q -o "$(trace_file server)" --
	local request header download
	read -r request header download < <(curl -s -o "$BATS_TEST_TMPDIR/got" -w "$counts" "$url")
	stop_server QUIT
	cmp "$site/file" "$BATS_TEST_TMPDIR/got"
	[ "$(moved server send)" -eq $((header + download)) ]
	[ "$(calls server "r['name'] if r['name'] == 'accept4' and 'new' in r else None" | wc -l)" -ge 1 ]
}

@test "a client that waits for a port nobody listens on sees the same error" {
	run -7 trace refused curl -s "$url"
	[ "$(calls refused "r['args'].get('value') if r['args'].get('option') == 'SO_ERROR' else r.get('error') if r['name'] == 'connect' and 'AF_INET' in str(r) else None" | tail -n 1)" = ECONNREFUSED ]
}
