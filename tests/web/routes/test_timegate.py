"""Memento (RFC 7089) over HTTP: with a client of its own, and header by header."""

import re
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from memento_client import MementoClient

from web.chain import DAYS, Chain, chain, client_of, fixtures
from web.pages.test_pages import page

TIMES = [datetime.fromisoformat(f"{day}T00:00:00Z") for day in DAYS]
LINK = re.compile(r'<([^>]*)>((?:; \w+="[^"]*")*)')


made, client = fixtures(3)


def links(text: str) -> dict[str, list[dict[str, str]]]:
    """Return the links of a header or a map by relation."""
    found: dict[str, list[dict[str, str]]] = {}
    for address, attributes in LINK.findall(text):
        about = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        for relation in about["rel"].split():
            found.setdefault(relation, []).append({"address": address} | about)
    return found


def at(time: datetime) -> dict[str, str]:
    return {"accept-datetime": format_datetime(time, usegmt=True)}


@pytest.mark.parametrize(
    "path", ["doc/network/rivers", "id/network/rivers", "def/City", "doc/city/", "doc/city.ttl", ""]
)
def test_a_memento_client_finds_what_was_when(client: httpx.Client, made: Chain, path: str) -> None:
    for time, expected in [
        (TIMES[0] - timedelta(days=400), 0),
        (TIMES[0], 0),
        (TIMES[1] - timedelta(seconds=1), 0),
        (TIMES[1], 1),
        (TIMES[2] + timedelta(days=400), 2),
    ]:
        found = MementoClient().get_memento_info(made.base + path, time.replace(tzinfo=None))
        document = path.replace("id/", "doc/")
        addresses = [f"{made.base}releases/{version}/{document}" for version in made.versions]
        closest = found["mementos"]["closest"]
        assert closest["uri"] == [addresses[expected]]
        assert (closest["http_status_code"], closest["datetime"]) == (200, TIMES[expected].replace(tzinfo=None))
        assert found["original_uri"] == made.base + document
        for name, place in {"first": 0, "last": 2, "prev": expected - 1, "next": expected + 1}.items():
            if 0 <= place <= 2:
                there = found["mementos"][name]
                assert (there["uri"], there["datetime"]) == ([addresses[place]], TIMES[place].replace(tzinfo=None))
            else:
                assert name not in found["mementos"]


def test_the_gate_counts_from_the_instant_and_never_leads_to_where_nothing_was(
    client: httpx.Client, made: Chain
) -> None:
    """The pledge was in the first release and is in the third."""
    first, _, third = (f"{made.base}releases/{version}/doc/pledge/fonte-water" for version in made.versions)
    for address in ("doc/pledge/fonte-water", f"{made.base}doc/pledge/fonte-water"):
        for time, expected in ((TIMES[0], first), (TIMES[1], first), (TIMES[2], third), (None, third)):
            answer = client.get(f"/timegate/{address}", headers=at(time) if time else {})
            assert (answer.status_code, answer.headers["location"]) == (302, expected)
            assert answer.headers["vary"] == "accept-datetime"
            assert "memento-datetime" not in answer.headers
            told = links(answer.headers["link"])
            assert [link["address"] for link in told["original"]] == [f"{made.base}doc/pledge/fonte-water"]
            assert {link["address"] for link in told["memento"]} == {first, third}
    bridges = client.get("/timegate/doc/network/bridges", headers=at(TIMES[2]))
    assert bridges.headers["location"].split("/")[4] == made.versions[1]


def test_a_document_names_its_gate_and_a_memento_its_time(client: httpx.Client, made: Chain) -> None:
    original = f"{made.base}doc/network/rivers"
    about = {
        "original": original,
        "timegate": f"{made.base}timegate/{original}",
        "timemap": f"{made.base}timemap/{original}",
    }
    for method in ("GET", "HEAD"):
        now = client.request(method, "/doc/network/rivers")
        assert {name: links(now.headers["link"])[name][0]["address"] for name in about} == about
        assert "memento-datetime" not in now.headers
        assert "accept-datetime" not in now.headers["vary"].lower()
        for number, version in enumerate(made.versions):
            then = client.request(method, f"/releases/{version}/doc/network/rivers")
            assert parsedate_to_datetime(then.headers["memento-datetime"]) == TIMES[number]
            assert {name: links(then.headers["link"])[name][0]["address"] for name in about} == about
            same = client.request(
                method, f"/releases/{version}/doc/network/rivers", headers={"if-none-match": then.headers["etag"]}
            )
            assert (same.status_code, same.headers["memento-datetime"]) == (304, then.headers["memento-datetime"])
    with_query = links(client.get("/doc/city/it-fonte?at=2019-05-01").headers["link"])["timegate"][0]["address"]
    assert client.get(with_query).headers["location"].endswith(f"{made.versions[2]}/doc/city/it-fonte?at=2019-05-01")
    assert "original" not in links(client.get("/queries").headers["link"])
    assert "memento-datetime" not in client.get(f"/releases/{made.versions[0]}/doc/network/nothing").headers
    assert "Memento-Datetime" in now.headers["access-control-expose-headers"]


