"""Whatever stands in a file or a request: each reader returns something, or raises the error that tells where it is."""

import contextlib
import json
import string
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interurban.errors import InputError, SettingError
from interurban.files import printable
from interurban.heads import Head
from interurban.iris import Base
from interurban.messages import LANGUAGES, catalogue, say
from interurban.questions import Parameter, read_questions
from interurban.rdf.dates import dated, from_day_first
from interurban.resources import room
from interurban.settings import Settings
from interurban.tables.mappings import read_mappings
from interurban.tables.rows import read_rows, read_tables
from interurban.web.http.errors import BadRequestError
from interurban.web.http.negotiation import media_type
from interurban.web.http.parameters import parameters

BASE = Base("http://e.org/")
TABLES = read_tables(room("data") / "tables.json")
# What people and machines write into such files, more often than chance would.
ODD = st.text(alphabet=string.printable + "\0\ufeff\u202e\u00e9\ud7ff￿𝔘", max_size=60)
LIKELY = st.sampled_from(
    [
        "",
        "it-modena",
        "2019-05-01",
        "2019-02-30",
        "15/12/2015",
        "1.000",
        "100%",
        "NaN",
        "http://e.org:99999/",
        '"',
        "\t",
        "#",
    ]
)
TEXT = ODD | LIKELY | st.text(max_size=60)
YAML = st.recursive(TEXT | st.integers() | st.none(), lambda x: st.lists(x) | st.dictionaries(TEXT, x), max_leaves=8)
HEAD = st.text(alphabet="#+ :-[]{}&*!|>'\"%@`?,\n\tsumaryd", max_size=80)

fast = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)


def told(read: Callable[[], object]) -> None:
    """Read; what is wrong is told in both languages, with a line where there is one, and nothing else is raised."""
    try:
        read()
    except InputError as error:
        for problem in error.problems:
            for language in LANGUAGES:
                assert problem.text(language).strip()
            assert problem.place


@fast
@given(
    name=st.sampled_from(sorted(TABLES)), rows=st.lists(st.lists(TEXT, max_size=6), max_size=4), cut=st.integers(0, 4)
)
def test_any_table(tmp_path: Path, name: str, rows: list[list[str]], cut: int) -> None:
    table = TABLES[name]
    header = [*table.columns][: cut + 1]
    lines = [",".join(row) for row in [header, *rows]]
    (tmp_path / name).write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    told(lambda: read_rows(table, tmp_path / name))


@fast
@given(content=st.binary(max_size=200))
def test_any_bytes_as_a_table(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "people.csv").write_bytes(content)
    told(lambda: read_rows(TABLES["people.csv"], tmp_path / "people.csv"))


MAPPINGS = "#curie_map:\n#  a: http://e.org/\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\n"


@fast
@given(head=HEAD, cells=st.lists(st.lists(TEXT | st.just("a:b"), max_size=6), max_size=3), whole=st.booleans())
def test_any_mappings(tmp_path: Path, head: str, cells: list[list[str]], whole: bool) -> None:
    path = tmp_path / "m.sssom.tsv"
    text = (MAPPINGS if whole else f"#{head}\n") + "\n".join("\t".join(row) for row in cells)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    told(lambda: read_mappings(path, BASE.iri))


@fast
@given(text=HEAD | YAML.map(lambda said: json.dumps(said, ensure_ascii=False)) | TEXT)
def test_any_head_of_a_question(tmp_path: Path, text: str) -> None:
    commented = "\n".join(f"#+ {line}" for line in text.split("\n"))
    told(lambda: Head(tmp_path / "q.rq", commented))
    (tmp_path / "q.rq").write_bytes(f"{commented}\nSELECT ?a {{ ?a ?b ?c }}".encode("utf-8", "surrogatepass"))
    told(lambda: read_questions(tmp_path))


@fast
@given(TEXT)
def test_any_date(text: str) -> None:
    try:
        assert dated(text).value == text
    except ValueError:
        assert (found := from_day_first(text)) is None or dated(found)


@fast
@given(kind=st.sampled_from(["iri", "date", "integer", "decimal", "string"]), text=TEXT, thing=st.booleans())
def test_any_value_of_a_parameter(kind: str, text: str, thing: bool) -> None:
    label = say("web-motto")
    parameter = Parameter("p", kind, "", "city" if thing else None, label)  # type: ignore[arg-type]  # is not shown
    with contextlib.suppress(ValueError):
        assert parameter.term(text, BASE)


@fast
@given(st.binary(max_size=200) | st.text(alphabet="%&=+0aFé;", max_size=60).map(str.encode))
def test_any_query_string(encoded: bytes) -> None:
    try:
        assert all(isinstance(part, str) for pair in parameters(encoded) for part in pair)
    except BadRequestError as error:
        assert error.message.text("it")  # noqa: PT017  # whether it is raised is not what is asked


OFFERS = ("text/html", "text/turtle", "application/ld+json")


@fast
@given(st.text(max_size=100) | st.none())
def test_any_wish_for_a_format(accept: str | None) -> None:
    assert media_type(accept, OFFERS) in (*OFFERS, None)


@fast
@given(key=st.sampled_from(sorted(catalogue())), value=TEXT | st.integers(-(10**20), 10**20))
def test_any_value_in_a_message(key: str, value: object) -> None:
    parts = [part for text in catalogue()[key]["en"].values() for part in string.Formatter().parse(text)]
    fields = {name: 7 if form else value for _, name, form, _ in parts if name}  # some are written as numbers
    for language in LANGUAGES:
        said = say(key, **fields).text(language)
        assert not {"\x1b", "\x00", "\u202e"} & set(printable(said))


@fast
@given(
    name=st.sampled_from(["metrics", "trusted_proxies", "log", "base", "port", "query_seconds", "contact_mail"]),
    text=TEXT,
)
def test_any_setting(name: str, text: str) -> None:
    try:
        Settings.read({}, {name: text})
    except SettingError as error:
        assert name in error.text("it")  # noqa: PT017


@pytest.mark.parametrize("size", [131_073, 1_000_000])
def test_a_cell_without_an_end(tmp_path: Path, size: int) -> None:
    (tmp_path / "people.csv").write_text("slug,name\n" + '"' + "a" * size)
    told(lambda: read_rows(TABLES["people.csv"], tmp_path / "people.csv"))
    path = tmp_path / "m.sssom.tsv"
    path.write_text(MAPPINGS + '"' + "a" * size)
    told(lambda: read_mappings(path, BASE.iri))
