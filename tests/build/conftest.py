"""A house small enough to read: an ontology, a shape, a rule, a table and two sources that agree but for one date."""

import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban.build import Inputs
from interurban.resources import ROOMS

Write = Callable[[str, str], None]

ONTOLOGY = """
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
iu:Source a owl:Class . iu:Club a owl:Class . iu:Conflict a owl:Class . iu:Claim a owl:Class .
iu:founded a owl:FunctionalProperty . iu:rank a owl:FunctionalProperty . iu:friend a owl:ObjectProperty .
iu:conflictSubject a owl:ObjectProperty . iu:conflictProperty a owl:ObjectProperty . iu:claim a owl:ObjectProperty .
iu:believed a owl:DatatypeProperty . iu:value a owl:DatatypeProperty . iu:claimedBy a owl:ObjectProperty .
iu:notBefore a owl:DatatypeProperty .
"""
SHAPE = """
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://e.org/ClubShape> a sh:NodeShape ; sh:targetClass iu:Club ; sh:property <http://e.org/label> .
<http://e.org/label> a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 ; sh:maxLength 10 ;
  sh:message "a club has a short name"@en , "un circolo ha un nome breve"@it .
"""
RULE = """
PREFIX iu: <https://w3id.org/interurban/def/>
CONSTRUCT { ?b iu:friend ?a } WHERE { ?a iu:friend ?b }
"""
QUESTION = """\
#+ summary: Clubs
#+ description: Which clubs there are.
#+ tags: [club]
#+ parameters: {name: {label: Name, default: Red}}
#+ columns: {club: Club}
#+ it:
#+   {summary: Circoli, description: Quali, tags: [circolo], parameters: {name: Nome}, columns: {club: Circolo}}
SELECT ?club { ?club <http://www.w3.org/2000/01/rdf-schema#label> ?_name }
"""
SOURCE = """
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix dct: <http://purl.org/dc/terms/> .
<graph/{slug}> a iu:Source ; iu:rank {rank} ; dct:issued "{issued}" .
"""

MAPPINGS = """\
#curie_map:
#  iuid: https://w3id.org/interurban/id/
#  wd: http://www.wikidata.org/entity/
#  skos: http://www.w3.org/2004/02/skos/core#
subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence
iuid:club/red\tskos:exactMatch\twd:Q1\tsemapv:ManualMappingCuration\t0.9
"""


def table(slug: str, columns: dict[str, dict[str, object]]) -> dict[str, object]:
    texts = [{"@language": language, "@value": "a value"} for language in ("en", "it")]
    described = [{"name": name, "dc:description": texts} | rest for name, rest in columns.items()]
    typed = {
        "virtual": True,
        "name": "t",
        "propertyUrl": "rdf:type",
        "valueUrl": "https://w3id.org/interurban/def/Club",
    }
    return {"url": f"{slug}.csv", "tableSchema": {"aboutUrl": "id/club/{slug}", "columns": [*described, typed]}}


TABLES = {
    "@context": "http://www.w3.org/ns/csvw",
    "tables": [
        table(
            "clubs",
            {
                "slug": {"required": True, "suppressOutput": True},
                "label": {"propertyUrl": "rdfs:label"},
                "founded": {
                    "propertyUrl": "https://w3id.org/interurban/def/founded",
                    "datatype": {"@id": "http://id.loc.gov/datatypes/edtf", "base": "string"},
                },
                "friend": {"propertyUrl": "https://w3id.org/interurban/def/friend", "valueUrl": "id/club/{friend}"},
            },
        )
    ],
}

IU = "https://w3id.org/interurban/def/"


HOUSE = {
    "ontology/o.ttl": ONTOLOGY,
    "ontology/rules/friends.rq": RULE,
    "shapes/club.ttl": SHAPE,
    "queries/clubs.rq": QUESTION,
    "data/tables.json": json.dumps(TABLES),
    "data/catalog/catalog.ttl": '<catalog> <http://purl.org/dc/terms/modified> "2020-02-03" .',
    "data/register/source.ttl": SOURCE.format(slug="register", rank=5, issued="2020-01-01"),
    "data/register/clubs.csv": "slug,label\nred,Red\nblue,Blue\n",
    "data/links/source.ttl": SOURCE.format(slug="links", rank=2, issued="2020-01-01"),
    "data/links/wikidata.sssom.tsv": MAPPINGS,
    "data/sources/letter/source.ttl": SOURCE.format(slug="letter", rank=2, issued="2018"),
    "data/sources/letter/clubs.csv": "slug,label,founded,friend\nred,Red,2002,blue\n",
    "data/sources/rumour/source.ttl": SOURCE.format(slug="rumour", rank=3, issued="2019-05"),
    "data/sources/rumour/clubs.csv": "slug,label,founded\nred,Red,2003\n",
}


@pytest.fixture
def house(tmp_path: Path) -> Inputs:
    for name, text in HOUSE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Inputs(*(tmp_path / room for room in ROOMS))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write one file of the house."""

    def write(name: str, text: str) -> None:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    return write


def select(path: Path, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a query over a dataset file, each term as its value."""
    store = ox.Store()
    store.load(path=path, format=ox.RdfFormat.N_QUADS)
    answer = store.query(f"PREFIX iu: <{IU}> {query}", base_iri="http://base.org/")
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(term.value for term in row) for row in answer]
