#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What makes bugs harder to exploit is in the programs: both read what strangers wrote.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	[ -z "${CFLAGS:-}${LDFLAGS:-}" ] || skip "built with other CFLAGS or LDFLAGS"
}

@test "the programs are hardened: PIE, RELRO, BIND_NOW, stack protector, fortified calls" {
	for program in "$SOCKTRACE" "$SOCKVIEW"; do
		readelf -hW "$program" | grep -q 'Type: *DYN (Position-Independent'
		readelf -lW "$program" | grep -q GNU_RELRO
		readelf -lW "$program" | grep -q 'GNU_STACK .* RW '
		readelf -dW "$program" | grep -q BIND_NOW
		readelf -sW "$program" | grep -q '__stack_chk_fail'
		readelf -sW "$program" | grep -q '__snprintf_chk'
		[ "$(uname -m)" != x86_64 ] || objdump -d "$program" | grep -A 1 '<main>:' | grep -q endbr64
	done
}
