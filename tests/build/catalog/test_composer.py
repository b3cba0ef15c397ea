"""What the build says of the catalogue: who publishes, what is wrong with it, what it is worth."""

import gzip
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban import resources
from interurban.build import Dataset, compose
from interurban.build.catalog.editions import Catalogue, dcat
from interurban.build.catalog.quality import assess
from interurban.build.graphs import NamedGraph
from interurban.errors import InputError, SettingError
from interurban.iris import DCT, IU, RDF, Base
from interurban.rdf.lines import Gathering
from interurban.release.making import Made
from interurban.settings import Settings
from serving import interurban

PUBLISHER = {
    "publisher-name": "Comune di Prova",
    "publisher-iri": "https://data.prova.example/",
    "publisher-code": "c_p123",
    "contact-mail": "dati@prova.example",
    "contact-page": "https://data.prova.example/contact",
}
BASE = "https://data.prova.example/interurban/"


def options(*without: str) -> list[str]:
    given = {name: value for name, value in PUBLISHER.items() if name not in without}
    return [part for name, value in given.items() for part in (f"--{name}", value)]


def test_placeholders_are_refused_before_anything_is_published_all_at_once() -> None:
    refused = interurban("check", "--publish")
    assert refused.returncode == 1
    for name in ("publisher-name", "publisher-iri", "contact-mail", "contact-page"):
        assert f"--{name} " in refused.stderr
    refused = interurban(
        "check", "--publish", "--language", "it", "--base", "http://127.0.0.1/", *options("contact-mail")
    )
    assert refused.returncode == 1
    assert "--contact-mail " in refused.stderr
    assert "base: «http://127.0.0.1/» è un indirizzo che solo questa macchina raggiunge" in refused.stderr
    assert "--publisher-name " not in refused.stderr


def test_what_can_be_published_has_every_point_of_the_quality_score(enough_data: Path) -> None:
    done = interurban("check", "--publish", "--data", enough_data, "--base", BASE, *options())
    assert done.returncode == 0, done.stderr
    told = [line.strip() for line in done.stdout.splitlines()]
    assert told[1:] == [
        "findability: 100 of 100",
        "accessibility: 100 of 100",
        "interoperability: 110 of 110",
        "reusability: 75 of 75",
        "contextuality: 20 of 20",
        "quality of the catalogue (MQA of data.europa.eu): 405 of 405 points",
    ]
    assert "data/catalog/quality.toml" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--publisher-iri", "somebody", "publisher_iri: «somebody» is not an absolute http(s) address"),
        ("--contact-page", "https://x y", "contact_page: «https://x y» is not an absolute http(s) address"),
        ("--contact-mail", "nobody", "contact_mail: «nobody» is not a mail address"),
    ],
)
def test_a_publisher_that_cannot_be_written_is_told(option: str, value: str, told: str) -> None:
    refused = interurban("check", option, value)
    assert (refused.returncode, refused.stderr.startswith(told)) == (1, True), refused.stderr


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with the catalogue's description and nothing else."""
    shutil.copytree(resources.room("data") / "catalog", tmp_path / "catalog")
    for query in (tmp_path / "catalog").glob("*.rq"):
        query.unlink()
    (tmp_path / "catalog/catalog.ttl").write_text(
        """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<catalog> a dcat:Catalog ; dct:title "C"@en ; dcat:dataset <dataset/one> .
<dataset/one> a dcat:Dataset ; dct:title "One"@en ; dct:description "The one"@en ; dcat:keyword "one"@en .
"""
    )
    (tmp_path / "catalog/one.rq").write_text("CONSTRUCT WHERE { ?s ?p ?o }")
    (tmp_path / "tables.json").write_text('{"tables": []}')
    return tmp_path


def dataset_of(data: Path, graphs: list[NamedGraph], believed: set[ox.Triple]) -> Dataset:
    """Return a dataset that nobody finds anything wrong with."""
    said = Gathering()
    said.put(ox.DefaultGraph(), believed)
    for graph in graphs:
        said.put(graph.name, graph.statements)
    return Dataset(Base(BASE), said.lines(), said.store, graphs, {}, [], "2026-01-01", data)


def composed(data: Path, settings: Settings | None = None) -> Catalogue:
    """Return the catalogue of a dataset that believes one of two things that a source says."""
    s, p, o, other, source = (ox.NamedNode(f"http://e.org/{name}") for name in "spoxg")
    said = NamedGraph(source, None, dict.fromkeys((ox.Triple(s, p, o), ox.Triple(s, p, other))))
    dataset = dataset_of(data, [said], {ox.Triple(s, p, o)})
    return compose(dataset, settings or Settings(), data / "made")


def content(catalogue: Catalogue) -> dict[str, bytes]:
    """Return path -> content of the files of a catalogue as that of a release."""
    written = catalogue.written("2026-01-01T00:00:00Z", None)
    return {path: made.read() if isinstance(made, Made) else made for path, made in written.items()}


