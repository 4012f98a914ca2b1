#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# wget, and nginx that serves it: once without socktrace, once with both ends traced.

bats_require_minimum_version 1.5.0
load ../helper
load twice
load nginx

setup() {
	setup_place
	make_site
	mkdir -p "$site/deep/deeper"
	printf '<a href="1">1</a> <a href="3000000">many</a> <a href="deep/">deep</a>' >"$site/index.html"
	printf '<a href="deeper/page.html">deeper</a> <a href="gone">gone</a>' >"$site/deep/index.html"
	printf '<a href="../../1000">up</a>' >"$site/deep/deeper/page.html"
	url=http://127.0.0.1:$port
}

teardown() {
	teardown_place
}

# Each has received what the other has sent, and nginx says how much that is.
ends_agree() {
	equal "$(moved wget send)" "$(moved nginx receive)"
	equal "$(moved wget receive)" "$(moved nginx send)"
	equal "$(moved wget send)" "$(logged 2)"
	equal "$(moved wget receive)" "$(logged 3)"
}

@test "wget follows links into folders, and one that leads nowhere is its exit status" {
	story() {
		nginx_configuration "" ""
		start_nginx
		noted wget wget -q -r -nH -P "$result/files" "$url/"
		stop_nginx
	}
	twice story
	equal "$(cat "$result/wget.status")" 8
	for file in 1 1000 3000000 index.html deep/index.html deep/deeper/page.html; do
		cmp "$site/$file" "$result/files/$file"
	done
	ends_agree
}

@test "wget fetches a list, names what it already has anew, and goes on where a file ends" {
	story() {
		nginx_configuration "" ""
		start_nginx
		printf "$url/%s\n" 1 1000 65536 1 >"$work/list"
		noted wget wget -nv -i "$work/list" -P "$result/files" 2>"$work/words"
		sed 's/^[0-9: -]*URL/URL/; /wall clock/d; /^FINISHED/d; /^Downloaded/d; s/ -> .*//' "$work/words" >"$result/words"
		head -c 1000000 "$site/3000000" >"$result/3000000"
		cd "$result"
		traced rest wget -q -c "$url/3000000"
		cd - >/dev/null
		stop_nginx
	}
	twice story
	cmp "$site/1" "$result/files/1.1"
	cmp "$site/3000000" "$result/3000000"
	equal "$(moved nginx send)" $(($(moved wget receive) + $(moved rest receive)))
	[ "$(moved rest receive)" -lt 2001000 ]
}

@test "wget's exit status for what is missing, and for a port where nobody listens" {
	story() {
		nginx_configuration "" ""
		start_nginx
		noted wget wget -q -O - "$url/missing"
		stop_nginx
		noted refused wget -q -t 1 -O - "$url/1"
	}
	twice story
	equal "$(cat "$result/wget.status")" 8
	equal "$(cat "$result/refused.status")" 4
	ends_agree
	[ "$(calls refused 'select(.effect == "connect").error')" = ECONNREFUSED ]
}
