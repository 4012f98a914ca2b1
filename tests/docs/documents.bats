#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the documents say is what the programs do.

bats_require_minimum_version 1.5.0
load ../helper

# options_of PROGRAM: the options that its --help names, a line each.
options_of() {
	"$BUILD/$1" --help | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' | grep -oE -- '--?[a-zA-Z][a-z-]*'
}

@test "the man pages name every option of --help" {
	for program in socktrace sockview; do
		[ "$(options_of $program | wc -l)" -ge 6 ]
		for option in $(options_of $program); do
			mandoc -T ascii docs/man/$program.1 | sed 's|.\x08||g' | grep -qE -- "^ +.*$option([^a-z-]|$)" ||
				{ echo "$program.1: $option" && false; }
		done
	done
}

@test "the completions name every option of --help" {
	for program in socktrace sockview; do
		for option in $(options_of $program); do
			grep -qE -- "[ ']$option([= ']|$)" docs/completion/$program ||
				{ echo "completion of $program: $option" && false; }
		done
	done
}

# complete_line PROGRAM WORD...: what the completion offers for the last word.
complete_line() {
	bash -c '. "docs/completion/$1"; compopt() { :; }
		COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$1"; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}

@test "the completions offer options, values and programs" {
	[ "$(complete_line socktrace --pay)" = --payload= ]
	[ "$(complete_line sockview --scale = l)" = linear ]
	[ "$(complete_line sockview tests/viewer/traces/tcp)" = tests/viewer/traces/tcp_echo.jsonl ]
	complete_line socktrace mandoc | grep -qx mandoc
	complete_line socktrace -o x -- mandoc | grep -qx mandoc
}

@test "every view is in the man page" {
	for view in $("$SOCKVIEW" --help | sed -n '/^Views:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
		grep -qx ".Ss $view" docs/man/sockview.1
	done
}

@test "architecture.md names every source file" {
	for file in format/*.c tracer/*.c viewer/*.c; do
		grep -q "\`${file##*/}\`\|\`$(basename "$file" .c)\`" docs/architecture.md ||
			{ echo "$file" && false; }
	done
}

@test "trace-format.md names every member of the schema" {
	/usr/bin/python3 - <<'EOF'
import json, re, sys
text = open("docs/trace-format.md").read()
schema = json.load(open("docs/trace.schema.json"))
names = {m for d in schema["$defs"].values() for m in d.get("properties", {})}
missing = [n for n in sorted(names) if not re.search(r"`%s`|\"%s\"" % (n, n), text)]
sys.exit("not in trace-format.md: " + " ".join(missing) if missing else 0)
EOF
}

@test "install and uninstall leave nothing behind" {
	make install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr BUILD="$BUILD" >/dev/null
	[ -x "$BATS_TEST_TMPDIR/root/usr/bin/socktrace" ]
	[ -f "$BATS_TEST_TMPDIR/root/usr/share/man/man1/sockview.1" ]
	[ -f "$BATS_TEST_TMPDIR/root/usr/share/bash-completion/completions/sockview" ]
	make uninstall DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr BUILD="$BUILD" >/dev/null
	[ -z "$(find "$BATS_TEST_TMPDIR/root" -type f)" ]
}

@test "make help lists its targets" {
	run -0 make help
	[[ "$output" == *"make check "* ]]
	[[ "$output" == *"make demo "* ]]
}

@test "every sample says what its timeline shows, and is 30 to 100 lines long" {
	for sample in samples/*.c; do
		head -n 12 "$sample" | grep -qi timeline || { echo "$sample" && false; }
		[ "$(wc -l <"$sample")" -ge 30 ] && [ "$(wc -l <"$sample")" -le 100 ]
	done
}

@test "an SPDX line opens every file" {
	# Files that cannot carry one are named in REUSE.toml.
	git ls-files 2>/dev/null | grep -vE '\.(json|jsonl|txt)$|^LICENSE$' >"$BATS_TEST_TMPDIR/files" ||
		skip "not in a git checkout"
	while read -r file; do
		[ ! -f "$file" ] || sed 2q "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
			{ echo "$file" && false; }
	done <"$BATS_TEST_TMPDIR/files"
}
