"""What the founding documents say, sentence by sentence, asked of the served graph (docs/coverage.md has the table)."""

from collections.abc import Callable

import httpx
import pytest

from interurban.iris import PREFIXES
from questions.golden import DOCUMENTS, facts
from serving import Served

HEAD = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


@pytest.fixture(scope="module")
def served(documents: Served) -> Served:
    """The documents alone: lists know more."""
    return documents


@pytest.mark.parametrize("number", DOCUMENTS)
def test_the_graph_says_what_the_document_says(number: str, sparql: Callable[[str], httpx.Response]) -> None:
    lost = []
    for fact in facts(number):
        answer = sparql(f"{HEAD}ASK {{ {fact['ask']} }}")
        assert answer.status_code == 200, (fact, answer.text)
        if answer.text.strip() != "true":
            lost.append(fact["says"])
    assert lost == []


@pytest.mark.parametrize("number", DOCUMENTS)
def test_no_fact_is_told_twice(number: str) -> None:
    assert (
        len({fact["says"] for fact in facts(number)})
        == len({fact["ask"] for fact in facts(number)})
        == len(facts(number))
    )
    assert len(facts(number)) > 80
