#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What socktrace may do that its user may not: nothing.

bats_require_minimum_version 1.5.0
load ../helper

@test "socktrace does not run set-user-ID" {
	needs_root "to make another user's set-user-ID program"
	local place
	place=$(mktemp -d /tmp/sockline.XXXXXX)
	cp "$SOCKTRACE" "$place"
	chmod 4755 "$place" "$place/socktrace"
	run -125 setpriv --reuid=65534 --regid=65534 --clear-groups "$place/socktrace" -o - true
	rm -r "$place"
	[[ "$output" == "socktrace: is set-user-ID"* ]]
}
