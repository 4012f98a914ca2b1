#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs a command as a newcomer would: in a bare Debian, in a fresh clone, with nothing of this
# machine's environment.
#
#     tests/fresh.sh [--root] SUITE COMMAND
#     tests/fresh.sh trixie 'make demo && make check'
#
# The system has the packages of debootstrap's minbase, and git, make and sudo. The command is run by
# a login shell of an ordinary user who may use sudo, or with --root of root, in a clone of what is
# committed here; of the environment it has CI and JOBS. The exit status is the command's.
#
# Bare systems and downloaded packages are kept in $FRESH (/var/tmp/sockline-fresh) for the next run;
# all else is removed at the end. Needs root (or sudo) for debootstrap(8) and namespaces, and the apt
# sources of this machine, which must be a Debian.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
	echo "usage: tests/fresh.sh [--root] SUITE COMMAND" >&2
	exit 2
}

user=student
[ "${1-}" != --root ] || { user=root && shift; }
[ $# -eq 2 ] || usage
case $1 in -* | */* | '') usage ;; esac

tests/install.sh fresh
if [ "$(id -u)" -ne 0 ]; then
	root_option=()
	[ $user = student ] || root_option=(--root)
	exec sudo FRESH="${FRESH-}" CI="${CI-}" JOBS="${JOBS-}" tests/fresh.sh "${root_option[@]}" "$@"
fi
suite=$1 command=$2
kept=${FRESH:-/var/tmp/sockline-fresh}
packages=$kept/packages-$suite
mkdir -p "$packages"
# What is in it is run as root.
if [ -L "$kept" ] || [ ! -O "$kept" ] || [ -n "$(find "$kept" -maxdepth 0 -perm /022)" ]; then
	echo "tests/fresh.sh: $kept: others may write there; set FRESH to a folder of root's" >&2
	exit 1
fi

# The apt sources of this machine, for the suite instead of its own. sid has no updates beside it.
own_sources() {
	cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null
}

mirror() {
	own_sources | sed -n 's/^\(URIs: *\|deb \(\[[^]]*\] *\)\?\)\([a-z]*:[^ ]*\).*/\3/p' | sed -n 1p
}

sources() {
	local own
	own=$(. /etc/os-release && echo "$VERSION_CODENAME")
	case $suite in
	sid | unstable) echo "deb $(mirror) $suite main" ;;
	*) own_sources | sed "s/\b$own\b/$suite/g" ;;
	esac
}

# A bare system in the folder $1.
make_base() {
	# Whoever asks how this ended, the shell does not end with the first failure.
	debootstrap --variant=minbase --include=git,make,sudo "$suite" "$1" "$(mirror)" || return
	rm -f "$1/etc/apt/sources.list"
	if [[ $(sources) == *URIs:* ]]; then
		sources >"$1/etc/apt/sources.list.d/debian.sources"
	else
		sources >"$1/etc/apt/sources.list"
	fi
	apt-config dump Acquire::http::Proxy >"$1/etc/apt/apt.conf.d/80proxy"
	rm -f "$1"/var/cache/apt/archives/*.deb
	chroot "$1" useradd --create-home --shell /bin/bash --groups sudo student || return
	echo 'student ALL=(ALL) NOPASSWD: ALL' >"$1/etc/sudoers.d/student"
}

(
	flock 9
	[ ! -d "$kept/$suite" ] || exit 0
	echo "Making a bare $suite in $kept ..."
	rm -rf --one-file-system "$kept/$suite.unfinished"
	make_base "$kept/$suite.unfinished" >"$kept/$suite.log" 2>&1 ||
		{ tail "$kept/$suite.log" >&2 && exit 1; }
	mv "$kept/$suite.unfinished" "$kept/$suite"
) 9>"$kept/$suite.lock"

system=$(mktemp -d "$kept/run-$suite.XXXXXX")
trap 'rm -rf --one-file-system "$system"' EXIT
cp -a "$kept/$suite/." "$system"
find "$packages" -name '*.deb' -exec cp -l -t "$system/var/cache/apt/archives" {} +
cp -L /etc/resolv.conf "$system/etc/resolv.conf"
printf '127.0.0.1 localhost %s\n::1 localhost\n' "$(hostname)" >"$system/etc/hosts"
home=$(chroot "$system" getent passwd $user | cut -d: -f6)
# The checkout is another user's where sudo made us root.
printf '[safe]\n\tdirectory = *\n' >"$kept/gitconfig"
GIT_CONFIG_GLOBAL=$kept/gitconfig git clone -q --no-hardlinks . "$system$home/sockline"
chroot "$system" chown -R $user: "$home/sockline"

# Mounts and processes end with the namespaces. The first process is a shell that reaps orphans. Not
# chroot(2): within it the kernel lets nobody make user namespaces, which tests use.
inside='
	mount --make-rprivate /
	mount --bind "$1" "$1"
	mount -t proc proc "$1/proc"
	mount --rbind /sys "$1/sys"
	mount --rbind /dev "$1/dev"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$1/dev/pts"
	mount --bind "$1/dev/pts/ptmx" "$1/dev/ptmx"
	mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
	cd "$1"
	pivot_root . mnt
	umount -l /mnt
	setpriv --reuid "$2" --regid "$2" --init-groups \
		env -i HOME="$3" USER="$2" LOGNAME="$2" SHELL=/bin/bash TERM=dumb ${5:+CI="$5"} ${6:+JOBS="$6"} \
		/bin/bash -lc "cd ~/sockline && $4"
	exit $?'
status=0
unshare --mount --pid --fork --kill-child \
	bash -c "$inside" - "$system" $user "$home" "$command" "${CI-}" "${JOBS-}" </dev/null || status=$?
find "$system/var/cache/apt/archives" -name '*.deb' -exec cp -ln -t "$packages" {} +
exit $status
