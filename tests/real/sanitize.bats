#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Unit tests with AddressSanitizer and UndefinedBehaviorSanitizer; sockview under valgrind, which
# sees uninitialised values, too. tests/run.sh runs everything else with the sanitizers.
#
# socktrace is not run under valgrind: it knows neither seccomp(2) nor what PTRACE_GET_SYSCALL_INFO
# fills, so that nothing can be launched under it, and all that is attached to looks uninitialised.

bats_require_minimum_version 1.5.0
load ../helper

@test "the unit tests, sanitized" {
	for test in "$BUILD"/sanitize/tests/unit/test_*; do
		[ ! -x "$test" ] || "$test" >/dev/null
	done
}

# valgrind_view VIEW TRACE
valgrind_view() {
	local status=0 said
	said=$(valgrind -q --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
		--error-exitcode=99 "$SOCKVIEW" "--view=$1" "$2" 2>&1 >/dev/null) || status=$?
	[ "$status" -le 1 ] || { echo "$1 $2: $said" && return 1; }
}

@test "valgrind finds neither leak nor error in any view" {
	[ "$(views | wc -l)" -ge 7 ]
	export -f valgrind_view
	export SOCKVIEW
	for view in $(views); do
		printf "$view %s\n" tests/viewer/traces/*.jsonl
	done | xargs -P "$(nproc)" -L 1 bash -c 'valgrind_view "$@"' -
}
