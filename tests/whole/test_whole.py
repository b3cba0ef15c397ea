"""All of the data: they conform, what is counted in them is in the publishers' files, and no document is too long."""

import csv
import html
import re
from collections import Counter, defaultdict

import httpx
import pytest

from interurban.iris import CANONICAL_BASE, Base
from interurban.locales import number
from interurban.pictures.facts import Map, Place, Thing
from interurban.pictures.maps import layout
from interurban.questions import Question
from questions.golden import COMMAND, PAGE, QUESTIONS, coverage_page
from whole.counts import COUNTS, Count

LARGEST = 2**20  # bytes that a document has at most
LONG = ("doc/network/covenant-of-mayors", "doc/government/", "doc/city/", "doc/membership/", "doc/person/")


def asked(client: httpx.Client, query: str) -> str:
    answer = client.post("sparql", data={"query": query}, headers={"accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return answer.text.replace(str(client.base_url), CANONICAL_BASE).replace("\r\n", "\n")


def counted(client: httpx.Client, count: Count) -> int:
    return int(asked(client, count.query).splitlines()[1])


@pytest.mark.parametrize("count", COUNTS, ids=lambda count: count.source)
def test_what_is_counted_is_in_the_publishers_file(client: httpx.Client, count: Count) -> None:
    assert counted(client, count) == count.rows - count.left_out - count.repeated


def test_the_page_of_what_the_sources_say_is_of_all_of_them(client: httpx.Client) -> None:
    coverage = asked(client, QUESTIONS["coverage"].bind({}, Base(str(client.base_url))))
    lines = [count.line(counted(client, count)) for count in COUNTS]
    assert PAGE.read_text(encoding="utf-8") == coverage_page(coverage, lines), f"to write it anew: {COMMAND}"


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_a_saved_question_is_answered_in_time(client: httpx.Client, question: Question) -> None:
    assert asked(client, question.bind({}, Base(str(client.base_url)))).count("\n") > 1


MEMBERS = "?city iu:governedBy/^org:member/org:organization <id/network/covenant-of-mayors>"
PLEDGED = "?pledge iu:pledgedBy/iu:governs ?city ; iu:targetYear ?year"
HEADS = "PREFIX iu: <https://w3id.org/interurban/def/> PREFIX org: <http://www.w3.org/ns/org#> "


@pytest.mark.parametrize(
    ("exists", "joined"),
    [
        (f"FILTER EXISTS {{ {MEMBERS} }}", MEMBERS),
        (f"FILTER NOT EXISTS {{ {MEMBERS} }}", f"MINUS {{ {MEMBERS} }}"),
        (f"FILTER(EXISTS {{ {MEMBERS} }} || EXISTS {{ {PLEDGED} }})", f"{{ {MEMBERS} }} UNION {{ {PLEDGED} }}"),
        (f"BIND(EXISTS {{ {MEMBERS} }} AS ?is) FILTER(?is)", MEMBERS),
        (f"FILTER EXISTS {{ {{ {MEMBERS} }} UNION {{ {PLEDGED} }} }}", f"{{ {MEMBERS} }} UNION {{ {PLEDGED} }}"),
    ],
)
def test_whether_something_exists_is_found_in_time_for_all_cities(
    client: httpx.Client, exists: str, joined: str
) -> None:
    """The engine by itself takes minutes, as it begins with all members for each city."""
    count = HEADS + "SELECT (COUNT(DISTINCT ?city) AS ?n) {{ ?city a iu:City . {} }}"
    found = asked(client, count.format(exists))
    assert int(found.split()[1]) > 1000
    assert found == asked(client, count.format(joined))


@pytest.mark.parametrize("path", LONG)
@pytest.mark.parametrize("form", ["text/html", "text/turtle", "application/ld+json"])
def test_a_long_document_has_pages_that_lead_on(client: httpx.Client, path: str, form: str) -> None:
    answer = client.get(path, headers={"accept": form}, follow_redirects=True)
    assert answer.status_code == 200
    assert len(answer.content) < LARGEST
    links = re.findall(r'<([^>]*)>; rel="next"', answer.headers["link"])
    assert len(links) == 1
    second = client.get(links[0], headers={"accept": form}, follow_redirects=True)
    assert (second.status_code, second.content == answer.content) == (200, False)


def picture(client: httpx.Client, path: str) -> str:
    answer = client.get(f"picture/{path}")
    assert answer.status_code == 200
    return answer.text


def facts(client: httpx.Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(picture(client, path).splitlines()))


PREPARED = (
    "network/covenant-of-mayors.{}?lang=en",
    "city.{}?lang=en",
    "city.{}?country=ESP&lang=it",
    "membership.{}?lang=it",
)
MARK = Thing("", "")


@pytest.mark.parametrize("chosen", PREPARED)
def test_a_prepared_map_shows_what_its_table_says(client: httpx.Client, chosen: str) -> None:
    rows = facts(client, "map/" + chosen.format("csv"))
    assert len(rows) > 1000
    places = [Place(MARK, float(r["latitude"]), float(r["longitude"]), int(r.get("size", 1))) for r in rows]
    marks = layout(Map(places, (), "sized" if "size" in rows[0] else ""))
    drawn = picture(client, "map/" + chosen.format("svg"))
    assert marks.paths
    assert all(f'd="{path}"' in drawn for _, path in marks.paths)
    assert drawn.count('class="rim"') == len(marks.paths)
    description = drawn.partition("<desc")[2].partition("</desc>")[0]
    assert number(len(rows), "it" if "lang=it" in chosen else "en") in description


def test_the_table_below_a_prepared_map_is_the_beginning_of_the_whole_one(client: httpx.Client) -> None:
    path = "network/covenant-of-mayors"
    for language in ("en", "it"):
        page = client.get(f"doc/{path}?lang={language}").text
        drawn = page.partition('id="map-network-covenant-of-mayors"')[2].partition("</figure>")[0]
        names = [html.unescape(name) for name in re.findall(r'<tr><td><a href="[^"]*">([^<]*)</a>', drawn)]
        every = [row["name"] for row in facts(client, f"map/{path}.csv?lang={language}")]
        assert names == every[:100]
        assert number(len(every), language) in drawn


def test_prepared_growth_counts_the_members_whose_beginning_is_known(client: httpx.Client) -> None:
    rows = facts(client, "growth/network/covenant-of-mayors.csv?lang=en")
    query = """
      PREFIX iu: <https://w3id.org/interurban/def/>
      PREFIX org: <http://www.w3.org/ns/org#>
      SELECT ?member ?first ?standing WHERE {
        ?member org:organization <id/network/covenant-of-mayors> ; iu:phase ?phase .
        ?phase iu:firstDay ?first ; iu:standing ?standing .
      }"""
    phases: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for phase in csv.DictReader(asked(client, f"BASE <{client.base_url}> {query}").splitlines()):
        phases[phase["member"]].append((phase["first"], phase["standing"].rpartition("/")[2]))
    began: Counter[str] = Counter()
    for lasted in map(sorted, phases.values()):
        known = [first[:4] for first, standing in lasted if standing in ("certain", "presumed")]
        if known and lasted[0][1] != "unknown":
            began[known[0]] += 1
    assert sum(began.values()) > 1000
    assert {row["year"]: int(row["came"]) for row in rows if row["came"] != "0"} == began
