"""A real browser for the tests: headless Chromium, which can reach nothing but this machine."""

import json
import os
import shutil
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves this machine
)
_PATIENCE = 15  # seconds until something that should appear is missed


def lacking(what: str) -> None:
    """Skip a test that needs what this machine has not; continuous integration has to have it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def browsing(profile: Path) -> Iterator["Browser"]:
    """Give a browser with a profile of its own, and close it at the end."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        lacking("needs Chromium and its driver (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program or ""
    for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()


class Browser:
    """What a person does with a page, and what can be known about it afterwards."""

    def __init__(self, chrome: Chrome) -> None:
        self.chrome = chrome

    def open(self, address: str) -> None:
        """Open a page as somebody who has not been here before."""
        self.chrome.get("about:blank")
        self.chrome.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
        for log in ("performance", "browser"):
            self._log(log)
        self.chrome.get(address)

    def look(self, width: int, scheme: str = "light", media: str = "") -> None:
        """Look at pages through a window so wide, in light or in dark, on a screen or on paper (print)."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        shown = {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", shown)

    def picture(self) -> bytes:
        """Return the whole page as it is seen, as PNG."""
        taken = self.chrome.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        return b64decode(taken["data"])

    def scripts(self, *, run: bool) -> None:
        """Switch JavaScript on or off for the pages that are opened from now on."""
        self.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not run})

    def find(self, selector: str) -> WebElement:
        """Return the first visible element, as soon as there is one."""
        (found, *_) = WebDriverWait(self.chrome, _PATIENCE).until(lambda _: self.visible(selector), selector)
        return found

    def visible(self, selector: str) -> list[WebElement]:
        """Return the elements that can be seen now."""
        return [e for e in self.chrome.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()]

    def texts(self, selector: str) -> list[str]:
        """Return the texts of what can be seen now."""
        return [element.text for element in self.visible(selector)]

    def wait(self, script: str) -> None:
        """Wait until an expression is true on the page."""
        WebDriverWait(self.chrome, _PATIENCE).until(lambda chrome: chrome.execute_script(f"return {script}"), script)

    def type(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        webdriver.ActionChains(self.chrome).send_keys(*keys).perform()

    def press(self, modifier: str, key: str) -> None:
        """Press a key together with a modifier."""
        webdriver.ActionChains(self.chrome).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def has_focus(self, selector: str) -> bool:
        """Return whether the focus is in an element that fits."""
        return bool(self.chrome.execute_script("return !!document.activeElement.closest(arguments[0])", selector))

    def requests(self) -> list[str]:
        """Return the addresses that the page has asked since it was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        sent = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [address for address in sent if not address.startswith(("data:", "blob:", "chrome:"))]

    def complaints(self) -> list[str]:
        """Return what the browser has complained about since the page was opened: scripts, policy, missing files."""
        return [entry["message"] for entry in self._log("browser")]

    def _log(self, name: str) -> list[dict[str, str]]:
        """Return what a log holds since it was last read."""
        entries: list[dict[str, str]] = self.chrome.get_log(name)  # type: ignore[no-untyped-call]  # it says nothing
        return entries


__all__ = ["Browser", "Keys", "browsing", "lacking"]
