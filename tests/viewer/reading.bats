#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What sockview makes of traces that are not whole, and how it shows those that are.

bats_require_minimum_version 1.5.0
load ../helper

trace=tests/viewer/traces/tcp_echo.jsonl

@test "a trace that is cut short is shown up to there, with a message and status 1" {
	head -c 3000 "$trace" >"$BATS_TEST_TMPDIR/cut.jsonl"
	run -1 --separate-stderr "$SOCKVIEW" "$BATS_TEST_TMPDIR/cut.jsonl"
	[[ "$output" == *"listen"* ]]
	[[ "$stderr" == "sockview: "*"cut.jsonl:"*": cut short in the middle of this line; what is before it is shown" ]]
}

@test "a trace without an end is shown, with a message" {
	head -n 6 "$trace" >"$BATS_TEST_TMPDIR/cut.jsonl"
	run -1 --separate-stderr "$SOCKVIEW" "$BATS_TEST_TMPDIR/cut.jsonl"
	[[ "$output" == *"listen"* ]]
	[[ "$stderr" == *":6: the trace has no end: socktrace still runs, or was killed" ]]
}

@test "an empty file is no trace" {
	run -1 "$SOCKVIEW" /dev/null
	[ "$output" = "sockview: /dev/null: empty: there is no trace in it" ]
}

