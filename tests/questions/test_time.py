"""Time: on a world of its own, built from tables by the package, every question about a day at its edges."""

import re
from collections.abc import Callable

import pyoxigraph as ox
import pytest

from interurban.iris import Base
from questions.golden import QUERIES, QUESTIONS, answer
from questions.towns import FILES, TOWNS, build

Rows = list[dict[str, str]]
Ask = Callable[..., Rows]

# day -> the towns of which it is certain, presumed, possible and unknown that they were members; source one is of 2024
# and speaks in the present
DAYS = {
    "2001-12-31": ("", "", "", "efgij"), "2002-01-01": ("", "", "ach", "efgij"),
    "2002-02-28": ("", "", "ach", "efgij"), "2002-03-01": ("h", "", "ac", "efgij"),
    "2002-12-30": ("h", "", "ac", "efgij"), "2002-12-31": ("ach", "", "", "efgij"),
    "2009-12-31": ("ach", "", "", "efgij"), "2010-01-01": ("ach", "", "di", "efgj"),
    "2010-06-01": ("ach", "", "di", "efgj"), "2010-06-02": ("ah", "", "cdi", "efgj"),
    "2010-06-30": ("ah", "", "cdi", "efgj"), "2010-07-01": ("ah", "", "di", "efgj"),
    "2010-12-31": ("ah", "", "di", "efgj"), "2011-01-01": ("ah", "", "", "efgj"),
    "2017-12-31": ("ah", "", "", "efgj"), "2018-01-01": ("ah", "", "g", "efj"),
    "2018-12-30": ("ah", "", "g", "efj"), "2018-12-31": ("agh", "", "", "efj"),
    "2019-09-24": ("agh", "", "", "efj"), "2019-09-25": ("abgh", "", "", "efj"),
    "2020-05-01": ("abgh", "", "", "efj"), "2020-05-02": ("abh", "", "g", "efj"),
    "2020-05-31": ("abh", "", "g", "efj"), "2020-06-01": ("abh", "", "", "efgj"),
    "2023-12-31": ("abh", "", "", "efgj"), "2024-01-01": ("abh", "", "e", "fgj"),
    "2024-01-02": ("", "abh", "e", "fgj"), "2024-05-28": ("", "abh", "e", "fgj"),
    "2024-05-29": ("f", "abh", "e", "gj"), "2024-05-30": ("", "abh", "e", "fgj"),
    "2024-12-31": ("", "abh", "e", "fgj"), "2025-01-01": ("", "abh", "", "efgj"),
    "9999-12-31": ("", "abh", "", "efgj"),
}  # fmt: skip
STANDINGS = ("Certain", "Presumed", "Possible", "Unknown")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The dataset that the package makes of the tables above with the real ontology and shapes."""
    return build(FILES, tmp_path_factory.mktemp("world") / "data")


@pytest.fixture
def ask(world: ox.Store, rows_of: Callable[[str], Rows]) -> Ask:
    return lambda name, **values: rows_of(answer(world, QUESTIONS[name], values, Base()))


def towns(rows: Rows, column: str) -> str:
    """Return the letters of the towns that a column names, in order."""
    return "".join(sorted(row[column].rpartition("/")[2] for row in rows))


@pytest.mark.parametrize(("day", "expected"), DAYS.items(), ids=list(DAYS))
def test_who_was_a_member_on_a_day_and_how_surely(day: str, expected: tuple[str, ...], ask: Ask) -> None:
    members = ask("network-members", network="rivers", date=day, unknown="yes")
    by_standing = [towns([row for row in members if row["standing"] == name], "member") for name in STANDINGS]
    assert tuple(by_standing) == expected
    known = ask("network-members", network="rivers", date=day)
    assert [row for row in members if row["standing"] != "Unknown"] == known  # what is unknown has to be asked for


@pytest.mark.parametrize(("day", "expected"), DAYS.items(), ids=list(DAYS))
def test_every_question_about_members_gives_the_same_answer(day: str, expected: tuple[str, ...], ask: Ask) -> None:
    for unknown in ("no", "yes"):
        held = "".join(sorted("".join(expected[: 4 if unknown == "yes" else 3])))
        asked = {"date": day, "unknown": unknown}
        edges = [row for row in ask("membership-edges", **asked) if row["target"].endswith("rivers")]
        assert towns(edges, "source") == held
        assert towns([row for row in edges if row["certain_weight"] == "1"], "source") == expected[0]
        assert towns(ask("nearest-members", network="rivers", city="a", **asked), "member") == held
        for town in TOWNS:
            rows = [row for row in ask("city-networks", city=town, **asked) if row["name"] == "Rivers"]
            sure = [name for name, those in zip(STANDINGS, expected, strict=True) if town in those and town in held]
            assert [row["standing"] for row in rows] == sure


def test_precision_is_kept(ask: Ask) -> None:
    rows = ask("network-members", network="rivers", date="2010-03-01")
    assert {row["name"][-1]: (row["since"], row["until"]) for row in rows} == {
        "a": ("2002", ""), "c": ("2002", "2010-06"), "d": ("2010", "2010"), "h": ("2002", ""), "i": ("", "2010"),
    }  # fmt: skip
    (held,) = [r for r in ask("network-members", network="rivers", date="2024-05-29") if r["name"] == "Council f"]
    assert (held["since"], held["attested"], held["standing"]) == ("", "2024-05-29", "Certain")


@pytest.mark.parametrize(
    ("day", "shared"),
    [
        ("2002-12-31", []),
        ("2003-01-01", [("Hills", "Possible")]),
        ("2003-12-31", [("Hills", "Certain")]),
        ("2004-01-01", [("Hills", "Certain")]),
        ("2004-12-31", [("Hills", "Possible")]),
        ("2005-01-01", []),
        ("2019-09-24", []),
        ("2019-09-25", [("Rivers", "Certain")]),
        ("2024-01-02", [("Rivers", "Presumed")]),
    ],
)
def test_what_two_cities_share_is_as_sure_as_the_less_sure(day: str, shared: list[tuple[str, str]], ask: Ask) -> None:
    for one, other in ("ab", "ba"):
        rows = ask("shared-networks", city=one, other=other, date=day)
        assert [(row["name"], row["standing"]) for row in rows] == shared


@pytest.mark.parametrize(
    ("day", "member"), [("2005-06-30", True), ("2005-07-01", False), ("2005-12-31", False), ("2006-01-01", True)]
)
def test_who_left_and_came_back_was_away_in_between(day: str, member: bool, ask: Ask) -> None:
    assert [row["name"] for row in ask("network-members", network="hills", date=day)] == ["Council a"] * member


def test_edges_weigh_what_is_shared_and_how_much_of_it_is_certain(ask: Ask) -> None:
    def edges(day: str, **values: str) -> dict[str, tuple[str, str]]:
        rows = ask("co-membership", date=day, **values)
        assert all(row["source"] < row["target"] for row in rows)
        return {r["source"][-1] + r["target"][-1]: (r["weight"], r["certain_weight"]) for r in rows}

    assert edges("2003-06-30") == {"ab": ("1", "0"), "ac": ("1", "1"), "ah": ("1", "1"), "ch": ("1", "1")}
    assert edges("2003-06-30", largest="9") == {"ab": ("1", "0")}  # the ten of the rivers are too many
    assert edges("2001-12-31") == {}
    assert edges("2019-09-25")["ab"] == ("1", "1")


def test_an_office_is_handed_over_on_a_day_on_which_both_hold_it(ask: Ask) -> None:
    def holders(day: str) -> list[tuple[str, str]]:
        return [(row["name"], row["standing"]) for row in ask("office-holder", post="a-mayor", date=day)]

    assert holders("1998-12-31") == []
    assert holders("1999-01-01") == [("Ada", "Possible")]
    assert holders("1999-12-31") == [("Ada", "Certain")]
    assert holders("2002-06-15") == [("Ada", "Certain"), ("Bea", "Certain")]
    assert holders("2002-06-16") == [("Bea", "Certain")]
    assert holders("2006-05-31") == [("Bea", "Certain")]
    assert holders("2006-06-01") == holders("2024-01-01") == [("Cleo", "Certain")]
    assert holders("2024-01-02") == holders("2100-01-01") == [("Cleo", "Presumed")]


def test_who_was_mayor_when_a_city_joined(ask: Ask) -> None:
    """In 2002 there were two; in 2006 the year is not enough to tell; one who governs as mayor is a mayor too."""
    rows = ask("mayor-when-joined", city="a")
    assert [(row["network"], row["joined"], row["mayor_name"], row["standing"]) for row in rows] == [
        ("Hills", "2001-02", "Ada", "Certain"),
        ("Rivers", "2002", "Ada", "Possible"),
        ("Rivers", "2002", "Bea", "Possible"),
        ("Hills", "2006", "Bea", "Possible"),
        ("Hills", "2006", "Cleo", "Possible"),
    ]
    rows = ask("mayor-when-joined", city="b")
    assert [(row["network"], row["mayor_name"], row["standing"]) for row in rows] == [
        ("Hills", "", ""),
        ("Rivers", "Cleo", "Possible"),
    ]
    rows = ask("mayor-when-joined", city="b", unknown="yes")
    assert [(row["network"], row["mayor_name"], row["standing"]) for row in rows] == [
        ("Hills", "Cleo", "Unknown"),
        ("Rivers", "Cleo", "Possible"),
    ]


def test_only_joins_of_a_known_year_are_counted(ask: Ask) -> None:
    rows = ask("joins-per-year", first_year="2002", last_year="2010")
    assert [tuple(row.values()) for row in rows] == [
        ("2002", "3", "3", "1"), ("2003", "1", "1", "1"), ("2006", "1", "1", "1"), ("2010", "1", "1", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "possibly", "certainly"),
    [
        ("2019-12-31", "2019-12-31", "", ""),
        ("2020-01-01", "2020-01-01", "year", ""),
        ("2020-02-28", "2020-02-28", "days month year", "days"),
        ("2020-02-29", "2020-02-29", "day days month year", "day days"),
        ("2020-03-01", "2020-03-01", "days year", "days"),
        ("2020-03-02", "2020-12-31", "year", ""),
        ("2020-02-01", "2020-02-29", "day days month year", "day days month"),
        ("2020-01-01", "2020-12-31", "day days month year", "day days month year"),
        ("2021-01-01", "2021-12-31", "", ""),
        ("2020-12-31", "2020-01-01", "", ""),
    ],
)
def test_which_events_lie_in_a_period(first: str, last: str, possibly: str, certainly: str, ask: Ask) -> None:
    rows = ask("events", **{"from": first, "to": last})
    names = {row["event"].rpartition("/")[2]: row["certain"] for row in rows}
    assert " ".join(sorted(names)) == possibly
    assert " ".join(sorted(name for name, certain in names.items() if certain == "true")) == certainly
    in_a = ask("city-events", city="a", **{"from": first, "to": last})
    assert sorted(row["event"] for row in in_a) == sorted(r["event"] for r in rows if not r["event"].endswith("year"))


@pytest.mark.parametrize(
    ("day", "pairs"),
    [
        ("2016-12-31", {}),
        ("2017-01-01", {"ab": "0"}),
        ("2017-03-01", {"ab": "0", "ac": "1"}),
        ("2017-03-02", {"ab": "0"}),
        ("2017-12-31", {"ab": "1"}),
        ("2024-01-01", {"ab": "1", "de": "1"}),
        ("2024-01-02", {"ab": "0", "de": "0"}),  # presumed
        ("2025-06-30", {"ab": "0", "de": "0"}),  # the programme of d and e may be over by now
        ("2026-01-01", {"ab": "0"}),  # and now it is
        ("2030-01-01", {"ab": "0"}),
    ],
)
def test_who_is_paired_on_a_day(day: str, pairs: dict[str, str], ask: Ask) -> None:
    rows = ask("pairing-edges", date=day)
    assert {row["source"][-1] + row["target"][-1]: row["certain_weight"] for row in rows} == pairs


def test_nearest_comes_first_at_its_distance(ask: Ask) -> None:
    """A degree of a meridian is 111 km."""
    rows = ask("nearest-members", network="rivers", city="b", date="2024-06-01")
    assert [(row["city"], round(float(row["kilometres"]))) for row in rows] == [
        ("Town b", 0), ("Town a", 111), ("Town e", 334), ("Town h", 667),
    ]  # fmt: skip


def test_where_sources_disagree_both_are_told_and_the_better_is_believed(ask: Ask) -> None:
    rows = ask("conflicts")
    assert [(r["name"], r["property_name"], r["believed"], r["value"], r["title"], r["rank"]) for r in rows] == [
        ("Council a · Rivers", "Start", "2002", "2002", "Source one", "1"),
        ("Council a · Rivers", "Start", "2002", "2003", "Source two", "2"),
    ]
    said = [(row["since"], row["title"]) for row in ask("membership-sources", city="a") if row["network"] == "Rivers"]
    assert said == [("2002", "Source one"), ("2003", "Source two")]


def test_every_question_about_a_day_tells_it_in_the_same_words() -> None:
    """The filter for what lasts, and the one for events, stand letter by letter alike wherever they stand."""
    lasting, events = set(), set()
    for path in QUERIES.glob("*.rq"):
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"  # How it was on the day: .*\n((?:.*\n){3})", text):
            lasting.add(
                re.sub(r"\?(?:one|two)?[pP]hase", "?phase", " ".join(block.split()).partition("iu:firstDay ")[2])
            )
        if "?event iu:startEarliest ?day" in text:
            events.add(text[text.index("# In the period") : text.index("OPTIONAL")])
        assert ("_date_xsd_date" in text) <= ("iu:phase" in text), path.name
    assert lasting == {
        "?phaseFrom ; iu:lastDay ?phaseUntil . FILTER(?phaseFrom <= ?_date_xsd_date && ?_date_xsd_date <= ?phaseUntil)"
    }
    assert len(events) == 1
