"""The guide for those who use the addresses names every one of them, and no other."""

import re

import httpx

from interurban import resources

GUIDE = (resources.room("data").parent / "docs/using.md").read_text(encoding="utf-8")


def test_the_guide_names_every_address(client: httpx.Client) -> None:
    addresses = client.get("/openapi.json").json()["paths"].keys()
    assert set(re.findall(r"^\| `(/[^`]*)` \|", GUIDE, re.MULTILINE)) == set(addresses)


def test_what_the_guide_asks_for_is_answered(real: httpx.Client) -> None:
    examples = re.findall(r"http://127\.0\.0\.1:8000(/[^']+)'", GUIDE) + re.findall(
        r"`(/analysis/[^`{]+\?[^`]+)`", GUIDE
    )
    assert len(examples) == 4
    for address in examples:
        assert real.get(address).status_code == 200, address
