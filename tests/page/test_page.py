#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Uses the page as a reader would, in Chromium, and says in TAP whether it does what it should.

    test_page.py [--screenshots DIRECTORY] SOCKVIEW
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.by import By

import example
from browser import Browser

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "viewer"))
import chinese  # noqa: E402

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "viewer", "page")

results = []
notes = []


def check(name, passed):
    results.append(bool(passed))
    print("%s %d %s" % ("ok" if passed else "not ok", len(results), name), flush=True)


def note(text):
    print("# " + text, flush=True)


class Pages:
    """The pages of the examples, made once."""

    def __init__(self, directory, sockview):
        self.directory, self.sockview, self.paths = directory, sockview, {}

    def path(self, name, *options):
        key = " ".join((name,) + options)
        if key not in self.paths:
            trace = os.path.join(self.directory, name + ".jsonl")
            page = os.path.join(self.directory, "%d.html" % len(self.paths))
            if not os.path.exists(trace):
                with open(trace, "w", encoding="utf-8") as file:
                    example.EXAMPLES[name]().write(file)
            subprocess.run([self.sockview, "-v", "html", "-o", page, *options, trace], check=True)
            self.paths[key] = page
        return self.paths[key]


class Reader:
    """What somebody does with an open page."""

    def __init__(self, browser):
        self.browser, self.driver = browser, browser.driver

    def debug(self, expression):
        return self.browser.run("return Sockline.debug." + expression)

    def element(self, identity):
        return self.driver.find_element(By.ID, identity)

    def settle(self):
        self.browser.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20)));")

    def key(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()
        self.settle()

    def at(self, canvas, x, y):
        """Selenium counts from the middle of an element."""
        size = canvas.size
        return ActionChains(self.driver).move_to_element_with_offset(
            canvas, round(x - size["width"] / 2), round(y - size["height"] / 2))

    def steady(self, look):
        """What is seen when it does not change any more: machines may be busy."""
        before = None
        for _ in range(50):
            now = look()
            if now == before:
                return now
            before = now
            time.sleep(0.15)
        return before

    def click_call(self, call):
        place = self.steady(lambda: self.debug("placeOfCall(%d)" % call))
        self.at(self.element("lanes"), place["x"], place["y"]).click().perform()
        self.settle()

    def wheel(self, x, y, amount, shift=False):
        canvas = self.element("lanes")
        origin = ScrollOrigin.from_element(canvas, round(x - canvas.size["width"] / 2), round(y - canvas.size["height"] / 2))
        actions = ActionChains(self.driver)
        if shift:
            actions.key_down(Keys.SHIFT)
        actions.scroll_from_origin(origin, 0, amount)
        if shift:
            actions.key_up(Keys.SHIFT)
        actions.perform()
        self.settle()

    def search(self, query):
        field = self.element("search")
        field.clear()
        field.send_keys(query)
        self.steady(lambda: self.debug("counts"))
        self.browser.wait("Sockline.debug.counts.isDone")

    def text(self, identity):
        return self.element(identity).text

    def shown_tab(self):
        return self.browser.run("return [...document.querySelectorAll('[role=tabpanel]')].filter((it) => !it.hidden).map((it) => it.id).join()")

    def overflow(self):
        return self.browser.run("return document.documentElement.scrollWidth - innerWidth")


def length(span):
    return span["to"] - span["from"]


def test_selecting(reader):
    reader.click_call(8)
    check("a click selects the call that it hits", reader.debug("selected.call") == 8)
    check("a click opens the details", reader.element("details").is_displayed())
    check("the details say what the call moved", "hello, world" in reader.text("details"))
    check("the details have a hex dump", "68 65 6c 6c 6f" in reader.text("details"))
    check("the status says the selected call in words", "recvfrom" in reader.text("status") and "tcp_echo 1842" in reader.text("status"))
    reader.driver.find_element(By.CSS_SELECTOR, "#details dl + dl .link").click()
    reader.settle()
    check("the call at the other end is a click away", "sendto" in reader.text("status"))
    reader.key(Keys.ESCAPE)
    check("Escape closes the details", not reader.element("details").is_displayed())
    reader.key(Keys.ESCAPE)
    check("Escape then selects nothing", reader.debug("selected.call") == -1)
    lane = reader.debug("placeOfCall(8)")
    reader.at(reader.element("lanes"), 60, lane["y"]).click().perform()
    reader.settle()
    story = reader.text("details")
    check("a click on a label tells the descriptor's story",
          "connection establishment" in story and "accepted on fd 3" in story and "in 31 B in 3" in story)
    reader.key(Keys.ESCAPE, Keys.ESCAPE)


def test_hovering(reader):
    place = reader.debug("placeOfCall(8)")
    reader.at(reader.element("lanes"), place["x"], place["y"]).perform()
    reader.settle()
    card = reader.text("card")
    check("the card says call, time, duration, bytes and peer",
          all(it in card for it in ("recvfrom", "1.002430 s", "110 µs", "12 B", "127.0.0.1:41522")) and "null" not in card)
    reader.at(reader.element("lanes"), 500, 500).perform()
    reader.settle()
    check("the card goes with the pointer", not reader.element("card").is_displayed())


def test_zooming(reader):
    reader.key("0")
    whole = reader.debug("range")
    reader.wheel(700, 60, -300)
    near = reader.debug("range")
    check("the wheel zooms", length(near) < length(whole))
    reader.wheel(700, 60, 200, shift=True)
    check("the wheel with Shift pans", reader.debug("range.from") > near["from"])
    reader.key("0")
    check("0 fits the trace", reader.debug("range") == whole)
    reader.key("+")
    zoomed = reader.debug("range")
    check("+ zooms in", length(zoomed) < length(whole))
    reader.at(reader.element("lanes"), 800, 300).click_and_hold().move_by_offset(-120, 0).release().perform()
    reader.settle()
    check("dragging pans", reader.debug("range.from") > zoomed["from"])
    dragged = reader.debug("range.from")
    reader.key(Keys.ESCAPE, Keys.ESCAPE, Keys.ARROW_LEFT)
    check("arrow keys pan when nothing is selected", reader.debug("range.from") < dragged)
    reader.key("-", "-", "-", "-")
    check("- zooms out to the whole trace", reader.debug("range") == whole)
    reader.at(reader.element("overview"), 252, 23).click_and_hold().move_by_offset(300, 0).release().perform()
    reader.settle()
    check("the overview's edges can be dragged", reader.debug("range.from") > whole["from"])
    reader.key("0")


def test_keyboard(reader):
    reader.key(Keys.ESCAPE, Keys.ESCAPE, Keys.ARROW_DOWN)
    first = reader.debug("selected")
    check("an arrow key selects when nothing is selected", first["call"] >= 0)
    reader.key(Keys.ARROW_RIGHT)
    second = reader.debug("selected")
    check("arrow keys go along the lane", second["lane"] == first["lane"] and second["call"] > first["call"])
    reader.key(Keys.ARROW_DOWN)
    check("arrow keys go to the next lane", reader.debug("selected.lane") != second["lane"])
    reader.key(Keys.ENTER)
    check("Enter opens details and takes the focus there",
          reader.element("details").is_displayed() and reader.browser.run("return document.activeElement.id") == "details")
    reader.key(Keys.ESCAPE)
    check("Escape gives the focus back", reader.browser.run("return document.activeElement.id") == "lanes")
    reader.key("?")
    check("? shows help", reader.element("help").is_displayed())
    reader.key(Keys.ESCAPE)
    check("Escape closes help", not reader.element("help").is_displayed())
    reader.key("/")
    check("/ focuses the search", reader.browser.run("return document.activeElement.id") == "search")
    reader.key("n0")
    check("keys typed into the search are no commands", reader.element("search").get_attribute("value") == "n0")
    reader.key(Keys.ESCAPE, Keys.ESCAPE)
    check("every button has a name", reader.browser.run(
        "return [...document.querySelectorAll('button')].every((it) => it.textContent.trim() || it.ariaLabel)"))


def test_search(reader):
    reader.search("goodbye")
    check("the search finds payloads and says how many", reader.debug("counts.hits") == 4 and "4" in reader.text("search-count"))
    reader.key(Keys.ENTER)
    first = reader.debug("selected.call")
    check("Enter jumps to a hit", reader.browser.run("return Sockline.debug.state.search.isHit[%d]" % first) == 1)
    check("the place among the hits is said", "1 of 4" in reader.text("search-count"))
    reader.key(Keys.ENTER)
    second = reader.debug("selected.call")
    ActionChains(reader.driver).key_down(Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT).perform()
    reader.settle()
    check("Enter goes on and Shift-Enter back", second > first and reader.debug("selected.call") == first)
    reader.element("lanes").click()
    reader.key("n")
    check("n goes to a hit", reader.browser.run("return Sockline.debug.state.search.isHit[Sockline.debug.selected.call]") == 1)
    for query, count in (("ECONNREFUSED", 1), ("41522", 18), ("a+b(", 0)):
        reader.search(query)
        check("searching %s finds %d calls" % (query, count), reader.debug("counts.hits") == count)
    reader.search("")
    reader.element("search").send_keys(Keys.ESCAPE)


def test_filters(reader):
    reader.element("filter-toggle").click()
    boxes = {box.text: box for box in reader.driver.find_elements(By.CSS_SELECTOR, "#filters .box")}
    boxes["Errors only"].click()
    reader.settle()
    check("errors only leaves the error", reader.debug("counts.shown") == 1)
    check("the page says how many calls are left out", "25 calls left out" in reader.text("warnings"))
    reader.driver.find_element(By.CSS_SELECTOR, "#warnings button").click()
    reader.settle()
    check("all can be shown again", reader.debug("counts.shown") == 26 and not reader.element("warnings").is_displayed())
    {box.text: box for box in reader.driver.find_elements(By.CSS_SELECTOR, "#filters .box")}["send"].click()
    reader.settle()
    check("an effect can be left out", reader.debug("counts.shown") == 20)
    reader.element("filter-process").send_keys("tcp_echo 1844")
    reader.settle()
    check("a process can be chosen", reader.debug("counts.shown") == 8)
    reader.element("filter-slower").send_keys("0.1", Keys.TAB)
    reader.settle()
    check("calls slower than a time can be chosen", reader.debug("counts.shown") == 4)
    reader.driver.find_element(By.CSS_SELECTOR, "#warnings button").click()
    reader.settle()
    fold = [box for box in reader.driver.find_elements(By.CSS_SELECTOR, "#filters .box") if "Fold" in box.text][0]
    before = reader.debug("state.clock.folds.length")
    fold.click()
    reader.settle()
    check("idle time is folded until that is turned off", before > 0 and reader.debug("state.clock.folds.length") == 0)
    fold.click()
    reader.element("filter-toggle").click()
    reader.settle()


def test_groups(reader):
    rows = reader.debug("rows")
    reader.at(reader.element("lanes"), 20, 15).click().perform()
    reader.settle()
    check("a click on a process collapses it and what it started", reader.debug("rows") == 1)
    reader.browser.run("Sockline.go.toCall(Sockline.debug.state, 10)")
    reader.settle()
    check("a call that is gone to opens its process", reader.debug("rows") == rows)
    reader.key(Keys.ESCAPE, Keys.ESCAPE)
    reader.at(reader.element("lanes"), 20, 15).click().perform()
    reader.settle()
    reader.at(reader.element("lanes"), 20, 15).click().perform()
    reader.settle()
    check("and opens it again", reader.debug("rows") == rows)


def test_tabs(reader):
    reader.element("tab-timeline").send_keys(Keys.ARROW_RIGHT)
    reader.settle()
    check("arrow keys move between the tabs", reader.shown_tab() == "panel-sequence"
          and reader.element("tab-sequence").get_attribute("aria-selected") == "true")
    order = reader.browser.run("""
        const { sequence, state } = Sockline.debug, { links } = state.trace;
        let isCausal = true;
        for (let i = 0; i < links.count; i++)
            if (links.from[i] >= 0 && links.to[i] >= 0)
                isCausal = isCausal && sequence.rowOf[links.from[i]] <= sequence.rowOf[links.to[i]];
        return isCausal;""")
    check("a receive never stands above its send", order)
    phases = """
        const { sequence, state } = Sockline.debug;
        return [...sequence.rows].filter((row) => row < 0)
            .map((row) => Sockline.sequenceRows.phase(state.trace, sequence, row)).join()"""
    three = "connection establishment,data transfer,connection release"
    check("the three phases are ruled off", reader.browser.run(phases) == three)
    check("each process has a column", reader.browser.run(
        "return Sockline.debug.sequence.columns.map((it) => it.name + ' ' + it.note).join()")
        == "tcp_echo 1844 · client,tcp_echo 1842 · server")
    count = "return Sockline.debug.sequence.rowOf.filter((row) => row >= 0).length"
    calls = reader.browser.run(count)
    reader.browser.run("const it = document.getElementById('connection'); it.value = '1'; it.dispatchEvent(new Event('change'))")
    reader.settle()
    check("one connection can be chosen, with how its server came to listen", calls == 26 and reader.browser.run(count) == 22)
    check("and is ruled off, too", reader.browser.run(phases) == three)
    reader.element("rows").click()
    reader.key(Keys.ARROW_DOWN)
    first = reader.debug("selected.call")
    reader.key(Keys.ARROW_DOWN)
    check("arrow keys go from row to row", reader.debug("selected.call") != first)
    reader.key(Keys.ESCAPE, Keys.ESCAPE)
    reader.browser.run("const it = document.getElementById('connection'); it.value = 'all'; it.dispatchEvent(new Event('change'))")


def test_summary(reader):
    reader.key("4")
    headers = reader.driver.find_elements(By.CSS_SELECTOR, "#panel-summary section:nth-child(3) th")
    check("there is a table of calls", any(it.text == "max" for it in headers))
    [it for it in headers if it.text == "call"][0].find_element(By.TAG_NAME, "button").click()
    names = [it.text for it in reader.driver.find_elements(By.CSS_SELECTOR, "#panel-summary section:nth-child(3) tbody td:first-child")]
    check("a click on a header sorts", names == sorted(names) and len(names) > 5)
    header = reader.driver.find_element(By.CSS_SELECTOR, "#panel-summary section:nth-child(3) th")
    check("the header says so", header.get_attribute("aria-sort") == "ascending")
    reader.driver.find_element(By.CSS_SELECTOR, "#panel-summary section:nth-child(2) tbody tr td:nth-child(2)").click()
    reader.settle()
    check("a click on a socket goes to its lane", reader.shown_tab() == "panel-timeline" and reader.debug("selected.lane") >= 0)
    reader.key(Keys.ESCAPE, Keys.ESCAPE)


def exchange_cells(reader, section=1):
    return reader.browser.run("return [...document.querySelectorAll('#panel-exchanges section:nth-child(%d) tbody tr')]"
                              ".map((row) => [...row.cells].map((it) => it.textContent))" % section)


def test_exchanges(reader):
    reader.key("5")
    rows = exchange_cells(reader)
    check("there is a tab of the exchanges, each with who asks whom, what and how it ended",
          sorted(row[2] for row in rows) == ['"goodbye"', '"hello, world"', '"how are you?"']
          and all(row[1] == "tcp_echo fd 3 → tcp_echo :7000" and row[8] == "answered" for row in rows))
    heads = reader.driver.find_elements(By.CSS_SELECTOR, "#panel-exchanges section:first-child th button")
    [it for it in heads if it.text == "time"][0].click()
    reader.settle()
    reader.browser.run("document.querySelector('#panel-exchanges th button').click()")
    check("a click on a title sorts them", [row[2] for row in exchange_cells(reader)] == ['"hello, world"', '"how are you?"', '"goodbye"'])
    check("the waits by peer are below", [row[:3] for row in exchange_cells(reader, 2)] == [["tcp_echo", "tcp_echo :7000", "3"]])
    talks = "return [...document.querySelectorAll('#panel-summary section:first-child tbody tr')].map((row) => row.cells[1].textContent)"
    reader.key("4")
    check("the summary says first who talks to whom", "→ tcp_echo" in reader.browser.run(talks))
    reader.key("5")
    reader.driver.find_element(By.CSS_SELECTOR, "#panel-exchanges tbody tr td:nth-child(2)").click()
    reader.settle()
    check("a click on an exchange goes to the call that asks", reader.shown_tab() == "panel-timeline"
          and "sendto" in reader.text("status") and "hello, world" in reader.text("status"))
    reader.key(Keys.ESCAPE, Keys.ESCAPE, "5")
    for change, left in (("errorsOnly = true", 0), ("errorsOnly = false", 3), ("slowerNs = 1e9", 0), ("slowerNs = 0", 3)):
        reader.browser.run("const { state } = Sockline.debug; state.filter.%s; Sockline.state.refilter(state)" % change)
        check("%d exchanges fit with %s" % (left, change), len(exchange_cells(reader)) == left)
    reader.key("1")


def test_theme(reader):
    ground = "return getComputedStyle(document.body).backgroundColor"
    before = reader.browser.run(ground)
    reader.element("theme").click()
    after = reader.browser.run(ground)
    reader.element("theme").click()
    check("the theme can be toggled", before != after and reader.browser.run(ground) == before)
    reader.browser.set_dark(True)
    reader.settle()


CONTRAST = """
    const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const light = (colour) => {
        const hex = getComputedStyle(document.documentElement).getPropertyValue("--" + colour).trim();
        const [r, g, b] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16)));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const inks = ["ink", "muted", "select", "establish", "send", "receive", "wait", "plain", "faint", "release", "error"];
    return inks.flatMap((ink) => ["paper", "panel", "selected", "band"].filter((ground) => contrast(ink, ground) < 4.5)
        .map((ground) => ink + " on " + ground));
"""


def test_contrast(browser, pages):
    for dark in (False, True):
        browser.set_dark(dark)
        browser.open(pages.path("textbook"))
        faint = browser.run(CONTRAST)
        check("letters have contrast in the %s theme" % ("dark" if dark else "light"), faint == [])
        if faint:
            note(", ".join(faint))
    browser.set_dark(False)


def test_link(browser, pages):
    reader = Reader(browser)
    browser.open(pages.path("textbook"))
    reader.click_call(8)
    reader.key("+")
    reader.search("hello")
    browser.wait("location.hash.includes('hello')")
    span = reader.steady(lambda: reader.debug("range"))
    fragment = reader.steady(lambda: browser.run("return location.hash"))
    browser.open(pages.path("textbook"), fragment)
    browser.wait("Sockline.debug.counts.hits > 0")
    again = reader.steady(lambda: reader.debug("range"))
    check("a link brings back range, selection and search", abs(again["from"] - span["from"]) < 2 and abs(again["to"] - span["to"]) < 2
          and reader.debug("selected.call") == 8 and reader.debug("counts.hits") == 4)
    browser.open(pages.path("textbook"), "#call=999&lane=-3&from=x&to=NaN&view=%3Cimg%3E&process=77&without=zzz")
    check("a senseless link does no harm", reader.debug("counts.shown") == 26 and reader.shown_tab() == "panel-timeline")


def test_state(reader):
    browser = reader.browser
    words = lambda: reader.steady(lambda: browser.run("return document.getElementById('step-words').textContent"))
    reader.element("tab-state").click()
    reader.settle()
    check("the state has a tab", reader.shown_tab() == "panel-state" and words().startswith("call "))
    count = browser.run("return Sockline.debug.state.trace.state.steps.length")
    browser.run("Sockline.kernel.go(Sockline.debug.views.kernel, 0)")
    check("the first call has none before it", words().startswith("call 1 of %d" % count) and not reader.element("step-previous").is_enabled())
    reader.element("step-next").click()
    check("a button goes to the next call", words().startswith("call 2 of %d" % count))
    reader.element("kernel").click()
    reader.key(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    check("arrow keys go from call to call", words().startswith("call 3 of %d" % count))
    check("the call is selected", reader.debug("selected.call") == browser.run("return Sockline.debug.state.trace.state.steps[2].call"))
    browser.run("Sockline.kernel.go(Sockline.debug.views.kernel, 1e6)")
    check("the last call has none behind it", words().startswith("call %d of %d" % (count, count)) and not reader.element("step-next").is_enabled())
    browser.run("Sockline.state.select(Sockline.debug.state, Sockline.debug.state.trace.state.steps[4].call)")
    check("what is selected elsewhere is the step", words().startswith("call 5 of %d" % count))
    check("there are sockets and tables", browser.run("return document.querySelectorAll('#kernel g.box').length") > 0
          and browser.run("return document.querySelectorAll('#kernel g.process').length") > 0)
    check("a link leads to the tab", "view=state" in reader.steady(lambda: browser.run("return location.hash")))
    reader.element("tab-timeline").click()
    reader.key(Keys.ESCAPE, Keys.ESCAPE)


def test_textbook(browser, pages):
    browser.open(pages.path("textbook"))
    reader = Reader(browser)
    for test in (test_selecting, test_hovering, test_zooming, test_keyboard, test_search, test_filters, test_groups,
                 test_tabs, test_state, test_summary, test_exchanges, test_theme):
        try:
            test(reader)
        except Exception as error:  # the rest can still be tested
            check("%s: %s" % (test.__name__, str(error).split("\n")[0]), False)
    check("nothing is complained of", browser.errors() == [])
    browser.set_dark(False)


def read_all(pattern):
    parts = []
    for path in sorted(glob.glob(os.path.join(PAGE, pattern))):
        with open(path, encoding="utf-8") as file:
            parts.append(file.read())
    return "\n".join(parts)


def test_sources():
    scripts, styles = read_all("*.js"), read_all("*.css")
    check("the scripts can stand in a page", not any(it in scripts for it in ("</script", "<!--", "@DATA@", "@SCRIPT@", "@STYLE@")))
    check("no script makes markup or code of text", not any(
        it in scripts for it in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")))
    check("nothing is loaded from elsewhere", not any(
        it in scripts + styles for it in ("http:", "https:", "url(", "@import", "fetch(", "XMLHttpRequest", "import(")))


def test_hostile(browser, pages):
    reader = Reader(browser)
    browser.open(pages.path("hostile"))
    browser.run("Sockline.go.toCall(Sockline.debug.state, 5); Sockline.state.showDetails(Sockline.debug.state, true)")
    reader.settle()
    reader.click_call(8)
    for tab in ("2", "3", "4", "5"):
        reader.key(tab)
    check("a hostile trace has exchanges to show", exchange_cells(reader) != [])
    reader.search("onerror")
    reader.settle()
    check("a hostile trace runs nothing", browser.run("return window.hacked === undefined"))
    foreign = browser.run("""
        const known = "A ASIDE B BODY BUTTON CANVAS DD DETAILS DIALOG DIV DL DT FIELDSET FORM H1 H2 H3 HEAD HEADER HTML I INPUT KBD LABEL "
            + "LEGEND LI LINK MAIN META NOSCRIPT OL OPTION P PRE SCRIPT SECTION SELECT SPAN STYLE SUMMARY TABLE TBODY TD TH THEAD TITLE TR UL g path svg text tspan";
        return [...document.querySelectorAll("*")].map((it) => it.tagName).filter((it) => !known.split(" ").includes(it)).join()""")
    check("it makes no element of its own", foreign == "" and browser.run("return document.scripts.length") == 1)
    check("no element has an event handler in its attributes", browser.run(
        "return [...document.querySelectorAll('*')].every((it) => it.getAttributeNames().every((name) => !name.startsWith('on')))"))
    seen = browser.run("return document.body.innerText + document.title + [...document.querySelectorAll('*')]"
                       ".flatMap((it) => it.getAttributeNames().map((name) => it.getAttribute(name))).join('')")
    hidden = [code for code in (0x202E, 0x2066, 0x200B, 0x200F, 0xFEFF, 0x1B, 0x07, 0x2028) if chr(code) in seen]
    check("what cannot be seen is shown by its number", hidden == [] and "\\u202egnp.exe".replace("gnp", "\\u2066gnp") in seen)
    check("a hostile trace is still shown", reader.debug("counts.calls") == 63 and browser.errors() == [])


def test_redacted(browser, pages):
    reader = Reader(browser)
    browser.open(pages.path("textbook", "--redact"))
    reader.key("5")
    check("what is redacted is in no exchange", [row[2] for row in exchange_cells(reader)] != []
          and not any(word in browser.run("return JSON.stringify(Sockline.exchanges.exchangeRows(Sockline.debug.state))")
                      for word in ("hello", "goodbye")))


# What the scripts say of their own: literals, so that they can be found here and by sockview.
SAID = re.compile(r'\bsay\((?:[^()"]|\([^()]*\))*?"([^"\n]*)"(?: : "([^"\n]*)")?')
COUNTED = re.compile(r'\bcounted\([^"]*"([^"\n]*)",\s*"([^"\n]*)"')
WORDS_ON_PAGE = """
    const words = [];
    const note = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function(text, ...place) {
        words.push(text);
        note.call(this, text, ...place);
    };
    window.wordsOnPage = () => [document.body.innerText, ...words.splice(0),
        ...[...document.querySelectorAll("#kernel-picture text")].map((it) => it.textContent),
        ...[...document.querySelectorAll("body *")].flatMap((it) =>
            ["aria-label", "title", "placeholder"].map((name) => it.getAttribute(name) ?? ""))].join("\\n");
"""


def dictionary_of(page):
    with open(page, encoding="utf-8") as file:
        data = re.search(r'id="trace">\n(.*?)\n</script>', file.read(), re.DOTALL).group(1)
    return dict(json.loads(data)["dictionary"])


def test_language(browser, pages):
    english = os.path.join(pages.directory, "outcomes.jsonl")
    shutil.copy(os.path.join(PAGE, "..", "..", "tests", "viewer", "traces", "outcomes.jsonl"), english)
    page = pages.path("outcomes", "--lang=zh")
    known = dictionary_of(page)
    scripts = "".join(open(path, encoding="utf-8").read() for path in glob.glob(os.path.join(PAGE, "*.js")))
    said = {words for found in SAID.findall(scripts) + COUNTED.findall(scripts) for words in found
            if re.search("[A-Za-z]{2}", re.sub("%[a-z]+", "", words))}
    check("the scripts say much", len(said) > 50)
    check("the dictionary has all that they say", not [note("not in the dictionary: " + words) or words
                                                      for words in sorted(said - set(known))])
    check("an English page has no dictionary", dictionary_of(pages.path("outcomes")) == {})
    reader = Reader(browser)
    browser.open(page)
    browser.run(WORDS_ON_PAGE)
    seen = []
    for tab in ("1", "2", "3", "4", "5"):
        reader.key(tab)
        seen.append(browser.run("return wordsOnPage()"))
    reader.key("1")
    browser.run("for (const it of document.querySelectorAll('#hints details')) it.open = true; document.getElementById('filter-toggle').click()")
    for call in range(0, 59, 7):
        browser.run("Sockline.go.toCall(Sockline.debug.state, arguments[0]); Sockline.state.showDetails(Sockline.debug.state, true)", call)
        reader.settle()
        seen.append(browser.run("return wordsOnPage()"))
    browser.run("Sockline.go.toLane(Sockline.debug.state, 3)")
    reader.key("?")
    seen.append(browser.run("return wordsOnPage()"))
    allowed = chinese.words_of_trace(english) | chinese.NAMES | set("""recv N X JavaScript Shift Enter Esc
        state CALL at SO AF query TCP UTC LISTEN ESTABLISHED tid Sockline l c f t""".split())
    with open(os.path.join(PAGE, "..", "hints", "hint_rules.c"), encoding="utf-8") as rules:
        allowed |= set(chinese.WORD.findall(rules.read()))
    left = {word for word in chinese.WORD.findall(re.sub(r'"[^"\n]*"?|\b[0-9a-f]{4,}\b', " ", "\n".join(seen)))
            if not any(one.startswith(word) for one in allowed)}
    note("left in English: " + " ".join(sorted(left))) if left else None
    check("a Chinese page has no English word of ours", not left)
    check("its hints are Chinese, with their advice", "一次调用占去大部分时间" in reader.text("hints") and "→ " in "".join(seen))
    check("it says its language", browser.run("return document.documentElement.lang") == "zh-CN")
    browser.open(pages.path("outcomes", "--lang=both"))
    check("a page in both has both side by side", reader.text("tab-sequence") == "时序图 Sequence")
    check("and of hints one below the other", browser.run(
        "const it = document.querySelector('#hints details'); it.open = true;"
        "return it.innerText.includes('程序自己的时限') && it.innerText.includes('own ended a connection')"))


def test_warnings(browser, pages):
    trace = os.path.join(pages.directory, "warned.jsonl")
    with open(os.path.join(PAGE, "..", "..", "tests", "viewer", "traces", "tcp_echo.jsonl"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(trace, "w", encoding="utf-8") as file:
        for line in lines:
            file.write(line + "\n")
            if '"type":"trace"' in line:
                for pid in (27901, 27903, 27904):
                    file.write(json.dumps({"type": "warning", "code": "stepped", "pid": pid, "time_ns": 1, "message": "it is <b>slow</b>"}) + "\n")
    reader = Reader(browser)
    browser.open(pages.path("warned"))
    check("a warning that is the same of many processes is said once", reader.text("warnings") == "warning: process 27901: it is <b>slow</b> (and 2 more)")
    browser.open(pages.path("warned", "--lang=zh"))
    check("and of which process, in Chinese", reader.text("warnings").startswith("警告：进程 27901：it is "))


def test_differences(browser, pages):
    """The page of what differs: one below the other, as wide as the page, and nothing is cut."""
    traces = [os.path.join(pages.directory, name + ".jsonl") for name in ("good", "bad")]
    for trace, words in zip(traces, (["port=5432", "/a", "/b"], ["port=5432", "error=ECONNREFUSED", "status=1", "/a", "/b"])):
        with open(trace, "w", encoding="utf-8") as file:
            subprocess.run(["/usr/bin/python3", os.path.join(PAGE, "..", "..", "tests", "viewer", "diff_logs.py"), *words], stdout=file, check=True)
    page = os.path.join(pages.directory, "diff.html")
    for language in ("en", "both"):
        subprocess.run([pages.sockview, "--diff", "--lang=" + language, "-o", page, *traces], check=False)
        browser.driver.get("file://" + page)
        below, wide, cut = browser.run("""
            const parts = [...document.querySelectorAll(".diff > *")].map((it) => it.getBoundingClientRect());
            const main = document.querySelector(".diff").clientWidth;
            return [parts.every((it, i) => i === 0 || it.top >= parts[i - 1].bottom),
                [...document.querySelectorAll("article")].every((it) => it.offsetWidth > main * 0.9),
                [...document.querySelectorAll(".diff *")].filter((it) => it.scrollWidth > it.clientWidth + 1 && it.clientWidth > 0).length];""")
        check("what differs stands one below the other, as wide as the page, in " + language, below and wide and cut == 0)


def test_hints(browser, pages):
    reader = Reader(browser)
    browser.open(pages.path("outcomes"))
    hints = browser.run("return [...document.querySelectorAll('#hints details')].map((it) => it.dataset.name)")
    told = json.loads(subprocess.run([pages.sockview, "-v", "hints", "--format=json", os.path.join(pages.directory, "outcomes.jsonl")],
                                     check=True, capture_output=True).stdout)["hints"]
    check("the heaviest hints stand above the timeline", hints != [] and hints == [it["name"] for it in told if it["weight"] != "tells"][:4])
    browser.run("document.querySelector('#hints details').open = true; document.querySelector('#hints li .link').click()")
    check("a call of a hint is one click away", reader.debug("selected")["call"] >= 0)
    squeezed = browser.run("""
        const { state } = Sockline.debug, { trace, clock } = state;
        const ends = [...trace.calls.end].map((end) => clock.position(end)).sort((a, b) => a - b);
        return Math.max(...ends.slice(1).map((end, i) => end - ends[i])) / (clock.end - clock.begin)""")
    check("no quiet stretch takes the room of what is busy", squeezed < 0.4)


def test_characters(browser, pages):
    browser.open(pages.path("textbook"))
    flags, hands, syllables = "\U0001f1e9\U0001f1ea" * 3, "\U0001f44d\U0001f3fd" * 3, "\u1112\u1161\u11ab" * 3
    cut = browser.run("return arguments[0].map((text) => Sockline.text.shorten(text, text.length - 1))",
                      [flags, hands, syllables, "e\u0301" * 3, "abc"])
    check("words are not cut within a character", cut == [
        flags[:4] + "…", hands[:4] + "…", syllables[:6] + "…", "e\u0301e\u0301…", "a…"])
    drawn = browser.run("""
        const context = document.createElement("canvas").getContext("2d"), drawn = [];
        context.fillText = (text) => drawn.push(text);
        for (let width = 1; width < 200; width++) Sockline.canvas.fillText(context, arguments[0], 0, 0, width);
        return [...new Set(drawn)]""", flags)
    check("nor are they on a canvas", drawn == [flags[:2] + "…", flags[:4] + "…", flags])


def test_large(browser, pages):
    """More of something than a call of the engine may have arguments."""
    browser.open(pages.path("textbook"))
    count = browser.run("""
        const lanes = Array.from({ length: 400000 }, (_, index) => ({ index }));
        const trace = { processes: [{ depth: 0 }, { depth: 1 }], lanes: { list: lanes, byProcess: [[lanes[0]], lanes] } };
        return Sockline.rows.layOut(trace, new Set([0]), () => false).rows[0].inside.length""")
    check("a process with 400,000 lanes below it can be shut", count == 400001)
    check("an element may have 400,000 children", browser.run(
        "return Sockline.element('p', {}, Array(400000).fill('a')).childNodes.length") == 400000)


def test_phone(browser, pages):
    reader = Reader(browser)
    browser.resize(360, 740, touch=True)
    for name in ("textbook", "many", "hostile"):
        browser.open(pages.path(name))
        widths = []
        browser.run("Sockline.go.toCall(Sockline.debug.state, 8); Sockline.state.showDetails(Sockline.debug.state, true)")
        for tab in ("1", "2", "3", "4", "5"):
            reader.key(tab)
            widths.append(reader.overflow())
        check("the %s page fits a phone's width" % name, max(widths) <= 0)
        reader.key("1")
        box = browser.run("const it = document.getElementById('details').getBoundingClientRect(); return [it.width, it.bottom - innerHeight, it.height]")
        check("the details of the %s page are below the view" % name, box[0] == 360 and box[1] <= 0 and box[2] > 100)
    check("a phone complains of nothing", browser.errors() == [])
    browser.open(pages.path("textbook"))
    place = reader.debug("placeOfCall(8)")
    origin = browser.run("const it = document.getElementById('lanes').getBoundingClientRect(); return [it.left, it.top]")

    def touch(kind, *points):
        browser.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {
            "type": kind, "touchPoints": [{"x": origin[0] + x, "y": origin[1] + y, "id": i} for i, (x, y) in enumerate(points)]})

    whole = reader.debug("state.range")
    touch("touchStart", (180, 300), (260, 300))
    for step in range(1, 6):
        touch("touchMove", (180 - 8 * step, 300), (260 + 8 * step, 300))
    touch("touchEnd")
    reader.settle()
    pinched = reader.debug("state.range")
    check("two fingers zoom", length(pinched) < length(whole))
    touch("touchStart", (260, 300))
    for step in range(1, 6):
        touch("touchMove", (260 - 15 * step, 300))
    touch("touchEnd")
    reader.settle()
    check("one finger pans", reader.debug("state.range.from") > pinched["from"]
          and abs(length(reader.debug("state.range")) - length(pinched)) < 10)
    reader.key("0")
    touch("touchStart", (place["x"], place["y"]))
    touch("touchEnd")
    reader.settle()
    check("a tap selects", reader.debug("selected.lane") >= 0)
    browser.resize(1400, 900)


FRAMES = """
    const done = arguments[0], { state } = Sockline.debug;
    const length = (state.clock.end - state.clock.begin) / 3, drawn = [], frames = [];
    let from = state.clock.begin, last = performance.now();
    (function step() {
        const now = performance.now();
        frames.push(now - last);
        drawn.push(Sockline.debug.frameMs);
        last = now;
        if (frames.length > 90) {
            for (const list of [frames, drawn]) list.sort((a, b) => a - b);
            return done([drawn[45], drawn[85], frames[45], frames[85]]);
        }
        Sockline.state.setRange(state, from += length / 80, from + length);
        requestAnimationFrame(step);
    })();
"""


def test_many(browser, pages, name):
    reader = Reader(browser)
    path = pages.path(name)
    check("the page of %s calls opens" % name, browser.open(path))
    some = reader.debug("rows")
    check("of many descriptors some are shown, and how many more there are", "more descriptors" in reader.text("more"))
    reader.element("more-show").click()
    check("a button shows the rest", reader.debug("rows") > some + 100 and not reader.element("more").is_displayed())
    note("%d calls: ready %d ms after the page was asked for" % (reader.debug("counts.calls"), reader.debug("readyMs")))
    drawn, drawn_most, frame, frame_most = browser.driver.execute_async_script(FRAMES)
    note("panning: %.1f ms to draw (95 %%: %.1f), %.1f ms a frame (95 %%: %.1f)" % (drawn, drawn_most, frame, frame_most))
    reader.search("EPIPE")
    hits = reader.debug("counts.hits")
    reader.key(Keys.ENTER)
    check("a hit among many is found and selected", hits > 0 and "EPIPE" in reader.text("status"))
    place = reader.debug("placeOfCall(Sockline.debug.selected.call)")
    size = reader.element("lanes").size
    check("and is brought into sight", 0 < place["x"] < size["width"] and 0 < place["y"] < size["height"])
    browser.run("document.getElementById('timeline').scrollTop = 1500")
    reader.settle()
    stays = browser.run("const of = (id) => document.getElementById(id).getBoundingClientRect().top; return of('lanes') - of('timeline')")
    check("lanes scroll under a canvas that stays", stays == 0 and browser.run("return document.getElementById('timeline').scrollTop") > 1000)
    reader.key(Keys.ESCAPE, Keys.ESCAPE, Keys.ESCAPE)
    reader.element("tab-sequence").click()
    reader.settle()
    reader.element("tab-exchanges").click()
    reader.settle()
    check("of many exchanges some are shown", len(exchange_cells(reader)) == 20)
    reader.element("tab-sequence").click()
    reader.settle()
    check("the busiest connection is shown first", browser.run("return Sockline.debug.state.connection !== null && Sockline.debug.sequence.rows.length > 100"))
    check("no element is made for a call", browser.run("return document.querySelectorAll('*').length") < 3000)
    check("many calls are nothing to complain of", browser.errors() == [])


def take_screenshots(browser, pages, directory):
    views = {
        "timeline": "", "call": "Sockline.go.toCall(Sockline.debug.state, 8); Sockline.state.showDetails(Sockline.debug.state, true)",
        "lane": "Sockline.go.toLane(Sockline.debug.state, 1)", "sequence": "Sockline.state.showTab(Sockline.debug.state, 'sequence')",
        "state": "Sockline.state.showTab(Sockline.debug.state, 'state')",
        "summary": "Sockline.state.showTab(Sockline.debug.state, 'summary')",
        "exchanges": "Sockline.state.showTab(Sockline.debug.state, 'exchanges')",
    }
    for page in ("textbook", "udp", "many"):
        for width, height in ((1400, 900), (360, 740)):
            browser.resize(width, height)
            for dark in (False, True):
                browser.set_dark(dark)
                for view, script in views.items():
                    browser.open(pages.path(page))
                    browser.run(script)
                    Reader(browser).settle()
                    browser.driver.save_screenshot(os.path.join(
                        directory, "%s-%s-%d-%s.png" % (page, view, width, "dark" if dark else "light")))


def main(arguments):
    screenshots = None
    if arguments[:1] == ["--screenshots"]:
        screenshots, arguments = arguments[1], arguments[2:]
    with tempfile.TemporaryDirectory() as directory, Browser() as browser:
        pages = Pages(directory, arguments[0])
        if screenshots:
            return take_screenshots(browser, pages, screenshots)
        test_sources()
        test_textbook(browser, pages)
        test_contrast(browser, pages)
        test_link(browser, pages)
        test_hostile(browser, pages)
        test_redacted(browser, pages)
        test_language(browser, pages)
        test_hints(browser, pages)
        test_warnings(browser, pages)
        test_differences(browser, pages)
        test_characters(browser, pages)
        test_large(browser, pages)
        test_phone(browser, pages)
        test_many(browser, pages, "many")
        if os.environ.get("PAGE_MILLION"):
            test_many(browser, pages, "million")
    print("1..%d" % len(results))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
