"""The rule of phases: what follows from each way of knowing when, and what a phase is called."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from interurban.iris import PREFIXES

from .conftest import Derive

HEAD = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("iu", "xsd"))

# What is known, and the phases that follow from it (docs/decisions/006-time.md), each up to the day before the next.
PHASES = [
    ('iu:start "2002"', "possible 2002-01-01, presumed 2002-12-31"),
    ('iu:start "2019-09-25"', "certain 2019-09-25, presumed 2019-09-26"),
    (
        'iu:start "2002" ; iu:end "2010-06"',
        "possible 2002-01-01, certain 2002-12-31, possible 2010-06-02, - 2010-07-01",
    ),
    ('iu:start "2010" ; iu:end "2010"', "possible 2010-01-01, - 2011-01-01"),
    ('iu:start "2010-03-01" ; iu:end "2010-03-01"', "certain 2010-03-01, - 2010-03-02"),
    ('iu:attestedOn "2024"', "unknown 0001-01-01, possible 2024-01-01, unknown 2025-01-01"),
    ('iu:attestedOn "2024-02-29"', "unknown 0001-01-01, certain 2024-02-29, unknown 2024-03-01"),
    (
        'iu:attestedOn "2018" , "2020-05"',
        "unknown 0001-01-01, possible 2018-01-01, certain 2018-12-31, possible 2020-05-02, unknown 2020-06-01",
    ),
    (
        'iu:start "2002" ; iu:attestedOn "2002-03-01"',
        "possible 2002-01-01, certain 2002-03-01, presumed 2002-03-02",
    ),
    (
        'iu:end "2010" ; iu:attestedOn "2008"',
        "unknown 0001-01-01, possible 2008-01-01, certain 2008-12-31, possible 2010-01-02, - 2011-01-01",
    ),
    ('iu:end "2010"', "unknown 0001-01-01, possible 2010-01-01, - 2011-01-01"),
    ('iu:startLatest "2002-01-05"', "unknown 0001-01-01, presumed 2002-01-05"),
    (
        'iu:startLatest "2002-01-05" ; iu:endLatest "2002-02-05"',
        "unknown 0001-01-01, possible 2002-01-05, - 2002-02-06",
    ),
    ('iu:theme "2002"', "unknown 0001-01-01"),
]


@pytest.mark.parametrize("known", PHASES, ids=lambda known: known[0])
@pytest.mark.parametrize("sort", ["Membership", "OfficeHolding", "Pairing"])
def test_phases_of_each_way_of_knowing(known: tuple[str, str], sort: str, derive: Derive) -> None:
    datatypes = {4: "gYear", 7: "gYearMonth", 10: "date"}
    dates = re.sub(r'"([\d-]+)"', lambda date: f"{date[0]}^^xsd:{datatypes[len(date[1])]}", known[0])
    turtle = f"{HEAD}<m> a iu:{sort} ; {dates} ."
    bounds = "".join(" ".join(triple) + " ." for triple in derive("bounds", turtle))
    found = {o.strip("<>") for _, p, o in derive("phases", turtle + bounds) if p.endswith("/phase>")}
    phases = sorted(re.fullmatch(r".*/(\w+)#(.{10})--(.{10})", iri).groups() for iri in found)  # type: ignore[union-attr]
    phases.sort(key=lambda phase: phase[1])
    told = [f"{name} {first}" for name, first, _ in phases]
    last = date.fromisoformat(phases[-1][2])
    if last != date.max:
        told.append(f"- {last + timedelta(days=1)}")
    assert ", ".join(told) == known[1]
    for before, after in pairwise(phases):  # without a gap or an overlap
        assert date.fromisoformat(before[2]) + timedelta(days=1) == date.fromisoformat(after[1])


@pytest.mark.parametrize(
    ("days", "english", "italian"),
    [
        (("2002-12-31", "2023-01-01"), "Certain from 2002-12-31 to 2023-01-01", "Certo dal 2002-12-31 al 2023-01-01"),
        (("2024-05-29", "2024-05-29"), "Certain on 2024-05-29", "Certo il 2024-05-29"),
        (("0001-01-01", "2023-12-31"), "Certain to 2023-12-31", "Certo al 2023-12-31"),
        (("2025-01-01", "9999-12-31"), "Certain from 2025-01-01", "Certo dal 2025-01-01"),
        (("0001-01-01", "9999-12-31"), "Certain at any time", "Certo in ogni tempo"),
    ],
)
def test_a_phase_says_what_it_is(days: tuple[str, str], english: str, italian: str, derive: Derive) -> None:
    turtle = f"""{HEAD}@prefix skos: <{PREFIXES["skos"]}> .
<p> a iu:Phase ; iu:standing <c> ; iu:firstDay "{days[0]}"^^xsd:date ; iu:lastDay "{days[1]}"^^xsd:date .
<c> skos:prefLabel "Certain"@en , "Certo"@it ."""
    assert {o for _, _, o in derive("phases-labels", turtle)} == {f'"{english}"@en', f'"{italian}"@it'}


def test_only_what_lasts_has_phases(derive: Derive) -> None:
    turtle = f'{HEAD}<m> a iu:Event ; iu:startEarliest "2002-01-05"^^xsd:date .'
    assert derive("phases", turtle) == set()
