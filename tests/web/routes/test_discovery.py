"""What machines look for, as crawlers and portals meet it: robots, sitemap, VoID, context."""

import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import httpx
import pyoxigraph as ox
import pytest
from pyld import jsonld

from interurban.iris import PREFIXES
from serving import serving
from web.looking import LATER, SITEMAP, ask, sitemap
from web.world import WORLD, World, make_world


def allowed(robots: str, address: str) -> bool:
    """Return what a crawler makes of it (RFC 9309, 2.2.2): the longest rule that fits, and in doubt what allows."""
    rules = [(len(path), verb == "Allow", path) for verb, path in re.findall(r"^(Allow|Disallow): (.+)$", robots, re.M)]
    patterns = [(n, allow, re.escape(path).replace(r"\*", ".*").replace(r"\$", "$")) for n, allow, path in rules]
    return max(((n, allow) for n, allow, pattern in patterns if re.match(pattern, address)), default=(0, True))[1]


def test_robots_may_read_documents_and_leave_questions_alone(client: httpx.Client, world: World) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"Sitemap: {world.base}sitemap.xml" in answer.text.splitlines()
    for address in ("/", "/doc/city/it-fonte", "/doc/city/?page=2", "/queries/members", "/queries/members?lang=it"):
        assert allowed(answer.text, address), address
    for address in (
        "/sparql?query=ASK%7B%7D",
        "/sparql",
        "/queries/members?network=rivers",
        "/queries/members.csv?network=rivers&lang=it",
        "/doc/city/it-fonte?at=2019-01-01",
        "/doc/city/it-fonte?lang=it&at=2019-01-01",
        "/analysis/edges.graphml?at=2019-01-01",
        "/graph?default",
        "/cite?of=/doc/city/it-fonte",
        "/releases/0123456789ab/doc/city/it-fonte?lang=it",
    ):
        assert not allowed(answer.text, address), address


def test_every_page_of_the_sitemap_is_there_in_both_languages_and_open_to_robots(real: httpx.Client) -> None:
    robots = real.get("/robots.txt").text
    found = sitemap(real)
    for address, entry in found.items():
        alternates = {x.get("hreflang"): x.get("href", "") for x in entry.findall("x:link", SITEMAP)}
        assert alternates == {language: f"{address}?lang={language}" for language in ("en", "it")}
        assert all(
            allowed(robots, a.removeprefix(str(real.base_url).rstrip("/"))) for a in (address, *alternates.values())
        )
    # every tenth, and all that are not things; rendering all of them takes a while
    few = [address for n, address in enumerate(found) if n % 10 == 0 or not re.search("/(doc|def|graph)/.", address)]
    for address in few:
        answer = real.head(address, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), address


def test_the_sitemap_has_every_thing_and_every_start(real: httpx.Client) -> None:
    base = str(real.base_url)
    paths = {address.removeprefix(base) for address in sitemap(real)}
    assert {"", "doc/city/", "graph/", "def/", "queries", "queries/cities", "conflicts", "analysis"} <= paths
    former = f"FILTER NOT EXISTS {{ ?s a <{PREFIXES['iu']}FormerAddress> }}"  # which leads to another
    things = ask(real, f"SELECT DISTINCT ?s {{ ?s a ?c FILTER(STRSTARTS(STR(?s), '{base}id/')) {former} }}")
    documents = {row["s"].removeprefix(base + "id/") for row in things if "#" not in row["s"]}
    assert len(documents) > 250
    assert {path.removeprefix("doc/") for path in paths if path.startswith("doc/") and path[-1] != "/"} == documents
    terms = ask(real, "SELECT DISTINCT ?s { ?s a <http://www.w3.org/2002/07/owl#Class> }")
    ours = {f"def/{row['s'].removeprefix(PREFIXES['iu'])}" for row in terms if row["s"].startswith(PREFIXES["iu"])}
    assert len(ours) > 20
    assert ours <= paths


def test_a_page_was_last_changed_when_its_thing_was(told: tuple[httpx.Client, World]) -> None:
    client, world = told
    changed = {address: entry.findtext("s:lastmod", "", SITEMAP) for address, entry in sitemap(client).items()}
    assert changed.pop(f"{world.base}doc/city/it-fonte") == LATER
    assert set(changed.values()) == {world.release.published}
    assert f"{world.base}doc/city/fr-%C3%A9cole" in changed
    for address in changed:
        assert client.head(address, headers={"Accept": "text/html"}).status_code == 200, address


