"""What the server answers for /explore: what one can ask, the page where it is not offered, and what it weighs."""

from collections.abc import Callable

import httpx
import pyoxigraph as ox
import pytest

from browser import lacking
from interurban.iris import IU, RDFS, SH
from interurban.web.pages.explore import FILES
from serving import Served
from web.routes.test_editor import HTML, PACKAGE

NAME, LABEL, PATH, NODE = SH + "name", RDFS + "label", SH + "path", SH + "node"
LANGUAGES = {"en", "it"}


@pytest.fixture(scope="module")
def offered(served: Served) -> ox.Store:
    """What one can ask of the real data, together with the ontology."""
    store = ox.Store()
    answer = httpx.get(served.address + "explore/shapes.ttl")
    assert answer.headers["content-type"].startswith("text/turtle")
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    return store


def objects(store: ox.Store, name: str, subject: ox.NamedNode | ox.BlankNode | None = None) -> list[ox.Quad]:
    return list(store.quads_for_pattern(subject, ox.NamedNode(name), None))


def test_everything_that_is_offered_has_a_name_in_both_languages(offered: ox.Store) -> None:
    ways, shapes = {q.object for q in objects(offered, SH + "property")}, {q.object for q in objects(offered, NODE)}
    shown = {way for way in ways if objects(offered, NODE, way)}  # the rest only name things
    assert len(shown) > 80
    assert len(shapes) > 20
    for name, those in ((NAME, shown), (LABEL, shapes)):
        for one in those:
            said = [q.object for q in objects(offered, name, one)]
            assert {label.language for label in said} == LANGUAGES, one
            assert len(said) == 2, one


def test_every_class_and_property_of_it_is_in_the_ontology(offered: ox.Store, served: Served) -> None:
    ontology = ox.Store()
    for module in ("def/", "def/reused", "def/presentation"):
        ontology.load(
            httpx.get(f"{served.address}{module}", headers={"accept": "text/turtle"}).content,
            format=ox.RdfFormat.TURTLE,
        )
    known = {q.subject for q in ontology.quads_for_pattern(None, None, None)}
    paths = [q.object for q in objects(offered, PATH)]
    properties = {p for p in paths if isinstance(p, ox.NamedNode)} | {
        q.object for q in objects(offered, SH + "inversePath")
    }
    base = ox.NamedNode(RDFS + "Class")
    classes = {q.subject for q in offered.quads_for_pattern(None, None, base)}
    assert {IU + "City", IU + "CityNetwork", IU + "Membership", IU + "Event"} <= {c.value for c in classes}
    assert {IU + "participatesIn", IU + "country"} <= {p.value for p in properties}
    assert classes - known == set()
    assert properties - known == set()


def test_a_way_has_one_path_and_one_end(offered: ox.Store) -> None:
    for way in {q.object for q in objects(offered, SH + "property")}:
        assert len(objects(offered, PATH, way)) == 1, way
        assert len(objects(offered, NODE, way)) <= 1, way


def test_each_way_leads_somewhere(offered: ox.Store, served: Served) -> None:
    for way in sorted({q.subject for q in objects(offered, NODE)}, key=str):
        (path,) = (q.object for q in objects(offered, PATH, way))
        inverse = (
            [] if isinstance(path, ox.NamedNode) else [q.object for q in objects(offered, SH + "inversePath", path)]
        )
        step = f"^{inverse[0]}" if inverse else str(path)
        (start,) = (q.subject for q in offered.quads_for_pattern(None, ox.NamedNode(SH + "property"), way))
        typed = (
            f"?a a {start} ."
            if start in {q.subject for q in offered.quads_for_pattern(None, None, ox.NamedNode(RDFS + "Class"))}
            else ""
        )
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