@test "a file that is no trace is told by its first line" {
	run -1 "$SOCKVIEW" /etc/passwd
	[[ "$output" == "sockview: /etc/passwd:1: not a trace of socktrace ("*")" ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "a file of another kind is named as what it is, whatever way it comes" {
	cd "$BATS_TEST_TMPDIR"
	local trace=$BATS_TEST_DIRNAME/traces/tcp_echo.jsonl file words
	printf '\xfd7zXZ\x00' >xz
	cp /bin/true elf
	printf '\xd4\xc3\xb2\xa1\x02\x00\x04\x00' >pcap
	printf '\n\r\r\n\x1c\x00\x00\x00' >pcapng
	printf 'no\x00text' >binary
	"$SOCKVIEW" -o page.html "$trace"
	while read -r file words; do
		run -1 "$SOCKVIEW" "$file"
		[[ "$output" == "sockview: $file: $words"* ]] || { echo "$output" && false; }
		[ "${#lines[@]}" -eq 1 ]
		run -1 "$SOCKVIEW" --redact <"$file"
		[[ "$output" == "sockview: standard input: $words"* ]]
		run -1 bash -c 'cat "$1" | "$2" -f' - "$file" "$SOCKVIEW"
		[[ "$output" == "sockview: standard input: $words"* ]]
	done <<'EOF'
xz a file compressed with xz, not a trace of socktrace: xz -dc FILE | sockview
elf a program (ELF), not a trace of socktrace: it is traced with: socktrace
pcap a packet capture (pcap), not a trace of socktrace: tcpdump
pcapng a packet capture (pcapng), not a trace of socktrace: tcpdump
binary a binary file, not a trace of socktrace
page.html a page, not a trace of socktrace: a browser
EOF
}

@test "what is wrong with the whole file has no line" {
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR"
	[ "$output" = "sockview: $BATS_TEST_TMPDIR: Is a directory" ]
	run -1 "$SOCKVIEW" </dev/null
	[ "$output" = "sockview: standard input: empty: there is no trace in it" ]
}

@test "a trace of a newer version is not shown, and the message says what to do" {
	sed '1s/"version":1/"version":2/' "$trace" >"$BATS_TEST_TMPDIR/newer.jsonl"
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/newer.jsonl"
	[[ "$output" == *":1: made in version 2 of the trace format, this sockview reads 1: please use a newer sockview" ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "a bad line is reported by its number and skipped" {
	sed '5s/.*/{"type":"call","seq":/' "$trace" >"$BATS_TEST_TMPDIR/bad.jsonl"
	run -1 --separate-stderr "$SOCKVIEW" "$BATS_TEST_TMPDIR/bad.jsonl"
	[[ "$stderr" == "sockview: "*"bad.jsonl:5: "* ]]
	[[ "$output" == *"connection release"* ]]
}

@test "what is wrong with a line is said, whatever stands inside of it" {
	sed '5s/.*/{"type":"call","seq":"x","args":[{"type":"trace","a":1}]}/' "$trace" >"$BATS_TEST_TMPDIR/bad.jsonl"
	run -1 --separate-stderr "$SOCKVIEW" "$BATS_TEST_TMPDIR/bad.jsonl"
	[[ "$stderr" == *'bad.jsonl:5: "seq" is not an integer' ]] || { echo "$stderr" && false; }
}

@test "warnings that are not shown are counted" {
	sed 2q "$trace" >"$BATS_TEST_TMPDIR/warned.jsonl"
	for i in $(seq 23); do
		printf '{"type":"warning","time_ns":%d,"code":"x","message":"number %d"}\n' 1 "$i"
	done >>"$BATS_TEST_TMPDIR/warned.jsonl"
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/warned.jsonl"
	[ "$(grep -c '^warning: number ' <<<"$output")" -eq 20 ]
	[[ "$output" == *$'\nand 3 more warnings\n'* ]]
	run -1 --separate-stderr "$SOCKVIEW" --format=json "$BATS_TEST_TMPDIR/warned.jsonl"
	/usr/bin/python3 -c 'import json, sys; assert json.load(sys.stdin)["warnings_left_out"] == 3' <<<"$output"
}

@test "many bad lines do not flood the terminal" {
	{ head -n 1 "$trace" && yes nonsense | head -n 1000; } >"$BATS_TEST_TMPDIR/bad.jsonl"
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/bad.jsonl"
	[ "${#lines[@]}" -lt 20 ]
	[[ "$output" == *"and 990 more lines like that"* ]]
}

@test "a file that is not there is an error with its reason" {
	run -2 "$SOCKVIEW" "$BATS_TEST_TMPDIR/none"
	[ "$output" = "sockview: $BATS_TEST_TMPDIR/none: No such file or directory" ]
}

@test "standard input is read when no file is named, or -" {
	run -0 "$SOCKVIEW" <"$trace"
	[[ "$output" == *"accept"* ]]
	run -0 "$SOCKVIEW" - <"$trace"
	[[ "$output" == *"accept"* ]]
}

@test "a wrong command line gives status 2 and says what to do" {
	for wrong in --nonsense --width=none --width=0 --view=nonsense --scale=none --by=x --part=x --color=x "a b"; do
		# shellcheck disable=SC2086 # "a b" is two files
		run -2 "$SOCKVIEW" $wrong
		[[ "$output" == "sockview: "* ]]
	done
}

@test "nothing of a hostile trace reaches the terminal as it is" {
	for view in timeline sequence mermaid svg; do
		"$SOCKVIEW" --color=never -v $view tests/viewer/traces/hostile.jsonl || true
	done >"$BATS_TEST_TMPDIR/shown" 2>&1
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/shown" <<'EOF'
import sys, unicodedata
text = open(sys.argv[1], encoding="utf-8").read()
bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs") and c != "\n"]
sys.exit(repr(bad) if bad else 0)
EOF
}

@test "colours come only when they are wanted" {
	escape=$(printf '\033')
	run -0 "$SOCKVIEW" "$trace"
	[[ "$output" != *"$escape"* ]]
	run -0 "$SOCKVIEW" --color=always "$trace"
	[[ "$output" == *"${escape}["* ]]
	run -0 script -qec "TERM=xterm PAGER=cat '$SOCKVIEW' $trace" /dev/null
	[[ "$output" == *"${escape}["* ]]
	run -0 script -qec "TERM=xterm NO_COLOR=1 PAGER=cat '$SOCKVIEW' $trace" /dev/null
	[[ "$output" != *"${escape}["* ]]
}

@test "CLICOLOR_FORCE and CLICOLOR=0 have their say, after NO_COLOR and --color" {
	local escape
	escape=$(printf '\033')
	has_color() {
		"$@" 2>&1 | grep -q "$escape"
	}
	has_color env CLICOLOR_FORCE=1 TERM=dumb "$SOCKVIEW" "$trace"
	has_color env CLICOLOR_FORCE=1 CLICOLOR=0 "$SOCKVIEW" "$trace"
	run ! has_color env CLICOLOR_FORCE=0 "$SOCKVIEW" "$trace"
	run ! has_color env CLICOLOR_FORCE= "$SOCKVIEW" "$trace"
	run ! has_color env CLICOLOR_FORCE=1 NO_COLOR=1 "$SOCKVIEW" "$trace"
	run ! has_color env CLICOLOR_FORCE=1 "$SOCKVIEW" --color=never "$trace"
	has_color script -qec "TERM=xterm CLICOLOR=1 PAGER=cat '$SOCKVIEW' $trace" /dev/null
	run ! has_color script -qec "TERM=xterm CLICOLOR=0 PAGER=cat '$SOCKVIEW' $trace" /dev/null
	CLICOLOR_FORCE=1 "$SOCKVIEW" -o "$BATS_TEST_TMPDIR/plain" "$trace"
	run ! grep -q "$escape" "$BATS_TEST_TMPDIR/plain"
	for live in "" --live; do
		run ! has_color "$SOCKTRACE" $live "$BUILD/samples/unix_pair"
		has_color "$SOCKTRACE" $live --color "$BUILD/samples/unix_pair"
		has_color env CLICOLOR_FORCE=1 "$SOCKTRACE" $live "$BUILD/samples/unix_pair"
		run ! has_color env CLICOLOR_FORCE=1 "$SOCKTRACE" $live --color=never "$BUILD/samples/unix_pair"
	done
	run -125 "$SOCKTRACE" --color=yes true
	[[ "$output" == "socktrace: --color=yes: expected auto, always or never"* ]]
}

@test "a terminal gets the output through PAGER" {
	run -0 script -qec "PAGER='sed s/^/paged:/' '$SOCKVIEW' $trace" /dev/null
	[[ "$output" == *"paged:"* ]]
	run -0 script -qec "PAGER='sed s/^/paged:/' '$SOCKVIEW' --no-pager $trace" /dev/null
	[[ "$output" != *"paged:"* ]]
	run -0 script -qec "PAGER=no-such-pager '$SOCKVIEW' $trace" /dev/null
	[[ "$output" == *"accept"* ]]
}

# none_wider FILE WIDTH
none_wider() {
	/usr/bin/python3 -c '
import sys
wide = [l for l in open(sys.argv[1]).read().splitlines() if len(l) > int(sys.argv[2])]
sys.exit("\n".join(wide) if wide else 0)' "$@"
}

@test "no line of a story or a call is wider than asked for, and none of a file or a pipe is cut" {
	local long="$BATS_TEST_TMPDIR/long.jsonl" shown="$BATS_TEST_TMPDIR/shown"

	jq -c 'if .data.text then .data.text *= 120 else . end' \
		tests/viewer/traces/tcp_echo.jsonl >"$long"
	"$SOCKVIEW" -v calls "$long" >"$shown"
	[ "$(grep -c '.\{1000\}' "$shown")" -ge 2 ]
	for width in 60 80 100; do
		for trace in tests/viewer/traces/[!h]*.jsonl "$long"; do
			"$SOCKVIEW" -v timeline --width=$width "$trace"
			"$SOCKVIEW" -v timeline --width=$width --ascii --full "$trace"
			"$SOCKVIEW" -v calls --width=$width "$trace"
		done >"$shown"
		none_wider "$shown" $width
	done
	run -0 "$SOCKVIEW" -v timeline --width=80 tests/viewer/traces/nonblocking_connect.jsonl
	[[ $output == *' limit 5.00 s'*'connected after 103 µs'* ]]
}

@test "no line is wider than asked for" {
	for width in 80 132; do
		for trace in curl_nginx waits messages concurrent_server; do
			"$SOCKVIEW" --width=$width "tests/viewer/traces/$trace.jsonl"
			"$SOCKVIEW" --width=$width --ascii "tests/viewer/traces/$trace.jsonl"
			"$SOCKVIEW" --width=$width --view=sequence --full "tests/viewer/traces/$trace.jsonl"
			for view in socket summary hints; do
				"$SOCKVIEW" --width=$width --view=$view "tests/viewer/traces/$trace.jsonl"
			done
		done >"$BATS_TEST_TMPDIR/shown"
		none_wider "$BATS_TEST_TMPDIR/shown" $width
	done
}

@test "a narrow summary leaves out what counts least, and --full nothing" {
	run -0 "$SOCKVIEW" -v summary --width=80 tests/viewer/traces/tcp_echo.jsonl
	[[ "$output" == *" connect there back asked ended"* && "$output" != *" rate "* ]]
	run -0 "$SOCKVIEW" -v summary --width=80 --full tests/viewer/traces/tcp_echo.jsonl
	[[ "$output" == *" connect "*" asked "*" p50 "*" in calls  first byte "*" rate "*" lived  ended"* ]]
}

@test "a line of calls is broken in a narrow window, and only there" {
	local call='1.028 ms  +16.7 µs  tcp_echo 27903   *3   s2 TCP  127.0.0.1:57936 → 127.0.0.1:36731  recvfrom *115 µs .*"hello'
	local broken=' s2 TCP  recvfrom * 115 µs\n {20,}12 of 64 B  "hello, world"\n? *127.0.0.1:57936 → 127.0.0.1:36731\n'

	COLUMNS=80 "$SOCKVIEW" -v calls tests/viewer/traces/tcp_echo.jsonl | grep -q "$call"
	"$SOCKVIEW" -v calls --width=80 tests/viewer/traces/tcp_echo.jsonl | grep -Pzq "$broken"
	"$SOCKVIEW" -v calls --width=155 tests/viewer/traces/tcp_echo.jsonl | grep -q "$call"
	script -qec "stty cols 80; '$SOCKVIEW' --no-pager -v calls tests/viewer/traces/tcp_echo.jsonl" \
		/dev/null </dev/null | tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g' | grep -Pzq "$broken"
}

@test "the lines of many calls stand in the order of time, and a reader may have seen enough" {
	local log=$BATS_TEST_TMPDIR/many.jsonl
	{
		head -n 1 tests/viewer/traces/tcp_echo.jsonl
		seq 20000 | sed 's/.*/{"type":"call","seq":&,"time_ns":&000,"duration_ns":1,"pid":1,"tid":1,"name":"write","effect":"send","fd":3,"args":{"size":5},"result":5,"bytes":5,"data":{"text":"number &"}}/'
		echo '{"type":"end","time_ns":20001000,"calls":20000}'
	} >"$log"
	"$SOCKVIEW" -v calls "$log" | grep -oE '"number [0-9]+"' | cmp - <(seq -f '"number %.0f"' 20000)
	[ "$("$SOCKVIEW" -v calls "$log" | head -n 3 | grep -c 'number [12]"')" -eq 2 ]
}

@test "--output writes to a file" {
	run -0 "$SOCKVIEW" -o "$BATS_TEST_TMPDIR/out" "$trace"
	[ -z "$output" ]
	grep -q accept "$BATS_TEST_TMPDIR/out"
}

@test "a view that there is not is answered with those that there are" {
	local listed
	listed="views are $(views | paste -sd , | sed 's/,/, /g')"
	run -2 "$SOCKVIEW" -v seq "$trace"
	[ "${lines[0]}" = "sockview: there is no view 'seq'; did you mean sequence? $listed" ]
	run -2 "$SOCKVIEW" -v time "$trace"
	[ "${lines[0]}" = "sockview: there is no view 'time'; did you mean timeline? $listed" ]
	for name in s events ""; do
		run -2 "$SOCKVIEW" -v "$name" "$trace"
		[ "${lines[0]}" = "sockview: there is no view '$name'; $listed" ]
	done
}

@test "a view's name in the place of a trace is answered with -v" {
	for view in $(views); do
		run -2 "$SOCKVIEW" "$view" "$trace"
		[ "$output" = "sockview: $view: No such file or directory; did you mean -v $view?" ]
	done
	cp "$trace" "$BATS_TEST_TMPDIR/calls"
	cd "$BATS_TEST_TMPDIR"
	run -0 "$SOCKVIEW" calls
	[[ "$output" == *"connection release"* ]]
}

@test "the ending of the output's name chooses the view, unless -v does" {
	local ending view
	while read -r ending view; do
		"$SOCKVIEW" -o "$BATS_TEST_TMPDIR/out.$ending" "$trace"
		"$SOCKVIEW" -v "$view" "$trace" | cmp - "$BATS_TEST_TMPDIR/out.$ending"
	done <<<$'html html\nsvg svg\nSVG svg\nmmd mermaid\npcapng pcapng\notlp.jsonl otlp\npftrace perfetto\nperfetto perfetto\nperfetto-trace perfetto\njsonl log\ntxt overview\nhtml.txt overview'
	"$SOCKVIEW" -v calls -o "$BATS_TEST_TMPDIR/out.html" "$trace"
	"$SOCKVIEW" -v calls "$trace" | cmp - "$BATS_TEST_TMPDIR/out.html"
	cat "$trace" | "$SOCKVIEW" -f -o "$BATS_TEST_TMPDIR/followed.html"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/followed.html")" -eq 25 ]
	run -2 "$SOCKVIEW" --errors -o "$BATS_TEST_TMPDIR/part.jsonl" "$trace"
	[[ "$output" == *"the ending of -o FILE"* ]]
}

# writes FILE OPTIONS: what is written to it without options is what these print.
writes() {
	local file=$BATS_TEST_TMPDIR/$1
	"$SOCKVIEW" ${3-} -o "$file" "$trace"
	"$SOCKVIEW" $2 "$trace" | cmp - "$file"
}

@test "the ending of the output's name chooses the format, unless --format does" {
	writes t.json --format=json
	writes T.CSV --format=csv
	writes t.csv "-v calls --format=csv" "-v calls"
	writes t.json "-v svg --format=json" "-v svg"
	writes threads.csv "--format=csv --table=threads" "--table=threads"
	writes text.json -vcalls "-v calls --format=text"
	writes json.csv --format=json --format=json
	# These are JSON as they are.
	writes log.json "-v log" "-v log"
	writes otlp.json "-v otlp" "-v otlp"
	"$SOCKVIEW" -o "$BATS_TEST_TMPDIR/t.json.gz" "$trace"
	gzip -dc "$BATS_TEST_TMPDIR/t.json.gz" | cmp - <("$SOCKVIEW" --format=json "$trace")
	run -0 "$SOCKVIEW" --diff -o "$BATS_TEST_TMPDIR/diff.json" "$trace" "$trace"
	jq -e . "$BATS_TEST_TMPDIR/diff.json" >/dev/null
	run -2 "$SOCKVIEW" -v sequence -o "$BATS_TEST_TMPDIR/sequence.csv" "$trace"
	[[ "$output" == *"the view sequence is no table"* ]]
	run -2 "$SOCKVIEW" -f -o "$BATS_TEST_TMPDIR/follow.csv" "$trace"
	[ ! -e "$BATS_TEST_TMPDIR/sequence.csv" ] && [ ! -e "$BATS_TEST_TMPDIR/follow.csv" ]
}

@test "what a name promises and is not written is refused, unless -v or --format chooses" {
	local ending file
	for ending in pcap PCAP.gz html.xz bz2; do
		file=$BATS_TEST_TMPDIR/refused.$ending
		run -2 "$SOCKVIEW" -o "$file" "$trace"
		[[ "${lines[0]}" == "sockview: --output=$file: "*": "* ]]
		[ ! -e "$file" ]
		"$SOCKVIEW" -v calls -o "$file" "$trace"
		[ -s "$file" ]
	done
	writes t.pcap "-v pcapng" "-v pcapng"
	writes t.xz --format=json --format=json
}

@test "an output that cannot be written is an error" {
	run -2 bash -c '"$1" "$2" >/dev/full' - "$SOCKVIEW" "$trace"
	[[ "$output" == "sockview: "*"No space left on device" ]]
}

@test "where what it writes to does not block, it waits" {
	run -0 /usr/bin/python3 - "$SOCKVIEW" "$trace" <<'EOP'
import array, fcntl, os, subprocess, sys, termios, time
command = [sys.argv[1], "-v", "html", sys.argv[2]]
shown = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
reading, writing = os.pipe()
os.set_blocking(writing, False)
viewer = subprocess.Popen(command, stdout=writing)
os.close(writing)
there = array.array("i", [0])
while there[0] < 65536 and viewer.poll() is None:
    time.sleep(0.01)
    fcntl.ioctl(reading, termios.FIONREAD, there)
got = b"".join(iter(lambda: os.read(reading, 65536), b""))
assert (viewer.wait(), len(got)) == (0, len(shown))
assert got == shown
EOP
}

@test "long stories are told by their beginning and their end, and in --full" {
	run -0 "$SOCKVIEW" --full tests/viewer/traces/curl_nginx.jsonl
	[[ "$output" == *"TCP_KEEPINTVL"* ]]
}

@test "name services that are not there are one line, and no errors" {
	local log=tests/viewer/traces/curl_nginx.jsonl view
	for view in timeline overview sequence svg; do
		run -0 --separate-stderr "$SOCKVIEW" -v $view "$log"
		[ "$(grep -c 'nscd' <<<"$output")" -eq 1 ] || [ $view = svg ]
		[[ "$output" == *"6 connects to /var/run/nscd/socket, which is not there"* ]]
		[[ "$output" != *errors* && "$output" != *ENOENT* ]]
	done
	for view in timeline sequence; do
		[ "$("$SOCKVIEW" -v $view --format=json "$log" | jq -c .absent_services)" = \
			'{"connects":6,"address":"/var/run/nscd/socket"}' ]
		[ "$("$SOCKVIEW" -v $view --width=200 --full "$log" | grep -c 'ENOENT')" -eq 6 ]
		[ "$("$SOCKVIEW" -v $view --width=200 --family=unix "$log" | grep -c 'ENOENT')" -eq 6 ]
	done
	run -0 --separate-stderr "$SOCKVIEW" -v calls --errors "$log"
	[ -z "$output" ]
	# Any other socket that is not there is an error.
	sed 's|nscd/socket|other.sock|' "$log" >"$BATS_TEST_TMPDIR/other.jsonl"
	run -0 "$SOCKVIEW" "$BATS_TEST_TMPDIR/other.jsonl"
	[[ "$output" == *"6 errors"* ]]
	# So is a service that is there and refuses.
	sed '/"effect":"connect"/{s/"ENOENT"/"ECONNREFUSED"/}' "$log" >"$BATS_TEST_TMPDIR/refused.jsonl"
	run -0 "$SOCKVIEW" "$BATS_TEST_TMPDIR/refused.jsonl"
	[[ "$output" == *"6 errors"* ]]
}

# lines OPTION...: how many calls of the trace of curl and nginx fit.
lines() {
	"$SOCKVIEW" -v calls "$@" tests/viewer/traces/curl_nginx.jsonl | tail -n +2 | wc -l
}

@test "filters combine, and say what they leave out" {
	[ "$(lines)" -eq 57 ]
	[ "$(lines --program=curl)" -eq "$(lines --pid=29029)" ]
	[ $(($(lines --program=curl) + $(lines --program='ngin?'))) -eq 57 ]
	[ "$(lines --effect=connect)" -eq "$(lines --call=connect)" ]
	[ "$(lines --effect=connect,accept)" -eq $(($(lines --effect=connect) + $(lines --call='accept*'))) ]
	[ "$("$SOCKVIEW" -v calls --errors tests/viewer/traces/outcomes.jsonl | tail -n +2 | wc -l)" -eq 5 ]
	[ "$("$SOCKVIEW" -v calls --errors --family=unix tests/viewer/traces/outcomes.jsonl | tail -n +2 | wc -l)" -eq 1 ]
	[ "$(lines --port=8099)" -eq "$(lines --address=127.0.0.1)" ]
	[ "$(lines --port=8099 --call=socket)" -eq 2 ]
	[ "$(lines --socket=12)" -eq 17 ]
	[ "$(lines --role=listen --effect=bind,listen)" -eq "$(lines --effect=bind,listen)" ]
	[ "$(lines --role=listen --program=curl)" -eq 0 ]
	[ "$(lines --role=connect --effect=connect,send --port=8099)" -eq 2 ]
	[ "$(lines --role=accept --call=recvfrom)" -eq "$(lines --program=nginx --call=recvfrom)" ]
	[ "$(lines --role=socketpair,listen --call='socket*')" -eq 3 ]
	[ $(($(lines --until=34ms) + $(lines --since=34ms))) -eq 57 ]
	[ "$(lines --slower-than=0.4ms)" -eq 2 ]
	run -0 "$SOCKVIEW" --fd=7 tests/viewer/traces/curl_nginx.jsonl
	[[ "$output" == *" calls left out "* ]]
	run -2 "$SOCKVIEW" --since=soon "$trace"
	[[ "$output" == *"--since=soon: expected a time"* ]]
	run -2 "$SOCKVIEW" --effect=fly "$trace"
	[[ "$output" == *"--effect=fly: expected effects"* ]]
	run -2 "$SOCKVIEW" --role=listener "$trace"
	[[ "$output" == *"--role=listener: expected roles: listen, connect"* ]]
}

@test "every view says when no call fits, and those for programs say it on standard error" {
	local view
	for view in $(views | grep -v log); do
		run -0 --separate-stderr "$SOCKVIEW" -v "$view" --slower-than=1h "$trace"
		case $view in
		calls | html | mermaid | svg | pcapng | perfetto)
			[ "$stderr" = "sockview: no call fits" ]
			[[ "$output" != *"No call fits"* ]]
			;;
		otlp)
			[ "$stderr" = "sockview: no exchange fits" ]
			[ -z "$output" ]
			;;
		exchanges)
			[ -z "$stderr" ]
			[ "$(grep -c '^No exchange fits.$' <<<"$output")" -eq 1 ]
			;;
		*)
			[ -z "$stderr" ]
			[ "$(grep -c '^No call fits.$' <<<"$output")" -eq 1 ]
			;;
		esac
	done
	run -0 --separate-stderr "$SOCKVIEW" -f --slower-than=1h - <"$trace"
	[ -z "$output" ]
	[ "$stderr" = "sockview: no call fits" ]
	# What fits is not drawn in a sequence without --full: that is said instead.
	run -0 --separate-stderr "$SOCKVIEW" -v sequence --effect=query "$trace"
	[ "${lines[-1]}" = "1 call that sets, asks, waits or found nothing is not shown: see --full" ]
	# Without a filter there is none.
	"$SOCKTRACE" -q -o "$(trace_file none)" true
	run -0 --separate-stderr "$SOCKVIEW" -v calls "$(trace_file none)"
	[ -z "$output" ]
	[ "$stderr" = "sockview: no socket was used" ]
	for view in timeline sequence socket summary hints; do
		run -0 "$SOCKVIEW" -v "$view" "$(trace_file none)"
		[ "${lines[-1]}" = "No socket was used." ]
	done
}

@test "a growing trace is followed to its end, by file and by pipe" {
	exec 5>"$BATS_TEST_TMPDIR/growing"
	head -n 10 "$trace" >&5
	{
		wait_until test -s "$BATS_TEST_TMPDIR/shown"
		tail -n +11 "$trace" >&5
	} 3>&- &
	exec 5>&-
	timeout 60 "$SOCKVIEW" --follow "$BATS_TEST_TMPDIR/growing" >"$BATS_TEST_TMPDIR/shown"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/shown")" -eq 25 ]
	# In the order in which they end, in seconds, as nobody knows how long it will last.
	what() { tail -n +2 | cut -c"$1" | tr -s ' ' | sort; }
	[ "$("$SOCKVIEW" -f <"$trace" | what 24-)" = "$("$SOCKVIEW" -v calls "$trace" | what 21-)" ]
	[ "$(cat "$trace" | "$SOCKVIEW" -f --effect=send | wc -l)" -eq 7 ]
}

@test "several traces stand on one axis of time, and their connection is joined" {
	# The two processes of one trace, as if two tracers had made it, the second on a machine whose
	# clock is a second behind.
	server=$(sed -n 's/.*"event":"start","pid":\([0-9]*\).*/\1/p' "$trace")
	/usr/bin/python3 - "$trace" "$server" "$BATS_TEST_TMPDIR" <<'EOP'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
for name, is_mine in (("server", lambda pid: pid == int(sys.argv[2])), ("client", lambda pid: pid != int(sys.argv[2]))):
    with open("%s/%s.jsonl" % (sys.argv[3], name), "w") as file:
        seq = 0
        for r in lines:
            if r["type"] == "trace" and name == "client":
                r = {**r, "started": "2026-11-23T00:00:00.000000000Z"}
            elif r["type"] == "trace":
                r = {**r, "started": "2026-11-23T00:00:01.000000000Z"}
            if "pid" in r and not is_mine(r["pid"]):
                continue
            if r["type"] == "call":
                seq += 1
                r = {**r, "seq": seq}
            if r["type"] == "end":
                r = {**r, "calls": seq}
            file.write(json.dumps(r) + "\n")
EOP
	cd "$BATS_TEST_TMPDIR" # its length is the header's
	run -0 "$SOCKVIEW" server.jsonl client.jsonl
	[[ "${lines[0]}" == *"2 processes"* ]]
	[[ "${lines[0]}${lines[1]}" == *"1 connection "* ]]
	# Within a tenth of a second of each other again.
	[[ "${lines[0]}${lines[1]}" == *" ms"* ]]
	run -0 "$SOCKVIEW" -v calls server.jsonl client.jsonl
	[ "${#lines[@]}" -eq 25 ]
	# In one file they are as in two.
	cat server.jsonl client.jsonl >joined.jsonl
	run -0 "$SOCKVIEW" joined.jsonl
	[[ "${lines[0]}" == "joined.jsonl   2 traces   2 processes "* ]]
	[[ "${lines[0]}${lines[1]}" == *"1 connection "* ]]
	"$SOCKVIEW" -v calls joined.jsonl | cmp - <("$SOCKVIEW" -v calls server.jsonl client.jsonl)
	run -0 "$SOCKVIEW" -v socket joined.jsonl
	[[ "$output" == *"other end   socket "*" of joined.jsonl, trace 2"* ]]
}

@test "what follows the first line of another trace is another trace, however it is read" {
	local udp=tests/viewer/traces/udp_echo.jsonl joined=$BATS_TEST_TMPDIR/joined.jsonl view
	cat "$trace" "$udp" >"$joined"
	for view in calls summary socket sequence; do
		"$SOCKVIEW" -v "$view" "$joined" | tail -n +3 >"$BATS_TEST_TMPDIR/shown"
		"$SOCKVIEW" -v "$view" "$trace" "$udp" | tail -n +3 | cmp - "$BATS_TEST_TMPDIR/shown"
		"$SOCKVIEW" -v "$view" <"$joined" | tail -n +3 | cmp - "$BATS_TEST_TMPDIR/shown"
	done
	run -0 "$SOCKVIEW" -v summary "$joined"
	[ "$(grep -c '^ .* → tcp_echo ' <<<"$output")" -eq 1 ]
	[ "$(grep -c '^ .* TCP ' <<<"$output")" -eq 1 ]
	[ "$(grep -c '^ .* UDP ' <<<"$output")" -eq 2 ]
	# Lines are read in batches of a quarter of a megabyte, on all cores.
	for _ in {1..99}; do cat "$trace"; done | awk '/"type":"trace"/ { sub(/557586451/, 100000000 + NR) } 1' >"$joined"
	[ "$(wc -c <"$joined")" -gt 600000 ]
	run -0 "$SOCKVIEW" -v summary "$joined"
	[[ "${lines[0]}${lines[1]}" == *"   99 traces   198 processes "*" 99 connections "*" 2376 calls"* ]]
}

@test "a trace whose tracer was killed is followed to where it ends" {
	local log=$BATS_TEST_TMPDIR/log
	# Killed before.
	head -n 10 "$trace" >"$log"
	run -1 --separate-stderr timeout 60 "$SOCKVIEW" -f "$log"
	[[ "$stderr" == *"the trace has no end, and nobody writes to it: socktrace was killed"* ]]
	[ "${#lines[@]}" -eq $((1 + $(head -n 10 "$trace" | grep -c '"type":"call"'))) ]
	# Killed while it is followed, in the middle of what the program does.
	rm "$log"
	"$SOCKTRACE" -q -o "$log" /usr/bin/python3 -c '
import socket, time
a, b = socket.socketpair()
a.send(b"x")
time.sleep(600)' 3>&- &
	local tracer=$!
	wait_until grep -qs '"effect":"send"' "$log"
	timeout 60 "$SOCKVIEW" -f "$log" >"$BATS_TEST_TMPDIR/shown" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
	local viewer=$!
	wait_until grep -q sendto "$BATS_TEST_TMPDIR/shown"
	kill -KILL $tracer
	local ended=0
	wait $viewer || ended=$?
	[ $ended -eq 1 ]
	grep -q 'nobody writes to it: socktrace was killed' "$BATS_TEST_TMPDIR/said"
}

@test "a trace that stands still is waited for as long as its tracer runs" {
	local log=$BATS_TEST_TMPDIR/log go=$BATS_TEST_TMPDIR/go
	mkfifo "$go"
	: >"$log"
	timeout 60 "$SOCKVIEW" -f "$log" >"$BATS_TEST_TMPDIR/shown" 3>&- &
	local viewer=$!
	"$SOCKTRACE" -q -o "$log" /usr/bin/python3 -c '
import socket, sys
a, b = socket.socketpair()
a.send(b"x")
open(sys.argv[1]).read()
b.recv(1)' "$go" 3>&- &
	wait_until grep -q sendto "$BATS_TEST_TMPDIR/shown"
	sleep 0.3 # in which it looks for a writer several times
	echo >"$go"
	wait $viewer
	grep -q recvfrom "$BATS_TEST_TMPDIR/shown"
}

@test "a log that was truncated while it was written is read, whatever hole it has" {
	local log=$BATS_TEST_TMPDIR/log view
	# More than what is read at once, and one in the middle.
	{
		head -c 700000 /dev/zero
		head -n 9 "$trace"
		head -c 5 /dev/zero
		tail -n +10 "$trace"
		head -c 300000 /dev/zero
	} >"$log"
	for view in $(views); do
		[[ $view != html && $view != pcapng ]] || continue
		echo "$view"
		run -0 "$SOCKVIEW" -v "$view" "$log"
		diff <(cat "$trace" | "$SOCKVIEW" -v "$view" | sed 1d) <("$SOCKVIEW" -v "$view" <"$log" | sed 1d)
		diff <("$SOCKVIEW" --format=json -v "$view" <"$trace" | jq 'del(.header)') \
			<("$SOCKVIEW" --format=json -v "$view" <"$log" | jq 'del(.header)')
		diff <("$SOCKVIEW" --redact -v "$view" <"$trace" | sed 1d) <("$SOCKVIEW" --redact -v "$view" <"$log" | sed 1d)
	done
	truncate -s 1G "$BATS_TEST_TMPDIR/hole"
	local limit=700000
	[[ "$SOCKVIEW" != *sanitize* ]] || limit=unlimited # a sanitizer reserves more than any limit
	run -1 bash -c 'ulimit -v "$1"; shift; exec "$@"' - $limit timeout 60 "$SOCKVIEW" "$BATS_TEST_TMPDIR/hole"
	[[ "$output" == *"empty: there is no trace in it" ]]
}

@test "a log is rotated by copying and truncating it while it is written and followed" {
	local log=$BATS_TEST_TMPDIR/log go=$BATS_TEST_TMPDIR/go
	mkfifo "$go"
	"$SOCKTRACE" -q -o "$log" /usr/bin/python3 -c '
import socket, sys
a, b = socket.socketpair()
a.send(b"before")
open(sys.argv[1]).read()
a.send(b"after")' "$go" 3>&- &
	wait_until grep -qs '"text":"before"' "$log"
	timeout 60 "$SOCKVIEW" -f "$log" >"$BATS_TEST_TMPDIR/shown" 3>&- &
	local viewer=$!
	wait_until grep -q before "$BATS_TEST_TMPDIR/shown"
	cp "$log" "$log.1"
	: >"$log"
	sleep 0.3 # in which it is looked at again
	echo >"$go"
	wait $viewer
	grep -q after "$BATS_TEST_TMPDIR/shown"
	# Nothing is between the parts, which are the whole trace.
	run -1 grep -aP '\0' "$log"
	[ "$(head -c 1 "$log")" = "{" ]
	cat "$log.1" "$log" >"$BATS_TEST_TMPDIR/joined"
	run -0 "$SOCKVIEW" -v calls "$BATS_TEST_TMPDIR/joined"
	[[ "$output" == *before*after* ]]
}

@test "traces in one file are followed to the end of the last one" {
	local udp=tests/viewer/traces/udp_echo.jsonl growing=$BATS_TEST_TMPDIR/growing
	cat "$trace" "$udp" >"$growing"
	run -0 timeout 60 "$SOCKVIEW" -f "$growing"
	[ "${#lines[@]}" -eq 40 ]
	[[ "$output" == *"TCP  "*"UDP  "* ]]
	cat "$trace" "$udp" | timeout 60 "$SOCKVIEW" -f >"$BATS_TEST_TMPDIR/shown"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/shown")" -eq 40 ]
	exec 5>"$growing"
	{ cat "$trace" && head -n 5 "$udp"; } >&5
	: >"$BATS_TEST_TMPDIR/shown"
	{
		wait_until test -s "$BATS_TEST_TMPDIR/shown"
		tail -n +6 "$udp" >&5
	} 3>&- &
	exec 5>&-
	timeout 60 "$SOCKVIEW" -f "$growing" >"$BATS_TEST_TMPDIR/shown"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/shown")" -eq 40 ]
}

