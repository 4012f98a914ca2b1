#!/bin/bash
# SPDX-License-Identifier: MIT
# Reads the code for bugs: clang-tidy (.clang-tidy says what for), cppcheck, both compilers'
# warnings, shellcheck (.shellcheckrc). Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
. tests/tap.sh
flags=(-std=gnu11 -D_GNU_SOURCE -I. -I"$BUILD/schema" -pthread)
warnings=(-Werror -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
	-Wwrite-strings -Wformat-security -Wno-missing-field-initializers
	-Wno-gnu-variable-sized-type-not-at-end)
programs=(format/*.c tracer/{,*/}*.c viewer/{,*/}*.c)
all=("${programs[@]}" samples/*.c tests/{unit,bench,fuzz}/*.c tests/tracer/*/*.c)
scripts=(.ci/run tests/*.sh tests/*/*.sh tests/helper.bash tests/*/*.bats)

# each COMMAND...: of each file that standard input names, on all processors; {} is the file. A
# fresh clang-tidy for each, because it mixes up the va_lists of several.
each() {
	xargs -P "$(nproc)" -I '{}' "$@"
}

tidy() {
	printf '%s\n' "${programs[@]}" samples/*.c |
		each clang-tidy --quiet '{}' -- "${flags[@]}" 2>/dev/null
}

check_c() {
	# What cppcheck itself does not understand: jansson's loops, asm goto, compound literals with casts.
	# What it says of itself: that it does not look at every branch. What is no bug: that tests end
	# where there is no memory (our programs' own xmalloc does not give NULL).
	cppcheck --quiet --suppress=unknownMacro:format/redaction.c \
		--suppress=internalAstError --suppress=syntaxError:tests/tracer/targets/unfriendly.c \
		--suppress=normalCheckLevelMaxBranches --suppress=nullPointerOutOfMemory \
		--suppress=nullPointerOutOfResources --error-exitcode=1 \
		--enable=warning,performance,portability --std=c11 \
		--inline-suppr --suppress=missingIncludeSystem -D__x86_64__ \
		"${flags[@]:1:2}" "${all[@]}"
}

compile() {
	printf '%s\n' "${all[@]}" |
		each "$1" -fsyntax-only "${flags[@]}" "${warnings[@]}" '{}'
}

# Warnings; and the commands of bats that cannot fail a test.
check_scripts() {
	# bats ends a test whose cd fails, and what is loaded reads variables that a test sets.
	shellcheck --shell=bash --severity=warning --exclude=SC2034,SC2164 "${scripts[@]}" &&
		shellcheck --shell=bash "$BUILD"/completion/*.bash &&
		shellcheck --include=SC2314,SC2315 tests/*/*.bats
}

once 'gcc warns of nothing' compile gcc
once 'clang warns of nothing' compile clang
once 'cppcheck finds nothing' check_c
once 'clang-tidy finds nothing' tidy
once 'shellcheck finds nothing' check_scripts
tap_end
