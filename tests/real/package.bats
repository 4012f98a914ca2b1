#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A release, and the packages that are made from it: in a folder of their own, as all that is made.

bats_require_minimum_version 1.5.0
load ../helper

# What is built here is built as anywhere else.
export -n BUILD
unset MAKEFLAGS
version=$(sed -n 's/.*SOCKLINE_VERSION "\(.*\)"/\1/p' format/version.h)
release=$BATS_FILE_TMPDIR/build/sockline-$version.tar.gz
debian=$BATS_FILE_TMPDIR/debian
rpm=$BATS_FILE_TMPDIR/rpm

setup_file() {
	git rev-parse --verify -q HEAD >/dev/null || return 0
	make dist BUILD="$BATS_FILE_TMPDIR/build"
	mkdir "$debian" && tar -C "$debian" -xf "$release"
}

setup() {
	[ -f "$release" ] || skip "not in a git checkout"
}

# runs ROOT: the programs that are installed there do what they are for.
runs() {
	mkdir "$BATS_TEST_TMPDIR/smoke"
	PATH=$1/usr/bin:$PATH AUTOPKGTEST_TMP=$BATS_TEST_TMPDIR/smoke debian/tests/smoke
	cp "$BATS_TEST_TMPDIR/smoke/t.jsonl" "$(trace_file smoke)"
	[ "$("$1/usr/bin/sockview" --version)" = "sockview $version" ]
	cmp docs/trace.schema.json "$1/usr/share/sockline/trace.schema.json"
}

@test "a release is what is committed, the same bytes each time and everywhere" {
	git clone -q --no-hardlinks . "$BATS_TEST_TMPDIR/clone"
	(
		cd "$BATS_TEST_TMPDIR/clone"
		umask 077
		TZ=Asia/Tokyo make dist
	)
	cmp "$release" "$BATS_TEST_TMPDIR/clone/build/sockline-$version.tar.gz"
	diff <(git ls-tree -r --name-only HEAD | grep -vE '^(\.ci/|\.git)' | sort) \
		<(tar -tf "$release" | sed "s|^sockline-$version/||" | grep -v '/$\|^$' | sort)
}

@test "the Debian package is built from a release, and lintian says nothing" {
	(cd "$debian/sockline-$version" && dpkg-buildpackage -us -uc)
	# The policy that debian/control names is the newest that the lintian of Debian 12 knows.
	run -0 lintian --allow-root --display-info --pedantic \
		--suppress-tags out-of-date-standards-version "$debian"/*.changes
	echo "$output"
	[ -z "$output" ]
}

@test "what the Debian package installs runs" {
	dpkg -x "$debian/sockline_${version}_amd64.deb" "$debian/root"
	runs "$debian/root"
	[ -f "$debian/root/usr/share/man/man5/sockline-trace.5.gz" ]
	[ -f "$debian/root/usr/share/bash-completion/completions/socktrace" ]
	[ -f "$debian/root/usr/share/zsh/vendor-completions/_socktrace" ]
	[ -f "$debian/root/usr/share/fish/vendor_completions.d/sockview.fish" ]
	dpkg -f "$debian/sockline_${version}_amd64.deb" Depends | grep -q 'libjansson4.*libseccomp2'
}

@test "the tests of documents pass in a release, which git knows nothing of" {
	cd "$debian/sockline-$version"
	BUILD=obj run bats --formatter tap tests/docs/documents.bats
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '# skip' <<<"$output")" -eq 1 ]
	[[ "$output" == *SPDX*'# skip not in a git checkout'* ]]
}

@test "the RPM is built from a release, and runs" {
	# On a system of RPMs it is the database that knows what is there to build with.
	mkdir -p "$rpm/SOURCES" && cp "$release" "$rpm/SOURCES"
	rpmlint --strict -r packaging/sockline.rpmlintrc packaging/sockline.spec
	rpmbuild -D "_topdir $rpm" --nodeps -bb packaging/sockline.spec
	mkdir "$rpm/root"
	rpm2cpio "$rpm"/RPMS/x86_64/sockline-"$version"-1*.x86_64.rpm | cpio -idm -D "$rpm/root"
	runs "$rpm/root"
	[ -f "$rpm/root/usr/share/zsh/site-functions/_socktrace" ]
}
