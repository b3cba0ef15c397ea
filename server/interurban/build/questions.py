"""The saved questions as RDF, so that clients find them where they find everything else.

In the terms of SHACL-AF, as the SIB's collection of examples does: each is a sh:SPARQLExecutable with its query.
"""

from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox

from interurban.build import asking
from interurban.build.asking import Asked, select
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
        try:
            text = question.bind({}, base)
        except InputError as error:  # a default that does not fit
            problems += (replace(problem, place=question.place) for problem in error.problems)
            continue
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


def must_end(questions: Iterable[Question], store: ox.Store, base: Base) -> None:
    """Ask the questions, each with the defaults of its parameters, as the endpoint will be asked.

    In a confined process that is ended at one that takes more time or memory than the endpoint gives it.
    """
    for question in questions:
        asking.must_end(store, Asked(question.bind({}, base), question.place), base)


def _wrong(question: Question, text: str, base: Base) -> Problem | None:
    """Return what is wrong with a question's query, found by asking an empty store."""
    try:
        answer = select(ox.Store(), Asked(text, question.place), base)
    except InputError as error:
        return error.problems[0]
    columns = answer.columns if answer else []
    if columns != list(question.columns):
        expected, found = ", ".join(question.columns), ", ".join(columns) or "–"
        return Problem(say("question-columns", expected=expected, found=found), question.place)
    return None
