#!/bin/bash
# SPDX-License-Identifier: MIT
# Who may include what: docs/architecture.md draws it, this holds it.
cd "$(dirname "$0")/.." || exit 1
status=0

# The rooms in order. A file includes files of its own room and of rooms before it in its line.
common='format'
viewer="$common viewer/term viewer/model viewer/read viewer/relate viewer/wording viewer/layout
	viewer/hints viewer/views viewer"
tracer="$common tracer/table tracer/ptrace tracer/proc tracer/call tracer/decode tracer/model tracer/log
	tracer/filter tracer/follow tracer"

fail() {
	echo "$1"
	status=1
}

# in_order ROOM...
in_order() {
	local room file included before=
	for room; do
		before="$before $room "
		for file in "$room"/*.[ch]; do
			for included in $(sed -n 's|^#include "\(.*\)/[^/]*"$|\1|p' "$file" | sort -u); do
				[[ $before == *" $included "* ]] ||
					fail "$file: includes $included, which is no room before its own"
			done
		done
	done
}

# shellcheck disable=SC2086 # words are meant
{
	in_order $viewer
	in_order $tracer
}
# A module is a .c file and the header of its name. None needs itself, by whatever way.
no_circle() {
	local circles
	circles=$(grep -rE --include='*.[ch]' '^#include "' "$@" |
		sed -nE 's|^([^:]*)\.[ch]:#include "(.*)\.h"$|\1 \2|p' | awk '$1 != $2' |
		tsort 2>&1 >/dev/null)
	[ -z "$circles" ] || fail "modules that include each other in a circle: $circles"
}

no_circle format tracer

# A decoder is pure: it sees the bytes of a captured call, and no tracee.
for file in tracer/decode/*.[ch]; do
	grep -E '^#include "' "$file" |
		grep -vqE '"(format|tracer/table|tracer/decode)/|"tracer/call/(call|ancillary)\.h"' &&
		fail "$file: a decoder is pure"
done

for room in $(find viewer tracer format -name '*.[ch]' -printf '%h\n' | sort -u); do
	[[ " ${viewer//[$'\n\t']/ } ${tracer//[$'\n\t']/ } " == *" $room "* ]] || fail "$room: no room of any line"
done

# no_circle LINE...: no file, with its header, includes another one that includes it, over whatever
# others. tsort(1) says which do.
no_circle() {
	local loop
	loop=$(grep -ro --include='*.[ch]' '^#include "[^"]*' "$@" |
		sed -E 's|\.[ch]:#include "| |; s|\.h$||' | awk '$1 != $2' | sort -u |
		tsort 2>&1 >/dev/null) || fail "${loop//tsort: -: /circle: }"
}

no_circle format viewer

# only PATTERN MEANING FILE...: what matches PATTERN stands in these files and in no other.
only() {
	local pattern=$1 meaning=$2 file
	shift 2
	for file in $(grep -rlE --include='*.[ch]' "$pattern" format tracer viewer); do
		[[ " $* " == *" $file "* ]] || fail "$file: $meaning only in $*"
	done
}

only '#include <seccomp.h>' 'seccomp.h' tracer/filter/filter.c tracer/ptrace/abi.c
only '\<ptrace\([^2]' 'calls of ptrace(2)' tracer/ptrace/tracee.c tracer/ptrace/registers_x86_64.c
only '#include <jansson.h>' 'jansson.h' format/record.c format/value.c format/redaction.c
only '#include <utf8proc.h>' 'utf8proc.h' viewer/term/text.c
only '#include <pthread.h>' 'threads' tracer/log/queue.c tracer/log/writer.c viewer/read/parser.c

exit $status
