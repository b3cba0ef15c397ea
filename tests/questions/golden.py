"""Golden answers: what each saved question answers about the real data with the defaults of its parameters.

Run as a program this writes them, `queries/<name>.csv`, and the page that is made of one of them, `docs/coverage.md`.
Read what has changed before you commit it: a golden answer is right because the documents say so.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox

from excerpt import excerpt
from interurban.build import Inputs, check
from interurban.iris import Base
from interurban.questions import Question, read_questions
from interurban.resources import room
from whole.counts import COUNTS

QUERIES = room("queries")
QUESTIONS = read_questions(QUERIES)
PAGE = QUERIES.parent / "docs" / "coverage.md"
COMMAND = "PYTHONPATH=server:tests python tests/questions/golden.py"  # from the root of the project

READING = Path(__file__).parent / "reading"
DOCUMENTS = {
    "000": "Slides on Brescia's application to Eurocities",
    "001": "News of Eurocities, February and March 2019",
    "002": "The Metropolitan City of Milan joins METREX",
    "003": "Ancona in the International Urban Cooperation programme",
    "004": "City networks to which Modena belongs",
}

_COUNTED = """
## Counted in the publishers' files

What a query counts in the graph is what the publisher's file has, but for the rows that were left out, each for a
reason in the source's `import-report.csv`, and those that say the same as another. The queries are in
[tests/whole/counts.toml](../tests/whole/counts.toml); a test asks them of the served graph and counts the rows.

| | source | rows of the file | left out | repeated | counted |
|---|---|--:|--:|--:|--:|
"""
_READ = """
# What the documents say, sentence by sentence

The five founding documents were read a second time against the served graph, by readers who had not entered them. A
test asks the graph for each fact below, in SPARQL ([tests/questions/reading/](../tests/questions/reading/)); what was
found missing or told otherwise has been mended, but for what the second table names with its reason.

| | document | present | missing | told otherwise |
|---|---|--:|--:|--:|
"""
_LEFT = """
| document | left | what | why |
|---|---|---|---|
"""
_FACTS = """
## {number}: {title}

| | it says |
|--:|---|
"""

_HEAD = """\
# What the sources say, in numbers

How many things of each class every source describes, and with how many facts: statements besides the one that gives
the class. It is what the saved question [coverage](../queries/coverage.rq) answers. Do not edit this page, write it
anew with

```
{command}
```

| source | class | things | facts |
|---|---|--:|--:|
"""


def answer(store: ox.Store, question: Question, values: Mapping[str, str], base: Base) -> str:
    """Return a question's answer over `store` as CSV, with lines that end as in a text file."""
    found = store.query(question.bind(values, base), base_iri=base.iri)
    assert isinstance(found, ox.QuerySolutions)
    written = found.serialize(format=ox.QueryResultsFormat.CSV)
    assert written is not None
    return written.decode().replace("\r\n", "\n")


def coverage_page(coverage: str, counts: Iterable[str]) -> str:
    """Return the page that shows what can be counted, and the answer of the question `coverage`, given as CSV."""
    rows = list(csv.DictReader(io.StringIO(coverage)))
    lines = [f"| {r['title']} | {r['class_name']} | {r['things']} | {r['facts']} |\n" for r in rows]
    total = f"| all sources | | | {sum(int(row['facts']) for row in rows)} |\n"
    return _HEAD.format(command=COMMAND) + "".join(lines) + total + _COUNTED + "".join(counts) + _reading()


def facts(number: str) -> list[dict[str, str]]:
    """Return the facts that a document states, in its order: each in words and as the graph is asked for it."""
    found: list[dict[str, str]] = tomllib.loads((READING / f"{number}.toml").read_text(encoding="utf-8"))["fact"]
    return found


def _reading() -> str:
    """Return what the second reading found, as tables."""
    left: list[dict[str, Any]] = tomllib.loads((READING / "left.toml").read_text(encoding="utf-8"))["left"]
    page = _READ
    for number, title in DOCUMENTS.items():
        kinds = [entry["kind"] for entry in left if entry["document"] == number]
        page += f"| {number} | {title} | {len(facts(number))} | {kinds.count('missing')} | {kinds.count('wrong')} |\n"
    page += _LEFT + "".join(f"| {e['document']} | {e['kind']} | {e['says']} | {e['why']} |\n" for e in left)
    for number, title in DOCUMENTS.items():
        page += _FACTS.format(number=number, title=title)
        page += "".join(f"| {place} | {fact['says']} |\n" for place, fact in enumerate(facts(number), 1))
    return page


def _write() -> None:
    base = Base()
    with TemporaryDirectory() as folder:
        inputs = replace(Inputs.installed(), data=excerpt(Path(folder) / "data"))
        store = check(inputs, base).store
    for name, question in QUESTIONS.items():
        (QUERIES / f"{name}.csv").write_text(answer(store, question, {}, base), encoding="utf-8")
    store = check(Inputs.installed(), base).store
    counts = [count.line(_number(store, count.query, base)) for count in COUNTS]
    PAGE.write_text(coverage_page(answer(store, QUESTIONS["coverage"], {}, base), counts), encoding="utf-8")


def _number(store: ox.Store, query: str, base: Base) -> int:
    found = store.query(query, base_iri=base.iri)
    assert isinstance(found, ox.QuerySolutions)
    return int(next(found)[0].value)


if __name__ == "__main__":
    _write()
