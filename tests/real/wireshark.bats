#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What tshark reads in the packets of sockview -v pcapng is what the traced programs said.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	unset SSLKEYLOGFILE
	place=$BATS_TEST_TMPDIR
	port=$(free_port)
	# shellcheck disable=SC2089,SC2090 # words are meant
	export tls="/usr/bin/python3 -B $PWD/tests/tracer/targets/tls.py"
}

teardown() {
	[ "$place" = "$BATS_TEST_TMPDIR" ] || rm -rf "$place"
}

# listens PORT: somebody does; asked without any socket.
listens() {
	grep -q ":$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp
}

# traced COMMAND [OPTION...]: a shell's, with all programs that it starts, into $trace and $packets.
traced() {
	trace=$(trace_file both) packets=$place/both.pcapng
	(cd "$place" && port=$port timeout 120 "$SOCKTRACE" -q --payload=all "${@:2}" -o "$trace" -- bash -euc "$(declare -f wait_until listens)
$1") 3>&-
	run -0 --separate-stderr "$SOCKVIEW" -o "$packets" "$trace"
	echo "$stderr"
	[ -z "$stderr" ]
	"$SOCKVIEW" -v pcapng --format=json "$trace" >"$place/json"
	/usr/bin/python3 tests/viewer/pcapng.py "$packets" "$place/json"
}

# read_packets OPTION...: by tshark, into $output.
read_packets() {
	run -0 --separate-stderr tshark -r "$packets" "$@"
	echo "$output"
}

# compared: what tshark says of TCP with the trace.
compared() {
	run -0 /usr/bin/python3 -B tests/real/wireshark.py "$SOCKVIEW" "$trace" "$packets"
	echo "$output"
}

# web MORE: the configuration of nginx, with files of some sizes.
web() {
	mkdir "$place/site"
	for size in 1 1000 300000; do
		head -c "$size" /dev/urandom >"$place/site/$size"
	done
	cat >"$place/nginx.conf" <<END
daemon off; master_process off; pid $place/nginx.pid; error_log $place/error.log;
events {}
http {
	access_log off; client_body_temp_path $place/body; proxy_temp_path $place/proxy;
	fastcgi_temp_path $place/fastcgi; uwsgi_temp_path $place/uwsgi; scgi_temp_path $place/scgi;
	server { $1; root $place/site; }
}
END
}

@test "HTTP: requests, answers and connections are those of curl and nginx, each once" {
	web "listen 127.0.0.1:$port; sendfile off"
	# shellcheck disable=SC2016 # the traced shell's
	traced 'nginx -c "$PWD/nginx.conf" -e "$PWD/error.log" & wait_until listens $port
		for name in 1 1000 300000 missing; do curl -s "http://127.0.0.1:$port/$name" -o "got.$name"; done
		curl -s "http://127.0.0.1:$port/1" "http://127.0.0.1:$port/1000" -o /dev/null -o /dev/null
		kill -QUIT "$(cat nginx.pid)"; wait'
	cmp "$place/site/300000" "$place/got.300000"
	compared
	read_packets -d "tcp.port==$port,http" -Y http.request -T fields -e http.request.uri
	[ "$output" = $'/1\n/1000\n/300000\n/missing\n/1\n/1000' ]
	read_packets -d "tcp.port==$port,http" -Y http.response -T fields -e http.response.code
	[ "$output" = $'200\n200\n200\n404\n200\n200' ]
	read_packets -Y 'frame.comment contains "curl"' -c 1 -T fields -e frame.comment
	[[ "$output" =~ ^curl\ [0-9]+\ fd\ [0-9]+\ socket\ [0-9]+:\ connect\ =\ -1\ EINPROGRESS$ ]]
}

@test "what the sender had in no buffer is known from the receiver" {
	web "listen 127.0.0.1:$port; sendfile on"
	# shellcheck disable=SC2016 # the traced shell's
	traced 'nginx -c "$PWD/nginx.conf" -e "$PWD/error.log" & wait_until listens $port
		curl -s "http://127.0.0.1:$port/300000" -o got; kill -QUIT "$(cat nginx.pid)"; wait'
	grep -q '"name":"sendfile"' "$trace"
	compared
	tshark -r "$packets" -q -d "tcp.port==$port,http" --export-objects "http,$place/objects"
	cmp "$place/site/300000" "$place/objects/300000"
}

@test "a UNIX socket: what is said is dissected" {
	web "listen unix:$place/socket"
	# shellcheck disable=SC2016 # the traced shell's
	traced 'nginx -c "$PWD/nginx.conf" -e "$PWD/error.log" & wait_until test -S socket
		curl -s --unix-socket socket "http://localhost/1000" -o got; kill -QUIT "$(cat nginx.pid)"; wait'
	read_packets -q -z expert,warn
	[ -z "${output//[[:space:]]/}" ]
	read_packets -Y http.request -T fields -e http.request.uri
	[ "$output" = /1000 ]
	read_packets -Y http.response -T fields -e http.response.code
	[ "$output" = 200 ]
}

@test "DNS: a question, its answer and the name" {
	# shellcheck disable=SC2016 # the traced shell's
	traced 'dnsmasq -C /dev/null --no-daemon --no-resolv --no-hosts --listen-address=127.0.0.1 --bind-interfaces \
			--port="$port" --pid-file="$PWD/dnsmasq.pid" --user="$(id -un)" \
			--address=/name.test/192.0.2.7 --address=/name.test/2001:db8::7 2>/dev/null &
		wait_until listens $port
		dig @127.0.0.1 -p "$port" name.test A +short >got; dig @127.0.0.1 -p "$port" name.test AAAA +short >>got
		kill $!; wait || true'
	[ "$(cat "$place/got")" = $'192.0.2.7\n2001:db8::7' ]
	read_packets -q -z expert,warn
	[ -z "${output//[[:space:]]/}" ]
	read_packets -d "udp.port==$port,dns" -Y dns -T fields -e dns.flags.response -e dns.qry.name -e dns.a -e dns.aaaa
	# tshark 4.4 has words for it.
	[ "$(sed 's/^False/0/; s/^True/1/' <<<"$output")" = $'0\tname.test\t\t\n1\tname.test\t192.0.2.7\t\n0\tname.test\t\t\n1\tname.test\t\t2001:db8::7' ]
	# Both ends of each, one packet.
	[ "$(jq '[.packets[] | select(.kind == "udp")] | length' "$place/json")" -eq 4 ]
	[ "$(jq -c .names "$place/json")" = '[{"address":"192.0.2.7","name":"name.test"},{"address":"[2001:db8::7]","name":"name.test"}]' ]
	grep -aq 'name\.test' "$packets"
}

@test "Redis: commands and answers" {
	# shellcheck disable=SC2016 # the traced shell's
	traced 'redis-server --port "$port" --bind 127.0.0.1 --save "" --daemonize no --dir "$PWD" >/dev/null & wait_until listens $port
		redis-cli -p "$port" set key value >got; redis-cli -p "$port" get key >>got
		kill $!; wait || true'
	[ "$(cat "$place/got")" = $'OK\nvalue' ]
	compared
	# Said in the command, and in the answer.
	read_packets -d "tcp.port==$port,resp" -Y 'resp.bulk_string.value contains "value"' -T fields -e tcp.dstport
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[0]}" = "$port" ]
	[ "${lines[1]}" != "$port" ]
}

