"""?at=DATE: what held on a day, at its edges, in every format, and how a page says so."""

import re

import httpx
import pyoxigraph as ox
import pytest

from interurban import resources
from interurban.build.derive import derive
from interurban.build.graphs import NamedGraph
from interurban.iris import IU, PREFIXES, RDF, XSD, Base
from interurban.rdf.lines import Gathering
from interurban.rdf.standing import Standing
from interurban.web.model.phases import OnDay
from interurban.web.model.vocabulary import Vocabulary
from web.pages.test_pages import page

NO, UNKNOWN, POSSIBLE, PRESUMED, CERTAIN = Standing
EXTENSIONS = ("html", "ttl", "jsonld", "nt", "rdf", "trig")

# start, end, attested as sources give them; the day of a source that speaks in the present; a day; how it held
EDGES = [
    ("2019-09-25", "", "", "", "2019-09-24", NO),
    ("2019-09-25", "", "", "", "2019-09-25", CERTAIN),  # the same day
    ("2019-09-25", "", "", "", "2019-09-26", PRESUMED),
    ("2019-09-25", "", "", "", "2999-12-31", PRESUMED),  # no end
    ("2019-09-25", "", "", "2023", "2023-01-01", CERTAIN),  # a source of that year, at least, still tells of it
    ("2019-09-25", "", "", "2023", "2023-01-02", PRESUMED),
    ("2019-09-25", "", "", "2023-05", "2023-05-01", CERTAIN),
    ("2019-09-25", "", "", "2023-05-07", "2023-05-07", CERTAIN),
    ("2019-09-25", "2020", "", "2023-05-07", "2020-06-01", POSSIBLE),  # of what is over it says nothing
    ("2019-09-25", "2020", "", "2023-05-07", "2021-01-01", NO),
    ("2002", "", "", "", "2001-12-31", NO),
    ("2002", "", "", "", "2002-01-01", POSSIBLE),  # the year only
    ("2002", "", "", "", "2002-12-30", POSSIBLE),
    ("2002", "", "", "", "2002-12-31", PRESUMED),
    ("2002", "", "", "2003", "2002-12-31", CERTAIN),
    ("2002", "2010-06", "", "", "2010-06-01", CERTAIN),
    ("2002", "2010-06", "", "", "2010-06-02", POSSIBLE),
    ("2002", "2010-06", "", "", "2010-06-30", POSSIBLE),
    ("2002", "2010-06", "", "", "2010-07-01", NO),  # the end is before
    ("2010", "2010", "", "", "2010-06-01", POSSIBLE),  # certain on no day
    ("2010", "2010", "", "", "2011-01-01", NO),
    ("", "", "2024-05-29", "", "2024-05-28", UNKNOWN),
    ("", "", "2024-05-29", "", "2024-05-29", CERTAIN),  # only attested
    ("", "", "2024-05-29", "", "2024-05-30", UNKNOWN),
    ("", "", "2024", "", "2023-12-31", UNKNOWN),
    ("", "", "2024", "2024", "2024-05-29", POSSIBLE),
    ("", "", "2024", "2024", "2025-01-01", UNKNOWN),
    ("", "", "2018 2020-05", "", "2018-06-01", POSSIBLE),  # attested twice
    ("", "", "2018 2020-05", "", "2019-06-01", CERTAIN),
    ("", "", "2018 2020-05", "", "2020-05-02", POSSIBLE),
    ("", "", "2018 2020-05", "", "2020-06-01", UNKNOWN),
    ("2002", "", "2002-03-01", "", "2002-02-28", POSSIBLE),  # attestations widen what is certain
    ("2002", "", "2002-03-01", "", "2002-03-01", CERTAIN),
    ("", "2010", "", "", "2009-12-31", UNKNOWN),
    ("", "2010", "", "", "2010-06-01", POSSIBLE),
    ("", "2010", "", "", "2011-01-01", NO),
    ("2020-02-29", "2020-02-29", "", "", "2020-02-29", CERTAIN),
    ("2020-02-29", "2020-02-29", "", "", "2020-03-01", NO),
    ("", "", "", "", "2010-06-01", UNKNOWN),  # no dates: nothing is known, so nothing is left out
]


