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

@test "the page on checks shows what its commands print" {
	/usr/bin/python3 docs/book.py check docs/checks.md
}

@test "the page on differences shows what its commands print" {
	/usr/bin/python3 docs/book.py check docs/differences.md
}

# The commands of both examples, in a folder as a project's, where make test is a sample.
@test "the examples for CI in the page on checks do what they are to do" {
	/usr/bin/python3 - "$BUILD" "$BATS_TEST_TMPDIR" <<'PYTHON'
import os, re, shutil, subprocess, sys, xml.etree.ElementTree as xml, json
build, folder = sys.argv[1:]
examples = re.findall(r"^```yaml\n(.*?)^```$", open("docs/checks.md").read(), re.M | re.S)
assert len(examples) == 2
for name, sample, status in (("good", "tcp_echo", 0), ("bad", "leaking_server", 3)):
    for number, example in enumerate(examples):
        project = os.path.join(folder, "%s%d" % (name, number))
        os.mkdir(project)
        shutil.copy("samples/net.rules", project)
        with open(project + "/Makefile", "w") as file:
            file.write("test:\n\t@%s/samples/%s\n" % (build, sample))
        commands = re.findall(r"(?:- |run: )(sock.*)$", example, re.M)
        assert len(commands) == 2, commands
        done = [subprocess.run(["bash", "-ec", command], cwd=project, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, check=False,
                               env=dict(os.environ, PATH=build + ":" + os.environ["PATH"]))
                for command in commands]
        print(name, [one.stdout for one in done])
        assert [one.returncode for one in done] == [status, 0]
        assert ("violated" in done[0].stdout) == (status == 3)
        assert os.path.getsize(project + "/t.jsonl") > 0
        if "junit" in example:
            suite = xml.parse(project + "/network.xml").getroot()[0]
            assert suite.get("failures") == str(int(status == 3)) and suite.get("tests") == "8"
            assert "<html" in open(project + "/network.html").read()
        else:
            run = json.load(open(project + "/network.sarif"))["runs"][0]
            assert len(run["results"]) == int(status == 3)
PYTHON
}

@test "make demo, a newcomer's first command, shows the first timeline" {
	run -0 make --no-print-directory demo BUILD="$BUILD"
	local build=${BUILD#"$(pwd -P)/"}
	[[ "$output" == *"\$ $build/socktrace $build/samples/tcp_echo"*"tcp_echo"*"server"*"S socket"*"connection establishment"*"connection release"* ]]
}

# What stands there only to be read, as it is about the reader's own programs or needs sudo: indented
# lines, and words in backquotes.
@test "every other command that the README and the guide name is one that there is" {
	/usr/bin/python3 - "$BUILD" README.md docs/checks.md docs/differences.md docs/guide/*/*.md <<'PYTHON'
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

@test "what is cut where times are long is the same as what is not, and nothing else" {
	/usr/bin/python3 -B - <<'PYTHON'
import sys
sys.path.insert(0, "docs")
from book import is_same
row = "T 4 socket AF_INET SOCK_DGRAM - new 1".split()
assert is_same(row, "T 4 socket AF_INET … - new 1".split())
assert is_same("T 4 socket … - new …".split(), row)
assert is_same([], []) and is_same(["…"], ["…"])
assert not is_same(row, "T 4 socket AF_INET6 … - new 1".split())
assert not is_same(row, "T 4 socket AF_INET … - new 1 more".split())
assert not is_same(row, "T 4 …".split())
assert not is_same(row, [])
assert is_same(sorted(row), sorted("T 4 socket AF_INET … - new 1".split()))
assert not is_same(sorted(row), sorted("T 4 socket AF_INET … - old 1 x y".split()))
PYTHON
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

# The textbook's section has eight figures: each has its chapter, which points to it, and its picture in English, in
# Chinese and in both.
@test "each figure of the textbook is matched by a picture" {
	/usr/bin/python3 - <<'PYTHON'
import os, re
wanted = {"en": [""], "zh": ["--lang=zh ", "--lang=both "]}
for language, options in wanted.items():
    folder = "docs/guide/" + language
    text = open(folder + "/12-figures.md", encoding="utf-8").read()
    rows = re.findall(r"^\| (\d) \| \[.+\]\(#figure-(\d)\) \| \[(\d+)\]\((.*)\) \|$", text, re.M)
    assert [row[0] for row in rows] == list("12345678"), rows
    for number, anchor, chapter, file in rows:
        assert number == anchor and os.path.exists(folder + "/" + file) and file.startswith("%02d-" % int(chapter))
        told = open(folder + "/" + file, encoding="utf-8").read()
        assert "](12-figures.md#figure-%s)" % number in told, (file, number)
        section = text.split('<a id="figure-%s">' % number)[1].split("<a id=")[0]
        pictures = re.findall(r"^<!-- figure: -v svg (--lang=\w+ )?(.+ \w+\.jsonl) \| .+ -->$", section, re.M)
        assert [picture[0] for picture in pictures] == options, (language, number, pictures)
        made = [re.search(r"-o (\S+)", line).group(1) for line in text.splitlines() if line.startswith("$ build/socktrace")]
        assert all(picture[1].split()[-1] in made for picture in pictures)
PYTHON
}
