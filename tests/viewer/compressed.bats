#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Traces that zstd(1) or gzip(1) compressed are read like others, and what is wrong with such a file
# is said.

bats_require_minimum_version 1.5.0
load ../helper

trace=tests/viewer/traces/concurrent_server.jsonl

# shellcheck disable=SC2034 # read by name
zst=(zstd -cq) gz=(gzip -c)

# compress KIND: standard input as file T.KIND.
compress() {
	local -n command=$1
	"${command[@]}" >"$BATS_TEST_TMPDIR/t.$1"
}

# same_log FILE: it is read without a word, and is the trace.
same_log() {
	run -0 "$SOCKVIEW" -v log "$1"
	[ "$output" = "$(<"$trace")" ] || { echo "$output" | diff - "$trace" && false; }
}

# begins_log FILE WORDS: what is shown of it is the trace's beginning, and these words are said.
begins_log() {
	run -1 --separate-stderr "$SOCKVIEW" -v log "$1"
	[[ "$stderr" == *"$2"* ]] || { echo "$1: $stderr" && return 1; }
	# The line that is cut gets an end.
	[[ "$(<"$trace")" == "$output"* ]] || { echo "$1: $output" && return 1; }
}

@test "every view of a compressed trace is that of the trace, whatever way it comes" {
	local kind view way
	for kind in zst gz; do
		compress $kind <"$trace"
		for view in $(views); do
			echo "$kind $view"
			for way in '' --redact; do
				"$SOCKVIEW" $way --width=100 -v "$view" <"$trace" >"$BATS_TEST_TMPDIR/view"
				[ -s "$BATS_TEST_TMPDIR/view" ]
				"$SOCKVIEW" $way --width=100 -v "$view" <"$BATS_TEST_TMPDIR/t.$kind" |
					cmp - "$BATS_TEST_TMPDIR/view"
			done
			cat "$BATS_TEST_TMPDIR/t.$kind" | "$SOCKVIEW" --width=100 -v "$view" |
				cmp - <("$SOCKVIEW" --width=100 -v "$view" <"$trace")
		done
		run -0 "$SOCKVIEW" "$BATS_TEST_TMPDIR/t.$kind"
		[[ "${lines[0]}" == *"/t.$kind "* ]] || { echo "$output" && false; }
	done
}

@test "a long one is read again wherever a view needs it" {
	local log=$BATS_TEST_TMPDIR/long.jsonl
	{
		head -n 1 tests/viewer/traces/tcp_echo.jsonl
		seq 5000 | sed 's/.*/{"type":"call","seq":&,"time_ns":&000,"duration_ns":1,"pid":1,"tid":1,"name":"write","effect":"send","fd":3,"args":{"size":5},"result":5,"bytes":5,"data":{"text":"number &"}}/'
		echo '{"type":"end","time_ns":20001000,"calls":5000}'
	} >"$log"
	for kind in zst gz; do
		compress $kind <"$log"
		"$SOCKVIEW" -v calls "$BATS_TEST_TMPDIR/t.$kind" | grep -oE '"number [0-9]+"' |
			cmp - <(seq -f '"number %.0f"' 5000)
		"$SOCKVIEW" -v log "$BATS_TEST_TMPDIR/t.$kind" | cmp - "$log"
	done
}

@test "frames and members may stand behind each other, of both kinds, cut anywhere, with zeros between" {
	local file=$BATS_TEST_TMPDIR/parts at=0 size
	size=$(stat -c %s "$trace")
	: >"$file"
	while [ $at -lt "$size" ]; do
		tail -c +$((at + 1)) "$trace" | head -c 700 | zstd -cq >>"$file"
		head -c 5 /dev/zero >>"$file"
		tail -c +$((at + 701)) "$trace" | head -c 90 | gzip -c >>"$file"
		# A frame that readers skip, as pzstd(1) writes them: RFC 8878, 3.1.2.
		printf '\x50\x2a\x4d\x18\x03\x00\x00\x00abc' >>"$file"
		at=$((at + 790))
	done
	same_log "$file"
	# However small the pieces are in which it comes.
	/usr/bin/python3 -c '
import sys
for byte in open(sys.argv[1], "rb").read():
    sys.stdout.buffer.write(bytes([byte])); sys.stdout.buffer.flush()' "$file" | same_log -
}

