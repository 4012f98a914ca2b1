#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# socat's kinds of addresses, each with a client and a server: what arrives, and how both end, is the
# same with and without socktrace.

bats_require_minimum_version 1.5.0
load ../helper
load twice

setup() {
	setup_place
	head -c 300000 /dev/urandom >"$place/file"
	head -c 1000 /dev/urandom >"$place/datagram"
}

teardown() {
	teardown_place
}

# both_ends READY SERVER CLIENT [FILE]: the server sends back what it gets, with a's as b's.
both_ends() {
	start server socat -t 10 "$2" SYSTEM:'tr a b' 2>"$work/server.words"
	wait_until eval "$1"
	traced client socat -t 10 - "$3" <"${4:-$place/file}" >"$result/got" 2>"$work/client.words"
	echo $? >"$result/client.status"
	ended server "$server"
}

# answered [FILE]: all of it came back.
answered() {
	cmp <(tr a b <"${1:-$place/file}") "$result/got"
}

# counted: all of it went each way, at each end.
counted() {
	equal "$(moved client send)" 300000
	equal "$(moved client receive)" 300000
	equal "$(moved server send)" 300000
	equal "$(moved server receive)" 300000
}

@test "TCP4" {
	story() {
		both_ends "listens $port" "TCP4-LISTEN:$port,bind=127.0.0.1,reuseaddr" "TCP4:127.0.0.1:$port"
	}
	twice story
	answered
	counted
}

