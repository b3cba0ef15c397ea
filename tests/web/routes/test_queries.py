"""The saved questions over HTTP: every one of the release through every face, and each face at its limits."""

import csv
import io
import json
import re
from collections.abc import Sequence
from urllib.parse import unquote

import httpx
import pyoxigraph as ox
import pytest

from interurban import resources
from interurban.iris import PREFIXES, RDFS, SH
from interurban.questions import Question, read_questions
from serving import Served
from web.pages.test_pages import page
from web.world import World

QUESTIONS = read_questions(resources.room("queries"))
FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_page_in_both_languages(real: httpx.Client, name: str) -> None:
    question = QUESTIONS[name]
    for language in ("en", "it"):
        shown = page(real, f"/queries/{name}", language)
        assert question.summary[language] in shown.text
        assert question.description[language] in shown.text
        every = [f for f in (*shown.all("input"), *shown.all("select")) if f.get("type") != "search"]
        fields = {f["name"]: f for f in every}
        assert fields.keys() == {p.name for p in question.parameters} - {"lang"}
        labelled = {label["for"] for label in shown.all("label")} - {"search"}
        assert {f["id"] for f in fields.values()} == labelled
        data = next(link for link in shown.links if link.startswith(f"/queries/{name}.csv"))
        rows_of_page, rows_of_data = len(shown.all("tr")) - 1, len(rows(real.get(data)))
        assert max(rows_of_page, 0) == min(rows_of_data, 1000)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_answers_in_every_format(real: httpx.Client, name: str) -> None:
    columns = list(QUESTIONS[name].columns)
    sizes = set()
    for extension, media_type in FORMATS.items():
        answer = real.get(f"/queries/{name}.{extension}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["access-control-allow-origin"] == "*"
        tag = answer.headers["etag"]
        again = real.get(f"/queries/{name}.{extension}", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        if extension == "csv":
            found = list(csv.reader(io.StringIO(answer.text)))
            assert found[0] == columns
            sizes.add(len(found) - 1)
        else:
            solutions = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.from_extension(extension))
            assert isinstance(solutions, ox.QuerySolutions)
            assert [v.value for v in solutions.variables] == columns
            sizes.add(len(list(solutions)))
    assert len(sizes) == 1


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_described_as_rdf(real: httpx.Client, served: Served, name: str) -> None:
    node = ox.NamedNode(f"{served.address}queries/{name}")
    for address, accept in ((f"/queries/{name}", "text/turtle"), (f"/queries/{name}.ttl", "*/*"), ("/queries.ttl", "")):
        answer = real.get(address, headers={"Accept": accept})
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
        said = {(q.subject, q.predicate.value): q.object for q in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)}
        query = said[node, SH + "select"]
        assert isinstance(query, ox.Literal)
        by_query = real.get("/sparql", params={"query": query.value, "format": "csv"})
        whole, following = b"", f"/queries/{name}.csv"
        while following:
            part = real.get(following)
            whole += part.content.partition(b"\r\n")[2] if whole else part.content
            following = part.links.get("next", {}).get("url", "")
        assert by_query.content == whole
        assert (node, RDFS + "comment") in said
        assert (node, PREFIXES["schema"] + "keywords") in said
    nested = real.get(f"/queries/{name}.jsonld").json()
    assert nested["label"] == QUESTIONS[name].summary


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_a_path_of_the_description(real: httpx.Client, name: str) -> None:
    question = QUESTIONS[name]
    operation = real.get("/openapi.json").json()["paths"][f"/queries/{name}.{{format}}"]["get"]
    assert operation["summary"] == question.summary["en"]
    assert operation["description"] == question.description["en"]
    (formats, *parameters, part) = operation["parameters"]
    assert part["name"] == "page"
    assert formats["schema"]["enum"] == list(FORMATS)
    assert {p["name"]: str(p["schema"]["default"]) for p in parameters} == {
        p.name: p.default for p in question.parameters
    }
    assert set(operation["responses"]["200"]["content"]) == {m.partition(";")[0] for m in FORMATS.values()}
    assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_the_list_has_every_question_once_under_a_theme(real: httpx.Client) -> None:
    for language in ("en", "it"):
        shown = page(real, "/queries", language)
        for name, question in QUESTIONS.items():
            assert shown.links.count(f"/queries/{name}") == 1
            assert question.summary[language] in shown.text
            assert question.description[language] in shown.text
        assert len(shown.all("h2")) == len({question.keywords[language][0] for question in QUESTIONS.values()})


