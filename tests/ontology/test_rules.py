"""The rules: what each derives from small inputs, and the calendar from Python's."""

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interurban.iris import IU, PREFIXES
from interurban.resources import room

from .conftest import Derive

XSD = PREFIXES["xsd"]
HEAD = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("geo", "iu", "org", "schema", "xsd"))
BOUNDS = {
    "start": ("startEarliest", "startLatest"),
    "end": ("endEarliest", "endLatest"),
    "attestedOn": ("attestedEarliest", "attestedLatest"),
}


def day(bound: str, value: str, thing: str = "m") -> tuple[str, str, str]:
    return (f"<https://example.org/{thing}>", f"<{IU}{bound}>", f'"{value}"^^<{XSD}date>')


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ('"2019"^^xsd:gYear', "2019-01-01", "2019-12-31"),
        ('"2020"^^xsd:gYear', "2020-01-01", "2020-12-31"),
        ('"2019-09"^^xsd:gYearMonth', "2019-09-01", "2019-09-30"),
        ('"2023-12"^^xsd:gYearMonth', "2023-12-01", "2023-12-31"),
        ('"2023-02"^^xsd:gYearMonth', "2023-02-01", "2023-02-28"),
        ('"2024-02"^^xsd:gYearMonth', "2024-02-01", "2024-02-29"),
        ('"1900-02"^^xsd:gYearMonth', "1900-02-01", "1900-02-28"),  # a century is no leap year
        ('"2000-02"^^xsd:gYearMonth', "2000-02-01", "2000-02-29"),  # but every fourth is
        ('"2019-09-25"^^xsd:date', "2019-09-25", "2019-09-25"),
        ('"2024-02-29"^^xsd:date', "2024-02-29", "2024-02-29"),
        ('"2021-12-31"^^xsd:date', "2021-12-31", "2021-12-31"),
    ],
)
@pytest.mark.parametrize("written_with", BOUNDS)
def test_bounds_of_each_precision(written_with: str, written: str, first: str, last: str, derive: Derive) -> None:
    earliest, latest = BOUNDS[written_with]
    assert derive("bounds", f"{HEAD}<m> iu:{written_with} {written} .") == {
        day(earliest, first),
        day(latest, last),
    }


@settings(deadline=None)  # a time limit would measure the machine
@given(year=st.integers(1, 9999), month=st.integers(1, 12))
def test_bounds_of_months_agree_with_the_calendar(derive: Derive, year: int, month: int) -> None:
    last = date(year, month, monthrange(year, month)[1]).isoformat()
    derived = derive("bounds", f'{HEAD}<m> iu:start "{year:04}-{month:02}"^^xsd:gYearMonth .')
    assert derived == {day("startEarliest", f"{year:04}-{month:02}-01"), day("startLatest", last)}


@settings(deadline=None)  # a time limit would measure the machine
@given(when=st.dates())
def test_bounds_of_a_day_are_that_day_and_lie_within_its_month_and_year(derive: Derive, when: date) -> None:
    text = when.isoformat()
    exact = derive("bounds", f'{HEAD}<m> iu:end "{text}"^^xsd:date .')
    assert exact == {day("endEarliest", text), day("endLatest", text)}
    for cut, kind in ((7, "gYearMonth"), (4, "gYear")):
        wider = derive("bounds", f'{HEAD}<m> iu:end "{text[:cut]}"^^xsd:{kind} .')
        first, last = sorted(o.split('"')[1] for _, _, o in wider)
        assert first <= text <= last
        assert first[:cut] == text[:cut] == last[:cut]


@pytest.mark.parametrize(
    "written",
    [
        '"2019"',  # no datatype
        '"2019-05-01"',
        "2019",  # a number
        '"2023-13"^^xsd:gYearMonth',  # no such month
        '"2023-00"^^xsd:gYearMonth',
        '"2023-02-29"^^xsd:date',  # no such day
        '"2019-05"^^xsd:gYear',  # more than its datatype has room for
        '"2019"^^xsd:date',
        '"2019Z"^^xsd:gYear',  # a time zone: not a day of the calendar
        '"-0044"^^xsd:gYear',
        "<https://example.org/2019>",
    ],
)
def test_what_is_no_date_has_no_bounds(written: str, derive: Derive) -> None:
    assert derive("bounds", f"{HEAD}<m> iu:start {written} .") == set()