@test "traces in one file are given back as they were, and each is redacted" {
	local joined=$BATS_TEST_TMPDIR/joined.jsonl one=$BATS_TEST_TMPDIR/one.jsonl
	cat "$trace" tests/viewer/traces/udp_echo.jsonl >"$joined"
	"$SOCKVIEW" -v log "$joined" | cmp - "$joined"
	"$SOCKVIEW" -v log --format=json "$joined" >"$one"
	[ "$(jq '.records | length' "$one")" -eq "$(wc -l <"$joined")" ]
	[ "$(jq -r '.traces[]' "$one")" = "$joined, trace 1"$'\n'"$joined, trace 2" ]
	"$SOCKVIEW" --redact=addresses -v log "$joined" >"$one"
	[ "$(grep -c '"redact":"addresses"' "$one")" -eq 2 ]
	run ! grep -qE 'hello, world|datagram"|"host":"example"' "$one"
	run -0 "$SOCKVIEW" "$one"
	[[ "${lines[0]}" == *" 2 traces "* ]]
}

# expect_said PROBLEM... <TRACE: what sockview says of it, after the file's name; and it shows what it can.
expect_said() {
	cat >"$BATS_TEST_TMPDIR/wrong.jsonl"
	run -1 --separate-stderr "$SOCKVIEW" "$BATS_TEST_TMPDIR/wrong.jsonl"
	[ "$stderr" = "$(printf "sockview: $BATS_TEST_TMPDIR/wrong.jsonl:%s\n" "$@")" ] || { echo "$stderr" && false; }
	[[ "$output" == *" listen "* ]]
}

