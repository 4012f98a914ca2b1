#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the documents into one static site: docs/site.py FOLDER.

The guide's figures, as text and as pictures, are made from runs now (book.py). A line

    <!-- figure: -v svg --part=sequence echo.jsonl | What it shows -->

becomes the picture that sockview makes of a trace which the chapter has made before.
"""
import html
import os
import re
import shutil
import subprocess
import sys

import book

DOCS = os.path.join(book.ROOT, "docs")
FIGURE = re.compile(r"^<!-- figure: (.*?) \| (.*?) -->$", re.M)
PIECE = re.compile("%s|%s" % (book.BLOCK.pattern, FIGURE.pattern), re.M | re.S)
MADE = re.compile(r"^<!-- (?:bench \w+|end) -->\n", re.M)  # between these stands what make bench writes
LANGUAGES = {"en": "English", "zh": "中文"}


def title_of(text):
    return re.search(r"^# (.*)$", text, re.M).group(1)


def figure_of(path, caption):
    """A picture, which the style sheet lets grow to its own width and shrink as far as its words can
    be read, and which is shown alone where it is clicked."""
    with open(path, encoding="utf-8") as file:
        width = re.search(r'width="(\d+)"', file.read()).group(1)
    source = "figures/" + os.path.basename(path)
    return ('<figure><a href="%s"><img src="%s" alt="" style="--width: %spx"></a>'
            '<figcaption>%s</figcaption></figure>' % (source, source, width, html.escape(caption)))


def make_chapter(text, name, figures):
    """The chapter's Markdown with what its commands print now, and its pictures."""
    commands = []
    for piece in PIECE.finditer(text):
        if piece.group(1) is not None:
            commands += book.Block(piece.group(1)).commands
        else:
            commands.append("build/sockview " + piece.group(2))
    outputs = iter(book.run_all(commands))
    count = 0

    def put(piece):
        nonlocal count
        if piece.group(1) is not None:
            block = book.Block(piece.group(1))
            return block.text([next(outputs) for _ in block.commands])
        count += 1
        picture = "%s-%d.svg" % (name, count)
        with open(os.path.join(figures, picture), "w", encoding="utf-8") as file:
            file.write(next(outputs))
        return figure_of(os.path.join(figures, picture), piece.group(3))

    return PIECE.sub(put, text)


def pages():
    """(Markdown file, page's name, language) of all that is on the site, in order."""
    yield os.path.join(book.ROOT, "README.md"), "index", "en"
    for language in LANGUAGES:
        folder = os.path.join(DOCS, "guide", language)
        for name in sorted(os.listdir(folder)):
            yield os.path.join(folder, name), "guide-%s-%s" % (language, name[:-3]), language
    for name in sorted(os.listdir(DOCS)):
        if name.endswith(".md"):
            yield os.path.join(DOCS, name), name[:-3], "en"


def link_of(path):
    """The page of a document, by its path below the project's folder."""
    if path == "README.md":
        return "index.html"
    if path.startswith("docs/guide/") and path.endswith(".md"):
        return "guide-%s.html" % path[len("docs/guide/"):-3].replace("/", "-")
    if re.fullmatch(r"docs/[^/]+\.md", path):
        return os.path.basename(path)[:-3] + ".html"
    if path == "docs/man":
        return "socktrace.1.html"
    if path == "docs/guide":
        return "guide-en-00-contents.html"
    return os.path.basename(path) if path.startswith("docs/") else None


def put_links(text, path):
    """Links to documents become links to their pages; to other files, their names."""
    folder = os.path.dirname(os.path.relpath(path, book.ROOT))

    def put(link):
        words, target = link.group(1), link.group(2)
        if re.match(r"[a-z]+:|#", target):
            return link.group()
        target, _, mark = target.partition("#")
        page = link_of(os.path.normpath(os.path.join(folder, target)))
        return "[%s](%s%s)" % (words, page, "#" + mark if mark else "") if page else words

    return re.sub(r"\[([^][]+)\]\(([^)\s]+)\)", put, text)


