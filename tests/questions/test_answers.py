"""Each saved question, asked of the served process: the golden answer, in both languages, whatever the values."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban.errors import InputError
from interurban.iris import CANONICAL_BASE, Base
from interurban.messages import LANGUAGES
from interurban.questions import Question
from interurban.release import current
from questions.golden import COMMAND, QUERIES, QUESTIONS, answer

Ask = Callable[..., str]
Rows = list[dict[str, str]]

# Numbers of a year, not facts about a thing: their first column is no IRI.
STATISTICS = {"joins-per-year"}
HOSTILE = [
    '"',
    "'''",
    '") } #',
    "x> ?p ?o } #",
    "} UNION { ?a ?b ?c",
    '" || true || "',
    "\\",
    "\\u0022",
    "?_lang",
    "$0 \\1 {lang} %s",
    "Αθήνα 京都 🚲",
    "a\nb\r\n\t c",
    "2024-05-29' OR 1=1",
    "-1",
    "9" * 40,
    "é" * 20_000,
]


@pytest.fixture(params=QUESTIONS.values(), ids=list(QUESTIONS))
def question(request: pytest.FixtureRequest) -> Question:
    asked: Question = request.param
    return asked


def first_column(text: str) -> list[str]:
    return sorted(line.partition(",")[0] for line in text.splitlines()[1:])


def test_there_are_enough_and_each_has_its_golden_answer() -> None:
    assert len(QUESTIONS) >= 25
    assert {path.stem for path in QUERIES.glob("*.csv")} == QUESTIONS.keys()


def test_the_answer_is_the_golden_one(question: Question, ask: Ask) -> None:
    golden = (QUERIES / f"{question.name}.csv").read_text(encoding="utf-8")
    assert ask(question) == golden, f"if the new answer is what the documents say: {COMMAND}"


def test_the_columns_are_those_of_the_head_and_the_first_names_the_thing(question: Question, ask: Ask) -> None:
    header, *rows = ask(question).splitlines()
    assert header.split(",") == list(question.columns)
    assert rows
    if question.name not in STATISTICS:
        assert all(row.startswith("http") for row in rows)


def test_the_texts_are_in_both_languages(question: Question) -> None:
    for texts in (question.summary, question.description, *(p.label for p in question.parameters)):
        assert texts.keys() == set(LANGUAGES)
    assert question.summary["en"] != question.summary["it"]
    assert len(question.keywords["en"]) == len(question.keywords["it"]) > 0


def test_in_italian_the_same_things_have_italian_names(question: Question, ask: Ask) -> None:
    if "lang" not in {parameter.name for parameter in question.parameters}:
        assert question.name in STATISTICS
        return
    english, italian = ask(question), ask(question, lang="it")
    assert first_column(italian) == first_column(english)
    assert italian != english


def test_no_thing_is_lost_for_want_of_a_name(question: Question, ask: Ask) -> None:
    """Not even in a language that no thing has a name in; those that a question takes are let be for that."""
    if "lang" in {parameter.name for parameter in question.parameters}:
        free = replace(question, parameters=tuple(replace(p, values=()) for p in question.parameters))
        assert set(first_column(ask(free, lang="tlh"))) == set(first_column(ask(question)))


def test_no_value_changes_the_shape_of_the_answer(question: Question, ask: Ask) -> None:
    """What is no value of the parameter is refused; what is one is looked for as a whole."""
    for parameter in question.parameters:
        for value in HOSTILE:
            try:
                found = ask(question, **{parameter.name: value})
            except InputError:
                continue
            assert not parameter.values, (parameter.name, value)
            assert found.splitlines()[0].split(",") == list(question.columns)


@pytest.fixture(scope="module", params=[False, True], ids=["as-written", "backwards"])
def store(request: pytest.FixtureRequest, releases: Path) -> ox.Store:
    """The release's dataset, loaded in one order or the other."""
    quads = list(ox.parse(path=current(releases).dataset, format=ox.RdfFormat.N_QUADS))
    store = ox.Store()
    store.extend(reversed(quads) if request.param else quads)
    return store


def test_the_order_of_the_rows_does_not_depend_on_the_order_of_the_data(
    store: ox.Store, releases: Path, question: Question
) -> None:
    base = Base(current(releases).base)
    found = answer(store, question, {}, base).replace(base.iri, CANONICAL_BASE)
    assert found == (QUERIES / f"{question.name}.csv").read_text(encoding="utf-8")


def test_another_source_is_listed_by_its_short_name(ask: Ask, rows_of: Callable[[str], Rows]) -> None:
    said = rows_of(ask(QUESTIONS["source-statements"], source="eurocities-deck-2024"))
    assert len(said) > 300
    assert {"Ricardo Rio", "200"} <= {row["value"] for row in said}


UNLINKED = {"Wikidata": {"be-brussels", "jp-tokyo", "pt-braga", "se-umea"}, "GeoNames": set()}


def test_what_is_unresolved_is_what_has_no_link(ask: Ask, rows_of: Callable[[str], Rows]) -> None:
    """Of the cities, the two questions must agree; of the people, those whom no list of mayors of 2018 has.

    Those of our own register are linked, but for a few; those of publishers' lists are not.
    """
    said = rows_of(ask(QUESTIONS["source-statements"], source="register"))
    registered = {row["subject"] for row in said}
    unresolved = rows_of(ask(QUESTIONS["unresolved-links"]))
    cities = rows_of(ask(QUESTIONS["cities"]))
    for dataset, column in (("Wikidata", "wikidata"), ("GeoNames", "geonames")):
        missing = {row["thing"] for row in unresolved if row["type"] == "City" and row["missing"] == dataset}
        assert missing == {row["city"] for row in cities if not row[column]}
        assert {city.rpartition("/")[2] for city in missing & registered} == UNLINKED[dataset]
    people = {row["name"] for row in unresolved if row["type"] == "Person"}
    assert len(people) == 25
    assert {"Haris Doukas", "Wouter Van Dooren"} <= people
    assert "Burkhard Jung" not in people
