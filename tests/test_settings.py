"""No setting can take the machine down: what makes no sense here is refused with the largest value that does."""

import os
import re

import pytest

from interurban.errors import SettingError
from interurban.settings import Settings
from serving import interurban

CORES = os.cpu_count() or 1


@pytest.mark.parametrize(
    ("option", "value", "most"),
    [
        ("--query-workers", "100000", 16 * CORES),
        ("--web-processes", "100000", 8 * CORES),
        ("--query-megabytes", "100000000000", None),
        ("--answer-megabytes", "100000000000", None),
        ("--cache-megabytes", "100000000000", None),
        ("--query-seconds", "inf", 86_400),
        ("--query-seconds", "1e300", 86_400),
        ("--queue-seconds", "inf", 3_600),
        ("--short-seconds", "inf", 86_400),
        ("--queue-length", "100000000", 10_000),
        ("--client-queries", "100000000", 10_000),
        ("--query-characters", "100000000000", 10_000_000),
        ("--served-releases", "100000000", 1_000),
        ("--port", "65536", 65_535),
    ],
)
def test_too_much_is_refused_with_what_is_possible(option: str, value: str, most: int | None) -> None:
    name = option[2:].replace("-", "_")
    with pytest.raises(SettingError) as refused:
        Settings.read({}, {name: value})
    told = re.fullmatch(rf"{name}: \S+ is more than makes sense here; at most (\d+)", refused.value.text())
    assert told
    assert int(told[1]) == most if most else 100 < int(told[1]) < 100_000_000
    largest = Settings.read({}, {name: told[1]})
    assert getattr(largest, name) == int(told[1])


@pytest.mark.parametrize("value", ["nan", "-1", "0", "-inf"])
@pytest.mark.parametrize("name", ["query_seconds", "queue_seconds", "short_seconds"])
def test_what_is_no_time_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        Settings.read({}, {name: value})


def test_who_serves_with_too_much_is_told_so() -> None:
    ended = interurban("serve", "--query-workers", "100000", INTERURBAN_LANGUAGE="it")
    assert ended.returncode != 0
    assert f"è più di quanto abbia senso qui; al massimo {16 * CORES}" in ended.stderr
    assert "Traceback" not in ended.stderr