@test "lines that are missing, twice or not in order are reported, and what is there twice counts once" {
	shopt -s lastpipe # so that what is shown can be looked at here
	sed 9d "$trace" | expect_said "9: call 5 is missing before this line, or not in its place"
	sed 9,12d "$trace" | expect_said "9: calls 5 to 8 are missing before this line, or not in their place"
	sed '9{h;d};10{G}' "$trace" | expect_said \
		"9: call 5 is missing before this line, or not in its place" \
		"10: call 5 stands after call 6: these lines are not in order"
	[[ "$output" == *"24 calls"* ]]
	sed 9p "$trace" | expect_said "10: call 5 is there a second time, and is passed over"
	[[ "$output" == *"24 calls"* ]]
	sed '3p;$p;7p' "$trace" | expect_said \
		"4: call 1 is there a second time, and is passed over" \
		"9: this line is there a second time, and is passed over" \
		"34: this line is there a second time, and is passed over"
	[[ "$output" == *"2 processes"*"4 descriptors"* ]]
	sed 9p "$trace" | sed 1p | expect_said \
		"2: this line is there a second time, and is passed over" \
		"11: call 5 is there a second time, and is passed over"
	sed 's/"seq":5,/"seq":0,/' "$trace" | expect_said \
		'9: "seq" is 0, and counts from 1' \
		"10: call 5 is missing before this line, or not in its place"
	sed '30{h;d};31{G}' "$trace" | expect_said "31: this line stands after the end of the trace"
	# A line that is bad is not missed, too.
	sed '9s/.*/nonsense/' "$trace" | expect_said "9: not a JSON object"
	# Not thousands of lines.
	sed p "$trace" >"$BATS_TEST_TMPDIR/doubled.jsonl"
	run -1 --separate-stderr "$SOCKVIEW" "$BATS_TEST_TMPDIR/doubled.jsonl"
	[ "${#stderr_lines[@]}" -eq 11 ]
	[ "${stderr_lines[10]}" = "sockview: and 21 more lines like that" ]
	[[ "$output" == *"2 processes"*"4 descriptors"*"24 calls"* ]]
}

