#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --lang: what is shown in Chinese, or in both languages.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

@test "no English word is left in Chinese views, but names of calls, options and errors" {
	# shellcheck disable=SC2046 # a list is meant
	/usr/bin/python3 -B tests/viewer/chinese.py "$SOCKVIEW" \
		$(find "$traces" -name '*.jsonl' ! -name 'hostile*')
}

@test "columns of Chinese words are those of a terminal" {
	# Each row of the table begins its last column where the heading does.
	"$SOCKVIEW" --lang=zh --width=80 -v socket "$traces/tcp_echo.jsonl" | /usr/bin/python3 -c '
import sys, unicodedata
def columns(words):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)
lines = sys.stdin.read().splitlines()
heading = next(line for line in lines if line.endswith("打开"))
rows = lines[lines.index(heading) + 1:]
for row in rows[:rows.index("")]:
    assert columns(row) == columns(heading), row
assert max(columns(line) for line in lines) <= 80
'
}

@test "both languages stand side by side where there is room, and Chinese alone where not" {
	run -0 "$SOCKVIEW" --lang=both --width=160 -v socket "$traces/tcp_echo.jsonl"
	grep -q '状态 state' <<<"$output"
	grep -q '收听（监听） listening' <<<"$output"
	run -0 "$SOCKVIEW" --lang=both --width=80 -v socket "$traces/tcp_echo.jsonl"
	grep -q '状态 ' <<<"$output"
	run ! grep -q '状态 state' <<<"$output"
	run -0 "$SOCKVIEW" --lang=both -v hints "$traces/outcomes.jsonl"
	grep -q '一次调用占去大部分时间' <<<"$output"
	grep -q 'one call took most of the time' <<<"$output"
}

@test "the language is that of the option, and never that of the environment; JSON is English" {
	LANG=zh_CN.UTF-8 LC_ALL=zh_CN.UTF-8 LANGUAGE=zh "$SOCKVIEW" "$traces/outcomes.jsonl" >"$BATS_TEST_TMPDIR/environment"
	"$SOCKVIEW" --lang=en "$traces/outcomes.jsonl" | cmp - "$BATS_TEST_TMPDIR/environment"
	for view in $(views); do
		"$SOCKVIEW" --format=json -v "$view" "$traces/outcomes.jsonl" >"$BATS_TEST_TMPDIR/english"
		"$SOCKVIEW" --lang=zh --format=json -v "$view" "$traces/outcomes.jsonl" | cmp - "$BATS_TEST_TMPDIR/english"
	done
}

@test "socktrace hands the language on to what shows its trace" {
	run -0 --separate-stderr "$SOCKTRACE" --lang=zh "$BUILD/samples/tcp_echo"
	grep -q '条连接' <<<"$stderr"
	run -0 --separate-stderr "$SOCKTRACE" --lang=zh --live "$BUILD/samples/tcp_echo"
	grep -q '不再有数据：数据流结束' <<<"$stderr"
}

@test "Chinese is refused where only ASCII may be drawn" {
	run -2 "$SOCKVIEW" --lang=zh --ascii "$traces/tcp_echo.jsonl"
	grep -q -- '--lang=zh' <<<"$output"
}

@test "numbers have a word to count with, and commas are Chinese" {
	run -0 "$SOCKVIEW" --lang=zh --width=80 "$traces/outcomes.jsonl"
	grep -q '1 次被拒绝' <<<"$output"
	grep -q ' % 等待对端，[0-9]* % ' <<<"$output"
	run ! grep -E '[0-9] (被拒绝|不可达|超时|打开)' <<<"$output"
}

@test "what a check finds is Chinese on the screen, and English where programs read it" {
	local rules='connect only 127.0.0.1; no unclosed sockets; at most 1 connections; no long-wait'
	run -3 "$SOCKVIEW" --lang=zh --check="$rules" --junit="$BATS_TEST_TMPDIR/zh.xml" --sarif="$BATS_TEST_TMPDIR/zh.sarif" \
		"$traces/outcomes.jsonl"
	grep -q '^检查未通过：' <<<"$output"
	grep -q '^违反 ' <<<"$output"
	grep -q '到 10.9.9.3:80' <<<"$output"
	run ! grep -E 'kept|VIOLATED|FAILED| rules' <<<"$output"
	run -3 "$SOCKVIEW" --check="$rules" --junit="$BATS_TEST_TMPDIR/en.xml" --sarif="$BATS_TEST_TMPDIR/en.sarif" \
		"$traces/outcomes.jsonl"
	cmp "$BATS_TEST_TMPDIR/zh.xml" "$BATS_TEST_TMPDIR/en.xml"
	cmp "$BATS_TEST_TMPDIR/zh.sarif" "$BATS_TEST_TMPDIR/en.sarif"
}