def test_the_description_is_whole(real: httpx.Client) -> None:
    description = real.get("/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    operations = [(path, o) for path, methods in description["paths"].items() for o in methods.values()]
    assert len({o["operationId"] for _, o in operations}) == len(operations)
    for path, operation in operations:
        in_path = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert sorted(in_path) == sorted(re.findall(r"{(\w+)}", path)), path
        assert "default" in operation["responses"], path
        assert "422" not in operation["responses"], path
    documents = description["paths"]["/doc/{kind}/{slug}"]["get"]["responses"]["200"]["content"]
    assert {"text/html", "text/turtle", "application/ld+json"} < documents.keys()
    assert "308" in description["paths"]["/def"]["get"]["responses"]


def test_values_go_into_answer_form_links_and_query(small: httpx.Client) -> None:
    words = 'a "b" & <i>c</i> é'
    values = {"city": "de-monach", "day": "2020-02-29", "many": "-7", "share": "1.25", "words": words}
    shown = page(small, "/queries/statements?" + str(httpx.QueryParams(values)))
    fields = {f["name"]: f for f in shown.all("input")}
    assert {name: fields[name]["value"] for name in ("day", "many", "share", "words")} == {
        name: values[name] for name in ("day", "many", "share", "words")
    }
    assert [fields[n]["type"] for n in ("day", "many", "share", "words")] == ["date", "number", "number", "text"]
    assert [o["value"] for o in shown.all("option") if "selected" in o] == ["de-monach"]
    assert "Munich-on-Test" in shown.text
    assert {"datetime": "2020-02-29"} in shown.all("time")
    data = next(link for link in shown.links if link.startswith("/queries/statements.csv"))
    row = rows(small.get(data))[0]
    assert (row["city"].rpartition("/")[2], row["words"], row["many"]) == ("de-monach", words, "-7")
    (edit,) = (link for link in shown.links if link.startswith("/sparql?show="))
    query = unquote(edit.partition("=")[2])
    assert query in shown.text  # the query as it is asked stands on the page
    assert json.loads(small.get("/sparql", params={"query": query}).text)["results"]["bindings"]


def test_things_of_a_large_kind_are_written_not_chosen(small: httpx.Client) -> None:
    shown = page(small, "/queries/statements")
    assert [s["name"] for s in shown.all("select")] == ["city"]
    assert next(i for i in shown.all("input") if i["name"] == "membership")["value"] == "nameless"


@pytest.mark.parametrize("value", ["nowhere", "http://example.org/n", "a/b", "{base}id/city/it-fonte"])
@pytest.mark.parametrize("extension", ["", ".csv", ".json", ".ttl"])
def test_a_thing_that_there_is_not_is_told_instead_of_nothing_found(
    small: httpx.Client, asked: World, value: str, extension: str
) -> None:
    value = value.format(base=asked.base)
    parameters = {"network": value}
    for language, words in (("en", "there is no «{}» here; /doc/network/"), ("it", "qui non c'è «{}»; /doc/network/")):
        headers = {"Accept": "application/json", "Accept-Language": language}
        problem = small.get(f"/queries/members{extension}", params=parameters, headers=headers)
        assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
        assert problem.json()["detail"].startswith(f"network: {words.format(value)}")
    # what is wrong besides is told with it
    both = small.get(f"/queries/members{extension}", params=parameters | {"colour": "red"}, headers=headers)
    assert (both.status_code, len(both.json()["detail"].splitlines())) == (400, 2)


def test_of_a_few_values_others_are_refused(real: httpx.Client) -> None:
    for name, value, choices in (("unknown", "perhaps", "no, yes"), ("lang", "fr", "en, it")):
        problem = real.get("/queries/network-members.csv", params={name: value})
        assert (problem.status_code, problem.json()["detail"]) == (400, f"{name}: «{value}» is not one of: {choices}")
    shown = page(real, "/queries/network-members?lang=it")
    assert {o["value"] for o in shown.all("option")} > {"no", "yes"}
    assert "sì" in shown.text


def test_a_thing_may_be_given_by_its_iri(small: httpx.Client, asked: World) -> None:
    by_iri = page(small, f"/queries/members?network={asked.base}id/network/hills")
    assert [o["value"] for o in by_iri.all("option") if "selected" in o] == ["hills"]


def test_an_empty_field_means_the_default(small: httpx.Client) -> None:
    assert small.get("/queries/members.csv?network=").content == small.get("/queries/members.csv").content


def test_an_answer_reads_in_the_language_of_the_page(small: httpx.Client) -> None:
    english, italian = page(small, "/queries/members", "en"), page(small, "/queries/members", "it")
    for text in ("Member", "Municipality of Fonte", "12 March 2019", "yes"):
        assert text in english.text
    for text in ("Membro", "Comune di Fonte", "12 marzo 2019", "sì"):
        assert text in italian.text
    assert "/doc/government/it-fonte-comune" in italian.links
    assert any(link == "/queries/members.csv?lang=it" for link in italian.links)
    chosen = page(small, "/queries/members?lang=it", "en")
    assert {"type": "hidden", "name": "lang", "value": "it"} in chosen.all("input")
    assert len(italian.all("th")) == 3  # the name would only repeat what the member is called


def test_a_long_answer_has_pages_for_people(small: httpx.Client) -> None:
    shown = page(small, "/queries/statements")
    assert len(shown.all("tr")) == 1001
    assert "Rows 1 to 1,000 are shown" in shown.text
    assert "Sono mostrate le righe da 1 a 1.000" in page(small, "/queries/statements", "it").text
    answer = small.get("/queries/statements.html?many=4")
    assert answer.headers["interurban-truncated"] == '"rows";first=1;shown=1000'
    assert answer.links["next"]["url"] == "/queries/statements?many=4&page=2"
    second = small.get("/queries/statements.html?many=4&page=2")
    assert "Rows 1,001 to 2,000 are shown" in second.text
    assert second.links["prev"]["url"] == "/queries/statements?many=4"
    assert '<a rel="prev" href="/queries/statements?many=4">' in second.text
    members = small.get("/queries/members.html")
    assert "interurban-truncated" not in members.headers
    assert "next" not in members.links
    for wrong in ("99999", "0", "x", "01"):
        assert small.get(f"/queries/statements?page={wrong}").status_code == 404, wrong


@pytest.mark.parametrize("extension", FORMATS)
def test_next_leads_to_every_row_of_an_answer_once(real: httpx.Client, extension: str) -> None:
    (edit,) = (link for link in page(real, "/queries/unresolved-links").links if link.startswith("/sparql?show="))
    whole = real.get("/sparql", params={"query": unquote(edit.partition("=")[2]), "format": extension})
    address, found, pages = f"/queries/unresolved-links.{extension}", list[object](), 0
    while address:
        answer = real.get(address)
        assert answer.status_code == 200, address
        part = table(answer.text, extension)
        assert len(part) <= 1000
        found += part
        assert real.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
        address, pages = answer.links.get("next", {}).get("url", ""), pages + 1
    assert pages > 1
    assert found == table(whole.text, extension)
    assert real.get(f"/queries/unresolved-links.{extension}?page={pages + 1}").status_code == 404


def table(text: str, extension: str) -> Sequence[object]:
    """Return the rows of an answer as they are written in a format."""
    if extension == "json":
        return list(json.loads(text)["results"]["bindings"])
    if extension == "xml":
        return re.findall("<result>.*?</result>", text, re.DOTALL)
    return text.splitlines()[1:]


@pytest.mark.parametrize("extension", ["html", "json", "csv", "tsv"])  # XML cannot hold what is said there
def test_a_page_of_an_endless_answer_is_there_at_once(small: httpx.Client, extension: str) -> None:
    answer = small.get(f"/queries/endless.{extension}")
    assert (answer.status_code, answer.headers["interurban-truncated"]) == (200, '"rows";first=1;shown=1000')


def test_a_format_that_cannot_hold_an_answer_is_refused(small: httpx.Client) -> None:
    assert small.get("/queries/endless.xml").status_code == 406


def test_what_changes_each_time_is_not_kept(small: httpx.Client) -> None:
    for extension in ("csv", "html"):
        first = small.get(f"/queries/now.{extension}")
        assert first.status_code == 200
        assert "etag" not in first.headers
        assert small.get(f"/queries/now.{extension}", headers={"If-None-Match": "*"}).status_code == 200
    assert "etag" in small.get("/queries/now.ttl").headers


def test_tags_depend_on_question_values_and_format(small: httpx.Client) -> None:
    addresses = [
        "/queries/members.csv",
        "/queries/members.tsv",
        "/queries/members.csv?network=hills",
        "/queries/members.csv?lang=it",
        "/queries/members.html",
        "/queries/members.html?lang=it",
        "/queries/members.ttl",
        "/queries/statements.csv",
    ]
    assert len({small.head(address).headers["etag"] for address in addresses}) == len(addresses)
    given = small.get("/queries/members.csv?lang=en&network=rivers")
    assert given.headers["etag"] == small.get("/queries/members.csv").headers["etag"]  # the same answer


@pytest.mark.parametrize("extension", ["csv", "json", "html", "ttl"])
def test_everything_that_is_wrong_is_told_at_once(small: httpx.Client, extension: str) -> None:
    headers = {"Accept": "application/json", "Accept-Language": "it"}
    address = f"/queries/statements.{extension}?day=2019&many=1.5&share=x&thing=no+iri&other=1"
    problem = small.get(address, headers=headers)
    assert (problem.status_code, problem.headers["content-type"]) == (400, "application/problem+json")
    told = problem.json()["detail"].splitlines()
    assert len(told) == 5
    assert "day: «2019» non è un giorno, come 2019-05-01" in told
    assert "non c'è un parametro «other»; la domanda accetta: city, membership, thing, day, many, share, words" in told


def test_a_value_given_twice_is_refused(small: httpx.Client) -> None:
    problem = small.get("/queries/statements.csv?day=2019-01-01&day=2019-01-02")
    assert (problem.status_code, problem.json()["detail"]) == (400, "given more than once: day; one value each")
    assert small.get("/queries/statements.csv?words=%FF").status_code == 400


@pytest.mark.parametrize("path", ["/queries/nothing", "/queries/nothing.csv", "/queries/members.png", "/queries.csv"])
def test_what_is_no_question_is_not_found(small: httpx.Client, path: str) -> None:
    assert small.get(path).status_code == 404


def test_the_list_s_other_address_leads_to_it(small: httpx.Client) -> None:
    answer = small.get("/queries/?lang=it")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{small.base_url}queries?lang=it")


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "</pre>"]
)
def test_a_value_stays_text(small: httpx.Client, words: str) -> None:
    shown = page(small, "/queries/statements?" + str(httpx.QueryParams({"words": words})))
    assert shown.all("script") == shown.all("img") == []
    assert words in shown.text


def test_a_world_without_questions_says_so(client: httpx.Client) -> None:
    assert "This release has no saved questions." in page(client, "/queries").text
    assert client.get("/queries.ttl").text.strip() == ""


def test_heads_are_read_from_the_release(asked: World) -> None:
    questions: dict[str, Question] = read_questions(asked.release.queries)
    assert questions.keys() == {"now", "statements", "endless", "members", "edges", "crowd", "nodes"}
