#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs that start other programs in unusual ways: around the traced program, and around
# socktrace.

bats_require_minimum_version 1.5.0
load ../helper
load same

talker() {
	same "$1" "${@:2}" /usr/bin/python3 -c "$talk"
	ended 0
	printed talked
	has_data "$1" talked
}

# both NAME WRAPPER...: the wrapper is traced, and the wrapper starts socktrace.
both() {
	talker "$1" "${@:2}"
	same_inside "$1-inside" "${@:2}" -- /usr/bin/python3 -c "$talk"
	ended 0
	printed talked
	has_data "$1-inside" talked
}

@test "setsid, nice, nohup, stdbuf, ionice, taskset, chrt and setpriv" {
	both setsid setsid -w
	both nice nice -n 5
	both nohup nohup
	both stdbuf stdbuf -oL
	both ionice ionice -c 3
	both taskset taskset 1
	both chrt chrt --batch 0
	both setpriv setpriv --no-new-privs
}

@test "env -i: no environment at all" {
	both env env -i
	same empty env -i env
	ended 0
	[ ! -s "$said/stdout" ]
}

@test "timeout, when the program ends in time" {
	both timeout timeout 60
	same status timeout 60 sh -c 'exit 9'
	ended 9
}

# A program that waits for data that never comes, and says which signal it got first: timeout sends
# it to its child and to all of its group.
waits='import signal, socket, sys
def say(number, _):
    signal.signal(number, signal.SIG_IGN)
    print(signal.Signals(number).name, flush=True)
    sys.exit(7)
if sys.argv[1] == "says":
    signal.signal(signal.SIGTERM, say)
    signal.signal(signal.SIGINT, say)
a, b = socket.socketpair()
b.recv(1)'

@test "timeout, when it ends the program by a signal" {
	same term timeout 1 /usr/bin/python3 -c "$waits" dies
	ended 124
	same says timeout --preserve-status -s INT 1 /usr/bin/python3 -c "$waits" says
	ended 7
	printed SIGINT
	same kill timeout -s KILL 1 /usr/bin/python3 -c "$waits" dies
	ended 137
	[ "$(calls term 'select(.unfinished).name')" = recvfrom ]
}

@test "timeout around socktrace ends the program, not only socktrace" {
	same_inside term timeout 1 -- /usr/bin/python3 -c "$waits" dies
	ended 124
	same_inside says timeout --preserve-status -s INT 1 -- /usr/bin/python3 -c "$waits" says
	ended 7
	printed SIGINT
	same_inside background timeout --preserve-status 1 -- sh -c "sleep 60 & wait"
	ended 143
}

# A server and its client on the loopback interface.
loopback='import socket, sys
listening = socket.create_server(("127.0.0.1", 4711))
client = socket.create_connection(listening.getsockname())
listening.accept()[0].sendall(b"in the namespace")
print(client.recv(100).decode())'

@test "a network namespace of its own, where the same port is free for each" {
	needs_root
	same network unshare -n sh -c 'ip link set lo up && exec "$@"' - /usr/bin/python3 -c "$loopback"
	ended 0
	printed 'in the namespace'
	[ "$(count network accept)" -eq 1 ]
	has_data network 'in the namespace'
	same down unshare -n /usr/bin/python3 -c "$loopback"
	ended 1
	[ "$(calls down 'select(.effect == "connect").error')" = ENETUNREACH ]
}

numbers='echo $$; sh -c "echo \$\$; exit 3"; echo $?
'

@test "a process id namespace of its own: the program sees its numbers, the trace has ours" {
	needs_root
	same pids unshare -p -f --mount-proc sh -c "$numbers exec \"\$@\"" - /usr/bin/python3 -c "$talk"
	ended 0
	printed 1 2 3 talked
	has_data pids talked
	run -0 /usr/bin/python3 -c '
import json, sys
records = [json.loads(line) for line in open(sys.argv[1])]
ours = {r["pid"] for r in records if r.get("event") in ("start", "fork")}
assert len(ours) == 3 and not ours & {1, 2}, ours
assert {r["tid"] for r in records if r["type"] == "call"} <= ours' "$(trace_file pids)"
}

@test "the first process of a process id namespace ends, and what it left with it" {
	needs_root
	same left unshare -p -f --mount-proc sh -c \
		'for i in 1 2 3; do sleep 60 & done; setsid sh -c "sleep 60 & sleep 60" & echo $!; exit 6'
	ended 6
	same killed unshare -p -f --kill-child timeout -s KILL 1 sh -c 'sleep 60 & sleep 60'
	ended 137
	[ "$(grep -c '"event":"exit"' "$(trace_file left)")" -eq "$(grep -cE '"event":"(start|fork)"' "$(trace_file left)")" ]
}