def literal(text: str) -> ox.Literal:
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(text)]
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def standing(said: set[ox.Triple], thing: ox.NamedNode, day: str, present: str = "") -> Standing:
    """Return how a thing held on a day, from dates as sources give them, through the rules of the release."""
    source = NamedGraph(ox.NamedNode("http://e/source"))
    for t in said:
        source.add(t)
    about = [("speaksInPresent", ox.Literal(True)), ("notBefore", literal(present))] if present else []
    believed = said | {ox.Triple(source.name, ox.NamedNode(IU + name), value) for name, value in about}
    dataset = Gathering()
    dataset.put(ox.DefaultGraph(), believed)
    dataset.put(source.name, source.statements)
    derive(dataset, resources.room("ontology") / "rules", Base())
    return OnDay(Vocabulary(dataset.store, Base()), day).standing(thing)


def dated(thing: ox.NamedNode, kind: str, **dates: str) -> set[ox.Triple]:
    said = {ox.Triple(thing, ox.NamedNode(IU + name), literal(date)) for name in dates for date in dates[name].split()}
    return said | {ox.Triple(thing, ox.NamedNode(RDF + "type"), ox.NamedNode(IU + kind))}


@pytest.mark.parametrize("kind", ["Membership", "OfficeHolding", "Pairing"])
@pytest.mark.parametrize(("start", "end", "attested", "present", "day", "held"), EDGES)
def test_dates_decide_what_held(
    kind: str, start: str, end: str, attested: str, present: str, day: str, held: Standing
) -> None:
    thing = ox.NamedNode("http://e/x")
    said = dated(thing, kind, start=start, end=end, attestedOn=attested)
    assert standing(said, thing, day, present) == held


@pytest.mark.parametrize(
    ("kind", "property_iri", "whole"),
    [
        ("Pairing", IU + "programme", "Programme"),
        ("Membership", PREFIXES["org"] + "organization", "CityNetwork"),
        ("OfficeHolding", PREFIXES["org"] + "organization", "Unit"),
    ],
)
@pytest.mark.parametrize(
    ("day", "held"),
    [("2019-12-31", PRESUMED), ("2020-01-01", PRESUMED), ("2020-06-01", POSSIBLE), ("2021-01-01", NO)],
)
def test_nothing_is_presumed_beyond_the_end_of_what_contains_it(
    kind: str, property_iri: str, whole: str, day: str, held: Standing
) -> None:
    thing, around = ox.NamedNode("http://e/x"), ox.NamedNode("http://e/whole")
    said = dated(thing, kind, start="2018") | dated(around, whole, end="2020")
    said.add(ox.Triple(thing, ox.NamedNode(property_iri), around))
    assert standing(said, thing, day) == held


@pytest.mark.parametrize(
    ("kind", "held"),
    [*((kind, UNKNOWN) for kind in ("Unit", "Programme", "City", "LocalGovernment")), ("Event", CERTAIN)],
)
def test_units_programmes_and_governments_are_of_a_time_if_a_source_dates_them(kind: str, held: Standing) -> None:
    thing = ox.NamedNode("http://e/x")
    assert standing(dated(thing, kind, attestedOn="2019"), thing, "2024-06-01") == held
    assert standing(dated(thing, kind), thing, "2024-06-01") == CERTAIN  # nobody gives it a time


def things(answer: httpx.Response) -> set[str]:
    """Return the last parts of the names of the memberships and offices that an N-Triples document mentions."""
    assert answer.status_code == 200, answer.text
    return set(re.findall(r"/id/(?:membership|holding)/([\w-]+)>", answer.text))


@pytest.mark.parametrize(
    ("day", "fonte", "monach"),
    [
        ("1985-12-31", NO, NO),
        ("1986-06-01", NO, POSSIBLE),
        ("2019-03-11", NO, CERTAIN),
        ("2019-03-12", CERTAIN, CERTAIN),
        ("2020-11-02", CERTAIN, POSSIBLE),
        ("2020-12-01", CERTAIN, NO),
    ],
)
def test_what_did_not_hold_is_left_out_with_its_links(
    client: httpx.Client, day: str, fonte: Standing, monach: Standing
) -> None:
    expected = {"it-fonte": fonte, "de-monach": monach}
    network = client.get("/doc/network/rivers.nt", params={"at": day})
    assert things(network) == {f"rivers-{city}" for city, held in expected.items() if held != NO}
    shown = page(client, f"/doc/network/rivers?at={day}")
    for city, held in expected.items():
        document = client.get(f"/doc/city/{city}.nt", params={"at": day})
        assert (f"rivers-{city}" in things(document)) == (held != NO)
        # what a derived statement is short for did not hold either
        assert (f"{city}> <{IU}participatesIn>" in document.text) == (held != NO)
        assert ("id/network/rivers>" in document.text) == (held != NO or city == "de-monach")  # founded there
        assert (f"/doc/membership/rivers-{city}?at={day}" in shown.links) == (held != NO)
    marked = client.get(f"/doc/network/rivers?at={day}", headers={"Accept": "text/html"}).text
    assert ('<span class="standing">possible</span>' in marked) == (POSSIBLE in expected.values())