def test_nobody_writes_links_by_what_they_ask_for(client: httpx.Client, made: Chain) -> None:
    connection = HTTPConnection("127.0.0.1", made.port, timeout=20)
    connection.request("GET", '/doc/network/rivers?x=>;rel="evil",<y')  # as no client writes it that knows better
    header = connection.getresponse().headers["link"]
    connection.close()
    assert client.get("/health").status_code == 200
    assert links(header)["timegate"]
    assert "evil" not in links(header)
    assert '"evil"' not in header


def test_a_map_lists_every_memento(client: httpx.Client, made: Chain) -> None:
    answer = client.get(f"/timemap/{made.base}doc/pledge/fonte-water")
    assert answer.headers["content-type"] == "application/link-format"
    told = links(answer.text)
    assert [parsedate_to_datetime(link["datetime"]) for link in told["memento"]] == [TIMES[0], TIMES[2]]
    assert [client.get(link["address"]).status_code for link in told["memento"]] == [200, 200]
    assert told["self"][0]["address"] == str(answer.url)
    assert parsedate_to_datetime(told["self"][0]["until"]) == TIMES[2]
    assert client.get(str(answer.url), headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_a_memento_says_which_release_it_is_and_stays_in_it(client: httpx.Client, made: Chain) -> None:
    old = made.versions[0]
    shown = page(client, f"/releases/{old}/doc/network/rivers")
    assert f"release {old} of 19 November 2026" in shown.text
    assert "River Cities" in shown.text
    assert "/doc/network/rivers" in shown.links
    assert f"/releases/{old}/doc/city/de-monach" in shown.links
    assert f"release {old} del 19 novembre 2026" in page(client, f"/releases/{old}/doc/network/rivers", "it").text
    gone = page(client, f"/releases/{made.versions[1]}/doc/network/bridges.html")
    assert "It is not in the current release" in gone.text
    assert "/doc/network/bridges.html" not in gone.links
    assert "of 21 November 2026" not in page(client, "/doc/network/rivers").text


@pytest.mark.parametrize(
    ("address", "accept_datetime", "status"),
    [
        ("doc/network/rivers", "yesterday", 400),
        ("doc/network/rivers", "2026-11-22T00:00:00Z", 400),
        ("doc/network/rivers", "Sun, 22 Nov 2026 00:00:00 +0100", 400),
        ("doc/network/rivers", "Sun, 99 Nov 2026 00:00:00 GMT", 400),
        ("doc/network/rivers", "", 400),
        ("doc/network/nothing", None, 404),
        ("doc/nothing/", None, 404),
        ("sparql", None, 404),
        ("graph", None, 404),
        ("https://elsewhere.example/doc/network/rivers", None, 404),
        ("releases/x/doc/network/rivers", None, 404),
    ],
)
def test_what_cannot_be_answered_is_told(
    client: httpx.Client, address: str, accept_datetime: str | None, status: int
) -> None:
    headers = {} if accept_datetime is None else {"accept-datetime": accept_datetime}
    answer = client.get(f"/timegate/{address}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_written_as_it_is_in_other_scripts(client: httpx.Client, made: Chain) -> None:
    for path in ("doc/city/fr-%C3%A9cole", "doc/city/nl-a.ttl", "doc/city/nl-a.ttl.ttl"):
        location = client.get(f"/timegate/{path}").headers["location"]
        assert location == f"{made.base}releases/{made.versions[2]}/{path}"
        assert client.get(location).status_code == 200


def test_releases_that_are_no_longer_served_have_no_mementos(tmp_path: Path) -> None:
    made = chain(tmp_path / "releases", 3)
    with client_of(made, "--served-releases", 2) as client:
        told = links(client.get("/timemap/doc/network/rivers").text)
        assert [link["address"].split("/")[4] for link in told["memento"]] == made.versions[1:]
        assert client.get(f"/releases/{made.versions[0]}/doc/network/rivers").status_code == 404
