"""`interurban import`: a publisher's rows become our tables; each of them is taken or left out for a reason."""

import json
import signal
import subprocess

import pytest

from serving import COMMAND
from sources.conftest import ENDLESS, SQL, Source, imported


def test_tables_and_report_are_made_and_add_up(source: Source) -> None:
    ran = imported(source)
    assert (ran.status, ran.err) == (0, "")
    tables = source.tables()
    assert tables["organizations.csv"].decode() == (
        "slug,label_en,label_it,acronym\nhouse-of-letters,House of Letters,House of Letters,HL\n"
        "nameless,Nameless,Nameless,\n"
    )
    assert tables["import-report.csv"].decode() == (
        "input,row,outcome,reason,detail\nhouses,3,doubtful,no-acronym,Nameless\nhouses,4,left-out,no-name,X\n"
    )
    words = tables["import-report.md"].decode()
    assert "4 rows in the publisher's file, 3 taken, 1 left out" in words
    assert "left out, 1: It has no name. First: houses 4 (X)" in words
    assert "lasciate fuori, 1: Non ha un nome. Prime: houses 4 (X)" in words
    assert tables.keys() == {"organizations.csv", "import-report.csv", "import-report.md"}


def test_the_same_files_give_the_same_bytes(source: Source) -> None:
    imported(source)
    first = source.tables()
    assert imported(source).status == 0
    assert source.tables() == first


def test_what_was_fetched_is_imported(source: Source) -> None:
    lacking = source.run("import")
    assert lacking.status == 1
    assert "interurban fetch letters" in lacking.err
    source.run("fetch", "--file", source.file())
    assert source.run("import").status == 0
    (copy,) = source.cache.iterdir()
    copy.write_bytes(b"damaged")
    assert source.run("import").status == 1


def test_another_edition_is_refused(source: Source) -> None:
    ran = source.run("import", "--file", source.file(b"Name,Short\nOther,O\n"))
    assert ran.status == 1
    assert source.checksum in ran.err
    assert source.tables() == {}


def test_a_table_that_an_edition_does_not_have_any_more_goes(source: Source) -> None:
    imported(source)
    source.sql(SQL.replace("VIEW organizations AS\nSELECT", "VIEW people AS\nSELECT").replace(
        '"Name" AS label_en, "Name" AS label_it, "Short" AS acronym', '"Name" AS name'
    ))  # fmt: skip
    assert imported(source).status == 0
    assert "people.csv" in source.tables()
    assert "organizations.csv" not in source.tables()


def test_tables_that_people_wrote_are_not_replaced(source: Source) -> None:
    (source.folder / "people.csv").write_text("slug,name\nx,X\n")
    ran = imported(source)
    assert ran.status == 1
    assert "people.csv" in ran.err
    assert (source.folder / "people.csv").read_text() == "slug,name\nx,X\n"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("UNION ALL SELECT origin, 'no-acronym', \"Name\" FROM houses WHERE \"Short\" IS NULL", ""), None),
        (("WHERE \"Name\" IS NULL", "WHERE false"), "1 row of the input nothing is told: houses 4"),
        (("WHERE \"Name\" IS NULL", "WHERE true"), "left out as well: houses 2, houses 3, houses 5"),
        (("'no-name' AS reason", "'why' AS reason"), "does not explain: why"),
        (("'left-out'", "'gone'"), "not so: no-name"),
        (("'Non ha un nome.'", "''"), "not so: no-name"),
        (("AS acronym", "AS acronim"), "no column «acronim»"),
        (("slug(\"Name\") AS slug, ", ""), "«slug» is missing"),
        (("SELECT origin, slug", "SELECT slug"), "origin"),
        (("SELECT origin, slug", "SELECT {'input': 'x', 'row': 1} AS origin, slug"), "x 1"),
        (("slug(\"Name\") AS slug", "\"Name\" AS slug"), "houses:2:1 [slug]: «House of Letters» does not fit"),
        (("slug(\"Name\") AS slug", "'same' AS slug"), "have the key same"),
        (("FROM houses WHERE \"Name\" IS NOT", "FROM house WHERE \"Name\" IS NOT"), "import.sql:6: DuckDB says"),
        (("CREATE VIEW organizations", "CREAT VIEW organizations"), "import.sql:6: DuckDB says"),
        (("slug(\"Name\") AS slug", "random() AS slug"), "no chance"),
        (("slug(\"Name\") AS slug", "current_date AS slug"), "no chance"),
        (("\"Short\" AS acronym", "CAST(\"Name\" AS INTEGER) AS acronym"), "import.sql [organizations]: DuckDB says"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_or_fit_is_told(changed: tuple[str, str], told: str | None, source: Source) -> None:
    assert changed[0] in SQL
    source.sql(SQL.replace(*changed))
    ran = imported(source)
    assert ran.status == (told is not None)
    assert (told or "") in ran.err
    assert bool(source.tables()) == (told is None)


def test_an_import_that_is_killed_leaves_what_was_there(source: Source) -> None:
    imported(source)
    before = source.tables()
    source.sql(f"{SQL}CREATE TABLE e AS {ENDLESS};\n")
    command = [*COMMAND, "import", "letters", "--data", source.data, "--file", source.file(), "--json"]
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert json.loads(process.stdout.readline())["event"] == "begin"
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    assert source.tables() == before


def test_a_folder_changes_in_one_step(source: Source) -> None:
    """Where an import is stopped just before the end, the folder is as it was, and the next one clears up."""
    imported(source)
    before = source.tables()
    left = source.folder.with_name(".importing-letters")
    left.mkdir()
    (left / "people.csv").write_text("half of")
    assert source.tables() == before
    assert imported(source).status == 0
    assert source.tables() == before
    assert not left.exists()


def test_what_people_wrote_stays_as_it_was(source: Source) -> None:
    (source.folder / "notes.ttl").write_text("# a note\n")
    (source.folder / "notes.ttl").chmod(0o640)
    imported(source)
    assert (source.folder / "notes.ttl").read_text() == "# a note\n"
    assert (source.folder / "notes.ttl").stat().st_mode & 0o777 == 0o640
