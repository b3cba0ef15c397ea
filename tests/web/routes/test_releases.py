"""The list of releases and what makes one of another: over HTTP and on the command line, in words and as RDF."""

import hashlib
import html
import re
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from interurban.iris import DCT, PREFIXES
from serving import interurban
from web.chain import DAYS, PLEDGE, Chain, believed, chain, client_of, fixtures
from web.pages.test_pages import page

AS = PREFIXES["as"]
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


made, client = fixtures(4)


def quads(content: bytes, form: ox.RdfFormat = ox.RdfFormat.TURTLE) -> set[ox.Quad]:
    return set(ox.parse(content, format=form))


def values(found: set[ox.Quad], subject: str, predicate: str) -> list[str]:
    return sorted(q.object.value for q in found if (q.subject.value, q.predicate.value) == (subject, predicate))  # type: ignore[union-attr]


def words(client: httpx.Client, path: str, language: str = "en") -> str:
    """Return what a page says, each element apart from the next."""
    answer = client.get(path, headers={"accept": "text/html", "accept-language": language})
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_the_list_says_which_releases_there_are_in_both_languages(client: httpx.Client, made: Chain) -> None:
    for language, days in (("en", "November 2026"), ("it", "novembre 2026")):
        shown = page(client, "/releases", language)
        # for who prints it, the page says besides of which release it is
        assert [shown.text.count(f"{day[-2:]} {days}") for day in DAYS] == [1, 1, 1, 2]
        assert {f"/releases/{version}" for version in made.versions} < set(shown.links)
    rows = words(client, "/releases")
    assert f"{made.versions[1]} 20 November 2026 1 1 1" in rows
    assert f"{made.versions[3]} current 22 November 2026 0 0 0" in rows


def test_the_list_is_data_too(client: httpx.Client, made: Chain) -> None:
    answer = client.get("/releases", headers={"accept": "text/turtle"})
    assert (answer.headers["content-location"], answer.content) == (
        "/releases.ttl",
        client.get("/releases.ttl").content,
    )
    found = quads(answer.content)
    series = made.base + "releases"
    for number, release in enumerate(made.releases):
        this = f"{series}/{release.version}"
        assert values(found, this, PREFIXES["dcat"] + "inSeries") == [series]
        assert values(found, this, DCT + "issued") == [f"{DAYS[number]}T00:00:00Z"]
        assert values(found, this, PREFIXES["pav"] + "version") == [release.version]
        previous = [f"{series}/{made.versions[number - 1]}"] if number else []
        assert values(found, this, PREFIXES["prov"] + "wasRevisionOf") == previous
        (file,) = values(found, this, PREFIXES["dcat"] + "distribution")
        assert values(found, file, PREFIXES["dcat"] + "byteSize") == [str(release.dataset.stat().st_size)]
        (checksum,) = values(found, file, PREFIXES["spdx"] + "checksum")
        sha256 = hashlib.sha256(release.dataset.read_bytes()).hexdigest()
        assert values(found, checksum, PREFIXES["spdx"] + "checksumValue") == [sha256]
        subjects = {line.split(" ")[0] for line in believed(release)}
        assert values(found, this, PREFIXES["void"] + "entities") == [str(len(subjects))]
        assert quads(client.get(f"/releases/{release.version}.ttl").content) < found
    assert values(found, series, PREFIXES["dcat"] + "hasCurrentVersion") == [f"{series}/{made.versions[-1]}"]
    triples = {q.triple for q in found}
    for extension, form in (
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("rdf", ox.RdfFormat.RDF_XML),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ):
        assert {q.triple for q in quads(client.get(f"/releases.{extension}").content, form)} == triples


def test_the_page_of_a_release_says_what_it_changed(client: httpx.Client, made: Chain) -> None:
    text = words(client, f"/releases/{made.versions[1]}")
    assert "City network 1 1 0" in text
    assert "Pledge 0 0 1" in text
    assert "Rete di città 1 1 0" in words(client, f"/releases/{made.versions[1]}", "it")
    first = page(client, f"/releases/{made.versions[0]}")
    assert "none" in first.text
    assert f"/releases/{made.versions[0]}/" in first.links
    assert "What is believed has not changed." in page(client, f"/releases/{made.versions[3]}").text


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (0, 2), (2, 0), (2, 3), (1, 1)])
def test_a_comparison_has_exactly_the_statements_that_are_gone_and_new(
    client: httpx.Client, made: Chain, pair: tuple[int, int]
) -> None:
    a, b = (made.releases[number] for number in pair)
    path = f"/releases/{a.version}/diff/{b.version}"
    iri = made.base.rstrip("/") + path
    found = quads(client.get(path + ".trig").content, ox.RdfFormat.TRIG)
    assert found == quads(client.get(path + ".nq").content, ox.RdfFormat.N_QUADS)
    by_graph: dict[str, set[str]] = {f"{iri}#removed": set(), f"{iri}#added": set()}
    for quad in found:
        if isinstance(quad.graph_name, ox.NamedNode):
            by_graph[quad.graph_name.value].add(str(quad.triple))
    then, now = believed(a), believed(b)
    assert by_graph == {f"{iri}#removed": then - now, f"{iri}#added": now - then}
    subjects = [{line.split(" ")[0].strip("<>") for line in lines} for lines in (then, now, then ^ now)]
    expected = {
        "Create": subjects[1] - subjects[0],
        "Delete": subjects[0] - subjects[1],
        "Update": subjects[0] & subjects[1] & subjects[2],
    }
    description = quads(client.get(path + ".ttl").content)
    assert {q.triple for q in description} == {q.triple for q in found if q.graph_name == ox.DefaultGraph()}
    for activity, iris in expected.items():
        events = {q.subject.value for q in description if q.object == ox.NamedNode(AS + activity)}  # type: ignore[union-attr]
        assert {value for event in events for value in values(description, event, AS + "object")} == iris
    derived = [f"{made.base}releases/{a.version}"] if pair[0] < pair[1] else []
    assert values(description, f"{made.base}releases/{b.version}", PREFIXES["prov"] + "wasDerivedFrom") == derived


