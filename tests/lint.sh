#!/bin/bash
# SPDX-License-Identifier: MIT
# Style: of $C_FILES, of $MAN_PAGES, and who may include what. Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

# Each version of clang-format has a style of its own, whatever .clang-format says. Ours is what both of
# these keep, those of Debian 12 and 13; they are run where they are there.
known='14 19'
check_format() {
	local version
	version=$(clang-format --version | sed -n 's/.* version \([0-9]*\)\..*/\1/p')
	if [[ " $known " == *" $version "* ]]; then
		# shellcheck disable=SC2086 # words are meant
		once 'the C files have the style' clang-format --dry-run -Werror $C_FILES
	else
		skipped 'the C files have the style' "clang-format ${version:-is not there}, and not one of: $known"
	fi
}

check_format
# shellcheck disable=SC2086 # words are meant
once 'mandoc finds nothing in the man pages' mandoc -T lint -W warning $MAN_PAGES
once 'includes and names keep to their rooms' tests/layering.sh
tap_end
