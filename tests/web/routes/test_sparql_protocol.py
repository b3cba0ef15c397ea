"""The W3C's tests of the SPARQL 1.1 Protocol, as far as they concern an endpoint that only reads."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from serving import free_port, publish_quads, serving

SUITE = Path(__file__).parents[4] / "shared/conformance/sparql11-protocol"  # beside the checkout
RESULTS = {"application/sparql-results+json", "application/sparql-results+xml"}
TABULAR = RESULTS | {"text/csv", "text/tab-separated-values"}
RDF = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}
FORMATS = {"boolean": RESULTS, "tabular": TABULAR, "RDF": RDF, None: TABULAR | RDF}
TESTS = json.loads((SUITE / "protocol-tests.json").read_text())["tests"] if SUITE.exists() else []


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that holds the suite's data as named graphs."""
    quads = []
    for file in sorted(SUITE.glob("data*.nt")):
        graph = ox.NamedNode(f"http://kasei.us/2009/09/sparql/data/{file.stem}.rdf")
        parsed = ox.parse(path=file, format=ox.RdfFormat.N_TRIPLES)
        quads += [ox.Quad(q.subject, q.predicate, q.object, graph) for q in parsed]
    port = free_port()
    releases = tmp_path_factory.mktemp("suite") / "releases"
    publish_quads(releases, port, quads)
    with serving(releases, port=port) as served, httpx.Client(base_url=served.address, timeout=20) as client:
        yield client


def test_the_suite_is_here() -> None:
    if not TESTS and os.environ.get("CI") != "true":
        pytest.skip(f"{SUITE} is not on this machine")
    assert sum(test["applies_read_only"] == "yes" for test in TESTS) == 20


@pytest.mark.parametrize("case", TESTS, ids=[test["id"] for test in TESTS])
def test_protocol(endpoint: httpx.Client, case: dict[str, Any]) -> None:
    for asked in case["requests"]:
        path = asked["path"].replace("/sparql/", "/sparql", 1)
        body = (asked["body"] or "").encode(asked["encoding"] or "utf-8")
        answer = endpoint.request(asked["method"], path, headers=asked["headers"], content=body)
        expected = asked["expect"]
        is_update = case["id"].startswith("update_") and "query" not in asked["headers"].get("content-type", "")
        if case["applies_read_only"] != "yes" and (is_update or expected["status"] == ["4xx"]):
            assert 400 <= answer.status_code < 500  # this endpoint refuses every update
            continue
        if case["applies_read_only"] == "no":
            continue  # asks for what an update would have changed
        assert answer.is_client_error == (expected["status"] == ["4xx"]), answer.text
        if answer.is_success:
            assert answer.headers["content-type"].partition(";")[0] in FORMATS[expected.get("format")]
            if "boolean" in expected:
                assert answer.json()["boolean"] is expected["boolean"]
