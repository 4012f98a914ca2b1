#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the Debian packages of the named groups (build, test, real, static, docs, fuzz,
# bench, package, fresh) that are missing.
set -eu

packages_of() {
	case $1 in
	# Some samples are in Python.
	build) echo gcc libc6-dev make pkg-config libseccomp-dev libjansson-dev libutf8proc-dev python3 ;;
	# cmocka and bats run tests, python3-jsonschema validates traces, clang-format and mandoc
	# are the linters.
	# gcc-multilib makes the 32-bit programs that tests trace.
	test)
		echo libcmocka-dev bats python3-jsonschema clang-format mandoc curl
		# Their completions are tested.
		echo zsh fish
		# The guide traces them.
		echo nginx-light redis-server
		[ "$(dpkg --print-architecture)" != amd64 ] || echo gcc-multilib
		;;
	# The programs that the real-program tests trace, and what checks our own.
	real)
		echo valgrind strace nginx-light redis-server curl git postgresql openssh-server \
			openssh-client nodejs golang-go default-jdk-headless \
			stress-ng bubblewrap iproute2 gdb
		# CPython's own tests.
		echo libpython3.11-testsuite
		# Servers and clients: apache2-utils has ab, procps has ps.
		echo wget memcached socat fcgiwrap apache2-utils openssl procps
		# The page of sockview in a browser.
		echo chromium chromium-driver python3-selenium
		;;
	# What reads the code, and counts the lines that are run.
	static) echo clang clang-tidy cppcheck shellcheck gcovr ;;
	# The site: pandoc makes pages of Markdown, mandoc of man pages.
	docs) echo python3 pandoc mandoc ;;
	fuzz) echo clang libclang-rt-14-dev ;;
	# What make bench compares with, and the load on servers.
	bench) echo python3 strace wrk redis-tools ;;
	# Packages, and what reads them.
	package) echo build-essential debhelper fakeroot lintian pkgconf git rpm rpmlint cpio ;;
	# Bare systems.
	fresh) echo debootstrap debian-archive-keyring util-linux ;;
	*) echo "tests/install.sh: unknown group $1" >&2 && exit 2 ;;
	esac
}

missing=
for group; do
	for package in $(packages_of "$group"); do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
			grep -qx installed || missing="$missing $package"
	done
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "Please install these, or what your system calls them:$missing" >&2
	exit 1
fi
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
echo "Installing:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # words are meant
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	$missing >/dev/null
