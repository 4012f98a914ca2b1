#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The build takes what a command line usually says, and makes the same everywhere.

bats_require_minimum_version 1.5.0
load ../helper

# builds MAKE-ARGUMENT...: everything that is compiled, without a warning, and the programs work.
builds() {
	local place=$BATS_TEST_TMPDIR/build
	echo "# make $*"
	rm -rf "$place"
	env -u MAKEFLAGS make -j"$(nproc)" BUILD="$place" all unit-tests tracees bench-programs \
		"$@" >"$BATS_TEST_TMPDIR/log" 2>&1 || { cat "$BATS_TEST_TMPDIR/log" && false; }
	run ! grep -A 5 'warning:' "$BATS_TEST_TMPDIR/log"
	"$place/socktrace" -q -o "$BATS_TEST_TMPDIR/t.jsonl" "$place/samples/tcp_echo"
	"$place/sockview" -v html "$BATS_TEST_TMPDIR/t.jsonl" | grep -q '</script>'
}

@test "gcc warns of nothing, however much or little it optimises" {
	builds CFLAGS='-O3 -g -Werror'
	builds CFLAGS='-Os -Werror'
	builds CFLAGS='-O2 -flto=auto -Werror'
}

@test "clang warns of nothing" {
	builds CC=clang CFLAGS='-O3 -g -Werror'
}

@test "no variable of the command line takes away what the build needs" {
	builds CPPFLAGS=-DNOBODY_HAS_THIS CFLAGS= LDFLAGS= LDLIBS=-lm
	builds PKG_CONFIG=true CFLAGS= LDLIBS='-lseccomp -ljansson -lutf8proc -lzstd -lz -lprotobuf-c -lcmocka'
}

@test "two builds in two folders are the same" {
	local one=$BATS_TEST_TMPDIR/one other="$BATS_TEST_TMPDIR/an other" place program
	for place in "$one" "$other"; do
		mkdir "$place"
		cp -r Makefile docs format tracer viewer samples tests "$place"
	done
	env -u MAKEFLAGS -u BUILD make -C "$one" -j"$(nproc)" >/dev/null
	env -u MAKEFLAGS make -C "$other" -j"$(nproc)" BUILD=made >/dev/null
	for program in socktrace sockview samples/tcp_echo samples/threaded_server; do
		cmp "$one/build/$program" "$other/made/$program"
	done
}
