#!/bin/bash
# SPDX-License-Identifier: MIT
# Makes what fuzzers begin with, in $FUZZ_SEEDS, a folder for each target: the calls of the samples
# and of the tests' programs, of both ABIs, as seeds.c keeps them; and their traces and the kept
# ones, as they are and line by line, with every option once.
set -eu
rm -rf "$FUZZ_SEEDS"
for fuzzer in "$BUILD"/fuzz/fuzz_*; do
	"$fuzzer" | (cd "$BUILD/fuzz" && mkdir -p "$FUZZ_SEEDS/traces" && cd "$FUZZ_SEEDS" && xargs mkdir -p)
done

# keep NAME PROGRAM...: what cannot run here is no seed.
keep() {
	timeout 60 "$BUILD/fuzz/seeds" -q -o "$FUZZ_SEEDS/traces/$1.jsonl" -- "${@:2}" \
		>/dev/null 2>&1 </dev/null || true
}

for program in "$BUILD"/samples/* "$BUILD"/compat/* "$BUILD"/tracees/*; do
	[ -f "$program" ] && [ -x "$program" ] && keep "${program//\//_}" "$program"
done
# Text around system calls of the C library, as it is.
libc=$(ldd "$BUILD/socktrace" | grep -oE '/[^ ]*libc\.so[^ ]*')
LC_ALL=C grep -oba -P '\x0f\x05' "$libc" | cut -d : -f 1 | awk 'NR % 7 == 0' | while read -r site; do
	tail -c +$((site / 16 * 16 - 495)) "$libc" | head -c 1024 >"$FUZZ_SEEDS/patch/$site" || true
done

for program in tests/tracer/tracees/*.py; do
	keep "$(basename "$program")" /usr/bin/python3 "$program"
done

# What the unit tests have said on streams.
DIALOGUES=$FUZZ_SEEDS/stream "$BUILD/tests/unit/test_protocol" >/dev/null 2>&1

# show OPTIONS TRACE: an input of the views.
number=0
show() {
	number=$((number + 1))
	{ echo "$1" && cat "$2"; } >"$FUZZ_SEEDS/timeline/$number"
}

for trace in tests/viewer/traces/*.jsonl "$FUZZ_SEEDS"/traces/*.jsonl; do
	show '' "$trace"
	show --format=json "$trace"
	split -l 1 -a 4 "$trace" "$FUZZ_SEEDS/record/$number."
done
# Keys, which the follower has only where it makes packets.
for option in '' --scale=linear; do
	show "$option" <(sed '1{s/"options":{/&"keys":true,/
		a{"type":"keys","time_ns":1,"format":"nss","text":"CLIENT_RANDOM 00 ff\\nSERVER_TRAFFIC_SECRET_0 00 ff\\n"}
	}' tests/viewer/traces/tcp_echo.jsonl)
done
# What is compressed is damaged on its way in.
for trace in tests/viewer/traces/{tcp_echo,messages}.jsonl; do
	show '' <(zstd -cq "$trace")
	show '' <(gzip -c "$trace")
	show --redact <(zstd -cq --no-check "$trace" && gzip -c "$trace")
done
for option in $("$BUILD/sockview" --help | grep -oE -- '--[a-z-]+') --color=always --width=40 \
	--width=200 --sort=calls --sort=time --scale=linear --by=thread --part=sequence --top=1 \
	--format=json --effect=send --family=inet --role=listen --call=s* --program=* --port=80 --address=127* --until=2ms; do
	show "$option" tests/viewer/traces/messages.jsonl
	show "$option=1" tests/viewer/traces/tcp_echo.jsonl
done
# Each rule of the documents.
{ cat samples/net.rules && sed -n 's/^| `\([^`]*\)` |.*/\1/p' docs/checks.md; } | split -l 1 - "$FUZZ_SEEDS/rules/"
cp samples/net.rules "$FUZZ_SEEDS/rules/"
for view in $("$BUILD/fuzz/fuzz_views" | grep -vx -e timeline -e rules); do
	rm -r "${FUZZ_SEEDS:?}/$view" && ln -s timeline "$FUZZ_SEEDS/$view"
done
rm -r "$FUZZ_SEEDS/traces"
