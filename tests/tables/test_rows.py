"""Reading tables: what is right comes through with its place, what is wrong is told all at once."""

import json
from pathlib import Path

import pytest

from interurban.errors import InputError
from interurban.tables.columns import Table
from interurban.tables.rows import read_rows, read_tables
from interurban.tables.triples import row_triples


def described(name: str, **properties: object) -> dict[str, object]:
    texts = [{"@language": "en", "@value": f"good {name}"}, {"@language": "it", "@value": f"buono {name}"}]
    return {"name": name, "dc:description": texts} | properties


METADATA = {
    "@context": "http://www.w3.org/ns/csvw",
    "tables": [
        {
            "url": "clubs.csv",
            "tableSchema": {
                "aboutUrl": "id/club/{slug}{/spell}",
                "primaryKey": ["slug", "spell"],
                "columns": [
                    described(
                        "slug", required=True, suppressOutput=True, datatype={"base": "string", "format": "[a-z-]+"}
                    ),
                    described("spell", suppressOutput=True),
                    described("label_it", lang="it", propertyUrl="rdfs:label"),
                    described("size", propertyUrl="http://e.org/size", datatype={"base": "integer", "minimum": "1"}),
                    described(
                        "founded",
                        propertyUrl="http://e.org/founded",
                        datatype={"@id": "http://id.loc.gov/datatypes/edtf", "base": "string"},
                    ),
                    described("home", propertyUrl="foaf:homepage", valueUrl="{+home}", datatype={"base": "anyURI"}),
                    described("share", propertyUrl="http://e.org/share", datatype="decimal"),
                    described(
                        "north",
                        propertyUrl="http://e.org/north",
                        datatype={"base": "decimal", "minimum": "-90", "maximum": "90"},
                    ),
                    described("friends", separator=";", propertyUrl="foaf:knows", valueUrl="id/{+friends}"),
                    {"virtual": True, "name": "type", "propertyUrl": "rdf:type", "valueUrl": "http://e.org/Club"},
                ],
            },
        }
    ],
}
NAMES = "slug, spell, label_it, size, founded, home, share, north, friends"


@pytest.fixture
def clubs(tmp_path: Path) -> Table:
    (tmp_path / "tables.json").write_text(json.dumps(METADATA))
    return read_tables(tmp_path / "tables.json")["clubs.csv"]


def problems(table: Table, path: Path, content: str | bytes) -> list[str]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows, found = read_rows(table, path)
    assert found, f"expected problems, read {rows}"
    return [f"{p.place and (p.place.line, p.place.column)} {p.message}" for p in found]


def triples(table: Table, path: Path, content: str | bytes) -> set[str]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows, found = read_rows(table, path)
    assert found == []
    return {str(t) for row in rows for t, _ in row_triples(table, row, "http://base.org/")}


XSD = "http://www.w3.org/2001/XMLSchema#"


def test_a_row_becomes_the_triples_its_description_says(clubs: Table, tmp_path: Path) -> None:
    content = "slug,label_it,size,founded,friends\nred,Rossi,12,1999-05,city/x;club/blue\n"
    red = "<http://base.org/id/club/red>"
    assert triples(clubs, tmp_path / "c.csv", content) == {
        f'{red} <http://www.w3.org/2000/01/rdf-schema#label> "Rossi"@it',
        f'{red} <http://e.org/size> "12"^^<{XSD}integer>',
        f'{red} <http://e.org/founded> "1999-05"^^<{XSD}gYearMonth>',
        f"{red} <http://xmlns.com/foaf/0.1/knows> <http://base.org/id/city/x>",
        f"{red} <http://xmlns.com/foaf/0.1/knows> <http://base.org/id/club/blue>",
        f"{red} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e.org/Club>",
    }


def test_an_optional_segment_appears_only_when_its_cell_is_filled(clubs: Table, tmp_path: Path) -> None:
    assert any("/club/red/2>" in t for t in triples(clubs, tmp_path / "c.csv", "slug,spell\nred,2\n"))


@pytest.mark.parametrize(("text", "datatype"), [("2019", "gYear"), ("2019-05", "gYearMonth"), ("2020-02-29", "date")])
def test_a_date_keeps_its_precision(clubs: Table, tmp_path: Path, text: str, datatype: str) -> None:
    assert any(
        f'"{text}"^^<{XSD}{datatype}>' in t for t in triples(clubs, tmp_path / "c.csv", f"slug,founded\na,{text}\n")
    )


def test_a_byte_order_mark_and_windows_line_ends_are_fine(clubs: Table, tmp_path: Path) -> None:
    assert triples(clubs, tmp_path / "c.csv", b"\xef\xbb\xbfslug,size\r\na,3\r\n\r\n") == triples(
        clubs, tmp_path / "d.csv", b"slug,size\na,3\n"
    )


