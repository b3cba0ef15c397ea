# ruff: noqa: S608  # SQL is what is tried here
"""`import.sql`: what it may use, and what it cannot reach."""

from pathlib import Path

import pytest

from sources.conftest import ENDLESS, SQL, Source, imported

HOSTILE = {
    "COPY organizations TO '{here}/stolen.csv'": "only CREATE",
    "ATTACH '{here}/stolen.db'": "only CREATE",
    "INSTALL httpfs": "only CREATE",
    "LOAD httpfs": "only CREATE",
    "SET enable_external_access = true": "only CREATE",
    "EXPORT DATABASE '{here}/stolen'": "only CREATE",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')": "DuckDB says",
    "CREATE TABLE t AS FROM read_csv('/etc/passwd')": "DuckDB says",
    "CREATE TABLE t AS FROM read_text('/etc/passwd')": "DuckDB says",
    "CREATE TABLE t AS FROM glob('/etc/*')": "DuckDB says",
    "CREATE TABLE t AS FROM '/etc/passwd'": "DuckDB says",
    "CREATE TABLE t AS FROM read_parquet('http://127.0.0.1:9/x')": "DuckDB says",
    "CREATE TABLE t AS SELECT getenv('HOME')": "DuckDB says",
}


@pytest.mark.parametrize("statement", HOSTILE)
def test_sql_reaches_neither_files_nor_network(statement: str, source: Source, tmp_path: Path) -> None:
    source.sql(SQL + statement.format(here=tmp_path) + ";\n")
    ran = imported(source)
    assert ran.status == 1
    assert f"import.sql:13: {HOSTILE[statement]}" in ran.err
    assert "root:" not in ran.out + ran.err
    assert not list(tmp_path.glob("stolen*"))
    assert source.tables() == {}


@pytest.mark.parametrize("query", [ENDLESS, "SELECT hash(range) h, range FROM range(10::BIGINT ** 11)"])
def test_sql_without_end_is_ended(query: str, source: Source) -> None:
    source.sql(f"{SQL}CREATE TABLE e AS {query};\n")
    ran = imported(source, "--query-seconds", 0.1)
    assert ran.status == 1
    assert "import.sql" in ran.err
    assert source.tables() == {}


def test_sql_sees_what_we_have_and_not_what_it_made_before(source: Source) -> None:
    sql = SQL + (
        "CREATE TABLE of_register AS FROM known__cities WHERE slug = 'it-modena' AND source = 'register';\n"
        "CREATE TABLE of_links AS SELECT subject_id, object_id FROM known__links;\n"
        "CREATE TABLE seen AS SELECT CASE WHEN count(*) = 1 THEN 1 ELSE error('not seen') END FROM known__memberships\n"
        "    WHERE source = 'modena-networks' AND network = 'climate-alliance' AND start = '2002';\n"
    )
    source.sql(sql)
    assert imported(source).status == 0
    source.sql(
        f"{sql}CREATE TABLE own AS SELECT CASE WHEN count(*) = 0 THEN 1 ELSE error('seen') END\n"
        "    FROM known__organizations WHERE source = 'letters';\n"
    )
    again = imported(source)
    assert again.status == 0, again.err


MACROS = {
    "slug('Châlons-sur-Marne (51)')": "chalons-sur-marne-51",
    "slug('Ærø ß Łódź')": "aero-ss-lodz",
    "slug('Αθήνα')": None,
    "slug(NULL)": None,
    "iso_date('15/12/2015', '%d/%m/%Y')": "2015-12-15",
    "iso_date('31/02/2015', '%d/%m/%Y')": None,
    "iso_month('07/2019', '%m/%Y')": "2019-07",
    "iso_year('2021.0')": "2021",
    "iso_year('21')": None,
    "number('45,5')": "45.5",
    "country('nl')": "NLD",
    "country('EL')": "GRC",
    "country('UK')": "GBR",
    "country('Germania')": "DEU",
    "country('GERMANY')": "DEU",
    "country('Ruritania')": None,
}


def test_the_macros_that_every_import_may_use(source: Source) -> None:
    values = ",\n".join(f"    ('m-{n:02}', coalesce(CAST({call} AS VARCHAR), '–'))" for n, call in enumerate(MACROS))
    source.sql(
        f"CREATE VIEW macros AS FROM (VALUES\n{values}\n) AS _(slug, value);\n"
        "CREATE VIEW people AS SELECT {'input': 'houses', 'row': 2} AS origin, slug, value AS name FROM macros;\n"
        "CREATE VIEW reasons AS SELECT 'x' AS reason, 'left-out' AS outcome, 'en' AS en, 'it' AS it;\n"
        "CREATE VIEW report AS SELECT origin, 'x' AS reason FROM houses WHERE origin.row > 2;\n"
    )
    ran = imported(source)
    assert ran.status == 0, ran.err
    rows = source.tables()["people.csv"].decode().splitlines()[1:]
    assert dict(zip(MACROS, rows, strict=True)) == {
        call: f"m-{n:02},{expected or '–'}" for n, (call, expected) in enumerate(MACROS.items())
    }
