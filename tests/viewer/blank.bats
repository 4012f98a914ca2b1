#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Exercises: a figure with gaps, and what belongs into them.

bats_require_minimum_version 1.5.0
load ../helper

traces=$BATS_TEST_DIRNAME/traces

# exercise KIND TRACE OPTION...: how many gaps there are, when all is as it should be.
exercise() {
	"$SOCKVIEW" --width=300 "${@:3}" "$traces/$2.jsonl" >"$BATS_TEST_TMPDIR/figure"
	"$SOCKVIEW" --width=300 --blank="$1" "${@:3}" "$traces/$2.jsonl" >"$BATS_TEST_TMPDIR/exercise"
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/gaps.py" "$1" "$BATS_TEST_TMPDIR/figure" "$BATS_TEST_TMPDIR/exercise"
}

@test "with the answers in the gaps the figure is whole" {
	for trace in tcp_echo udp_echo fd_passing dup_and_close concurrent_server unix_server messages nonblocking_connect; do
		for kind in calls addresses fds; do
			exercise $kind $trace -v sequence
			exercise $kind $trace -v state
			exercise $kind $trace -v state --steps --ascii
		done
	done
	[ "$(exercise calls tcp_echo -v sequence)" -gt 15 ]
	[ "$(exercise addresses tcp_echo -v state)" -ge 4 ]
	[ "$(exercise fds tcp_echo -v state)" -ge 3 ]
}

# Gaps are as wide as what was there, and at least five columns; arrows begin and end where they did.
@test "nothing shifts where the gaps are as wide as what was there" {
	exercise addresses tcp_echo -v sequence
	diff <(sed 's/[(:][0-9]*[)_]*//' "$BATS_TEST_TMPDIR/figure") \
		<(sed -e '/^answers$/,$d' -e 's/[(:][0-9]*[)_]*//' "$BATS_TEST_TMPDIR/exercise" | sed '$d')
}

@test "of a timeline the stories are asked, and what tells is left out" {
	exercise() { "$SOCKVIEW" -v timeline --blank="$1" "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/$1" && sed '/^answers$/,$d' "$BATS_TEST_TMPDIR/$1"; }
	run exercise calls
	[[ "$output" == *"(1)___      AF_INET"* ]]
	[[ "$output" != *─S─* ]] && [[ "$output" != *socket\ \ * ]] && [[ "$output" != *recvfrom* ]]
	run exercise fds
	[[ "$output" == *"fd (1)__   TCP"* ]] && [[ "$output" == *S─B─L* ]]
	run ! grep -E 'fd [0-9]' <<<"$output"
	run exercise addresses
	run ! grep -E '[0-9]+\.[0-9]+\.[0-9]+\.|:[0-9]' <(sed 1d <<<"$output")
	grep -x '(1) .*' "$BATS_TEST_TMPDIR/addresses"
}

@test "answers are in the language of the figure, and coloured gaps are gaps" {
	"$SOCKVIEW" -v state --at=6 --lang=zh --blank=fds "$traces/tcp_echo.jsonl" | grep -x 答案
	"$SOCKVIEW" -v sequence --blank=calls --color=always "$traces/tcp_echo.jsonl" |
		sed 's/\x1b\[[0-9;]*m//g' >"$BATS_TEST_TMPDIR/coloured"
	"$SOCKVIEW" -v sequence --blank=calls "$traces/tcp_echo.jsonl" | cmp - "$BATS_TEST_TMPDIR/coloured"
}

@test "a box that is too narrow cuts gaps, and tells nothing" {
	while read -r kind tells; do
		for width in 20 60 66 70 80; do
			"$SOCKVIEW" -v state --steps --width=$width --blank="$kind" "$traces/tcp_echo.jsonl" |
				sed '/^answers$/,$d' >"$BATS_TEST_TMPDIR/narrow"
			run ! grep -aP "[\x01-\x09]|\\\\x0|$tells" "$BATS_TEST_TMPDIR/narrow"
		done
	done <<-'EOF'
		addresses 127\.|:[0-9]{4}
		fds fd [0-9]
		calls \b(bind|listen|accept|recvfrom)\b
	EOF
}

@test "what has no gaps says so" {
	for view in calls socket html; do
		run -2 "$SOCKVIEW" -v $view --blank=calls "$traces/tcp_echo.jsonl"
		[[ "$output" == "sockview: --blank is for the views timeline, sequence and state, as text or svg"* ]]
	done
	run -2 "$SOCKVIEW" -v state --format=json --blank=calls "$traces/tcp_echo.jsonl"
	run -2 "$SOCKVIEW" -v state --blank=words "$traces/tcp_echo.jsonl"
}

# With the answers in the gaps again, the words of a picture are those without gaps, but for blanks.
@test "a picture has gaps, and its answers below it" {
	for trace in tcp_echo udp_echo unix_server; do
		for part in timeline sequence state; do
			for kind in calls addresses fds; do
				[ $part,$kind != timeline,calls ] || continue
				"$SOCKVIEW" -v svg --part=$part "$traces/$trace.jsonl" >"$BATS_TEST_TMPDIR/figure.svg"
				"$SOCKVIEW" -v svg --part=$part --blank=$kind "$traces/$trace.jsonl" >"$BATS_TEST_TMPDIR/gaps.svg"
				/usr/bin/python3 -B - "$BATS_TEST_TMPDIR/figure.svg" "$BATS_TEST_TMPDIR/gaps.svg" <<-'EOF'
					import re, sys
					import xml.etree.ElementTree as tree
					def words(path):
					    return ["".join(it.itertext()) for it in tree.parse(path).iter("{http://www.w3.org/2000/svg}text")]
					figure, gaps = words(sys.argv[1]), words(sys.argv[2])
					place = gaps.index("answers")
					answers = dict(re.findall(r"\((\d+)\) (.*?)(?=  \(\d+\) |$)", "  ".join(line.strip() for line in gaps[place + 1:])))
					assert answers and [str(i + 1) for i in range(len(answers))] == list(answers)
					plain = lambda text: re.sub(r"\s+", " ", text).strip()
					filled = [plain(re.sub(r"\((\d+)\)_*", lambda it: " " + answers[it[1]] + " ", text)) for text in gaps[:place]]
					squeeze = lambda text: text.replace(" ", "")
					assert [squeeze(text) for text in filled] == [squeeze(text) for text in figure if text.strip()], [it for it in zip(filled, figure) if squeeze(it[0]) != squeeze(it[1])][:3]
				EOF
			done
		done
	done
	"$SOCKVIEW" -v svg --blank=calls "$traces/tcp_echo.jsonl" >"$BATS_TEST_TMPDIR/both.svg"
	run ! grep -E '>(listen|getsockname)|>S<|>B<' <(sed '/answers/,$d' "$BATS_TEST_TMPDIR/both.svg")
	run -2 "$SOCKVIEW" -v svg --part=timeline --blank=calls "$traces/tcp_echo.jsonl"
	grep -q 'has no names of calls' <<<"$output"
}