@test "TCP6" {
	[ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6 || skip "no IPv6 on loopback"
	story() {
		both_ends "listens $port" "TCP6-LISTEN:$port,bind=[::1],reuseaddr" "TCP6:[::1]:$port"
	}
	twice story
	answered
	counted
	[ "$(calls client 'select(.effect == "connect").args.address.address')" = ::1 ]
}

@test "TCP with a child for each client, options and a bound source" {
	story() {
		start server socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork,max-children=5,nodelay,keepalive" \
			EXEC:'tr a b',pipes
		local parent=$server clients=()
		wait_until listens "$port"
		for i in 1 2 3 4 5; do
			traced "client$i" socat -t 10 - "TCP:127.0.0.1:$port,sndbuf=8192,linger=5" \
				<"$place/file" >"$result/got$i" &
			clients+=($!)
		done
		wait "${clients[@]}"
		kill "$parent"
		ended server "$parent"
	}
	twice story
	for i in 1 2 3 4 5; do
		cmp <(tr a b <"$place/file") "$result/got$i"
		equal "$(moved "client$i" receive)" 300000
	done
	equal "$(moved server receive)" 1500000
	equal "$(moved server send)" 1500000
}

# datagrams NAME: how often the datagram was sent or received; socat has sockets for itself, too.
datagrams() {
	count_calls "$1" '(.effect == "send" or .effect == "receive") and .bytes == 1000'
}

@test "UDP4, one datagram and its answer" {
	story() {
		start server socat "UDP4-RECVFROM:$port,bind=127.0.0.1" EXEC:'tr a b',pipes
		wait_until grep -q ":$(printf %04X "$port") " /proc/net/udp
		traced client socat -T 5 -t 5 "STDIO,ignoreeof" "UDP4:127.0.0.1:$port" <"$place/datagram" >"$result/got" &
		local client=$!
		wait_until test -s "$result/got"
		ended server "$server"
		kill "$client"
		wait "$client" || true
	}
	twice story
	answered "$place/datagram"
}

@test "UDP6 that sends only" {
	story() {
		start server socat -u "UDP6-RECV:$port,bind=[::1]" "OPEN:$result/got,creat"
		wait_until grep -q ":$(printf %04X "$port") " /proc/net/udp6
		noted client socat -u "OPEN:$place/datagram" "UDP6-SENDTO:[::1]:$port"
		wait_until test -s "$result/got"
		# socat's handler of signals is not safe while socat works: once it hung, untraced.
		sleep 0.3
		kill "$server"
		ended server "$server"
	}
	twice story
	cmp "$place/datagram" "$result/got"
	equal "$(datagrams client)" 1
	equal "$(datagrams server)" 1
}

@test "UNIX stream sockets, with a path and abstract" {
	story() {
		for kind in UNIX ABSTRACT; do
			start "server$kind" socat -t 10 "$kind-LISTEN:$place/socket" SYSTEM:'tr a b'
			wait_until grep -q "$place/socket" /proc/net/unix
			traced "client$kind" socat -t 10 - "$kind-CONNECT:$place/socket" <"$place/file" >"$result/$kind"
			ended "server$kind" "$server"
			rm -f "$place/socket"
		done
	}
	twice story
	cmp <(tr a b <"$place/file") "$result/UNIX"
	cmp <(tr a b <"$place/file") "$result/ABSTRACT"
	[ "$(calls clientUNIX 'select(.effect == "connect").args.address.path')" = "$place/socket" ]
	[ "$(calls clientABSTRACT 'select(.effect == "connect").args.address.abstract')" = "$place/socket" ]
}

@test "UNIX datagrams, with a path and abstract" {
	story() {
		for kind in UNIX ABSTRACT; do
			start "server$kind" socat -u "$kind-RECV:$place/socket" "OPEN:$result/$kind,creat"
			wait_until grep -q "$place/socket" /proc/net/unix
			noted "client$kind" socat -u "OPEN:$place/datagram" "$kind-SENDTO:$place/socket"
			wait_until test -s "$result/$kind"
			kill "$server"
			ended "server$kind" "$server"
			rm -f "$place/socket"
		done
	}
	twice story
	cmp "$place/datagram" "$result/UNIX"
	cmp "$place/datagram" "$result/ABSTRACT"
	equal "$(datagrams clientUNIX)" 1
	equal "$(datagrams serverABSTRACT)" 1
}

@test "socketpairs, pipes and pseudo-terminals to programs" {
	story() {
		traced pair socat -t 10 - EXEC:'tr a b' <"$place/file" >"$result/pair"
		traced pipes socat -t 1 - EXEC:'tr a b',pipes <"$place/file" >"$result/pipes"
		traced system socat -t 10 - SYSTEM:'tr a b | tr b a' <"$place/file" >"$result/system"
		# At the end of its input it may be gone before its child fails.
		mkfifo "$work/endless"
		traced failure socat - SYSTEM:'exit 3' 2>"$work/words" <>"$work/endless" ||
			echo $? >"$result/failure.status"
		traced terminal socat -t 5 - EXEC:'head -n 1',pty,rawer,ctty,setsid <<<"typed" >"$result/typed"
		start open socat "PTY,link=$work/terminal,rawer,wait-slave" EXEC:'sed -u y/a/b/',pipes
		wait_until test -e "$work/terminal"
		exec 9<>"$work/terminal"
		echo "a line" >&9
		read -r line <&9
		exec 9>&-
		echo "$line" >"$result/line"
		ended open "$server"
	}
	twice story
	cmp <(tr a b <"$place/file") "$result/pair"
	cmp <(tr a b <"$place/file") "$result/pipes"
	cmp <(tr ab aa <"$place/file") "$result/system"
	[ "$(cat "$result/typed")" = typed ]
	equal "$(cat "$result/failure.status")" 1
	[ "$(cat "$result/line")" = "b line" ]
	equal "$(calls pair 'select(.effect == "send").bytes' | awk '{ n += $1 } END { print n }')" 600000
}

@test "TLS" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
		-subj /CN=localhost -keyout "$place/key" -out "$place/certificate" 2>"$place/words"
	story() {
		both_ends "listens $port" \
			"OPENSSL-LISTEN:$port,bind=127.0.0.1,reuseaddr,cert=$place/certificate,key=$place/key,verify=0" \
			"OPENSSL:127.0.0.1:$port,cafile=$place/certificate,commonname=localhost"
	}
	twice story
	answered
	[ "$(moved client send)" -gt 300000 ]
	[ "$(moved server send)" -gt 300000 ]
}

@test "SCTP, as far as the kernel has it" {
	story() {
		start server socat "SCTP-LISTEN:$port,bind=127.0.0.1,reuseaddr" PIPE 2>"$work/words"
		for _ in $(seq 10); do
			noted client socat -t 10 "OPEN:$place/datagram!!CREATE:$result/got" \
				"SCTP:127.0.0.1:$port" 2>"$work/words.client"
			[ "$(cat "$result/client.status")" -ne 0 ] && kill -0 "$server" 2>/dev/null || break
			sleep 0.1
		done
		ended server "$server"
		sed 's/.*] //' "$work/words" >"$result/words"
	}
	twice story
}

@test "nobody listens, and a name that does not exist" {
	story() {
		noted refused socat - "TCP:127.0.0.1:$port" 2>"$work/refused"
		noted missing socat - "UNIX-CONNECT:$work/missing" 2>"$work/missing.words"
		sed 's/.*] //' "$work/refused" >"$result/words"
	}
	twice story
	equal "$(cat "$result/refused.status")" 1
	[ "$(calls refused 'select(.effect == "connect").error')" = ECONNREFUSED ]
	[ "$(calls missing 'select(.effect == "connect").error')" = ENOENT ]
}
