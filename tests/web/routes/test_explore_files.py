"""What the server answers for /explore: what one can ask, the page where it is not offered, and what it weighs."""

import httpx
import pyoxigraph as ox
import pytest

from browser import lacking
from interurban.iris import IU, RDFS, SH
from interurban.web.pages.explore import FILES
from serving import Served
from web.routes.test_editor import HTML, PACKAGE

CLASS = f"<{RDFS}Class>"


class Offered:
    """What one can ask of the real data: statements, each a subject, a property's IRI and a value as N-Triples."""

    def __init__(self, turtle: bytes) -> None:
        triples = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
        self.said = [(str(t.subject), t.predicate.value, str(t.object)) for t in triples]

    def values(self, name: str, subject: str) -> list[str]:
        return [value for s, p, value in self.said if (s, p) == (subject, name)]

    def all(self, name: str) -> set[str]:
        return {value for _, p, value in self.said if p == name}

    @property
    def classes(self) -> set[str]:
        return {s for s, _, value in self.said if value == CLASS}

    @property
    def ways(self) -> dict[str, str]:
        """Each way from what is offered to something else, and where it starts."""
        return {way: s for s, p, way in self.said if p == SH + "property" and self.values(SH + "node", way)}


@pytest.fixture(scope="module")
def offered(served: Served) -> Offered:
    answer = httpx.get(served.address + "explore/shapes.ttl")
    assert answer.headers["content-type"].startswith("text/turtle")
    return Offered(answer.content)


def test_everything_that_is_offered_has_a_name_in_both_languages(offered: Offered) -> None:
    shapes = offered.all(SH + "node") | offered.classes
    assert len(offered.ways) > 80
    assert len(shapes) > 15
    for name, those in ((SH + "name", offered.ways), (RDFS + "label", shapes)):
        for one in those:
            assert sorted(said.rpartition("@")[2] for said in offered.values(name, one)) == ["en", "it"], one


def test_every_class_and_property_of_it_is_in_the_ontology(offered: Offered, served: Served) -> None:
    known = set()
    for module in ("def/", "def/reused", "def/presentation"):
        text = httpx.get(f"{served.address}{module}", headers={"accept": "text/turtle"}).content
        known |= {str(triple.subject) for triple in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    paths = {path for path in offered.all(SH + "path") if path.startswith("<")} | offered.all(SH + "inversePath")
    assert {f"<{IU}{name}>" for name in ("City", "CityNetwork", "Membership", "Event")} <= offered.classes
    assert {f"<{IU}{name}>" for name in ("participatesIn", "country")} <= paths
    assert offered.classes - known == set()
    assert paths - known == set()


def test_each_way_has_one_path_and_leads_somewhere(offered: Offered, served: Served) -> None:
    for way, start in sorted(offered.ways.items()):
        (path,) = offered.values(SH + "path", way)
        assert len(offered.values(SH + "node", way)) == 1
        step = "".join(f"^{inverse}" for inverse in offered.values(SH + "inversePath", path)) or path
        typed = f"?a a {start} ." if start in offered.classes else ""
        asked = {"query": f"ASK {{ {typed} ?a {step} ?b }}", "format": "json"}
        assert httpx.get(served.address + "sparql", params=asked).json()["boolean"], way


def test_a_release_that_does_not_say_what_one_can_ask_says_so(client: httpx.Client) -> None:
    page = client.get("/explore", params={"lang": "en"})
    assert page.status_code == 200
    assert "does not offer it" in page.text
    assert "spar-natural" not in page.text
    assert client.get("/explore/shapes.ttl").status_code == 404


def test_only_this_page_loads_the_builder(served: Served) -> None:
    if not all((PACKAGE / "web/pages/static" / file).is_file() for file in FILES):
        lacking("needs the query builder's files (python editor/assets.py)")
    page = httpx.get(served.address + "explore", headers=HTML)
    assert all(file in page.text for file in FILES)
    policy = page.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in policy
    for path in ("", "doc/city/it-modena", "queries", "sparql"):
        other = httpx.get(served.address + path, headers=HTML)
        assert "sparnatural" not in other.text
        assert "unsafe-hashes" not in other.headers["content-security-policy"]
