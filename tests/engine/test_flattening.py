"""Groups whose triple patterns are put together: the answers are those of the words as they were."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.test_semijoins import (
    chains,
    comparisons,
    data,
    ends,
    filled,
    hold_against_the_engine,
    iris,
    stars,
    triples,
    variables,
)

plain = st.one_of(triples, triples, stars, chains, st.builds("{} <p> _:b . ".format, variables))
values = st.one_of(
    st.builds("VALUES {} {{ {} {} }} ".format, variables, iris, iris),
    st.builds("VALUES ({} {}) {{ ({} UNDEF) ({} {}) }} ".format, variables, variables, iris, iris, iris),
)
binds = st.one_of(
    st.builds("BIND({} AS ?w) ".format, ends),
    st.builds("BIND(IF(BOUND({}), {}, {}) AS ?w) ".format, variables, ends, ends),
    st.builds("BIND(STR({}) AS ?v) ".format, variables),
)
tests = st.one_of(
    comparisons,
    st.builds("FILTER(!BOUND({}) || {} = {}) ".format, variables, variables, ends),
    st.builds("FILTER EXISTS {{ {}{}}} ".format, triples, triples),
)


def groups(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return groups that have others in them."""
    words = ("OPTIONAL {{ {}}} ", "{{ {}}} ", "GRAPH ?g {{ {}}} ", "MINUS {{ {}}} ", "{{ SELECT ?x ?y {{ {}}} }} ")
    nested = st.builds(lambda word, inner: word.format(inner), st.sampled_from(words), within)
    united = st.builds("{{ {}}} UNION {{ {}}} ".format, within, within)
    more = st.one_of(plain, plain, plain, united, united, nested, values, binds, tests)
    return st.lists(more, min_size=1, max_size=5).map("".join)


whole = st.lists(st.one_of(plain, plain, plain, tests), min_size=1, max_size=3).map("".join)
queries = st.builds(
    "SELECT {} WHERE {{ {}}}".format,
    st.sampled_from(["*", "?x", "(COUNT(*) AS ?n)", "?x ?w"]),
    st.one_of(
        st.recursive(whole, groups, max_leaves=6),
        st.builds("{}{{ {}}} UNION {{ {}}} {}".format, whole, groups(whole), whole, st.one_of(whole, binds, values)),
        st.builds("{}{}{}{}".format, whole, st.one_of(binds, values, groups(whole)), whole, tests),
    ),
)


@settings(max_examples=1000, deadline=None)
@given(data, queries)
def test_answers_are_those_of_the_text_as_it_was(statements: list[tuple[str, str, str, str | None]], text: str) -> None:
    hold_against_the_engine(filled(statements), text)
