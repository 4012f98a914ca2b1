#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Opens the pages that sockview makes of the kept traces, and of one that is full of what a browser
would execute, and says in TAP whether they have all calls and do nothing else.

    test_traces.py SOCKVIEW TRACE...
"""

import json
import os
import subprocess
import sys
import tempfile

from browser import Browser

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>@SCRIPT@\u202e\u0007"


def spoiled(path, directory):
    """The trace with hostile words wherever it has free ones."""
    target = os.path.join(directory, "hostile<b onclick=x>.jsonl")
    with open(path, encoding="utf-8") as source, open(target, "w", encoding="utf-8") as file:
        for line in source:
            record = json.loads(line)
            if record["type"] == "trace":
                record["command"] = [HOSTILE]
            if "program" in record:
                record["program"] = HOSTILE
            if record["type"] == "call":
                record["data"] = {"text": HOSTILE}
                record.setdefault("args", {})["address"] = {"family": "AF_UNIX", "path": HOSTILE}
                if record["effect"] in ("control", "query"):
                    record["name"] = HOSTILE
            if record["type"] == "warning":
                record["message"] = HOSTILE
            file.write(json.dumps(record) + "\n")
    return target


def calls_in(path):
    with open(path, encoding="utf-8") as file:
        return sum('"call"' in line[:20].replace(" ", "") for line in file)


def main(sockview, traces):
    passed = []
    with tempfile.TemporaryDirectory() as directory, Browser() as browser:
        traces = traces + [spoiled(traces[0], directory)]
        for trace in traces:
            page = os.path.join(directory, "page.html")
            subprocess.run([sockview, "-v", "html", "-o", page, trace], check=True)
            is_ready = browser.open(page)
            shown = browser.run("return Sockline.debug.counts.calls")
            scripts = browser.run("return document.scripts.length")
            images = browser.run("return document.images.length")
            is_good = (is_ready and shown == calls_in(trace) and scripts == 1 and images == 0
                       and browser.run("return window.hacked === undefined") and not browser.errors())
            if not is_good:
                print("# %s: ready %s, %s calls of %d, %s scripts, %s" % (
                    trace, is_ready, shown, calls_in(trace), scripts, browser.errors()))
            passed.append(is_good)
            print("%s %d the page of %s" % ("ok" if is_good else "not ok", len(passed),
                  os.path.basename(trace).split("<")[0]), flush=True)
    print("1..%d" % len(passed))
    return 0 if all(passed) else 1


sys.exit(main(sys.argv[1], sys.argv[2:]))
