"""What the page /sparql offers people beside the plain form: the saved questions as examples, and the YASGUI editor.

The editor's own files come from npm when the package is made; without them, as without JavaScript, the form does it.
"""

import json
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from interurban.collation import sort_key
from interurban.iris import OWL, PREFIXES, RDFS, shortened
from interurban.messages import Language, catalogue
from interurban.questions import Question
from interurban.rdf.terms import TYPE
from interurban.web.http.reader import Reader
from interurban.web.model import void
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import DEFAULT, LABELS
from interurban.web.pages.literals import label_text
from interurban.web.pages.templates import Templates

SHOW = "show"  # the parameter with a query, or with the name of a saved question, that is shown and not asked
FILES = ("vendor/yasgui.min.css", "vendor/yasgui.min.js")
# What makes a table's columns resizable brings this sheet of its own; without it the tables stand far down.
_RESIZER = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
# The page may run our scripts and talk to us; a style that a script sets on an element needs no permission.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        f"style-src 'self' {_RESIZER}",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

_WORD = "editor-word-"  # messages that begin so are YASGUI's own words, and what they are in other languages
_DECLARED = {
    "class": ("Class",),
    "property": ("ObjectProperty", "DatatypeProperty", "AnnotationProperty"),
}


def page(
    templates: Templates, reader: Reader, shown: str | None, results: Sequence[str], graphs: Sequence[str]
) -> bytes:
    """Return the page for people. shown: a query, or a saved question's name, to begin with."""
    site, language = templates.site, reader.language
    question = site.questions.get(shown or "")
    query = _example(site, question, language) if question else shown or example_query(language)
    return templates.html(
        "sparql.html",
        reader,
        query=query,
        shown=shown is not None,
        results=results,
        graphs=graphs,
        examples=sorted(((q.summary.text(language), name) for name, q in site.questions.items()), key=_order),
        complete=all(file in templates.assets for file in FILES),
    )


def example_query(language: Language) -> str:
    """Return the query that counts what there is."""
    return f"""PREFIX rdfs: <{RDFS}>

SELECT ?class ?name (COUNT(?thing) AS ?things)
WHERE {{
  ?thing a ?class .
  OPTIONAL {{ ?class rdfs:label ?name FILTER (lang(?name) = "{language}") }}
}}
GROUP BY ?class ?name
ORDER BY DESC(?things)
"""


def knowledge(site: Site, language: Language) -> bytes:
    """Return prefixes, classes, properties, examples and words for the editor, in a language, as JSON."""
    words = [texts for key, texts in catalogue().items() if key.startswith(_WORD)]
    known = {
        "prefixes": PREFIXES,
        "classes": _terms(site, "class", language),
        "properties": _terms(site, "property", language),
        "examples": {name: _example(site, question, language) for name, question in site.questions.items()},
        "words": {texts["en"]["other"]: texts[language]["other"] for texts in words},
    }
    return json.dumps(known, ensure_ascii=False).encode()


def _terms(site: Site, sort: str, language: Language) -> list[tuple[str, str]]:
    """Return IRI and label of the terms that are declared or made use of, in order of their short names."""
    kinds = (NamedNode(OWL + kind) for kind in _DECLARED[sort])
    declared = [q.subject for kind in kinds for q in site.store.quads_for_pattern(None, TYPE, kind, DEFAULT)]
    used = void.partitions(site, sort)
    if used is None:
        every = site.store.quads_for_pattern(None, TYPE if sort == "class" else None, None, DEFAULT)
        used = [term for q in every if isinstance(term := q.object if sort == "class" else q.predicate, NamedNode)]
    found = {term for term in (*declared, *used) if isinstance(term, NamedNode)}
    terms = [(term.value, _label(site, term, language)) for term in found]
    return sorted(terms, key=lambda term: (shortened(term[0]), term[0]))


def _label(site: Site, term: NamedNode, language: Language) -> str:
    said = site.vocabulary.mention(term)
    text = label_text([t.object for t in said if t.predicate in LABELS and isinstance(t.object, Literal)], language)
    return text.text if text else ""


def _example(site: Site, question: Question, language: Language) -> str:
    """Return a question's query with its defaults in place, in a reader's language if it takes one."""
    values = {"lang": language} if any(p.name == "lang" for p in question.parameters) else {}
    return question.bind(values, site.base)


def _order(example: tuple[str, str]) -> tuple[bytes, str]:
    return sort_key(example[0]), example[1]