def test_what_has_no_date_has_no_bounds(derive: Derive) -> None:
    assert derive("bounds", f'{HEAD}<m> a iu:Membership ; iu:founded "1996"^^xsd:gYear .') == set()


def test_start_and_end_have_bounds_of_their_own(derive: Derive) -> None:
    turtle = f'{HEAD}<m> iu:start "2014"^^xsd:gYear ; iu:end "2019-05"^^xsd:gYearMonth .'
    assert derive("bounds", turtle) == {
        *(day("startEarliest", "2014-01-01"), day("startLatest", "2014-12-31")),
        *(day("endEarliest", "2019-05-01"), day("endLatest", "2019-05-31")),
    }


def test_each_attestation_has_its_bounds(derive: Derive) -> None:
    turtle = f'{HEAD}<m> iu:attestedOn "2018-04"^^xsd:gYearMonth , "2020"^^xsd:gYear .'
    assert derive("bounds", turtle) == {
        *(day("attestedEarliest", "2018-04-01"), day("attestedLatest", "2018-04-30")),
        *(day("attestedEarliest", "2020-01-01"), day("attestedLatest", "2020-12-31")),
    }


def test_a_window_that_a_source_writes_is_kept(derive: Derive) -> None:
    """The first week of October 2018: the month does not widen it, and what is missing is derived."""
    turtle = f'{HEAD}<m> iu:start "2018-10"^^xsd:gYearMonth ; iu:startLatest "2018-10-07"^^xsd:date .'
    assert derive("bounds", turtle) == {day("startEarliest", "2018-10-01")}


def test_a_window_of_one_attestation_does_not_hide_another(derive: Derive) -> None:
    turtle = f'{HEAD}<m> iu:attestedOn "2020-05-01"^^xsd:date ; iu:attestedEarliest "2018-04-01"^^xsd:date .'
    assert derive("bounds", turtle) == {
        day("attestedEarliest", "2020-05-01"),
        day("attestedLatest", "2020-05-01"),
    }


def test_geometry_puts_longitude_first_on_a_thing_of_its_own(derive: Derive) -> None:
    turtle = f"{HEAD}<milano> a iu:City ; schema:latitude 45.46427 ; schema:longitude 9.18951 ."
    point = "<https://example.org/milano#geometry>"
    assert derive("geometry", turtle) == {
        ("<https://example.org/milano>", f"<{PREFIXES['geo']}hasGeometry>", point),
        (point, f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['geo']}Geometry>"),
        (point, f"<{PREFIXES['geo']}asWKT>", f'"POINT(9.18951 45.46427)"^^<{PREFIXES["geo"]}wktLiteral>'),
    }


@pytest.mark.parametrize(
    ("latitude", "longitude", "wkt"),
    [
        ("45.50", "10.0", "POINT(10 45.5)"),
        ("-33.870", "-0.10", "POINT(-0.1 -33.87)"),
        ("59", "+018.060", "POINT(18.06 59)"),
        ("4.56E1", "1.0E-7", "POINT(0.0000001 45.6)"),
        ('"45.6"^^xsd:double', '"9"^^xsd:integer', "POINT(9 45.6)"),
        ("0", "-0.0", "POINT(0 0)"),
    ],
)
def test_geometry_writes_numbers_one_way(latitude: str, longitude: str, wkt: str, derive: Derive) -> None:
    derived = derive("geometry", f"{HEAD}<c> a iu:City ; schema:latitude {latitude} ; schema:longitude {longitude} .")
    assert [o.split('"')[1] for _, p, o in derived if p.endswith("asWKT>")] == [wkt]


@pytest.mark.parametrize(
    "turtle",
    [
        "<c> a iu:City ; schema:latitude 45.5 .",
        "<c> a iu:City ; schema:longitude 9.1 .",
        '<c> a iu:City ; schema:latitude "north" ; schema:longitude 9.1 .',
        "<c> a iu:City ; schema:latitude 45.5 , 45.6 ; schema:longitude 9.1 .",
        "<c> schema:latitude 45.5 ; schema:longitude 9.1 .",
    ],
)
def test_no_geometry_without_one_pair_of_coordinates_of_a_city(turtle: str, derive: Derive) -> None:
    assert {t for t in derive("geometry", HEAD + turtle) if "asWKT" in t[1]} == set()


