#!/usr/bin/env bats
# What the guide and the README show is what the tools print.

bats_require_minimum_version 1.5.0
load ../helper

@test "the guide's blocks show what their commands print" {
	/usr/bin/python3 docs/book.py check docs/guide/en/*.md
}

@test "the guide shows the same blocks in English and in Chinese" {
	/usr/bin/python3 docs/book.py same docs/guide/en docs/guide/zh
}

@test "the README's blocks show what their commands print" {
	/usr/bin/python3 docs/book.py check README.md
}

@test "a block that shows something else is found" {
	printf '# A\n\n```console\n$ build/socktrace build/samples/udp_echo\n```\n' >"$BATS_TEST_TMPDIR/a.md"
	run -1 /usr/bin/python3 docs/book.py check "$BATS_TEST_TMPDIR/a.md"
	/usr/bin/python3 docs/book.py update "$BATS_TEST_TMPDIR/a.md"
	/usr/bin/python3 docs/book.py check "$BATS_TEST_TMPDIR/a.md"
	sed -i '0,/recvfrom/s//recvmsg/' "$BATS_TEST_TMPDIR/a.md"
	run -1 /usr/bin/python3 docs/book.py check "$BATS_TEST_TMPDIR/a.md"
}
