"""Pictures of made-up facts: hostile names, many things, places where the projections are known."""

import json
import re
import xml.etree.ElementTree as ET
from importlib.resources import files

import pytest

from interurban.pictures.drawing import Caption, draw
from interurban.pictures.facts import (
    Bars,
    EgoNetwork,
    Facts,
    Growth,
    Lasting,
    Map,
    Pair,
    Place,
    Span,
    Thing,
    Timeline,
    Year,
)
from interurban.pictures.projection import frames

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '</title><script>alert(1)</script>" onload="alert(2)'
_THING = Thing(EVIL, EVIL, '/doc/city/"><script>')


def _svg(facts: Facts, name: str = "A name") -> ET.Element:
    return ET.fromstring(_text(facts, name))  # noqa: S314 - what we have drawn


def _text(facts: Facts, name: str = "A name") -> str:
    return str(draw(facts, Caption("picture", name, name, "en"), str, ".picture { color: red }"))


def _lasting(*spans: tuple[str, str, str], name: str = "Network") -> Lasting:
    return Lasting(Thing("x", name), [Span(*span) for span in spans])


@pytest.mark.parametrize(
    "facts",
    [
        Map([Place(_THING, 45, 11)], [Pair(_THING, Place(_THING, 45, 11), Place(_THING, 35, 135))], EVIL),
        Timeline([Lasting(_THING, [Span("certain", "2010-01-01", "2015-12-31")])], "2026-01-01"),
        Growth([Year(2010, 1, 1), Year(2011, 2, 3)], EVIL, EVIL),
        EgoNetwork(_THING, [(_THING, 3)]),
        Bars([(_THING, 3, EVIL), (_THING, -3, EVIL)], EVIL),
    ],
    ids=lambda facts: type(facts).__name__,
)
def test_names_stay_text(facts: Facts) -> None:
    svg = _svg(facts, EVIL)
    assert not list(svg.iter(SVG + "script"))
    assert not [name for e in svg.iter() for name in e.attrib if name.startswith("on")]
    assert svg.findtext(SVG + "title") == EVIL


def test_a_standing_is_a_class_and_a_single_attestation_a_dot() -> None:
    year = ("unknown", "0001-01-01", "2015-12-31"), ("possible", "2016-01-01", "2016-12-31")
    rows = [
        _lasting(("possible", "2010-01-01", "2010-12-30"), ("certain", "2010-12-31", "2020-01-01"), name="begun"),
        _lasting(*year, ("unknown", "2017-01-01", "9999-12-31"), name="once"),
        _lasting(("certain", "2012-05-01", "2014-06-30"), ("presumed", "2014-07-01", "9999-12-31"), name="open"),
        _lasting(("unknown", "0001-01-01", "9999-12-31"), name="never told of"),
    ]
    svg = _svg(Timeline(rows, "2026-01-01"))
    drawn = {
        row.findtext(SVG + "title"): [e.get("class") for e in row.iter() if e.get("class") in _KINDS]
        for row in svg.iter(SVG + "svg")
        if row.get("class") == "row"
    }
    assert drawn == {"begun": ["possible", "certain"], "open": ["certain", "presumed"], "once": ["attested"]}
    hatched = [e for e in svg.iter(SVG + "rect") if (e.get("fill") or "").startswith("url(#")]
    assert {e.get("class") for e in hatched} == {"possible"}


_KINDS = ("certain", "presumed", "possible", "attested")


def test_bars_lie_where_their_days_are() -> None:
    svg = _svg(
        Timeline(
            [_lasting(("certain", "2000-01-01", "2009-12-31")), _lasting(("certain", "2010-01-01", "2019-12-31"))],
            "2020-01-01",
        )
    )
    first, second = (e for e in svg.iter(SVG + "rect") if e.get("class") == "certain" and e.get("x") != "1")
    at = [float((e.get(name) or "").rstrip("%")) for e in (first, second) for name in ("x", "width")]
    assert at[0] + at[1] == pytest.approx(at[2], abs=0.1)
    assert at[1] == pytest.approx(at[3], rel=0.01)


