# SPDX-License-Identifier: MIT
"""A Chromium without a window and without a network, for tests."""

import shutil
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"]


class Browser:
    """Use with `with`; `driver` is selenium's."""

    def __init__(self, width=1400, height=900, dark=False):
        self.profile = tempfile.mkdtemp(prefix="sockline-page-")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in FLAGS:
            options.add_argument(flag)
        options.add_argument("--user-data-dir=" + self.profile)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.resize(width, height)
        self.set_dark(dark)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def resize(self, width, height, touch=False):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch})

    def set_dark(self, dark):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def wait(self, condition, seconds=30):
        """Waits for a JavaScript expression to be true; returns its value."""
        self.driver.set_script_timeout(seconds + 5)
        return self.driver.execute_async_script("""
            const done = arguments[arguments.length - 1], until = performance.now() + %d * 1000;
            (function look() {
                let value = false;
                try { value = (%s); } catch (error) { value = false; }
                if (value || performance.now() > until) done(value);
                else setTimeout(look, 15);
            })();""" % (seconds, condition))

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def open(self, path, fragment="", seconds=120):
        self.driver.get("about:blank")
        self.driver.get("file://" + path + fragment)
        return self.wait("window.Sockline && Sockline.debug && Sockline.debug.ready", seconds)

    def errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
