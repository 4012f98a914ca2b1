# SPDX-License-Identifier: MIT
export BUILD SOCKTRACE TRACES

# fault SCRIPT NAME: the test NAME of the script. SEED=... repeats what a failed one did.
fault() {
	/usr/bin/python3 -B "tests/faults/$1" "${@:2}"
}