def test_a_long_sitemap_is_an_index_of_parts_that_have_each_address_once(tmp_path: Path) -> None:
    world = make_world(tmp_path, WORLD, crowd=5200)
    with serving(tmp_path, port=world.port) as server, httpx.Client(base_url=server.address) as client:
        index = fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own server's
        parts = [element.text or "" for element in index.iterfind("s:sitemap/s:loc", SITEMAP)]
        assert parts == [f"{world.base}sitemap-1.xml", f"{world.base}sitemap-2.xml"]
        answers = [client.get(part).content for part in parts]
        assert client.get("/sitemap-3.xml").status_code == 404
    roots = [fromstring(answer) for answer in answers]  # noqa: S314
    found = [[element.text or "" for element in root.iterfind("s:url/s:loc", SITEMAP)] for root in roots]
    every = [address for part in found for address in part]
    assert max(map(len, found)) <= 50_000
    assert max(map(len, answers)) <= 50_000_000
    assert len(every) == len(set(every))
    assert {f"{world.base}doc/membership/crowd-{number:05}" for number in range(5200)} <= set(every)
    assert {world.base, f"{world.base}doc/city/", f"{world.base}doc/city/it-fonte"} <= set(every)


def test_a_short_sitemap_has_no_parts(client: httpx.Client) -> None:
    assert client.get("/sitemap-1.xml").status_code == 404
    assert client.get("/sitemap-x.xml").status_code == 404


