"""What pages cost who reads them: Lighthouse's four marks, bytes, the first byte; clicks and seconds of four ways.

The ways are those of a person with a question, in a browser that does nothing beside: who heads Brescia; who joined
Energy Cities first; with whom Ikoma is paired; which networks Ghent and Modena share. A click is a click or a key that
does one's work (Enter); seconds are the browser's from the first page to the answer, without a person's thinking.
Everything is on this machine, and nothing else is reached.

    python tests/install.py benchmarks/lighthouse
    PYTHONPATH=tests:benchmarks .venv/bin/python benchmarks/pages.py releases/
"""

import argparse
import gzip
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx

from browser import Browser, Keys, browsing
from interurban.release.folder import current
from measuring import machine, percentile, say, table
from serving import serving

LIGHTHOUSE = Path(__file__).parent / "lighthouse/node_modules/lighthouse/cli/index.js"
MARKS = ("performance", "accessibility", "best-practices", "seo")
PAGES = {"home": "", "city": "doc/city/it-modena", "network": "doc/network/eurocities", "question": "queries/networks"}
CHROME = "--headless --no-sandbox --disable-gpu --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'"
SECONDS = 120  # that Lighthouse may take for a page
TIMES = 15  # that a page is asked for its first byte


def marks(address: str) -> list[str]:
    """Return the marks of a page from 0 to 100, as Lighthouse gives them by default: a slow telephone."""
    options = ["--output=json", "--quiet", "--no-enable-error-reporting", f"--chrome-flags={CHROME}"]
    asked = ["node", LIGHTHOUSE, address, *options, f"--only-categories={','.join(MARKS)}"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=SECONDS).stdout
    found = json.loads(told)["categories"]
    return [f"{100 * found[name]['score']:.0f}" for name in MARKS]


def costs(client: httpx.Client, path: str) -> list[str]:
    """Return bytes of a page as they are and packed, and milliseconds to its first byte: made anew, and kept."""
    times, content = [], b""
    for _ in range(TIMES + 1):
        begun = time.perf_counter()
        with client.stream("GET", f"/{path}", headers={"accept": "text/html", "accept-encoding": "identity"}) as answer:
            parts = answer.iter_raw()
            content = next(parts)
            times.append(1000 * (time.perf_counter() - begun))
            content += b"".join(parts)
    size = [f"{len(content):,}", f"{len(gzip.compress(content)):,}"]
    return [*size, f"{times[0]:.1f}", f"{percentile(times[1:], 0.5):.1f}"]


class Way:
    """Somebody on their way through the pages, whose clicks are counted."""

    def __init__(self, browser: Browser, home: str) -> None:
        self.browser, self.clicks = browser, 0
        browser.open(f"{home}?lang=en")

    def search(self, name: str) -> None:
        """Write a name into the search box of a page, and press Enter."""
        self.click("#search")
        self.browser.type(name, Keys.ENTER)
        self.clicks += 1
        self.browser.wait("location.pathname === '/search'")

    def click(self, selector: str) -> None:
        """Click what is first."""
        self.browser.find(selector).click()
        self.clicks += 1

    def read(self, selector: str) -> str:
        """Return what is read there."""
        return self.browser.find(selector).text


def brescia(way: Way) -> str:
    """Who heads Brescia?"""
    way.search("Brescia")
    way.click(".hits a[href^='/doc/city/it-brescia']")
    rows = way.browser.texts("section:has(> h2#section-1) tbody tr td:first-child") or [way.read("main table tbody td")]
    return rows[-1]


def energy(way: Way) -> str:
    """Who joined Energy Cities first?"""
    way.search("Energy Cities")
    way.click(".hits a[href^='/doc/network/energy-cities']")
    way.click("main a[href^='/doc/membership/?network=energy-cities']:not([href*=csv])")
    way.click("thead a[href*='sort=since']")
    way.browser.find("th[aria-sort=ascending]")
    return way.read("tbody tr th")


def ikoma(way: Way) -> str:
    """With whom is Ikoma paired?"""
    way.search("Ikoma")
    way.click(".hits a[href^='/doc/city/jp-ikoma']")
    return way.read("section .figure ~ div tbody td, section a[href^='/doc/pairing/']")


def shared(way: Way) -> str:
    """Which networks do Ghent and Modena share?"""
    way.search("Ghent")
    way.click(".hits a[href^='/doc/city/be-ghent']")
    way.click("main a[href^='/compare?a=be-ghent']")
    way.click("#compare-b")
    way.browser.type("Modena", Keys.ENTER)
    way.clicks += 1
    way.browser.wait("location.pathname === '/compare/be-ghent/it-modena'")
    return ", ".join(way.browser.texts("#part-1 ~ div tbody th, section:has(#part-1) tbody th"))


WAYS: tuple[Callable[[Way], str], ...] = (brescia, energy, ikoma, shared)


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", type=Path)
    release = current(parser.parse_args().releases)
    port = urlsplit(release.base).port
    with (
        serving(release.folder.parent, port=port) as server,
        httpx.Client(base_url=server.address, timeout=60) as client,
        TemporaryDirectory() as profile,
        browsing(Path(profile)) as browser,
    ):
        say(machine() + "\n")
        heads = ("page", "bytes", "packed", "first byte, made ms", "first byte, kept ms")
        say(table(heads, [(name, *costs(client, path)) for name, path in PAGES.items()]) + "\n")
        rows = []
        for way in WAYS:
            begun = time.perf_counter()
            gone = Way(browser, server.address)
            answer = way(gone)
            rows.append((way.__doc__, answer, gone.clicks, f"{time.perf_counter() - begun:.1f}"))
        say(table(("question", "answer", "clicks", "seconds"), rows) + "\n")
        say(table(("page", *MARKS), [(name, *marks(server.address + path)) for name, path in PAGES.items()]))


if __name__ == "__main__":
    main()
