#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# curl and the servers it talks to: once without socktrace, once with both ends traced.

bats_require_minimum_version 1.5.0
load ../helper
load twice
load nginx

setup() {
	setup_place
	make_site
	url=http://127.0.0.1:$port
	# What curl says it sent and received: headers, and bodies.
	counts='counts %{size_request} %{size_upload} %{size_header} %{size_download}\n'
}

teardown() {
	teardown_place
}

start_receiver() {
	start receiver /usr/bin/python3 tests/real/receiver.py "$port" "$result"
	receiver=$server
	wait_until listens "$port"
}

stop_receiver() {
	curl -s -X DELETE "$url/end"
	ended receiver "$receiver"
}

# counted NAME: what curl's lines of $counts say it moved, the trace says too.
counted() {
	local sent received
	read -r sent received < <(
		awk '$1 == "counts" { s += $2 + $3; r += $4 + $5 } END { print s, r }' "$result/$1.output")
	equal "$(moved "$1" send)" "$sent"
	equal "$(moved "$1" receive)" "$received"
}

# ends_agree CLIENT SERVER: each has received what the other has sent.
ends_agree() {
	equal "$(moved "$1" send)" "$(moved "$2" receive)"
	equal "$(moved "$1" receive)" "$(moved "$2" send)"
}

make_certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
		-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
		-keyout "$place/key" -out "$place/certificate"
}

start_nginx_with_tls() {
	nginx_configuration "" "ssl_certificate $place/certificate; ssl_certificate_key $place/key;"
	sed -i 's/listen [^;]*/& ssl/' "$work/nginx.conf"
	start_nginx
}

@test "curl downloads from nginx, and both traces count what curl counts" {
	story() {
		nginx_configuration "" ""
		start_nginx
		noted curl curl -sv -w "$counts" "$url/3000000" -o "$result/file" 2>"$work/words"
		grep -vE '^[*] +Trying|Date:|bytes data' "$work/words" >"$result/words"
		stop_nginx
	}
	twice story
	cmp "$site/3000000" "$result/file"
	counted curl
	ends_agree curl nginx
}

@test "curl gets eighty files on parallel connections" {
	story() {
		nginx_configuration "" ""
		start_nginx
		noted curl curl -s -Z --parallel-max 20 -w "$counts" \
			"$url/{1,1000,65536,missing}?[1-20]" -o "$result/#1.#2"
		sort -o "$result/curl.output" "$result/curl.output"
		stop_nginx
	}
	twice story
	equal "$(find "$result" -name '*.[0-9]*' | wc -l)" 80
	counted curl
	ends_agree curl nginx
}

@test "curl uploads by PUT, by POST, in chunks and as a form" {
	story() {
		start_receiver
		noted put curl -s -T "$site/3000000" "$url/put" -w "$counts"
		noted post curl -s --data-binary "@$site/65536" "$url/post" -w "$counts"
		noted chunks curl -s -H 'Transfer-Encoding: chunked' -T "$site/65536" "$url/chunks"
		traced pipe curl -s -T - "$url/pipe" <"$site/3000000" >"$result/pipe.output"
		noted form curl -s -F "file=@$site/1000" "$url/form"
		# The boundary is made by chance.
		wc -c <"$result/form" >"$result/form.size"
		rm "$result/form"
		stop_receiver
	}
	twice story
	cmp "$site/3000000" "$result/put"
	cmp "$site/65536" "$result/post"
	cmp "$site/65536" "$result/chunks"
	cmp "$site/3000000" "$result/pipe"
	counted put
	counted post
	local sent=0
	for name in put post chunks pipe form; do
		sent=$((sent + $(moved "$name" send)))
	done
	# And what ends the server.
	[ "$(moved receiver receive)" -gt "$sent" ]
	[ "$(moved receiver receive)" -lt $((sent + 200)) ]
}

@test "curl's failures: a status, a missing file, a refusal, a short answer" {
	story() {
		start_receiver
		noted missing curl -sf "$url/status/404"
		noted upload curl -s -T "$site/missing" "$url/missing"
		stop_receiver
		noted refused curl -sS "$url/" 2>"$work/refused"
		sed 's/after [0-9]* ms/after/' "$work/refused" >"$result/refused.words"
		printf 'HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nfour' >"$work/answer"
		start short socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr" \
			"SYSTEM:read line; cat $work/answer"
		wait_until listens "$port"
		noted partial curl -s "$url/"
		ended short "$server"
	}
	twice story
	equal "$(cat "$result/missing.status")" 22
	equal "$(cat "$result/refused.status")" 7
	equal "$(cat "$result/partial.status")" 18
	# The connect did not wait: what became of it is asked for later.
	[ "$(calls refused 'if .args.option == "SO_ERROR" then .args.value
		else select(.name == "connect" and .args.address.family == "AF_INET").error // empty end' |
		tail -n 1)" = ECONNREFUSED ]
}

@test "curl over TLS to nginx, and a client that does not speak it" {
	make_certificate
	story() {
		start_nginx_with_tls
		noted known curl -s --cacert "$place/certificate" "https://127.0.0.1:$port/3000000" -o "$result/file"
		noted plain curl -s "$url/1"
		stop_nginx
	}
	twice story
	cmp "$site/3000000" "$result/file"
	[ "$(moved known receive)" -gt 3000000 ]
	equal "$(moved nginx send)" $(($(moved known receive) + $(moved plain receive)))
	equal "$(moved nginx receive)" $(($(moved known send) + $(moved plain send)))
	has_data plain "400 Bad Request"
	run ! has_data known "GET /3000000"
}

@test "curl over TLS refuses a certificate that it does not know" {
	make_certificate
	story() {
		start_nginx_with_tls
		noted unknown curl -sS "https://127.0.0.1:$port/1" 2>"$result/words"
		stop_nginx
	}
	twice story
	equal "$(cat "$result/unknown.status")" 60
}

@test "curl over TLS to openssl s_server, which ends by itself" {
	make_certificate
	story() {
		start openssl openssl s_server -accept "127.0.0.1:$port" -cert "$place/certificate" \
			-key "$place/key" -HTTP -naccept 2 -quiet >/dev/null 2>&1
		openssl=$server
		wait_until listens "$port"
		for version in 1.2 1.3; do
			noted "tls$version" curl -s --cacert "$place/certificate" "--tlsv$version" \
				--tls-max "$version" --http0.9 "https://127.0.0.1:$port/answer" -o "$result/$version"
		done
		ended openssl "$openssl"
	}
	printf 'HTTP/1.0 200 OK\r\n\r\nthe answer\n' >"$place/answer"
	cd "$place"
	twice story
	equal "$(moved openssl send)" $(($(moved tls1.2 receive) + $(moved tls1.3 receive)))
}

@test "python's http.server sends what curl gets, and both traces count it all" {
	story() {
		start python /usr/bin/python3 -m http.server --bind 127.0.0.1 --directory "$site" "$port" 2>"$work/words"
		local python=$server
		wait_until listens "$port"
		noted curl curl -s -w "$counts" "$url/{1,65536,3000000,missing}" -o "$result/#1"
		kill "$python"
		ended python "$python"
		sed 's/.* - - [^"]*//' "$work/words" >"$result/words"
	}
	twice story
	cmp "$site/3000000" "$result/3000000"
	counted curl
	ends_agree curl python
}