def test_what_a_page_lists_is_marked_as_well(client: httpx.Client) -> None:
    english = " ".join(page(client, "/doc/network/rivers?at=2020-11-02").text.split())
    italian = " ".join(page(client, "/doc/network/rivers?at=2020-11-02", "it").text.split())
    assert "Munich-on-Test possible" in english
    assert "Fonte possible" not in english
    assert "Monaco di Prova possibile" in italian
    assert "On that day" in english  # the table of members tells for each
    assert "certain" in english


@pytest.mark.parametrize("day", ["2019-03-11", "2019-03-12", "2019-03-13"])
def test_an_office_that_is_attested_at_another_time_is_shown_and_says_so(client: httpx.Client, day: str) -> None:
    assert things(client.get(f"/doc/person/anna-prova.nt?at={day}")) == {"anna-prova-mayor"}
    for language, told in (("en", "attested only for 12 March 2019"), ("it", "attestato solo per 12 marzo 2019")):
        shown = " ".join(page(client, f"/doc/person/anna-prova?at={day}", language).text.split())
        assert (told in shown) == (day != "2019-03-12")


@pytest.mark.parametrize(("day", "count"), [("2019-03-12", 1), ("2019-03-13", 0)])
def test_what_is_unknown_is_listed_but_not_counted(client: httpx.Client, day: str, count: int) -> None:
    shown = client.get(f"/doc/holding/?at={day}", headers={"accept": "text/html"}).text
    assert re.findall(r'<span class="count">(\d+)</span></h1>', shown) == [str(count)]
    assert f'href="/doc/holding/anna-prova-mayor?at={day}"' in shown


