"""A saved question that takes more than the endpoint gives a query stops the build, before there is a release."""

import shutil
from pathlib import Path

import pytest

from excerpt import data_without_lists
from interurban.resources import room
from serving import interurban

_ENDLESS = """#+ summary: How many ways are there?
#+ description: Counts pairs of pairs.
#+ tags: [counts]
#+ columns:
#+   ways: Ways
#+ it:
#+   summary: Quanti modi ci sono?
#+   description: Conta coppie di coppie.
#+   tags: [conteggi]
#+   columns:
#+     ways: Modi

SELECT (COUNT(*) AS ?ways)
WHERE {
  ?a ?b ?c .
  ?d ?e ?f .
  FILTER (STRLEN(STR(?c)) > STRLEN(STR(?f)))
}
"""


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[object, ...]:
    """Return the options for data and questions, of which one does not end."""
    queries = shutil.copytree(room("queries"), tmp_path / "queries")
    (queries / "ways.rq").write_text(_ENDLESS, encoding="utf-8")
    data = data_without_lists(tmp_path / "data")
    return "--data", data, "--queries", queries, "--query-seconds", 2


@pytest.mark.parametrize(
    ("language", "told"), [("en", "ended after 2 s of processor time"), ("it", "interrotto dopo 2 s di processore")]
)
def test_a_question_that_does_not_end_is_named_and_nothing_is_released(
    language: str, told: str, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    releases = tmp_path / "releases"
    built = interurban("build", "--releases", releases, "--language", language, *inputs)
    assert built.returncode == 1
    assert "ways.rq:13: " in built.stderr
    assert told in built.stderr
    assert not list(releases.glob("[!.]*"))


def test_a_question_that_needs_too_much_memory_is_named(inputs: tuple[object, ...], tmp_path: Path) -> None:
    question = tmp_path / "queries" / "ways.rq"
    most = "SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?c), STR(?d), STR(?f))) AS ?ways)"
    question.write_text(_ENDLESS.replace("SELECT (COUNT(*) AS ?ways)", most), encoding="utf-8")
    checked = interurban("check", *inputs[:4], "--query-megabytes", 64)
    assert checked.returncode == 1
    assert "ways.rq:13: this takes more memory" in checked.stderr
