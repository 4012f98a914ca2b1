#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# redis-server answers, saves and reads back under socktrace what it does without.

bats_require_minimum_version 1.5.0
load ../helper
load twice

setup() {
	setup_place
}

teardown() {
	teardown_place
}

# start_redis NAME OPTION...: as $server, with its files in $work.
start_redis() {
	start "$1" redis-server --bind 127.0.0.1 --port "$port" --dir "$work" --save '' \
		--daemonize no --enable-debug-command yes --logfile "$work/log" "${@:2}"
	wait_until ready
}

ask() {
	redis-cli -p "$port" "$@"
}

ready() {
	[ "$(ask ping 2>/dev/null)" = PONG ]
}

# has TEXT: what INFO persistence says.
has() {
	ask info persistence | grep -q "$1"
}

# fill FROM: two hundred keys, lists and a hash, and one key that is large.
fill() {
	awk -v from="$1" 'BEGIN {
		for (i = from; i < from + 200; i++) {
			print "SET key:" i " " i * i
			print "RPUSH list:" i % 10 " " i
			print "HSET hash field:" i " value"
		}
		print "SETRANGE large:" from " 1000000 end"
	}' | ask | sort | uniq -c
}

contents() {
	ask dbsize
	ask debug digest
}

@test "redis answers redis-benchmark, and its own counts of bytes are those of the trace" {
	story() {
		start_redis redis
		local redis=$server
		traced benchmark redis-benchmark -h 127.0.0.1 -p "$port" -n 60 -c 20 --csv \
			-t set,get,incr,lpush,lrange_100,mset >"$work/benchmark"
		cut -d, -f1 "$work/benchmark" >"$result/benchmark"
		contents >"$result/contents"
		ask info commandstats | grep -oE '^cmdstat_(set|get|incr|lpush|lrange|mset):calls=[0-9]*' |
			sort >"$result/calls"
		exec 9<>"/dev/tcp/127.0.0.1/$port"
		# In one write, so that it has counted both when it answers.
		/usr/bin/printf 'INFO stats\r\nQUIT\r\n' >&9
		cat <&9 >"$work/last"
		exec 9>&-
		kill "$redis"
		ended redis "$redis"
	}
	twice story
	local input output
	input=$(sed -n 's/^total_net_input_bytes:\([0-9]*\).*/\1/p' "$place/work.traced/last")
	output=$(sed -n 's/^total_net_output_bytes:\([0-9]*\).*/\1/p' "$place/work.traced/last")
	equal "$(moved redis receive)" "$input"
	# It cannot have counted its last answers.
	equal "$(moved redis send)" $((output + $(wc -c <"$place/work.traced/last")))
	[ "$input" -gt "$(moved benchmark send)" ]
}

@test "redis saves in a child and rewrites its log in another, and reads all of it back" {
	story() {
		start_redis first --appendonly yes
		local redis=$server
		fill 0 >"$result/filled"
		ask bgsave
		wait_until has 'rdb_bgsave_in_progress:0'
		ask bgrewriteaof
		wait_until has 'aof_rewrite_in_progress:0'
		wait_until has 'aof_rewrite_scheduled:0'
		has 'rdb_last_bgsave_status:ok'
		has 'aof_last_bgrewrite_status:ok'
		fill 5000 >>"$result/filled"
		contents >"$result/before"
		kill "$redis"
		ended first "$redis"
		start_redis second --appendonly yes
		contents >"$result/after"
		ask shutdown nosave
		ended second "$server"
		# The snapshot has what there was before the rewriting.
		rm -r "$work/appendonlydir"
		start_redis third
		contents >"$result/snapshot"
		ask shutdown nosave
		ended third "$server"
	}
	twice story
	cmp "$result/before" "$result/after"
	equal "$(head -n 1 "$result/before")" 413
	equal "$(head -n 1 "$result/snapshot")" 212
	equal "$(grep -c '"event":"fork"' "$(trace_file first)")" 2
}

@test "redis that is killed has what it had logged" {
	story() {
		start_redis killed --appendonly yes --pidfile "$work/pid"
		local redis=$server
		fill 0 >"$result/filled"
		contents >"$result/before"
		kill -KILL "$(ask info server | tr -d '\r' | sed -n 's/^process_id://p')"
		ended killed "$redis"
		start_redis again --appendonly yes
		contents >"$result/after"
		ask shutdown nosave
		ended again "$server"
	}
	twice story
	cmp "$result/before" "$result/after"
	equal "$(cat "$result/killed.status")" 137
}

@test "redis sends messages to subscribers, over TCP and a UNIX socket, and a replica follows" {
	story() {
		start_redis redis --unixsocket "$work/socket" --repl-diskless-sync-delay 0
		local redis=$server first=$port
		fill 0 >"$result/filled"
		traced subscriber redis-cli -s "$work/socket" subscribe news >"$work/heard" </dev/null &
		local subscriber=$!
		servers+=("$subscriber")
		wait_until told
		ask publish news again >"$result/published"
		wait_until grep -q again "$work/heard"
		port=$(free_port)
		start_redis replica --replicaof 127.0.0.1 "$first"
		wait_until replicated
		contents >"$result/replica"
		ask shutdown nosave
		ended replica "$server"
		port=$first
		contents >"$result/contents"
		kill "$redis"
		ended redis "$redis"
		wait "$subscriber" || true
		sort -u "$work/heard" | grep -v '^[0-9]' >"$result/heard"
	}
	told() { [ "$(ask publish news once)" = 1 ]; }
	replicated() { ask info replication | grep -q 'master_link_status:up'; }
	twice story
	cmp "$result/contents" "$result/replica"
}