def test_void_is_data_for_everyone(real: httpx.Client) -> None:
    whole = {str(q.triple) for q in ox.parse(real.get("/.well-known/void.nt").content, format=ox.RdfFormat.N_TRIPLES)}
    assert len(whole) > 500
    assert not any("_:" in line for line in whole)
    for accept in ("*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "text/turtle"):
        answer = real.get("/.well-known/void", headers={"Accept": accept})
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
        assert answer.headers["content-location"] == "/.well-known/void.ttl"
    for extension, syntax in (("ttl", "TURTLE"), ("rdf", "RDF_XML"), ("jsonld", "JSON_LD"), ("trig", "TRIG")):
        body = real.get(f"/.well-known/void.{extension}").content
        assert {str(q.triple) for q in ox.parse(body, format=getattr(ox.RdfFormat, syntax))} == whole
    assert real.get("/.well-known/void", headers={"Accept": "text/html"}).status_code == 406
    assert real.get("/.well-known/void.html").status_code == 404


@pytest.fixture(scope="module")
def void(real: httpx.Client) -> ox.Store:
    store = ox.Store()
    store.load(real.get("/.well-known/void.ttl").content, ox.RdfFormat.TURTLE)
    return store


def values(store: ox.Store, query: str, base: str) -> list[tuple[str, ...]]:
    answer = store.query(query, prefixes=PREFIXES, base_iri=base)
    assert isinstance(answer, ox.QuerySolutions)
    return sorted(tuple(term.value for term in row) for row in answer)


def test_void_counts_right(real: httpx.Client, void: ox.Store) -> None:
    base = str(real.base_url)
    (told,) = values(
        void,
        "SELECT ?t ?e ?s ?o ?p ?c { <dataset/interurban> void:triples ?t ; void:entities ?e ;"
        " void:distinctSubjects ?s ; void:distinctObjects ?o ; void:properties ?p ; void:classes ?c }",
        base,
    )
    (row,) = ask(
        real,
        "SELECT (COUNT(*) AS ?t) (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?o) AS ?m) (COUNT(DISTINCT ?p) AS ?k)"
        " { ?s ?p ?o }",
    )
    subjects = ask(real, "SELECT DISTINCT ?s { ?s ?p ?o }")
    entities = {r["s"] for r in subjects if r["s"].startswith(base + "id/") and "#" not in r["s"]}
    classes = ask(real, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert told == (row["t"], str(len(entities)), row["n"], row["m"], row["k"], str(len(classes)))
    parts = values(void, "SELECT ?c ?n { ?d void:classPartition ?part . ?part void:class ?c ; void:entities ?n }", base)
    assert parts == sorted((r["c"], r["n"]) for r in classes)
    uses = ask(
        real,
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) (COUNT(DISTINCT ?o) AS ?k) { ?s ?p ?o } GROUP BY ?p",
    )
    told_uses = values(
        void,
        "SELECT ?p ?n ?m ?k { ?d void:propertyPartition ?part . ?part void:property ?p ; void:triples ?n ;"
        " void:distinctSubjects ?m ; void:distinctObjects ?k }",
        base,
    )
    assert told_uses == sorted((r["p"], r["n"], r["m"], r["k"]) for r in uses)


@pytest.mark.parametrize("space", ["http://www.wikidata.org/entity/", "https://sws.geonames.org/"])
def test_void_tells_of_links_to_others(real: httpx.Client, void: ox.Store, space: str) -> None:
    links = ask(
        real,
        f"SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?o), '{space}') && ISIRI(?o)) }} GROUP BY ?p",
    )
    told = values(
        void,
        f"SELECT ?p ?n {{ <dataset/interurban> void:subset ?l . ?l a void:Linkset ; void:linkPredicate ?p ;"
        f" void:triples ?n ; void:subjectsTarget <dataset/interurban> ; void:objectsTarget/void:uriSpace '{space}' }}",
        str(real.base_url),
    )
    assert told == sorted((r["p"], r["n"]) for r in links) != []


def test_void_leads_to_what_it_names(real: httpx.Client, void: ox.Store) -> None:
    base = str(real.base_url)
    examples = values(void, "SELECT ?x { <dataset/interurban> void:exampleResource|void:rootResource ?x }", base)
    assert len(examples) > 10
    for (example,) in examples:
        assert real.get(example, follow_redirects=True).status_code == 200, example
    ((endpoint,),) = values(void, "SELECT ?x { <dataset/interurban> void:sparqlEndpoint ?x }", base)
    assert real.get(endpoint, params={"query": "ASK {}"}).status_code == 200
    vocabularies = {x for (x,) in values(void, "SELECT ?x { ?d void:vocabulary ?x }", base)}
    assert {PREFIXES["iu"], PREFIXES["org"], PREFIXES["schema"], PREFIXES["skos"]} <= vocabularies
    titles = values(void, "SELECT (LANG(?x) AS ?l) { <dataset/interurban> dct:title ?x }", base)
    assert titles == [("en",), ("it",)]
    ((published,),) = values(void, "SELECT ?x { <dataset/interurban> dct:modified ?x }", base)
    assert published == sitemap(real)[base].findtext("s:lastmod", "", SITEMAP)
    dumps = {x for (x,) in values(void, "SELECT ?x { <dataset/interurban> void:dataDump ?x }", base)}
    for dump in dumps:
        assert real.head(dump).status_code == 200, dump


def test_nobody_is_led_to_what_was_erased(told: tuple[httpx.Client, World]) -> None:
    client, world = told
    erased = world.thing("person/a-gone").value
    assert client.get(erased, follow_redirects=True).status_code == 410
    assert erased.replace("/id/", "/doc/") not in sitemap(client)
    description = ox.Store()
    description.load(client.get("/.well-known/void.ttl").content, ox.RdfFormat.TURTLE)
    examples = {x for (x,) in values(description, "SELECT ?x { ?d void:exampleResource ?x }", world.base)}
    assert world.thing("person/anna-prova").value in examples
    assert erased not in examples


@pytest.mark.parametrize("extension", ["", ".ttl", ".html"])
def test_a_former_address_leads_to_the_new_one(told: tuple[httpx.Client, World], extension: str) -> None:
    client, world = told
    former, now = (world.thing(f"government/{name}").value for name in ("a-former-name", "it-fonte-comune"))
    if not extension:
        answer = client.get(former)
        assert (answer.status_code, answer.headers["location"]) == (308, now)
    answer = client.get(former.replace("/id/", "/doc/") + extension, params={"at": "2019-05-01"})
    assert answer.status_code == 308
    assert answer.headers["location"] == now.replace("/id/", "/doc/") + extension + "?at=2019-05-01"


def test_nobody_is_led_to_a_former_address(told: tuple[httpx.Client, World]) -> None:
    client, world = told
    former = world.thing("government/a-former-name").value
    assert former.replace("/id/", "/doc/") not in sitemap(client)
    assert former not in client.get("/doc/government.nt").text
    description = ox.Store()
    description.load(client.get("/.well-known/void.ttl").content, ox.RdfFormat.TURTLE)
    assert former not in {x for (x,) in values(description, "SELECT ?x { ?d void:exampleResource ?x }", world.base)}
    document = client.get("/doc/government/it-fonte-comune.nt").text
    assert f"<{former}> <{PREFIXES['dct']}isReplacedBy>" in document


def test_a_release_that_was_not_counted_has_no_void(client: httpx.Client) -> None:
    assert client.get("/.well-known/void").status_code == 404


@pytest.mark.parametrize(
    "path", ["/doc/city/it-modena.jsonld", "/doc/network/eurocities.jsonld", "/graph/register.jsonld"]
)
def test_the_context_has_every_name_that_documents_use(real: httpx.Client, path: str) -> None:
    answer = real.get("/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = real.get(path).json()
    elsewhere = document | {"@context": answer.json()["@context"]}
    assert jsonld.expand(elsewhere) == jsonld.expand(document)
