#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What libevent's own tests say is so under socktrace, too.

bats_require_minimum_version 1.5.0
load ../helper

# build_regress: from Debian's source, which `make check-all` has unpacked.
build_regress() {
	[ ! -x "$1/test/regress" ] || return 0
	cd "$1"
	./configure --disable-shared --disable-openssl --disable-samples CFLAGS='-O1 -w'
	# The patches of Debian are newer than what the release was generated of.
	local make=(make AUTOCONF=: AUTOHEADER=: AUTOMAKE=: ACLOCAL=:)
	"${make[@]}" include/event2/event-config.h
	"${make[@]}" -j"$(nproc)" test/regress
}

@test "the tests of libevent end as they end without" {
	local place=$BUILD/sources/libevent prefix
	[ -d "$place" ] || skip "no source of libevent: tests/sources.sh libevent"
	become_root "to make a network" --net
	(build_regress "$place" >"$BATS_TEST_TMPDIR/log" 2>&1) || { tail "$BATS_TEST_TMPDIR/log" && false; }
	prefix=$(trace_file '')
	cd "$place"
	TMPDIR=$BATS_TEST_TMPDIR "${root[@]}" sh -c 'ip link set lo up && exec "$@"' - \
		/usr/bin/python3 -uB "$BATS_TEST_DIRNAME/suites.py" "$SOCKTRACE" "${prefix%.jsonl}" \
		libevent test/regress 3>&-
}
