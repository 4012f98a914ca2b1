#!/bin/sh
# SPDX-License-Identifier: MIT
# Says in a sentence what $CC, called with these flags, or $PKG_CONFIG, asked for $LIBRARIES, lacks to
# build Sockline; nothing when all is there. README.md says which systems have it.
# shellcheck disable=SC2086 # words are meant

$CC --version >/dev/null 2>&1 || {
	echo "There is no C compiler '$CC': 'make demo' installs what is missing"
	exit
}
$PKG_CONFIG --exists $LIBRARIES 2>/dev/null || {
	echo "'$PKG_CONFIG' does not find $LIBRARIES: 'make demo' installs what is missing"
	exit
}
command -v protoc >/dev/null && command -v protoc-gen-c >/dev/null || {
	echo "There is no protoc that makes C (protoc-gen-c): 'make demo' installs what is missing"
	exit
}
echo | $CC "$@" -E -x c - >/dev/null 2>&1 || {
	echo "'$CC' does not take these flags: $*"
	exit
}
$CC "$@" -E -x c - >/dev/null 2>&1 <<'END' || {
#include <features.h>
#include <linux/version.h>
#if !defined __x86_64__ || defined __ILP32__ || !__GLIBC_PREREQ(2, 36) || \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error
#endif
END
	echo "'$CC' finds no glibc 2.36 or no kernel headers of Linux 6.1 (Debian 12), or later, for x86-64"
	exit
}
echo '#include <Zydis/Disassembler.h>' | $CC "$@" -E -x c - >/dev/null 2>&1 ||
	echo "'$CC' does not find Zydis 4: 'make demo' installs what is missing"
