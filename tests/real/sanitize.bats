#!/usr/bin/env bats
# Both programs built with AddressSanitizer and UndefinedBehaviorSanitizer, over all samples; and
# sockview under valgrind.

bats_require_minimum_version 1.5.0
load ../helper

# LeakSanitizer works with ptrace itself, and a thread can have one tracer.
export ASAN_OPTIONS=detect_leaks=1

@test "socktrace and sockview over all samples, sanitized" {
	for source in samples/*.c; do
		sample=$(basename "$source" .c)
		"$BUILD/sanitize/socktrace" -q --payload=all -o "$(trace_file "$sample")" \
			"$BUILD/samples/$sample" >/dev/null
		"$BUILD/sanitize/sockview" "$(trace_file "$sample")" >/dev/null
		"$BUILD/sanitize/sockview" --ascii --scale=linear --full --width=40 \
			"$(trace_file "$sample")" >/dev/null
	done
}

@test "socktrace over the small programs of the tests, sanitized" {
	for tracee in tests/tracer/tracees/*.py; do
		"$BUILD/sanitize/socktrace" -q --payload=all -o "$(trace_file "$(basename "$tracee" .py)")" \
			/usr/bin/python3 "$tracee"
	done
	for source in tests/tracer/tracees/*.c; do
		tracee=$(basename "$source" .c)
		"$BUILD/sanitize/socktrace" -q --payload=all -o "$(trace_file "$tracee")" \
			"$BUILD/tracees/$tracee"
	done
	"$BUILD/sanitize/socktrace" -q --payload=all -o "$(trace_file compat)" "$BUILD/compat/layouts"
}

@test "the unit tests, sanitized" {
	for test in format tracer viewer; do
		"$BUILD/sanitize/tests/unit/test_$test" >/dev/null
	done
}

@test "sockview over the kept traces, sanitized" {
	for trace in tests/viewer/traces/*.jsonl; do
		local status=0
		"$BUILD/sanitize/sockview" "$trace" >/dev/null 2>"$BATS_TEST_TMPDIR/err" || status=$?
		[ "$status" -le 1 ]
		run ! grep -E 'Sanitizer|runtime error' "$BATS_TEST_TMPDIR/err"
	done
}

@test "valgrind finds neither leak nor error in sockview" {
	for trace in tests/viewer/traces/*.jsonl; do
		local status=0
		valgrind -q --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
			--error-exitcode=99 "$SOCKVIEW" "$trace" >/dev/null 2>"$BATS_TEST_TMPDIR/err" || status=$?
		[ "$status" -le 1 ] || { cat "$BATS_TEST_TMPDIR/err" && false; }
	done
}
