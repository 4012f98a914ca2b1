#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The traced program runs as it would without a tracer.

bats_require_minimum_version 1.5.0
load ../helper

@test "the program's exit status is socktrace's" {
	run trace exit sh -c 'exit 7'
	[ "$status" -eq 7 ]
}

@test "a program that a signal kills ends socktrace with that signal" {
	run trace term sh -c 'kill -TERM $$'
	[ "$status" -eq 143 ]
	run /usr/bin/python3 -c '
import subprocess, sys
print(subprocess.run(sys.argv[1:]).returncode)' \
		"$SOCKTRACE" -q -o "$(trace_file killed)" sh -c 'kill -KILL $$'
	[ "$output" = -9 ]
}

@test "a program that is not there gives 127, with a message" {
	run -127 "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/t.jsonl" no-such-program
	[ "$output" = "socktrace: no-such-program: not found" ]
}

@test "a file that cannot be executed gives 126, with a message" {
	run "$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/t.jsonl" /etc/passwd
	[ "$status" -eq 126 ]
	[ "$output" = "socktrace: /etc/passwd: not executable (chmod +x makes it so)" ]
}

@test "a program that is not there is not found, though a folder of PATH may not be searched" {
	needs_root "to be another user"
	local place
	place=$(mktemp -d /tmp/sockline.XXXXXX)
	cp "$SOCKTRACE" "$place"
	chmod 755 "$place"
	mkdir -m 700 "$place/closed"
	PATH=$place/closed:$PATH run -127 setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$place/socktrace" -q -o /dev/null no-such-program
	rm -r "$place"
	[ "$output" = "socktrace: no-such-program: not found" ]
}

@test "a program that is there and cannot be executed is not \"not found\": the reason is named" {
	cd "$BATS_TEST_TMPDIR"
	printf '#!/no/such/python3 -u\n' >no-interpreter
	printf '#!./no-interpreter\n' >nested
	printf '#!/bin/sh\r\necho\r\n' >dos
	printf '#!python3\n' >no-path
	printf '#!/etc/passwd\n' >wrong-interpreter
	ln -s /no/where link
	/usr/bin/python3 - <<'EOF'
program = open("/bin/true", "rb").read()
other = bytearray(program)
other[18:20] = b"\xb7\0" if other[18] != 0xb7 else b"\x3e\0"  # e_machine, elf(5)
open("other-machine", "wb").write(other)
i = program.index(b"ld-linux")
open("no-loader", "wb").write(program[:i] + b"no-linux" + program[i + 8:])
EOF
	echo text | gzip >compressed
	chmod +x no-* nested dos wrong-interpreter other-machine compressed
	echo 'touch ran' >not-executable
	while read -r file words; do
		PATH=$PWD:$PATH run -126 "$SOCKTRACE" -q -o t.jsonl "$file"
		[[ "$output" == "socktrace: $file: $words"* ]] || { echo "$output" && false; }
	done <<'EOF'
no-interpreter the interpreter of its first line, /no/such/python3: not found
./nested the interpreter of its first line, ./no-interpreter: the interpreter of its first line, /no/such/python3: not found
dos the interpreter of its first line, /bin/sh: not found, as the line ends in a carriage return
./no-path the interpreter of its first line, python3: not found, as it has no path
wrong-interpreter the interpreter of its first line, /etc/passwd: not executable
./link a link to /no/where, which is not there
other-machine a program for
./other-machine a program for
./no-loader its dynamic loader /
./compressed a file compressed with gzip, and no program
./not-executable not executable
/usr a directory
EOF
	[ ! -e ran ]
	# As execvp(3) has it, what is no binary is the shell's.
	echo 'echo from the shell' >for-the-shell
	chmod +x for-the-shell
	[ "$(PATH=$PWD:$PATH "$SOCKTRACE" -q -o t.jsonl for-the-shell)" = "from the shell" ]
	run -127 "$SOCKTRACE" -q -o t.jsonl ""
}

@test "standard input, output and error are the program's own" {
	run --separate-stderr trace stdio sh -c 'cat; echo error >&2' <<<input
	[ "$output" = input ]
	[ "$stderr" = error ]
}

@test "a trace that cannot be opened keeps the program from running" {
	run "$SOCKTRACE" -o "$BATS_TEST_TMPDIR/no/such/folder" touch "$BATS_TEST_TMPDIR/ran"
	[ "$status" -eq 125 ]
	[[ "$output" == "socktrace: "*"No such file or directory" ]]
	[ ! -e "$BATS_TEST_TMPDIR/ran" ]
}

