#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --format=csv: each table of each view of each trace is what JSON has of it.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

told=$BATS_TEST_TMPDIR/told

setup() {
	mkdir "$told"
}

tables_of() {
	case $1 in
	overview) echo talks threads waiting hints exchanges ;;
	socket) echo sockets life reports options holders ;;
	calls) echo calls ;;
	summary) echo connections sockets calls errors ;;
	exchanges) echo exchanges peers ;;
	hints) echo hints calls ;;
	esac
}

# show FILE OPTION...: into it; what is said of bad lines is not looked at.
show() {
	local status=0
	"$SOCKVIEW" "${@:2}" >"$told/$1" 2>"$BATS_TEST_TMPDIR/said" || status=$?
	[ "$status" -le 1 ] || { cat "$BATS_TEST_TMPDIR/said" && return 1; }
}

# show_all NAME OPTION...: every table, as CSV and as JSON.
show_all() {
	for view in $(views); do
		[ -n "$(tables_of "$view")" ] || continue
		show "$1.$view.json" -v "$view" --format=json "${@:2}"
		for table in $(tables_of "$view"); do
			show "$1.$view.$table.csv" -v "$view" --format=csv --table="$table" "${@:2}"
		done
	done
}

same() {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/csv_same.py" "$told"
}

@test "every table of every trace has the rows, the members and the numbers of JSON" {
	for trace in "$traces"/*.jsonl; do
		show_all "$(basename "$trace" .jsonl)" "$trace"
	done
	run -0 same
	[ "${#lines[@]}" -eq 19 ]
	# What TCP was doing, and who waits for a peer, is in none of them.
	[ "$(grep -vc ' 0$' <<<"$output")" -eq 17 ]
}

@test "these are all tables" {
	for view in $(views); do
		[ -n "$(tables_of "$view")" ] || continue
		run -2 "$SOCKVIEW" -v "$view" --format=csv --table=nothing "$traces/tcp_echo.jsonl"
		[ "${lines[0]}" = "sockview: --table=nothing: the view $view has no such table; it has $(
			tables_of "$view" | sed 's/ /, /g'
		)" ]
	done
}

@test "so it is with --full and with --top, of several traces, and of filtered ones" {
	show_all full --full --sort=time "$traces/two_clients.jsonl"
	show_all several --top=2 "$traces"/{tcp_echo,outcomes,waits}.jsonl
	show_all filtered --errors "$traces/outcomes.jsonl"
	show_all none --call=nobody "$traces/outcomes.jsonl"
	run -0 same
	[ "$(grep -vc ' 0$' <<<"$output")" -eq 17 ]
}

@test "so it is with what TCP was doing, and who waits for a peer" {
	"$SOCKTRACE" -q -o "$(trace_file tcp)" -- "$BUILD/samples/tcp_echo" >/dev/null
	show_all tcp --full "$(trace_file tcp)"
	trace hang /usr/bin/python3 -c "$until_blocked"'
import os, socket, threading, time
one, other = socket.socketpair()
one.sendall(b"question")
other.recv(100)
def end(tid):
	until_blocked(45, tid)
	time.sleep(0.3)
	os._exit(0)
threading.Thread(target=end, args=(threading.get_native_id(),)).start()
one.recv(100)'
	show_all hang "$(trace_file hang)"
	run -0 same
	[[ $output =~ "socket.reports "[1-9] && $output =~ "overview.waiting "[1-9] ]]
}

@test "a comparison finds a row, a column, a number and a word that differ" {
	show tcp_echo.calls.json -v calls --format=json "$traces/tcp_echo.jsonl"
	show tcp_echo.calls.calls.csv -v calls --format=csv "$traces/tcp_echo.jsonl"
	same
	mv "$told/tcp_echo.calls.calls.csv" "$BATS_TEST_TMPDIR/good"
	for change in '$d' '1s/seq/sequence/' '2s/[0-9]/7&/' 's/send/sent/' '1s/,pid//' '3s/$/,/'; do
		sed "$change" "$BATS_TEST_TMPDIR/good" >"$told/tcp_echo.calls.calls.csv"
		! same || { echo "not found: $change" && false; }
	done
}

@test "without --table it is the view's first one" {
	for view in overview:talks socket:sockets calls:calls summary:connections exchanges:exchanges hints:hints; do
		"$SOCKVIEW" -v "${view%:*}" --format=csv "$traces/curl_nginx.jsonl" >"$BATS_TEST_TMPDIR/first"
		"$SOCKVIEW" -v "${view%:*}" --format=csv --table="${view#*:}" "$traces/curl_nginx.jsonl" |
			cmp - "$BATS_TEST_TMPDIR/first"
	done
}

@test "names of ends have no signs of the drawing before them, and no language changes a table" {
	local ends
	ends=$(
		for trace in curl_nginx messages outcomes; do
			"$SOCKVIEW" -v overview --format=csv --full "$traces/$trace.jsonl" |
				/usr/bin/python3 -c 'import csv, sys
for row in csv.DictReader(sys.stdin): print(row["talk"], row["who"], row["whom"])'
		done | LC_ALL=C sort -u
	)
	[ "$ends" = "connections curl nginx
connections python3 
connections python3 python3
datagrams python3 python3
listening python3 
pair python3 python3" ] || { echo "$ends" && false; }
	show_all english --full "$traces/outcomes.jsonl"
	show_all chinese --full --lang=zh "$traces/outcomes.jsonl"
	for table in "$told"/english.*.csv; do
		cmp "$table" "${table/english/chinese}"
	done
}

@test "a view that is no table, and a table that a view does not have, are refused" {
	for view in $(views); do
		[ -z "$(tables_of "$view")" ] || continue
		run -2 --separate-stderr "$SOCKVIEW" -v "$view" --format=csv "$traces/tcp_echo.jsonl"
		[ -z "$output" ]
		[[ ${stderr_lines[0]} == "sockview: --format=csv: the view $view is no table; views with tables: overview, socket, calls, summary, exchanges, hints" ]]
		"$SOCKVIEW" -v "$view" --format=json "$traces/tcp_echo.jsonl" >/dev/null
	done
	run -2 --separate-stderr "$SOCKVIEW" -v summary --format=csv --table=peers "$traces/tcp_echo.jsonl"
	[[ ${stderr_lines[0]} == 'sockview: --table=peers: the view summary has no such table; it has connections, sockets, calls, errors' ]]
	run -2 "$SOCKVIEW" -v summary --table=calls "$traces/tcp_echo.jsonl"
	run -2 "$SOCKVIEW" -v summary --format=csv --table=nothing "$traces/tcp_echo.jsonl"
	run -2 "$SOCKVIEW" -f --format=csv "$traces/tcp_echo.jsonl"
	run -2 "$SOCKVIEW" --check='no leak' --format=csv "$traces/tcp_echo.jsonl"
}

@test "a table without rows has its heading, and is said to be empty" {
	run -0 --separate-stderr "$SOCKVIEW" -v calls --format=csv --call=nobody "$traces/tcp_echo.jsonl"
	[ "${#lines[@]}" -eq 1 ]
	[[ ${lines[0]} == seq,trace,time_ns,* ]]
	[ -n "$stderr" ]
}

@test "what a table has no room for is said beside it" {
	run -0 --separate-stderr "$SOCKVIEW" -v exchanges --format=csv --top=2 "$traces/two_clients.jsonl"
	all=$("$SOCKVIEW" -v exchanges --format=json --full "$traces/two_clients.jsonl" | jq '.exchanges | length')
	[ "$all" -gt 2 ] && [ "${#lines[@]}" -eq 3 ]
	[[ $stderr == "sockview: $((all - 2)) more are left out"* ]]
	run -0 --separate-stderr "$SOCKVIEW" -v exchanges --format=csv --top=$((all - 1)) "$traces/two_clients.jsonl"
	[[ $stderr == "sockview: 1 more is left out, of which the table has no row"* ]]
	{
		head -n 1 "$traces/tcp_echo.jsonl"
		echo '{"type":"warning","time_ns":1,"code":"other","message":"something is missing"}'
		tail -n +2 "$traces/tcp_echo.jsonl"
	} >"$BATS_TEST_TMPDIR/warned.jsonl"
	run -0 --separate-stderr "$SOCKVIEW" -v calls --format=csv "$BATS_TEST_TMPDIR/warned.jsonl"
	[[ $stderr == 'warning: something is missing'* ]]
	[[ $output != *missing* ]]
}

# words WORD...: a trace with a program for each of them.
words() {
	/usr/bin/python3 - "$@" <<'EOP'
import json, sys
print(json.dumps({"type": "trace", "version": 1, "command": [], "started": "2026-11-23T04:00:00.0Z"}))
for number, word in enumerate(sys.argv[1:], 1):
    print(json.dumps({"type": "process", "time_ns": 0, "event": "start", "pid": number, "program": word}))
    print(json.dumps({"type": "call", "seq": number, "time_ns": number, "duration_ns": 1, "pid": number, "tid": number,
        "name": "socket", "effect": "create", "args": {"family": "AF_INET", "type": "SOCK_STREAM"}, "result": -1,
        "error": "EMFILE"}))
print(json.dumps({"type": "end", "time_ns": 99, "calls": len(sys.argv) - 1, "exit_code": 0}))
EOP
}

@test "no word is a formula, ends a cell or a line, or is obeyed by a terminal; whoever wants it gets it back" {
	local hostile=('=cmd|"/c calc"!A0' '+1+1' '-2' '@SUM(1)' '＝1' '＠SUM(1)' "'=1" "it's" 'a,b' 'a;=1' 'say "so"' $'two\nlines' $'tab\there' \
		$'cr\rhere' $'\e[31mred' $'\xe2\x80\xaeback' ' blank' '"' '世界' '1e5')
	words "${hostile[@]}" >"$BATS_TEST_TMPDIR/words.jsonl"
	"$SOCKVIEW" -v calls --format=csv "$BATS_TEST_TMPDIR/words.jsonl" >"$BATS_TEST_TMPDIR/words.csv"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/words.csv")" -eq $((${#hostile[@]} + 1)) ]
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/words.csv" "${hostile[@]}" <<'EOP'
import csv, sys, unicodedata
text = open(sys.argv[1], encoding="utf-8", newline="").read()
assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]
rows = list(csv.DictReader(text.splitlines(True), strict=True))
assert len(rows) == len(sys.argv[2:])
for row, word in zip(rows, sys.argv[2:]):
    shown = row["program"]
    assert shown[:1] not in ("=", "+", "-", "@", "＝", "＠"), shown
    assert row["result"] == "-1"
    if shown.startswith("'"):
        shown = shown[1:]
    if any(unicodedata.category(c) in ("Cc", "Cf") for c in word):
        assert "\\" in shown, shown
    else:
        assert shown == word, (shown, word)
EOP
	grep -qF ',"'"'"'=cmd|""/c calc""!A0",' "$BATS_TEST_TMPDIR/words.csv"
}

@test "SQLite sums up what JSON has" {
	"$SOCKVIEW" -v summary --format=csv --table=sockets --full "$traces/curl_nginx.jsonl" >"$BATS_TEST_TMPDIR/sockets.csv"
	read=$(/usr/bin/python3 - "$BATS_TEST_TMPDIR/sockets.csv" <<'EOP'
import csv, sqlite3, sys
rows = list(csv.reader(open(sys.argv[1], newline="")))
base = sqlite3.connect(":memory:")
base.execute("create table sockets (%s)" % ", ".join('"%s" numeric' % name for name in rows[0]))
base.executemany("insert into sockets values (%s)" % ",".join("?" * len(rows[0])), rows[1:])
print(base.execute("select sum(bytes_in), sum(bytes_out), sum(calls) from sockets").fetchone())
EOP
	)
	[ "$read" = "$("$SOCKVIEW" -v summary --format=json --full "$traces/curl_nginx.jsonl" |
		jq -r '"(\([.sockets[].bytes_in] | add), \([.sockets[].bytes_out] | add), \([.sockets[].calls] | add))"')" ]
}
