#!/bin/bash
# SPDX-License-Identifier: MIT
# Which file may include what, and what has one name: docs/architecture.md says it, this holds it.
cd "$(dirname "$0")/.." || exit 1
status=0

# The rooms in order. A file includes files of its own room and of rooms before it in its line.
common='format'
viewer="$common viewer/term viewer/model viewer/read viewer/protocol viewer/relate viewer/wording
	viewer/layout viewer/hints viewer/check viewer/compare viewer/views viewer"
tracer="$common tracer/table tracer/ptrace tracer/proc tracer/call tracer/decode tracer/model tracer/log
	tracer/filter tracer/recorder tracer/recorder/stub tracer/follow tracer"

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

# no_circle LINE...: no file, with its header, includes another one that includes it, over whatever
# others. tsort(1) says which do.
no_circle() {
	local loop
	loop=$(grep -ro --include='*.[ch]' '^#include "[^"]*' "$@" |
		sed -E 's|\.[ch]:#include "| |; s|\.h$||' | awk '$1 != $2' | sort -u |
		tsort 2>&1 >/dev/null) || fail "${loop//tsort: -: /circle: }"
}

# What a header declares is defined in the file of its name (or one for each processor), so that no
# circle hides behind a declaration.
at_home() {
	local header name names='s/^[a-z][a-z0-9_ *]*[ *]([a-z_0-9]+)\(.*/\1/p'
	for header in "$@"; do
		for name in $(comm -23 \
			<(grep -vE '^(static|typedef)' "$header" | sed -nE "$names" | sort -u) \
			<(cat "${header%.h}".c "${header%.h}"_*.c 2>/dev/null | sed -nE "$names" | sort -u)); do
			fail "$header: $name is defined in a file of another name"
		done
	done
}

# one_thing FOLDER...: the tag of a struct, union or enum names one thing in all of them.
one_thing() {
	local tag
	for tag in $(grep -rhoE --include='*.[ch]' '\<(struct|union|enum) [a-z_0-9]+ \{' "$@" |
		cut -d ' ' -f 2 | sort | uniq -d); do
		fail "$tag names two things: $(grep -rlE --include='*.[ch]' "\<(struct|union|enum) $tag \{" "$@" |
			paste -sd ' ')"
	done
}

no_circle format viewer tracer
one_thing format viewer tracer
at_home format/*.h tracer/*.h tracer/*/*.h

# A decoder is pure: it sees the bytes of a captured call, and no tracee.
for file in tracer/decode/*.[ch]; do
	grep -E '^#include "' "$file" |
		grep -vqE '"(format|tracer/table|tracer/decode)/|"tracer/call/(call|ancillary)\.h"' &&
		fail "$file: a decoder is pure"
done

# What bytes say does not depend on whose they are.
for file in viewer/protocol/*.[ch]; do
	grep -E '^#include "' "$file" | grep -vqE '"(format|viewer/protocol)/' &&
		fail "$file: protocols know no trace"
done

for room in $(find viewer tracer format -name '*.[ch]' -printf '%h\n' | sort -u); do
	[[ " ${viewer//[$'\n\t']/ } ${tracer//[$'\n\t']/ } " == *" $room "* ]] || fail "$room: no room of any line"
done

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
only '#include <jansson.h>' 'jansson.h' format/redaction.c
only '#include <utf8proc.h>' 'utf8proc.h' viewer/term/text.c
only '#include <zstd(_errors)?.h>' 'zstd.h' format/compression.c viewer/model/decompression.c viewer/model/spool.c
only '#include <zlib.h>' 'zlib.h' format/compression.c viewer/model/decompression.c
only '#include .*protobuf|pb-c\.h' 'protobuf' viewer/views/perfetto.c
only '#include <Zydis/' 'Zydis' tracer/recorder/instruction.c
only '#include <pthread.h>' 'threads' tracer/log/queue.c tracer/log/writer.c viewer/term/workers.c

exit $status