@test "an end that counts other calls than there are is reported" {
	sed 's/"calls":24/"calls":30/' "$trace" |
		expect_said "31: the end counts 30 calls, and the last call of the trace is number 24"
	sed 's/"calls":24/"calls":3/' "$trace" |
		expect_said "31: the end counts 3 calls, and the last call of the trace is number 24"
	sed 's/"calls":24,//' "$trace" >"$BATS_TEST_TMPDIR/uncounted.jsonl"
	run -0 "$SOCKVIEW" "$BATS_TEST_TMPDIR/uncounted.jsonl"
}

@test "of traces in one file each is checked for itself" {
	shopt -s lastpipe # so that what is shown can be looked at here
	local udp=tests/viewer/traces/udp_echo.jsonl
	cat "$trace" "$trace" |
		expect_said "32: the same trace was read before ($BATS_TEST_TMPDIR/wrong.jsonl, trace 1), and is shown twice"
	[[ "$output" == *"2 traces"*"2 connections"* ]]
	run -1 "$SOCKVIEW" "$trace" "$trace"
	[ "${lines[0]}" = "sockview: $trace:1: the same trace was read before ($trace), and is shown twice" ]
	{ sed '$d' "$trace" && cat "$udp"; } |
		expect_said "31: another trace begins, and the one before it has no end: socktrace was killed"
	{ cat "$trace" && sed 4d "$udp"; } |
		expect_said "35: call 2 is missing before this line, or not in its place"
	# Where the first was cut short in the middle of a line, the second begins in it.
	{ head -c 3000 "$trace" && cat "$udp"; } |
		expect_said "14: cut short in the middle of this line, and another trace begins in it"
	[[ "$output" == *"2 traces"*"4 processes"* ]]
	run -1 "$SOCKVIEW" --redact "$BATS_TEST_TMPDIR/wrong.jsonl"
	[[ "$output" == *"2 traces"*"4 processes"* ]]
	# It may be the same one.
	{ cat "$udp" && head -c 3000 "$trace" && cat "$udp"; } >"$BATS_TEST_TMPDIR/same.jsonl"
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/same.jsonl"
	[[ "$output" == *": the same trace was read before ($BATS_TEST_TMPDIR/same.jsonl, trace 1), and is shown twice"* ]]
	{ cat "$trace" && sed '1s/"version":1/"version":2/' "$udp"; } |
		expect_said "32: made in version 2 of the trace format, this sockview reads 1: please use a newer sockview"
	[[ "$output" == *"24 calls"* ]]
}

