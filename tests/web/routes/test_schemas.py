"""JSON Schemas and OpenAPI: what they say of documents and answers is so, and what they do not allow is refused."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from interurban import resources
from interurban.questions import read_questions

KINDS = ["city", "government", "network", "membership", "person", "holding", "document", "event", "graph", "programme"]
QUESTIONS = read_questions(resources.room("queries"))
Json = dict[str, Any]


@pytest.fixture(scope="module")
def described(real: httpx.Client) -> Json:
    found: Json = real.get("/openapi.json").json()
    return found


def validator(schema: Json) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def in_description(described: Json, schema: Json) -> Draft202012Validator:
    """Return what holds values against a schema that stands in the description."""
    return validator(schema | {"components": described["components"]})


def documents(client: httpx.Client, kind: str) -> Iterator[httpx.Response]:
    stem = "/graph" if kind == "graph" else f"/doc/{kind}"
    for thing in client.get(f"{stem}.jsonld").json()["@graph"]:
        path = httpx.URL(thing["@id"]).path.replace("/id/", "/doc/", 1)
        yield client.get(path, headers={"Accept": "application/json"})


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_of_a_kind_is_as_its_schema_says(real: httpx.Client, kind: str) -> None:
    answer = real.get(f"/schema/{kind}.json")
    assert answer.headers["content-type"] == "application/schema+json"
    schema = answer.json()
    assert schema["$id"].endswith(f"/schema/{kind}.json")
    holds = validator(schema)
    seen = 0
    for document in documents(real, kind):
        seen += 1
        assert f'</schema/{kind}.json>; rel="describedby"; type="application/schema+json"' in document.headers["link"]
        errors = [f"{error.json_path}: {error.message}" for error in holds.iter_errors(document.json())]
        assert not errors, (document.url, errors[:3])
    assert seen > 1


def test_a_schema_notices_what_is_otherwise(real: httpx.Client) -> None:
    document = real.get("/doc/membership/it-modena--climate-alliance.jsonld").json()
    holds = validator(real.get("/schema/membership.json").json())
    assert holds.is_valid(document)

    changes: list[Json] = [
        {"member": document["member"][0]},  # a property is an array
        {"member": []},
        {"member": document["member"] * 2},
        {"member": ["http://example.org/"]},  # a thing is an object
        {"label": {"en": ["Modena"]}},
        {"startYear": [2002]},
        {"startEarliest": ["2002"]},
        {"start": "2002-01-01"},
        {"@type": ["City"]},
        {"@id": "http://example.org/id/city/it-modena"},
        {"unheard": "plain"},
    ]
    for change in changes:
        assert not holds.is_valid(document | change), change
    for name in ("member", "organization", "role", "@type", "@id"):
        assert not holds.is_valid({key: value for key, value in document.items() if key != name}), name


def test_kinds_without_schema_are_told_of(real: httpx.Client) -> None:
    problem = real.get("/schema/castle.json", headers={"Accept-Language": "it"})
    assert (problem.status_code, "ci sono: application, change, city" in problem.json()["detail"]) == (404, True)


def test_a_release_without_shapes_has_no_schemas(client: httpx.Client) -> None:
    assert client.get("/schema/city.json").status_code == 404
    assert "/schema/" not in client.get("/doc/city/it-fonte.jsonld").headers["link"]
    assert client.get("/openapi.json").status_code == 200


@pytest.mark.parametrize("kind", ["city", "graph"])
def test_the_description_knows_the_documents_of_each_kind(real: httpx.Client, described: Json, kind: str) -> None:
    stem = "/graph" if kind == "graph" else f"/doc/{kind}"
    slug = "it-modena" if kind == "city" else "iuc-pairings"
    for path in (stem + ".jsonld", stem + "/{slug}.jsonld"):
        content = described["paths"][path]["get"]["responses"]["200"]["content"]
        holds = in_description(described, content["application/ld+json"]["schema"])
        document = real.get(path.replace("{slug}", slug)).json()
        assert holds.is_valid(document)
        assert not holds.is_valid({key: value for key, value in document.items() if key != "@context"})


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_description_knows_the_answer_of_each_question(real: httpx.Client, described: Json, name: str) -> None:
    content = described["paths"][f"/queries/{name}.{{format}}"]["get"]["responses"]["200"]["content"]
    schema = content["application/sparql-results+json"]["schema"]
    holds = in_description(described, schema)
    speaks = "lang" in {parameter.name for parameter in QUESTIONS[name].parameters}
    for parameters in ({"lang": "en"}, {"lang": "it"}) if speaks else ({},):
        answer = real.get(f"/queries/{name}.json", params=parameters)
        errors = [f"{error.json_path}: {error.message}" for error in holds.iter_errors(answer.json())]
        assert not errors, errors[:3]
    assert set(QUESTIONS[name].types) == set(QUESTIONS[name].columns)


def test_the_description_says_where_the_server_is_and_what_to_send(real: httpx.Client, described: Json) -> None:
    (server,) = described["servers"]
    assert f"{server['url']}/" == str(real.base_url)
    assert described["paths"]["/sparql"]["post"]["requestBody"]["content"].keys() == {
        "application/sparql-query",
        "application/x-www-form-urlencoded",
    }
    assert {p["name"] for p in described["paths"]["/sparql"]["get"]["parameters"]} >= {"query", "default-graph-uri"}
    names = re.findall(r'"#/components/schemas/(\w+)"', real.get("/openapi.json").text)
    assert set(names) <= described["components"]["schemas"].keys()


VALUES = {"extension": "ttl", "kind": "city", "slug": "it-modena", "name": "City", "number": "1"}


def requests(described: Json) -> Iterator[tuple[str, Json]]:
    """Yield each parameter of which the description allows few values, with a path that is otherwise right."""
    for path, methods in described["paths"].items():
        if path.startswith(("/timegate", "/timemap", "/static")) or "get" not in methods:
            continue
        for parameter in methods["get"]["parameters"]:
            if parameter["schema"].keys() & {"enum", "pattern", "format", "minimum"}:
                yield path, parameter


def test_what_the_description_does_not_allow_is_refused(real: httpx.Client, described: Json) -> None:
    asked = 0
    for path, parameter in requests(described):
        wrong = "no such/?thing" if parameter["in"] == "path" else "nonsense"
        values = VALUES | {"name": "city-networks", "format": "csv"}
        where, query = path, {}
        if parameter["in"] == "path":
            values = values | {parameter["name"]: wrong.replace("/?", "%2F%3F")}
        else:
            query = {parameter["name"]: wrong}
        for name in re.findall(r"{(\w+)}", path):
            where = where.replace(f"{{{name}}}", values.get(name, "0" * 12))
        if path == "/graph":
            query |= {"default": ""}
        if path == "/sparql":
            query = {"query": "ASK {}", parameter["name"]: wrong}
            if parameter["name"].endswith("-uri"):
                continue  # any IRI names a graph, which may be empty
        answer = real.get(where, params=query)
        assert 400 <= answer.status_code < 500, (path, parameter["name"], answer.url, answer.status_code)
        asked += 1
    assert asked > 60
