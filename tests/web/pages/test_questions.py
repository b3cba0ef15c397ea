"""A release may be older than what is asked of a saved question by now; its pages are served all the same."""

import io
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from interurban.iris import RDFS
from interurban.rdf.formats import canonical_nquads, dataset_hash
from interurban.release.changes import as_json, next_moments
from interurban.release.folder import DATASET, ENTITIES, QUERIES, publish
from serving import free_port, serving

HEAD = """\
#+ summary: {summary}
#+ description: {description}
#+ tags: {tags}
#+ columns: {{s: Thing}}
#+ it: {{summary: {summary}, description: {description}, tags: {tags}, columns: {{s: Cosa}}}}
SELECT ?s {{ ?s ?p ?o }}
"""


@pytest.mark.parametrize(("summary", "description", "tags"), [("All", "All things.", "[]"), ('""', '""', "[1]")])
def test_questions_without_texts_have_their_pages(tmp_path: Path, summary: str, description: str, tags: str) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}/"
    label = ox.Quad(
        ox.NamedNode(base + "id/city/here"), ox.NamedNode(RDFS + "label"), ox.Literal("Here", language="en")
    )
    dataset, published = canonical_nquads([label]), "2026-11-22T00:00:00Z"
    question = HEAD.format(summary=summary, description=description, tags=tags).encode()
    facts: dict[str, object] = {"base": base, "dataset_hash": {"sha256": dataset_hash(dataset)}, "counts": {}}
    facts |= {"published": published, "previous": None, "deleted": []}
    entities = as_json(next_moments(io.BytesIO(dataset), published, None)[0])
    publish(tmp_path, {DATASET: dataset, ENTITIES: entities, f"{QUERIES}/all.rq": question}, facts)
    with serving(tmp_path, port=port) as server, httpx.Client(base_url=server.address) as client:
        for path in ("queries", "queries?lang=it", "queries/all", "queries/all.csv", "openapi.json", "sparql"):
            answer = client.get(path, headers={"Accept": "text/html, */*;q=0.5"}, follow_redirects=True)
            assert answer.status_code == 200, path