@test "Redis on a UNIX socket" {
	# shellcheck disable=SC2016 # the traced shell's
	traced 'redis-server --port 0 --unixsocket s --save "" --daemonize no --dir "$PWD" >/dev/null &
		until redis-cli -s s ping >/dev/null 2>&1; do sleep 0.05; done
		redis-cli -s s set key value >got; kill $!; wait || true'
	[ "$(cat "$place/got")" = OK ]
	read_packets -Y 'resp.bulk_string.value contains "value"' -T fields -e resp.bulk_string.value
	[ "$output" = 736574,6b6579,76616c7565 ] # set, key, value
}

@test "PostgreSQL: questions, rows and errors" {
	local bin as=
	bin=$(echo /usr/lib/postgresql/*/bin)
	# Root may not run it, and its own user has to get there.
	place=$(mktemp -d "${TMPDIR:-/tmp}/sockline-wireshark.XXXXXX")
	[ "$(id -u)" -ne 0 ] || { as='setpriv --reuid=postgres --regid=postgres --clear-groups' && chown postgres "$place"; }
	# shellcheck disable=SC2086 # words are meant
	(cd "$place" && $as "$bin/initdb" -D "$place/data" -U postgres -A trust -N >/dev/null)
	export bin as
	# shellcheck disable=SC2016 # the traced shell's
	traced '$as "$bin/postgres" -D "$PWD/data" -k "$PWD" -p "$port" -c listen_addresses=127.0.0.1 -c fsync=off >log 2>&1 &
		wait_until grep -q "ready to accept connections" log
		psql -X -h 127.0.0.1 -p "$port" -U postgres -At -c "select 6 * 7 as answer" -c "select 1 / 0" postgres >got || true
		kill $!; wait || true'
	[ "$(cat "$place/got")" = 42 ]
	compared
	read_packets -d "tcp.port==$port,pgsql" -Y pgsql.query -T fields -e pgsql.query
	[ "$output" = $'select 6 * 7 as answer\nselect 1 / 0' ]
	read_packets -d "tcp.port==$port,pgsql" -Y pgsql.val.data -T fields -e pgsql.col.name -e pgsql.val.data
	[ "$output" = $'answer\t3432' ]
	read_packets -d "tcp.port==$port,pgsql" -Y 'pgsql.code == "22012"' -T fields -e pgsql.message
	[ "$output" = "division by zero" ]
}

@test "TLS: with its keys what Python and curl ask over it is plain, and without them it is not" {
	# shellcheck disable=SC2016 # the traced shell's
	traced '$tls talk 2; $tls serve 1 >at & wait_until test -s at
		curl -sk "https://127.0.0.1:$(cat at)/curl" -o got; wait' --keys
	[ "$(cat "$place/got")" = hello ]
	compared
	[ "$output" -eq 3 ]
	read_packets -Y http.request -T fields -e http.request.uri
	[ "$output" = $'/\n/\n/curl' ]
	read_packets -Y 'http.response.code == 200 && http.file_data contains "hello"' -T fields -e tls.record.version
	[ "${#lines[@]}" -eq 3 ]
	read_packets -q -z follow,tls,ascii,2
	[[ "$output" == *"GET /curl HTTP/1.1"*hello* ]]
	for what in data addresses; do
		run -0 --separate-stderr "$SOCKVIEW" --redact=$what -o "$packets" "$trace"
		[[ "$stderr" == *"no TLS can be decrypted, as keys were taken out of the trace" ]]
		run -1 grep -a TRAFFIC_SECRET "$packets"
	done
	grep -v '^{"type":"keys"' "$trace" >"$place/without"
	run -0 "$SOCKVIEW" -o "$packets" "$place/without"
	read_packets -Y http
	[ -z "$output" ]
}

@test "TLS that comes through a pipe is decrypted while the program runs" {
	mkfifo "$place/packets" "$place/go"
	tshark -l -r - -Y http.response -T fields -e http.response.code <"$place/packets" >"$place/seen" 2>/dev/null 3>&- &
	local reader=$!
	# shellcheck disable=SC2016 # the traced shell's
	"$SOCKTRACE" -q --keys --payload=all -o "|'$SOCKVIEW' -v pcapng >'$place/packets'" -- \
		bash -c '$tls talk 1; $tls talk 20; cat "$1"' - "$place/go" 3>&- &
	local traced=$!
	all_are_seen() { [ "$(grep -c 200 "$place/seen")" -eq 21 ]; }
	wait_until all_are_seen
	: >"$place/go"
	wait "$traced"
	wait "$reader"
	all_are_seen
}

@test "connections that end by halves, are looked at, thrown away, passed on, shared, or of two families" {
	cat >"$place/ends.py" <<'END'
import array, os, socket

def pair(family=socket.AF_INET, host="127.0.0.1", to=None):
    with socket.socket(family) as listening:
        listening.bind((host, 0))
        listening.listen()
        asks = socket.create_connection((to or host, listening.getsockname()[1]))
        return asks, listening.accept()[0]

asks, answers = pair()  # the asker says no more before the answer comes
asks.sendall(b"question")
asks.shutdown(socket.SHUT_WR)
while answers.recv(100): pass
answers.sendall(b"late answer")
answers.close()
while asks.recv(5): pass
asks.close()
asks, answers = pair()  # what is looked at is there still; what is thrown away is not
asks.sendall(b"looked at")
answers.recv(6, socket.MSG_PEEK)
answers.recv(100)
asks.sendall(b"thrown away")
answers.recv(100, socket.MSG_TRUNC)
asks.close()
answers.recv(1)
answers.close()
asks, answers = pair(socket.AF_INET6, "::", "127.0.0.1")  # one end is of IPv4
asks.sendall(b"mapped")
answers.recv(100)
answers.sendall(b"yes")
asks.recv(100)
answers.close()
asks.recv(1)
asks.close()
one, other = socket.socketpair()  # passed to another process, which ends it; the asker has two
asks, answers = pair(socket.AF_INET6, "::1")
if os.fork() == 0:
    asks.sendall(b"from a child")
    asks.close()
    del answers
    descriptors = array.array("i", other.recvmsg(1, 100)[1][0][2])
    with socket.socket(fileno=descriptors[0]) as passed:
        passed.recv(100)
        passed.sendall(b"from who was given it")
    os._exit(0)
one.sendmsg([b"F"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [answers.fileno()]))])
answers.close()
asks.recv(100)
os.wait()
asks.recv(1)
END
	traced '/usr/bin/python3 ends.py'
	compared
	[ "$output" = 4 ]
	read_packets -Y 'tcp.flags.fin == 1' -T fields -e tcp.stream
	[ "$(sort -n <<<"$output" | uniq -c | tr -s ' ' | paste -sd ,)" = ' 2 0, 2 1, 2 2, 2 3' ]
}

@test "packets come through a pipe while the program runs" {
	mkfifo "$place/packets" "$place/go"
	tshark -l -r - <"$place/packets" >"$place/seen" 2>/dev/null 3>&- &
	local reader=$!
	# shellcheck disable=SC2016 # the traced program's
	"$SOCKTRACE" -q --payload=all -o "|'$SOCKVIEW' -v pcapng >'$place/packets'" -- /usr/bin/python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname()); a, _ = s.accept()
c.sendall(b"question"); a.recv(100); a.sendall(b"answer"); c.recv(100)
open(sys.argv[1]).read()
c.close(); a.recv(1)' "$place/go" 3>&- &
	local traced=$!
	wait_until grep -q 'PSH, ACK.*Len=6' "$place/seen"
	run -1 grep -q FIN "$place/seen"
	: >"$place/go"
	wait "$traced"
	wait "$reader"
	grep -q 'FIN, ACK' "$place/seen"
}
