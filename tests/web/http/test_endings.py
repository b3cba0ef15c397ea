"""How answers of /sparql end: whole, broken off or not at all; and what is known afterwards without asking again."""

import socket
from collections import deque
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from serving import serving
from web.routes.test_sparql import CITIES, GRAPH
from web.world import World

# millions of rows, which begin to come at once and would go on for minutes
FLOOD = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# not one row before the end
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (STR(?a) < STR(?l)) }"


@pytest.fixture(scope="module")
def brief(world: World) -> Iterator[httpx.Client]:
    """A client of a server whose queries end soon."""
    with (
        serving(world.releases, "--query-seconds", 1, "--web-processes", 1) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client


def test_a_query_without_end_is_ended(brief: httpx.Client) -> None:
    answer = brief.get("/sparql", params={"query": SLOW})
    assert (answer.status_code, answer.headers["content-type"]) == (504, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert brief.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "text/tab-separated-values"])
def test_an_answer_that_is_broken_off_never_looks_complete(brief: httpx.Client, accept: str) -> None:
    with brief.stream("GET", "/sparql", params={"query": FLOOD}, headers={"Accept": accept}) as answer:
        assert answer.status_code == 200
        chunks = answer.iter_raw()
        assert next(chunks)
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            deque(chunks)


def test_what_its_format_cannot_hold_breaks_an_answer_off(client: httpx.Client) -> None:
    query = 'SELECT * { { ?a ?b ?c . ?d ?e ?f } UNION { BIND("\\u0001" AS ?a) } } ORDER BY ?a'
    with client.stream("GET", "/sparql", params={"query": query, "format": "xml"}) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            deque(answer.iter_raw())


def test_on_the_wire_a_broken_answer_lacks_its_last_chunk(brief: httpx.Client) -> None:
    def ask(query: str, version: str) -> bytes:
        request = f"GET /sparql?query={quote(query)} HTTP/{version}\r\nHost: x\r\nConnection: close\r\n\r\n"
        with socket.create_connection((brief.base_url.host, brief.base_url.port or 80)) as connection:
            connection.sendall(request.encode())
            end = b""
            beginning = connection.recv(65_536)
            while data := connection.recv(65_536):
                end = (end + data)[-200:]
        return beginning[:20] + end if end else beginning

    whole, broken = ask("SELECT * WHERE { ?a ?b ?c }", "1.1"), ask(FLOOD, "1.1")
    assert whole.startswith(b"HTTP/1.1 200")
    assert whole.endswith(b"0\r\n\r\n")
    assert broken.startswith(b"HTTP/1.1 200")
    assert not broken.endswith(b"0\r\n\r\n")
    # HTTP/1.0 has no chunks, so nothing is sent before all of it is there
    assert ask(SLOW, "1.0").startswith(b"HTTP/1.1 504")
    assert ask(FLOOD, "1.0").startswith((b"HTTP/1.1 503", b"HTTP/1.1 504"))  # whichever limit comes first
    assert ask("ASK {}", "1.0").startswith(b"HTTP/1.1 200")


@pytest.fixture(scope="module")
def narrow(world: World) -> Iterator[httpx.Client]:
    """A client of a server with one query worker, which nothing but the asker's leaving ends in time."""
    limits = ("--query-workers", 1, "--query-seconds", 120, "--short-seconds", 120, "--queue-seconds", 1)
    options = (*limits, "--web-processes", 1)
    with serving(world.releases, *options) as served, httpx.Client(base_url=served.address, timeout=20) as client:
        yield client


def test_without_a_free_worker_one_is_asked_to_come_again(narrow: httpx.Client) -> None:
    with narrow.stream("GET", "/sparql", params={"query": FLOOD}) as flood:
        assert flood.status_code == 200
        refused = narrow.get("/sparql", params={"query": "ASK { # refused\n}"})
        assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
        assert int(refused.headers["retry-after"]) >= 1
    assert narrow.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_who_wants_the_head_only_does_not_wait_for_the_rest(narrow: httpx.Client) -> None:
    head = narrow.head("/sparql", params={"query": FLOOD})
    assert (head.status_code, head.headers["content-type"]) == (200, "application/sparql-results+json")
    assert narrow.get("/sparql", params={"query": "ASK { # after a head\n}"}).status_code == 200