@test "facts of TCP have Chinese commas" {
	/usr/bin/python3 -B - "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/facts.jsonl" <<-'EOF'
		import json, sys
		for line in open(sys.argv[1], encoding="utf-8"):
		    record = json.loads(line)
		    if record["type"] == "call" and record.get("name") == "sendto":
		        record.update(tcp={"state": "TCP_ESTABLISHED", "rtt_us": 31, "retransmits": 2}, queues={"receive": 0, "send": 0})
		    print(json.dumps(record, ensure_ascii=False))
	EOF
	run -0 "$SOCKVIEW" --lang=zh --width=120 -v socket "$BATS_TEST_TMPDIR/facts.jsonl"
	grep -E 'TCP 状态 .*，往返时间 31.0 µs，重传 2 个报文段' <<<"$output"
}

# differ GOOD BAD: both are words of diff_logs.py; what is shown in Chinese has the other words.
differ() {
	local words

	# shellcheck disable=SC2086 # words are meant
	/usr/bin/python3 tests/viewer/diff_logs.py $1 >"$BATS_TEST_TMPDIR/good.jsonl"
	# shellcheck disable=SC2086
	/usr/bin/python3 tests/viewer/diff_logs.py $2 >"$BATS_TEST_TMPDIR/bad.jsonl"
	run -0 /usr/bin/python3 -B tests/viewer/chinese.py "$SOCKVIEW" --diff "$BATS_TEST_TMPDIR/good.jsonl" "$BATS_TEST_TMPDIR/bad.jsonl"
	for words in "${@:3}"; do
		[[ "$output" == *"$words"* ]] || { echo "$words: $output" && false; }
	done
}

@test "what differs between two traces is Chinese, as text and as a page; its JSON is English" {
	differ 'port=5432 /a /b' 'port=5432 error=ECONNREFUSED status=1 /a /b' '3 处差异；最要紧的是：' '- 已连接  调用 2，' \
		'+ 被拒绝' '失败之处' 'app：结束' '退出状态 0' '只见于一方' '- 2 次问答：GET /a，GET /b' '+ 没有提问' '− 已连接'
	"$SOCKVIEW" --lang=zh --diff --format=json "$BATS_TEST_TMPDIR/good.jsonl" "$BATS_TEST_TMPDIR/bad.jsonl" >"$BATS_TEST_TMPDIR/zh" || true
	"$SOCKVIEW" --diff --format=json "$BATS_TEST_TMPDIR/good.jsonl" "$BATS_TEST_TMPDIR/bad.jsonl" | cmp - "$BATS_TEST_TMPDIR/zh"
	"$SOCKVIEW" --lang=zh --diff -v html "$BATS_TEST_TMPDIR/good.jsonl" "$BATS_TEST_TMPDIR/bad.jsonl" >"$BATS_TEST_TMPDIR/page" || true
	grep -q '<html lang="zh-CN">' "$BATS_TEST_TMPDIR/page"
	grep -q '<title>Sockline：差异</title>' "$BATS_TEST_TMPDIR/page"
	differ 'port=5432 /a' 'port=5433 error=ECONNREFUSED /a' '- 127.0.0.1:5432：已连接'
	differ '/a /b /c' '/b /a /c /d /d' '顺序' '+ GET /b, GET /a, GET /c' '- 没有询问'
	differ '/a:200:100:20 /b:200:100:20' '/a:200:100:26 /b:200:100:60' '回答的大小'
	differ '/a:200:1000' '/a:200:900000' '变慢' '等待了 '
	differ '/a /a /a' 'each /a /a /a' '- 1 条连接' '+ 3 条连接'
	differ 'listen=8080 /a' 'listen=8080 bind=EADDRINUSE /a' '- 没有错误' 'app 监听 127.0.0.1:8080' '+ 没有监听'
	differ '/a /b' 'payload=0 /a /b' '除长度以外' '没有差异' '比较了 '
	run -1 "$SOCKVIEW" --lang=both --diff "$traces/tcp_echo.jsonl" "$traces/outcomes.jsonl"
	[[ "$output" == *'失败之处 What fails'* ]] || { echo "$output" && false; }
}

@test "what rules of each kind find is Chinese" {
	for log in streams datagrams exchanges absent many listeners unclosed killed no_payloads no_addresses warned left_out; do
		/usr/bin/python3 tests/viewer/check_logs.py "$log" >"$BATS_TEST_TMPDIR/$log.jsonl"
		run -0 /usr/bin/python3 -B tests/viewer/chinese.py "$SOCKVIEW" \
			--check='connect only 192.0.2.1; connect not :443; listen only 192.0.2.1; no failed connects; no failed exchanges; no pending exchanges; answer within 1ns; no unclosed sockets; at most 0 connections; at most 0 open sockets; no hints' \
			"$BATS_TEST_TMPDIR/$log.jsonl"
		grep -q '^检查' <<<"$output"
	done
	run -3 "$SOCKVIEW" --lang=both --check='connect only 192.0.2.1' "$BATS_TEST_TMPDIR/streams.jsonl"
	[[ "$output" == *' 于 '*'：到 10.1.2.3:443，被拒绝 refused'* ]] || { echo "$output" && false; }
}

