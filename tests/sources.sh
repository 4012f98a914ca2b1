#!/bin/bash
# SPDX-License-Identifier: MIT
# Unpacks the source of a package of Debian in $BUILD/sources/PACKAGE, unless it is there: tests/sources.sh
# PACKAGE. It comes from where this machine's apt has its packages from; the lists that apt keeps are left
# as they are.
set -eu
cd "$(dirname "$0")/.."
BUILD=$(realpath -ms "${BUILD:-build}")
package=$1
place=$BUILD/sources
[ ! -d "$place/$package" ] || exit 0

mkdir -p "$place/apt/parts" "$place/apt/lists/partial"
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
	[ ! -f "$file" ] || sed -E 's/^Types:.*/Types: deb-src/; s/^deb /deb-src /' "$file" \
		>"$place/apt/parts/${file##*/}"
done
[ ! -f "$place/apt/parts/sources.list" ] || mv "$place/apt/parts/sources.list" "$place/apt/parts/own.list"
options=(-qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$place/apt/parts"
	-o Dir::State::lists="$place/apt/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
	-o APT::Sandbox::User="$(id -un)")
cd "$place"
{
	apt-get "${options[@]}" update
	apt-get "${options[@]}" --only-source --download-only source "$package"
	dpkg-source --no-check -x "$package"_*.dsc "$package.unfinished"
} >"$place/$package.log" 2>&1 ||
	{ echo "tests/sources.sh: no source of $package: $(tail -n 1 "$place/$package.log")" >&2 && exit 1; }
mv "$package.unfinished" "$package"
rm -r "$place/apt"
