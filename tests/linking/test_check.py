"""Whether Wikidata's items still are what we took them for, asked of an endpoint that behaves as Wikidata's does."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from linking.wikidata import AS_USUAL, CUT_OFF, HUMAN, RDFS, WD, Endpoint, wikidata
from serving import interurban

HEAD = """\
#sssom_version: "1.0"
#curie_map:
#  iuid: https://w3id.org/interurban/id/
#  wd: http://www.wikidata.org/entity/
#  geonames: https://sws.geonames.org/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tcomment
"""
ROWS = (
    ("city/it-modena", "skos:exactMatch", "wd:Q279"),
    ("city/it-bologna", "skos:exactMatch", "wd:Q1891"),
    ("city/be-ghent", "skos:exactMatch", "wd:Q1296"),
)
FIRST = HEAD.count("\n") + 1  # the line of the first row


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with wikidata() as endpoint:
        endpoint.place("Q279", "Modena", at=(44.646, 10.926), geonames=3173331)
        endpoint.place("Q1891", "Bologna", at=(44.494, 11.343))
        endpoint.place("Q1296", "Gent", "BE", at=(51.054, 3.725))
        yield endpoint


@pytest.fixture
def data(tmp_path: Path, enough_data: Path) -> Path:
    copy = shutil.copytree(enough_data, tmp_path / "data")
    for path in (*(copy / "links").glob("*.sssom.tsv"), *(copy / "sources").glob("*/people.csv")):
        path.unlink()
    write(copy, ROWS)
    return copy


def write(data: Path, rows: tuple[tuple[str, str, str], ...]) -> None:
    text = "".join(f"iuid:{a}\t\t{b}\t{c}\tsemapv:ManualMappingCuration\t1\t\n" for a, b, c in rows)
    (data / "links" / "wikidata.sssom.tsv").write_text(HEAD + text)


def check(
    data: Path, releases: Path, endpoint: Endpoint, *more: object, address: str = ""
) -> subprocess.CompletedProcess[str]:
    cache = data.parent / "cache"
    where = ("--data", data, "--releases", releases, "--endpoint", address or endpoint.address, "--cache", cache)
    return interurban("link", "--check", *where, *more)


def test_items_that_are_what_we_took_them_for(data: Path, releases: Path, endpoint: Endpoint) -> None:
    done = check(data, releases, endpoint, "--contact-mail", "steward@example.org")
    assert done.returncode == 0, done.stderr
    assert "all 3 items" in done.stdout
    agent, _ = endpoint.asked[0]
    assert agent.startswith("interurban/")
    assert "steward@example.org" in agent
    assert endpoint.most_at_once == 1


def change_redirect(endpoint: Endpoint) -> None:
    endpoint.redirect("Q1891", "Q99")


def change_deleted(endpoint: Endpoint) -> None:
    endpoint.forget("Q1891")


def change_label(endpoint: Endpoint) -> None:
    endpoint.forget("Q1891")
    endpoint.place("Q1891", "Genova", at=(44.494, 11.343))


def change_class(endpoint: Endpoint) -> None:
    endpoint.forget("Q1891")
    endpoint.say("Q1891", RDFS + "label", ox.Literal("Bologna", language="it"))
    endpoint.direct("Q1891", "P31", ox.NamedNode(WD + "Q15089"))


def change_country(endpoint: Endpoint) -> None:
    endpoint.forget("Q1891")
    endpoint.place("Q1891", "Bologna", "ES", at=(44.494, 11.343))


def change_place(endpoint: Endpoint) -> None:
    endpoint.forget("Q1891")
    endpoint.place("Q1891", "Bologna", at=(45.494, 11.343))


def change_population(endpoint: Endpoint) -> None:
    endpoint.direct("Q1891", "P1082", ox.Literal(1200))


def change_within(endpoint: Endpoint) -> None:
    endpoint.direct("Q1891", "P131", ox.NamedNode(WD + "Q279"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (change_redirect, "wd:Q1891 was merged into wd:Q99"),
        (change_deleted, "wd:Q1891 has been deleted"),
        (change_label, "wd:Q1891 is called «Genova» there, not «Bologna»"),
        (change_class, "wd:Q1891 is no local there, but: province"),
        (change_country, "wd:Q1891 lies in ES there, in IT here"),
        (change_place, "wd:Q1891 lies 111 km away"),
        (change_population, "wd:Q1891 has 1,200 inhabitants there"),
        (change_within, "wd:Q1891 lies within wd:Q279 there, which is Modena here"),
    ],
)
def test_what_wikidata_says_otherwise_has_its_line(
    change: object, told: str, data: Path, releases: Path, endpoint: Endpoint
) -> None:
    assert callable(change)
    change(endpoint)
    done = check(data, releases, endpoint)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "sssom" in line]
    assert line.startswith(str(data.name)) or f"wikidata.sssom.tsv:{FIRST + 1}: " in line
    assert told in line


def test_geonames_and_items_given_twice(data: Path, releases: Path, endpoint: Endpoint) -> None:
    write(
        data, (*ROWS, ("city/it-milan", "skos:exactMatch", "wd:Q279"), ("city/be-ghent", "skos:exactMatch", "wd:Q1891"))
    )
    done = check(data, releases, endpoint)
    assert done.returncode == 1
    assert (
        f"wikidata.sssom.tsv:{FIRST + 3}: wd:Q279 is the same as iuid:city/it-milan, iuid:city/it-modena" in done.stderr
    )
    assert f"wikidata.sssom.tsv:{FIRST + 4}: iuid:city/be-ghent is the same as wd:Q1296, wd:Q1891" in done.stderr
    assert "wd:Q279 is called «Modena» there" in done.stderr


def test_the_same_in_italian_and_for_machines(data: Path, releases: Path, endpoint: Endpoint) -> None:
    change_redirect(endpoint)
    assert "è stato unito a wd:Q99" in check(data, releases, endpoint, "--language", "it").stderr
    done = check(data, releases, endpoint, "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert any("wd:Q99" in json.dumps(event) for event in events)


def test_a_service_that_throttles_fails_and_cuts_off_is_asked_again(
    data: Path, releases: Path, endpoint: Endpoint
) -> None:
    endpoint.failures = [(429, {"Retry-After": "0"}), (503, {"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}), CUT_OFF]
    done = check(data, releases, endpoint)
    assert done.returncode == 0, done.stderr
    assert len(endpoint.asked) == 4


def test_a_redirection_of_the_endpoint_is_followed(data: Path, releases: Path, endpoint: Endpoint) -> None:
    done = check(data, releases, endpoint, address=endpoint.address.replace("/sparql", "/moved"))
    assert done.returncode == 0, done.stderr


def test_a_run_that_was_broken_off_goes_on(data: Path, releases: Path, endpoint: Endpoint) -> None:
    rows = [(f"city/it-modena-{n}", "skos:exactMatch", f"wd:Q{n}") for n in range(1, 121)]
    write(data, (*ROWS, *rows))  # three queries
    endpoint.failures = [AS_USUAL, (403, {})]
    broken = check(data, releases, endpoint)
    assert broken.returncode == 1
    assert "403" in broken.stderr
    assert "run the same again" in broken.stderr
    assert len(endpoint.asked) == 2
    done = check(data, releases, endpoint)
    assert done.returncode == 0, done.stderr
    assert len(endpoint.asked) == 4  # the first of three was kept
    assert not list((data.parent / "cache").rglob("*.json"))  # all is done: the next run asks anew


OTHERS = (
    ("city/it-florence", "skos:exactMatch", "wd:Q2044"),
    ("person/dario-nardella", "skos:exactMatch", "wd:Q15976266"),
    ("network/eurocities", "skos:exactMatch", "wd:Q900001"),
    ("programme/iuc", "skos:exactMatch", "wd:Q900002"),
)


def say_of_others(
    endpoint: Endpoint,
    label: str = "Eurocities",
    site: str = "http://www.eurocities.eu/",
    place: str = "Q2044",
    kind: str = HUMAN,
) -> None:
    """Say of a person, a network and a programme what is said here, or something else."""
    endpoint.place("Q2044", "Firenze")
    for item, name in (("Q15976266", "Dario Nardella"), ("Q900001", label), ("Q900002", "IUC")):
        endpoint.say(item, RDFS + "label", ox.Literal(name, language="en"))
    endpoint.direct("Q15976266", "P31", ox.NamedNode(WD + kind))
    endpoint.direct(place, "P6", ox.NamedNode(WD + "Q15976266"))
    endpoint.direct("Q900001", "P856", ox.NamedNode(site))


def test_people_networks_and_programmes_are_asked_about_as_well(data: Path, releases: Path, endpoint: Endpoint) -> None:
    write(data, OTHERS)
    say_of_others(endpoint)
    done = check(data, releases, endpoint)
    assert "all 4 items" in done.stdout, done.stderr


def test_what_is_said_otherwise_of_them_has_its_line(data: Path, releases: Path, endpoint: Endpoint) -> None:
    write(data, OTHERS)
    say_of_others(endpoint, "Eurotowns", "https://eurotowns.example/", "Q1891", "Q15089")
    endpoint.redirect("Q900002", "Q900003")
    told = [line for line in check(data, releases, endpoint).stderr.splitlines() if "sssom" in line]
    for line, words in (
        (2, "wd:Q15976266 is no person there, but: province"),
        (2, "wd:Q15976266 holds office in wd:Q1891 there, in wd:Q2044 here"),
        (3, "wd:Q900001 is called «Eurotowns» there, not «Eurocities»"),
        (3, "wd:Q900001 has the website"),
        (4, "wd:Q900002 was merged into wd:Q900003"),
    ):
        assert any(f"wikidata.sssom.tsv:{FIRST - 1 + line}: {words}" in one for one in told), (words, told)


def test_the_items_that_a_source_states_of_people_are_asked_about(
    data: Path, releases: Path, endpoint: Endpoint
) -> None:
    people = data / "sources" / "wikidata-mayors-2018" / "people.csv"
    people.write_text("slug,name,wikidata\nada-colau-q4779594,Ada Colau,Q4779594\n")
    endpoint.redirect("Q4779594", "Q99")
    done = check(data, releases, endpoint)
    assert "people.csv:2: wd:Q4779594 was merged into wd:Q99" in done.stderr
