#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Logs that nobody's tracer wrote: whatever they say, each view is made, or the log refused, and what
# reads a view obeys nothing in it.

bats_require_minimum_version 1.5.0
load ../helper

setup_file() {
	export HOSTILE=$BATS_FILE_TMPDIR/logs
	mkdir "$HOSTILE"
	/usr/bin/python3 tests/viewer/hostile_logs.py "$HOSTILE"
}

views=$("$SOCKVIEW" --help | sed -n '/^Views:/,/^$/s/^  \([a-z]\+\) .*/\1/p')

# show VIEW LOG OPTION...: into $BATS_TEST_TMPDIR/shown, and what is said of it; status 0 or 1.
show() {
	local status=0
	"$SOCKVIEW" -v "$@" >"$BATS_TEST_TMPDIR/shown" 2>"$BATS_TEST_TMPDIR/said" || status=$?
	[ "$status" -le 1 ] || { echo "$* ended with $status" && return 1; }
}

@test "every view of a hostile log is made, drawn and told, and of nothing in it the terminal hears" {
	for way in $(printf '%s\n' $views | sed 's/.*/&=text &=json/') {overview,socket,calls,summary,exchanges,hints}=csv; do
		[[ $way != html=text && $way != pcapng=text && $way != perfetto=text ]] || continue
		for log in "$HOSTILE"/*; do
			show "${way%=*}" --format="${way#*=}" "$log"
			cat "$BATS_TEST_TMPDIR/shown" "$BATS_TEST_TMPDIR/said"
		done >"$BATS_TEST_TMPDIR/all"
		[ -s "$BATS_TEST_TMPDIR/all" ]
		/usr/bin/python3 - "$BATS_TEST_TMPDIR/all" <<'EOP'
import sys, unicodedata
text = open(sys.argv[1], encoding="utf-8", newline="").read()
bad = {c for c in set(text) if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"}
sys.exit(repr(bad) if bad else 0)
EOP
	done
}

@test "a hostile log adds no markup to a page, and none but our own to a picture" {
	show html tests/viewer/traces/tcp_echo.jsonl
	own=$(tr -cd '<' <"$BATS_TEST_TMPDIR/shown" | wc -c)
	for log in "$HOSTILE"/*; do
		show html "$log"
		[ ! -s "$BATS_TEST_TMPDIR/shown" ] || [ "$(tr -cd '<' <"$BATS_TEST_TMPDIR/shown" | wc -c)" -eq "$own" ]
		show svg "$log"
		[ ! -s "$BATS_TEST_TMPDIR/shown" ] || /usr/bin/python3 - "$BATS_TEST_TMPDIR/shown" <<'EOP'
import sys, xml.etree.ElementTree as tree
names = {e.tag.split("}")[1] for e in tree.parse(sys.argv[1]).iter()}
sys.exit(str(names) if names - {"svg", "style", "rect", "g", "text", "path"} else 0)
EOP
	done
}

@test "what is no file of lines is refused with a reason" {
	run -1 "$SOCKVIEW" "$BATS_TEST_TMPDIR"
	[[ "$output" == *"Is a directory"* ]]
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	: >"$BATS_TEST_TMPDIR/fifo" &
	run -1 timeout 20 "$SOCKVIEW" "$BATS_TEST_TMPDIR/fifo"
	[[ "$output" == *"empty: there is no trace in it" ]]
}
