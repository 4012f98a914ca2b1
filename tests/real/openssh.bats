#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# OpenSSH on loopback: once without socktrace, once with client and server traced.

bats_require_minimum_version 1.5.0
load ../helper
load twice
load openssh

setup() {
	setup_place
	make_keys
	head -c 1000000 /dev/urandom >"$place/file"
}

teardown() {
	teardown_place
}

# Each of the traced clients NAME... has received what sshd has sent, and the other way around.
ends_agree() {
	local sent=0 received=0
	for name; do
		sent=$((sent + $(moved "$name" send)))
		received=$((received + $(moved "$name" receive)))
	done
	equal "$(moved sshd receive)" "$sent"
	equal "$(moved sshd send)" "$received"
}

@test "ssh passes on output, errors, the exit status and a signal, and a megabyte both ways" {
	story() {
		start_sshd
		noted status ssh -F "$place/ssh_config" host 'echo over the wire; echo aside >&2; exit 7' 2>"$result/aside"
		noted signal ssh -F "$place/ssh_config" host 'kill -TERM $$' 2>"$result/signal"
		traced both ssh -F "$place/ssh_config" host 'tr a b | tr b a' <"$place/file" >"$result/both"
		noted denied ssh -F "$place/ssh_config" -o User=nobody-at-all host true 2>"$result/denied"
		stop_sshd
	}
	twice story
	equal "$(cat "$result/status.status")" 7
	equal "$(cat "$result/signal.status")" 255
	equal "$(cat "$result/denied.status")" 255
	cmp <(tr ab aa <"$place/file") "$result/both"
	ends_agree status signal both denied
	has_data status "SSH-2.0-OpenSSH"
	has_data sshd "SSH-2.0-OpenSSH"
}

@test "scp by SFTP and by its old protocol, there and back" {
	story() {
		start_sshd
		mkdir "$result/folder"
		cp "$place/file" "$result/folder/original"
		noted there scp -F "$place/ssh_config" -q "$place/file" "host:$result/new"
		noted folder scp -F "$place/ssh_config" -q -r "host:$result/folder" "$result/copy"
		noted old scp -F "$place/ssh_config" -q -O "host:$result/new" "$result/old"
		noted missing scp -F "$place/ssh_config" -q "host:$place/missing" "$result/" 2>"$result/missing"
		stop_sshd
	}
	twice story
	cmp "$place/file" "$result/new"
	cmp "$place/file" "$result/old"
	cmp "$place/file" "$result/copy/original"
	equal "$(cat "$result/missing.status")" 1
	ends_agree there folder old missing
}

@test "ssh with a terminal: its size, what is typed, and the exit status" {
	story() {
		start_sshd
		traced terminal /usr/bin/python3 - "$place/ssh_config" >"$result/terminal" <<'END'
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("ssh", ["ssh", "-F", sys.argv[1], "-t", "host",
                      "stty size; test -t 0 && echo terminal; read line; echo you said $line; exit 3"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 31, 97, 0, 0))
said = b""
while b"terminal" not in said:
    said += os.read(terminal, 1000)
os.write(terminal, b"something\n")
try:
    while data := os.read(terminal, 1000):
        said += data
except OSError:
    pass
print(said.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
		stop_sshd
	}
	twice story
	grep -q '^31 97' "$result/terminal"
	grep -q '^you said something' "$result/terminal"
	ends_agree terminal
}

@test "ssh forwards ports in both directions, and a proxy's" {
	story() {
		start_sshd
		local there back proxy echo_port
		there=$(free_port) back=$(free_port) proxy=$(free_port) echo_port=$(free_port)
		socat "TCP-LISTEN:$echo_port,bind=127.0.0.1,reuseaddr,fork" EXEC:'tr a b' 3>&- &
		local upper=$!
		servers+=("$upper")
		start ssh ssh -F "$place/ssh_config" -N -L "127.0.0.1:$there:127.0.0.1:$echo_port" \
			-R "127.0.0.1:$back:127.0.0.1:$echo_port" -D "127.0.0.1:$proxy" host
		local ssh=$server
		for forwarded in "$echo_port" "$there" "$back" "$proxy"; do
			wait_until listens "$forwarded"
		done
		socat -t 10 - "TCP:127.0.0.1:$there" <"$place/file" >"$result/there"
		socat -t 10 - "TCP:127.0.0.1:$back" <"$place/file" >"$result/back"
		socat -t 10 - "SOCKS4:127.0.0.1:127.0.0.1:$echo_port,socksport=$proxy" \
			<"$place/file" >"$result/proxy"
		kill "$ssh"
		ended ssh "$ssh"
		kill "$upper"
		stop_sshd
	}
	twice story
	for file in there back proxy; do
		cmp <(tr a b <"$place/file") "$result/$file"
	done
}
