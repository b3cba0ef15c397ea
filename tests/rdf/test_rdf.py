"""Dates keep their precision, files say where they are wrong, and one dataset has one form."""

import datetime
import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interurban.errors import InputError
from interurban.iris import RDF
from interurban.rdf.dates import dated
from interurban.rdf.formats import canonical_nquads, not_in_rdf_xml, read_placed, read_rdf


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_a_day_a_month_and_a_year_have_the_datatype_of_their_precision(day: datetime.date) -> None:
    for text, datatype in ((f"{day}", "date"), (f"{day:%Y-%m}", "gYearMonth"), (f"{day:%Y}", "gYear")):
        literal = dated(text)
        assert literal.value == text
        assert literal.datatype.value.endswith(f"#{datatype}")


@pytest.mark.parametrize(
    "text", ["", "19", "2019-13", "2019-00", "2019-02-30", "2019-1-1", "2019/01", "c. 2019", "2019-05-01T00:00"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|year|month|day"):
        dated(text)


def test_a_file_may_not_choose_its_graph(tmp_path: Path) -> None:
    (tmp_path / "x.trig").write_text("<a> { <b> <c> <d> }")
    with pytest.raises(InputError, match="1 problem"):
        list(read_rdf(tmp_path / "x.trig", "http://b/"))


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("_:a <http://p> 1 .")
    first, second = (next(iter(read_rdf(tmp_path / "x.ttl", "http://b/"))).subject for _ in range(2))
    assert first != second


def test_a_dataset_has_one_form_whatever_the_order_and_the_names_of_blank_nodes() -> None:
    p = ox.NamedNode("http://p")

    def dataset(names: list[str], seed: int) -> list[ox.Quad]:
        a, b, c = (ox.BlankNode(name) for name in names)
        quads = [ox.Quad(a, p, b), ox.Quad(b, p, c), ox.Quad(c, p, ox.Literal("é\n")), ox.Quad(p, p, a, p)]
        return random.Random(seed).sample(quads, k=4)  # noqa: S311 - an order, not a secret

    forms = {
        canonical_nquads(dataset(names, seed)) for names in (["x", "y", "z"], ["z", "x", "y"]) for seed in range(5)
    }
    assert len(forms) == 1


S, TYPE = ox.NamedNode("http://e/s"), ox.NamedNode(RDF + "type")


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("http://e/a", True),
        ("http://e/a#b.c-1", True),
        ("http://e/città", True),
        ("http://e/%C3%A9", True),
        ("urn:1a", True),
        (RDF + "_1", True),
        ("http://e/1", False),
        ("http://e/a/", False),
        ("http://e/a#", False),
        ("urn:1", False),
        ("http://e/a×", False),
        ("http://e/\U00010000", False),  # a letter only since the fifth edition of XML, which few parsers read
        ("http://www.w3.org/2000/xmlns/a", False),  # the namespace that nobody may declare
    ],
)
def test_what_can_be_an_element_of_rdf_xml(name: str, holds: bool) -> None:
    iri = ox.NamedNode(name)
    as_property, as_class = ox.Triple(S, iri, S), ox.Triple(S, TYPE, iri)
    quoted = ox.Triple(S, S, ox.Triple(S, S, as_property))
    for triple in (as_property, as_class, quoted):
        assert not_in_rdf_xml(triple) == (None if holds else name)
    assert not_in_rdf_xml(ox.Triple(iri, S, iri)) is None  # elsewhere any IRI can stand


@pytest.mark.parametrize("name", ["li", "RDF", "Description", "about", "nodeID", "bagID", "aboutEach", ""])
def test_terms_of_the_syntax_are_no_properties_in_rdf_xml(name: str) -> None:
    assert not_in_rdf_xml(ox.Triple(S, ox.NamedNode(RDF + name), S)) == RDF + name


def test_a_statement_knows_the_line_on_which_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    lines = (
        "\ufeff@prefix : <#> .\n",
        "# nothing\n",
        ":a :p 1 ;\r\n",
        "  :q 'x' ,\n",
        "  'y'@en .\n",
        ":b\n",
        f"  :p '{'a' * 20_000}' , '''two\n",
        "lines''' .\n",
        ":c :p [ :q 1 ;\n",
        " :r 2 ] . :d :p 3 .",
    )
    path.write_bytes("".join(lines).encode())
    assert [place.line for _, place in read_placed(path, "http://b/")] == [3, 4, 5, 7, 8, 9, 10, 10, 10]
    # who writes XML and JSON does not write by lines
    (tmp_path / "x.jsonld").write_text('{"@id": "a:a",\n"a:b": {"@id": "a:c"}}')
    assert [place.line for _, place in read_placed(tmp_path / "x.jsonld", "http://b/")] == [None]
