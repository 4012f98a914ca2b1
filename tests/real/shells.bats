#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Shells, their pipelines and jobs, and programs on terminals.

bats_require_minimum_version 1.5.0
load ../helper
load same

programs=$PWD/tests/real/programs

@test "pipelines: their output, their statuses, and a reader that goes away" {
	same pipeline bash -c 'set -o pipefail
		seq 100000 | sort -rn | tail -n 2
		yes | head -n 1
		echo "${PIPESTATUS[@]}"
		echo piped | (read word; echo "$word") | tr a-z A-Z
		diff <(seq 3) <(seq 4)
		/usr/bin/python3 -c "$1" | cat
		false | true; echo $?
		exit 5' - "$talk"
	ended 5
	[ "$(sed -n 4p "$said/stdout")" = '141 0' ]
	has_data pipeline talked
}

@test "background jobs: wait, kill, disown, and a coprocess" {
	# When it says what of its jobs, on standard error, is a matter of chance.
	same jobs bash -c 'set -m; exec 2>/dev/null
		sleep 60 & first=$!
		/usr/bin/python3 -c "$1" & second=$!
		(exit 3) & third=$!
		wait $second; echo $?
		wait $third; echo $?
		kill %1; wait $first; echo $?
		coproc cat; echo through >&"${COPROC[1]}"; read -r word <&"${COPROC[0]}"; echo "$word"
		kill $COPROC_PID; wait $COPROC_PID; echo $?
		sleep 60 & stopped=$!
		kill -STOP $stopped; wait $stopped; echo $?
		jobs -s | wc -l
		kill -CONT $stopped; kill $stopped; wait $stopped
		trap "echo trapped" USR1; kill -USR1 $$; exit 8' - "$talk"
	ended 8
	printed talked 0 3 143 through 143 147 1 trapped
	has_data jobs talked
}

@test "a child that goes on in the background when the shell has ended" {
	local program=(sh -c '(sleep 0.2; /usr/bin/python3 -c "$1" >late; touch end) & echo early' - "$talk")
	local work=$BATS_TEST_TMPDIR/late
	run_in "$work/plain" "${program[@]}"
	for _ in $(seq 200); do
		[ ! -e "$work/plain/end" ] || break
		sleep 0.05
	done
	# socktrace waits for it.
	run_in "$work/traced" "$SOCKTRACE" -q -o "$(trace_file late)" -- "${program[@]}"
	compare late
	printed early
	[ "$(cat "$said/late")" = talked ]
}

@test "a program on a terminal: lines, a password, keys, window sizes, Ctrl-C and Ctrl-D" {
	run -0 /usr/bin/python3 "$programs/terminal.py"
	local untraced=$output
	[ "${lines[-1]}" = 'status 6' ]
	run -0 /usr/bin/python3 "$programs/terminal.py" "$SOCKTRACE" -q -o "$(trace_file terminal)" --
	diff <(echo "$untraced") <(echo "$output")
	has_data terminal enough
}

@test "script(1), traced and around socktrace" {
	# It notes the time.
	local typed='script -qec "$1" typed; status=$?; sed -i "/^Script/d" typed; exit $status'
	local talker="sh $BATS_TEST_TMPDIR/program"
	echo "/usr/bin/python3 -c '$talk'; tty | tr -d 0-9; exit 3" >"$BATS_TEST_TMPDIR/program"
	same script sh -c "$typed" - "$talker"
	ended 3
	grep -q '/dev/pts/' "$said/typed"
	has_data script talked
	run_in "$BATS_TEST_TMPDIR/inside/plain" sh -c "$typed" - "$talker"
	run_in "$BATS_TEST_TMPDIR/inside/traced" sh -c "$typed" - \
		"$SOCKTRACE -q -o $(trace_file inside) $talker"
	compare inside
	ended 3
	has_data inside talked
}

@test "an interactive shell whose jobs are stopped, continued and interrupted" {
	run -0 /usr/bin/python3 tests/tracer/job_control.py --shell
	local untraced=$output
	run -0 /usr/bin/python3 tests/tracer/job_control.py --shell "$SOCKTRACE" -q -o "$(trace_file shell)" --
	diff <(echo "$untraced") <(echo "$output")
	grep -q 'status:148:' <<<"$output"
}

@test "a terminal that goes away ends the program that leads its session, and what is in the foreground" {
	run -0 /usr/bin/python3 "$programs/hangup.py"
	[ "$output" = $'child ended True\nleader ended True\nstatus -1' ]
	run -0 /usr/bin/python3 "$programs/hangup.py" "$SOCKTRACE" -q -o "$(trace_file hangup)" --
	[ "$output" = $'child ended True\nleader ended True\nstatus -1' ]
}
