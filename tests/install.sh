#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what the named groups of the table need and is missing: tests/install.sh GROUP...
# Where it cannot, it says what to ask root to install.
set -eu
PATH=$PATH:/usr/sbin:/sbin

# The group, the package of Debian, and how to see that what it brings is there, wherever it is from.
# 3.N is the version of Debian's Python. What ends with "?" is left out where apt does not have it.
table='
build   gcc                     command cc
build   libc6-dev               links cc
build   make                    command make
build   pkg-config              command pkg-config
build   libseccomp-dev          library libseccomp
build   libjansson-dev          library jansson
build   libutf8proc-dev         library libutf8proc
build   libzstd-dev             library libzstd
build   zlib1g-dev              library zlib
build   libprotobuf-c-dev       library libprotobuf-c
build   protobuf-c-compiler     command protoc-gen-c
build   protobuf-compiler       command protoc
build   libzydis-dev            links cc -include Zydis/Disassembler.h -lZydis
# Some samples, and much of the tests.
build   python3                 command python3

lint    clang-format            command clang-format
lint    mandoc                  command mandoc

test    gcc                     command gcc
test    binutils                command objdump
test    libcmocka-dev           library cmocka
test    bats                    command bats
test    jq                      command jq
test    zstd                    command zstd
test    python3-jsonschema      module jsonschema
# 32-bit programs, which are traced, too.
test    gcc-multilib            links gcc -m32
# The completions of these shells.
test    zsh                     command zsh
test    fish                    command fish
# What the guide traces.
test    curl                    command curl
test    nginx-light             command nginx
test    redis-server            command redis-server

# The programs that the tests of real programs trace.
real    git                     command git
real    postgresql              file /usr/lib/postgresql/*/bin/initdb
real    openssh-server          command sshd
real    openssh-client          command ssh
real    sqlite3                 command sqlite3
real    nodejs                  command node
# It brings DuckDB, which Debian does not have.
real    npm                     command npm
# Debian 13 does not have them.
real    clickhouse-server?      command clickhouse-server
real    clickhouse-client?      command clickhouse-client
real    musl-tools              command musl-gcc
real    golang-go               command go
real    default-jdk-headless    command javac
real    stress-ng               command stress-ng
real    bubblewrap              command bwrap
real    iproute2                command ss
real    wget                    command wget
real    memcached               command memcached
real    socat                   command socat
real    fcgiwrap                command fcgiwrap
real    apache2-utils           command ab
real    apache2-bin             command apache2
real    dnsmasq-base            command dnsmasq
real    bind9-dnsutils          command dig
real    openssl                 command openssl
real    procps                  command ps
real    libpython3.N-testsuite  module test.test_socket
real    liburing-dev            library liburing
# What reads the packets that sockview makes.
real    tshark                  command tshark
# What checks or disturbs our own.
real    valgrind                command valgrind
real    strace                  command strace
real    gdb                     command gdb
# The page of sockview in a browser.
real    chromium                command chromium
real    chromium-driver         command chromedriver
real    python3-selenium        module selenium

# What reads the code, and counts the lines that are run.
static  clang                   command clang
static  clang-tidy              command clang-tidy
static  cppcheck                command cppcheck
static  shellcheck              command shellcheck
static  gcovr                   command gcovr

# The site: pandoc makes pages of Markdown, mandoc of man pages.
docs    pandoc                  command pandoc
docs    mandoc                  command mandoc

fuzz    clang                   command clang
fuzz    libclang-rt-dev         links clang -fsanitize=fuzzer,address,undefined

# What make bench compares with, and the load on servers.
bench   strace                  command strace
bench   wrk                     command wrk
bench   redis-tools             command redis-benchmark
bench   linux-perf              command perf
bench   bpftrace                command bpftrace

# What builds and checks packages.
package build-essential         file /usr/share/doc/build-essential
package debhelper               command dh
package fakeroot                command fakeroot
package lintian                 command lintian
package pkgconf                 command pkgconf
package git                     command git
package rpm                     command rpmbuild
package rpmlint                 command rpmlint
package cpio                    command cpio

# Bare systems.
fresh   debootstrap             command debootstrap
fresh   debian-archive-keyring  file /usr/share/keyrings/debian-archive-keyring.gpg
fresh   util-linux              command unshare
'

scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT

# is_there WAY WHAT...
is_there() {
	case $1 in
	command) command -v "$2" ;;
	library) pkg-config --exists "$2" ;;
	module) /usr/bin/python3 -c 'import importlib.util as u, sys; u.find_spec(sys.argv[1]) or sys.exit(1)' "$2" ;;
	links) shift && echo 'int main(void) { return 0; }' | "$@" -x c -o "$scratch" - ;;
	file) [ -e "$2" ] ;;
	esac >/dev/null 2>&1
}

# missing GROUP...: lines of the table.
missing() {
	for group; do
		echo "$table" | while read -r of package check; do
			# shellcheck disable=SC2086 # words and patterns are meant
			[ "$of" != "$group" ] || is_there $check || echo "$package $check"
		done
	done
}

for group; do
	echo "$table" | grep -q "^$group " || { echo "tests/install.sh: unknown group $group" >&2 && exit 2; }
done
# there_are: the lines, without what apt does not have.
there_are() {
	while read -r package check; do
		[ "$package" = "${package%\?}" ] || apt-cache show "${package%\?}" >/dev/null 2>&1 || continue
		echo "${package%\?} $check"
	done
}
lines=$(missing "$@" | there_are)
[ -n "$lines" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "Please install, with what your system has for Debian's apt-get:" \
		"$(echo "$lines" | sed 's/ \(.*\)/ (\1)/' | sort -u | paste -sd , | sed 's/,/, /g')" >&2
	exit 1
fi

# names: the packages that are missing, as apt knows them.
names() {
	python=$(apt-cache depends python3 2>/dev/null | sed -n 's/^ *Depends: python\(3\.[0-9]*\)$/\1/p')
	echo "$lines" | sed "s/ .*//; s/3\.N/${python:-3.N}/" | sort -u | paste -sd ' '
}

# give_up REASON
give_up() {
	echo "$1; ask root for: apt-get update && apt-get install --no-install-recommends $(names)" >&2
	exit 1
}

as_root=
if [ "$(id -u)" -ne 0 ]; then
	as_root=sudo
	command -v sudo >/dev/null || give_up "Something is missing, and there is no sudo to install it"
	# sudo asks on the terminal, whatever standard input is.
	sudo -n true 2>/dev/null ||
		{ (: </dev/tty) 2>/dev/null && echo "Missing: $(names)" && sudo -v; } ||
		give_up "Something is missing, and sudo does not let you install it"
fi

log=$scratch
# problem: what apt-get complains of first.
problem() {
	sed -nE 's/^(E|W|Error|Warning): *//p' "$log" | sed 1q
}

$as_root apt-get update -qq >"$log" 2>&1 || true
not_updated=$(problem)
echo "Installing: $(names)"
# shellcheck disable=SC2046 # words are meant
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	-o DPkg::Lock::Timeout=60 $(names) >"$log" 2>&1 ||
	give_up "apt-get has failed ($(problem)${not_updated:+; $not_updated})"
