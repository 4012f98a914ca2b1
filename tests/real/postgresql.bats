#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# PostgreSQL's processes, with and without socktrace: what a database has in the end is the same.

bats_require_minimum_version 1.5.0
load ../helper
load twice

setup() {
	setup_place
	bin=$(echo /usr/lib/postgresql/*/bin)
	as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
	# It asks where it is, and may not go where the tests are.
	cd "$place"
}

teardown() {
	teardown_place
}

start_postgres() {
	start "$1" "$bin/postgres" -D "$work/data" -p "$port" -k "$work" -c listen_addresses=127.0.0.1 \
		-c log_line_prefix= -c fsync=off -c shared_buffers=16MB -c max_connections=20 >"$work/$1.log" 2>&1
	postgres=$server
	wait_until ready
}

ready() {
	"$bin/pg_isready" -q -h 127.0.0.1 -p "$port"
}

# The server's process for the last client may not have ended yet, and says so when it is ended: it is waited for.
stop_postgres() {
	"${as[@]}" "$bin/pg_ctl" -D "$work/data" -m smart stop >/dev/null
	ended "$1" "$postgres"
}

ask() {
	psql -X -h 127.0.0.1 -p "$port" -U postgres -At "$@"
}

# dump: all that pgbench makes, in an order of its own; its history has times, too.
dump() {
	for table in accounts:aid tellers:tid branches:bid; do
		ask -c "copy (select * from pgbench_${table%:*} order by ${table#*:}) to stdout"
	done
	ask -c 'copy (select tid, bid, aid, delta from pgbench_history order by 1, 2, 3, 4) to stdout'
}

# fill NAME: by traced clients, on a UNIX socket and by TCP.
fill() {
	"${as[@]}" "$bin/pgbench" -h "$work" -p "$port" -i -q postgres >/dev/null 2>&1
	traced pgbench "$bin/pgbench" -h 127.0.0.1 -p "$port" -n -c 4 -j 2 -t 20 --random-seed=7 \
		postgres >"$work/pgbench"
	grep -E '^(number of|transaction type)' "$work/pgbench" >"$result/pgbench"
}

@test "PostgreSQL: initdb, pgbench by several clients, a restart" {
	story() {
		noted initdb "$bin/initdb" -D "$work/data" --no-sync --no-instructions
		sed -i "s|$work|WORK|g" "$result/initdb.output"
		start_postgres server
		fill
		noted psql psql -X -h 127.0.0.1 -p "$port" -U postgres -Atc 'select 6 * 7' \
			-c "select repeat('x', 1000000)" -c 'select 1 / 0' 2>"$result/psql.errors"
		dump >"$result/dump"
		stop_postgres server
		start_postgres again
		dump >"$result/again"
		stop_postgres again
	}
	twice story
	cmp "$result/dump" "$result/again"
	equal "$(head -n 1 "$result/psql.output")" 42
	equal "$(cat "$result/psql.status")" 1
	equal "$(wc -l <"$result/dump")" $((100000 + 10 + 1 + 80))
	[ "$(moved psql receive)" -gt 1000000 ]
	has_data psql "select 6 * 7"
	has_data server "select 6 * 7"
}

@test "PostgreSQL: a backend is killed, the server starts its processes again and has lost nothing" {
	story() {
		"${as[@]}" "$bin/initdb" -D "$work/data" --no-sync >/dev/null
		start_postgres server
		fill
		dump >"$result/before"
		mkfifo "$work/pid"
		ask -c 'select pg_backend_pid()' -c 'select pg_sleep(100)' >"$work/pid" 2>"$work/lost" &
		local client=$! backend
		read -r backend <"$work/pid"
		kill -KILL "$backend"
		ended client "$client"
		wait_until grep -q 'all server processes terminated; reinitializing' "$work/server.log"
		wait_until ready
		dump >"$result/after"
		stop_postgres server
		grep -E '^(LOG|FATAL|WARNING): .*(was terminated|terminating|reinitializing|interrupted|not properly|ready)' \
			"$work/server.log" | sed -E 's/[0-9]{2,}//g; s/;.*UTC$//' | sort -u >"$result/log"
	}
	twice story
	cmp "$result/before" "$result/after"
	grep -q 'was terminated by signal 9' "$result/log"
	grep -q '"event":"exit".*"signal":"SIGKILL"' "$(trace_file server)"
}