def test_an_asker_who_leaves_frees_the_worker(narrow: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        narrow.get("/sparql", params={"query": SLOW}, timeout=0.5)
    assert narrow.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_one_address_has_only_a_share(world: World) -> None:
    limits = ("--client-queries", 1, "--query-seconds", 120, "--short-seconds", 120)
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with (
        serving(world.releases, *limits) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
        httpx.Client(base_url=served.address, timeout=20, transport=elsewhere) as another,
        client.stream("GET", "/sparql", params={"query": FLOOD}),
    ):
        refused = client.get("/sparql", params={"query": "ASK {}"})
        assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
        assert int(refused.headers["retry-after"]) >= 1
        assert client.get("/health").status_code == 200
        assert another.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_what_has_been_answered_once_needs_no_worker_again(narrow: httpx.Client) -> None:
    first = narrow.get("/sparql", params={"query": CITIES})
    posted = narrow.post("/sparql", data={"query": GRAPH})
    with narrow.stream("GET", "/sparql", params={"query": FLOOD}) as flood:
        assert flood.status_code == 200
        again = narrow.get("/sparql", params={"query": CITIES})
        assert (again.status_code, again.content) == (200, first.content)
        for name in ("etag", "vary", "cache-control", "content-type"):
            assert again.headers[name] == first.headers[name]
        known = narrow.get("/sparql", params={"query": CITIES}, headers={"If-None-Match": first.headers["etag"]})
        assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", first.headers["etag"])
        assert narrow.post("/sparql", data={"query": GRAPH}).content == posted.content
        for another in ("ASK { # nobody has asked this\n}", CITIES + "#"):
            assert narrow.get("/sparql", params={"query": another}).status_code == 503
        assert narrow.get("/sparql", params={"query": CITIES, "format": "csv"}).status_code == 503


def test_a_tag_stands_for_query_dataset_format_and_release(
    client: httpx.Client, hostile: httpx.Client, world: World
) -> None:
    asked = [
        {"query": CITIES},
        {"query": CITIES + " "},
        {"query": CITIES, "format": "csv"},
        {"query": CITIES, "default-graph-uri": world.base + "graph/register"},
        {"query": CITIES, "named-graph-uri": world.base + "graph/register"},
    ]
    tags = [client.get("/sparql", params=parameters).headers["etag"] for parameters in asked]
    tags.append(hostile.get("/sparql", params={"query": CITIES}).headers["etag"])
    assert len(set(tags)) == len(tags)
    assert client.get("/sparql", params={"query": CITIES}).headers["etag"] == tags[0]
    assert not any(tag.startswith("W/") for tag in tags)
    for parameters, tag in zip(asked, tags, strict=False):
        told = client.get("/sparql", params=parameters, headers={"If-None-Match": f'"other", {tag}'})
        assert (told.status_code, told.headers["vary"]) == (304, "Accept")
        assert told.headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize(
    "query", ["SELECT (UUID() AS ?x) {}", "SELECT (RAND() AS ?x) {}", "CONSTRUCT { [] a ?o } { ?s a ?o }"]
)
def test_what_answers_anew_each_time_is_not_kept(client: httpx.Client, query: str) -> None:
    answers = [client.get("/sparql", params={"query": query}) for _ in range(2)]
    assert answers[0].content != answers[1].content
    assert all(answer.status_code == 200 and "etag" not in answer.headers for answer in answers)


def test_an_answer_that_was_broken_off_or_refused_is_not_kept(brief: httpx.Client) -> None:
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            brief.get("/sparql", params={"query": FLOOD})
        assert brief.get("/sparql", params={"query": SLOW}).status_code == 504
        assert brief.get("/sparql", params={"query": "SELECT"}, headers={"If-None-Match": "*"}).status_code == 400