@test "socktrace --live shows calls as they end" {
	run -0 --separate-stderr "$SOCKTRACE" --live "$BUILD/samples/tcp_echo"
	[[ "$stderr" == *"sendto"*"hello, world"* ]]
	[[ "$output" != *"sendto"* ]]
	run -125 "$SOCKTRACE" --live -o "$BATS_TEST_TMPDIR/log" true
	run -127 "$SOCKTRACE" --live no-such-program
	[ "$output" = "socktrace: no-such-program: not found" ]
}

@test "an SVG file is well-formed, whatever is in the trace, and has the parts asked for" {
	sed 's/hello, world/<\/text><script>\&\\u0000\\uffff]]>/' "$trace" >"$BATS_TEST_TMPDIR/evil.jsonl"
	for file in tests/viewer/traces/hostile.jsonl "$BATS_TEST_TMPDIR/evil.jsonl"; do
		"$SOCKVIEW" -v svg -o "$BATS_TEST_TMPDIR/shown.svg" "$file" 2>/dev/null || [ $? -eq 1 ]
		/usr/bin/python3 - "$BATS_TEST_TMPDIR/shown.svg" <<'EOP'
import sys, xml.etree.ElementTree as tree
names = {e.tag.split("}")[1] for e in tree.parse(sys.argv[1]).iter()}
sys.exit(str(names) if names - {"svg", "style", "rect", "g", "text", "path"} else 0)
EOP
	done
	run -0 "$SOCKVIEW" -v svg --part=timeline "$trace"
	[[ "$output" == *">listen<"* && "$output" != *">connection release<"* ]]
	run -0 "$SOCKVIEW" -v svg --part=sequence "$trace"
	[[ "$output" != *">other call<"* && "$output" == *">connection release<"* ]]
}