def test_a_catalogue_says_who_publishes_and_who_holds_the_rights(data: Path) -> None:
    settings = Settings(
        publisher_name="P", publisher_iri="https://p.example/", publisher_code="c_p",
        rights_holder_name="H", rights_holder_iri="https://h.example/", rights_holder_code="c_h",
    )  # fmt: skip
    store = ox.Store()
    store.load(content(composed(data, settings))["catalog.ttl"], ox.RdfFormat.TURTLE)
    question = """PREFIX dct: <http://purl.org/dc/terms/> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        SELECT ?name ?code { ?d a <http://www.w3.org/ns/dcat#Dataset> ; ?role ?who . ?who foaf:name ?name ;
          dct:identifier ?code VALUES ?role { dct:publisher dct:rightsHolder } } ORDER BY ?name"""
    answer = store.query(question)
    assert isinstance(answer, ox.QuerySolutions)
    assert [(row["name"].value, row["code"].value) for row in answer] == [("H", "c_h"), ("P", "c_p")]


def test_a_licence_that_nobody_described_is_told_with_those_there_are(data: Path) -> None:
    with pytest.raises(SettingError, match="licence/CC_BY_4_0"):
        composed(data, Settings(licence="https://licence.example/"))


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("http://creativecommons.org/licenses/by/4.0", "CC_BY_4_0"),
        ("https://www.creativecommons.org/licenses/by/4.0/legalcode.it", "CC_BY_4_0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.it", "CC0"),
        ("http://publications.europa.eu/resource/authority/licence/CC0", "CC0"),
        ("https://w3id.org/italia/controlled-vocabulary/licences/A11_CCO10", "CC0"),
        ("https://www.dati.gov.it/iodl/2.0/", ""),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/", ""),
        ("https://creativecommons.org/licenses/by/3.0/it/", ""),
    ],
)
def test_a_source_keeps_its_own_licence_however_it_is_spelled(data: Path, stated: str, published: str) -> None:
    source = ox.NamedNode(BASE + "graph/letter")
    told: dict[str, ox.NamedNode | ox.Literal] = {
        RDF + "type": ox.NamedNode(IU + "Source"),
        DCT + "title": ox.Literal("A letter", language="en"),
        DCT + "description": ox.Literal("What stands in it", language="en"),
        DCT + "license": ox.NamedNode(stated),
    }
    said = NamedGraph(source, None, {ox.Triple(source, ox.NamedNode(p), o): None for p, o in told.items()})
    dataset = dataset_of(data, [said], set(said.statements))
    store = ox.Store()
    catalogue = compose(dataset, Settings(), data / "made")
    store.load(content(catalogue)["catalog.ttl"], ox.RdfFormat.TURTLE)
    licences = store.quads_for_pattern(ox.NamedNode(BASE + "dataset/letter"), ox.NamedNode(DCT + "license"), None)
    expected = "http://publications.europa.eu/resource/authority/licence/" + published if published else stated
    assert [licence.object for licence in licences] == [ox.NamedNode(expected)]


def test_what_is_wrong_with_a_catalogue_is_told_all_at_once_with_its_place(data: Path) -> None:
    description = data / "catalog/catalog.ttl"
    with description.open("a") as file:
        file.write(
            """
<catalog> dcat:dataset <dataset/two> ; dct:relation [ dct:title "nameless" ] .
<dataset/two> a dcat:Dataset .
<dataset/one> dcat:distribution <dataset/one#x.csv> .
<dataset/one#x.csv> prov:wasDerivedFrom <queries/unknown?lang=en> .
"""
        )
    formats = data / "catalog/formats.ttl"
    formats.write_text(formats.read_text(encoding="utf-8").replace('skos:notation "trig"', 'skos:notation "trigg"'))
    with pytest.raises(InputError) as raised:
        composed(data)
    told = [problem.text() for problem in raised.value.problems]
    assert len(told) == 4
    assert sum(re.search(r"catalog\.ttl:\d+: ", text) is not None for text in told) == 3
    assert any(f"<{BASE}dataset/two>: nothing says which statements" in text for text in told)
    assert any("queries/unknown?lang=en» is no saved question" in text for text in told)
    assert any("the extension «trig»" in text for text in told)
    assert any("a blank node in the catalogue" in text for text in told)


def test_a_rule_that_is_no_construct_query_is_told(data: Path) -> None:
    (data / "catalog/rules/9-wrong.rq").write_text("SELECT * { ?s ?p ?o }")
    with pytest.raises(InputError, match="problem") as raised:
        composed(data)
    assert [p.place and p.place.file.endswith("9-wrong.rq") for p in raised.value.problems] == [True]