def navigation(titles, current):
    """Links to the first page, the guide in the page's language, the manual and the other documents."""
    def item(name, words):
        mark = ' aria-current="page"' if name == current[0] else ""
        return '<li><a href="%s.html"%s>%s</a></li>' % (name, mark, html.escape(words))

    guide = [item(name, words) for name, words, language in titles
             if name.startswith("guide-") and language == current[1]]
    rest = [item(name, words) for name, words, _ in titles if not name.startswith("guide-")]
    manual = [item(name, name.replace(".1", "(1)")) for name in MANUAL]
    return "".join("<ul>%s</ul>" % "".join(part) for part in (rest[:1], guide, manual, rest[1:]))


def translations(name, language):
    """Links to the page in the other languages, or to the guide where it has none."""
    chapter = name if name.startswith("guide-") else "guide-%s-00-contents" % language
    return "".join('<a href="%s.html" lang="%s" hreflang="%s">%s</a>' % (
        chapter.replace("guide-" + language, "guide-" + other), other, other, words)
        for other, words in LANGUAGES.items() if other != language)


def turning(titles, name, language):
    """Links from a page of the guide to those before and after it."""
    chapters = [(other, words) for other, words, spoken in titles
                if other.startswith("guide-") and spoken == language]
    names = [other for other, _ in chapters]
    if name not in names:
        return ""
    at = names.index(name)
    before = ['<a href="%s.html">← %s</a>' % (other, html.escape(words))
              for other, words in chapters[max(at - 1, 0):at]]
    after = ['<a href="%s.html">%s →</a>' % (other, html.escape(words))
             for other, words in chapters[at + 1:at + 2]]
    return '<p class="turning"><span>%s</span><span>%s</span></p>' % (
        "".join(before), "".join(after))


def write_page(out, name, language, title, body, titles):
    with open(os.path.join(DOCS, "site.html"), encoding="utf-8") as file:
        template = file.read()
    if name != "index":
        title += " · Sockline"
    for key, value in (("language", language), ("title", html.escape(title)),
                       ("translations", translations(name, language)),
                       ("navigation", navigation(titles, (name, language))),
                       ("body", body + turning(titles, name, language))):
        template = template.replace("$%s$" % key, value)
    with open(os.path.join(out, name + ".html"), "w", encoding="utf-8") as file:
        file.write(template)


def convert(command, text=None):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, encoding="utf-8",
                          check=True).stdout


MANUAL = ("socktrace.1", "sockview.1")


def write_manual(out, titles):
    """The man pages, whose links go to each other, and to the pages of Linux elsewhere."""
    links = "man=%N.%S.html;https://man7.org/linux/man-pages/man%S/%N.%S.html"
    # sockline-trace(5) is made of a document that is on the site.
    others = {"man1/" + name: name for name in MANUAL}
    others["man5/sockline-trace.5"] = "trace-format"
    for name in MANUAL:
        body = convert(["mandoc", "-T", "html", "-O", "fragment," + links,
                        os.path.join(DOCS, "man", name)])
        for linked, page in others.items():
            body = body.replace("https://man7.org/linux/man-pages/%s.html" % linked,
                                page + ".html")
        write_page(out, name, "en", name.replace(".1", "(1)"), body, titles)


def main(out):
    figures = os.path.join(out, "figures")
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(figures)
    texts = [(path, name, language, open(path, encoding="utf-8").read())
             for path, name, language in pages()]
    titles = [(name, title_of(text), language) for _, name, language, text in texts]
    for path, name, language, text in texts:
        text = MADE.sub("", text)
        if "```console" in text:
            text = make_chapter(book.VARIES.sub("", text), name, figures)
        if language == "zh":  # between a full stop and what follows it in the next line is no space
            text = re.sub("(?<=[，。；：、）])\n(?=[[`*A-Za-z0-9])", "", text)
        body = convert(["pandoc", "-f", "gfm+east_asian_line_breaks", "-t", "html5", "--no-highlight", "--wrap=none"],
                       put_links(text, path))
        write_page(out, name, language, title_of(text), body, titles)
    write_manual(out, titles)
    for schema in ("trace.schema.json", "view.schema.json"):
        shutil.copy(os.path.join(DOCS, schema), out)
    shutil.copy(os.path.join(DOCS, "site.css"), out)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
