#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What CPython's own tests say of sockets is so under socktrace, too.

bats_require_minimum_version 1.5.0
load ../helper

@test "CPython's tests of sockets and of asyncio end as they end without" {
	/usr/bin/python3 -c 'import test.test_socket' || skip "no tests of CPython"
	local prefix
	prefix=$(trace_file '')
	TMPDIR=$BATS_TEST_TMPDIR timeout 800 /usr/bin/python3 -uB tests/real/cpython.py "$SOCKTRACE" "${prefix%.jsonl}" \
		test.test_socket test.test_asyncio test.test_selectors test.test_socketserver 3>&-
}
