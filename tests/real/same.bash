# SPDX-License-Identifier: MIT
# A command is run without socktrace and with it, each time in a new folder of its own, and what it
# printed, how it ended and which files it made are compared.

# A program that says one word, when its sockets have moved it often enough for the tracer to install
# filters, and to have the program on its own processor.
talk='import os, socket
a, b = socket.socketpair()
for _ in range(200):
    os.write(a.fileno(), b"talked")
    said = os.read(b.fileno(), 9)
print(said.decode())'

# run_in FOLDER COMMAND...: afterwards the folder has also what the command printed, and its status.
run_in() {
	local status=0
	mkdir -p "$1"
	(cd "$1" && exec "${@:2}" </dev/null >stdout 2>stderr 3>&-) || status=$?
	echo "$status" >"$1/status"
}

# compare NAME: what two runs left in the folders of that name. The traced one's are in $said.
compare() {
	said=$BATS_TEST_TMPDIR/$1/traced
	diff -r "$BATS_TEST_TMPDIR/$1/plain" "$said"
}

# same NAME COMMAND...: traced into trace_file NAME.
same() {
	run_in "$BATS_TEST_TMPDIR/$1/plain" "${@:2}"
	run_in "$BATS_TEST_TMPDIR/$1/traced" "$SOCKTRACE" -q -o "$(trace_file "$1")" -- "${@:2}"
	compare "$1"
}

# same_inside NAME [WRAPPER...] -- COMMAND...: the wrapper starts socktrace, which starts the command.
same_inside() {
	local name=$1 wrapper=()
	shift
	while [ "$1" != -- ]; do
		wrapper+=("$1")
		shift
	done
	shift
	run_in "$BATS_TEST_TMPDIR/$name/plain" "${wrapper[@]}" "$@"
	run_in "$BATS_TEST_TMPDIR/$name/traced" \
		"${wrapper[@]}" "$SOCKTRACE" -q -o "$(trace_file "$name")" -- "$@"
	compare "$name"
}

# ended STATUS: both did.
ended() {
	[ "$(cat "$said/status")" -eq "$1" ] || { cat "$said/stderr" && false; }
}

# printed LINE...: both printed these lines and no others.
printed() {
	diff <(printf '%s\n' "$@") "$said/stdout"
}

# count NAME EFFECT: how many calls of that effect succeeded.
count() {
	count_calls "$1" '.effect == $effect and .result >= 0' --arg effect "$2"
}
