#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs whose calls are hot, so that a recorder in the process would record them, and that do meanwhile
# what could harm it or be harmed by it: each says and does the same without a tracer, with stops only, and with
# --recorder=auto, and none of its calls is missing. SEED=N repeats what is chosen at random.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	export SEED=${SEED:-$RANDOM}
	echo "SEED=$SEED" # shown when the test fails
	build hot
	hot=$BUILD/targets/hot
}

# moved FILE: how many words of 4 bytes were sent and received.
moved() {
	jq -rn 'reduce (inputs | select(.type == "call" and .bytes == 4)) as $call ({}; .[$call.effect] += 1) |
		"\(.send) \(.receive)"' "$1"
}

# same PART: with each recorder, in $BATS_TEST_TMPDIR, as untraced. Traces that are no larger than the schema's
# checker likes are kept.
same() {
	local alone=$BATS_TEST_TMPDIR/alone traced=$BATS_TEST_TMPDIR/traced trace recorder status=0 wanted=0
	timeout 60 "$hot" "$1" >"$alone" 2>&1 3>&- || wanted=$?
	for recorder in off auto; do
		trace=$BATS_TEST_TMPDIR/$1-$recorder.jsonl
		status=0
		timeout 120 "$SOCKTRACE" -q --recorder=$recorder -o "$trace" -- "$hot" "$1" \
			>"$traced" 2>&1 3>&- || status=$?
		diff -u "$alone" "$traced" || { echo "$1 $recorder" && return 1; }
		[ "$status" -eq "$wanted" ] || { echo "$1 $recorder: $status, not $wanted" && return 1; }
		local said
		said=$(grep -o 'sent [0-9]*$' "$traced")
		[ "${said/sent/} ${said/sent /}" = " $(moved "$trace")" ] ||
			{ echo "$1 $recorder: $said, $(moved "$trace") recorded" && return 1; }
		[ "$(stat -c %s "$trace")" -gt 2000000 ] || cp "$trace" "$(trace_file "$1-$recorder")"
	done
}

# each PART...
each() {
	local part
	for part; do
		same "$part"
	done
}

@test "threads begin and end, and more of them are hot than areas there are" {
	each threads crowd births
}

@test "most calls need no stop, where the processor lets programs record them" {
	has_recorder || skip "$no_recorder"
	"$SOCKTRACE" -q --recorder=auto -o "$BATS_TEST_TMPDIR/trace.jsonl" -- "$hot" registers
	tail -n 1 "$BATS_TEST_TMPDIR/trace.jsonl" | jq -e '.recorded.tracee > 20 * .recorded.stops'
}

@test "processes fork, load programs, and share memory or descriptors without being threads" {
	each forks vforks clones clone-early tables
}

@test "numbers stand for other sockets and files, and are taken again at once" {
	each moved reused waits
}

@test "signals come all the time, and show no foreign address" {
	each storm storms
}

@test "handlers make calls of their own, and do not return" {
	each in-handlers left
}

@test "a thread that waits is interrupted, restarted, cancelled" {
	each interrupted
}

@test "a process is stopped and continued" {
	each stopped
}

@test "SIGTRAP is the program's" {
	each traps
}

@test "registers, flags, the red zone and small stacks are the program's" {
	each registers
}

@test "gs is the program's" {
	each segments
	if grep -qw fsgsbase /proc/cpuinfo; then
		each segments-fast
	fi
}

@test "the program takes away what is mapped into it, in several ways" {
	each replaced removed protected remapped discarded
}

@test "the program writes into what is mapped into it" {
	local part recorder
	for part in scribbled disturbed; do
		for recorder in off auto; do
			run -0 timeout 60 "$SOCKTRACE" -q --recorder=$recorder -o /dev/null -- "$hot" $part
			[ "$output" = 'sent 900' ]
		done
	done
}

@test "the program writes its own text anew" {
	each patched
}

@test "code that makes calls comes and goes, and is made at run time" {
	cd "$BATS_TEST_TMPDIR"
	local code='.globl mine; mine: mov $1, %eax; syscall; ret; .balign 32'
	gcc -shared -o one.so -x assembler - <<<"$code; .section .note.GNU-stack"
	gcc -shared -o two.so -x assembler - <<<".rept 64; ret; .endr; $code; .section .note.GNU-stack"
	each libraries made
}

@test "buffers are not there, or no longer" {
	each buffers vanishing
}

@test "memory, descriptors and locked memory are limited" {
	each locked locked-out few-descriptors little-memory no-data
}

@test "memory is locked or limited when threads are hot, and has the room that it has untraced" {
	each locked-hot limited-hot limited-plainly
}

@test "the program forbids itself to read the time, and to gain code" {
	each timeless timeless-from-the-start no-gain
}

@test "the program has the processor stop at each instruction" {
	each stepped
}

@test "the kernel, or a filter, looks at where the program makes its calls" {
	each dispatched dispatched-from-the-start made-there
}

@test "the program's own filters answer hot calls" {
	each sandboxed
}

@test "the program ends, faults, or loads another one, while threads are hot" {
	each exit-hot exec-hot faulty
}

@test "what a process has sent that is killed is in the trace" {
	for recorder in off auto; do
		trace=$BATS_TEST_TMPDIR/$recorder.jsonl
		run -0 timeout 60 "$SOCKTRACE" -q --recorder=$recorder -o "$trace" -- "$hot" killed
		# One that was not counted yet, of each process.
		moved=$(moved "$trace")
		[ "${moved% *}" -ge "${output#sent }" ]
		[ "${moved% *}" -le $((${output#sent } + 20)) ]
	done
}