@test "socktrace as the first process of a process id namespace" {
	needs_root
	namespace=(unshare -p -f --mount-proc)
	same_inside first "${namespace[@]}" -- /usr/bin/python3 -c "$talk"
	ended 0
	printed talked
	# Nobody but the kernel can kill the first process: socktrace says by its status what it was.
	run -143 "${namespace[@]}" "$SOCKTRACE" -q -o "$(trace_file signal)" -- sh -c 'kill -TERM $$'
	# It is the parent of all that have lost theirs.
	run -4 "${namespace[@]}" "$SOCKTRACE" -q -o "$(trace_file orphans)" -- sh -c \
		'for i in 1 2 3; do (sleep 0.1 &) ; done; exit 4'
	[ "$(grep -c '"event":"exit"' "$(trace_file orphans)")" -eq 7 ]
}

@test "where /proc is none of its own, socktrace says so and runs nothing" {
	needs_root
	for hide in 'exec' 'umount -l /proc; exec'; do
		run -125 unshare -m -p -f sh -c "$hide \"\$@\"" - "$SOCKTRACE" -q \
			-o "$BATS_TEST_TMPDIR/none.jsonl" -- touch "$BATS_TEST_TMPDIR/ran"
		[[ "$output" == "socktrace: /proc "* ]]
		[ ! -e "$BATS_TEST_TMPDIR/ran" ]
	done
}

teardown() {
	[ -z "$own" ] || rm -rf "$own"
}

@test "an unprivileged user, who becomes root of a user namespace" {
	needs_root
	# Where another user may go.
	own=$(mktemp -d /tmp/sockline.XXXXXX)
	cp "$SOCKTRACE" "$own"
	chown -R nobody "$own"
	as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	"${as[@]}" unshare -Ur true || skip "no user namespaces for ordinary users"
	for box in 'unshare -Urnpf --mount-proc' 'bwrap --ro-bind / / --proc /proc --dev /dev --unshare-all'; do
		run -0 "${as[@]}" "$own/socktrace" -q -o "$own/box.jsonl" -- $box /usr/bin/python3 -c "$talk"
		[ "$output" = talked ]
		mv "$own/box.jsonl" "$(trace_file "${box%% *}")"
		has_data "${box%% *}" talked
	done
	run -0 "${as[@]}" unshare -Urnpf --mount-proc "$own/socktrace" -q -o "$own/in.jsonl" \
		/usr/bin/python3 -c "$talk"
	[ "$output" = talked ]
	mv "$own/in.jsonl" "$(trace_file in)"
	has_data in talked
}

# fill FOLDER: with what Python needs.
fill() {
	mkdir -p "$1"/{usr,dev,tmp}
	ln -s usr/lib "$1/lib"
	ln -s usr/lib64 "$1/lib64"
	ln -s usr/bin "$1/bin"
}

@test "chroot, without /proc in it" {
	needs_root
	fill "$BATS_TEST_TMPDIR/root"
	same chroot unshare -m sh -c 'mount --bind /usr "$1/usr"; exec chroot "$1" /usr/bin/python3 -c "$2"' \
		- "$BATS_TEST_TMPDIR/root" "$talk"
	ended 0
	printed talked
	has_data chroot talked
}

# A filter of which connect(2) fails with EPERM, as bubblewrap takes it.
seccomp_filter() {
	/usr/bin/python3 -c '
import struct, sys
rules = [(0x20, 0, 0, 0), (0x15, 0, 1, 42), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7fff0000)]
for rule in rules:
    sys.stdout.buffer.write(struct.pack("HBBI", *rule))'
}

denied='import socket
a, b = socket.socketpair()
a.send(b"allowed")
print(b.recv(9))
try:
    socket.socket().connect(("127.0.0.1", 1))
except OSError as error:
    print(error)'

@test "bubblewrap: its namespaces and its seccomp filter" {
	seccomp_filter >"$BATS_TEST_TMPDIR/rules"
	local box=(bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all --die-with-parent)
	talker bwrap "${box[@]}"
	same filter sh -c 'rules=$1; shift; exec "$@" 9<"$rules"' - "$BATS_TEST_TMPDIR/rules" \
		"${box[@]}" --seccomp 9 /usr/bin/python3 -c "$denied"
	ended 0
	printed "b'allowed'" '[Errno 1] Operation not permitted'
	has_data filter allowed
	[ "$(calls filter 'select(.effect == "connect").error')" = EPERM ]
}

@test "socktrace inside bubblewrap" {
	same_inside bwrap bwrap --bind / / --dev /dev --proc /proc --unshare-net --unshare-pid \
		-- /usr/bin/python3 -c "$talk"
	ended 0
	printed talked
	has_data bwrap talked
}
