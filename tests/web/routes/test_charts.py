"""Charts of saved questions: of the rows of the answer, on the page and by themselves, no more than can be read."""

import csv
import re
import xml.etree.ElementTree as ET
from io import StringIO

import httpx
import pytest

SVG = "{http://www.w3.org/2000/svg}"


def _svg(client: httpx.Client, address: str) -> ET.Element:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return ET.fromstring(answer.text)  # noqa: S314 - what the server has drawn


def _rows(client: httpx.Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get(address).text)))


def test_bars_are_as_long_as_their_numbers(real: httpx.Client) -> None:
    svg, rows = _svg(real, "/queries/networks.svg?lang=en"), _rows(real, "/queries/networks.csv?lang=en")
    bars = {(e.findtext(f".//{SVG}title") or "").rpartition(": ")[0]: e for e in svg.iter(SVG + "svg") if e is not svg}
    assert bars.keys() == {row["name"] for row in rows}
    longest = max(int(row["members"]) for row in rows)
    for row in rows:
        (bar,) = (each for each in bars[row["name"]].iter(SVG + "rect") if each.get("class") == "certain")
        assert float((bar.get("width") or "").rstrip("%")) == pytest.approx(
            max(100 * int(row["members"]) / longest, 0.3), abs=0.01
        )


def test_of_many_rows_the_longest_are_drawn_and_the_others_counted(real: httpx.Client) -> None:
    svg, rows = _svg(real, "/queries/countries.svg?lang=en"), _rows(real, "/queries/countries.csv?lang=en")
    drawn = [each.text for each in svg.iter(SVG + "text") if each.get("class") == "count"]
    assert drawn == [str(n) for n in sorted((int(row["memberships"]) for row in rows), reverse=True)[:30]]
    (more,) = (e.text or "" for e in svg.iter(SVG + "text") if e.get("class") == "more")
    assert more.startswith(f"{len(rows) - 30} ")


def test_what_is_nearest_stands_first(real: httpx.Client) -> None:
    rows = _rows(real, "/queries/nearest-members.csv?lang=en")
    svg = _svg(real, "/queries/nearest-members.svg?lang=en")
    titles = [each.findtext(f".//{SVG}title") or "" for each in svg.iter(SVG + "svg") if each is not svg]
    assert [title.rpartition(": ")[0] for title in titles] == [row["city"] for row in rows]


def test_years_without_a_row_are_there_and_numbers_are_added_up(real: httpx.Client) -> None:
    asked = "first_year=1996&last_year=2010"
    rows = {int(row["year"]): int(row["joins"]) for row in _rows(real, f"/queries/joins-per-year.csv?{asked}")}
    svg = _svg(real, f"/queries/joins-per-year.svg?{asked}&lang=en")
    assert re.findall(r"\d+", svg.findtext(SVG + "desc") or "") == [
        str(n) for n in (min(rows), max(rows), sum(rows.values()))
    ]
    columns = dict((title.text or "").split(": ") for title in svg.iter(SVG + "title") if ": " in (title.text or ""))
    assert {int(year): int(count) for year, count in columns.items()} == rows


def test_places_of_an_answer_are_on_a_map(real: httpx.Client) -> None:
    svg = _svg(real, "/queries/cities.svg")
    rows = [row for row in _rows(real, "/queries/cities.csv") if row["latitude"]]
    assert str(len(rows)) in (svg.findtext(SVG + "desc") or "")


def test_a_page_has_its_chart_with_the_values_asked_for(real: httpx.Client) -> None:
    page = real.get("/queries/joins-per-year?first_year=2000", headers={"accept": "text/html"}).text
    assert page.count('class="picture growth"') == 1
    (address,) = re.findall(r'href="(/queries/joins-per-year\.svg[^"]*)"', page)
    assert "first_year=2000" in address
    _svg(real, address.replace("&amp;", "&"))
    for name in ("conflicts", "city-timeline"):  # of which a chart tells no more
        assert "<figure" not in real.get(f"/queries/{name}", headers={"accept": "text/html"}).text
        assert real.get(f"/queries/{name}.svg").status_code == 404


def test_an_answer_without_rows_has_no_chart(real: httpx.Client) -> None:
    asked = "first_year=1800&last_year=1801"
    assert real.get(f"/queries/joins-per-year.svg?{asked}").status_code == 404
    page = real.get(f"/queries/joins-per-year?{asked}", headers={"accept": "text/html"})
    assert (page.status_code, "<figure" in page.text) == (200, False)
    assert real.get("/queries/joins-per-year.svg?first_year=x").status_code == 400
