"""Accept and Accept-Language, case by case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interurban.web.http.negotiation import language, media_type

OFFERS = ("text/html", "text/turtle", "application/ld+json", "application/rdf+xml")
HTML, TURTLE, JSONLD, RDFXML = OFFERS

SYNONYMS = (("application/json", JSONLD),)
LOOSE = (("application/xml", RDFXML),)

CASES = [
    # no preference: the server's order
    (None, HTML),
    ("", HTML),
    ("*/*", HTML),
    ("nonsense", HTML),
    # plain
    ("text/turtle", TURTLE),
    ("TEXT/Turtle", TURTLE),
    ("application/rdf+xml", RDFXML),
    ("image/png", None),
    # lists and spaces
    ("text/turtle,application/ld+json", TURTLE),
    (" application/ld+json ,\ttext/turtle", TURTLE),
    ("text/turtle , ", TURTLE),
    (",,text/turtle", TURTLE),
    # quality
    ("text/turtle;q=0.5, application/ld+json", JSONLD),
    ("text/turtle ; q=0.5 , application/ld+json ; q=0.7", JSONLD),
    ("text/turtle;Q=0.1,application/ld+json;q=0.05", TURTLE),
    ("text/turtle;q=1.000,application/ld+json;q=0.999", TURTLE),
    ("text/turtle;q=7,application/ld+json;q=0.1", JSONLD),
    ("text/turtle;q=,application/ld+json;q=0.1", JSONLD),
    ("text/turtle;q=0", None),
    ("text/turtle;q=0.000, */*;q=0.1", HTML),
    ("*/*, text/html;q=0", TURTLE),
    ("*/*;q=0", None),
    ("text/html;q=0, text/turtle;q=0, application/ld+json", JSONLD),
    # wildcards and specificity
    ("text/*", HTML),
    ("application/*", JSONLD),
    ("text/*;q=0.3, text/turtle;q=0.7, */*;q=0.5", TURTLE),
    ("text/*;q=0.3, */*;q=0.5", JSONLD),
    ("application/*;q=0.9, application/ld+json;q=0.1, */*;q=0.2", RDFXML),
    ("text/turtle, text/turtle;q=0.1, application/ld+json;q=0.5", TURTLE),
    ("*/turtle", HTML),
    # what is named counts before what is only let pass
    ("text/turtle, */*", TURTLE),
    ("application/json, text/plain, */*", JSONLD),
    # other names: as good as the own, or better than nothing
    ("application/json, text/javascript, */*;q=0.01", JSONLD),
    ("application/json;q=0.5, text/html", HTML),
    ("application/json;q=0", None),
    ("application/xml, text/turtle;q=0.1", TURTLE),
    ("application/xml", RDFXML),
    # parameters
    ("text/turtle;charset=utf-8", TURTLE),
    ('text/turtle;charset="UTF-8";q=0.9, application/ld+json;q=0.8', TURTLE),
    ("text/turtle;charset=iso-8859-1, application/ld+json;q=0.1", JSONLD),
    ("text/turtle; version=1.2", TURTLE),
    ("text/html;q=0.2, text/turtle; version=1.2", TURTLE),
    # one that nobody meets counts only where nothing else is accepted
    ("text/turtle;strange=9", TURTLE),
    ("text/turtle;charset=iso-8859-1", TURTLE),
    ("text/turtle;strange=9;q=0", None),
    ("text/turtle;strange=9, text/turtle;q=0", None),
    ("text/turtle;q=0.7, text/turtle;strange=9;q=0.1, application/ld+json;q=0.5", TURTLE),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSONLD),
    ('application/ld+json;profile="a,b;q=0", text/turtle;q=0.9', JSONLD),
    ("text/html;level=1, text/turtle;q=0.5", TURTLE),
    # what browsers and clients send
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
    ("application/rdf+xml;q=0.9, application/ld+json, text/turtle;q=0.95, */*;q=0.1", JSONLD),
]


@pytest.mark.parametrize(("accept", "expected"), CASES)
def test_accept(accept: str | None, expected: str | None) -> None:
    assert media_type(accept, OFFERS, SYNONYMS, LOOSE) == expected


@pytest.mark.parametrize(
    ("accept_language", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("it", "it"),
        ("IT", "it"),
        ("it-CH", "it"),
        ("it-CH, it;q=0.2, en;q=0.5", "en"),
        ("de, fr;q=0.9", "en"),
        ("de, it;q=0.1", "it"),
        ("en;q=0.3, it;q=0.7", "it"),
        ("*", "en"),
        ("en;q=0, *", "it"),
        ("en;q=0", "en"),
        ("en-GB,en;q=0.9,it;q=0.8", "en"),
        ("item, it;q=x", "en"),
    ],
)
def test_accept_language(accept_language: str | None, expected: str) -> None:
    assert language(accept_language, ("en", "it")) == expected


@given(st.text(alphabet='ab/*+;,=q"\\ .01\t', max_size=60))
def test_any_header_is_read(header: str) -> None:
    assert media_type(header, OFFERS) in (*OFFERS, None)
    assert language(header, ("en", "it")) in ("en", "it")


@given(st.permutations(["text/turtle;q=0.4", "application/ld+json;q=0.9", "*/*;q=0.2", "text/*;q=0.3"]))
def test_the_order_of_a_header_does_not_matter(elements: list[str]) -> None:
    assert media_type(", ".join(elements), OFFERS) == JSONLD