def test_governed_by_turns_governs_round(derive: Derive) -> None:
    turtle = f"{HEAD}<metro> iu:governs <milano> . <comune> iu:governs <milano> ."
    assert derive("governed-by", turtle) == {
        ("<https://example.org/milano>", f"<{IU}governedBy>", "<https://example.org/metro>"),
        ("<https://example.org/milano>", f"<{IU}governedBy>", "<https://example.org/comune>"),
    }


def test_a_city_takes_part_where_its_municipality_is_a_member(derive: Derive) -> None:
    """What a metropolitan authority that governs it together with others joined, the city did not."""
    turtle = f"""{HEAD}
<comune> a iu:Municipality ; iu:governs <milano> . <region> a iu:Region .
<person> a <http://xmlns.com/foaf/0.1/Person> .
<metro> a iu:MetropolitanAuthority ; iu:governs <milano> .
<o> a iu:Membership ; org:member <metro> ; org:organization <others> .
<m> a iu:Membership ; org:member <comune> ; org:organization <metrex> .
<past> a iu:Membership ; org:member <comune> ; org:organization <metrex> ; iu:end "2001"^^xsd:gYear .
<n> a iu:Membership ; org:member <region> ; org:organization <metrex> .
<h> a iu:OfficeHolding ; org:member <metro> ; org:organization <committee> .
"""
    assert derive("participates-in", turtle) == {
        ("<https://example.org/milano>", f"<{IU}participatesIn>", "<https://example.org/metrex>")
    }


def test_a_thing_has_the_broader_classes_of_its_class(derive: Derive) -> None:
    turtle = f"""{HEAD}@prefix rdfs: <{PREFIXES["rdfs"]}> . @prefix owl: <{PREFIXES["owl"]}> .
iu:Municipality rdfs:subClassOf iu:LocalGovernment . iu:LocalGovernment rdfs:subClassOf org:Organization .
org:Organization rdfs:subClassOf owl:Thing , [ a owl:Restriction ] .
<comune> a iu:Municipality .
"""
    types = {o for s, _, o in derive("classes", turtle) if "comune" in s}
    assert types == {f"<{IU}LocalGovernment>", f"<{PREFIXES['org']}Organization>"}


@pytest.mark.parametrize(
    ("turtle", "names"),
    [
        (
            "<x> a iu:Membership ; org:member <m> ; org:organization <n> ."
            '<m> rdfs:label "Milan"@en , "Milano"@it , "Mailand"@de . <n> rdfs:label "Peace"@en , "Pace"@it .',
            {'"Milan · Peace"@en', '"Milano · Pace"@it'},
        ),
        (
            "<x> a iu:OfficeHolding ; org:member <m> ; iu:post <p> ."
            '<m> rdfs:label "Ada" . <p> rdfs:label "Mayor of X"@en , "Sindaca di X"@it .',
            {'"Ada, Mayor of X"@en', '"Ada, Sindaca di X"@it'},
        ),
        (
            "<x> a iu:SizeObservation ; sosa:hasFeatureOfInterest <m> ; sosa:observedProperty <p> ."
            '<m> rdfs:label "Milan"@en . <p> skos:prefLabel "Inhabitants"@en , "Abitanti"@it .',
            {'"Milan: Inhabitants"@en'},
        ),
        (
            '<x> a iu:Membership ; org:member <m> ; org:organization <n> ; rdfs:label "Ours"@en .'
            '<m> rdfs:label "Milan"@en . <n> rdfs:label "Peace"@en .',
            set(),
        ),
    ],
)
def test_what_joins_two_things_is_named_after_them(turtle: str, names: set[str], derive: Derive) -> None:
    prefixes = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("rdfs", "skos", "sosa"))
    assert {o for _, _, o in derive("labels", HEAD + prefixes + turtle)} == names


