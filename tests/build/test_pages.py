"""The tables that pages read: made by queries whose heads say what is in them, the same for the same data."""

import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban.build.pages import pages
from interurban.errors import InputError
from interurban.iris import Base
from interurban.release.comparing import Part
from interurban.release.folder import PAGES

BASE = Base("http://example.org/")
SAID = """
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<id/city/b> a iu:City ; rdfs:label "Øster"@da , "Oster"@en ; iu:size 3 ; iu:country <http://countries/DNK> .
<id/city/a> a iu:City ; rdfs:label "Škofja"@sl ; iu:size 12 , 4 .
<http://countries/DNK> rdfs:label "Denmark"@en , "Danimarca"@it .
"""
HEAD = """\
#+ types: {size: integer, country: iri}
#+ columns: {size: Size}
#+ facets: [country]
#+ counted: size
#+ sentences:
#+ - other: "{size} in {country}"
#+ it:
#+   columns: {size: Grandezza}
#+   sentences:
#+   - other: "{size} in {country}"
"""
QUERY = """
PREFIX iu: <https://w3id.org/interurban/def/>
SELECT ?thing ?size ?country WHERE { ?thing a iu:City ; iu:size ?size OPTIONAL { ?thing iu:country ?country } }
ORDER BY ?thing DESC(?size)
"""


def store() -> ox.Store:
    made = ox.Store()
    made.load(SAID.encode(), ox.RdfFormat.TURTLE, base_iri=BASE.iri)
    return made


def written(folder: Path, text: str) -> Path:
    (folder / "pages").mkdir()
    (folder / "pages" / "city.rq").write_text(text, encoding="utf-8")
    return folder


def test_a_table_has_the_first_row_of_each_thing_and_the_order_of_names(tmp_path: Path) -> None:
    data = written(tmp_path, HEAD + QUERY)
    made = pages(store(), data, BASE)[PAGES]
    assert made == pages(store(), data, BASE)[PAGES]
    file = sqlite3.connect(":memory:")
    file.deserialize(made)
    assert file.execute("SELECT * FROM city").fetchall() == [
        ("id/city/a", 12, None),
        ("id/city/b", 3, "http://countries/DNK"),
    ]
    named = file.execute("SELECT thing, name_en, name_it FROM name ORDER BY place_it").fetchall()
    assert named == [
        ("http://countries/DNK", "Denmark", "Danimarca"),
        ("id/city/b", "Oster", "Oster"),
        ("id/city/a", "Škofja", "Škofja"),
    ]


def test_without_queries_there_is_no_file(tmp_path: Path) -> None:
    assert pages(store(), tmp_path, BASE) == {}


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("country: iri", "country: place", 1, "types"),
        ("[country]", "[land]", 3, "facets"),
        ("columns: {size: Size}", "columns: {length: Length}", 8, "length"),
        ('- other: "{size} in {country}"\n#+ it', '- other: "{size} in {land}"\n#+ it', 5, "sentences"),
        ('- other: "{size} in {country}"\n#+ it', '- one: "{size}"\n#+ it', 5, "sentences"),
        ("?thing ?size ?country WHERE", "?thing ?country ?size WHERE", 1, "?thing ?size ?country"),
        ("SELECT ?thing ?size ?country", "ASK", 1, "?thing ?size ?country"),
    ],
)
def test_a_head_that_does_not_fit_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, said: str
) -> None:
    text = HEAD + QUERY
    assert before in text
    text = text.replace(before, after)
    if after == "ASK":
        text = text.partition("ORDER BY")[0]
    with pytest.raises(InputError) as told:
        pages(store(), written(tmp_path, text), BASE)
    (problem,) = told.value.problems
    assert problem.place
    assert problem.place.line == line
    assert said in problem.message.text("en")
    assert str(problem.place.file).endswith("city.rq")


COMPARED = """\
#+ of: city
#+ heading: Countries
#+ common: {one: one country, other: "{count} countries"}
#+ it:
#+   heading: Paesi
#+   common: {one: un Paese, other: "{count} Paesi"}

PREFIX iu: <https://w3id.org/interurban/def/>
SELECT ?thing ?what ?through ?since ?until WHERE { ?thing iu:country ?what }
"""


def _compared(folder: Path, text: str) -> Path:
    written(folder, HEAD + QUERY)
    (folder / "pages/compare").mkdir()
    (folder / "pages/compare/1-country.rq").write_text(text, encoding="utf-8")
    return folder


def test_what_is_compared_is_one_table_and_its_things_have_names(tmp_path: Path) -> None:
    file = sqlite3.connect(":memory:")
    file.deserialize(pages(store(), _compared(tmp_path, COMPARED), BASE)[PAGES])
    assert file.execute("SELECT * FROM compared").fetchall() == [("id/city/b", 0, "http://countries/DNK", "", "", "")]
    ((head,),) = file.execute("SELECT head FROM part").fetchall()
    part = Part.read(head)
    assert (part.of, part.labels["it"], part.common["en"]["one"], part.lasting) == (
        "city",
        "Paesi",
        "one country",
        False,
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("#+ of: city\n", "", "of"),
        ("?through ?since", "?since", "?thing ?what ?through ?since ?until"),
        ('other: "{count} countries"', 'other: "{number} countries"', "common"),
        ("#+   heading: Paesi\n", "", "it: heading"),
    ],
)
def test_a_part_that_does_not_fit_is_told(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in COMPARED
    with pytest.raises(InputError) as told:
        pages(store(), _compared(tmp_path, COMPARED.replace(before, after)), BASE)
    assert said in told.value.text()
    assert "1-country.rq" in told.value.text()
