#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What differs between two traces, and what is no difference.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

# log NAME WORD...: the file NAME.jsonl, of diff_logs.py.
log() {
	/usr/bin/python3 tests/viewer/diff_logs.py "${@:2}" >"$BATS_TEST_TMPDIR/$1.jsonl"
}

# The first log of each test is good, the second one bad.
differ() {
	(cd "$BATS_TEST_TMPDIR" && "$SOCKVIEW" --no-pager --width=100 --diff "$@" good.jsonl bad.jsonl)
}

# same [OPTION...]
same() {
	run -0 differ "$@"
	[[ "$output" == *$'\n\nno difference   '*' compared' ]] || { echo "$output" && false; }
}

# shows WORDS...: they differ, with these lines, in that order.
shows() {
	local rest
	run -1 differ --full
	rest=$output
	for words; do
		[[ "$rest" == *"$words"* ]] || { echo "$words: $output" && false; }
		rest=${rest#*"$words"}
	done
}

# kinds KIND...: of the differences, in their order.
kinds() {
	run -1 differ --format=json
	[ "$(jq -r '.differences[].kind' <<<"$output" | paste -sd ' ')" = "$*" ] || { echo "$output" && false; }
	mkdir -p "$BATS_TEST_TMPDIR/json"
	echo "$output" >"$BATS_TEST_TMPDIR/json/$#.json"
	/usr/bin/python3 tests/viewer/validate_views.py "$BATS_TEST_TMPDIR/json/$#.json"
}

@test "a trace does not differ from itself" {
	for trace in "$traces"/[!h]*.jsonl; do
		cp "$trace" "$BATS_TEST_TMPDIR/good.jsonl"
		cp "$trace" "$BATS_TEST_TMPDIR/bad.jsonl"
		same
	done
}

@test "processes, descriptors, ports that the kernel picks, pieces and calls that would block are no difference" {
	log good port=40001 /a /b /c
	log bad port=40002 pid=77 fd=9 client=51000 apart /a /b /c
	same
	log good port=32767 /a
	log bad port=40001 /a
	kinds address
}

@test "nor is the order of what several threads ask, nor times below those of noise" {
	log good threads /a /b /c
	log bad threads /c /a:200:30000 /b
	same
}

@test "nor are numbers in what is asked" {
	log good /user/1234 /file/9f86d081884c7d65 /v1
	log bad /user/777 /file/0cc175b9c0f1b6a8 /v1
	same
	log bad /user/777 /file/0cc175b9c0f1b6a8 /v2
	kinds only only
}

@test "a connect that fails in one is on top, with what was not asked then" {
	log good port=5432 /a /b
	log bad port=5432 error=ECONNREFUSED status=1 /a /b
	shows '3 differences; the first that matters:' 'app → 127.0.0.1:5432: connect' '- connected  call 2' \
		'+ refused  call 2' 'What fails' 'app: end' '- exit status 0' '+ exit status 1' 'Only in one' \
		'- 2 exchanges: GET /a, GET /b' '+ nothing asked'
	kinds failure failure only
	[ "$(jq -c '.differences[0] | [.program, .role, .peer, .topic, .first.words, .second.words]' <<<"$output")" = \
		'["app","client","127.0.0.1:5432","connect","connected","refused"]' ]
}

@test "another address is said with what came of it" {
	log good port=5432 /a
	log bad port=5433 error=ECONNREFUSED /a
	shows '- 127.0.0.1:5432: connected' '+ 127.0.0.1:5433: refused'
	kinds failure only
	log bad port=5433 /a
	shows 'app → 127.0.0.1:5432: address' '- 127.0.0.1:5432' '+ 127.0.0.1:5433'
	kinds address
}

@test "another status is a failure, or another result, in how many of how many" {
	log good /a /a /a /b
	log bad /a /a:502 /a /b
	shows 'app → 127.0.0.1:80: GET /a' '- 200 OK (3)' '+ 502 Bad Gateway (1), 200 OK (2)  call 5'
	kinds failure
	log good /a:404
	log bad /a
	kinds failure
	[ "$(jq -c '.differences[0].first.results' <<<"$output")" = '[{"result":"404 Not Found","count":1,"failed":true}]' ]
}

@test "what is asked in one alone, more often, and in another order" {
	log good /a /b /c
	log bad /b /a /c /d /d
	shows 'GET /d' '- not asked' '+ 200 OK (2)' ': order' '- GET /a, GET /b, GET /c' '+ GET /b, GET /a, GET /c'
	kinds only order
	log good /a /b
	log bad /a /b /b
	kinds count
	shows 'GET /b' '- 200 OK' '+ 200 OK (2)'
}

@test "more connections for as many questions" {
	log good /a /a /a
	log bad each /a /a /a
	shows ': connections' '- 1 connection' '+ 3 connections'
	kinds count
}

@test "a header more is a size, a few digits more are none" {
	log good /a:200:100:20 /b:200:100:20
	log bad /a:200:100:26 /b:200:100:60
	shows 'GET /b: size of the answer' '- 60 B' '+ 100 B'
	kinds size
}

@test "what has become slower, or faster, and by how much it has to" {
	log good /a:200:1000 /a:200:2000 /a:200:1000 /a:200:1500 /a:200:1000 /a:200:1000
	log bad /a:200:90000 /a:200:1000 /a:200:90000 /a:200:1500 /a:200:91000 /a:200:92000
	shows 'GET /a: slower' '- waited p50 1.0' '+ waited p50 90.0 ms'
	kinds time
	same --slower-than=100ms
	cp "$BATS_TEST_TMPDIR/bad.jsonl" "$BATS_TEST_TMPDIR/once"
	mv "$BATS_TEST_TMPDIR/good.jsonl" "$BATS_TEST_TMPDIR/bad.jsonl"
	mv "$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/good.jsonl"
	shows 'GET /a: faster'
	# One is no more than chance, unless it is much longer.
	log good /a:200:1000
	log bad /a:200:150000
	same
	log bad /a:200:900000
	kinds time
	same --slower-than=1s
}

@test "what asks by a clock asks more often in a longer run" {
	log good /tick:200:100 /tick /tick /tick
	log bad /tick:200:100 /tick /tick /tick /tick /tick
	kinds count
	sleepy() {
		jq -c 'if .type == "call" then .time_ns += .seq * 200000000 elif .time_ns > 0 then .time_ns += 9000000000 else . end' \
			"$BATS_TEST_TMPDIR/$1.jsonl" >"$BATS_TEST_TMPDIR/slept"
		mv "$BATS_TEST_TMPDIR/slept" "$BATS_TEST_TMPDIR/$1.jsonl"
	}
	log bad /tick:200:100 /tick /tick /tick /tick
	sleepy good
	sleepy bad
	same --slower-than=1h
}

@test "a port that is taken: the bind fails, and nobody listens" {
	log good listen=8080 /a
	log bad listen=8080 bind=EADDRINUSE /a
	shows 'app: bind 127.0.0.1:8080' '- no error' '+ EADDRINUSE' 'app listens on 127.0.0.1:8080' '- listens' \
		'+ does not listen'
	kinds failure only
}

@test "a program that only listens, wherever it does" {
	{ sed '/"effect":"listen"/q' "$traces/tcp_echo.jsonl"; tail -n 1 "$traces/tcp_echo.jsonl"; } >"$BATS_TEST_TMPDIR/lines"
	jq -c --argjson calls "$(grep -c '"type":"call"' "$BATS_TEST_TMPDIR/lines")" 'if .type == "end" then .calls = $calls else . end' \
		"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/good.jsonl"
	cp "$BATS_TEST_TMPDIR/good.jsonl" "$BATS_TEST_TMPDIR/bad.jsonl"
	same
	[[ "$output" == *'no difference   2 peers and 0 exchanges compared' ]]
}

@test "where one has no payloads, what is asked is left aside, and that is said" {
	log good /a /b
	log bad payload=0 /a /b
	same --color=never
	[[ "$output" == *'one of the traces has no payloads'* ]]
}

@test "an answer of which the trace has a part may be any that has gone as well, but is not more of them" {
	# cut NAME NUMBER...: of the calls with these numbers.
	cut() {
		jq -c --argjson cut "[$(tr ' ' , <<<"${*:2}")]" 'if (.data.text // "" | startswith("HTTP/1.1 ")) and (.seq | IN($cut[])) then
			.data = {text: .data.text[:14], truncated: true} else . end' "$BATS_TEST_TMPDIR/$1.jsonl" >"$BATS_TEST_TMPDIR/cut"
		grep -q truncated "$BATS_TEST_TMPDIR/cut"
		mv "$BATS_TEST_TMPDIR/cut" "$BATS_TEST_TMPDIR/$1.jsonl"
	}
	log good /a /a /a /b
	log bad /a /a /a /b
	cut bad 4 10
	same
	cut good 6
	same
	log bad /a /a /b
	cut bad 4
	kinds count
	log bad /a /a:404 /a /b
	cut bad 4 6
	kinds failure
	shows '- 200 OK (2), 200 O… (1)' '+ 404 N… (1), 200 OK (1), 200 O… (1)'
}

@test "filters hold for both traces" {
	log good /a
	log bad port=81 error=ECONNREFUSED status=1 /a
	run -1 differ
	run -1 differ --port=81
	[[ "$output" == *'No call fits.'* ]]
}

@test "filters that nothing fits in either trace are trouble, and no page says that nothing differs" {
	log good /a
	log bad /b
	for wrong in --port=82 --program=nobody; do
		run -2 --separate-stderr differ $wrong -o "$BATS_TEST_TMPDIR/diff.html"
		[ -z "$output" ] && [ ! -e "$BATS_TEST_TMPDIR/diff.html" ]
		[[ "$stderr" == *'--diff: no call of either trace fits the filters'* ]]
	done
}

@test "the statuses are those of diff, and trouble is said" {
	log good /a
	log bad /b
	run -1 differ
	same_file=$BATS_TEST_TMPDIR/good.jsonl
	run -0 "$SOCKVIEW" --diff - "$same_file" <"$same_file"
	run -2 --separate-stderr "$SOCKVIEW" --diff "$same_file"
	[[ "$stderr" == *'--diff compares two traces: sockview --diff GOOD BAD'* ]]
	run -2 --separate-stderr "$SOCKVIEW" --diff "$same_file" "$same_file" "$same_file"
	run -2 --separate-stderr "$SOCKVIEW" --diff - -
	[[ "$stderr" == *'name the other one'* ]]
	run -2 --separate-stderr "$SOCKVIEW" --diff "$same_file" /nonexistent/trace
	[[ "$stderr" == *'/nonexistent/trace: No such file'* ]]
	for wrong in --follow --check='no leak' --fail-on=breaks --blank=calls --format=csv; do
		run -2 --separate-stderr "$SOCKVIEW" --diff "$wrong" "$same_file" "$same_file"
		[ "$wrong" = --format=csv ] || wrong=${wrong%%=*}
		[ "${stderr_lines[0]}" = "sockview: --diff does not go with $wrong" ]
	done
	run -2 --separate-stderr "$SOCKVIEW" --diff -v timeline "$same_file" "$same_file"
	[[ "$stderr" == *'not as timeline'* ]]
	# What is missing may be all that differs.
	head -n -1 "$same_file" >"$BATS_TEST_TMPDIR/cut.jsonl"
	run -2 --separate-stderr "$SOCKVIEW" --diff "$same_file" "$BATS_TEST_TMPDIR/cut.jsonl"
	[[ "$stderr" == *'the trace has no end'* ]] && [[ "$output" == *'- exit status 0'* ]]
	run -2 --separate-stderr "$SOCKVIEW" --diff -v html -o "$same_file" "$same_file" "$same_file"
	[[ "$stderr" == *'is the trace itself'* ]]
}

@test "the page has what the text has, and nothing of a trace is markup" {
	log good '/<b>&"' /a
	log bad '/<b>&"':502 /a:404
	run -1 differ -o "$BATS_TEST_TMPDIR/diff.html"
	[ -z "$output" ]
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/diff.html" <<'EOP'
import html.parser, sys
class Page(html.parser.HTMLParser):
    tags, words = [], ""
    def handle_starttag(self, tag, attributes): self.tags.append(tag)
    def handle_data(self, data): self.words += data
page = Page()
text = open(sys.argv[1]).read()
page.feed(text)
assert page.tags.count("article") == 2 and "b" not in page.tags, page.tags
for words in "2 differences", 'GET /<b>&"', "502 Bad Gateway", "404 Not Found", "− 200 OK", "call 3, 0.004 ms":
    assert words in page.words, words
assert "http://" not in text and "https://" not in text and "@DATA@" not in text
EOP
	run -0 "$SOCKVIEW" --diff -v html "$BATS_TEST_TMPDIR/good.jsonl" "$BATS_TEST_TMPDIR/good.jsonl"
	[[ "$output" == *'<h1>No difference</h1>'* ]]
}

@test "a program that is in one alone is said once, and nothing of its end" {
	log good error=ECONNREFUSED status=1 /a
	log bad /a
	sed -i 's/"app"/"other"/g' "$BATS_TEST_TMPDIR/bad.jsonl"
	shows 'app' '- in this trace' '+ no such program'
	[[ "$output" != *'exit status'* && "$output" != *': end'* ]]
}

@test "--ascii has plain letters alone, at any width" {
	log good port=5432 /a:200:1000
	log bad port=5432 /a:502:900000 /b
	for width in 20 40 80 200; do
		run -1 differ --ascii --full --width=$width
		! LC_ALL=C grep -q '[^ -~]' <<<"$output" || { echo "$output" && false; }
	done
	! awk 'length > 80' <<<"$(differ --ascii --width=80 | head -100 || true)" | grep . || false
}

@test "logs that lie are compared, in every pair" {
	local logs=$BATS_TEST_TMPDIR/logs before=$traces/tcp_echo.jsonl
	mkdir "$logs" "$BATS_TEST_TMPDIR/json"
	/usr/bin/python3 tests/viewer/hostile_logs.py "$logs"
	rm "$logs/waits-for-many.jsonl"
	for trace in "$logs"/*; do
		for way in --full --format=json '-v html'; do
			local status=0
			# shellcheck disable=SC2086 # words are meant
			"$SOCKVIEW" --diff $way "$before" "$trace" >"$BATS_TEST_TMPDIR/shown" 2>/dev/null || status=$?
			[ "$status" -le 2 ] || { echo "$trace $way: $status" && false; }
			[ "$way" != --format=json ] || [ ! -s "$BATS_TEST_TMPDIR/shown" ] ||
				cp "$BATS_TEST_TMPDIR/shown" "$BATS_TEST_TMPDIR/json/${trace##*/}"
		done
		before=$trace
	done
	/usr/bin/python3 tests/viewer/validate_views.py "$BATS_TEST_TMPDIR"/json/*
}
