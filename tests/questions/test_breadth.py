"""What lists of every city bring: on a world of its own, built from tables by the package, the questions about it."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban.iris import CANONICAL_BASE, PREFIXES, Base
from questions.golden import QUESTIONS, answer
from questions.lands import FILES
from questions.towns import build

Rows = list[dict[str, str]]
Ask = Callable[..., list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The dataset that the package makes of the tables with the real ontology and shapes."""
    where: Path = tmp_path_factory.mktemp("lands")
    return build(FILES, where / "data")


@pytest.fixture
def ask(world: ox.Store, rows_of: Callable[[str], Rows]) -> Ask:
    """Return a function from a question and values to its rows, things by their short names."""

    def ask(name: str, **values: str) -> list[tuple[str, ...]]:
        rows = rows_of(answer(world, QUESTIONS[name], values, Base()))
        return [tuple(value.rpartition("/id/")[2] for value in row.values()) for row in rows]

    return ask


def labels(world: ox.Store, thing: str) -> dict[str, str]:
    """Return what a thing is called, by language."""
    found = world.quads_for_pattern(
        ox.NamedNode(f"{CANONICAL_BASE}id/{thing}"),
        ox.NamedNode(PREFIXES["rdfs"] + "label"),
        None,
        ox.DefaultGraph(),
    )
    return {q.object.language or "": q.object.value for q in found if isinstance(q.object, ox.Literal)}


@pytest.mark.parametrize(
    ("thing", "english", "italian"),
    [
        ("city/it-alba", "Alba", "Alba"),
        ("government/it-alba", "Municipality of Alba", "Comune di Alba"),
        ("government/it-turin", "Municipality of Turin", "Comune di Torino"),
        ("government/it-cuneo", "Province of Cuneo", "Provincia di Cuneo"),
        ("government/it-langhe", "Langhe", "Langhe"),
        ("government/gb-derby", "Derby City Council", "Consiglio di Derby"),
        ("organization/aess", "AESS", "AESS"),
        ("membership/it-alba--pact", "Municipality of Alba · Pact", "Comune di Alba · Patto"),
        (
            "pairing/gb-derby--it-alba",
            "Derby City Council – Municipality of Alba",
            "Consiglio di Derby – Comune di Alba",
        ),
        (
            "pledge/gb-derby--climate-emergency/2035",
            "Derby City Council: Climate emergency declaration, 2035",
            "Consiglio di Derby: Dichiarazione di emergenza climatica, 2035",
        ),
        (
            "change/it-bra-1928",
            "Municipality of Alba: Incorporation, 1928-12-06",
            "Comune di Alba: Incorporazione, 1928-12-06",
        ),
    ],
)
def test_one_name_becomes_the_names_in_both_languages(world: ox.Store, thing: str, english: str, italian: str) -> None:
    found = labels(world, thing)
    assert (found["en"], found["it"]) == (english, italian)


def test_one_code_over_several_intervals(ask: Ask) -> None:
    assert ask("official-codes", scheme="istat") == [
        ("government/it-alba", "Municipality of Alba", "004003", "", ""),
        ("government/it-bra", "Municipality of Bra", "004029", "", ""),
        ("government/it-cervo", "Municipality of Cervo", "008017", "", ""),
        ("government/it-cervo", "Municipality of Cervo", "037017", "1927", "1928-03"),
        ("government/it-cervo", "Municipality of Cervo", "037017", "1947-01-01", ""),
    ]
    assert ask("official-codes", scheme="lau") == [("city/it-alba", "Alba", "IT_004003", "", "")]


def test_who_succeeded_whom(ask: Ask, world: ox.Store) -> None:
    assert [row[0:1] + row[1:4] + row[5:6] for row in ask("successions")] == [
        ("change/it-bra-1928", "Incorporation", "1928-12-06", "government/it-alba", "government/it-alba"),
        ("change/it-bra-1928", "Incorporation", "1928-12-06", "government/it-bra", "government/it-alba"),
        ("change/gb-derby-2019", "Merger", "2019-04-01", "government/gb-derwent", "government/gb-derby"),
    ]
    replaced = world.quads_for_pattern(None, ox.NamedNode(PREFIXES["dct"] + "replaces"), None, ox.DefaultGraph())
    assert {(str(q.subject).rpartition("/")[2], str(q.object).rpartition("/")[2]) for q in replaced} == {
        ("it-alba>", "it-bra>"),  # who goes on does not succeed itself
        ("gb-derby>", "gb-derwent>"),
    }


