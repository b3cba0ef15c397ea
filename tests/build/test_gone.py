"""A release knows what any before it described and it does not, and since when."""

from collections.abc import Callable
from pathlib import Path

from interurban.build import Inputs, check, export
from interurban.iris import Base
from interurban.release.changes import departed
from interurban.settings import Settings

Write = Callable[[str, str], None]

_BASE = Base("http://base.org/")
_REGISTER = "data/register/clubs.csv"
_GREEN = "http://base.org/id/club/green"
_TOMBSTONE = "https://w3id.org/interurban/def/Tombstone"
_TWO = "slug,label\nred,Red\nblue,Blue\n"


def test_what_is_gone_is_known_until_it_is_back(house: Inputs, write: Write, tmp_path: Path) -> None:
    def gone(clubs: str, day: str) -> dict[str, str]:
        write(_REGISTER, clubs)
        return departed(export(check(house, _BASE), tmp_path / "releases", Settings(published=day)).release)

    assert gone(_TWO + "green,Green\n", "2026-11-01") == {}
    assert gone(_TWO, "2026-11-02") == {_GREEN: "2026-11-02T00:00:00Z"}
    assert gone(_TWO.replace("Blue", "Azure"), "2026-11-03") == {_GREEN: "2026-11-02T00:00:00Z"}
    assert gone(_TWO.replace("Blue", "Azure"), "2026-11-03") == {_GREEN: "2026-11-02T00:00:00Z"}  # the same release
    assert gone(_TWO + "green,Green\n", "2026-11-04") == {}


def test_what_is_erased_is_not_remembered(house: Inputs, write: Write, tmp_path: Path) -> None:
    write(_REGISTER, _TWO + "green,Green\n")
    export(check(house, _BASE), tmp_path / "releases", Settings(published="2026-11-01"))
    write(_REGISTER, _TWO)
    write("ontology/t.ttl", f"<{_TOMBSTONE}> a <http://www.w3.org/2002/07/owl#Class> .")
    write("data/register/green.ttl", f"<{_GREEN}> a <{_TOMBSTONE}> .")
    made = export(check(house, _BASE), tmp_path / "releases", Settings(published="2026-11-02")).release
    assert departed(made) == {}
