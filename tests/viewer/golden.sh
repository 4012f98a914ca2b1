#!/bin/bash
# SPDX-License-Identifier: MIT
# Shows the traces of tests/viewer/traces and compares with tests/viewer/golden/TRACE.WAY.txt; prints
# TAP. Four of them are shown in every way of the table below, the rest in its first one: golden files
# are to be few enough that somebody reads them. UPDATE=1 rewrites them.
set -u
BUILD=$(realpath -ms "${BUILD:-build}")
UPDATE=${UPDATE:-}
sockview=${SOCKVIEW:-$BUILD/sockview}
golden=$PWD/tests/viewer/golden
shown=$(mktemp)
trap 'rm -f "$shown"' EXIT
number=0

in_all_ways='concurrent_server curl_nginx datagram_loss outcomes'
ways='
80      -v timeline --width=80
200     -v timeline --width=200
ascii   -v timeline --width=80 --ascii
linear  -v timeline --width=100 --scale=linear
overview -v overview --width=80
calls   -v calls
summary -v summary --width=100
errors  -v calls --errors --ascii
some    -v timeline --width=90 --effect=connect,accept,send,receive
hints   -v hints --width=80
exchanges-80 -v exchanges --width=80
exchanges-200 -v exchanges --width=200
exchanges-ascii -v exchanges --width=80 --ascii --sort=wait
seq-80  --view=sequence --width=80
seq-200 --view=sequence --width=200
seq-ascii --view=sequence --width=80 --ascii
state-80 -v state --width=80 --steps --at=6 --top=3
state-200 -v state --width=200
state-ascii -v state --width=80 --ascii --at=6
state-svg -v svg --part=state
socket-80 --view=socket --width=80
socket-200 --view=socket --width=200 --full
socket-ascii --view=socket --width=80 --ascii
mermaid --view=mermaid
otlp    -v otlp
svg     --view=svg
threads --view=sequence --width=120 --by=thread --full
packets -v pcapng --format=json
tracks  -v perfetto --format=json
'

show() {
	(cd tests/viewer/traces && "$sockview" "${@:2}" "$1.jsonl") >"$shown" 2>&1
}

for trace in tests/viewer/traces/*.jsonl; do
	name=$(basename "$trace" .jsonl)
	while read -r way options; do
		[[ -n $way && ($way = 80 || " $in_all_ways " = *" $name "*) ]] || continue
		number=$((number + 1))
		# shellcheck disable=SC2086 # words are meant
		show "$name" $options
		[ -z "$UPDATE" ] || { mkdir -p "$golden" && cp "$shown" "$golden/$name.$way.txt"; }
		if output=$(diff -u "$golden/$name.$way.txt" "$shown" 2>&1); then
			echo "ok $number $name shown as $way"
		else
			echo "not ok $number $name shown as $way"
			sed 's/^/# /' <<<"$output"
		fi
	done <<<"$ways"
done

# The page has tests of its own, and the log is the trace itself.
for view in $("$sockview" --help | sed -n '/^Views:/,/^$/s/^  \([a-z]\+\) .*/\1/p'); do
	case $view in
	html | log) continue ;;
	esac
	number=$((number + 1))
	grep -qE -e "(-v |--view=)$view( |\$)" <<<"$ways" || echo -n 'not '
	echo "ok $number a way shows the view $view"
done
echo "1..$number"
