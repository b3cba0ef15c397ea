"""Of properties of which a thing has one value, sources may say different ones: the better is believed, all are told.

A source that describes a thing with two values is refused where it does; what two sources make wrong together, at both.
"""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from excerpt import data_without_lists
from interurban import resources
from interurban.iris import DCT, IU, PREFIXES, RDFS
from serving import interurban

BASE = "http://base.example/"
SOURCE = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<graph/rumour> a iu:Source ; iu:rank RANK ; dct:issued "2025-05-01"^^xsd:date ;
    dct:title "Rumour"@en , "Voce"@it ; dct:description "What is told."@en , "Quel che si dice."@it ;
    dct:publisher <id/government/it-modena> ; dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> .
"""
YEAR = "^^<http://www.w3.org/2001/XMLSchema#gYear>"
# property, and of which thing the real data say which value, and the rumour another
STATUS = f"{IU}membership-status/"
SAID = {
    PREFIXES["adms"] + "status": ("membership/it-modena--energy-cities", f"<{STATUS}active>", f"<{STATUS}on-hold>"),
    DCT + "issued": ("document/it-law-56-2014", f'"2014"{YEAR}', f'"2015"{YEAR}'),
    PREFIXES["org"] + "role": ("membership/it-modena--energy-cities", f"<{IU}role/member>", f"<{IU}role/observer>"),
    RDFS + "label": ("network/eurocities", '"Eurocities"@en', '"Euro Towns"@en'),
    PREFIXES["schema"] + "latitude": ("city/it-modena", "44.64783", "44.1"),
    PREFIXES["schema"] + "longitude": ("city/it-modena", "10.92539", "11.1"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the real data, with a status that a list would tell, and with room for one more source."""
    data_without_lists(tmp_path / "data")
    with (tmp_path / "data/sources/modena-networks/notes.ttl").open("a", encoding="utf-8") as notes:
        thing, status, _ = SAID[PREFIXES["adms"] + "status"]
        notes.write(f"<id/{thing}> <{PREFIXES['adms']}status> {status} .\n")
    (tmp_path / "data/sources/rumour").mkdir()
    return tmp_path / "data"


def rumour(data: Path, rank: int, *lines: str) -> None:
    (data / "sources/rumour/source.ttl").write_text(SOURCE.replace("RANK", str(rank)), encoding="utf-8")
    (data / "sources/rumour/more.ttl").write_text("\n".join(lines), encoding="utf-8")


def said(name: str, *values: str) -> str:
    """Return a line of Turtle that gives a thing values of a property."""
    return f"<id/{SAID[name][0]}> <{name}> {' , '.join(values)} ."


def refused(data: Path) -> list[str]:
    """Return what a check says is wrong, each as file, line and message."""
    checked = interurban("check", "--data", data, "--all")
    assert checked.returncode == 1
    return [line for line in checked.stderr.splitlines() if "worth a look" not in line][:-1]


def test_every_such_property_is_tried() -> None:
    marked = set()
    for path in resources.room("ontology").rglob("*.ttl"):
        triples = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
        marked |= {str(t.subject)[1:-1] for t in triples if t.predicate.value == IU + "oneValue"}
    assert marked == SAID.keys()


@pytest.mark.parametrize(("rank", "wins"), [(5, False), (1, True)])  # of equal rank, the later counts
def test_the_better_source_is_believed_and_both_are_told(data: Path, tmp_path: Path, rank: int, wins: bool) -> None:
    rumour(data, rank, *(said(name, other) for name, (_, _, other) in SAID.items()))
    built = interurban("build", "--data", data, "--releases", tmp_path / "releases", "--base", BASE)
    assert built.returncode == 0, built.stderr
    store = ox.Store()
    store.load(path=str(tmp_path / "releases/current/dataset.nq"), format=ox.RdfFormat.N_QUADS)
    for name, (thing, real, other) in SAID.items():
        better, worse = (other, real) if wins else (real, other)
        question = f"""ASK {{ <id/{thing}> <{name}> {better} FILTER NOT EXISTS {{ <id/{thing}> <{name}> {worse} }}
          ?c <{IU}conflictSubject> <id/{thing}> ; <{IU}conflictProperty> <{name}> ; <{IU}believed> {better} ;
            <{IU}claim>/<{IU}value> {better} ; <{IU}claim>/<{IU}value> {worse} }}"""
        assert bool(store.query(question, base_iri=BASE)), name


def test_a_source_that_contradicts_itself_is_refused_where_it_does(data: Path) -> None:
    kind = {"document": "Norm", "membership": "Membership", "network": "CityNetwork", "city": "City"}
    things = dict.fromkeys(thing for thing, _, _ in SAID.values())
    described = [f"<id/{thing}> a <{IU}{kind[thing.partition('/')[0]]}> ." for thing in things]
    rumour(data, 5, *described, *(said(name, real, other) for name, (_, real, other) in SAID.items()))
    told = refused(data)
    assert all("sources/rumour/more.ttl:" in line for line in told), told
    for number, name in enumerate(SAID, len(described) + 1):
        assert any(f"more.ttl:{number}: " in line for line in told), (name, told)


def test_what_two_sources_make_wrong_together_is_told_at_both(data: Path) -> None:
    rumour(data, 5, "", f'<graph/modena-networks> <{DCT}issued> "2015"{YEAR} .')
    places = [re.search(r"sources/([\w/.-]+:\d+): .* exactly one date", line) for line in refused(data)]
    assert [place and place[1] for place in places] == ["modena-networks/source.ttl:14", "rumour/more.ttl:2"]
