#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# git clones, pushes and fetches over its own protocol, ssh and http, once without socktrace and once
# with client and server traced: every object and branch is the same.

bats_require_minimum_version 1.5.0
load ../helper
load twice
load nginx
load openssh

setup() {
	setup_place
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$place/gitconfig HOME=$place
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_AUTHOR_DATE='2026-01-01T00:00:00Z'
	export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'
	git config --global safe.directory '*'
	git config --global init.defaultBranch trunk
	git config --global http.receivepack true
	git init -q "$place/origin"
	for i in $(seq 20); do
		head -c 20000 /dev/urandom >"$place/origin/file$i"
		git -C "$place/origin" add .
		git -C "$place/origin" commit -q -m "file $i"
	done
	git -C "$place/origin" tag -a -m "a tag" begin HEAD~10
}

teardown() {
	teardown_place
}

# objects FOLDER: what is reachable there, and by which names.
objects() {
	git -C "$1" rev-list --objects --all | sort
	git -C "$1" for-each-ref
	git -C "$1" fsck --strict 2>&1
}

# exchange URL: of $work/served.git. A clone pushes and another one fetches what it pushed.
exchange() {
	traced clone git clone -q "$1" "$work/one"
	git clone -q "$1" "$work/other"
	head -c 400000 "$place/socktrace" >"$work/one/large"
	git -C "$work/one" checkout -q -b new
	git -C "$work/one" add .
	git -C "$work/one" commit -q -m large
	noted push git -C "$work/one" push origin new "begin^{commit}:refs/heads/old" 2>"$result/push.words"
	sed -i "s|$work||" "$result/push.words"
	noted fetch git -C "$work/other" fetch -q
	noted missing git clone -q "${1%served.git}missing.git" "$work/missing" 2>/dev/null
	for folder in one other served.git; do
		objects "$work/$folder" | sed 's/dangling.*//' >"$result/$folder"
	done
}

exchanged() {
	grep -q refs/remotes/origin/new "$result/other"
	grep -q refs/heads/old "$result/served.git"
	equal "$(cat "$result/push.status")" 0
	equal "$(cat "$result/missing.status")" 128
}

serve() {
	git clone -q --bare "$place/origin" "$work/served.git"
}

@test "git over its own protocol" {
	story() {
		serve
		start daemon git daemon --reuseaddr --listen=127.0.0.1 --port="$port" --base-path="$work" \
			--export-all --enable=receive-pack "$work" 2>"$work/words"
		local daemon=$server
		wait_until listens "$port"
		exchange "git://127.0.0.1:$port/served.git"
		kill "$daemon"
		ended daemon "$daemon"
	}
	twice story
	exchanged
	[ "$(moved clone receive)" -gt 400000 ]
	[ "$(moved daemon receive)" -gt "$(moved push send)" ]
	has_data clone "git-upload-pack /served.git"
}

@test "git over ssh" {
	make_keys
	story() {
		serve
		start_sshd
		export GIT_SSH_COMMAND="ssh -F $place/ssh_config"
		exchange "ssh://host$work/served.git"
		stop_sshd
	}
	twice story
	exchanged
	[ "$(moved clone receive)" -gt 400000 ]
	[ "$(moved sshd send)" -gt $(($(moved clone receive) + $(moved fetch receive))) ]
}

@test "git over http, with nginx, fcgiwrap and git's program behind it" {
	story() {
		serve
		nginx_configuration "user root;" "location / {
			client_max_body_size 0; fastcgi_pass unix:$work/fcgi;
			include /etc/nginx/fastcgi_params;
			fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
			fastcgi_param GIT_PROJECT_ROOT $work; fastcgi_param GIT_HTTP_EXPORT_ALL 1;
			fastcgi_param GIT_CONFIG_GLOBAL $place/gitconfig; fastcgi_param PATH_INFO \$uri;
		}"
		site=$work
		start fcgiwrap fcgiwrap -s "unix:$work/fcgi" 2>"$work/words"
		local fcgiwrap=$server
		wait_until test -S "$work/fcgi"
		start_nginx
		exchange "http://127.0.0.1:$port/served.git"
		stop_nginx
		cut -d ' ' -f 1,4- "$result/access" >"$result/requests"
		mv "$result/access" "$work/access"
		kill "$fcgiwrap"
		ended fcgiwrap "$fcgiwrap"
	}
	site=$place
	twice story
	exchanged
	result=$place/work.traced
	equal "$(moved nginx send)" "$(logged 3)"
	has_data fcgiwrap git-receive-pack
}