def test_more_rows_than_can_be_read_are_counted() -> None:
    rows = [_lasting(("certain", "2010-01-01", "2020-01-01"), name=f"Network {n}") for n in range(100)]
    svg = _svg(Timeline(rows, "2026-01-01"))
    assert len([e for e in svg.iter(SVG + "svg") if e.get("class") == "row"]) == 60
    assert "40" in next(e.text or "" for e in svg.iter(SVG + "text") if e.get("class") == "more")


def test_a_map_of_thousands_is_small_and_loses_nobody() -> None:
    places = [
        Place(Thing(f"c{n}", f"City {n}"), 36 + (n * 7919 % 12000) / 400, -9 + (n * 104729 % 12000) / 320)
        for n in range(12_000)
    ]
    written = _text(Map(places))
    assert len(written.encode()) < 150_000
    assert re.search(r">\d+ cities here<", written)


def test_a_map_shows_the_part_where_its_places_are() -> None:
    svg = _svg(Map([Place(Thing(name, name), *at) for name, at in _ITALY.items()]))
    (ground,) = (each for each in svg.iter(SVG + "svg") if each.get("class") == "ground")
    left, top, width, height = map(float, (ground.get("viewBox") or "").split())
    assert width < frames()["europe"].width / 2
    for circle in svg.iter(SVG + "circle"):
        assert left < float(circle.get("cx") or 0) < left + width
        assert top < float(circle.get("cy") or 0) < top + height


_ITALY = {"Modena": (44.65, 10.93), "Palermo": (38.12, 13.36), "Torino": (45.07, 7.69)}


def test_a_map_is_no_larger_than_its_places() -> None:
    assert _frame((44.6, 10.9), (60.2, 24.9)) == "europe"
    assert _frame((44.6, 10.9), (34.7, 135.7)) == "world"


@pytest.mark.parametrize("name", ["europe", "world"])
def test_places_lie_where_another_program_projects_them(name: str) -> None:
    outlines = json.loads(files("interurban.pictures").joinpath("outlines.json").read_text(encoding="utf-8"))
    frame = frames()[name]
    assert len(outlines[name]["reference"]) == 10
    for longitude, latitude, x, y in outlines[name]["reference"]:
        assert frame.place(latitude, longitude) == pytest.approx((x, y), abs=0.01)


def _frame(*places: tuple[float, float], whole: bool = False) -> str:
    drawn = Map([Place(Thing(str(at), str(at)), *at) for at in places], whole=whole)
    return (_svg(drawn).get("class") or "").split()[2]


def test_where_nearly_all_are_near_each_other_the_others_are_counted() -> None:
    near, far = [(44.0 + n / 10, 10.9) for n in range(19)], (34.7, 135.7)
    drawn = Map([Place(Thing(str(at), str(at)), *at) for at in (*near, far)])
    assert _frame(*near, far) == "europe"
    assert re.findall(r">and (\d+) elsewhere", _text(drawn)) == ["1"]
    assert str(far) not in _text(drawn)
    assert _frame(*near, far, whole=True) == "world"
    assert _frame(*near[:5], far) == "world"  # one of six is too many to leave out
    pair = Map(drawn.places, [Pair(_THING, drawn.places[0], drawn.places[-1])])
    assert "picture map world" in _text(pair)  # a line has both its ends


def test_for_who_looks_nearer_each_of_many_has_a_mark() -> None:
    places = [Place(Thing(f"c{n}", f"City {n}"), 40 + n // 60 / 10, -4 + n % 60 / 10) for n in range(1500)]
    gathered, each = (re.findall(r"m[\d -]+h0", _text(Map(places, each=own))) for own in (False, True))
    assert len(gathered) < len(each)
    assert len(each) == 2 * len(places)  # each with a rim
