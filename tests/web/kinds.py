"""Every kind of page that the served excerpt has, by one address each: for those who look at all of them."""

import re
from collections.abc import Iterable
from typing import Any

import httpx

from web.looking import sitemap

# What is no document of a kind of thing; those are found in the sitemap.
PAGES = [
    *(
        "",
        "accessibility",
        "analysis",
        "catalog",
        "changes",
        "compare",
        "conflicts",
        "data",
        "explore",
        "graph/",
        "queries",
        "releases",
        "sparql",
    ),
    *("def/", "def/City", "dataset/interurban", "graph/modena-networks", "unresolved", "doc/city/nowhere"),
    *(
        "search?q=modina",
        "country/",
        "doc/city/?country=ITA&sort=name",
        "doc/network/",
        "queries/city-networks",
        "queries/coverage",
        "doc/city/it-modena?at=2020-01-01",
        "compare?a=it-modena&b=san",
        "compare/it-modena/be-ghent",
    ),
    *("reconcile/preview?id=city/it-modena", "cite?of=/doc/city/it-modena"),
]


def every(client: httpx.Client) -> list[str]:
    """Return the addresses."""
    found = (
        ("/country/", r"country/\w+"),
        ("/unresolved", r"unresolved/\w+"),
        ("/releases", r"releases/\w+"),
        ("/changes", r"changes/\w+/snapshot/1"),
    )
    pages = [*(f"{client.base_url}{page}" for page in PAGES), *one_of_each(client)]
    return pages + [linked(client, page, pattern) for page, pattern in found]


def one_of_each(client: httpx.Client) -> list[str]:
    """Return the address of a document of each kind; their lists are all made alike."""
    found: dict[str, str] = {}
    for address in sorted(sitemap(client)):
        if kind := re.search(r"/doc/\w+/(?=.)", address):
            found.setdefault(kind[0], address)
    return list(found.values())


def missed(client: httpx.Client, pages: Iterable[str]) -> set[str]:
    """Return the kinds of pages that there are and none of `pages` is of; what ends in an extension is one again."""
    routes: dict[str, Any] = client.get("/openapi.json").json()["paths"]
    kinds = {
        path
        for path, known in routes.items()
        if "text/html" in known.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    }
    paths = [httpx.URL(page).path for page in pages]
    kinds -= {"/doc/{name}"} | {kind for kind in kinds if "{extension}" in kind}
    patterns = {kind: re.sub(r"\\\{.+?\\\}", "[^/]+", re.escape(kind)) for kind in kinds}
    return {kind for kind, pattern in patterns.items() if not any(re.fullmatch(pattern, path) for path in paths)}


def linked(client: httpx.Client, page: str, pattern: str) -> str:
    """Return the first address on a page that fits."""
    path = re.findall(f'href="/({pattern})["?]', client.get(page, headers={"accept": "text/html"}).text)[0]
    return f"{client.base_url}{path}"
