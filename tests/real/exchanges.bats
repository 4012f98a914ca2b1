#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The exchanges of a trace are those that the servers themselves have logged or counted.

bats_require_minimum_version 1.5.0
load ../helper
load twice
load nginx
load openssh

setup() {
	setup_place
	# Told once, and traced.
	how=traced work=$place/work result=$place/result options=()
	mkdir "$result"
	mkdir -m 1777 "$work"
}

# tracer NAME: as in twice.bash, with $options.
tracer() {
	tracer=("${as[@]}" "$place/socktrace" -q "${options[@]}" -o "$place/traces/$1.jsonl" --)
}

teardown() {
	teardown_place
}

# exchanges NAME KIND [COUNTS]: compares those of the trace with the counts.
exchanges() {
	mv "$place/traces/$1.jsonl" "$(trace_file "$1")"
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/exchanges.py" "$SOCKVIEW" "$(trace_file "$1")" "${@:2}"
}

# exchanges_text NAME: the view.
exchanges_text() {
	"$SOCKVIEW" -v exchanges --full --width=200 "$(trace_file "$1")"
}

# visit: many connections with a request, few with many; answers without bodies, bodies that are sent.
visit() {
	local url=http://127.0.0.1:$port
	ab -q -n 200 -c 10 "$url/1000" >/dev/null 2>&1
	ab -q -k -n 300 -c 5 "$url/65536" >/dev/null 2>&1
	curl -s -Z --parallel-max 5 "$url/{1,65536,3000000,missing}?[1-30]" -o /dev/null
	curl -s -I "$url/1000" >/dev/null
	curl -s -T "$site/65536" "$url/upload" "$url/again" >/dev/null || true
}

# pipeline: all questions before the first answer.
pipeline() {
	/usr/bin/python3 - "$port" <<'END'
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s:
    lines = ("GET /1", "HEAD /1000", "GET /nowhere", "GET /65536", "DELETE /1")
    s.sendall("".join(line + " HTTP/1.1\r\nHost: x\r\n\r\n" for line in lines).encode())
    s.sendall(b"GET /1000 HTTP/1.0\r\n\r\n")
    while s.recv(65536): pass
END
}

@test "HTTP: the exchanges of nginx are those of its access log, bytes and order included" {
	make_site
	echo '<!--# echo var="uri" --> in chunks' >"$site/page"
	nginx_configuration "user $(id -un);" "default_type text/html; location /page { ssi on; }"
	sed -i "s/log_format.*/log_format counts '\$pid \$status \$request_length \$bytes_sent \$request';/" \
		"$work/nginx.conf"
	start_nginx
	visit
	pipeline
	curl -s "http://127.0.0.1:$port/page?[1-30]" >"$work/pages"
	grep -c '/page in chunks' "$work/pages"
	stop_nginx
	exchanges nginx http "$work/access.log"
}

# start_apache: as $server.
start_apache() {
	cat >"$work/apache.conf" <<END
ServerRoot $work
ServerName localhost
Listen 127.0.0.1:$port
PidFile $work/apache.pid
ErrorLog $work/error.log
DocumentRoot $site
StartServers 2
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LogFormat "%P %>s %I %O %r" counts
CustomLog $work/access.log counts
END
	[ "$(id -u)" -ne 0 ] || printf 'User nobody\nGroup nogroup\n' >>"$work/apache.conf"
	# It ends its process group with itself.
	start apache setsid "$(command -v apache2)" -f "$work/apache.conf" -DFOREGROUND
	wait_until listens "$port"
}

stop_apache() {
	kill -WINCH "$(cat "$work/apache.pid")"
	ended apache "$server"
}

@test "HTTP: the exchanges of Apache are those of its access log, bytes and order included" {
	make_site
	start_apache
	visit
	# nginx does not count the chunks of a body that it does not want.
	curl -s -H 'Transfer-Encoding: chunked' -d @"$site/65536" \
		"http://127.0.0.1:$port/chunks?[1-30]" >"$work/refused"
	stop_apache
	exchanges apache http "$work/access.log" peeked
}

@test "HTTP: Apache's answers that are sent in one call are told apart where it is kept" {
	make_site
	options=(--payload=8192)
	start_apache
	pipeline
	stop_apache
	exchanges apache http "$work/access.log" together
}

# start_redis: as $server.
start_redis() {
	start redis redis-server --bind 127.0.0.1 --port "$port" --dir "$work" --save '' --daemonize no \
		--logfile "$work/log"
	wait_until redis_answers
}

redis_answers() {
	[ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]
}

stop_redis() {
	redis-cli -p "$port" info commandstats >"$work/commandstats"
	redis-cli -p "$port" shutdown nosave
	ended redis "$server"
}

