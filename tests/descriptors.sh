# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Closes what the shell inherited: the traced programs would inherit it, and the tests look at their
# numbers. bash reads its script from 255.
for descriptor in /proc/$$/fd/*; do
	descriptor=${descriptor##*/}
	[ "$descriptor" -le 2 ] || [ "$descriptor" -eq 255 ] || eval "exec $descriptor>&-"
done