@test "of a file that is cut short, whatever was compressed before is shown, and it is said" {
	local kind size
	for kind in zst gz; do
		compress $kind <"$trace"
		size=$(stat -c %s "$BATS_TEST_TMPDIR/t.$kind")
		for at in 5 40 $((size / 2)) $((size - 9)) $((size - 5)) $((size - 1)); do
			head -c $at "$BATS_TEST_TMPDIR/t.$kind" >"$BATS_TEST_TMPDIR/cut"
			begins_log "$BATS_TEST_TMPDIR/cut" "the compressed data is cut short"
		done
		# Whole ones before one that is cut.
		{ cat "$BATS_TEST_TMPDIR/t.$kind" && head -c 30 "$BATS_TEST_TMPDIR/t.$kind"; } >"$BATS_TEST_TMPDIR/cut"
		begins_log "$BATS_TEST_TMPDIR/cut" "the compressed data is cut short"
		[ "$output" = "$(<"$trace")" ]
	done
}

@test "what was damaged is said, and the program's end is its usual one" {
	local kind status
	for kind in zst gz; do
		compress $kind <"$trace"
		/usr/bin/python3 - "$BATS_TEST_TMPDIR/t.$kind" "$BATS_TEST_TMPDIR" <<'END'
import random, sys
data, made = open(sys.argv[1], "rb").read(), random.Random(1)
for number in range(60):
    bad = bytearray(data)
    bad[made.randrange(14, len(bad))] ^= 1 << made.randrange(8)
    open("%s/bad.%d" % (sys.argv[2], number), "wb").write(bad)
END
		for file in "$BATS_TEST_TMPDIR"/bad.*; do
			run -1 "$SOCKVIEW" -v calls "$file"
			[[ "$output" == *"the compressed data is "[dc]* ]] || { echo "$file: $output" && false; }
		done
		{ cat "$BATS_TEST_TMPDIR/t.$kind" && echo more; } >"$BATS_TEST_TMPDIR/more"
		begins_log "$BATS_TEST_TMPDIR/more" "the compressed data is damaged (something else follows it)"
		[ "$output" = "$(<"$trace")" ]
	done
}

@test "what is no trace when it is decompressed is told as what it is" {
	for kind in zst gz; do
		compress $kind </bin/true
		run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/t.$kind"
		[[ "$output" == *"t.$kind: a program (ELF), not a trace of socktrace"* ]]
		compress $kind </dev/null
		run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/t.$kind"
		[ "$output" = "sockview: $BATS_TEST_TMPDIR/t.$kind: empty: there is no trace in it" ]
	done
}

# bomb BYTE BLOCKS: a frame that stands for so many times 128 KB of that byte: RFC 8878, 3.1.1.2.
bomb() {
	/usr/bin/python3 -c '
import sys
block = (0x20000 << 3 | 1 << 1).to_bytes(3, "little") + bytes([int(sys.argv[1])])
last = (1 << 3 | 1).to_bytes(3, "little") + bytes([10])
sys.stdout.buffer.write(b"\x28\xb5\x2f\xfd\x00\x70" + block * int(sys.argv[2]) + last)' "$@"
}

@test "a few bytes that stand for many take no more memory and disk than they may" {
	local limit=2000000
	# AddressSanitizer reserves memory that no limit has room for.
	[[ "$SOCKVIEW" != *sanitize* ]] || limit=unlimited
	# 13 GB in one line, and many empty ones.
	bomb 97 100000 >"$BATS_TEST_TMPDIR/line"
	run -1 bash -c 'ulimit -v "$1"; "$2" "$3"' - $limit "$SOCKVIEW" "$BATS_TEST_TMPDIR/line"
	[[ "$output" == *"a few compressed bytes stand for a line of more than 256 MB"* ]] || { echo "$output" && false; }
	{ zstd -cq "$trace" && bomb 10 200; } >"$BATS_TEST_TMPDIR/lines"
	run -0 bash -c 'ulimit -v "$1"; ulimit -f 4000; "$2" -v summary "$3"' - $limit "$SOCKVIEW" "$BATS_TEST_TMPDIR/lines"
	# A window of 2 GB.
	printf '\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00' >"$BATS_TEST_TMPDIR/window"
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR/window"
	[[ "$output" == *"compressed with a window of more than 128 MB; try: zstd -dc --long=31 FILE | sockview" ]]
}

@test "--follow shows the calls of a compressed trace that still grows" {
	local kind file=$BATS_TEST_TMPDIR/growing shown=$BATS_TEST_TMPDIR/shown
	for kind in zst gz; do
		local -n command=$kind
		: >"$file"
		exec 5>>"$file"
		head -n 10 "$trace" | "${command[@]}" >&5
		"$SOCKVIEW" -f "$file" >"$shown" 5>&- &
		wait_until test -s "$shown"
		tail -n +11 "$trace" | "${command[@]}" >&5
		exec 5>&-
		wait $!
		cmp "$shown" <("$SOCKVIEW" -f "$trace")
	done
}