@pytest.mark.parametrize(
    ("day", "there"),
    [
        ("1860-12-31", {}),
        ("1861-06-01", {"it-alba": "Presumed", "it-bra": "Possible"}),
        ("1928-12-05", {"it-alba": "Presumed", "it-bra": "Certain", "it-cervo": "Presumed"}),
        ("1928-12-06", {"it-alba": "Presumed", "it-cervo": "Presumed"}),
    ],
)
def test_which_governments_there_were_on_a_day(day: str, there: dict[str, str], ask: Ask) -> None:
    found = ask(
        "governments-on-a-day", date=day, country="http://publications.europa.eu/resource/authority/country/ITA"
    )
    assert {row[0].rpartition("/")[2]: row[-1] for row in found} == there


def test_a_membership_does_not_outlast_its_member(ask: Ask) -> None:
    for day, members in (("1928-12-05", ["government/it-bra"]), ("1928-12-06", [])):
        assert [row[0] for row in ask("network-members", network="pact", date=day)] == members


def test_a_joint_body_has_its_members_and_their_cities_take_part(ask: Ask, world: ox.Store) -> None:
    assert ask("joint-bodies") == [
        ("government/it-langhe", "Langhe", "government/it-alba", "Municipality of Alba"),
        ("government/it-langhe", "Langhe", "government/it-bra", "Municipality of Bra"),
    ]
    found = world.quads_for_pattern(None, ox.NamedNode(PREFIXES["iu"] + "participatesIn"), None, ox.DefaultGraph())
    assert {str(q.subject).rpartition("/")[2] for q in found} == {"it-alba>", "it-bra>", "it-turin>"}


def test_a_city_may_have_several_governments_and_a_government_several_cities(world: ox.Store) -> None:
    found = world.quads_for_pattern(None, ox.NamedNode(PREFIXES["iu"] + "governs"), None, ox.DefaultGraph())
    pairs = {(str(q.subject).rpartition("/")[2], str(q.object).rpartition("/")[2]) for q in found}
    assert {("gb-derby>", "gb-derby>"), ("gb-derwent>", "gb-derby>")} <= pairs
    assert {("it-langhe>", "it-alba>"), ("it-langhe>", "it-bra>")} <= pairs


def test_who_assists_whom_and_how_the_network_treats_it(ask: Ask) -> None:
    assert [row[:1] + row[2:6] for row in ask("assisted-members", network="pact")] == [
        ("government/it-alba", "On hold", "2024-01", "Coordinated by", "government/it-cuneo"),
        ("government/it-alba", "On hold", "2024-01", "Supported by", "organization/aess"),
        ("government/it-langhe", "Active", "2024-01", "", ""),
    ]


def test_commitments_have_their_years(ask: Ask) -> None:
    assert [row[1:2] + row[3:] for row in ask("commitments", kind="emission-reduction")] == [
        ("government/it-alba", "2020", "Pact", "2010-01-26", "2024-01"),
        ("government/it-alba", "2030", "Pact", "2010-01-26", "2024-01"),
    ]
    (declared,) = ask("commitments", kind="climate-emergency")
    assert declared[3:] == ("2035", "", "2019-07-18", "")


def test_population_twinnings_and_elections(ask: Ask) -> None:
    assert ask("inhabitants") == [("city/it-alba", "Alba", "31000", "Exactly", "2010")]
    assert ask("partners", government="it-alba") == [
        ("pairing/gb-derby--it-alba", "government/gb-derby", "Derby City Council", "", "", "", "2016")
    ]
    assert ask("elections", since="2024-06-09") == [
        ("holding/ada--it-alba-mayor", "person/ada", "Ada", "Mayor of Alba", "2024-06-09", "2025-01-17")
    ]
    assert ask("elections", since="2024-06-10") == []
