"""What a reader of the documents asks, and what the documents answer (forty.toml), of the served process."""

import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from interurban.iris import PREFIXES
from questions.golden import QUESTIONS
from serving import Served

Rows = list[dict[str, str]]
ASKED = tomllib.loads((Path(__file__).parent / "forty.toml").read_text(encoding="utf-8"))["question"]
HEAD = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
# Of things and terms the short name is enough; addresses of others stay as they are.
NAMED = ("/id/", "/graph/", "/def/", "/authority/")


@pytest.fixture(scope="module")
def served(documents: Served) -> Served:
    """The documents alone: lists know more."""
    return documents


def short(value: str) -> str:
    """Return the last part of the name of a thing, a text as it is."""
    named = value.startswith("http") and any(part in value for part in NAMED)
    return value.rpartition("/")[2] if named else value


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked["asks"])
def test_the_documents_answer(
    asked: dict[str, Any],
    ask: Callable[..., str],
    sparql: Callable[[str], httpx.Response],
    rows_of: Callable[[str], Rows],
) -> None:
    if isinstance(asked["answer"], bool):
        answer = sparql(HEAD + asked["sparql"])
        assert answer.text.strip() == str(asked["answer"]).lower()
        return
    if "saved" in asked:
        text = ask(QUESTIONS[asked["saved"]], **asked.get("with", {}))
    else:
        response = sparql(HEAD + asked["sparql"])
        assert response.status_code == 200, response.text
        text = response.text
    rows = [{name: short(value) for name, value in row.items()} for row in rows_of(text)]
    among = asked.get("among", {})
    found = [[row[c] for c in asked["columns"]] for row in rows if among.items() <= row.items()]
    assert sorted(found) == sorted(asked["answer"])


def test_there_are_forty_and_every_document_is_asked() -> None:
    assert len({asked["asks"] for asked in ASKED}) == len(ASKED) >= 40
    documents = Counter(asked["document"] for asked in ASKED)
    assert documents.keys() == {
        *("ancona-iuc", "eurocities-deck-2024", "eurocities-news-2019", "milan-metrex-2019", "modena-networks"),
    }
    assert min(documents.values()) > 8