def test_a_comparison_in_words_names_things_as_they_were_called(client: httpx.Client, made: Chain) -> None:
    path = f"/releases/{made.versions[0]}/diff/{made.versions[1]}"
    shown = page(client, path)
    text = words(client, path)
    assert "New: 1 Bridges & Cities" in text
    assert "no longer: rdfs:label: River Cities now: rdfs:label: Cities on Rivers" in text
    assert "Gone: 1 Water pledge of Fonte" in text
    assert "no longer: pledged by: Municipality of Fonte" in text
    assert f"/releases/{made.versions[0]}/doc/pledge/fonte-water" in shown.links
    assert f"/releases/{made.versions[1]}/doc/network/bridges" in shown.links
    italian = words(client, path, "it")
    assert "Nuove: 1 Ponti e città" in italian
    assert "non più: assunto da: Comune di Fonte" in italian


def test_what_is_gone_pointed_to_things_as_they_were_called(tmp_path: Path) -> None:
    made = chain(tmp_path / "releases", 1)
    made.grow([(), [(PLEDGE, ""), ('"Municipality of Fonte"@en', '"Town of Fonte"@en')]])
    told = interurban("diff", *made.versions, "--releases", made.folder).stdout
    assert "    - pledged by: Municipality of Fonte" in told.splitlines()


def test_a_long_comparison_has_pages(tmp_path: Path) -> None:
    made = chain(tmp_path / "releases", 1)
    many = "".join(f'  <id/city/xx-{n:03}> a iu:City ; rdfs:label "City {n:03}"@en .\n' for n in range(120))
    anchor = "  <id/person/anna-prova> a"
    made.grow([(), [(anchor, many + anchor)]])
    path = f"/releases/{made.versions[0]}/diff/{made.versions[1]}"
    with client_of(made) as client:
        seen: list[str] = []
        address: str | None = path
        while address:
            shown = page(client, address)
            seen += [link for link in shown.links if "/doc/city/xx-" in link]
            address = next((a["href"] for a in shown.all("a") if a.get("rel") == "next"), None)
        assert len(seen) == len(set(seen)) == 120
        assert client.get(path + "?page=4").status_code == 404
        assert client.get(path + "?page=x%0Ay").status_code == 404
        first = client.get(path + ".nt")
        assert client.get(path + ".nt?page=2").content == first.content
        assert "City 120 0 0" in words(client, path)


def test_caches_and_strangers_are_answered_as_elsewhere(client: httpx.Client, made: Chain) -> None:
    a, b = made.versions[:2]
    for path in ("/releases", f"/releases/{a}", f"/releases/{a}/diff/{b}", f"/releases/{a}/diff/{b}.nq"):
        answer = client.get(path)
        again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert (answer.status_code, again.status_code) == (200, 304)
        assert client.head(path).headers["content-length"] == str(len(answer.content))
        assert answer.headers["access-control-allow-origin"] == "*"
        assert client.get(path).content == answer.content
    for path in ("/releases/nothing", f"/releases/{a}/diff/nothing", f"/releases/nothing/diff/{b}", "/releases.png"):
        assert client.get(path).status_code == 404
    told = client.get("/releases/nothing").json()["detail"]
    assert all(version in told for version in made.versions)
    assert client.get("/releases", headers={"accept": "image/png"}).status_code == 406


def test_the_command_says_the_same(client: httpx.Client, made: Chain) -> None:
    a, b = made.versions[:2]
    told = interurban("diff", a, b, "--releases", made.folder)
    assert (told.returncode, told.stderr) == (0, "")
    lines = told.stdout.splitlines()
    for line in ("New: 1", "Changed: 1", "Gone: 1", f"  Bridges & Cities <{made.base}id/network/bridges>"):
        assert line in lines
    assert "City network: new 1, changed 1" in lines
    italian = interurban("diff", a, b, "--releases", made.folder, "--language", "it").stdout
    assert f"  Ponti e città <{made.base}id/network/bridges>" in italian.splitlines()
    data = interurban("diff", a, b, "--releases", made.folder, "--format", "nq")
    assert data.stdout.encode() == client.get(f"/releases/{a}/diff/{b}.nq").content
    nothing = interurban("diff", made.versions[2], "current", "--releases", made.folder)
    assert "What is believed has not changed." in nothing.stdout
    for versions in (("nothing", b), (a, "../" + b), (a, "")):
        refused = interurban("diff", *versions, "--releases", made.folder)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert ", ".join(sorted(made.versions)) in refused.stderr
