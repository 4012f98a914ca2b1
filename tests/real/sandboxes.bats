#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs that lock their own processes up, with seccomp(2), namespaces and other users, do so under
# socktrace as well, and show and fetch the same.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	work=$BATS_TEST_TMPDIR
	site=$work/site
	mkdir "$site"
}

teardown() {
	[ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
	[ -z "$own" ] || rm -rf "$own"
}

start_server() {
	port=$(free_port)
	/usr/bin/python3 -m http.server --bind 127.0.0.1 --directory "$site" "$port" >/dev/null 2>&1 3>&- &
	server=$!
	wait_for_port "$port"
}

# A page that needs a worker, a frame, an image and a request of its own.
write_page() {
	cat >"$site/index.html" <<'EOF'
<!doctype html>
<title>A page</title>
<p id="told">before</p>
<img src="image.svg">
<iframe src="frame.html"></iframe>
<script>
const worker = new Worker("worker.js");
worker.onmessage = async (event) => {
	const answer = await fetch("numbers");
	document.getElementById("told").textContent = event.data + (await answer.text()).length;
};
worker.postMessage(20);
</script>
EOF
	echo '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>' >"$site/image.svg"
	echo '<p>in a frame' >"$site/frame.html"
	echo 'onmessage = (event) => postMessage(2 * event.data + " and ");' >"$site/worker.js"
	seq 100000 >"$site/numbers"
}

# browser FOLDER OPTION...: Chromium shows the page as HTML and as a picture in FOLDER.
browser() {
	local folder=$1
	mkdir -p "$folder"
	shift
	"$@" --headless --disable-gpu --disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --virtual-time-budget=10000 \
		--user-data-dir="$folder/profile" --screenshot="$folder/picture.png" --dump-dom \
		"http://127.0.0.1:$port/" >"$folder/page" 2>"$folder/errors"
}

# alone FOLDER OPTION...: the same without a tracer; on a busy machine Chromium's virtual time may end before the page
# is done, and then there is nothing to compare with.
alone() {
	local tries=0
	until browser "$@" && grep -q 'id="told">40 and 588895<' "$1/page"; do
		[ $((tries += 1)) -lt 3 ] || return 1
		rm -rf "$1/profile"
	done
}

# compare_browsers FOLDER: what a plain and a traced one showed there.
compare_browsers() {
	grep -q 'id="told">40 and 588895<' "$1/plain/page"
	cmp "$1/plain/page" "$1/traced/page"
	cmp "$1/plain/picture.png" "$1/traced/picture.png"
}

@test "Chromium shows the same page and ends with the same status" {
	write_page
	start_server
	export HOME=$work
	run -0 alone "$work/plain" chromium --no-sandbox
	run -0 browser "$work/traced" trace chromium chromium --no-sandbox
	compare_browsers "$work"
	[ "$(count_calls chromium '.data.text // "" | startswith("GET /numbers")')" -ge 1 ]
}

@test "Chromium shows the same page from inside of its sandbox" {
	as() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; }
	[ "$(id -u)" -eq 0 ] || as() { "$@"; }
	as unshare --user true || skip "no user namespaces"
	write_page
	start_server
	# Where another user may go.
	own=$(mktemp -d /tmp/sockline.XXXXXX)
	cp "$SOCKTRACE" "$own"
	mkdir "$own/plain" "$own/traced"
	[ "$(id -u)" -ne 0 ] || chown -R nobody "$own"
	export HOME=$own TMPDIR=$own
	cd "$own"
	run -0 alone "$own/plain" as chromium
	run -0 browser "$own/traced" as "$own/socktrace" -q -o "$own/trace.jsonl" -- chromium
	cd - >/dev/null
	cp "$own/trace.jsonl" "$(trace_file chromium)"
	compare_browsers "$own"
	# Its sandbox has filters of seccomp(2) and sends sockets from process to process.
	grep -q '"code":"stepped".*a seccomp filter of its own' "$(trace_file chromium)"
	[ "$(count_calls chromium '.effect == "receive" and .new')" -gt 10 ]
}

write_repository() {
	mkdir -p "$work/package/DEBIAN" "$site/repository"
	cat >"$work/package/DEBIAN/control" <<'EOF'
Package: sockline-example
Version: 1.0
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: an example
EOF
	head -c 3000000 /dev/urandom >"$work/package/data"
	local file=$site/repository/example.deb
	dpkg-deb --build "$work/package" "$file" >/dev/null
	{
		dpkg-deb --field "$file"
		echo "Filename: ./example.deb"
		echo "Size: $(stat -c %s "$file")"
		echo "SHA256: $(sha256sum <"$file" | cut -d' ' -f1)"
	} >"$site/repository/Packages"
}

# A trace for each command, whose last word names it.
traced_apt() { trace "${@: -1}" "$@"; }

# fetch FOLDER PROGRAM: apt-get, run by PROGRAM, fetches the example's package into FOLDER.
fetch() {
	local folder=$1 program=$2
	mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
	echo "deb [trusted=yes] http://127.0.0.1:$port/repository/ ./" >"$folder/sources"
	cd "$folder"
	for command in update "download sockline-example"; do
		# shellcheck disable=SC2086 # words are meant
		"$program" apt-get -q -o Dir::State="$folder/state" -o Dir::State::status=/dev/null \
			-o Dir::Cache="$folder/cache" -o Dir::Etc::sourcelist="$folder/sources" \
			-o Dir::Etc::sourceparts=- -o APT::Sandbox::Seccomp=true $command
	done >"$folder/output"
	cd - >/dev/null
}

@test "apt-get fetches the same package through its sandboxed methods" {
	command -v apt-get >/dev/null || skip "no apt-get"
	write_repository
	start_server
	# Where another user, which the methods become, may go.
	own=$(mktemp -d /tmp/sockline.XXXXXX)
	chmod 755 "$own"
	fetch "$own/plain" env
	fetch "$own/traced" traced_apt
	for folder in plain traced; do
		cmp "$site/repository/example.deb" "$own/$folder"/sockline-example*.deb
	done
	diff <(grep -v ^Fetched "$own/plain/output") <(grep -v ^Fetched "$own/traced/output")
	grep -q '"code":"stepped".*a seccomp filter of its own' "$(trace_file sockline-example)"
}
