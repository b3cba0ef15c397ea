"""Places whose items are known, linked by the command: the half of them that no number of the model was measured on."""

import pytest

from browser import lacking
from gold import EXCERPT, GOLD, Outcome, gazetteers, gold_rows, held, linked, score


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    for path in (GOLD, EXCERPT):
        if not path.is_file():
            lacking(f"needs {path.name} in ../shared/data")
    folder = tmp_path_factory.mktemp("linking")
    return linked(gold_rows(held), gazetteers(folder), folder)


def test_municipalities_are_linked_to_the_items_of_an_excerpt_of_wikidata(outcomes: list[Outcome]) -> None:
    kind = "municipality-or-locality"
    found = score(one for one in outcomes if one.gazetteer == "wd" and one.row["admin_kind"] == kind)
    assert found.rows > 2000
    assert found.precision >= 0.995
    assert found.recall >= 0.97


def test_places_are_linked_to_geonames(outcomes: list[Outcome]) -> None:
    found = score(one for one in outcomes if one.gazetteer == "geonames")
    assert found.rows > 3000
    assert found.spared >= 0.995
    assert found.precision >= 0.989  # the gold errs in one of a hundred and thirty: Abuja's id is Suleja's
    assert found.recall >= 0.97


def test_places_without_coordinates_are_linked_only_where_that_is_sure(outcomes: list[Outcome]) -> None:
    found = score(one for one in outcomes if one.gazetteer == "wd" and not one.row["lat"])
    assert found.rows > 300
    assert found.precision >= 0.995
    assert found.recall >= 0.9


def test_namesakes_and_cities_with_an_area_of_their_name_are_told_apart(outcomes: list[Outcome]) -> None:
    found = score(one for one in outcomes if one.row["homonym"] or one.row["pair"])
    assert found.rows > 500
    assert found.spared >= 0.995
    assert found.recall >= 0.97