@test "a full disk ends the trace and not the program, and the status says so" {
	run "$SOCKTRACE" -q -o /dev/full sh -c 'echo alive'
	[ "$status" -eq 125 ]
	[[ "$output" == *alive* ]]
	[[ "$output" == *"No space left on device"* ]]
}

@test "a signal sent to socktrace reaches the program" {
	"$SOCKTRACE" -q -o "$(trace_file passed)" -- sh -c 'trap "exit 9" TERM; touch "$1"; for i in $(seq 1200); do sleep 0.05; done' \
		- "$BATS_TEST_TMPDIR/ready" 3>&- &
	local pid=$!
	wait_until test -e "$BATS_TEST_TMPDIR/ready"
	kill -TERM $pid
	local status=0
	wait $pid || status=$?
	[ "$status" -eq 9 ]
}

@test "a program dies with its tracer" {
	"$SOCKTRACE" -q -o "$BATS_TEST_TMPDIR/t.jsonl" \
		sh -c 'echo $$ >"$1"; exec sleep 600' - "$BATS_TEST_TMPDIR/pid" 3>&- &
	local pid=$!
	wait_until test -s "$BATS_TEST_TMPDIR/pid"
	kill -KILL $pid
	wait $pid || true
	wait_until is_in_state "$(cat "$BATS_TEST_TMPDIR/pid")" Z
}

@test "hundreds of short processes under make are followed, and none is left behind" {
	{
		printf 'all: %s\n' "$(seq -s ' ' -f 't%g' 200)"
		printf 't%%:\n\t@sh -c "sleep 0; true"; echo $@\n'
	} >"$BATS_TEST_TMPDIR/Makefile"
	run trace make make -s -j4 -C "$BATS_TEST_TMPDIR"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 200 ]
	run grep -c '"event":"fork"' "$(trace_file make)"
	local forks=$output
	[ "$forks" -ge 200 ]
	run grep -c '"event":"exit"' "$(trace_file make)"
	[ "$output" -eq $((forks + 1)) ]
	run ! grep -l "$BATS_TEST_TMPDIR" /proc/[0-9]*/cmdline
}

@test "a shell's Ctrl-C, Ctrl-Z and fg behave as without a tracer" {
	run /usr/bin/python3 tests/tracer/job_control.py
	local untraced=$output
	[ "$status" -eq 0 ]
	run /usr/bin/python3 tests/tracer/job_control.py "$SOCKTRACE" -q -o "$(trace_file job)" --
	[ "$status" -eq 0 ]
	[ "$output" = "$untraced" ]
}

@test "a program that searches itself for leaks ends as the man page says" {
	echo '#include <stdio.h>
	int main(void) { return printf("said\n") != 5; }' >"$BATS_TEST_TMPDIR/leaks.c"
	gcc -fsanitize=address -o "$BATS_TEST_TMPDIR/leaks" "$BATS_TEST_TMPDIR/leaks.c" 2>/dev/null || skip "no AddressSanitizer"
	run -1 --separate-stderr env ASAN_OPTIONS=detect_leaks=1 "$SOCKTRACE" -q -o "$(trace_file leaks)" -- "$BATS_TEST_TMPDIR/leaks"
	[ -z "$output" ]
	[[ "$stderr" == *"LeakSanitizer does not work under ptrace"* ]]
	run -0 env ASAN_OPTIONS=detect_leaks=0 "$SOCKTRACE" -q -o "$(trace_file kept)" -- "$BATS_TEST_TMPDIR/leaks"
	[ "$output" = said ]
}

@test "a child made with CLONE_UNTRACED is traced all the same" {
	run trace untraced /usr/bin/python3 -c '
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
CLONE_UNTRACED, SIGCHLD, SYS_clone = 0x00800000, 17, 56
pid = libc.syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0)
if pid == 0:
    socket.socket().close()
    os._exit(5)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))'
	[ "$status" -eq 0 ]
	[ "$output" = 5 ]
	[ "$(count_calls untraced '.name == "socket"')" -eq 1 ]
}

@test "children that end before their parents' calls are reported begin and end once each" {
	build brief
	run trace brief "$BUILD/targets/brief"
	[ "$status" -eq 0 ]
	run grep -c '"event":"fork"' "$(trace_file brief)"
	[ "$output" -eq 600 ]
	run grep -c '"event":"exit"' "$(trace_file brief)"
	[ "$output" -eq 601 ]
}