@test "words of a trace are no syntax of a Mermaid diagram" {
	sed 's/hello, world/x; p0->>p1: y #35 <br> % `/' "$trace" >"$BATS_TEST_TMPDIR/evil.jsonl"
	run -0 "$SOCKVIEW" -v mermaid "$BATS_TEST_TMPDIR/evil.jsonl"
	[[ "$output" == *'#34;x#59; p0-#62;#62;p1#58; y #35;35 #60;br#62; #37; #96;#34;'* ]]
}

@test "a trace is not overwritten by what is shown of it" {
	cp "$trace" "$BATS_TEST_TMPDIR/own.jsonl"
	ln -s own.jsonl "$BATS_TEST_TMPDIR/link"
	run -2 "$SOCKVIEW" -v html -o "$BATS_TEST_TMPDIR/link" "$BATS_TEST_TMPDIR/own.jsonl"
	[[ "$output" == *"is the trace itself"* ]]
	cmp "$trace" "$BATS_TEST_TMPDIR/own.jsonl"
}

@test "a connect that fails later is an error, and an empty datagram no end of stream" {
	"$SOCKTRACE" -q -o "$(trace_file late)" /usr/bin/python3 -c '
import errno, select, socket
closed = socket.create_server(("127.0.0.1", 0))
address = closed.getsockname()
closed.close()
s = socket.socket()
s.setblocking(False)
s.connect_ex(address)
select.select([], [s], [], 10)
assert s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED
one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
one.send(b"")
assert other.recv(10) == b""' 3>&-
	run -0 "$SOCKVIEW" -v calls --errors "$(trace_file late)"
	[[ "$output" == *"SO_ERROR = ECONNREFUSED"* ]]
	run -0 "$SOCKVIEW" "$(trace_file late)"
	[[ "$output" == *"2 errors"* && "$output" == *"an empty datagram"* && "$output" != *"end of stream"* ]]
}

@test "in a narrow sequence every call stands under its own process" {
	[ "$("$SOCKVIEW" -v sequence --width=80 tests/viewer/traces/tcp_echo.jsonl | grep -c connect)" -ge 1 ]
	for name in concurrent_server two_clients; do
		# No server connects, whatever is left out.
		for width in 40 60 80; do
			run -0 "$SOCKVIEW" -v sequence --width=$width "tests/viewer/traces/$name.jsonl"
			/usr/bin/python3 - "$output" <<'EOP'
import re, sys
lines = sys.argv[1].splitlines()
column = lines[0].find("server") if "server" in lines[0] else lines[1].find("server")
for line in lines[2:]:
    at = re.search(r"\bconnect\b(?!ion)", line)
    assert not (at and abs(at.start() - column) < 4), line
EOP
		done
	done
}

@test "an exit is what ended the stream, though the tracer learned of it after the peer" {
	local begin='{"type":"trace","version":1,"tracer":"t","command":["t"],"started":"2026-01-01T00:00:00.000000000Z","host":"h","kernel":"k","machine":"x86_64","options":{}}'
	show() { # WHEN the child's descriptor ended
		"$SOCKVIEW" -v sequence --width=90 - <<EOF
$begin
{"type":"process","time_ns":0,"event":"start","pid":41,"program":"parent","command":["t"]}
{"type":"call","seq":1,"time_ns":1000,"duration_ns":10,"pid":41,"tid":41,"name":"socketpair","effect":"create","args":{"family":"AF_UNIX","type":["SOCK_STREAM"],"protocol":0,"fds":[3,4]},"result":0,"new":[{"fd":3,"descriptor":1,"socket":1},{"fd":4,"descriptor":2,"socket":2}]}
{"type":"process","time_ns":2000,"event":"fork","pid":42,"parent":41,"program":"child"}
{"type":"descriptor","time_ns":2000,"event":"inherit","reason":"fork","pid":42,"fd":4,"descriptor":3,"socket":2,"from":{"pid":41,"descriptor":2}}
{"type":"call","seq":2,"time_ns":3000,"duration_ns":10,"pid":41,"tid":41,"name":"close","effect":"close","fd":4,"descriptor":2,"socket":2,"args":{},"result":0}
{"type":"call","seq":3,"time_ns":4000,"duration_ns":10,"pid":42,"tid":42,"name":"sendto","effect":"send","fd":4,"descriptor":3,"socket":2,"args":{},"result":3,"bytes":3,"data":{"text":"bye"}}
{"type":"call","seq":4,"time_ns":4100,"duration_ns":10,"pid":41,"tid":41,"name":"recvfrom","effect":"receive","fd":3,"descriptor":1,"socket":1,"args":{},"result":3,"bytes":3,"data":{"text":"bye"}}
{"type":"call","seq":5,"time_ns":5000,"duration_ns":10,"pid":41,"tid":41,"name":"recvfrom","effect":"receive","fd":3,"descriptor":1,"socket":1,"args":{},"result":0,"bytes":0}
{"type":"descriptor","time_ns":$1,"event":"close","reason":"exit","pid":42,"fd":4,"descriptor":3,"socket":2}
{"type":"process","time_ns":9000,"event":"exit","pid":42,"exit_code":0}
{"type":"end","time_ns":9500,"calls":5,"exit_code":0}
EOF
	}
	[[ "$(show 4900)" == *"exit  "*"▶ │ recv 0 fd 3"* ]]
	[[ "$(show 5200)" == *"exit  "*"▶ │ recv 0 fd 3"* ]]
}

