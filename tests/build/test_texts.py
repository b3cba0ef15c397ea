"""Texts as people typed them and as they are published: in one normal form, and the same in every format."""

from pathlib import Path

import pytest
import rdflib

from interurban.build import Inputs, check, export
from interurban.iris import Base

from .conftest import Write, select

BASE = Base("http://base.org/")
DECOMPOSED, COMPOSED = "Me\u0301di", "M\u00e9di"


def test_letters_in_parts_are_put_together_with_a_warning(house: Inputs, write: Write, tmp_path: Path) -> None:
    write("data/register/clubs.csv", f"slug,label\nred,Red\nblue,{DECOMPOSED}\n")
    write("data/sources/letter/clubs.csv", f"slug,label,founded,friend\nred,Red,2002,blue\nblue,{COMPOSED},2001,\n")
    write(
        "data/sources/letter/more.ttl",
        f'<id/club/red> <http://www.w3.org/2004/02/skos/core#altLabel>\n  "{DECOMPOSED}"@it .\n',
    )
    dataset = check(house, BASE)
    told = [warning.text("en").partition(": This text")[0] for warning in dataset.warnings]
    assert [
        line.removeprefix(str(tmp_path)).lstrip("/") for line in told if "letter" in line or "register" in line
    ] == [
        "data/register/clubs.csv:3:2 [label]: <http://base.org/id/club/blue>: worth a look",
        "data/sources/letter/more.ttl:2: <http://base.org/id/club/red>: worth a look",
    ]
    assert all("lettere intere (é; Unicode NFC)" in warning.text("it") for warning in dataset.warnings)
    release = export(dataset, tmp_path / "releases").release
    labels = "SELECT ?label { <id/club/blue> <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    assert select(release.dataset, labels) == [(COMPOSED,)]  # what looks the same is no conflict
    assert DECOMPOSED not in release.dataset.read_text(encoding="utf-8")


# rdflib's JSON-LD parser uses what it has deprecated
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_a_carriage_return_is_in_every_format_of_the_catalogue(house: Inputs, write: Write, tmp_path: Path) -> None:
    text = "one\r\ntwo\rthree"
    write(
        "data/catalog/catalog.ttl",
        """@prefix dct: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
        <catalog> a dcat:Catalog ; dct:modified "2020-02-03" ; dct:description "one\\r\\ntwo\\rthree"@en .""",
    )
    release = export(check(house, BASE), tmp_path / "releases").release
    for name, syntax in (("catalog.ttl", "turtle"), ("catalog.rdf", "xml"), ("catalog.jsonld", "json-ld")):
        found = rdflib.Graph().parse(data=release.read(name), format=syntax)
        assert rdflib.Literal(text, lang="en") in set(found.objects()), name
