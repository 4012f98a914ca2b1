#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# nginx with workers serves under socktrace what it serves without.

bats_require_minimum_version 1.5.0
load ../helper
load twice
load nginx

setup() {
	setup_place
	make_site
}

teardown() {
	teardown_place
}

# workers: who the master's children run as, and how many they are.
workers() {
	ps -o user=,args= --ppid "$(cat "$work/nginx.pid")" | sort
}

children() {
	[ "$(workers | grep -c 'worker process$')" -eq 2 ] && ! workers | grep -q 'shutting down'
}

# load: many connections at a time, with a reload in the middle of them.
load_with_reload() {
	ab -q -n 300 -c 20 "http://127.0.0.1:$port/1000" >"$work/ab" 2>&1 &
	local ab=$!
	wait_until test -s "$work/access.log"
	kill -HUP "$(cat "$work/nginx.pid")"
	wait "$ab"
	grep -E '^(Complete requests|Failed requests|Total transferred|HTML transferred|Non-2xx)' \
		"$work/ab" >"$result/ab"
}

served_under_load() {
	start_nginx
	load_with_reload
	curl -s -Z --parallel-max 10 "http://127.0.0.1:$port/{1,65536,3000000,missing}?[1-10]" \
		-o "$result/#1.#2"
	wait_until children
	workers >"$result/workers"
	stop_nginx
}

# What the trace says is what nginx says.
counted() {
	equal "$(moved nginx receive)" "$(logged 2)"
	equal "$(moved nginx send)" "$(logged 3)"
	equal "$(grep -c '"event":"fork"' "$(trace_file nginx)")" 4
	equal "$(wc -l <"$result/access")" 340
}

@test "nginx as root, with workers of another user: load, a reload, a graceful end" {
	needs_root "to have workers of another user"
	story() {
		nginx_configuration "user nobody nogroup;" ""
		served_under_load
	}
	twice story
	equal "$(grep -c '^nobody ' "$result/workers")" 2
	counted
}

@test "nginx as an unprivileged user: load, a reload, a graceful end" {
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	story() {
		nginx_configuration "" ""
		served_under_load
	}
	twice story
	counted
}

@test "nginx with a socket for each worker, and connections that are kept" {
	story() {
		nginx_configuration "user root;" ""
		sed -i 's/listen [^;]*/& reuseport/' "$work/nginx.conf"
		start_nginx
		ab -q -k -n 200 -c 4 "http://127.0.0.1:$port/65536" >"$work/ab" 2>&1
		grep -E '^(Complete|Failed|Keep-Alive|HTML)' "$work/ab" >"$result/ab"
		stop_nginx
	}
	twice story
	equal "$(moved nginx send)" "$(logged 3)"
	equal "$(moved nginx receive)" "$(logged 2)"
}

@test "nginx replaces its program, which gets the listening socket, and the old one ends" {
	story() {
		# An old worker would say that it closes, a new one that it does not.
		nginx_configuration "user root;" "keepalive_timeout 0;"
		# It does so only when it is no longer the child of who started it.
		sed -i 's/daemon off/daemon on/' "$work/nginx.conf"
		start_nginx
		curl -s "http://127.0.0.1:$port/1000" -o "$result/before"
		local old
		old=$(cat "$work/nginx.pid")
		kill -USR2 "$old"
		wait_until test -s "$work/nginx.pid.oldbin"
		wait_until test -s "$work/nginx.pid"
		wait_until children
		kill -QUIT "$old"
		curl -s -Z "http://127.0.0.1:$port/1000?[1-20]" -o "$result/after.#1"
		wait_until test ! -e "$work/nginx.pid.oldbin"
		curl -s "http://127.0.0.1:$port/65536" -o "$result/last"
		stop_nginx
		wait_until test ! -e "$work/nginx.pid"
	}
	twice story
	equal "$(moved nginx send)" "$(logged 3)"
}
