"""Saved questions asked of the served process, as any client asks."""

import csv
import io
from collections.abc import Callable, Iterator

import httpx
import pytest

from interurban.iris import CANONICAL_BASE, Base
from interurban.questions import Question
from serving import Served

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.address, headers={"Accept": "text/csv"}, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def sparql(client: httpx.Client) -> Callable[[str], httpx.Response]:
    """Return a function that asks a query and returns the response."""
    return lambda query: client.post("sparql", data={"query": query})


@pytest.fixture(scope="module")
def ask(served: Served, sparql: Callable[[str], httpx.Response]) -> Callable[..., str]:
    """Return a function from a question and values of its parameters to the answer as CSV.

    Things are named under the permanent address in it, wherever they are served.
    """

    def ask(question: Question, **values: str) -> str:
        response = sparql(question.bind(values, Base(served.address)))
        assert response.status_code == 200, response.text
        return response.text.replace("\r\n", "\n").replace(served.address, CANONICAL_BASE)

    return ask


@pytest.fixture(scope="session")
def rows_of() -> Callable[[str], Rows]:
    """Return a function from CSV to its rows, each column by its name."""
    return lambda text: list(csv.DictReader(io.StringIO(text)))
