"""Addresses of places are minted once: an import keeps those it gave, and none passes to another place."""

import pytest

from sources.conftest import Source, imported

LISTED = "Number,Name\r\n1,Alba\r\n2,Alba\r\n3,Bra\r\n"
SQL = """\
CREATE VIEW towns AS
SELECT origin, "Number" AS key, "Name" AS name, coalesce(earlier.government, 'it-' || slug("Name") || CASE
    WHEN count(*) OVER (PARTITION BY "Name") > 1 THEN '-' || "Number" ELSE '' END) AS slug
FROM houses LEFT JOIN earlier_governments AS earlier ON earlier.key = "Number";
CREATE VIEW municipalities AS SELECT origin, slug, name, 'ITA' AS country FROM towns;
CREATE VIEW addresses AS SELECT origin, 'government/' || slug AS thing, key FROM towns;
"""
FORGETFUL = SQL.replace("earlier.government", "NULL")
FIRST = b"thing,key\ngovernment/it-alba-1,1\ngovernment/it-alba-2,2\ngovernment/it-bra,3\n"


@pytest.fixture
def towns(source: Source) -> Source:
    """A list of towns that has been imported once."""
    source.sql(SQL)
    edition(source, LISTED)
    ran = imported(source)
    assert ran.status == 0, ran.err
    assert source.tables()["addresses.csv"] == FIRST
    return source


def edition(source: Source, text: str) -> None:
    source.content = text.encode()
    source.describe()


def test_a_new_edition_keeps_the_addresses_that_were_given(towns: Source) -> None:
    before = towns.tables()
    assert imported(towns).status == 0
    assert towns.tables() == before
    edition(towns, LISTED.replace("2,Alba", "2,Diano"))
    assert imported(towns).status == 0
    assert towns.tables()["addresses.csv"] == FIRST
    assert b"it-alba-2,Diano,ITA" in towns.tables()["municipalities.csv"]


def test_an_address_that_would_change_is_refused_unless_it_leads_to_the_new_one(towns: Source) -> None:
    edition(towns, LISTED.replace("3,Bra", "3,Pollenzo"))
    towns.sql(FORGETFUL)
    before = towns.tables()
    ran = imported(towns)
    assert ran.status == 1
    assert "«3» was government/it-bra and would become government/it-pollenzo" in ran.err
    assert towns.tables() == before
    moved = towns.data / "register" / "moved.csv"
    moved.write_text("thing,moved_to\ngovernment/it-bra,government/it-pollenzo\n")
    assert imported(towns).status == 0
    assert b"government/it-pollenzo,3\n" in towns.tables()["addresses.csv"]


def test_an_address_is_never_given_to_another_key(towns: Source) -> None:
    edition(towns, LISTED.replace("3,Bra", "5,Bra"))
    ran = imported(towns)
    assert ran.status == 1
    assert "government/it-bra was given to «3» and would pass to «5»" in ran.err


def test_what_is_no_more_in_an_edition_stays_recorded_and_is_told(towns: Source) -> None:
    edition(towns, LISTED.replace("3,Bra\r\n", ""))
    assert imported(towns).status == 0
    assert towns.tables()["addresses.csv"] == FIRST
    assert "1 recorded address is not in this edition any more" in towns.tables()["import-report.md"].decode()
    edition(towns, LISTED.replace("3,Bra", "5,Bra"))
    assert imported(towns).status == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("FROM towns;\nCREATE VIEW addresses", "FROM towns;\nCREATE VIEW unused"), "no key for it"),
        (("slug AS thing, key", "slug AS thing, 'same' AS key"), "«same» would have two addresses"),
        (("'government/' ||", "'person/' ||"), "does not fit"),
    ],
)
def test_a_place_without_a_key_of_its_own_is_refused(changed: tuple[str, str], told: str, source: Source) -> None:
    assert changed[0] in SQL
    source.sql(SQL.replace(*changed))
    edition(source, LISTED)
    ran = imported(source)
    assert ran.status == 1
    assert told in ran.err
    assert source.tables() == {}


def test_a_record_that_somebody_broke_is_told(towns: Source) -> None:
    (towns.folder / "addresses.csv").write_text("thing\ngovernment/it-bra\n")
    ran = imported(towns)
    assert ran.status == 1
    assert "addresses.csv:1" in ran.err


def test_what_goes_under_the_address_of_another_does_so_in_every_edition(towns: Source) -> None:
    moved = towns.data / "register" / "moved.csv"
    moved.write_text("thing,moved_to\ngovernment/it-bra,government/it-pollenzo\n")
    for _ in range(2):
        assert imported(towns).status == 0
        assert towns.tables()["addresses.csv"] == FIRST.replace(b"it-bra", b"it-pollenzo")
        assert b"it-pollenzo,Bra,ITA" in towns.tables()["municipalities.csv"]
