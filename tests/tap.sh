# SPDX-License-Identifier: MIT
# What scripts that print TAP, and those that read it, share; the former end with `tap_end`.
number=0 failed=0

# once NAME COMMAND...: a test, which is that the command succeeds.
once() {
	local output
	number=$((number + 1))
	if output=$("${@:2}" 2>&1); then
		echo "ok $number $1"
	else
		failed=$((failed + 1))
		echo "not ok $number $1"
		sed 's/^/# /' <<<"$output"
	fi
}

# skipped NAME REASON
skipped() {
	number=$((number + 1))
	echo "ok $number $1 # skip $2"
}

tap_end() {
	echo "1..$number"
	[ $failed -eq 0 ]
}

# tap_count FILE...: how many tests passed, failed and were skipped.
tap_count() {
	awk '/^ok .*# skip/ { skipped++; next } /^ok / { passed++ } /^not ok / { failed++ }
		END { print passed + 0, failed + 0, skipped + 0 }' "$@"
}
