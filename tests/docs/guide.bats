#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the guide and the README show is what the tools print.

bats_require_minimum_version 1.5.0
load ../helper

@test "the guide's blocks show what their commands print" {
	/usr/bin/python3 docs/book.py check docs/guide/en/*.md
}

@test "the guide shows the same blocks in English and in Chinese" {
	/usr/bin/python3 docs/book.py same docs/guide/en docs/guide/zh
}

@test "the README's blocks show what their commands print" {
	/usr/bin/python3 docs/book.py check README.md
}

@test "make demo, a newcomer's first command, shows the first timeline" {
	run -0 make --no-print-directory demo BUILD="$BUILD"
	local build=${BUILD#"$(pwd -P)/"}
	[[ "$output" == *"\$ $build/socktrace $build/samples/tcp_echo"*"tcp_echo"*"server"*"S socket"*"connection establishment"*"connection release"* ]]
}

# What stands there only to be read, as it is about the reader's own programs or needs sudo: indented
# lines, and words in backquotes.
@test "every other command that the README and the guide name is one that there is" {
	/usr/bin/python3 - "$BUILD" README.md docs/guide/*/*.md <<'PYTHON'
import re, subprocess, sys
build, wrong = sys.argv[1], []
targets = subprocess.run(["make", "help"], stdout=subprocess.PIPE, text=True, check=True).stdout
packages = open("tests/install.sh").read()
usage = {name: subprocess.run([build + "/" + name, "--help"], stdout=subprocess.PIPE, text=True,
                              check=True).stdout for name in ("socktrace", "sockview")}

def is_known(words):
    if words[0] == "make":
        return all(re.search(r"^  make %s " % word, targets, re.M) for word in words[1:])
    if words[:3] == ["sudo", "apt-get", "install"]:
        return all(re.search(r"\b%s\b" % word, packages) for word in words[3:])
    if words[0] not in usage:
        return False
    options = words[1:]
    if words[0] == "socktrace":  # from the first word that is none, they are the traced program's
        options = re.match(r"((-[op] \S+|-\S+) )*", " ".join(options) + " ").group().split()
    views = [view for option, view in zip(options, options[1:]) if option == "-v"]
    names = [re.split("[= ]", option)[0] for option in options if option.startswith("-")]
    return all(re.search(r"^  %s " % view, usage[words[0]], re.M) for view in views) and all(
        re.search(r"(?<![\w-])%s(?![\w-])" % name, usage[words[0]]) for name in names)

for path in sys.argv[2:]:
    text = re.sub(r"^```.*?^```$", "", open(path, encoding="utf-8").read(), flags=re.M | re.S)
    found = re.findall(r"^    (\S.*)$", text, re.M)
    found += re.findall(r"`((?:make|socktrace|sockview) [^`]*)`", text)
    for command in found:
        words = re.split(r"  +", command)[0].split()
        if not is_known(words):
            wrong.append("%s: %s" % (path, " ".join(words)))
sys.exit("\n".join(wrong) or 0)
PYTHON
}

@test "a block that shows something else is found" {
	printf '# A\n\n```console\n$ build/socktrace build/samples/udp_echo\n```\n' >"$BATS_TEST_TMPDIR/a.md"
	run -1 /usr/bin/python3 docs/book.py check "$BATS_TEST_TMPDIR/a.md"
	/usr/bin/python3 docs/book.py update "$BATS_TEST_TMPDIR/a.md"
	/usr/bin/python3 docs/book.py check "$BATS_TEST_TMPDIR/a.md"
	sed -i 's/recvfrom/recvmsg/' "$BATS_TEST_TMPDIR/a.md"
	run -1 /usr/bin/python3 docs/book.py check "$BATS_TEST_TMPDIR/a.md"
}

@test "a command that cannot be typed again is found" {
	printf '# A\n\n```console\n$ mkdir folder\n```\n' >"$BATS_TEST_TMPDIR/a.md"
	run -1 /usr/bin/python3 docs/book.py check "$BATS_TEST_TMPDIR/a.md"
}

@test "what varies with versions is not compared, all else is" {
	local page=$BATS_TEST_TMPDIR/a.md

	printf '<!-- varies: fd \\d+|.*optional.* -->\n```console\n$ echo fd 3 of this one\n' >"$page"
	printf 'fd 5 of this one\nan optional line\n```\n' >>"$page"
	/usr/bin/python3 docs/book.py check "$page"
	sed -i 's/^fd 5 of this/fd 5 of that/' "$page"
	run -1 /usr/bin/python3 docs/book.py check "$page"
	[[ "$output" == *"of that one"*"of this one"* ]]
	/usr/bin/python3 docs/book.py update "$page"
	[ "$(cat "$page")" = '<!-- varies: fd \d+|.*optional.* -->
```console
$ echo fd 3 of this one
fd 3 of this one
```' ]
	sed -i '1d; s/^fd 3 of/fd 5 of/' "$page"
	run -1 /usr/bin/python3 docs/book.py check "$page"
}
