"""The saved questions as RDF, so that clients find them where they find everything else.

In the terms of SHACL-AF, as the SIB's collection of examples does: each is a sh:SPARQLExecutable with its query.
"""

from collections.abc import Iterable

import pyoxigraph as ox

from interurban.build.graphs import TYPE, NamedGraph
from interurban.errors import InputError, Problem
from interurban.iris import PREFIXES, RDFS, SH, Base
from interurban.messages import Bilingual, say
from interurban.questions import Question

_SCHEMA = PREFIXES["schema"]


def described(questions: Iterable[Question], base: Base) -> NamedGraph:
    """Return the named graph that describes the questions, each with its query for the defaults of its parameters.

    Raises InputError for queries that are not SELECT queries or return other columns than their heads say.
    """
    graph = NamedGraph(ox.NamedNode(base.graph("queries")))
    problems: list[Problem] = []
    for question in questions:
        node = ox.NamedNode(f"{base.iri}queries/{question.name}")
        text = question.bind({}, base)
        if problem := _wrong(question, text, base):
            problems.append(problem)
            continue
        for name in ("SPARQLExecutable", "SPARQLSelectExecutable"):
            graph.add(ox.Triple(node, TYPE, ox.NamedNode(SH + name)))
        graph.add(ox.Triple(node, ox.NamedNode(SH + "select"), ox.Literal(text)))
        graph.add(ox.Triple(node, ox.NamedNode(_SCHEMA + "target"), ox.NamedNode(base.iri + "sparql")))
        texts = [(RDFS + "label", question.summary), (RDFS + "comment", question.description)]
        texts += [
            (_SCHEMA + "keywords", Bilingual({code: word}))
            for code in question.keywords
            for word in question.keywords[code]
        ]
        for predicate, languages in texts:
            for language, value in languages.items():
                graph.add(ox.Triple(node, ox.NamedNode(predicate), ox.Literal(value, language=language)))
    if problems:
        raise InputError(problems)
    return graph


def _wrong(question: Question, text: str, base: Base) -> Problem | None:
    """Return what is wrong with a question's query, found by asking an empty store."""
    try:
        answer = ox.Store().query(text, base_iri=base.iri)
    except SyntaxError as error:
        return Problem(say("question-syntax", reason=error), question.place)
    columns = [variable.value for variable in answer.variables] if isinstance(answer, ox.QuerySolutions) else []
    if columns != list(question.columns):
        expected, found = ", ".join(question.columns), ", ".join(columns) or "–"
        return Problem(say("question-columns", expected=expected, found=found), question.place)
    return None
