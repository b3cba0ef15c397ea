"""Every address of the catalogue answers as the catalogue says, whole, in part and packed; the files can be read."""

import gc
import gzip
import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import csvw
import httpx
import networkx
import pytest
import rdflib
from pyld import jsonld
from rdflib.namespace import DCAT, RDF

from catalogue.harvesters import bare

# rdflib's own parsers of JSON-LD and quads use what it has deprecated
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
    pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated"),
]

SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
IANA = "https://www.iana.org/assignments/media-types/"


def files(catalogue: rdflib.Graph) -> list[tuple[rdflib.term.Node, str]]:
    return sorted((node, str(url)) for node, url in catalogue.subject_objects(DCAT.downloadURL))


def test_every_file_has_the_type_size_and_sum_that_are_stated(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    assert len(files(catalogue)) > 100
    for node, url in files(catalogue):
        stated = str(catalogue.value(node, DCAT.compressFormat) or catalogue.value(node, DCAT.mediaType))
        checksum = catalogue.value(node, SPDX.checksum)
        head, answer = bare(portal, "HEAD", url), bare(portal, "GET", url)
        for got in (head, answer):
            assert got.status_code == 200, url
            assert IANA + got.headers["content-type"].partition(";")[0] == stated, url
            assert got.headers["content-length"] == str(catalogue.value(node, DCAT.byteSize)), url
        assert ("charset=utf-8" in head.headers["content-type"]) is ("media-types/text/" in stated), url
        assert hashlib.sha256(answer.content).hexdigest() == str(catalogue.value(checksum, SPDX.checksumValue)), url
        assert head.headers["etag"] == answer.headers["etag"]
        assert not answer.headers["etag"].startswith("W/")


def test_every_other_address_of_ours_answers_too(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    ours = {str(term).partition("#")[0] for triple in catalogue for term in triple if isinstance(term, rdflib.URIRef)}
    ours = {address for address in ours if address.startswith(str(portal.base_url)) and "/dumps/" not in address}
    assert len(ours) > 30
    for address in sorted(ours):
        answer = portal.get(address, follow_redirects=True)
        assert answer.status_code == 200, address


def test_a_file_can_be_asked_for_in_parts(portal: httpx.Client) -> None:
    url = "dumps/interurban/interurban.nq"
    whole = bare(portal, "GET", url)
    tag, size = whole.headers["etag"], len(whole.content)
    for wanted, start, end in (("0-99", 0, 100), ("100-", 100, size), ("-5", size - 5, size), ("7-7", 7, 8)):
        part = bare(portal, "GET", url, range=f"bytes={wanted}")
        assert (part.status_code, part.headers["etag"]) == (206, tag)
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.content == whole.content[start:end]
    # who has begun and goes on gets the rest of the same file, or all of the new one
    assert bare(portal, "GET", url, range="bytes=10-", **{"if-range": tag}).status_code == 206
    assert bare(portal, "GET", url, range="bytes=10-", **{"if-range": '"other"'}).content == whole.content
    # a part is of the file, whatever else the asker would take
    packed = bare(portal, "GET", url, range="bytes=0-99", **{"accept-encoding": "gzip"})
    assert ("content-encoding" in packed.headers, packed.content) == (False, whole.content[:100])
    head = bare(portal, "HEAD", url)
    assert (head.headers["accept-ranges"], head.content) == ("bytes", b"")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("bytes=999999999-", 416), ("bytes=-0", 416), ("bytes=5-2", 400), ("bytes=a-b", 400), ("bytes=,", 400)],
)
def test_a_part_that_is_not_there_is_refused_with_words(portal: httpx.Client, wanted: str, status: int) -> None:
    refused = bare(portal, "GET", "dumps/people/people.ttl", range=wanted)
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    size = int(bare(portal, "HEAD", "dumps/people/people.ttl").headers["content-length"])
    assert refused.headers.get("content-range") == (f"bytes */{size}" if status == 416 else None)


