# ruff: noqa: E501  # parts of a workbook
"""The publishers' files: CSV in whatever encoding it has, and workbooks."""

import io
import zipfile

import pytest

from interurban.files import LARGEST
from sources.conftest import CSV, SQL, Source, imported

XLSX = r"application\/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    ("encoding", "delimiter", "above"),
    [("iso-8859-1", ",", 0), ("windows-1252", ";", 2), ("utf-16", "|", 0), ("utf-8-sig", ",", 0)],
)
def test_a_file_is_read_in_the_encoding_it_is_said_to_have(
    encoding: str, delimiter: str, above: int, source: Source
) -> None:
    text = "A list\r\n" * above + f"Name{delimiter}Short\r\nMaison des Poètes{delimiter}MP\r\n"
    source.content = text.encode(encoding)
    dialect = f'csvw:encoding "{encoding}" ; csvw:delimiter "{delimiter}" ; csvw:skipRows {above}'
    source.describe(more=f"csvw:dialect [ {dialect} ]")
    ran = imported(source)
    assert ran.status == 0, ran.err
    assert source.tables()["organizations.csv"].decode().splitlines()[1] == (
        "maison-des-poetes,Maison des Poètes,Maison des Poètes,MP"
    )


def test_columns_that_the_file_does_not_name_are_numbered(source: Source) -> None:
    source.content = b"House of Letters,HL\r\nHouse of Words,HW\r\n"
    source.describe(more="csvw:dialect [ csvw:header false ]")
    source.sql(SQL.replace('"Name"', '"_col.1"').replace('"Short"', '"_col.2"'))
    ran = imported(source)
    assert ran.status == 0, ran.err
    assert len(source.tables()["organizations.csv"].splitlines()) == 1 + 2


def test_a_file_in_another_encoding_is_told_with_its_line(source: Source) -> None:
    source.content = CSV.replace("Nameless", "Poètes").encode("iso-8859-1")
    source.describe()
    ran = imported(source)
    assert ran.status == 1
    assert "line 3" in ran.err
    assert "csvw:encoding" in ran.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no rows"),
        ("Name,Name\na,b\n", "csvw:skipRows"),
        ("Name,,Short\na,b,c\n", "csvw:skipRows"),
        ("Name,Short\na,b,c\n", "row 2 of «houses» has more cells"),
        ('Name,Short\n"a,b\n', "not CSV"),
    ],
)
def test_a_file_that_is_no_table_is_told(content: str, told: str, source: Source) -> None:
    source.content = content.encode()
    source.describe(known=bool(content))
    if not content:
        source.describe(more="spdx:checksum <graph/letters#sum>", known=False)
    ran = imported(source)
    assert ran.status == 1
    assert told in ran.err


def workbook(rows: str, sheet: str = "Houses", padding: int = 0) -> bytes:
    """Return the least that is a workbook, with one sheet; padding: bytes of spaces in it."""
    kinds = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for part, kind in (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"))
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
        with package.open("xl/padding.xml", "w") as part:
            for _ in range(padding // 2**20):
                part.write(b" " * 2**20)
    return file.getvalue()


def cells(number: int, *values: object) -> str:
    def cell(column: str, value: object) -> str:
        kind = {str: ' t="inlineStr"', bool: ' t="b"'}.get(type(value), "")
        content = (
            f"<is><t>{value}</t></is>"
            if isinstance(value, str)
            else f"<v>{int(value) if isinstance(value, bool) else value}</v>"
        )
        return f'<c r="{column}{number}"{kind}>{content}</c>'

    return f'<row r="{number}">' + "".join(cell("AB"[n], value) for n, value in enumerate(values)) + "</row>"


def test_a_workbook_is_read_with_the_rows_that_people_see(source: Source) -> None:
    source.content = workbook(
        cells(2, "A list") + cells(4, "Name", "Short") + cells(5, 20493.0, True) + cells(7, "", "X")
    )
    source.describe(media_type=XLSX, more='iu:sheet "Houses" ; csvw:dialect [ csvw:skipRows 3 ]')
    ran = imported(source)
    assert ran.status == 0, ran.err
    assert source.tables()["organizations.csv"].decode().splitlines()[1] == "20493,20493,20493,true"
    assert source.tables()["import-report.csv"].decode().splitlines()[1] == "houses,7,left-out,no-name,X"


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(source: Source) -> None:
    source.content = workbook(cells(1, "Name", "Short"))
    source.describe(media_type=XLSX, more='iu:sheet "Flats"')
    ran = imported(source)
    assert ran.status == 1
    assert "there are: Houses" in ran.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (CSV.encode(), "no workbook"),
        (b"<html>", "web page"),
        (workbook("", padding=LARGEST), "not opened"),
        (workbook("<row"), "cannot be read"),
    ],
    ids=["text", "page", "bomb", "broken"],
)
def test_what_is_no_workbook_is_told(content: bytes, told: str, source: Source) -> None:
    source.content = content
    source.describe(media_type=XLSX)
    ran = imported(source)
    assert ran.status == 1
    assert told in ran.err
