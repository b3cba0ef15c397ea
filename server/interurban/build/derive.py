"""What the SPARQL that people wrote brings into a release: rules, views and saved questions.

A rule (`ontology/rules/`, CONSTRUCT) says what follows from what we believe. A view (`ontology/views/`, CONSTRUCT) says
what the release is in other people's words: one of the whole dataset is answered here, once, and its answer goes into
the release; one that asks for one thing (`?_thing_iri`) goes into the release itself, for whoever shows the thing.
A saved question (SELECT) is described as RDF, so that clients find it where they find everything else, in the terms of
SHACL-AF, as the SIB's collection of examples does: each is a sh:SPARQLExecutable with its query.
"""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from interurban.build.graphs import TYPE, NamedGraph
from interurban.errors import InputError, Place, Problem, relative
from interurban.iris import PREFIXES, RDFS, SH, Base
from interurban.messages import Bilingual, say
from interurban.questions import Question
from interurban.rdf.formats import canonical_nquads, quads_of

VIEWS = "views"
_THING = "?_thing_iri"
_SCHEMA = PREFIXES["schema"]


def derive(believed: set[ox.Triple], rules: Path, base: Base) -> NamedGraph:
    """Return the named graph of what the rules add to `believed`; the rules run until nothing new comes.

    Raises InputError for a rule that is not a CONSTRUCT query.
    """
    store = ox.Store()
    store.extend(quads_of(believed))
    derived = NamedGraph(ox.NamedNode(base.graph("derived")))
    queries = [(path, path.read_text(encoding="utf-8")) for path in sorted(rules.glob("*.rq"))]
    news = True
    while news:
        news = False
        for path, text in queries:
            for triple in construct(store, path, text, base):
                if triple not in believed and triple not in derived.statements:
                    derived.add(triple)
                    store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
                    news = True
    return derived


def construct(store: ox.Store, path: Path, text: str, base: Base, *, union: bool = False) -> list[ox.Triple]:
    """Return what a CONSTRUCT query, read from `path`, yields now; union: asked over all graphs as if they were one.

    Raises InputError if it is anything else.
    """
    try:
        answer = store.query(text, base_iri=base.iri, use_default_graph_as_union=union)
    except SyntaxError as error:
        place = Place(relative(path), error.lineno, error.offset)
        raise InputError([Problem(say("rule-syntax", reason=error.msg), place)]) from error
    if not isinstance(answer, ox.QueryTriples):
        raise InputError([Problem(say("rule-form"), Place(relative(path)))])
    return list(answer)


def views(quads: Iterable[ox.Quad], folder: Path, base: Base) -> dict[str, bytes]:
    """Return path in the release -> content for each view of `folder` over a dataset.

    Raises InputError for a view that is not a CONSTRUCT query.
    """
    store = ox.Store()
    store.extend(quads)
    files = {}
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        told = construct(store, path, text.replace(_THING, f"<{base.iri}>"), base)
        if _THING in text:
            files[f"{VIEWS}/{path.name}"] = text.encode()
        else:
            files[f"{VIEWS}/{path.stem}.nt"] = canonical_nquads(quads_of(told))
    return files


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