def test_parts_are_counted_as_rfc_9110_says(portal: httpx.Client) -> None:
    url = "dumps/people/people.ttl"
    whole = bare(portal, "GET", url)
    size, tag, changed = len(whole.content), whole.headers["etag"], whole.headers["last-modified"]
    # whoever counts something else gets all of it; so does HEAD, and who has parts of another file
    for unknown in ("items=0-1", "lines=1-2", "nonsense"):
        answer = bare(portal, "GET", url, range=unknown)
        assert (answer.status_code, answer.content) == (200, whole.content), unknown
    packed = bare(portal, "GET", url, range="items=0-1", **{"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    head = bare(portal, "HEAD", url, range="bytes=0-9")
    assert (head.status_code, head.headers["content-length"], "content-range" in head.headers) == (
        200,
        str(size),
        False,
    )
    for condition, status in ((tag, 206), (changed, 206), ("W/" + tag, 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 200)):
        answer = bare(portal, "GET", url, range="bytes=0-9", **{"if-range": condition})
        assert answer.status_code == status, condition
    assert bare(portal, "GET", url, range="bytes=999999999-", **{"if-range": '"other"'}).status_code == 200
    # the unit in any case; of several parts those that are there
    for wanted in ("Bytes=0-9", "bytes=0-9,999999999-", "bytes= , 0-9 ,, -0"):
        answer = bare(portal, "GET", url, range=wanted)
        assert (answer.status_code, answer.content) == (206, whole.content[:10]), wanted
    several = bare(portal, "GET", url, range="bytes=0-1, 5-6")
    assert several.headers["content-type"].startswith("multipart/byteranges")


def test_a_file_has_a_date_that_is_a_condition_too(portal: httpx.Client) -> None:
    url, long_ago = "dumps/people/people.ttl", "Sun, 06 Nov 1994 08:49:37 GMT"
    head = bare(portal, "HEAD", url)
    tag, changed = head.headers["etag"], head.headers["last-modified"]
    for fields, status in (
        ({"if-modified-since": changed}, 304),
        ({"if-modified-since": long_ago}, 200),
        ({"if-modified-since": "nonsense"}, 200),
        ({"if-modified-since": changed, "if-none-match": '"other"'}, 200),  # the tag counts
        ({"if-modified-since": long_ago, "if-none-match": tag}, 304),
        ({"if-unmodified-since": changed}, 200),
        ({"if-unmodified-since": long_ago}, 412),
        ({"if-unmodified-since": long_ago, "if-match": tag}, 200),
        ({"if-match": '"other"'}, 412),
        ({"if-match": '"other"', "range": "bytes=0-9"}, 412),
    ):
        assert bare(portal, "GET", url, **fields).status_code == status, fields


def test_who_takes_gzip_gets_the_file_packed_under_a_tag_of_its_own(portal: httpx.Client) -> None:
    url = "dumps/interurban/interurban.ttl"
    plain = bare(portal, "GET", url)
    with portal.stream("GET", url, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == plain.headers["content-type"]
    assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 3
    assert gzip.decompress(raw) == plain.content
    assert answer.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert "Accept-Encoding" in answer.headers["vary"]
    again = bare(portal, "GET", url, **{"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    refused = bare(portal, "GET", url, **{"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


@pytest.mark.parametrize(
    "path",
    [
        "dumps/interurban/nothing.ttl",
        "dumps/nothing/x.ttl",
        "dumps/interurban/../../manifest.json",
        "dumps/interurban/%2e%2e%2f%2e%2e%2fmanifest.json",
        "dumps/%2e%2e/manifest.json",
        "dumps/interurban/",
        "dataset/nothing",
        "dataset/nothing.ttl",
        "catalog.png",
    ],
)
def test_only_what_the_release_holds_is_handed_out(portal: httpx.Client, path: str) -> None:
    assert portal.get(path).status_code == 404


def test_the_dump_of_everything_is_the_dataset(releases: Path) -> None:
    current = releases / "current"
    assert (current / "dumps/interurban/interurban.nq").read_bytes() == (current / "dataset.nq").read_bytes()


def said(graph: rdflib.Graph) -> set[tuple[object, ...]]:
    """Return the statements of a graph; every parser has names of its own for blank nodes."""
    return {tuple("_:" if isinstance(term, rdflib.BNode) else term for term in triple) for triple in graph}


def test_every_syntax_of_a_dataset_says_the_same(releases: Path) -> None:
    folders = sorted((releases / "current/dumps").iterdir())
    assert len(folders) >= 15
    for folder in folders:
        slug = folder.name
        turtle = said(rdflib.Graph().parse(folder / f"{slug}.ttl"))
        text = (folder / f"{slug}.jsonld").read_text(encoding="utf-8")
        assert said(rdflib.Graph().parse(data=text, format="json-ld")) == turtle, slug
        assert turtle, slug

        def nowhere(url: str, _options: Any) -> Any:
            raise AssertionError(f"{url} would have to be fetched")

        quads = jsonld.to_rdf(json.loads(text), {"format": "application/n-quads", "documentLoader": nowhere})
        assert said(rdflib.Graph().parse(data=quads, format="nt")) == turtle, slug
        lines = set((folder / f"{slug}.nq").read_text(encoding="utf-8").splitlines())
        assert gzip.decompress((folder / f"{slug}.nq.gz").read_bytes()) == (folder / f"{slug}.nq").read_bytes()
        trig = rdflib.Dataset().parse(folder / f"{slug}.trig", format="trig")
        assert len(set(trig.quads())) == len(lines), slug


def test_quads_also_say_who_said_so(releases: Path, port: int) -> None:
    base = f"http://127.0.0.1:{port}/"
    dataset = rdflib.Dataset(default_union=False)
    dataset.parse(releases / "current/dumps/memberships/memberships.nq", format="nquads")
    membership = rdflib.URIRef(base + "id/membership/it-modena--energy-cities")
    graphs = {str(g) for *_, g in dataset.quads((membership, None, None, None)) if g is not None}
    assert base + "graph/modena-networks" in graphs
    source = rdflib.Dataset(default_union=False)
    source.parse(releases / "current/dumps/modena-networks/modena-networks.nq", format="nquads")
    assert {str(g) for *_, g in source.quads() if g is not None} == {base + "graph/modena-networks"}


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # csvw leaves what it has opened to the garbage collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_tables_are_what_their_metadata_says(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    described = [url for _, url in files(catalogue) if url.endswith("csv-metadata.json")]
    tables = {url for _, url in files(catalogue) if url.endswith(".csv")}
    assert len(described) >= 10
    for url in described:
        read = csvw.CSVW(url, validate=True)
        assert read.is_valid, (url, [str(w.message) for w in read.warnings])
        names = {url.rpartition("/")[0] + "/" + str(table.url) for table in read.tables}
        assert names <= tables
        tables -= names
        for table in portal.get(url).json()["tables"]:
            for text in (table, *(column for column in table["tableSchema"]["columns"] if "virtual" not in column)):
                assert {label["@language"] for label in text["dc:title"]} == {"en", "it"}, (url, table["url"])
    assert not tables  # each is described somewhere
    # a reader that has the table alone finds the description by its link
    alone = csvw.CSVW(str(portal.base_url) + "dumps/cities/cities.csv", validate=True)
    assert (alone.is_valid, alone.no_metadata) == (True, False)
    gc.collect()


def test_a_table_that_is_not_as_described_would_be_noticed(releases: Path, tmp_path: Path) -> None:
    folder = releases / "current/dumps/cities"
    for name in ("cities.csv", "countries.csv", "successions.csv", "unresolved-links.csv", "csv-metadata.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert csvw.CSVW(str(tmp_path / "csv-metadata.json"), validate=True).is_valid
    broken = (tmp_path / "countries.csv").read_text(encoding="utf-8").splitlines()
    cells = broken[1].split(",")
    (tmp_path / "countries.csv").write_text("\n".join([broken[0], ",".join([*cells[:2], "many", *cells[3:]])]))
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # it counts them
        assert not csvw.CSVW(str(tmp_path / "csv-metadata.json"), validate=True).is_valid


def test_graphs_can_be_read(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    graphs = [url for _, url in files(catalogue) if url.endswith(".graphml")]
    assert len(graphs) >= 3
    for url in graphs:
        graph = networkx.parse_graphml(portal.get(url).text)
        assert graph.number_of_edges() > 0, url
        assert all(data.get("label") for _, data in graph.nodes(data=True)), url
    both = networkx.parse_graphml(portal.get("dumps/memberships/membership-edges.graphml").text)
    assert networkx.is_bipartite(both)


def test_a_table_leads_to_its_dataset_and_licence(portal: httpx.Client) -> None:
    links = bare(portal, "HEAD", "dumps/cities/cities.csv").headers["link"]
    assert '</dumps/cities/csv-metadata.json>; rel="describedby"; type="application/csvm+json"' in links
    assert '</dataset/cities>; rel="collection"; type="text/html"' in links
    assert 'rel="license"' in links


def test_the_catalogue_is_the_same_in_each_syntax(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    for extension, syntax in (("rdf", "xml"), ("jsonld", "json-ld"), ("nt", "nt")):
        other = rdflib.Graph().parse(data=portal.get(f"catalog.{extension}").content, format=syntax)
        assert set(other) == set(catalogue), extension
    for dataset in catalogue.subjects(RDF.type, DCAT.Dataset):
        part = rdflib.Graph().parse(data=portal.get(f"{dataset}.ttl").content, format="turtle")
        assert set(part) <= set(catalogue)
        assert set(part.subjects(RDF.type, DCAT.Dataset)) == {dataset}
        assert set(catalogue.objects(dataset, DCAT.distribution)) <= set(part.subjects())