NAMED = """
iu:Municipality iu:namePattern "Municipality of {name}"@en , "Comune di {name}"@it .
iu:Region iu:namePattern "Region of {name}"@en , "Regione {name}"@it .
<alba> a iu:City ; rdfs:label "Alba"@mul . <milan> a iu:City ; rdfs:label "Milan"@en , "Milano"@mul .
"""


@pytest.mark.parametrize(
    ("turtle", "names"),
    [
        ("<x> a org:FormalOrganization ; rdfs:label 'AESS'@mul .", {'"AESS"@en', '"AESS"@it'}),
        ("<x> a iu:Municipality ; rdfs:label 'Bra'@mul .", {'"Municipality of Bra"@en', '"Comune di Bra"@it'}),
        ("<x> a iu:Municipality ; iu:governs <alba> .", {'"Municipality of Alba"@en', '"Comune di Alba"@it'}),
        ("<x> a iu:Municipality ; iu:governs <milan> .", {'"Municipality of Milan"@en', '"Comune di Milano"@it'}),
        (
            "<x> a iu:Municipality ; iu:governs <milan> , <alba> .",
            {'"Municipality of Alba"@en', '"Comune di Alba"@it'},
        ),
        ("<x> a iu:Municipality , iu:Region ; rdfs:label 'W'@mul .", {'"Municipality of W"@en', '"Comune di W"@it'}),
        ("<x> a iu:Municipality ; iu:governs <alba> ; rdfs:label 'Alba Council'@en .", {'"Comune di Alba"@it'}),
        ("<x> a iu:JointBody ; iu:governs <alba> .", set()),
        ("<x> a org:FormalOrganization ; rdfs:label 'Club'@en .", set()),
    ],
)
def test_one_name_serves_in_every_language(turtle: str, names: set[str], derive: Derive) -> None:
    head = f"{HEAD}@prefix rdfs: <{PREFIXES['rdfs']}> .\n"
    assert {o for s, _, o in derive("full-names", head + NAMED + turtle) if s.endswith("/x>")} == names


LINKED = f"""{HEAD}
@prefix foaf: <{PREFIXES["foaf"]}> . @prefix skos: <{PREFIXES["skos"]}> . @prefix wd: <{PREFIXES["wd"]}> .
<both> a iu:City ; skos:exactMatch wd:Q1 , <https://sws.geonames.org/1/> .
<half> a iu:City ; skos:exactMatch wd:Q2 .
<near> a iu:City ; skos:closeMatch wd:Q3 , <https://sws.geonames.org/3/> .
<known> a foaf:Person ; skos:exactMatch wd:Q4 .
<unknown> a foaf:Person .
<comune> a iu:Municipality , iu:LocalGovernment , org:FormalOrganization .
<metro> a iu:MetropolitanAuthority , iu:LocalGovernment , org:FormalOrganization .
<m> a iu:Membership .
iu:role skos:exactMatch <http://publications.europa.eu/resource/authority/role/MEMBER> .
"""


def test_what_should_be_known_elsewhere_says_whether_it_is(derive: Derive) -> None:
    """A city needs both links; a municipality has its city's, a membership has none."""
    derived = [(s.strip("<>"), o.strip("<>")) for s, _, o in derive("link-status", LINKED)]
    assert {s.rpartition("/")[2]: o.rpartition("/")[2] for s, o in derived} == {
        **dict.fromkeys(("both", "known"), "resolved"),
        **dict.fromkeys(("half", "near", "unknown", "metro"), "unresolved"),
    }


def test_what_is_verified_to_be_the_same_is_said_in_the_words_of_schema_org(derive: Derive) -> None:
    same = {(s.rpartition("/")[2], o.strip("<>")) for s, _, o in derive("same-as", LINKED)}
    assert same == {
        ("both>", f"{PREFIXES['wd']}Q1"),
        ("both>", "https://sws.geonames.org/1/"),
        ("half>", f"{PREFIXES['wd']}Q2"),
        ("known>", f"{PREFIXES['wd']}Q4"),
    }


def test_every_rule_says_what_it_derives_and_why() -> None:
    rules = sorted((room("ontology") / "rules").glob("*.rq"), key=lambda path: path.stem)
    assert len(rules) > 10
    for rule in rules:
        text = rule.read_text(encoding="utf-8")
        assert text.startswith("# Derives: ")
        assert "\n# Why: " in text
