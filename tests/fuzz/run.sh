#!/bin/bash
# Runs each fuzzer for so many seconds, from the kept traces on, and prints TAP:
# tests/fuzz/run.sh SECONDS. What fails is kept in $BUILD/fuzz.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=$1
number=0

# Traces as they are, and their single lines.
seeds=$BUILD/fuzz/seeds
mkdir -p "$seeds/views" "$seeds/record" "$seeds/decode"
cp tests/viewer/traces/*.jsonl "$seeds/views"
for trace in tests/viewer/traces/{tcp_echo,messages,waits}.jsonl; do
	split -l 1 -a 3 "$trace" "$seeds/record/$(basename "$trace" .jsonl)."
done

for fuzzer in decode record views; do
	number=$((number + 1))
	mkdir -p "$BUILD/fuzz/corpus/$fuzzer"
	if output=$("$BUILD/fuzz/fuzz_$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-max_len=20000 -print_final_stats=1 -artifact_prefix="$BUILD/fuzz/$fuzzer-" \
		"$BUILD/fuzz/corpus/$fuzzer" "$seeds/$fuzzer" 2>&1); then
		echo "ok $number fuzz_$fuzzer, $seconds seconds"
		grep -E 'number_of_executed_units|average_exec' <<<"$output" | sed 's/^/# /'
	else
		echo "not ok $number fuzz_$fuzzer"
		tail -n 40 <<<"$output" | sed 's/^/# /'
	fi
done
echo "1..$number"
