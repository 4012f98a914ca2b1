#!/bin/sh
# SPDX-License-Identifier: MIT
# Who may include what: docs/architecture.md draws it, this holds it.
cd "$(dirname "$0")/.." || exit 1
status=0

# only PATTERN MEANING FILE...: what matches PATTERN stands in these files and in no other.
only() {
	pattern=$1
	meaning=$2
	shift 2
	for file in $(grep -lE "$pattern" format/*.[ch] tracer/*.[ch] viewer/*.[ch]); do
		case " $* " in
		*" $file "*) ;;
		*) echo "$file: $meaning only in $*" && status=1 ;;
		esac
	done
}

# never FOLDER PATTERN MEANING
never() {
	for file in $(grep -lE "$2" "$1"/*.[ch]); do
		echo "$file: $3" && status=1
	done
}

only '#include <seccomp.h>' 'seccomp.h' tracer/filter.c tracer/abi.c
only '\<ptrace\([^2]' 'calls of ptrace(2)' tracer/tracee.c tracer/registers_x86_64.c
only '#include <jansson.h>' 'jansson.h' format/record.c format/value.c format/redaction.c
only '#include <utf8proc.h>' 'utf8proc.h' viewer/text.c
only '#include <pthread.h>' 'threads' tracer/queue.c tracer/writer.c viewer/parser.c
never format '#include "(tracer|viewer)/' 'format knows neither of the programs'
never tracer '#include "viewer/' 'the tracer does not know the viewer'
never viewer '#include "tracer/' 'the viewer knows the trace, not the tracer'

# A decoder sees bytes and nothing else: no tracee, no descriptor table.
for file in tracer/decode*.[ch] tracer/ancillary.[ch]; do
	grep -nE '#include "tracer/(tracee|tracer|kernel|descriptors|stop|follow)' "$file" &&
		echo "$file: a decoder is pure" && status=1
done
exit $status
