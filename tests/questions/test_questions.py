"""Saved questions: heads are read, values are bound as terms, and no value can change a query."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interurban.errors import InputError
from interurban.iris import Base
from interurban.questions import Question, read_questions

HEAD = """\
#+ summary: Asks
#+ description: It asks.
#+ tags: [asking]
#+ parameters:
#+   thing: {label: Thing, kind: city, default: it-modena}
#+   day: {label: Day, default: 2019-05-01}
#+   many: {label: Many, default: 3}
#+   words: {label: Words, default: any}
#+ columns: {a: A}
#+ it:
#+   summary: Chiede
#+   description: Chiede.
#+   tags: [chiedere]
#+   parameters: {thing: Cosa, day: Giorno, many: Quanti, words: Parole}
#+   columns: {a: A}
"""
BODY = """
SELECT ("?_words" AS ?a) (?_words AS ?w) (?_many_integer AS ?m) (?_day_xsd_date AS ?d) (?_thing_iri AS ?t)
WHERE { <http://e/?_words> # ?_words in a comment
  ?p '''?_words "it's" ''' }
"""
BASE = Base("http://base.org/")


@pytest.fixture
def question(tmp_path: Path) -> Question:
    (tmp_path / "asks.rq").write_text(HEAD + BODY)
    return read_questions(tmp_path)["asks"]


def test_a_head_says_what_a_question_asks_and_takes(question: Question) -> None:
    assert question.summary == {"en": "Asks", "it": "Chiede"}
    assert [(p.name, p.type, p.kind, p.default) for p in question.parameters] == [
        ("thing", "iri", "city", "it-modena"),
        ("day", "date", None, "2019-05-01"),
        ("many", "integer", None, "3"),
        ("words", "string", None, "any"),
    ]


def test_values_stand_where_their_variables_stood_and_nowhere_else(question: Question) -> None:
    bound = question.bind({"words": "x", "thing": "http://e/other"}, BASE)
    assert bound == BODY.lstrip().replace('("?_words" AS ?a) (?_words AS ?w)', '("?_words" AS ?a) ("x" AS ?w)').replace(
        "?_many_integer", '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    ).replace("?_day_xsd_date", '"2019-05-01"^^<http://www.w3.org/2001/XMLSchema#date>').replace(
        "?_thing_iri", "<http://e/other>"
    )


def test_a_short_name_is_a_thing_of_the_parameters_kind(question: Question) -> None:
    assert "<http://base.org/id/city/it-ancona>" in question.bind({"thing": "it-ancona"}, BASE)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"day": "2019"}, "day: «2019» is not a day, as 2019-05-01"),
        ({"day": "2019-02-30"}, "day: «2019-02-30» is not a day, as 2019-05-01"),
        ({"many": "3.5"}, "many: «3.5» is not a whole number"),
        ({"many": "1 } #"}, "many: «1 } #» is not a whole number"),
        ({"thing": "x> ?p ?o } #"}, "thing: «x> ?p ?o } #» is not an IRI, or the short name of a thing"),
        (
            {"thing": "http://e/x> ?p ?o } #"},
            "thing: «http://e/x> ?p ?o } #» is not an IRI, or the short name of a thing",
        ),
        ({"other": "1"}, "there is no parameter «other»; the question takes: thing, day, many, words"),
    ],
)
def test_what_does_not_fit_is_told(question: Question, values: dict[str, str], told: str) -> None:
    with pytest.raises(InputError) as raised:
        question.bind(values, BASE)
    assert raised.value.text().splitlines()[0] == told


def test_everything_that_does_not_fit_is_told_at_once(question: Question) -> None:
    with pytest.raises(InputError) as raised:
        question.bind({"day": "x", "many": "y", "no": "z"}, BASE)
    assert len(raised.value.problems) == 3


@given(words=st.text(min_size=1), thing=st.text(min_size=1))
def test_no_value_changes_the_query(words: str, thing: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the values, the query stays one row of five terms, and text comes back as it was given."""
    folder = tmp_path_factory.getbasetemp() / "safe"
    folder.mkdir(exist_ok=True)
    (folder / "q.rq").write_text(HEAD + BODY.partition("WHERE")[0] + "WHERE {}")
    question = read_questions(folder)["q"]
    try:
        text = question.bind({"words": words, "thing": thing}, BASE)
    except InputError:
        return
    answer = ox.Store().query(text)
    assert isinstance(answer, ox.QuerySolutions)
    (row,) = answer
    assert [row[v].value for v in ("a", "w", "m", "d")] == ["?_words", words, "3", "2019-05-01"]
    assert isinstance(row["t"], ox.NamedNode)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("#+ summary: Asks\n", "", "lacks or misspells 'summary'"),
        ("#+   summary: Chiede\n", "", "lacks or misspells 'it: summary'"),
        ("parameters: {thing: Cosa, ", "parameters: {", "lacks or misspells 'it: parameters: thing'"),
        ("{a: A}", "{a: A", "is not YAML"),
        ("#+ summary: Asks\n", "#+ summary: Asks\n#+ chart: pie a a\n", "lacks or misspells 'chart'"),
        ("#+ summary: Asks\n", "#+ summary: Asks\n#+ chart: bars a\n", "lacks or misspells 'chart'"),
        ("#+ summary: Asks\n", "#+ summary: Asks\n#+ chart: bars a nothing\n", "lacks or misspells 'chart'"),
        ("?_many_integer", "3", "lacks or misspells 'parameters: many'"),
    ],
)
def test_a_head_with_something_missing_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "asks.rq").write_text((HEAD + BODY).replace(old, new))
    with pytest.raises(InputError) as raised:
        read_questions(tmp_path)
    assert told in raised.value.text()
    assert "asks.rq:" in raised.value.text()
