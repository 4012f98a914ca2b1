#!/bin/bash
# SPDX-License-Identifier: MIT
# Holds the lengths of instructions and the plans for patching `syscall`s against objdump(1), file by file
# (tests/tracer/plans.c), and prints TAP: tests/tracer/plans.sh [--machine | FILE...]. Without a word some
# libraries, among them one with data in its text; with --machine all that is installed.
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
BUILD=$(realpath -ms "${BUILD:-build}")

# agrees FILE
agrees() {
	objdump -dwz "$1" 2>/dev/null | "$BUILD/tests/tracer/plans" "$1"
}

# sites FILE...: how many of them have got a plan.
sites() {
	for file; do
		agrees "$file"
	done | awk '{ for (i = 2; i <= NF; i++) if ($i == "sites") sum += $(i - 1) } END { print sum + 0 }'
}

# elf_files: all that there are for this machine.
elf_files() {
	find /bin /sbin /lib /lib64 /usr /opt /root /home -xdev -type f -size +4k \
		\( -perm /111 -o -name '*.so*' -o -name '*.node' \) -print0 2>/dev/null |
		LC_ALL=C xargs -0 grep -lsa -m 1 -P '\A\x7fELF\x02(?s:.{13})\x3e\x00' | sort -u
}

if [ "$*" = --machine ]; then
	mapfile -t files < <(elf_files)
elif [ $# -gt 0 ]; then
	files=("$@")
else
	mapfile -t files < <(ldd "$BUILD/socktrace" | grep -oE '/[^ ]+' | xargs realpath
		realpath "$(command -v openssl)" /usr/lib/x86_64-linux-gnu/libcrypto.so.[0-9]* 2>/dev/null)
fi
for file in "${files[@]}"; do
	once "what is planned for $file is padding for objdump, too" agrees "$file"
done
[ $# -gt 0 ] || once "most of the C library's calls can be recorded" \
	test "$(sites "$(ldd "$BUILD/socktrace" | grep -oE '/[^ ]*libc\.so[^ ]*')")" -gt 300
tap_end
