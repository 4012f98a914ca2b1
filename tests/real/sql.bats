#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# docs/sql.md: every block is run, in its order, by the database that it is for, and what a question finds is
# counted in another way, too.

bats_require_minimum_version 1.5.0
load ../helper

# log NAME PROGRAM ARGUMENT...: of a program of tests/hints, which says when the machine has disturbed it.
log() {
	local name=$1 status
	for _ in {1..50}; do
		status=0
		"$SOCKTRACE" -q -o "logs/$name.jsonl" -- /usr/bin/python3 "$tests/hints/$2.py" "${@:3}" >/dev/null 2>&1 3>&- || status=$?
		[ "$status" -eq 75 ] || break
	done
	[ "$status" -eq 0 ] || { echo "$* ended with $status" && return 1; }
}

# Logs of three machines, one of them with a NUL in a payload and one that was cut short; and the tables beside them.
setup_file() {
	tests=$(realpath tests)
	PAGE=$(realpath docs/sql.md)
	FLEET=$BATS_FILE_TMPDIR/fleet
	export PAGE FLEET SOCKVIEW
	mkdir -p "$FLEET/logs" "$FLEET/bin"
	ln -s "$SOCKVIEW" "$FLEET/bin/sockview"
	export PATH=$FLEET/bin:$PATH
	cd "$FLEET"
	log web1-churn churn
	log web1-leak leak
	log web1-retransmitted retransmitted
	log web2-unread unread_close
	log web2-exit bytes_unread exit
	log web2-refused leak refused
	log web3-processes churn processes
	/usr/bin/python3 "$tests/viewer/exchange_logs.py" lookups >logs/db1-lookups.jsonl
	"$SOCKTRACE" -q -o logs/web3-registered.jsonl -- /usr/bin/python3 -c 'import contextlib, select, socket
epoll, waited = select.epoll(), socket.socket()
epoll.register(waited)
with contextlib.suppress(FileExistsError):
    epoll.register(waited)' 3>&-
	grep -q '"EEXIST"' logs/web3-registered.jsonl
	# The two ends of one connection, each in a log.
	/usr/bin/python3 "$tests/viewer/exchange_logs.py" turns >logs/web1-asks.jsonl
	/usr/bin/python3 "$tests/viewer/exchange_logs.py" server >logs/web2-answers.jsonl
	cp "$tests"/viewer/traces/{curl_nginx,outcomes}.jsonl logs
	for name in curl_nginx outcomes; do
		mv "logs/$name.jsonl" "logs/db1-$name.jsonl"
	done
	for log in logs/*.jsonl; do
		host=$(basename "${log%%-*}")
		sed -i "1s/\"host\":\"[^\"]*\"/\"host\":\"$host\"/" "$log"
	done
	grep -q '\\u0000' logs/db1-lookups.jsonl ||
		sed -i '0,/"text":"/s//"text":"\\u0000 and more text of some length /' logs/web2-unread.jsonl
	grep -q '\\u0000' logs/*.jsonl
	zstd -q --rm logs/web1-retransmitted.jsonl logs/db1-lookups.jsonl
	gzip logs/web1-churn.jsonl
}

# ask SECTION COUNT: its blocks; at least so many questions have an answer.
ask() {
	local answered
	cd "$FLEET"
	answered=$(/usr/bin/python3 "$BATS_TEST_DIRNAME/sql.py" "$1" "$PAGE")
	echo "$answered"
	[ "$answered" -ge "$2" ]
}

teardown() {
	[ -z "${server:-}" ] || { kill "$server" && wait "$server" || true; }
}

@test "the tables beside the logs" {
	ask 'Logs of many machines' 1
	for table in exchanges connections hints; do
		[ "$(find "$FLEET/logs" -name "*.$table.csv" -size +0 | wc -l)" -eq 13 ]
	done
}

@test "DuckDB answers ten questions" {
	export NODE_PATH=$BUILD/duckdb/node_modules
	"$BATS_TEST_DIRNAME/../modules.sh" duckdb 3>&- || skip "npm cannot bring DuckDB"
	ask DuckDB 10
}

@test "SQLite answers from tables" {
	ask SQLite 2
}

@test "PostgreSQL answers from JSONB" {
	place=$(mktemp -d /tmp/sockline-sql.XXXXXX)
	as=()
	[ "$(id -u)" -ne 0 ] || { as=(setpriv --reuid=postgres --regid=postgres --clear-groups) && chown postgres "$place"; }
	bin=$(echo /usr/lib/postgresql/*/bin)
	(cd "$place" && "${as[@]}" "$bin/initdb" -D "$place/data" -U postgres -A trust -N -E UTF8 --no-locale >/dev/null)
	export PGHOST=$place PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
	(cd "$place" && exec "${as[@]}" "$bin/postgres" -D "$place/data" -k "$place" -c listen_addresses= -c fsync=off) \
		>"$BATS_TEST_TMPDIR/postgres" 2>&1 3>&- &
	server=$!
	wait_until "$bin/pg_isready" -q
	ask PostgreSQL 4
	kill "$server" && wait "$server" || true
	server=
	rm -rf "$place"
}

@test "ClickHouse takes logs of many machines" {
	command -v clickhouse-server || skip "no clickhouse-server, which Debian 13 does not have"
	place=$BATS_TEST_TMPDIR/clickhouse port=$(free_port) http=$(free_port)
	mkdir "$place"
	cat >"$place/config.xml" <<EOX
<yandex>
<logger><level>error</level><console>1</console></logger>
<tcp_port>$port</tcp_port><http_port>$http</http_port><listen_host>127.0.0.1</listen_host>
<path>$place/data/</path><tmp_path>$place/tmp/</tmp_path><mark_cache_size>5368709120</mark_cache_size>
<users_config>$place/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
</yandex>
EOX
	cat >"$place/users.xml" <<EOX
<yandex>
<profiles><default/></profiles><quotas><default/></quotas>
<users><default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
</yandex>
EOX
	(cd "$place" && exec clickhouse-server --config-file="$place/config.xml") >"$BATS_TEST_TMPDIR/server" 2>&1 3>&- &
	server=$!
	# The client reads it where it is started.
	echo "<config><host>127.0.0.1</host><port>$port</port></config>" >"$FLEET/clickhouse-client.xml"
	cd "$FLEET"
	wait_until clickhouse-client --query='select 1'
	ask ClickHouse 4
}