def test_points_are_lost_where_something_is_missing(data: Path) -> None:
    def lost() -> set[str]:
        return {m.name for m in assess(composed(data), data, "2026-01-01T00:00:00Z").metrics if m.missing}

    assert lost() == {"theme", "time"}
    for rule, gone, metrics in (
        ("6-datasets", "dcat:contactPoint ?contact ;\n    dct:license", {"contact"}),
        ("7-distributions", "dct:rights <catalog#rights> ;", {"rights"}),
        ("6-datasets", "dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;",
         {"access-rights", "access-rights-from-vocabulary"}),
    ):  # fmt: skip
        path = data / f"catalog/rules/{rule}.rq"
        whole = path.read_text(encoding="utf-8")
        assert gone in whole
        path.write_text(whole.replace(gone, "dct:license" if "license" in gone else "", 1), encoding="utf-8")
        assert lost() == {"theme", "time"} | metrics
        path.write_text(whole, encoding="utf-8")


def test_triples_are_what_is_believed_and_quads_what_was_said(data: Path) -> None:
    files = content(composed(data))
    for name, form in (("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)):
        triples = ox.parse(files[f"dumps/one/one.{name}"], format=form)
        assert [str(q.object) for q in triples] == ["<http://e.org/o>"], name
    for name, form in (("nq", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG)):
        quads = [(str(q.object)[-2], str(q.graph_name)) for q in ox.parse(files[f"dumps/one/one.{name}"], format=form)]
        assert sorted(quads) == [("o", "<http://e.org/g>"), ("o", "DEFAULT"), ("x", "<http://e.org/g>")], name


def test_the_same_data_make_the_same_files(data: Path) -> None:
    first, second = (content(composed(data)) for _ in range(2))
    assert first == second
    assert {"catalog.ttl", "catalog.rdf", "catalog.jsonld", "dumps/one/one.ttl", "dumps/one/one.nq.gz"} <= first.keys()


def large(data: Path) -> Dataset:
    """Return a dataset whose files are made apart."""
    p = ox.NamedNode("http://e.org/p")
    said = {ox.Triple(ox.NamedNode(f"http://e.org/{n}"), p, ox.Literal(n)) for n in range(20_001)}
    return dataset_of(data, [], said)


def test_a_large_dataset_is_handed_out_like_a_small_one(data: Path) -> None:
    dataset = large(data)
    files = content(compose(dataset, Settings(), data / "made"))
    assert gzip.decompress(files["dumps/one/one.nq.gz"]) == files["dumps/one/one.nq"] == b"".join(dataset.lines.quads())
    for name, form in (("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD), ("trig", ox.RdfFormat.TRIG)):
        found = {f"{quad.triple} ".encode() for quad in ox.parse(files[f"dumps/one/one.{name}"], format=form)}
        assert found == set(dataset.lines.believed), name


@pytest.mark.parametrize(("most", "left"), [(0, "ttl nq.gz"), (1, "ttl jsonld nq nq.gz trig")])
def test_a_dataset_that_is_too_long_for_a_format_is_handed_out_in_the_others(data: Path, most: int, left: str) -> None:
    formats = data / "catalog/formats.ttl"
    text = formats.read_text(encoding="utf-8").replace("schema:maxValue 100000", f"schema:maxValue {most}")
    formats.write_text(text, encoding="utf-8")
    catalogue = composed(data)  # of one triple
    told = {t.object.value for t in catalogue.triples if t.predicate == dcat("downloadURL")}  # type: ignore[union-attr]
    assert told == {f"{BASE}dumps/one/one.{extension}" for extension in left.split()}
    handed = {path for path in catalogue.files if not path.endswith((".ttl.gz", ".jsonld.gz", ".trig.gz"))}
    assert {BASE + path for path in handed} == told
    assert len(gzip.decompress(content(catalogue)["dumps/one/one.nq.gz"]).splitlines()) == 3


def test_rules_are_told_which_dataset_mentions_what_they_want_to_know(data: Path) -> None:
    (data / "catalog/rules/1-mentions.rq").write_text(
        """CONSTRUCT { ?dataset <http://purl.org/dc/terms/relation> ?thing }
        WHERE { GRAPH ?dataset { ?dataset <http://schema.org/mentions> ?thing } }"""
    )

    def mentioned() -> set[str]:
        return {str(t.object) for t in composed(data).triples if t.predicate.value == DCT + "relation"}

    assert mentioned() == {f"<http://e.org/{name}>" for name in "sox"}
    (data / "catalog/mentioned.rq").write_text("SELECT ?thing WHERE { ?any <http://e.org/p> ?thing }")
    assert mentioned() == {"<http://e.org/o>"}  # as far as it is believed
    (data / "catalog/mentioned.rq").write_text("SELECT ?else WHERE { ?any <http://e.org/p> ?else }")
    with pytest.raises(InputError, match="problem") as raised:
        composed(data)
    assert [p.place and p.place.file.endswith("mentioned.rq") for p in raised.value.problems] == [True]


def test_a_disk_on_which_a_large_dataset_cannot_be_written_is_told(data: Path) -> None:
    (data / "made/dumps/one/one.jsonld").mkdir(parents=True)
    with pytest.raises(IsADirectoryError, match=r"one\.jsonld"):
        compose(large(data), Settings(), data / "made")
