#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# One trace in several files: --rotate.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	log=$BATS_TEST_TMPDIR/t.jsonl
	talker=(/usr/bin/python3 tests/tracer/targets/talker.py)
}

# plain FILE: what it was before it was compressed.
plain() {
	case $1 in
	*.zst) zstd -dcq "$1" ;;
	*.gz) gzip -dcq "$1" ;;
	*) cat "$1" ;;
	esac
}

# files NAME: sets `files` to those of the trace that are there, in its order.
files() {
	local file newest='' started
	files=()
	for file in "$1"*; do
		if [ "$file" -nt "$newest" ]; then newest=$file; fi
	done
	started=$(plain "$newest" | head -n 1 | jq .started)
	while read -r _ file; do
		files+=("$file")
	done < <(for file in "$1"*; do
		[ -d "$file" ] || plain "$file" | head -n 1 |
			jq -r --arg file "$file" "select(.started == $started) | \"\(.part.number) \(\$file)\"" 2>/dev/null || true
	done | sort -n)
}

# joined FILE...: one log of them, as it would be without --rotate.
joined() {
	local file
	for file; do
		plain "$file"
	done | awk '/^\{"type":"trace"/ && seen++ { next }
		/"reason":"rotation"/ || /^\{"type":"end".*"continues":true/ { next } { print }'
}

# holds FILE...: each is good alone, and all are one trace.
holds() {
	local file number=0
	for file; do
		number=$((number + 1))
		plain "$file" >"$BATS_TEST_TMPDIR/plain.$number"
	done
	/usr/bin/python3 -B tests/tracer/validate.py "$BATS_TEST_TMPDIR"/plain.*
	/usr/bin/python3 -B tests/tracer/check_trace.py "$BATS_TEST_TMPDIR"/plain.*
	# shellcheck disable=SC2046 # numbers
	/usr/bin/python3 -B tests/tracer/check_trace.py --files \
		$(seq -f "$BATS_TEST_TMPDIR/plain.%g" "$number")
	rm "$BATS_TEST_TMPDIR"/plain.*
}

# looks_same FILE...: every view of the files is that of one log.
looks_same() {
	local view file one=$BATS_TEST_TMPDIR/one.jsonl
	joined "$@" >"$one"
	for view in timeline summary socket calls sequence state exchanges hints; do
		"$SOCKVIEW" -v $view --format=json "$one" | jq -S 'del(.header.title)' >"$BATS_TEST_TMPDIR/expected"
		"$SOCKVIEW" -v $view --format=json "$@" | jq -S 'del(.header.title)' >"$BATS_TEST_TMPDIR/shown"
		cmp "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/shown"
		# What is joined in a pipe is the same.
		"$SOCKVIEW" -v $view --width=100 <"$one" >"$BATS_TEST_TMPDIR/expected"
		for file; do plain "$file"; done | "$SOCKVIEW" -v $view --width=100 >"$BATS_TEST_TMPDIR/shown"
		cmp "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/shown"
	done
}

# sends_of FILE...: how many sends they have.
sends_of() {
	local file
	for file; do plain "$file"; done | jq -n 'reduce (inputs | select(.effect == "send" and .bytes > 0)) as $call (0; . + 1)'
}

@test "all files together are the trace that one would be, and each is whole alone" {
	local recorder sent file
	for recorder in auto off; do
		mkdir "$BATS_TEST_TMPDIR/$recorder"
		log=$BATS_TEST_TMPDIR/$recorder/t.jsonl
		sent=$("$SOCKTRACE" -q --recorder=$recorder -o "$log" --rotate=64K "${talker[@]}" 1500)
		files "$log"
		[ ${#files[@]} -ge 5 ]
		[ "${files[0]}" = "$log.1" ]
		[ "${files[-1]}" = "$log" ]
		holds "${files[@]}"
		[ "$(sends_of "${files[@]}")" = "$sent" ]
		looks_same "${files[@]}"
		for file in "${files[@]::${#files[@]}-1}"; do
			[ "$(stat -c %s "$file")" -ge 65536 ]
			[ "$(stat -c %s "$file")" -lt 70000 ]
		done
		# In any order: as a shell sorts their names.
		"$SOCKVIEW" -v calls "$log"* | cmp - <("$SOCKVIEW" -v calls "${files[@]}")
	done
}

@test "a file alone shows what is in it, and says what is not" {
	"$SOCKTRACE" -q -o "$log" --rotate=64K "${talker[@]}" 1000
	files "$log"
	local middle=${files[2]} before place file line
	before=$(head -n 1 "$middle" | jq .part.calls_before)
	run -0 --separate-stderr "$SOCKVIEW" -v summary --width=200 "$middle"
	[ -z "$stderr" ]
	[[ "$output" == *"warning: calls 1 to $before of the trace are in earlier files, which are not shown here"* ]]
	[[ "$output" == *"warning: the trace goes on in a later file, which is not shown here"* ]]
	run -0 "$SOCKVIEW" -v summary "${files[@]}"
	[[ "$output" != *warning* ]]
	# What holds since the files before is known: who listens, is connected, and with whom.
	"$SOCKVIEW" -v timeline --width=120 "$middle" >"$BATS_TEST_TMPDIR/timeline"
	for place in ':[0-9]* ' '→:[0-9]*' ':[0-9]*←:[0-9]*'; do
		grep -qE "^  fd [0-9]+ +TCP $place" "$BATS_TEST_TMPDIR/timeline"
	done
	grep -q '^  fd .* UNIX ↔' "$BATS_TEST_TMPDIR/timeline"
	grep -q '^  fd .* UDP →:' "$BATS_TEST_TMPDIR/timeline"
	grep -q 'TCP .* listening · inherited at rotation' "$BATS_TEST_TMPDIR/timeline"
	# A rule about all calls cannot be told of some.
	run -3 "$SOCKVIEW" --check='no failed connects' "$middle"
	[[ "$output" == *"VIOLATED  nothing is missing from the trace"* ]]
	run -0 "$SOCKVIEW" --check='no failed connects' "${files[@]}"
	# What is found stands where it is said to.
	"$SOCKVIEW" --check='connect not loopback' --full "${files[@]}" |
		sed -n 's/^  \([^ ]*\):\([0-9]*\): .*/\1 \2/p' >"$BATS_TEST_TMPDIR/places"
	[ "$(cut -d ' ' -f 1 "$BATS_TEST_TMPDIR/places" | uniq | wc -l)" = 2 ]
	while read -r file line; do
		sed -n "${line}p" "$file" | jq -e '.effect == "connect" or .effect == "send"'
	done <"$BATS_TEST_TMPDIR/places"
	# With one missing there are two traces.
	run -0 --separate-stderr "$SOCKVIEW" -v summary "${files[0]}" "${files[2]}"
	[ -z "$stderr" ]
	run -1 --separate-stderr "$SOCKVIEW" -v summary "${files[0]}" "${files[1]}" "${files[1]}"
	[[ "$stderr" == *"the same trace was read before"* ]]
}

@test "so many older files are kept as were asked for, the newest as number 1" {
	"$SOCKTRACE" -q -o "$log" --rotate=64K,3 "${talker[@]}" 1500
	files "$log"
	[ "${files[*]}" = "$log.3 $log.2 $log.1 $log" ]
	holds "${files[@]}"
	[ "$(head -n 1 "$log.3" | jq .part.calls_before)" -gt 0 ]
	[ "$(tail -n 1 "$log" | jq .exit_code)" = 0 ]
}

@test "files of others are neither overwritten, moved nor removed" {
	echo mine >"$log.2"
	mkdir "$log.4"
	"$SOCKTRACE" -q -o "$log" --rotate=64K,3 "${talker[@]}" 1500
	[ "$(cat "$log.2")" = mine ]
	holds "$log.5" "$log.3" "$log.1" "$log"
	[ ! -e "$log.6" ]
	rm -r "$log".*
	echo mine >"$log.2"
	"$SOCKTRACE" -q -o "$log" --rotate=64K "${talker[@]}" 500
	[ "$(cat "$log.2")" = mine ]
	files "$log"
	[ "${files[*]::3}" = "$log.1 $log.3 $log.4" ]
	holds "${files[@]}"
	# Another run does not touch those of the first one.
	sha256sum "$log".? >"$BATS_TEST_TMPDIR/sums"
	"$SOCKTRACE" -q -o "$log" --rotate=64K,1 "${talker[@]}" 500
	sha256sum -c "$BATS_TEST_TMPDIR/sums"
	files "$log"
	[ ${#files[@]} = 2 ]
	holds "${files[@]}"
}

@test "compressed files are, too, and keep their ending" {
	local kind
	for kind in zst gz; do
		"$SOCKTRACE" -q -s all -o "$log.$kind" --rotate=64K,100 /usr/bin/python3 -c '
import os, socket
a, b = socket.socketpair()
for _ in range(600):
    a.send(os.urandom(1000))
    b.recv(1000)'
		[ -e "$log.1.$kind" ]
		files "$log"
		[ ${#files[@]} -ge 3 ]
		holds "${files[@]}"
		[ "$(sends_of "${files[@]}")" = 600 ]
		looks_same "${files[@]}"
		rm "$log"*
	done
}

@test "processes and what they share go on" {
	local sent
	sent=$("$SOCKTRACE" -q -o "$log" --rotate=64K "${talker[@]}" 300 6)
	files "$log"
	[ ${#files[@]} -ge 7 ]
	holds "${files[@]}"
	[ "$(sends_of "${files[@]}")" = "$sent" ]
	looks_same "${files[@]}"
}

# A process ends, and one that shares its table of descriptors goes on with them.
sharer='
import ctypes, os, platform, signal, socket
CLONE, CLONE_FILES = {"x86_64": 56, "aarch64": 220}[platform.machine()], 0x400
PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None)
libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
left, right = socket.socketpair()
ends = os.pipe()
owner = os.fork()
if owner == 0:
    if libc.syscall(CLONE, CLONE_FILES | signal.SIGCHLD, 0, 0, 0, 0) == 0:
        os.read(ends[0], 1)
        for number in range(500):
            left.send(b"shared %d" % number)
            right.recv(100)
    os._exit(7)
os.waitpid(owner, 0)
os.write(ends[1], b"!")
os.wait()'

@test "descriptors of a process that has ended go on where another one shares them" {
	local recorder owner
	for recorder in auto off; do
		"$SOCKTRACE" -q --recorder=$recorder -o "$log" --rotate=64K /usr/bin/python3 -c "$sharer"
		files "$log"
		[ ${#files[@]} -ge 3 ]
		holds "${files[@]}"
		looks_same "${files[@]}"
		owner=$(jq 'select(.event == "exit" and .exit_code == 7).pid' "${files[0]}" | head -n 1)
		[ "$(jq 'select(.event == "exit" and .reason == "rotation").pid' "${files[1]}")" = "$owner" ]
		rm "$log"*
	done
}

@test "a connect that ended behind its call is not under way in later files" {
	"$SOCKTRACE" -q -o "$log" --rotate=64K /usr/bin/python3 -c '
import select, socket
def connect(address):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(address)
    select.select([], [client], [])
    client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return client
deaf = socket.socket()
deaf.bind(("127.0.0.1", 0))
server = socket.create_server(("127.0.0.1", 0))
clients = connect(deaf.getsockname()), connect(server.getsockname())
left, right = socket.socketpair()
for _ in range(300):
    left.send(b"on")
    right.recv(100)'
	files "$log"
	[ ${#files[@]} -ge 2 ]
	holds "${files[@]}"
	[ "$(jq -r 'select(.reason == "rotation" and .direction == "out") | "\(.state) \(.peer.address)"' "${files[1]}")" = "null null
TCP_ESTABLISHED 127.0.0.1" ]
}

# A program that waits for a word before each of its rounds, and says how many it has made.
rounds='
import socket, sys
a, b = socket.socketpair()
for number, _ in enumerate(sys.stdin):
    for _ in range(100):
        a.send(b"round %d" % number)
        b.recv(100)
    print(number, flush=True)'

# start_rounds OPTION...: such a program, traced, whose standard input is 8 and whose output 9.
start_rounds() {
	mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
	"$SOCKTRACE" -q -o "$log" "$@" /usr/bin/python3 -c "$rounds" \
		<"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 3>&- &
	tracer=$!
	exec 8>"$BATS_TEST_TMPDIR/in" 9<"$BATS_TEST_TMPDIR/out"
}

# make_round: one, and until it is in the log a moment.
make_round() {
	echo >&8
	read -r _ <&9
	sleep 0.3
}

# make_logged_round NUMBER: the same, until it is in the file of that name.
make_logged_round() {
	make_round
	wait_until grep -qs "round $1" "$log"
}

@test "a log that is moved away, or removed, is begun anew" {
	start_rounds --rotate=1G
	make_logged_round 0
	mv "$log" "$BATS_TEST_TMPDIR/moved.jsonl"
	sleep 1.1
	make_logged_round 1
	cp "$log" "$BATS_TEST_TMPDIR/copy.jsonl"
	rm "$log"
	sleep 1.1
	make_logged_round 2
	# As logrotate(8) does where it is told to create.
	mv "$log" "$BATS_TEST_TMPDIR/created.jsonl"
	: >"$log"
	sleep 1.1
	make_logged_round 3
	exec 8>&-
	wait "$tracer"
	holds "$BATS_TEST_TMPDIR/moved.jsonl"
	jq -e 'select(.type == "end") | .continues' "$BATS_TEST_TMPDIR/moved.jsonl"
	[ "$(jq -rs '[.[0].part.number, (.[-1] | .exit_code)] | @text' "$log")" = "[4,0]" ]
	holds "$BATS_TEST_TMPDIR/created.jsonl" "$log"
	[ "$(sends_of "$BATS_TEST_TMPDIR/moved.jsonl")" = 100 ]
	[ "$(sends_of "$BATS_TEST_TMPDIR/copy.jsonl")" = 100 ]
	[ "$(sends_of "$BATS_TEST_TMPDIR/created.jsonl")" = 100 ]
	[ "$(sends_of "$log")" = 100 ]
}

@test "another file that has taken its place is not touched" {
	start_rounds --rotate=64K 2>"$BATS_TEST_TMPDIR/said"
	make_round
	mv "$log" "$BATS_TEST_TMPDIR/moved.jsonl"
	echo mine >"$log"
	sleep 1
	for _ in 1 2 3 4; do make_round; done
	exec 8>&-
	wait "$tracer"
	[ "$(cat "$log")" = mine ]
	[ ! -e "$log.1" ]
	[ "$(sends_of "$BATS_TEST_TMPDIR/moved.jsonl")" = 500 ]
	[ "$(cat "$BATS_TEST_TMPDIR/said")" = "socktrace: $log: was moved away, and cannot be begun anew: File exists; the trace goes on in that file" ]
}

@test "files are their owner's only, whatever the mode of the first one" {
	: >"$log"
	chmod 640 "$log"
	(umask 0 && start_rounds --rotate=64K && for _ in 1 2 3 4 5; do make_round; done && exec 8>&- && wait "$tracer")
	[ "$(stat -c %a "$log.1")" = 640 ]
	[ "$(stat -c %a "$log" "$log.2" | paste -sd ' ')" = '600 600' ]
}

@test "where the folder cannot be written the trace goes on in the file" {
	local place as=()
	# Another user can run copies, and root may write everywhere.
	place=$(mktemp -d /var/tmp/sockline.XXXXXX)
	chmod 755 "$place"
	cp "$SOCKTRACE" "${talker[1]}" "$place"
	mkdir "$place/folder"
	: >"$place/folder/log"
	if [ "$(id -u)" -eq 0 ]; then
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
		chown -R 65534:65534 "$place/folder"
	fi
	chmod 555 "$place/folder"
	run -0 "${as[@]}" "$place/socktrace" -q -o "$place/folder/log" --rotate=64K,2 "${talker[0]}" "$place/talker.py" 1000
	[[ "$output" == *"cannot be rotated: Permission denied; the trace goes on in that file"* ]]
	[ "$(grep -c 'Permission' <<<"$output")" = 1 ]
	[ "$(ls "$place/folder")" = log ]
	holds "$place/folder/log"
	tail -n 1 "$place/folder/log" | jq -e '.exit_code == 0'
	chmod 755 "$place/folder"
	rm -r "$place"
}

@test "a program that is killed has its end in the last file" {
	local status=0
	"$SOCKTRACE" -q -o "$log" --rotate=64K "${talker[@]}" 100000 3>&- &
	wait_until [ -e "$log.3" ]
	kill -KILL "$(jq -r 'select(.event == "start").pid' "$log.1")"
	wait $! || status=$?
	[ $status = 137 ]
	files "$log"
	holds "${files[@]}"
	tail -n 1 "$log" | jq -e '.signal == "SIGKILL"'
}

@test "it is redacted, with the same placeholders in all files" {
	"$SOCKTRACE" -q -o "$log" --rotate=64K --redact=addresses "${talker[@]}" 500
	files "$log"
	[ ${#files[@]} -ge 2 ]
	run ! grep -q "ping\|talker" "${files[@]}"
	looks_same "${files[@]}"
}

@test "a trace that is followed is followed into the next file" {
	start_rounds --rotate=64K,2
	make_round
	"$SOCKVIEW" -f "$log" >"$BATS_TEST_TMPDIR/shown" 2>"$BATS_TEST_TMPDIR/said" 3>&- 8>&- 9<&- &
	local viewer=$!
	local round
	for round in 1 2 3 4 5 6; do
		make_round
		wait_until grep -q "round $round" "$BATS_TEST_TMPDIR/shown"
	done
	exec 8>&-
	wait "$tracer" "$viewer"
	[ -e "$log.2" ]
	[ ! -s "$BATS_TEST_TMPDIR/said" ]
	[ "$(grep -c 'round 6' "$BATS_TEST_TMPDIR/shown")" = 200 ]
	[ "$(grep -c 'round [0-9]' "$BATS_TEST_TMPDIR/shown")" = 1400 ]
}

@test "a process that was attached to is in all files, with what it had before" {
	needs_attach
	mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
	/usr/bin/python3 -c "$rounds" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 3>&- &
	local program=$!
	exec 8>"$BATS_TEST_TMPDIR/in" 9<"$BATS_TEST_TMPDIR/out"
	make_round
	"$SOCKTRACE" -o "$log" --rotate=64K -p $program 2>"$BATS_TEST_TMPDIR/said" 3>&- 8>&- 9<&- &
	tracer=$!
	wait_until grep -q attached "$BATS_TEST_TMPDIR/said"
	for _ in 1 2 3 4; do make_round; done
	kill -INT "$tracer"
	wait "$tracer"
	exec 8>&-
	wait $program
	files "$log"
	[ ${#files[@]} -ge 3 ]
	holds "${files[@]}"
	[ "$(sends_of "${files[@]}")" = 400 ]
	[ "$(tail -n 1 "$log" | jq -c .detached)" = "[$program]" ]
	looks_same "${files[@]}"
}

@test "a file that was missed by who follows is said to be missing" {
	"$SOCKTRACE" -q -o "$log" --rotate=64K "${talker[@]}" 500
	files "$log"
	cp "${files[0]}" "$BATS_TEST_TMPDIR/followed"
	cp "${files[2]}" "$BATS_TEST_TMPDIR/next"
	"$SOCKVIEW" -f "$BATS_TEST_TMPDIR/followed" >"$BATS_TEST_TMPDIR/shown" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
	wait_until grep -q 'sendto' "$BATS_TEST_TMPDIR/shown"
	mv "$BATS_TEST_TMPDIR/next" "$BATS_TEST_TMPDIR/followed"
	local status=0
	wait $! || status=$?
	[ $status = 1 ]
	[ "$(cat "$BATS_TEST_TMPDIR/said")" = "sockview: $BATS_TEST_TMPDIR/followed:1: the trace was rotated faster than it was followed: calls before this line are in other files" ]
}

@test "what cannot be is refused" {
	local size
	for size in 1 65535 63K 0 ,3 '64K,' 64K,0 64K,1001 64K,3,4 64KB K -1 64M4 99999999999999999999 16777216T 18446744073709551615G; do
		run -125 "$SOCKTRACE" -o "$log" --rotate=$size true
		[[ "$output" == "socktrace: --rotate=$size: expected "* ]]
	done
	[ ! -e "$log" ]
	for size in 65536 64K 64k 1M,1 2G,1000; do
		"$SOCKTRACE" -q -o "$log" --rotate=1G,7 --rotate=$size true
		[ "$(jq -cs 'map(.type)' "$log")" = '["trace","process","process","end"]' ]
	done
	run -125 "$SOCKTRACE" --rotate=1M true
	[[ "$output" == "socktrace: --rotate goes with -o FILE"* ]]
	run -125 "$SOCKTRACE" -o - --rotate=1M true
	[[ "$output" == "socktrace: --rotate goes with -o FILE"* ]]
	run -125 "$SOCKTRACE" -o '|cat' --rotate=1M true
	[[ "$output" == "socktrace: --rotate goes with -o FILE"* ]]
	run -125 "$SOCKTRACE" -o /dev/null --rotate=1M true
	[[ "$output" == "socktrace: --rotate: /dev/null: is no regular file"* ]]
	run -125 "$SOCKTRACE" -o "$log" --rotate=1M --check=complete true
	[[ "$output" == "socktrace: --check reads the trace at the end"* ]]
	run -125 "$SOCKTRACE" -o "$BATS_TEST_TMPDIR/$(printf 'x%.0s' {1..250})" --rotate=1M true
	[[ "$output" == *"File name too long"* ]]
}

@test "where to see it is said" {
	run -0 "$SOCKTRACE" -o "$log" --rotate=64K,2 "${talker[@]}" 1000
	[[ "$output" == *"trace written to $log and 2 older files; see it with: "*"sockview $log*" ]]
	run -0 "$SOCKTRACE" -o "$log" --rotate=1G true
	[[ "$output" == *"trace written to $log; see it with: "*"sockview $log" ]]
}
