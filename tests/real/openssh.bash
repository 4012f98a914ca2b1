# SPDX-License-Identifier: MIT
# What the tests with OpenSSH share.

# make_keys: the server's and the client's, once; the client is let in without a password.
make_keys() {
	ssh-keygen -q -t ed25519 -N '' -f "$place/host"
	ssh-keygen -q -t ed25519 -N '' -f "$place/key"
	cp "$place/key.pub" "$place/authorized"
	mkdir -p /run/sshd
	user=$(id -un)
	cat >"$place/sshd_config" <<END
ListenAddress 127.0.0.1:$port
HostKey $place/host
AuthorizedKeysFile $place/authorized
PidFile $place/sshd.pid
StrictModes no
UsePAM no
PermitRootLogin yes
PrintMotd no
PrintLastLog no
SetEnv LC_ALL=C
Subsystem sftp /usr/lib/openssh/sftp-server
END
	cat >"$place/ssh_config" <<END
Host *
	HostName 127.0.0.1
	IdentityFile $place/key
	IdentitiesOnly yes
	Port $port
	User $user
	StrictHostKeyChecking no
	UserKnownHostsFile $place/known
	LogLevel ERROR
	ExitOnForwardFailure yes
END
}

# start_sshd: as $sshd.
start_sshd() {
	rm -f "$place/sshd.pid"
	start sshd /usr/sbin/sshd -D -e -f "$place/sshd_config" 2>"$work/sshd.log"
	sshd=$server
	wait_until listens "$port"
	wait_until test -s "$place/sshd.pid"
}

stop_sshd() {
	kill "$(cat "$place/sshd.pid")"
	ended sshd "$sshd"
}