def test_every_format_says_the_same_about_the_day(client: httpx.Client) -> None:
    graphs = set()
    for extension, syntax in (
        ("ttl", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdf", ox.RdfFormat.RDF_XML),
        ("trig", ox.RdfFormat.TRIG),
    ):
        answer = client.get(f"/doc/network/rivers.{extension}?at=2020-12-01")
        graphs.add(frozenset(str(q.triple) for q in ox.parse(answer.content, format=syntax)))
    assert len(graphs) == 1


def test_lists_leave_out_what_did_not_hold(client: httpx.Client) -> None:
    assert things(client.get("/doc/membership.nt?at=2020-12-01")) == {"rivers-it-fonte"}
    assert things(client.get("/doc/membership.nt?at=1900-01-01")) == set()
    assert things(client.get("/doc/membership.nt")) == {"rivers-it-fonte", "rivers-de-monach"}
    shown = page(client, "/doc/membership/?at=2020-11-02")
    assert "Munich-on-Test in River Cities possible" in " ".join(shown.text.split())
    assert "2 November 2020" in shown.text
    assert len(client.get("/doc/city.nt?at=1900-01-01").text) == len(client.get("/doc/city.nt").text)


def test_a_long_list_has_the_pages_of_the_day(hostile: httpx.Client) -> None:
    assert hostile.get("/doc/membership/?page=3&at=1900-01-01").status_code == 200  # without dates, nothing is left out
    shown = page(hostile, "/doc/membership/?page=2&at=1900-01-01")
    assert {"/doc/membership/?at=1900-01-01", "/doc/membership/?page=3&at=1900-01-01"} <= set(shown.links)


def test_a_thing_that_did_not_hold_still_has_its_page(client: httpx.Client) -> None:
    for day, told in (
        ("1985-12-31", "It did not hold on that day itself"),
        ("1986-06-01", "It possibly held on that day itself"),
        ("2000-01-01", "What is not certain for that day is marked"),
    ):
        shown = page(client, f"/doc/membership/rivers-de-monach?at={day}")
        assert told in shown.text
        assert "City of Munich-on-Test" in shown.text
    assert "Quel giorno" not in page(client, "/doc/membership/rivers-de-monach?at=1986-06-01", "it").text


@pytest.mark.parametrize("language", ["en", "it"])
def test_a_page_says_its_day_and_leads_to_others(client: httpx.Client, language: str) -> None:
    shown = page(client, f"/doc/city/it-fonte?at=2019-03-12&lang={language}")
    told = {"en": "held on this day: 12 March 2019.", "it": "valeva in questo giorno: 12 marzo 2019."}
    assert told[language] in shown.text
    (field,) = (f for f in shown.all("input") if f.get("name") == "at")
    assert (field["type"], field["value"]) == ("text", "2019-03-12")
    assert f"/doc/city/it-fonte?lang={language}" in shown.links  # the way back
    documents = [link for link in shown.links if link.startswith(("/doc/", "/graph/", "/def/"))]
    assert len([link for link in documents if "at=2019-03-12" in link]) >= len(documents) - 1
    other = {"en": "it", "it": "en"}[language]
    assert f"/doc/city/it-fonte?at=2019-03-12&lang={other}" in shown.links


def test_a_page_without_a_day_offers_one_where_there_is_a_choice(client: httpx.Client) -> None:
    assert [f["name"] for f in page(client, "/doc/city/it-fonte").all("input")] == ["at"]
    assert page(client, "/doc/city/fr-%C3%A9cole").all("input") == []
    assert [f["name"] for f in page(client, "/doc/membership/").all("input")] == ["at"]
    assert page(client, "/doc/city/").all("input") == []


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_day_is_part_of_a_document_s_name(client: httpx.Client, extension: str) -> None:
    stem, day = f"/doc/city/it-fonte.{extension}", "?at=2019-03-12"
    answers = [client.get(stem + query) for query in ("", day, "?at=2019-03-13")]
    assert len({answer.headers["etag"] for answer in answers}) == 3
    dated = answers[1]
    assert dated.headers["content-location"] == stem + day
    offered = re.findall(r"<([^>]+)>; rel=\"alternate\b", dated.headers["link"])
    assert len(offered) == len(EXTENSIONS) - 1
    assert all(link.endswith(day) for link in offered)
    assert client.get(stem + day, headers={"If-None-Match": dated.headers["etag"]}).status_code == 304
    assert client.get("/id/city/it-fonte" + day).headers["location"].endswith("/doc/city/it-fonte" + day)


@pytest.mark.parametrize(
    "day", ["201", "2019-02", "2019-02-30", "yesterday", "20190312", "2019-03-12T00:00:00", "٢٠١٩-٠٣-١٢", "-2019-03-12"]
)
@pytest.mark.parametrize(
    "path", ["/doc/city/it-fonte", "/doc/city/it-fonte.ttl", "/doc/membership/", "/graph/register"]
)
def test_what_is_no_day_is_refused(client: httpx.Client, path: str, day: str) -> None:
    problem = client.get(path, params={"at": day}, headers={"Accept": "application/json", "Accept-Language": "it"})
    assert (problem.status_code, problem.headers["content-type"]) == (400, "application/problem+json")
    assert problem.json()["detail"] == f"at: «{day}» non è un giorno, come 2019-05-01, o un anno, come 2019"


def test_one_day_at_a_time_and_none_is_all_times(client: httpx.Client) -> None:
    assert client.get("/doc/city/it-fonte.ttl?at=2019-03-12&at=2019-03-13").status_code == 400
    assert client.get("/doc/city/it-fonte.ttl?at=").content == client.get("/doc/city/it-fonte.ttl").content


@pytest.mark.parametrize("day", ["1995-01-01", "2002-06-01", "2007-12-31", "2019-09-25", "2024-05-29", "2025-01-01"])
def test_documents_and_questions_agree(real: httpx.Client, day: str) -> None:
    """One meaning of time: the memberships on the cities' pages are those that the saved question lists."""
    query = f"""PREFIX iu: <{IU}> PREFIX org: <{PREFIXES["org"]}>
    SELECT ?member ?network {{ ?m a iu:Membership ; org:member ?member ; org:organization ?network }}"""
    edges = real.get("/queries/membership-edges.csv", params={"date": day, "unknown": "yes"}).text.splitlines()[1:]
    asked = {tuple(line.split(",")[:2]) for line in edges}
    every = real.get("/sparql", params={"query": query, "format": "csv"}).text.splitlines()[1:]
    shown = set()
    for line in every:
        member, network = line.split(",")
        document = real.get(member.replace("/id/", "/doc/") + ".nt", params={"at": day})
        if f"<{PREFIXES['org']}organization> <{network}>" in document.text:
            shown.add((member, network))
    assert shown == asked