# Values of any size, answers in answers, errors, what is queued, blocked, pushed, and RESP3.
talk_to_redis() {
	redis-cli -p "$port" <<END >"$work/answers"
SET key value
LPUSH key value
LRANGE key 0
NOSUCHCOMMAND key
CONFIG GET max*
CONFIG GET appendonly
HELLO 3
HSET hash a 1 b 2
HGETALL hash
MULTI
INCR count
SET other 1
EXEC
DISCARD
COMMAND INFO get
CLIENT NO-EVICT on
XADD stream * a b
XRANGE stream - +
BLPOP nothing 0.01
EVAL "return 1" 0
END
	head -c 300000 /dev/urandom | redis-cli -p "$port" -x set large
	redis-cli -p "$port" get large >/dev/null
	seq -f 'key:%g value' 1000 | xargs redis-cli -p "$port" mset >/dev/null
	redis-cli -p "$port" --json mget key:1 key:2 >/dev/null
	/usr/bin/python3 - "$port" <<'END'
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s:
    s.sendall(b"PING\r\nset inline value\r\n\r\nGET inline\r\n")
    data = b""
    while data.count(b"\n") < 4: data += s.recv(1000)
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s, \
        socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as other:
    s.sendall(b"*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n")
    while data.count(b"subscribe") < 2: data += s.recv(1000)
    for i in range(5):
        other.sendall(b"*3\r\n$7\r\nPUBLISH\r\n$1\r\na\r\n$2\r\nhi\r\n")
        other.recv(1000)
    s.sendall(b"*1\r\n$4\r\nPING\r\n")
    while b"pong" not in data: data += s.recv(1000)
    assert data.count(b"message") == 5
END
}

@test "Redis: commands are those of INFO commandstats, with their failures" {
	start_redis
	redis-benchmark -h 127.0.0.1 -p "$port" -n 500 -c 10 --csv -t \
		ping,set,get,incr,lpush,rpush,lpop,sadd,hset,spop,zadd,lrange_100,mset >"$work/benchmark"
	talk_to_redis
	stop_redis
	exchanges redis redis "$work/commandstats" message message message message message
}

@test "Redis: pipelined commands are those of INFO commandstats where their bytes are kept" {
	options=(--payload=65536)
	start_redis
	redis-benchmark -h 127.0.0.1 -p "$port" -n 4000 -c 5 -P 16 --csv -t ping,set,get,lrange_100 \
		>"$work/benchmark"
	talk_to_redis
	stop_redis
	exchanges redis redis "$work/commandstats" message message message message message
}

