#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The documents as one static site.

bats_require_minimum_version 1.5.0
load ../helper

@test "make docs builds the site, whose links lead somewhere and which needs no network" {
	/usr/bin/python3 docs/site.py "$BATS_TEST_TMPDIR/site"
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/site" <<'PYTHON'
import html, os, re, sys
folder, wrong = sys.argv[1], []
for page in sorted(os.listdir(folder)):
    if not page.endswith(".html"):
        continue
    text = open(os.path.join(folder, page), encoding="utf-8").read()
    wrong += ["%s: loads %s" % (page, source)
              for source in re.findall(r'<(?:link|script|img|iframe)[^>]*"((?:https?:)?//[^"]*)"', text)]
    for language, other in (("en", "zh"), ("zh", "en")):
        twin = page.replace("-%s-" % language, "-%s-" % other)
        if page.startswith("guide-" + language) and 'href="%s" lang="%s"' % (twin, other) not in text:
            wrong.append("%s: no link to %s" % (page, twin))
    spaced = re.search("[，。；：、）] +[^ ·|<].*", re.sub("<pre>.*?</pre>", "", text, flags=re.S))
    if spaced:
        wrong.append("%s: a space after a stop: %s" % (page, spaced.group()))
    for comment in re.findall("<!-- (?!SPDX-License-Identifier).*", text):
        wrong.append("%s: not made, or not meant for readers: %s" % (page, comment))
    for target in re.findall(r'(?:href|src)="([^"]*)"', text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, mark = html.unescape(target).partition("#")
        path = os.path.join(folder, name or page)
        if not os.path.exists(path):
            wrong.append("%s: %s" % (page, target))
        elif mark and path.endswith(".html") and 'id="%s"' % mark not in open(path, encoding="utf-8").read():
            wrong.append("%s: %s" % (page, target))
sys.exit("\n".join(wrong) or 0)
PYTHON
	/usr/bin/python3 -c 'import sys, xml.dom.minidom as m; [m.parse(path) for path in sys.argv[1:]]' \
		"$BATS_TEST_TMPDIR"/site/figures/*.svg
}
