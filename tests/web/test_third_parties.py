"""No page asks anybody but us for anything, keeps anything in the browser, or runs into its own policy."""

from collections.abc import Iterator

import httpx
import pytest

from browser import Browser, browsing
from serving import Served
from web.kinds import every


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as found:
        yield found


def test_every_kind_of_page_asks_us_alone(browser: Browser, served: Served, real: httpx.Client) -> None:
    pages = [f"{served.address}{page.removeprefix(str(real.base_url)).lstrip('/')}" for page in every(real)]
    assert len(pages) > 40
    found: dict[str, object] = {}
    for page in pages:
        browser.open(page)
        asked = browser.requests()
        assert page.split("?")[0] in {address.split("?")[0] for address in asked}  # or nothing would have been seen
        elsewhere = [address for address in asked if not address.startswith(served.address)]
        if elsewhere or browser.chrome.get_cookies():
            found[page] = elsewhere or "it keeps cookies"
    assert found == {}