# start_postgresql: as $server, and its database has what pgbench wants.
start_postgresql() {
	bin=$(echo /usr/lib/postgresql/*/bin)
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
	# It asks where it is, and may not go where the tests are.
	cd "$place"
	echo secret >"$work/password"
	"${as[@]}" "$bin/initdb" -D "$work/data" -U postgres --auth-host=scram-sha-256 \
		--pwfile="$work/password" --no-sync >/dev/null
	start postgresql "$bin/postgres" -D "$work/data" -p "$port" -k "$work" -c fsync=off \
		-c listen_addresses=127.0.0.1 -c shared_preload_libraries=pg_stat_statements \
		-c shared_buffers=16MB -c autovacuum=off >"$work/postgres.log" 2>&1
	export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGPASSWORD=secret PGDATABASE=postgres
	wait_until "$bin/pg_isready" -q
	"$bin/pgbench" -i -q --unlogged-tables >/dev/null 2>&1
	ask_postgresql 'CREATE EXTENSION pg_stat_statements' 'SELECT pg_stat_statements_reset()' >/dev/null
}

# ask_postgresql STATEMENT...: one after the other.
ask_postgresql() {
	psql -X -At -F $'\t' "${@/#/--command=}"
}

stop_postgresql() {
	ask_postgresql "SELECT calls, regexp_replace(query, '\\s+', ' ', 'g') FROM pg_stat_statements" >"$work/statements"
	"${as[@]}" "$bin/pg_ctl" -D "$work/data" -m fast stop >/dev/null
	ended postgresql "$server"
}

# In all three protocols, with errors, copies both ways, and a result of a megabyte. pg_stat_statements counts
# BEGIN and END only once where they are prepared.
talk_to_postgresql() {
	cat >"$work/script" <<END
\\set aid random(1, 100000)
UPDATE pgbench_accounts SET abalance = abalance + :aid WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, :aid, 5, CURRENT_TIMESTAMP);
END
	"$bin/pgbench" -n -M simple -c 3 -t 50 >"$work/pgbench" 2>&1
	"$bin/pgbench" -n -M extended -c 3 -t 50 >"$work/pgbench" 2>&1
	"$bin/pgbench" -n -M prepared -c 3 -t 50 -f "$work/script" >"$work/pgbench" 2>&1
	ask_postgresql 'CREATE TABLE t (a int)' 'SELECT 1 / 0' 'COPY t FROM STDIN' 'COPY t TO STDOUT' \
		"SELECT repeat('x', 1000000)" 'nonsense' <<<$'1\n2\n3' >"$work/answers" 2>&1 || true
	"$bin/pgbench" -i -I g -q >/dev/null 2>&1
}

@test "PostgreSQL: statements are those of pg_stat_statements, in each protocol" {
	start_postgresql
	talk_to_postgresql
	stop_postgresql
	exchanges postgresql postgresql "$work/statements"
}

@test "PostgreSQL: pipelined statements are those of pg_stat_statements where their bytes are kept" {
	options=(--payload=65536)
	start_postgresql
	talk_to_postgresql
	cat >"$work/pipeline" <<END
\\startpipeline
SELECT abalance FROM pgbench_accounts WHERE aid = 1;
SELECT tbalance FROM pgbench_tellers WHERE tid = 2;
UPDATE pgbench_branches SET bbalance = bbalance + 1 WHERE bid = 1;
\\endpipeline
END
	for protocol in extended prepared; do
		"$bin/pgbench" -n -M "$protocol" -c 3 -t 50 -f "$work/pipeline" >"$work/pgbench" 2>&1
	done
	stop_postgresql
	exchanges postgresql postgresql "$work/statements"
}

# start_dnsmasq NAME PORT OPTION...
start_dnsmasq() {
	start "$1" dnsmasq --keep-in-foreground --conf-file=/dev/null --port="$2" --listen-address=127.0.0.1 \
		--bind-interfaces --no-resolv --no-hosts --user="$(id -un)" --group="$(id -gn)" --pid-file= \
		--log-queries --log-facility="$work/$1.log" --log-async=0 --cache-size=0 "${@:3}"
	wait_until listens "$2"
}

@test "DNS: what dnsmasq is asked and asks is what its log says, over UDP and TCP" {
	local other
	other=$(free_port)
	start_dnsmasq behind "$other" --address=/behind.test/192.0.2.7 --local=/nowhere.behind.test/
	behind=$server
	start_dnsmasq dnsmasq "$port" --address=/here.test/192.0.2.1 --address=/here.test/2001:db8::1 \
		--mx-host=here.test,mail.here.test --local=/nowhere.test/ --server="/behind.test/127.0.0.1#$other" \
		--txt-record="large.here.test$(printf ',%0200d' 1 2 3 4 5 6)"
	{
		for name in here.test a.here.test nowhere.test x.nowhere.test www.behind.test; do
			printf '%s A\n%s AAAA\n%s MX\n' $name $name $name
		done
		echo large.here.test TXT +noedns
		echo large.here.test TXT +noedns +ignore
		echo HERE.test A
	} >"$work/names"
	dig @127.0.0.1 -p "$port" -f "$work/names" >"$work/answers"
	dig @127.0.0.1 -p "$port" +tcp +keepopen -f "$work/names" >>"$work/answers"
	kill "$server"
	ended dnsmasq "$server"
	kill "$behind"
	ended behind "$behind"
	exchanges behind dnsmasq "$work/behind.log"
	exchanges dnsmasq dnsmasq "$work/dnsmasq.log" "$work/answers"
}

@test "TLS: handshakes have the names and versions that nginx has logged, and what follows has no names" {
	make_site
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=a.test \
		-keyout "$place/key" -out "$place/certificate" 2>/dev/null
	nginx_configuration "user $(id -un);" "ssl_certificate $place/certificate; ssl_certificate_key $place/key;
		ssl_protocols TLSv1.2 TLSv1.3;"
	sed -i "s/listen [^;]*/& ssl/; s/log_format.*/log_format counts '\$ssl_protocol \$ssl_server_name \$ssl_alpn_protocol';/" \
		"$work/nginx.conf"
	start_nginx
	for name in a.test b.c.test; do
		for options in --tlsv1.3 '--tls-max 1.2' '--http1.0 --tls-max 1.2' '--tlsv1.3 --ciphers DEFAULT'; do
			# shellcheck disable=SC2086 # words are meant
			curl -s -k $options --resolve "$name:$port:127.0.0.1" "https://$name:$port/65536" | cmp - "$site/65536"
		done
		printf 'GET /1 HTTP/1.0\r\n\r\n' | openssl s_client -quiet -connect "127.0.0.1:$port" \
			-servername "$name" -alpn http/1.1 -tls1_2 >"$work/answer" 2>/dev/null || true
	done
	stop_nginx
	exchanges nginx tls "$work/access.log"
}

@test "SSH: banners are those of ssh and sshd" {
	make_keys
	start_sshd
	traced ssh ssh -v -F "$place/ssh_config" host 'head -c 100000 /dev/zero' 2>"$work/words" >"$work/zeros"
	equal "$(wc -c <"$work/zeros")" 100000
	stop_sshd
	local here there
	here=$(sed -n 's/^debug1: Local version string //p' "$work/words" | tr -d '\r')
	there=$(sed -n 's/^debug1: Remote protocol version 2.0, remote software version /SSH-2.0-/p' "$work/words" | tr -d '\r')
	exchanges ssh ssh "$here" "$there"
	exchanges sshd ssh "$here" "$there"
}
