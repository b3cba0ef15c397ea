"""All of the data: they conform, what is counted in them is in the publishers' files, and no document is too long."""

import re

import httpx
import pytest

from interurban.iris import CANONICAL_BASE, Base
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
