"""/reconcile by the protocol of the Reconciliation Service API 0.2, over the excerpt of the real data."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from web.pages.test_pages import page

SCHEMAS = Path(__file__).parents[4] / "shared/conformance/reconciliation/0.2/schemas"  # beside the checkout
MODENA, ITS_GOVERNMENT = "city/it-modena", "government/it-modena"
Json = dict[str, Any]


def conforms(answer: Any, name: str) -> None:
    """Hold an answer against the schema that the specification has for it, where that is at hand."""
    if not SCHEMAS.exists() and os.environ.get("CI") != "true":
        return  # what else the test says of the answer counts by itself
    every = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    known = [(schema["$id"], Resource.from_contents(schema, DRAFT7)) for schema in every.values()]
    swagger = ("http://swagger.io/v2/schema.json", Resource.from_contents(every["openapi.json"], DRAFT7))
    registry: Registry[Any] = Registry().with_resources([*known, swagger])
    Draft7Validator(every[f"{name}.json"], registry=registry).validate(answer)


def asked(client: httpx.Client, queries: Json, **headers: str) -> Json:
    conforms(queries, "reconciliation-query-batch")
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    conforms(found, "reconciliation-result-batch")
    assert list(found) == list(queries)
    return found


def ids(client: httpx.Client, query: str, **more: Any) -> list[str]:
    return [one["id"] for one in asked(client, {"q": {"query": query, **more}})["q"]["result"]]


def evidence(**known: Any) -> list[Json]:
    return [{"pid": name, "v": value} for name, value in known.items()]


def test_the_service_says_what_it_can_do(real: httpx.Client) -> None:
    manifest = real.get("/reconcile").json()
    conforms(manifest, "manifest")
    assert manifest["versions"] == ["0.2"]
    assert {one["id"] for one in manifest["defaultTypes"]} >= {"City", "LocalGovernment", "CityNetwork", "Person"}
    assert real.get("/reconcile", headers={"Accept-Language": "it"}).json()["name"] != manifest["name"]
    for what, found in manifest["suggest"].items():
        assert httpx.get(found["service_url"] + found["service_path"], params={"prefix": "c"}).json()["result"], what
    proposed = manifest["extend"]["propose_properties"]
    conforms(
        httpx.get(proposed["service_url"] + proposed["service_path"], params={"type": "City"}).json(),
        "data-extension-property-proposal",
    )
    assert real.get(manifest["logo"]).headers["content-type"] == "image/png"


def test_a_name_leads_to_the_city_and_then_to_its_government(real: httpx.Client) -> None:
    city, government = asked(real, {"q": {"query": "modena"}})["q"]["result"][:2]
    assert (city["id"], city["match"], government["id"], government["match"]) == (MODENA, True, ITS_GOVERNMENT, False)
    assert 90 <= city["score"] <= 100
    assert government["score"] < city["score"]
    assert [one["id"] for one in city["type"]] == ["City"]
    assert {one["id"] for one in city["features"]} >= {"name"}


@pytest.mark.parametrize("query", ["Modena", "Comune di Modena", "comune di MODENA", "Municipality of Modena"])
def test_of_a_type_only_that_is_told(real: httpx.Client, query: str) -> None:
    for name in ("LocalGovernment", "Municipality", "https://w3id.org/interurban/def/Municipality"):
        assert ids(real, query, type=name)[0] == ITS_GOVERNMENT
    assert ids(real, query, type=["City"]) == [MODENA]
    assert ids(real, query, type=["City", "Municipality"], type_strict="all") == []
    assert ids(real, query, type=["City", "Municipality"])[:2] in ([MODENA, ITS_GOVERNMENT], [ITS_GOVERNMENT, MODENA])


def test_a_government_is_told_first_by_its_own_name(real: httpx.Client) -> None:
    first = asked(real, {"q": {"query": "Comune di Modena"}})["q"]["result"][0]
    assert (first["id"], first["match"]) == (ITS_GOVERNMENT, True)


def test_the_language_is_the_readers_and_any_language_is_understood(real: httpx.Client) -> None:
    for query in ("Ghent", "gent", "GAND"):
        first = asked(real, {"q": {"query": query}}, **{"Accept-Language": "it"})["q"]["result"][0]
        assert (first["name"], first["type"][0]["name"]) == ("Gand", "Città"), query
    chosen = real.post("/reconcile?lang=it", data={"queries": '{"q": {"query": "Ghent"}}'})
    assert (chosen.json()["q"]["result"][0]["name"], chosen.headers["content-language"]) == ("Gand", "it")


def test_a_batch_is_answered_by_get_as_by_post(real: httpx.Client) -> None:
    batch = {f"q{number}": {"query": name, "limit": 1} for number, name in enumerate(["Modena", "Ghent", "Eurocities"])}
    got = real.get("/reconcile", params={"queries": json.dumps(batch)})
    assert got.json() == asked(real, batch)
    assert got.headers["access-control-allow-origin"] == "*"
    assert real.get("/reconcile", params={"queries": json.dumps(batch)}, headers={
        "If-None-Match": got.headers["etag"]
    }).status_code == 304  # fmt: skip
    many = {str(number): {"query": "Modena"} for number in range(130)}
    assert {found["result"][0]["id"] for found in asked(real, many).values()} == {MODENA}


def test_every_sort_of_thing_is_found(real: httpx.Client) -> None:
    for query, kind, found in (
        ("eurocities", "CityNetwork", "network/eurocities"),
        ("Colau, Ada", "Person", "person/ada-colau-q4779594"),
        ("Colau Ada", "Person", "person/ada-colau-q4779594"),
        ("Italia", "Country", "http://publications.europa.eu/resource/authority/country/ITA"),
        ("Modna", "City", MODENA),
        ("odena", "City", MODENA),
        ("Γάνδη", "City", "city/be-ghent"),
        ("ヘント", "City", "city/be-ghent"),
        ("Newcastle on Tyne", "City", "city/gb-newcastle-upon-tyne"),
    ):
        assert ids(real, query, type=kind)[0] == found, query
    candidates = ["Modena", "eurocities", "Ada Colau", "Italy"]
    manifest = real.get("/reconcile").json()
    for query in candidates:
        (name, *_) = ids(real, query)
        seen = real.get(manifest["view"]["url"].replace("{{id}}", quote(name, safe="")))
        assert seen.status_code == 303, name


def test_what_is_known_beside_the_name_decides(real: httpx.Client) -> None:
    newcastle = {"query": "Newcastle", "type": "City", "limit": 1}
    unknown = asked(real, {"q": newcastle})["q"]["result"]
    for known in (
        evidence(gss="E08000021"),
        evidence(country="United Kingdom", coordinates="54.97,-1.61"),
        evidence(country="GBR", latitude="54.97", longitude=-1.61),
        evidence(country=[{"id": "http://publications.europa.eu/resource/authority/country/GBR", "name": "?"}],
                 coordinates="54.97, -1.61", population=300_000),
    ):  # fmt: skip
        (first,) = asked(real, {"q": {**newcastle, "query": "Newcastle upon Tyne", "properties": known}})["q"]["result"]
        assert (first["id"], first["match"]) == ("city/gb-newcastle-upon-tyne", True), known
    assert not unknown or not unknown[0]["match"]
    assert not any(one["match"] for one in asked(real, {
        "q": {"query": "Modena", "properties": evidence(country="US")}
    })["q"]["result"])  # fmt: skip
    wrong = asked(real, {"q": {"query": "Modena", "properties": evidence(istat="058091")}})["q"]["result"]
    assert [one["match"] for one in wrong if one["id"] == MODENA] in ([], [False])


def test_a_namesake_that_the_graph_has_not_may_be_meant_where_no_country_is_told(real: httpx.Client) -> None:
    """Dover in Delaware is larger than that of Kent; whoever tells the country, or where it lies, knows which it is."""
    dover: Json = {"query": "Dover", "type": "City", "limit": 1}
    near, far = evidence(coordinates="51.13,1.31"), evidence(coordinates="39.16,-75.52")
    told = asked(real, {
        "bare": dover,
        "country": dover | {"properties": evidence(country="GB")},
        "near": dover | {"properties": near},
        "far": dover | {"properties": far},
    })  # fmt: skip
    assert {name: [(one["id"], one["match"]) for one in found["result"]] for name, found in told.items()} == {
        "bare": [("city/gb-dover", False)],
        "country": [("city/gb-dover", True)],
        "near": [("city/gb-dover", True)],
        "far": [("city/gb-dover", False)],
    }


@pytest.mark.parametrize(
    "known",
    [
        {"wikidata": "Q279"},
        {"wikidata": "https://www.wikidata.org/wiki/Q279"},
        {"geonames": 3173331},
        {"istat": "036023"},
        {"belfiore": "f257"},
    ],
)
def test_an_identifier_is_enough(real: httpx.Client, known: Json) -> None:
    (first, *_) = asked(real, {"q": {"properties": evidence(**known), "type": "City"}})["q"]["result"]
    assert (first["id"], first["match"]) == (MODENA, True)


def test_what_a_cell_says_that_cannot_be_read_says_nothing(real: httpx.Client) -> None:
    odd = evidence(country="Atlantis", coordinates="n/a", latitude="north", population="many", wikidata="", colour=3)
    assert ids(real, "Modena", properties=odd)[0] == MODENA


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("not json", "JSON"),
        ("[]", "oggetto"),
        ("[" * 100_000, "JSON"),
        ('{"a": 1}', "«a»"),
        ('{"a": {}}', "né un nome"),
        ('{"a": {"query": ["x"]}}', "«a»"),
        ('{"a": {"query": "x", "type": "Town"}}', "«Town» non esiste; ci sono City"),
        ('{"a": {"query": "x", "limit": 0}}', "limit"),
        ('{"a": {"query": "x", "properties": [{"p": "country"}]}}', "pid"),
        (json.dumps({"a": {"query": "x" * 301}}), "300 caratteri"),
        (json.dumps({str(n): {"query": "x"} for n in range(1_001)}), "1000 richieste"),
    ],
)
def test_what_is_wrong_with_a_batch_is_told(real: httpx.Client, sent: str, told: str) -> None:
    answer = real.post("/reconcile", data={"queries": sent}, headers={"Accept-Language": "it"})
    assert (answer.status_code, told in answer.json()["detail"]) == (400, True), answer.text


def test_what_is_no_form_is_refused(real: httpx.Client) -> None:
    assert real.post("/reconcile", json={"queries": {}}).status_code == 415
    assert real.post("/reconcile", data={"query": "Modena"}).status_code == 400
    assert real.get("/reconcile?queries={}&queries={}").status_code == 400


def test_values_are_fetched(real: httpx.Client) -> None:
    names = ["country", "coordinates", "population", "istat", "wikidata", "geonames", "networks"]
    sent = {"ids": [MODENA, ITS_GOVERNMENT, "city/nowhere"], "properties": [{"id": name} for name in names]}
    conforms(sent, "data-extension-query")
    answer = real.post("/reconcile", data={"extend": json.dumps(sent)}, headers={"Accept-Language": "it"}).json()
    conforms(answer, "data-extension-response")
    assert [one["id"] for one in answer["meta"]] == names
    assert answer["meta"][0]["name"] == "Paese"
    for name in (MODENA, ITS_GOVERNMENT):
        row = answer["rows"][name]
        assert row["country"][0]["name"] == "Italia"
        assert [row[key] for key in ("istat", "wikidata", "geonames")] == [
            [{"str": code}] for code in ("036023", "Q279", "3173331")
        ]
        assert {"id": "network/energy-cities", "name": "Energy Cities"} in row["networks"]
        latitude, longitude = map(float, row["coordinates"][0]["str"].split(","))
        assert (round(latitude), round(longitude)) == (45, 11)
        assert row["population"][0]["int"] > 150_000
    assert not any(answer["rows"]["city/nowhere"].values())
    for wrong in ({"ids": [MODENA]}, {"ids": [MODENA], "properties": [{"id": "colour"}]}):
        assert real.post("/reconcile", data={"extend": json.dumps(wrong)}).status_code == 400


def test_what_begins_so_is_suggested(real: httpx.Client) -> None:
    found = real.get("/reconcile/suggest/entity", params={"prefix": "Mod"}).json()
    conforms(found, "suggest-entities-response")
    assert [one["id"] for one in found["result"]][:2] == [MODENA, ITS_GOVERNMENT]
    governments = real.get("/reconcile/suggest/entity", params={"prefix": "mod", "type": "LocalGovernment"}).json()
    assert governments["result"][0]["id"] == ITS_GOVERNMENT
    first, second = (
        [one["id"] for one in real.get(f"/reconcile/suggest/entity?prefix=b&cursor={n}").json()["result"]]
        for n in (0, 10)
    )
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)
    types = real.get("/reconcile/suggest/type?prefix=comu&lang=it").json()
    conforms(types, "suggest-types-response")
    assert [one["id"] for one in types["result"]] == ["Municipality"]
    assert types["result"][0]["broader"][0]["id"] == "LocalGovernment"
    properties = real.get("/reconcile/suggest/property?prefix=ista").json()
    conforms(properties, "suggest-properties-response")
    assert [one["id"] for one in properties["result"]] == ["istat"]
    for wrong in ("cursor=-1", "cursor=x", "prefix=" + "x" * 301):
        assert real.get(f"/reconcile/suggest/entity?{wrong}").status_code == 400


def test_what_is_told_of_a_thing_can_be_shown_elsewhere(real: httpx.Client) -> None:
    manifest = real.get("/reconcile").json()
    address = manifest["preview"]["url"].replace("{{id}}", quote(MODENA, safe=""))
    for language, word in (("en", "Population"), ("it", "Popolazione")):
        shown = real.get(address, headers={"Accept-Language": language})
        assert "frame-ancestors *" in shown.headers["content-security-policy"]
        assert "<script" not in shown.text
        assert word in shown.text
        assert f'<html lang="{language}">' in shown.text
        assert page(real, "/reconcile/preview?id=" + MODENA, language).all("h1")
    for what, name in (("entity", MODENA), ("type", "City"), ("property", "istat")):
        found = manifest["suggest"][what]
        path = found["flyout_service_path"].replace("${id}", quote(name, safe=""))
        answer = httpx.get(found["flyout_service_url"] + path).json()
        assert answer["id"] == name
        assert "<strong>" in answer["html"]
        assert real.get(f"/reconcile/flyout/{what}?id=nothing").status_code == 404
    assert real.get("/reconcile/preview?id=nothing").status_code == 404
    assert real.get("/reconcile/preview").status_code == 400


def test_a_release_without_names_says_so(client: httpx.Client) -> None:
    """As one that was built before there was this service."""
    answer = client.get("/reconcile")
    assert (answer.status_code, "built before" in answer.json()["detail"]) == (404, True)
    assert client.get("/id?wikidata=Q279").status_code == 404
