"""What Wikidata lacks, as QuickStatements: new statements, in its syntax, from sources whose licence allows it."""

import re
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from excerpt import data_without_lists
from serving import interurban

CC0, CC_BY = "https://creativecommons.org/publicdomain/zero/1.0/", "https://creativecommons.org/licenses/by/4.0/"
SOURCE = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<graph/{slug}> a iu:Source ; dct:title "A list"@en , "Una lista"@it ; iu:rank 1 ;
    dct:description "A list."@en , "Una lista."@it ; dct:issued "{issued}"^^xsd:{precision} ;
    dct:publisher <id/{publisher}> ; dct:source <https://example.org/{slug}> ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    {licence} .
<id/organization/wikidata> a org:FormalOrganization ; rdfs:label "Wikidata"@en , "Wikidata"@it .
"""
NETWORKS = """#curie_map:
#  iuid: https://w3id.org/interurban/id/
#  wd: http://www.wikidata.org/entity/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tconfidence
iuid:network/climate-alliance\tskos:exactMatch\t\twd:Q900001\tsemapv:ManualMappingCuration\t1.0
iuid:network/energy-cities\tskos:exactMatch\tNot\twd:Q900002\tsemapv:ManualMappingCuration\t1.0
iuid:network/nemo\tskos:closeMatch\t\twd:Q900003\tsemapv:ManualMappingCuration\t1.0
"""
MEMBERSHIPS = """government,network,role,start,end
it-ancona,climate-alliance,member,2001-02-03,2010-04
it-ancona,energy-cities,member,2001,
it-ancona,nemo,member,2001,
it-bologna,climate-alliance,member,1999,
"""
MAYOR = {
    "people.csv": "slug,name,wikidata\nada-prova,Ada Prova,Q900009\n",
    "posts.csv": "slug,label_en,label_it,post_in,role\n"
    "it-ancona-mayor,Mayor of Ancona,Sindaco di Ancona,government/it-ancona,mayor\n",
    "holdings.csv": "person,post,start\nada-prova,it-ancona-mayor,2024-06-10\n",
}
FREE = MAYOR | {
    "memberships.csv": MEMBERSHIPS,
    "twinnings.csv": "partner_1,partner_2,start\nat-vienna,it-modena,2005\nee-tallinn,it-modena,2006\n",
}
ATTRIBUTED = {
    "memberships.csv": "government,network,role,start\nit-bologna,climate-alliance,member,1999\n"
    "it-florence,climate-alliance,member,2008\nit-brescia,climate-alliance,member,2009\n"
}
UNLICENSED = {"memberships.csv": "government,network,role,start\nit-florence,climate-alliance,member,2008\n"}
KNOWN = {"twinnings.csv": "partner_1,partner_2,start\nee-tallinn,it-modena,2006\n"}


def source(data: Path, slug: str, tables: dict[str, str], licence: str, publisher: str, issued: str) -> None:
    folder = data / "sources" / slug
    folder.mkdir()
    precision = ["gYear", "gYearMonth", "date"][issued.count("-")]
    told = {"slug": slug, "licence": licence, "publisher": publisher, "issued": issued, "precision": precision}
    (folder / "source.ttl").write_text(SOURCE.format(**told))
    for name, text in tables.items():
        (folder / name).write_text(text)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = data_without_lists(tmp_path_factory.mktemp("statements") / "data")
    (data / "links/networks.sssom.tsv").write_text(NETWORKS)
    ours, free, attributed = "government/it-modena", f"dct:license <{CC0}>", f"dct:license <{CC_BY}>"
    source(data, "free", FREE, free, ours, "2025-03-14")
    source(data, "attributed", ATTRIBUTED, attributed, ours, "2024")
    source(data, "unlicensed", UNLICENSED, f"iu:descriptionLicence <{CC_BY}>", ours, "2023-05")
    source(data, "from-wikidata", KNOWN, free, "organization/wikidata", "2016")
    return data


@pytest.fixture(scope="module")
def releases(data: Path) -> Path:
    built = interurban("build", "--data", data, "--releases", data.parent / "releases")
    assert built.returncode == 0, built.stderr
    return data.parent / "releases"


def linked(data: Path, releases: Path, *options: object) -> CompletedProcess[str]:
    return interurban("link", "--quickstatements", "--data", data, "--releases", releases, *options)


@pytest.fixture(scope="module")
def done(data: Path, releases: Path) -> CompletedProcess[str]:
    done = linked(data, releases)
    assert done.returncode == 0, done.stderr
    return done


REFERENCE = 'S854\t"https://example.org/free"\tS813\t+2025-03-14T00:00:00Z/11'


def test_new_statements_are_written_with_dates_as_precise_as_known_and_their_reference(
    done: CompletedProcess[str],
) -> None:
    assert done.stdout.splitlines() == [
        f"Q3415\tP6\tQ900009\tP580\t+2024-06-10T00:00:00Z/11\t{REFERENCE}",
        f"Q1741\tP190\tQ279\tP580\t+2005-00-00T00:00:00Z/9\t{REFERENCE}",
        f"Q279\tP190\tQ1741\tP580\t+2005-00-00T00:00:00Z/9\t{REFERENCE}",
        f"Q1891\tP463\tQ900001\tP580\t+1999-00-00T00:00:00Z/9\t{REFERENCE}",
        f"Q3415\tP463\tQ900001\tP580\t+2001-02-03T00:00:00Z/11\tP582\t+2010-04-00T00:00:00Z/10\t{REFERENCE}",
    ]


def test_what_comes_from_wikidata_is_no_news_there(done: CompletedProcess[str]) -> None:
    assert "Q1770\tP190" not in done.stdout
    assert "P190: 2 statements that Wikidata lacks; it has 2 already" in done.stderr


def test_what_a_licence_does_not_let_go_on_is_told_with_source_and_licence(done: CompletedProcess[str]) -> None:
    told = re.findall(r"P463: (\d+) left out, which only \S+/graph/(\S+) tells; .*: (.+)", done.stderr)
    # what a free source tells too is not left out
    assert ("2", "attributed", CC_BY) in told
    assert ("1", "unlicensed", "it states none") in told
    assert "free" not in {source for _, source, _ in told}
    assert "Q2044\tP463" not in done.stdout


def test_a_network_that_people_say_is_another_or_only_near_has_no_item(done: CompletedProcess[str]) -> None:
    assert not re.search("Q90000[23]", done.stdout)


def test_a_file_takes_the_statements_and_each_run_writes_the_same(
    data: Path, releases: Path, done: CompletedProcess[str], tmp_path: Path
) -> None:
    into = linked(data, releases, "--output", tmp_path / "statements.tsv")
    assert (into.returncode, into.stderr) == (0, "")
    assert (tmp_path / "statements.tsv").read_text() == done.stdout
    assert into.stdout == done.stderr


def test_which_licence_lets_facts_go_on_stands_in_the_table_of_licences(data: Path, releases: Path) -> None:
    table = data / "catalog/licences.ttl"
    written = table.read_text()
    try:
        table.write_text(written.replace("    cc:requires cc:Attribution , cc:Notice ;\n", ""))
        assert "Q2044\tP463\tQ900001" in linked(data, releases).stdout
    finally:
        table.write_text(written)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT ?item { ?item ?p ?o }", "not a SELECT query with the columns about, item, value"),
        ("ASK { ?s ?p ?o }", "not a SELECT query with the columns about, item, value"),
        ("SELECT ?item {", "P1.rq"),
    ],
)
def test_a_query_that_cannot_be_used_is_told(data: Path, releases: Path, query: str, told: str) -> None:
    path = data / "linking/quickstatements/P1.rq"
    path.write_text(query)
    try:
        done = linked(data, releases)
    finally:
        path.unlink()
    assert done.returncode == 1
    assert told in done.stderr
    assert "P1.rq" in done.stderr