# write_ends MICROSECONDS: the two ends of a connection in files of their own: small sends, each
# answered 41 ms later, of which the client sleeps so long.
write_ends() {
	/usr/bin/python3 - "$BATS_TEST_TMPDIR" "$1" <<'PYTHON'
import json, sys
ASLEEP = int(sys.argv[2])
A, B = ({"family": "AF_INET", "address": "127.0.0.1", "port": port} for port in (40000, 7))
START = [(0, 5, "socket", "create", {
    "args": {"family": "AF_INET", "type": "SOCK_STREAM", "flags": [], "protocol": 0}, "result": 3,
    "new": [{"fd": 3, "descriptor": 1, "socket": 1}]})]
ON = {"fd": 3, "descriptor": 1, "socket": 1}
CONNECT = [(20, 5, "connect", "connect", {
    **ON, "args": {"address": B}, "result": 0, "local": A, "peer": B})]
ACCEPT = [(10, 50, "accept", "accept", {
    **ON, "args": {"address": A}, "result": 4, "local": B, "peer": A,
    "new": [{"fd": 4, "descriptor": 2, "socket": 2}]})]
ACCEPTED = {"fd": 4, "descriptor": 2, "socket": 2}

def moved(on, time_us, took_us, effect, size):
    return (time_us, took_us, "read" if effect == "receive" else "write", effect,
            {**on, "args": {"size": size}, "result": size, "bytes": size})

def write(name, calls):
    with open(f"{sys.argv[1]}/{name}.jsonl", "w") as file:
        def line(**record): print(json.dumps(record), file=file)
        line(type="trace", version=1, tracer="socktrace", command=[name], started="2026-01-01T00:00:00Z")
        line(type="process", time_ns=0, event="start", pid=7, program=name, command=[name])
        for seq, (time_us, took_us, call, effect, rest) in enumerate(calls, 1):
            line(type="call", seq=seq, time_ns=time_us * 1000, duration_ns=took_us * 1000, pid=7, tid=7,
                 name=call, effect=effect, **rest)
        line(type="end", time_ns=10 ** 9, calls=len(calls), exit_code=0)

BEGINS = range(1000, 500000, 50000)
write("client", START + CONNECT + [call for us in BEGINS for call in (
    moved(ON, us, 5, "send", 4), moved(ON, us + 10, 5, "send", 8),
    moved(ON, us + 20 + ASLEEP, 41000 - ASLEEP, "receive", 2))])
write("server", START + ACCEPT + [call for us in BEGINS for call in (
    moved(ACCEPTED, us + 9, 41000, "receive", 12), moved(ACCEPTED, us + 41010, 5, "send", 2))])
PYTHON
}

@test "the trace of the other end does not take a hint away" {
	write_ends 0
	run -0 "$SOCKVIEW" -v hints "$BATS_TEST_TMPDIR/client.jsonl"
	[[ "$output" == *"nagle: "*"10 times"* ]]
	run -0 "$SOCKVIEW" -v hints "$BATS_TEST_TMPDIR"/{client,server}.jsonl
	[[ "$output" == *" and 1 more"*"1 connection "*"nagle: "*"10 times"* ]]
}

@test "a program that sleeps before it looks for an answer has not waited for it" {
	write_ends 40900
	run -0 "$SOCKVIEW" -v hints "$BATS_TEST_TMPDIR/client.jsonl"
	[[ "$output" == *"No hints."* ]]
}

@test "one message is no messages" {
	write_ends 0
	sed -i 's/"size": 2}/"size": 2}, "messages": [{"bytes": 2}]/' "$BATS_TEST_TMPDIR/client.jsonl"
	run -0 "$SOCKVIEW" -v calls "$BATS_TEST_TMPDIR/client.jsonl"
	[[ "$output" == *"in 1 message"* && "$output" != *"in 1 messages"* ]]
}

@test "what a call moved is shown as text where it can be read, though a trace may have it in digits" {
	local view data='"data":{"hex":"510000000d73656c65637420343200"}'
	# A query of PostgreSQL, which the zeros make shorter in digits.
	sed -E "s/\"data\":\{[^}]*\}/$data/" tests/viewer/traces/tcp_echo.jsonl >"$BATS_TEST_TMPDIR/query.jsonl"
	for view in calls timeline svg mermaid; do
		run -0 "$SOCKVIEW" -v $view --full --width=200 "$BATS_TEST_TMPDIR/query.jsonl"
		echo "$view: $output"
		[[ "$output" == *'select 42'* ]]
		[[ "$output" != *73656c656374* ]]
	done
	run -0 "$SOCKVIEW" -v html "$BATS_TEST_TMPDIR/query.jsonl"
	[[ "$output" == *'"text":"Q\u0000\u0000\u0000\rselect 42\u0000"'* ]]
	# What can hardly be read stays in digits, and so does what is no text.
	for data in 0100000061 73656c656374ff 616; do
		sed -E "s/\"data\":\{[^}]*\}/\"data\":{\"hex\":\"$data\"}/" tests/viewer/traces/tcp_echo.jsonl >"$BATS_TEST_TMPDIR/digits.jsonl"
		run -0 "$SOCKVIEW" -v calls --width=200 "$BATS_TEST_TMPDIR/digits.jsonl"
		[[ "$output" == *"hex $data"* ]]
	done
}

@test "keys of TLS stay in the log and in packets, change no other view, and are gone where it is redacted" {
	local plain=tests/viewer/traces/tcp_echo.jsonl kept=$BATS_TEST_TMPDIR/tcp_echo.jsonl
	local keys=',"format":"nss","text":"CLIENT_RANDOM 00 5ec4e7\\n"}'
	sed "1{a{\"type\":\"keys\",\"time_ns\":1000$keys
		a{\"type\":\"keys\",\"time_ns\":1001$keys
	}; \$i{\"type\":\"keys\",\"time_ns\":1002$keys" "$plain" >"$kept"
	[ "$(grep -c 5ec4e7 "$kept")" -eq 3 ]
	"$SOCKVIEW" -v log "$kept" | cmp "$kept" -
	for view in $(views); do
		[[ $view != log && $view != pcapng ]] || continue
		"$SOCKVIEW" -v "$view" <"$kept" >"$BATS_TEST_TMPDIR/with" 2>"$BATS_TEST_TMPDIR/said"
		[ ! -s "$BATS_TEST_TMPDIR/said" ]
		"$SOCKVIEW" -v "$view" <"$plain" | cmp "$BATS_TEST_TMPDIR/with" -
	done
	"$SOCKVIEW" -v pcapng "$kept" >"$BATS_TEST_TMPDIR/packets"
	grep -aq 5ec4e7 "$BATS_TEST_TMPDIR/packets"
	for what in data addresses; do
		for view in $(views); do
			"$SOCKVIEW" --redact=$what -v "$view" "$kept" >"$BATS_TEST_TMPDIR/with" 2>/dev/null
			run -1 grep -a 5ec4e7 "$BATS_TEST_TMPDIR/with"
		done
		"$SOCKVIEW" --redact=$what -v log "$kept" >"$BATS_TEST_TMPDIR/with"
		"$SOCKVIEW" --redact=$what -v log "$plain" | cmp "$BATS_TEST_TMPDIR/with" -
	done
	echo '{"type":"keys","time_ns":1,"format":"nss"}' | cat "$plain" - >"$BATS_TEST_TMPDIR/bad"
	run -1 --separate-stderr "$SOCKVIEW" -v calls "$BATS_TEST_TMPDIR/bad"
	[[ $stderr == *'"text" is missing'* ]]
}
