"""Each rule runs once: those that name no other before them, or the right ones, leave nothing to find."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban.release import current
from interurban.release.folder import DATASET
from interurban.resources import room

RULES = sorted((room("ontology") / "rules").glob("*.rq"))


@pytest.fixture(scope="module")
def release(releases: Path) -> ox.Store:
    """What has been released, with all that was derived."""
    store, released = ox.Store(), current(releases)
    store.bulk_load(input=released.read(DATASET), format=ox.RdfFormat.N_QUADS)
    return store


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_a_rule_finds_nothing_new_where_all_have_run(release: ox.Store, releases: Path, rule: Path) -> None:
    found = release.query(rule.read_text(encoding="utf-8"), base_iri=current(releases).base)
    assert isinstance(found, ox.QueryTriples)
    assert {t for t in found if ox.Quad(*t) not in release} == set()
