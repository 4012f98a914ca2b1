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

@test "a line of --help says its whole meaning, and needs none above it" {
	for program in socktrace sockview; do
		run -1 grep -E '^ +(-[a-zA-Z], )?--[^ ]+ +(that|those|these|of|on|at|too) ' <("$BUILD/$program" --help)
	done
}

@test "--help has room in 80 columns" {
	for program in socktrace sockview; do
		run -1 grep -E '.{81}' <("$BUILD/$program" --help)
	done
}

# offered SHELL LINE: what the installed completion of that shell offers at the end of the line.
offered() {
	local root=$BATS_TEST_TMPDIR/root words
	[ -d "$root" ] || make install DESTDIR="$root" PREFIX=/usr BUILD="$BUILD" >/dev/null
	case $1 in
	bash)
		# As readline splits it.
		read -ra words <<<"${2//=/ = }"
		[[ $2 != *' ' ]] || words+=('')
		bash -c '. "$1/usr/share/bash-completion/completions/$2"; shift; compopt() { :; }
			COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$1"; printf "%s\n" "${COMPREPLY[@]}"' \
			- "$root" "${words[@]}"
		;;
	zsh) zsh -f tests/docs/complete.zsh "$root/usr/share/zsh/site-functions" "$2" ;;
	fish)
		HOME=$BATS_TEST_TMPDIR PATH=$root/usr/bin:$PATH XDG_DATA_DIRS=$root/usr/share \
			fish -c 'complete -C $argv' "$2" | cut -f 1
		;;
	esac
}

@test "the completions offer every option of --help, and no other" {
	for program in socktrace sockview; do
		options_of $program | sort >"$BATS_TEST_TMPDIR/options"
		for shell in bash zsh fish; do
			offered $shell "$program -" | sed 's/=$//; /^-$/d' | sort -u |
				diff "$BATS_TEST_TMPDIR/options" -
		done
	done
}

# offers LINE WORD...: each shell offers these words and no other. fish prints the value with its option.
offers() {
	for shell in bash zsh fish; do
		diff <(printf '%s\n' "${@:2}" | sort) <(offered $shell "$1" | sed 's/^--[a-z-]*=\(.\)/\1/' | sort) ||
			{ echo "$shell: $1" && return 1; }
	done
}