def test_every_statement_knows_its_cell(clubs: Table, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('slug,label_it,size\na,"two\nlines",3\nb,uno,4\n')
    rows, _ = read_rows(clubs, path)
    places = {
        (str(t.subject), t.predicate.value): place for row in rows for t, place in row_triples(clubs, row, "http://b/")
    }
    size = places["<http://b/id/club/b>", "http://e.org/size"]
    assert (size.line, size.column, size.name) == (4, 3, "size")


def test_all_problems_are_told_at_once(clubs: Table, tmp_path: Path) -> None:
    content = "slug,size,founded\nred,many,1999\n,0,2019-02-30\nblue,2\n"
    assert problems(clubs, tmp_path / "c.csv", content) == [
        "(2, 2) «many» does not fit; expected: good size",
        "(3, 1) the cell is empty; expected: good slug",
        "(3, 2) «0» does not fit; expected: good size",
        "(3, 3) «2019-02-30» does not fit; expected: good founded",
        "(4, None) 2 cells where the first line names 3 columns; put a text that holds a comma in double quotes",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("slug,sice\na,1\n", "(1, 2) there is no column «sice»; did you mean «size»?"),
        (
            "slug,zzz\na,1\n",
            "(1, 2) there is no column «zzz»; it is one of: " + NAMES,
        ),
        ("slug,slug\na,b\n", "(1, 2) the column «slug» is there twice; once is right"),
        ("size\n1\n", "(1, None) the column «slug» is missing; it holds: good slug"),
        ("slug;size\na;1\n", "(1, None) the columns are separated by semicolons; separate them by commas"),
        ("slug,size\na,1\nb,2\na,3\n", "(4, None) the key a stands already on line 2; each row has a key of its own"),
        (
            'slug,label_it\na,uno\nb,"due"tre\n',
            "(3, None) not CSV: ',' expected after '\"'",
        ),
        (
            "slug,label_it\na,u\x0bno\n",
            "(2, 2) here stands the control character U+000B, which is no text; "
            "delete it and type what is missing anew",
        ),
        (
            b"slug,label_it\na,Citt\xe0\n",
            "(2, None) not UTF-8; save it in that encoding (in a spreadsheet as «CSV UTF-8»)",
        ),
    ],
)
def test_what_is_wrong_with_a_table_is_said(clubs: Table, tmp_path: Path, content: str | bytes, told: str) -> None:
    assert problems(clubs, tmp_path / "c.csv", content) == [told]


@pytest.mark.parametrize(
    "text",
    [
        "https://e.example/list?ids[]=1",
        "https://e.example/a#b#c",
        "https://e.example:port/",
        "https://e.example:99999/",
        "https://e.example/100%",
        "https://e.example/a b",
        "e.example",
    ],
)
def test_an_address_that_cannot_be_is_told_at_its_cell(clubs: Table, tmp_path: Path, text: str) -> None:
    assert problems(clubs, tmp_path / "c.csv", f"slug,home\na,{text}\n") == [
        f"(2, 2) «{text}» does not fit; expected: good home"
    ]


@pytest.mark.parametrize("text", ["NaN", "INF", "-INF", "100%", "1e3", "1_000", "8 234", "٤٨", "1,5"])
@pytest.mark.parametrize("column", ["size", "share", "north"])
def test_a_number_is_read_as_it_stands_or_not_at_all(clubs: Table, tmp_path: Path, column: str, text: str) -> None:
    assert problems(clubs, tmp_path / "c.csv", f'slug,{column}\na,"{text}"\n') == [
        f"(2, 2) «{text}» does not fit; expected: good {column}"
    ]


@pytest.mark.parametrize(("column", "text"), [("size", "200.000"), ("share", "200.000"), ("share", "1.234.567")])
def test_a_point_between_thousands_is_not_taken_for_a_fraction(
    clubs: Table, tmp_path: Path, column: str, text: str
) -> None:
    (told,) = problems(clubs, tmp_path / "c.csv", f"slug,{column}\na,{text}\n")
    assert told.startswith(f"(2, 2) «{text}» can be read in two ways; write a number without separators")


@pytest.mark.parametrize(("column", "text"), [("north", "44.640"), ("share", "5.50"), ("share", "0.125")])
def test_a_fraction_is_read(clubs: Table, tmp_path: Path, column: str, text: str) -> None:
    (found,) = (t for t in triples(clubs, tmp_path / "c.csv", f"slug,{column}\na,{text}\n") if column in t)
    assert float(found.split('"')[1]) == float(text)


def test_an_empty_table_says_what_its_first_line_should_be(clubs: Table, tmp_path: Path) -> None:
    assert problems(clubs, tmp_path / "c.csv", "") == [
        "(1, None) the table is empty; its first line names the columns: " + NAMES
    ]


def test_problems_speak_italian_too(clubs: Table, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("slug,size\na,molti\n")
    _, found = read_rows(clubs, tmp_path / "c.csv")
    assert [p.message.text("it") for p in found] == ["«molti» non va bene; atteso: buono size"]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        json.dumps(METADATA | {"tables": [{"url": "a.csv", "tableSchema": {"columns": [{"name": "undescribed"}]}}]}),
    ],
)
def test_wrong_metadata_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "tables.json").write_text(content)
    with pytest.raises(InputError) as raised:
        read_tables(tmp_path / "tables.json")
    assert "tables.json" in raised.value.text("en")


@pytest.mark.parametrize(("given", "right"), [("15/12/2015", "2015-12-15"), ("5.6.2015", "2015-06-05")])
def test_a_day_with_the_day_first_is_told_as_it_is_to_be_written(
    given: str, right: str, clubs: Table, tmp_path: Path
) -> None:
    assert f"write {right}" in problems(clubs, tmp_path / "c.csv", f"slug,founded\na,{given}\n")[0]


@pytest.mark.parametrize("given", ["31/02/2015", "15/13/2015", "1/2/15"])
def test_no_day_is_made_out_of_what_is_none(given: str, clubs: Table, tmp_path: Path) -> None:
    assert "write" not in problems(clubs, tmp_path / "c.csv", f"slug,founded\na,{given}\n")[0]