@test "what a descriptor was inherited from is one sentence" {
	run -0 "$SOCKVIEW" --lang=zh "$traces/tcp_echo.jsonl" -v timeline
	[[ "$output" == *'继承自 27901 于 fork'* ]]
	run -0 "$SOCKVIEW" --lang=both "$traces/tcp_echo.jsonl" -v timeline
	[[ "$output" == *'继承自 inherited from 27901 于 fork'* ]]
}

@test "Chinese characters of a picture are set as wide as they are counted" {
	for part in timeline sequence state; do
		"$SOCKVIEW" -v svg --lang=both --part="$part" "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/$part.svg"
		/usr/bin/python3 - "$BATS_TEST_TMPDIR/$part.svg" <<-'EOF'
			import re, sys, unicodedata
			text = open(sys.argv[1], encoding="utf-8").read()
			assert ".wide { " in text
			def are_wide(words):
			    return {unicodedata.east_asian_width(c) in "WF" for c in words}
			runs = re.findall(r'<tspan class="wide">([^<]*)</tspan>', text)
			rest = re.sub(r'<tspan class="wide">[^<]*</tspan>', "", text)
			assert runs and all(are_wide(run) == {True} for run in runs) and are_wide(rest) == {False}
		EOF
	done
}

@test "tables and their headings are Chinese alone where both languages have no room, and nothing is cut for a term" {
	run -0 "$SOCKVIEW" --lang=both --width=80 -v overview "$traces/concurrent_server.jsonl"
	grep -q '^  3 × concurrent' <<<"$output"
	grep -q ' concurrent_server → :58405 .* 已回答$' <<<"$output"
	run -0 "$SOCKVIEW" --lang=both --width=200 -v overview "$traces/concurrent_server.jsonl"
	grep -q ' concurrent_server fd 3 → concurrent_server :58405 .* 已回答 answered$' <<<"$output"
	run -0 "$SOCKVIEW" --lang=both --width=80 -v calls "$traces/tcp_echo.jsonl"
	grep -q '^    时刻      间隔  进程 process ' <<<"$output"
}

@test "a state in both languages is Chinese alone where its boxes have no room, all of them" {
	run -0 "$SOCKVIEW" --lang=both --width=80 -v state --at=6 "$traces/tcp_echo.jsonl"
	[[ "$output" != *…* && "$output" != *local* ]]
	grep -q ' s1 TCP 收听（监听） (LISTEN) ' <<<"$output"
	run -0 "$SOCKVIEW" --lang=both --width=200 -v state --at=6 "$traces/tcp_echo.jsonl"
	grep -q ' s1 TCP 收听（监听） listening (LISTEN) ' <<<"$output"
	grep -q '本地地址 local     127.0.0.1:36731 ' <<<"$output"
}

@test "what came of a connect stands in pictures and tables, too, of both languages at least in Chinese" {
	for language in zh both; do
		run -0 "$SOCKVIEW" -v svg --part=sequence --lang=$language "$traces/outcomes.jsonl"
		[[ "$output" == *'connect fd 6 <tspan class="wide">队列已满</tspan>'* ]]
		run -0 "$SOCKVIEW" -v overview --width=80 --lang=$language "$traces/outcomes.jsonl"
		grep -q ' 1 次队列已满$' <<<"$output"
	done
}

@test "no line of a view is wider than it may be, in any language" {
	/usr/bin/python3 - "$SOCKVIEW" "$traces"/{tcp_echo,concurrent_server,curl_nginx,datagram_loss,waits,fd_passing,unix_server,messages,reset,two_clients}.jsonl <<-'EOF'
		import subprocess, sys, unicodedata
		sockview, *traces = sys.argv[1:]
		def columns(line):
		    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
		wide = []
		for trace in traces:
		    for view in ("overview", "timeline", "sequence", "state", "socket", "summary", "exchanges", "hints", "calls"):
		        for width in (80, 100, 200):
		            for language in ("en", "zh", "both"):
		                shown = subprocess.run([sockview, "--lang=" + language, "--width=%d" % width, "-v", view, trace],
		                                       capture_output=True, encoding="utf-8", check=True).stdout
		                wide += [(trace, view, width, language, line) for line in shown.splitlines() if columns(line) > width]
		for one in wide:
		    print(*one)
		sys.exit(len(wide) > 0)
	EOF
}
