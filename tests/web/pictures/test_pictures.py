"""The pictures of the real data as others get them: SVG that says what its CSV says, and safe to put into any page."""

import csv
import io
import itertools
import xml.etree.ElementTree as ET
from base64 import b64encode
from hashlib import sha256

import httpx
import pytest

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = (
    "timeline/city/it-modena",
    "ego/city/it-modena",
    "map/city/it-ancona",
    "map/programme/iuc",
    "map/network/unesco-creative-cities",
    "growth/network/covenant-of-mayors",
    "map/city",
    "growth/membership",
)


def _drawn(client: httpx.Client, picture: str, query: str = "lang=en") -> ET.Element:
    answer = client.get(f"picture/{picture}.svg?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    return ET.fromstring(answer.text)  # noqa: S314 - our own server's


def _facts(client: httpx.Client, picture: str, query: str = "lang=en") -> list[dict[str, str]]:
    answer = client.get(f"picture/{picture}.csv?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_says_what_it_is_in_the_readers_language(real: httpx.Client, picture: str) -> None:
    for language in ("en", "it"):
        svg = _drawn(real, picture, f"lang={language}")
        title, description = svg.find(SVG + "title"), svg.find(SVG + "desc")
        assert title is not None
        assert title.text
        assert description is not None
        assert description.text
        assert (svg.get("lang"), svg.get("aria-labelledby")) == (language, title.get("id"))
        # what is in an image cannot be reached, so one with links is none
        links = [link for link in svg.iter(SVG + "a") if link.get("tabindex") != "-1"]
        assert svg.get("role") == ("group" if links or list(svg.iter(SVG + "a")) else "img")


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_runs_nothing_and_its_style_is_the_one_that_its_policy_allows(
    real: httpx.Client, picture: str
) -> None:
    answer = real.get(f"picture/{picture}.svg?lang=en")
    svg = ET.fromstring(answer.text)  # noqa: S314 - our own server's
    elements = list(svg.iter())
    assert not [e for e in elements if e.tag in (SVG + "script", SVG + "foreignObject", SVG + "image", SVG + "use")]
    assert not [name for e in elements for name in e.attrib if name == "style" or name.startswith("on")]
    (style,) = svg.iter(SVG + "style")
    own = b64encode(sha256((style.text or "").encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy == f"default-src 'none'; style-src 'sha256-{own}'; base-uri 'none'; form-action 'none'"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("picture", PICTURES)
def test_the_same_picture_is_the_same_bytes_and_is_not_sent_twice(real: httpx.Client, picture: str) -> None:
    for extension in ("svg", "csv"):
        first, second = (real.get(f"picture/{picture}.{extension}?lang=it") for _ in range(2))
        assert first.content == second.content
        again = real.get(f"picture/{picture}.{extension}?lang=it", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304


def test_a_time_line_has_a_bar_for_each_span_and_shows_its_standing(real: httpx.Client) -> None:
    svg, facts = _drawn(real, PICTURES[0]), _facts(real, PICTURES[0])
    rows = [each for each in svg.iter(SVG + "svg") if each.get("class") == "row"]
    bars = [[bar.get("class") for bar in row.iter(SVG + "rect") if bar.get("class") != "hit"] for row in rows]
    told: dict[str, list[str]] = {}
    for fact in facts:
        told.setdefault(fact["thing"], []).append(fact["standing"])
    assert bars == list(told.values())
    assert ["possible", "certain", "presumed"] in bars
    names = [row.findtext(f"{SVG}a/{SVG}title") for row in rows]
    assert names == list(dict.fromkeys(fact["name"] for fact in facts))
    links = [link.get("href") or "" for row in rows for link in row.iter(SVG + "a")]
    assert all(real.get(link).status_code == 200 for link in links)
    # only the year is known: a year of twelve months is hatched
    year = next(f for f in facts if f["standing"] == "possible")
    assert (year["first"][5:], year["last"][5:]) == ("01-01", "12-30")


def test_a_day_is_marked_on_a_time_line_and_counts_on_a_map(real: httpx.Client) -> None:
    assert not [e for e in _drawn(real, PICTURES[0]).iter() if e.get("class") == "day"]
    assert [e for e in _drawn(real, PICTURES[0], "lang=en&at=2015-06-01").iter() if e.get("class") == "day"]
    network = "map/network/unesco-creative-cities"
    assert len(_facts(real, network, "lang=en&at=2010-01-01")) < len(_facts(real, network))


def test_a_map_has_a_mark_for_each_place_and_a_line_for_each_pair(real: httpx.Client) -> None:
    svg, facts = _drawn(real, "map/programme/iuc"), _facts(real, "map/programme/iuc")
    (pairs,) = (each for each in svg.iter(SVG + "g") if each.get("class") == "pairs")
    assert [line.findtext(SVG + "title") for line in pairs] == [fact["name"] for fact in facts]
    named = {name for circle in svg.iter(SVG + "circle") for name in circle.findtext(SVG + "title", "").split(", ")}
    assert named == {fact[end] for fact in facts for end in ("one", "other")}
    assert svg.get("class") == "picture map world alone"
    assert _drawn(real, "map/network/eurocities").get("class") == "picture map europe alone"


def test_a_list_has_pictures_of_what_a_reader_has_chosen(real: httpx.Client) -> None:
    every, chosen = (_facts(real, "map/city", query) for query in ("lang=en", "lang=en&country=ITA"))
    assert 0 < len(chosen) < len(every)
    assert [fact for fact in every if fact in chosen] == chosen
    assert {"name": "Modena", "size": "16"}.items() <= next(f for f in chosen if f["name"] == "Modena").items()
    network = _facts(real, "growth/membership", "lang=en&network=unesco-creative-cities")
    assert [list(f.values())[1:] for f in network] == [
        list(f.values())[1:] for f in _facts(real, "growth/network/unesco-creative-cities")
    ]


def test_where_sizes_say_nothing_all_are_the_same(real: httpx.Client) -> None:
    network = _drawn(real, "map/network/unesco-creative-cities")
    assert len({circle.get("r") for circle in network.iter(SVG + "circle")}) == 1
    legends = [each for each in _drawn(real, "map/city").iter(SVG + "g") if "legend" in (each.get("class") or "")]
    assert [(legend.findall(SVG + "text")[-1].text or "").endswith("networks") for legend in legends] == [True]


def test_what_has_no_place_is_counted(real: httpx.Client) -> None:
    drawn, whole = _drawn(real, "map/city"), real.get("doc/city.csv").text
    cities, shown = len(list(csv.reader(io.StringIO(whole)))) - 1, len(_facts(real, "map/city"))
    assert cities > shown
    assert f"Of {cities - shown} more the place is not known here." in (drawn.findtext(SVG + "desc") or "")


def test_growth_adds_up(real: httpx.Client) -> None:
    facts = _facts(real, PICTURES[5])
    svg = _drawn(real, PICTURES[5])
    columns = [bar.findtext(SVG + "title") for bar in svg.iter(SVG + "rect")]
    assert columns == [f"{fact['year']}: {fact['came']}" for fact in facts if fact["came"] != "0"]
    assert int(facts[0]["total"]) == int(facts[0]["came"])
    for before, after in itertools.pairwise(facts):
        assert int(after["year"]) == int(before["year"]) + 1
        assert int(after["total"]) <= int(before["total"]) + int(after["came"])


def test_the_thickest_lines_lead_to_those_with_most_in_common(real: httpx.Client) -> None:
    facts = _facts(real, PICTURES[1])
    svg = _drawn(real, PICTURES[1])
    (ties,) = (each for each in svg.iter(SVG + "g") if each.get("class") == "ties")
    widths = [float(line.get("stroke-width") or 0) for line in ties]
    counts = [int(fact["common"]) for fact in facts]
    assert counts == sorted(counts, reverse=True)
    assert [widths[0] >= w for w in widths] == [True] * len(counts)
    assert len(set(widths)) == len(set(counts))


@pytest.mark.parametrize(
    "path",
    [
        "timeline/city/nowhere.svg",
        "portrait/city/it-modena.svg",
        "growth/city/it-modena.svg",
        "map/city/it-modena.png",
        "map/city.svg?colour=red",
        "timeline/person.svg",
    ],
)
def test_what_cannot_be_drawn_is_not_found(real: httpx.Client, path: str) -> None:
    assert real.get(f"picture/{path}").status_code == 404


def test_the_language_of_a_picture_has_to_be_one_of_ours(real: httpx.Client) -> None:
    assert real.get("picture/timeline/city/it-modena.svg?lang=de").status_code == 400
