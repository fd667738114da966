#!/usr/bin/env python3
"""Steps through pages of the tape viewer in headless Chromium: test_pages.py MAKE_PAGES [FOLDER_FOR_SCREENSHOTS]

Speaks the WebDriver protocol with chromedriver, so that it needs nothing but Python's own library. Exits with
77, "skipped", where Chromium or chromedriver is not installed."""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

KEYS = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014", "Home": "\ue011", "End": "\ue010"}


class Browser:
    """A session of chromedriver."""

    def __init__(self, chromium, driver, profile, size=(1280, 900), dark=False):
        # Port 0 lets the system choose; the driver prints which.
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if "started successfully on port" in line:
                self.address = "http://127.0.0.1:" + line.rstrip(".\n").split()[-1] + "/session"
                break
        else:
            raise SystemExit("chromedriver does not start")
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"]
        options = {"binary": chromium, "args": arguments}
        answer = self.call("", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.address += "/" + answer["sessionId"]
        self.emulate("Emulation.setDeviceMetricsOverride", {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False})
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.emulate("Emulation.setEmulatedMedia", {"features": scheme})

    def call(self, path, body=None, method="POST"):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{path}: {error.read().decode()[:800]}")

    def emulate(self, command, parameters):
        self.call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, page):
        self.call("/url", {"url": "about:blank"})
        self.call("/url", {"url": "file://" + page})

    def run(self, script):
        return self.call("/execute/sync", {"script": script, "args": []})

    def element(self, selector):
        found = self.call("/element", {"using": "css selector", "value": selector})
        return "/element/" + next(iter(found.values()))

    def click(self, selector):
        self.call(self.element(selector) + "/click", {})

    def press(self, key):
        actions = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
        self.call("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def text(self, selector):
        return self.run(f"return document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def step(self):
        return int(self.run("return document.body.dataset.step"))

    def screenshot(self, path):
        image = base64.b64decode(self.call("/screenshot", method="GET"))
        with open(path, "wb") as out:
            out.write(image)

    def errors(self):
        return [entry["message"] for entry in self.call("/se/log", {"type": "browser"}) if entry["level"] == "SEVERE"]

    def close(self):
        try:
            self.call("", method="DELETE")
        finally:
            self.process.terminate()
            self.process.wait()


def check(condition, what):
    if not condition:
        raise SystemExit("FAILED: " + what)


def state(browser, node):
    return browser.run(f"return document.querySelector('[data-node=\"{node}\"]').getAttribute('class')").split()


def test_seed(browser, page):
    """Clicks through the seed's second example to the gradient that the seed prints."""
    browser.open(page)
    check(browser.step() == 0, "the page opens before the first step")
    check("not computed yet" in browser.text("#parameters"), "nothing has reached the leaf at first")
    check("waiting" in state(browser, 0) and "done" in state(browser, 1), "at first only the loss has a gradient")
    browser.click("#forward")
    check(browser.step() == 1, "a click on the forward button is a step")
    check("NllLossBackward0" in browser.text("#detail h2"), "the first step is the loss")
    check("1.8338" in browser.text("#detail"), "the value of the loss is shown")
    inside = browser.text("#cross-entropy")
    check("softmax p" in inside and "(p − y) / N, N = 3" in inside and "y = 4" in inside, "the inside of the cross-entropy")
    check("Saved for backward: input [3, 5] (60 bytes), target [3] (24 bytes)" in browser.text("#detail"), "what is saved, by name")
    browser.click("#forward")
    check("input" in browser.text("#detail h2") and "leaf" in browser.text("#detail h2"), "the last step is the leaf")
    rows = browser.run("return [...document.querySelectorAll('#detail .product .tensor')].pop().querySelectorAll('tr').length"
                       " && [...[...document.querySelectorAll('#detail .product .tensor')].pop().querySelectorAll('tr')]"
                       ".map((row) => [...row.cells].map((cell) => Number(cell.innerText.replace('−', '-'))))")
    expected = [[0.0962, -0.2921, 0.0406, 0.0475, 0.1078], [-0.2901, 0.0453, 0.0735, 0.0717, 0.0997],
                [0.0882, 0.0452, 0.0815, 0.0336, -0.2484]]
    check(rows == expected, f"the last step shows the seed's gradient, not {rows}")
    check(browser.run("return document.querySelector('#forward').disabled"), "there is no step after the last")
    check("not computed yet" not in browser.text("#parameters"), "the leaf has its gradient")
    for key, step in (("ArrowLeft", 1), ("Home", 0), ("ArrowLeft", 0), ("End", 2), ("ArrowRight", 2)):
        browser.press(key)
        check(browser.step() == step, f"{key} leads to step {step}, not {browser.step()}")
    browser.run("location.hash = '#1'")
    time.sleep(0.2)
    check(browser.step() == 1, "an address with #1 leads to step 1")
    browser.click("[data-node='0']")
    check(browser.step() == 2, "a click on a node leads to its step")


def test_network(browser, page):
    """Modules fold, the ignored row is marked, the dead ReLU counted, large tensors have statistics."""
    browser.open(page)
    nodes = browser.run("return document.querySelectorAll('[data-node]').length")
    browser.click("[data-fold='Net.fc1']")
    check(browser.run("return document.querySelectorAll('[data-node]').length") < nodes, "a folded module hides its nodes")
    check(browser.run("return document.querySelectorAll('[data-module]').length") == 1, "a folded module is one box")
    browser.click("[data-fold='Net']")
    check(browser.run("return document.querySelectorAll('[data-module]').length") == 1, "the outer module holds the inner")
    browser.click("[data-fold='Net.fc1']")
    browser.click("[data-module='Net']")
    check(browser.run("return document.querySelectorAll('[data-node]').length") == nodes, "a click unfolds it")
    browser.press("ArrowRight")
    check("Ignored row 3" in browser.text("#ignored"), "the ignored row is named")
    check(browser.run("return document.querySelectorAll('#cross-entropy tr.ignored').length") == 3, "and struck out")
    check("N = 7" in browser.text("#cross-entropy"), "N counts the rows that are kept")
    seen = ""
    while browser.step() < browser.run("return last"):
        browser.press("ArrowRight")
        seen += browser.text("#detail")
    check("dead ReLU" in seen and "in Net.body.0" in seen, "the dead share of the ReLU is shown, with its module")
    check("norm" in seen and "Float [8, 40]" in seen, "large tensors have statistics")
    check("not kept" not in seen, "under TapeDetailGuard every value is known")
    names = browser.text("#parameters")
    check(all(name in names for name in ("fc1.weight", "body.1.bias")), "the bars name the parameters")


def test_meeting(browser, page):
    """Sums where paths meet, zero distinct from nothing, NaN badges."""
    browser.open(page)
    seen, partial = {}, False
    while browser.step() < browser.run("return last"):
        browser.press("ArrowRight")
        seen[browser.step()] = browser.text("#detail")
        partial = partial or browser.run("return document.querySelectorAll('.partial').length") > 0
    walk = "\n".join(seen.values())
    check("more path" in walk and "running sum" in walk and partial, "a sum that is not complete is told from one that is")
    check("1 NaN" in browser.text("#parameters"), "the NaN of a leaf has a badge")
    bars = browser.run("return [...document.querySelectorAll('.bars tr')].map((row) => row.innerText.replace(/\\s+/g, ' '))")
    check(any(bar.startswith("clipped") and bar.rstrip().endswith(" 0") for bar in bars), f"a zero gradient is 0: {bars}")
    browser.press("Home")
    bars = browser.text("#parameters")
    check(bars.count("not computed yet") == 3, "before the first step no leaf has a gradient")


def test_vanishing(browser, page):
    """Norms that differ by powers of ten are drawn by their powers of ten."""
    browser.open(page)
    browser.press("End")
    check("logarithmic" in browser.text("#parameters"), "the scale is named")
    near, far = browser.run("return [...document.querySelectorAll('.bars .bar div')].map((bar) => bar.offsetWidth)")
    check(2 < far < near / 10, f"the smaller norm has a bar that can be seen, and a shorter one: {near}, {far}")


def test_narrow(browser, page):
    """On a telephone nothing is cut off: the page itself does not scroll sideways."""
    browser.open(page)
    browser.press("ArrowRight")
    check(browser.run("return document.documentElement.scrollWidth <= window.innerWidth"), f"{page} fits a narrow screen")
    browser.click("#forward")
    check(browser.step() == 2, "the buttons work on a narrow screen")


def main():
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        print("skipped: install chromium and chromium-driver to test the tape viewer")
        return 77
    pictures = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as folder:
        for layout in ("dot", "layers"):
            environment = dict(os.environ, PATH=os.environ["PATH"] if layout == "dot" else "/nowhere")
            subprocess.run([sys.argv[1], folder], check=True, env=environment)
            pages = {name: f"{folder}/{name}.html" for name in ("seed", "network", "meeting", "vanishing")}
            for screen, size, dark in (("light", (1280, 900), False), ("dark", (1280, 900), True), ("narrow", (390, 780), False)):
                browser = Browser(chromium, driver, f"{folder}/{layout}-{screen}", size, dark)
                try:
                    if screen == "light":
                        test_seed(browser, pages["seed"])
                        test_network(browser, pages["network"])
                        test_meeting(browser, pages["meeting"])
                        test_vanishing(browser, pages["vanishing"])
                    for name, page in pages.items():
                        if screen == "narrow":
                            test_narrow(browser, page)
                        for step in ("1", "3") if pictures else ():
                            browser.open(page + "#" + step)
                            browser.screenshot(f"{pictures}/{name}-{screen}-{layout}-{step}.png")
                    check(not browser.errors(), f"the console is free of errors: {browser.errors()}")
                finally:
                    browser.close()
    print("the pages work")
    return 0


if __name__ == "__main__":
    sys.exit(main())