@test "the completions offer the values of options" {
	offers 'sockview --scale=' folded linear
	offers 'sockview --scale l' linear
	offers 'sockview --color=a' auto always
	offers 'socktrace --redact=d' data
	offers 'socktrace --payload a' all auto
	mapfile -t beginning < <(views | grep ^s)
	[ ${#beginning[@]} -gt 1 ]
	offers 'sockview -q --view=s' "${beginning[@]}"
	for shell in bash zsh fish; do
		[ "$(offered $shell 'sockview -v ' | sort)" = "$(views | sort)" ]
		offered $shell 'socktrace -p ' | grep -qx "$$"
	done
	[ "$(offered bash 'socktrace -e connect,!ac')" = 'connect,!accept' ]
	[ "$(offered fish 'socktrace -e connect,!ac')" = 'connect,!accept' ]
	[ "$(offered zsh 'socktrace -e connect,!ac')" = accept ]
}

@test "the completions offer files, and what the traced program's own completion offers" {
	for shell in bash zsh fish; do
		offered $shell 'sockview tests/viewer/traces/tcp' | grep -q 'tcp_echo.jsonl$'
		offered $shell 'socktrace -o tests/viewer/traces/tcp' | grep -q 'tcp_echo.jsonl$'
		for line in 'socktrace mando' 'socktrace -q -o x --payload=3 -e send -- mando' \
			'socktrace -f -v mando'; do
			offered $shell "$line" | grep -qx mandoc
		done
		[ -z "$(offered $shell 'socktrace mandoc --detach')" ]
	done
	offered zsh 'socktrace -o x ls --alm' | grep -qx -- --almost-all
	offered fish 'socktrace -o x ls --alm' | grep -qx -- --almost-all
}

@test "the completion of another shell is refused" {
	for program in socktrace sockview; do
		run -"$([ $program = socktrace ] && echo 125 || echo 2)" "$BUILD/$program" --completion=csh
		[[ "$output" == *"expected bash, zsh or fish"* ]]
	done
}

@test "every view is in the man page" {
	for view in $("$SOCKVIEW" --help | sed -n '/^Views:/,/^$/s/^  \([a-z]\+\) .*/\1/p'); do
		grep -qx ".Ss $view" docs/man/sockview.1
	done
}

@test "architecture.md names every source file in the table of its room, and no other there" {
	/usr/bin/python3 - <<'EOF'
import glob, os, re, sys
rooms, room = {}, set()
for line in open("docs/architecture.md"):
    heading = re.match(r"(?:\*\*|## )((?:format|tracer|viewer)/[\w/]*?)(?:/?\*\*:|: what)", line)
    if heading:
        room = rooms.setdefault(heading[1].rstrip("/"), set())
    elif line.startswith("## "):
        room = set()
    elif line.startswith("| `"):
        room.update(re.findall(r"`(\w+\.[ch])`", line.split("|")[1]))
wrong, count = [], 0
for path, named in rooms.items():
    there = {os.path.basename(file) for file in glob.glob(path + "/*.[ch]")}
    sources = {name for name in there if name.endswith(".c")}
    wrong += ["%s/%s has no row" % (path, name) for name in sorted(sources - named)]
    wrong += ["%s/%s is not there" % (path, name) for name in sorted(named - there)]
    count += len(sources)
if count != sum(len(glob.glob(top + "/**/*.c", recursive=True)) for top in ("format", "tracer", "viewer")):
    wrong.append("a room has no table")
sys.exit("\n".join(wrong) or None)
EOF
}

@test "trace-format.md and sockline-trace(5) name every member of the schema" {
	/usr/bin/python3 - "$BUILD/man/sockline-trace.5" <<'EOF'
import json, re, sys
schema = json.load(open("docs/trace.schema.json"))
names = {m for d in schema["$defs"].values() for m in d.get("properties", {})}
for file, form in (("docs/trace-format.md", r"`%s`"), (sys.argv[1], r"\\fB%s\\fP")):
    text = open(file).read()
    missing = [n for n in sorted(names) if not re.search(form % n + '|"%s"' % n, text)]
    if missing or not names:
        sys.exit("not in %s: %s" % (file, " ".join(missing)))
EOF
}

@test "view-format.md names every member of the schema of views" {
	/usr/bin/python3 - <<'EOF'
import json, re, sys
def members(schema):
    for key, part in schema.items() if isinstance(schema, dict) else ():
        if key == "properties":
            yield from part
        yield from members(part)
    for part in schema if isinstance(schema, list) else ():
        yield from members(part)
names = set(members(json.load(open("docs/view.schema.json"))))
text = open("docs/view-format.md").read()
missing = [n for n in sorted(names) if not re.search('`%s`|"%s"' % (n, n), text)]
if missing or len(names) < 100:
    sys.exit("not in docs/view-format.md: %s" % " ".join(missing))
EOF
}

@test "sockline-trace(5) says what trace-format.md says" {
	mandoc -T utf8 -O width=1000 "$BUILD/man/sockline-trace.5" | LC_ALL=C.UTF-8 sed 's|.\x08||g' >"$BATS_TEST_TMPDIR/page"
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/page" <<'EOF'
import re, sys
text = open("docs/trace-format.md").read()
text = re.sub(r"<!--.*?-->|^# .*|^\| member .*|\[trace.schema.json\]\(.*?\)", "", text, flags=re.M)
page = open(sys.argv[1]).read()
page = page[page.index("DESCRIPTION") + len("DESCRIPTION"):page.index("FILES")]
page = page.replace("/usr/local/share/sockline/trace.schema.json", "")
for word, shown in zip(re.findall(r"\w+", text), re.findall(r"\w+", page), strict=True):
    assert word == shown, (word, shown)
EOF
	# Markdown that the converter does not know is refused.
	for line in '### deeper' '1. first' '> quoted' '| a | b | c |' 'an `odd'; do
		run -1 --separate-stderr awk -f docs/man/sockline-trace.awk - <<<"$line"
	done
}

@test "no man page names a file of the source" {
	for page in docs/man/*.1 "$BUILD/man/sockline-trace.5"; do
		run -1 grep -nE '(docs|build|tests|tracer|viewer|format|samples)/' <(sed '/^\.\\"/d' "$page")
	done
}

@test "the version is that of format/version.h wherever it stands" {
	version=$(sed -n 's/.*SOCKLINE_VERSION "\(.*\)"/\1/p' format/version.h)
	[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
	[[ $(grep -m 1 '^Sockline [0-9]' NEWS) == "Sockline $version"[,\ ]* ]]
	[[ $(head -n 1 debian/changelog) == "sockline ($version) "* ]]
	grep -qx "Version: *$version" packaging/sockline.spec
	[[ $(grep -A 1 '^%changelog' packaging/sockline.spec) == *" - $version-1" ]]
	for program in socktrace sockview; do
		[ "$("$BUILD/$program" --version)" = "$program $version" ]
	done
}

@test "the packages are built with the libraries that the Makefile asks for" {
	libraries=$(sed -n 's/^.*libraries :\?= //p' Makefile | tr ' ' '\n' | grep -v '[$]' | sort -u)
	[[ $libraries == *jansson* ]]
	for library in $libraries; do
		grep -q "^BuildRequires: *pkgconfig($library)$" packaging/sockline.spec
		grep -qE "^ (lib)?$library(1g)?-dev\b" debian/control
	done
}

@test "every link to a file leads to one" {
	/usr/bin/python3 - ./*.md docs/*.md docs/guide/*/*.md <<'EOF'
import os, re, sys
count, wrong = 0, []
for path in sys.argv[1:]:
    text = re.sub(r"```.*?```", "", open(path, encoding="utf-8").read(), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            count += 1
            if not os.path.exists(os.path.join(os.path.dirname(path), target.partition("#")[0])):
                wrong.append("%s: %s" % (path, target))
sys.exit("\n".join(wrong) if wrong or count < 20 else 0)
EOF
}

@test "install and uninstall leave nothing behind" {
	root=$BATS_TEST_TMPDIR/root
	for prefix in /usr /opt/sockline; do
		make install DESTDIR="$root" PREFIX="$prefix" BUILD="$BUILD" >/dev/null
		[ -x "$root$prefix/bin/socktrace" ]
		[ -f "$root$prefix/share/man/man1/sockview.1" ]
		schema=$prefix/share/sockline/trace.schema.json
		for page in man1/socktrace.1 man5/sockline-trace.5; do
			grep -qx "\.It Pa $schema" "$root$prefix/share/man/$page"
		done
		cmp docs/trace.schema.json "$root$schema"
		cmp docs/view.schema.json "$root$prefix/share/sockline/view.schema.json"
		[ -f "$root$prefix/share/bash-completion/completions/sockview" ]
		[ -f "$root$prefix/share/zsh/site-functions/_sockview" ]
		[ -f "$root$prefix/share/fish/vendor_completions.d/sockview.fish" ]
		make uninstall DESTDIR="$root" PREFIX="$prefix" BUILD="$BUILD" >/dev/null
		[ -z "$(find "$root" -type f)" ]
	done
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
	git ls-files 2>/dev/null |
		grep -vE '\.(json|jsonl|txt)$|^(LICENSE|debian/(changelog|source/format))$' >"$BATS_TEST_TMPDIR/files" ||
		skip "not in a git checkout"
	while read -r file; do
		[ ! -f "$file" ] || sed 2q "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
			{ echo "$file" && false; }
	done <"$BATS_TEST_TMPDIR/files"
}
