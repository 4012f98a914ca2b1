#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Whether a trace keeps to rules: what each rule is about, and what is said where it is violated.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

setup_file() {
	export LEAK=$BATS_FILE_TMPDIR/leak.jsonl
	"$SOCKTRACE" -q -o "$LEAK" "$BUILD/samples/leaking_server"
}

# log NAME: the file of a log of check_logs.py.
log() {
	local file=$BATS_TEST_TMPDIR/$1.jsonl
	[ -f "$file" ] || /usr/bin/python3 tests/viewer/check_logs.py "$1" >"$file"
	echo "$file"
}

# kept RULES LOG [OPTION...]: the trace keeps to them.
kept() {
	run -0 "$SOCKVIEW" --check="$1" "${@:3}" "$(log "$2")"
	[[ "$output" == *"check passed: all "*" rules are kept" ]]
}

# violated RULES LOG [WORDS...]: it does not, and findings have these words, a finding each and no other.
violated() {
	run -3 "$SOCKVIEW" --full --check="$1" "$(log "$2")"
	[[ "$output" == *"check FAILED: "* ]]
	[ "$(grep -c '^  ' <<<"$output")" -eq $(($# - 2)) ] || { echo "$1: $output" && false; }
	for words in "${@:3}"; do
		grep '^  ' <<<"$output" | grep -qF -- "$words" || { echo "$words: $output" && false; }
	done
}

@test "connect only, and not, know networks, ports, paths, families and mapped addresses" {
	kept 'connect only inet, inet6, unix, vsock' streams
	kept 'connect only 127.0.0.1:80,10.0.0.0/8,fd00::/8,unix:/run/*,unix:@n?me,vsock' streams
	kept 'connect only :80, :443, :8000-8099, unix, vsock' streams
	kept 'connect only 10.1.2.3:443, [fd00::]/8:443, [fd00::5]:443, 10.1.2.4, loopback, unix, vsock' streams
	kept 'connect not 10.1.2.5, 10.1.2.3:80, [fd00::]/8:80, unix:/run/b*, netlink' streams
	violated 'connect only loopback,unix' streams 'to 10.1.2.3:443, refused' \
		'to [::ffff:10.1.2.4]:8080, connected' 'to [fd00::5]:443' 'to AF_VSOCK cid 2'
	violated 'connect not 10.0.0.0/8' streams 10.1.2.3 10.1.2.4
	violated 'connect not fd00::5' streams '[fd00::5]'
	violated 'connect not unix' streams '/run/app/a.sock' '@name'
	violated 'connect not unix:/run/*' streams '/run/app/a.sock'
	# 0.0.0.0/0 is IPv4, ::/0 is IPv6 alone.
	violated 'connect not 0.0.0.0/0' streams 127.0.0.1:80 10.1.2.3 10.1.2.4
	violated 'connect not ::/0' streams '[fd00::5]'
}

@test "a name service that is not there, the kernel, and a datagram socket that sends nothing are nobody" {
	kept 'connect only 127.0.0.0/8; no failed connects' absent
	[[ "$output" == *'connect only 127.0.0.0/8 (0 calls)'*'no failed connects (0 connects)'* ]]
}

@test "datagrams go to whom they are sent, and an answer goes to nobody new" {
	violated 'connect only loopback' datagrams 'app 10 fd 3, send at 0.003 ms: to 10.0.0.53:53' 'to 10.9.9.8:7' 'to 10.8.8.1:9' 'to 10.8.8.2:9'
	kept 'connect only :53, :7, :9' datagrams
}

@test "listen knows all addresses from the loopback, and a port that was chosen from any" {
	violated 'listen only loopback' listeners 'at 0.0.0.0:81' 'at [::]:82' 'at 0.0.0.0:5353, for datagrams'
	violated 'listen not 0.0.0.0' listeners 'at 0.0.0.0:81' 'at 0.0.0.0:5353'
	kept 'listen only :80-82, :5353' listeners
}

@test "exchanges fail, are pending, and take their time, to whom is asked for" {
	violated 'no failed exchanges' exchanges 'asks 127.0.0.1:80: GET /404: 404 Not Found'
	violated 'no pending exchanges' exchanges 'GET /nev: pending'
	kept 'no failed exchanges to :81; no pending exchanges to :81; answer within 1ns to :81' exchanges
	[ "$(grep -c '(0 exchanges)' <<<"$output")" -eq 3 ]
	kept 'answer within 5us; exchange within 1ms' exchanges
	violated 'exchange within 1ns' exchanges 'GET /200: took 1' 'GET /404: took 1' 'GET /nev: pending: took '
	violated 'no failed exchanges in a*' exchanges 404
	kept 'no failed exchanges in b*,c' exchanges
}

@test "connects that failed, connections, sockets that are open or were left are counted" {
	violated 'no failed connects' streams 'to 10.1.2.3:443: refused'
	kept 'no failed connects to loopback' streams
	kept 'at most 110 connections; at most 100 connections to :80; at most 1 open sockets' many
	violated 'at most 99 connections to 10.0.0.1:80' many 'connect at 0.299 ms: connection number 100 of 100'
	violated 'at most 6 open sockets' streams '7 sockets open at once'
	kept 'at most 7 open sockets' streams
	violated 'no unclosed sockets' unclosed 'fd 3, TCP with 127.0.0.1:80, was not closed' 'fd 5, TCP with'
	kept 'no unclosed sockets' streams
	kept 'no unclosed sockets' killed
}

@test "hints are forbidden by name and by weight, with exceptions" {
	cp "$LEAK" "$BATS_TEST_TMPDIR/leak.jsonl"
	for rule in 'no leak' 'no growth,leak' 'no hints' 'no hints above tells' 'no hints of wastes' \
		'no hints except growth' 'no leak in leaking*'; do
		violated "$rule" leak 'leak: 4 of 5 sockets were of no use'
	done
	for rule in 'no growth' 'no hints of breaks, delays,tells' 'no hints above wastes' \
		'no hints except leak' 'no hints above tells except growth,leak' 'no leak in curl'; do
		kept "$rule" leak
	done
	run -3 "$SOCKVIEW" --fail-on=wastes "$LEAK"
	[[ "$output" == *'VIOLATED  no hints of breaks,delays,wastes'* ]]
	run -0 "$SOCKVIEW" --fail-on=delays "$LEAK"
	# Every hint has a name that is a rule.
	for name in $(sed -n '/^\.Ss hints/,/^\.El/s/^\.It Sy //p' docs/man/sockview.1); do
		"$SOCKVIEW" --check-rules="no $name; no hints except $name"
	done
}

@test "the finding names the line of the trace that has the call, in each of several traces" {
	local streams absent
	streams=$(log streams) absent=$(log datagrams)
	run -3 "$SOCKVIEW" --check='connect only loopback,unix,:53' "$streams" "$absent"
	while IFS=: read -r file line rest; do
		address=$(grep -oE '\[?[0-9a-f.:]+\]?:[0-9]+' <<<"$rest" | tail -1)
		port=${address##*:}
		sed -n "${line}p" "${file#  }" | grep -q "\"port\":${port}[,}]" || { echo "$line $rest" && false; }
	done < <(grep -E '^  .*jsonl:[0-9]+: .* to [^A]' <<<"$output")
	[ "$(grep -c "^  $streams" <<<"$output")" -ge 3 ]
	[ "$(grep -c "^  $absent" <<<"$output")" -ge 1 ]
	run -3 "$SOCKVIEW" --check='connect only loopback' <"$streams"
	[[ "$output" == *'  line 6: app 10 fd 4, connect at '* ]]
}

@test "what is alike is said once, the first five of the others, and all with --full" {
	run -3 "$SOCKVIEW" --check='connect only loopback' "$(log many)"
	[[ "$output" == *'to 10.0.0.1:80, connected (100 times)'*'  and 6 more (--full)'* ]]
	[ "$(grep -c ': to ' <<<"$output")" -eq 5 ]
	run -3 "$SOCKVIEW" --full --check='connect only loopback' "$(log many)"
	[ "$(grep -c ': to ' <<<"$output")" -eq 11 ]
}

@test "what a trace does not tell keeps no rule" {
	violated 'connect only loopback' left_out 'leaves out calls of effect send'
	kept 'listen only loopback; no unclosed sockets; at most 1 open sockets' left_out
	violated 'no failed exchanges' no_payloads 'has no payloads'
	kept 'answer within 1s; no hints' no_payloads
	violated 'connect not 10.0.0.1, unix:/run/x' no_addresses 'addresses were taken out' 'to ipv4-1:80'
	run -3 "$SOCKVIEW" --check='connect not 10.0.0.1' "$(log no_addresses)"
	[[ "$output" == *'to ipv4-1:80'* ]]
	kept 'connect only unix, :80; connect not :81' no_addresses
	run -3 "$SOCKVIEW" --redact=addresses --check='connect only 10.0.0.0/8,unix' "$(log many)"
	[[ "$output" == *'addresses were taken out of the trace'* ]]
}

@test "a trace that may miss something keeps no check" {
	violated 'no leak' warned 'warning: some sends are not seen (process 10)'
	head -n -1 "$(log streams)" >"$BATS_TEST_TMPDIR/cut.jsonl"
	violated 'no leak' cut 'the trace was cut'
	sed 7d "$(log streams)" >"$BATS_TEST_TMPDIR/gap.jsonl"
	violated 'no leak' gap 'lines of it are missing'
	# A trace that cannot be read has no verdict.
	run -1 "$SOCKVIEW" --check='no leak' /dev/null
	run -2 "$SOCKVIEW" --check='no leak' "$BATS_TEST_TMPDIR/nothing"
}

@test "filters choose what the rules are about" {
	kept 'connect only loopback' streams --port=80
	kept 'connect only inet6, 10.1.2.4' streams --family=inet6
	run -3 "$SOCKVIEW" --check='connect only loopback' --port=443 "$(log streams)"
	[[ "$output" == *10.1.2.3:443*'[fd00::5]:443'* ]] && [[ "$output" != *8080* ]]
	kept 'at most 1 connections' streams --port=80
	kept 'no failed exchanges' exchanges --program=b
}

@test "rules stand in a file, with comments, a line each" {
	printf '# all\n\n  no leak ; connect only loopback,\tunix # and no other\r\nno failed connects' \
		>"$BATS_TEST_TMPDIR/rules"
	run -0 "$SOCKVIEW" --check="@$BATS_TEST_TMPDIR/rules" --check='no growth' "$(log absent)"
	[ "$(sed 's/ (.*//' <<<"$output")" = 'kept      no leak
kept      connect only loopback, unix
kept      no failed connects
kept      no growth
kept      nothing is missing from the trace
check passed: all 5 rules are kept' ]
	"$SOCKVIEW" --check-rules=@samples/net.rules
}

# wrong RULES WORDS: they are refused with that.
wrong() {
	run -2 "$SOCKVIEW" --check="$1" "$traces/tcp_echo.jsonl"
	[ "${lines[0]}" = "sockview: $2" ] || { echo "$1: ${lines[0]}" && false; }
	run -2 "$SOCKVIEW" --check-rules="$1"
	[ "${lines[0]}" = "sockview: $2" ]
}

@test "an error in a rule is said with its place" {
	wrong 'connect onyl 127.0.0.1' "--check:1:9: 'onyl': expected only or not"
	wrong 'no leak; 
 no failed things' "--check:2:12: 'things': expected connects or exchanges"
	wrong '' '--check: there is no rule'
	wrong '# nothing' '--check: there is no rule'
	wrong 'exchange within' '--check:1:16: the rule ends here: expected a time, such as 1.5s or 200ms'
	wrong 'at most 3' '--check:1:10: the rule ends here: expected connections or open'
	wrong 'at most -3 connections' "--check:1:9: '-3': expected a number"
	wrong 'no hints above breaks' "--check:1:16: 'breaks': expected delays, wastes or tells"
	wrong 'no leak,,growth' "--check:1:9: ',': expected the name of a hint"
	wrong 'no leak to :80' "--check:1:9: 'to': expected in or the end of the rule"
	wrong 'no hints in a in b' "--check:1:15: 'in': expected of or above or except or the end of the rule"
	for address in 1.2.3 1.2.3.4/33 ::1/129 '[::1' 1.2.3.4: 1.2.3.4:65536 :80-70 :x unix: host.example \
		"$(printf 'x%.0s' {1..300})"; do
		run -2 "$SOCKVIEW" --check-rules="connect only $address"
		[[ "${lines[0]}" == "sockview: --check:1:14: '"*"': expected an address, such as "* ]]
	done
	printf 'no leak\nno laek\n' >"$BATS_TEST_TMPDIR/rules"
	wrong "@$BATS_TEST_TMPDIR/rules" "$BATS_TEST_TMPDIR/rules:2:4: 'laek': expected the name of a hint or failed or pending or unclosed or hints"
	wrong "@$BATS_TEST_TMPDIR/none" "--check: $BATS_TEST_TMPDIR/none: No such file or directory"
	printf 'no leak\0' >"$BATS_TEST_TMPDIR/rules"
	run -2 "$SOCKVIEW" --check="@$BATS_TEST_TMPDIR/rules" /dev/null
	head -c 2000000 /dev/zero | tr '\0' '#' >"$BATS_TEST_TMPDIR/rules"
	run -2 "$SOCKVIEW" --check="@$BATS_TEST_TMPDIR/rules" /dev/null
	[[ "$output" == *"File too large"* ]]
}

@test "a view that is asked for is shown, and the check stands on standard error" {
	run -3 --separate-stderr "$SOCKVIEW" -v hints --fail-on=wastes "$LEAK"
	[[ "$output" == *'leak: sockets that'* ]] && [[ "$output" != *VIOLATED* ]]
	[[ "$stderr" == *'VIOLATED  no hints of'*'check FAILED: 1 of 2 rules violated' ]]
	run -3 --separate-stderr "$SOCKVIEW" --check='no leak' -o "$BATS_TEST_TMPDIR/page.html" "$LEAK"
	grep -q '<html' "$BATS_TEST_TMPDIR/page.html"
	[[ "$stderr" == *'check FAILED'* ]]
	run -3 --separate-stderr "$SOCKVIEW" --check='no leak' -o "$BATS_TEST_TMPDIR/report" "$LEAK"
	[ -z "$output$stderr" ] && grep -q '^check FAILED' "$BATS_TEST_TMPDIR/report"
	run -3 --separate-stderr "$SOCKVIEW" --check='no leak' -v calls --format=json "$LEAK"
	jq -e .calls <<<"$output" >/dev/null
}

@test "what makes no sense with a check is refused" {
	run -2 "$SOCKVIEW" --junit=x "$traces/tcp_echo.jsonl"
	run -2 "$SOCKVIEW" --check='no leak' --follow "$traces/tcp_echo.jsonl"
	run -2 "$SOCKVIEW" --check='no leak' --format=json "$traces/tcp_echo.jsonl"
	[[ "$output" == *--sarif* ]]
	run -2 "$SOCKVIEW" --fail-on=x "$traces/tcp_echo.jsonl"
	cp "$traces/tcp_echo.jsonl" "$BATS_TEST_TMPDIR/t.jsonl"
	for option in --junit --sarif; do
		run -2 "$SOCKVIEW" --check='no leak' "$option=$BATS_TEST_TMPDIR/t.jsonl" "$BATS_TEST_TMPDIR/t.jsonl"
		[[ "$output" == *"is the trace itself"* ]]
	done
	cmp "$traces/tcp_echo.jsonl" "$BATS_TEST_TMPDIR/t.jsonl"
	run -2 "$SOCKVIEW" --check='no leak' --junit=/nowhere/x "$traces/tcp_echo.jsonl"
}

# What the schemas of JUnit (that of Ant's tasks, that of Jenkins) and of SARIF 2.1.0 ask for.
@test "JUnit has a test for each rule, SARIF a result for each finding, whatever the trace says" {
	local junit=$BATS_TEST_TMPDIR/r.xml sarif=$BATS_TEST_TMPDIR/r.sarif log
	for log in many hostile warned exchanges; do
		run "$SOCKVIEW" --check=$'connect only loopback; no leak; answer within 1ns in \xff<"&*,*' \
			--junit="$junit" --sarif="$sarif" "$(log $log)"
		[ "$status" -eq 3 ]
		printf %s "$output" | /usr/bin/python3 -c '
import sys, unicodedata
text = sys.stdin.buffer.read().decode()
assert not {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"}'
		/usr/bin/python3 - "$junit" "$sarif" "$log" <<'EOP'
import json, re, sys, unicodedata, urllib.parse, xml.etree.ElementTree as xml
root = xml.parse(sys.argv[1]).getroot()
suite, = root
assert root.tag == "testsuites" and suite.tag == "testsuite"
assert set(suite.attrib) == {"name", "package", "id", "tests", "failures", "errors", "time", "timestamp",
                             "hostname"}
assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
assert [e.tag for e in suite] == ["properties", *["testcase"] * 4, "system-out", "system-err"]
cases = suite.findall("testcase")
assert all(set(c.attrib) == {"name", "classname", "time"} for c in cases)
failures = [f for c in cases for f in c]
assert all(f.tag == "failure" and set(f.attrib) == {"type", "message"} and f.text for f in failures)
assert int(suite.get("tests")) == len(cases) and int(suite.get("failures")) == len(failures) > 0

text = open(sys.argv[2], encoding="utf-8").read()
assert not {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"}
log = json.loads(text)
assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
run, = log["runs"]
rules = run["tool"]["driver"]["rules"]
assert run["tool"]["driver"]["name"] == "sockview"
assert [r["id"] for r in rules] == [c.get("name") for c in cases]
assert all(r["shortDescription"]["text"] for r in rules)
lines = sum(f.text.strip().count("\n") + 1 for f in failures)
assert len(run["results"]) == lines, (run["results"], lines)
for result in run["results"]:
    assert set(result) == {"ruleId", "ruleIndex", "level", "message", "locations", "occurrenceCount"}
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] and result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    name = urllib.parse.unquote(place["artifactLocation"]["uri"].removeprefix("file://"))
    lines = open(name, encoding="utf-8").read().count("\n")
    assert 1 <= place["region"]["startLine"] <= lines and result["message"]["text"]
if sys.argv[3] == "hostile":
    assert "</failure>" in failures[0].text
EOP
	done
	cp "$(log many)" "$BATS_TEST_TMPDIR/a b:c%#.jsonl"
	cd "$BATS_TEST_TMPDIR"
	"$SOCKVIEW" --check='at most 1 connections' --sarif=x.sarif 'a b:c%#.jsonl' || true
	[ "$(jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' x.sarif)" = \
		a%20b%3Ac%25%23.jsonl ]
}
