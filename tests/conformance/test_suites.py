"""The W3C's SPARQL suites, asked of a served endpoint test by test; and where the engine differs, as the guide says."""

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib

from conformance import results
from conformance.suite import FOLDER, Case, address, cases, make_release
from serving import free_port, serving

CASES = cases()
BY_NAME = {case.name: case for case in CASES}
CAUSES = tomllib.loads(Path(__file__).with_name("deviations.toml").read_text(encoding="utf-8"))["cause"]
DEVIATIONS = {entry: cause["name"] for cause in CAUSES for entry in cause["entries"]}
ONLY_FORM = [entry for cause in CAUSES for entry in cause["entries"] if cause.get("only_form")]
GUIDE = (Path(__file__).parents[2] / "docs/endpoint.md").read_text(encoding="utf-8")
JSON, XML, TSV, CSV = (results.FORMATS[suffix] for suffix in (".srj", ".srx", ".tsv", ".csv"))


def parameters(kind: str) -> dict[str, Any]:
    """Return the tests of a kind for pytest; those in which the engine differs have to fail."""
    chosen = [case for case in CASES if ("Syntax" in case.kind) == (kind == "syntax")]
    marks = {
        name: [pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True)]
        for name, reason in DEVIATIONS.items()
    }
    return {
        "argnames": "case",
        "argvalues": [pytest.param(case, id=case.name, marks=marks.get(case.name, [])) for case in chosen],
    }


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that has the suites' data."""
    releases, port = tmp_path_factory.mktemp("suites") / "releases", free_port()
    make_release(releases, port)
    with (
        serving(releases, "--web-processes", 1, port=port) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def terms_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep rdflib from making "1" of "01"."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def ask(endpoint: httpx.Client, case: Case, accept: str) -> bytes:
    """Return the answer to the query of a test about its data."""
    asked: dict[str, str | list[str]] = {"query": f"BASE <{address(case.query)}>\n{case.text}"}
    if not re.search(r"\bFROM\b", case.text):  # which the protocol's dataset would override
        asked |= {"default-graph-uri": list(case.data), "named-graph-uri": list(case.graph_data)}
    response = endpoint.post("/sparql", data=asked, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] == accept
    return response.content


def answers(endpoint: httpx.Client, case: Case, expected: results.Answer) -> Iterator[results.Answer]:
    """Yield the answer in every format that can say all of it, or in the one that the test is about."""
    if isinstance(expected, rdflib.Graph):
        for media_type in ("text/turtle", "application/rdf+xml"):
            yield rdflib.Graph().parse(data=ask(endpoint, case, media_type), format=media_type)
        return
    media_types = [JSON, XML] if isinstance(expected, bool) else [JSON, XML, TSV]
    for media_type in [CSV] if case.kind == "CSVResultFormatTest" else media_types:
        yield results.read(ask(endpoint, case, media_type), media_type)


def columns(answer: results.Answer) -> list[str]:
    assert isinstance(answer, results.Solutions)
    return answer.columns


def expected_of(case: Case) -> results.Answer:
    assert case.result
    return results.expected(case.result, address(case.result), case.text)


@pytest.mark.parametrize(**parameters("evaluation"))
def test_evaluation(endpoint: httpx.Client, case: Case) -> None:
    expected = expected_of(case)
    for found in answers(endpoint, case, expected):
        assert results.same(found, expected, case.lax), (found, expected)
        if "csv-tsv-res" in case.name:  # in these formats a column is known by its place
            assert columns(found) == columns(expected)


@pytest.mark.parametrize("name", ONLY_FORM)
def test_only_the_form_of_values_differs(endpoint: httpx.Client, name: str) -> None:
    if name not in BY_NAME:
        pytest.skip(f"{FOLDER} is not on this machine")
    case = BY_NAME[name]
    expected = expected_of(case)
    for found in answers(endpoint, case, expected):
        assert results.same(found, expected, case.lax, results.value), (found, expected)


@pytest.mark.parametrize("case", [c for c in CASES if c.kind == "QueryEvaluationTest"], ids=lambda case: case.name)
def test_csv_says_what_json_says(endpoint: httpx.Client, case: Case) -> None:
    if not isinstance(expected_of(case), results.Solutions) or re.search(r"\b(RAND|UUID|STRUUID|NOW)\(", case.text):
        return
    in_json = results.read(ask(endpoint, case, JSON), JSON)
    in_csv = results.read(ask(endpoint, case, CSV), CSV)
    assert isinstance(in_json, results.Solutions)
    assert columns(in_csv) == columns(in_json)
    assert results.same(in_csv, results.as_csv(in_json))


@pytest.mark.parametrize(**parameters("syntax"))
def test_syntax(endpoint: httpx.Client, case: Case) -> None:
    response = endpoint.post(
        "/sparql", content=case.query.read_bytes(), headers={"Content-Type": "application/sparql-query"}
    )
    if case.kind.startswith("Positive"):
        assert response.status_code == 200, response.text
    else:
        assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")


def test_the_suites_are_here() -> None:
    if not CASES and os.environ.get("CI") != "true":
        pytest.skip(f"{FOLDER} is not on this machine")
    assert len(BY_NAME) == len(CASES) == 814
    assert DEVIATIONS.keys() <= BY_NAME.keys()


@pytest.mark.parametrize("cause", [cause["name"] for cause in CAUSES])
def test_the_guide_names_what_differs(cause: str) -> None:
    assert f"| {cause} |" in GUIDE.partition("\n## Where the engine differs\n")[2].partition("\n## ")[0]


def test_the_guide_has_the_scores() -> None:
    if not CASES:
        pytest.skip(f"{FOLDER} is not on this machine")
    every = Counter(case.suite for case in CASES)
    differing = Counter(BY_NAME[name].suite for name in DEVIATIONS)
    in_form = Counter(BY_NAME[name].suite for name in ONLY_FORM)
    for suite, count in every.items():
        passed = count - differing[suite]
        assert f"| {suite} | {count} | {passed} | {passed + in_form[suite]} |" in GUIDE
