#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What somebody is told whose system lacks something, or is none of ours.

bats_require_minimum_version 1.5.0
load ../helper

# A system that has nothing but these, and what `stub` adds; apt knows no package.
setup() {
	bare=$BATS_TEST_TMPDIR/bin
	mkdir "$bare"
	for tool in sh sed grep paste sort mktemp rm cat env id uname make find mkdir; do
		ln -s "$(command -v $tool)" "$bare"
	done
	stub apt-cache exit
}

# stub NAME SCRIPT
stub() {
	rm -f "$bare/$1"
	printf '#!/bin/sh\n%s\n' "$2" >"$bare/$1"
	chmod +x "$bare/$1"
}

# install_there STATUS GROUP...: there, without a terminal. All it says is $output.
install_there() {
	local status=$1
	shift
	run -"$status" setsid -w env -i PATH="$bare" tests/install.sh "$@"
}

@test "without apt-get, what is missing is named, each thing as it is looked for" {
	install_there 1 build
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"gcc (command cc), "*"libseccomp-dev (library libseccomp), "* ]]
	run ! grep -w make <<<"$output"
}

@test "who may not install is told in a line what to ask root for" {
	local wanted='; ask root for: apt-get update && apt-get install --no-install-recommends gcc libc6-dev libjansson-dev libprotobuf-c-dev libseccomp-dev libutf8proc-dev libzstd-dev libzydis-dev pkg-config protobuf-c-compiler protobuf-compiler python3 zlib1g-dev'
	stub apt-get 'exit 100'
	stub id 'echo 1000'
	install_there 1 build
	[ "${#lines[@]}" -eq 1 ] && [[ "$output" == *"there is no sudo"*"$wanted" ]]
	stub sudo 'echo "sudo: a password is required" >&2; exit 1'
	install_there 1 build
	[ "${#lines[@]}" -eq 1 ] && [[ "$output" == *"sudo does not let you"*"$wanted" ]]
}

@test "of all that apt-get complains of, the first is said" {
	local wanted='ask root for: apt-get update && apt-get install --no-install-recommends gcc '
	stub id 'echo 0'
	stub apt-get 'echo "Err:1 host InRelease"
[ $1 != update ] || { echo "W: Failed to fetch: no name"; echo "W: Some index files failed"; exit 0; }
echo "Error: Unable to locate package gcc"; echo "E: and so on"; exit 100'
	install_there 1 build
	[ "${#lines[@]}" -eq 2 ] && [[ "${lines[0]}" == "Installing: gcc "* ]]
	[[ "${lines[1]}" == "apt-get has failed (Unable to locate package gcc; Failed to fetch: no name); $wanted"* ]]
}

@test "what has been installed is found" {
	run -0 tests/install.sh build lint test
	[ -z "$output" ]
	run -2 tests/install.sh build nonsense
}

@test "make demo on a bare system says that in a line, and nothing before it" {
	stub apt-get ''
	stub id 'echo 1000'
	run -2 env -i PATH="$bare" make demo
	[ "${#lines[@]}" -eq 2 ]
	[[ "$output" == "Something is missing, "*"make: ***"* ]]
}

# refused MESSAGE MAKE-ARGUMENT...: all that make says.
refused() {
	local message=$1
	shift
	run -2 env -u MAKEFLAGS make --no-print-directory BUILD="$BATS_TEST_TMPDIR/build" "$@"
	[ "${#lines[@]}" -eq 1 ] && [[ "$output" == *"$message"* ]]
}

@test "make says in a line what the system lacks" {
	refused "no C compiler 'nocc'" CC=nocc
	refused "'false' does not find libseccomp jansson libutf8proc" PKG_CONFIG=false
	refused 'kernel headers of Linux 6.1' CFLAGS=-m32
	mkdir -p "$BATS_TEST_TMPDIR/include/Zydis"
	echo '#error' >"$BATS_TEST_TMPDIR/include/Zydis/Disassembler.h"
	refused "'cc' does not find Zydis 4" CPPFLAGS="-I$BATS_TEST_TMPDIR/include"
	refused "without spaces, and not 'a b'" BUILD='a b'
	refused 'without spaces' BUILD=
}

@test "make says on another processor, and on another system, that it is none of ours" {
	stub uname 'echo "Linux aarch64"'
	PATH=$bare:$PATH refused 'Sockline is for Linux on x86-64, and this is Linux aarch64'
	stub uname 'echo "Darwin x86_64"'
	PATH=$bare:$PATH refused 'this is Darwin x86_64' help
}

@test "the path of the tree may have spaces in it, and BUILD is still none of its parts" {
	local tree="$BATS_TEST_TMPDIR/a tree"
	mkdir "$tree"
	cp Makefile "$tree"
	cd "$tree"
	run -0 env -u MAKEFLAGS make help BUILD=made
	run -0 env -u MAKEFLAGS make help BUILD="$tree/made"
	refused 'holds the source' BUILD=.
	refused 'holds the source' BUILD="$BATS_TEST_TMPDIR"
}
