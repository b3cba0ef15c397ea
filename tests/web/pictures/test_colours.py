"""The colours of pictures have the contrast that WCAG 2.2 asks for (1.4.3, 1.4.11), in light and in dark."""

import re
from importlib.resources import files

import pytest

SCHEMES = 2
MARKS = [("full", "ground"), ("full", "land"), ("stress", "ground"), ("stress", "land"), ("full", "pale")]
WORDS = [("words", "ground"), ("quiet", "ground"), ("words", "pale")]


def _schemes() -> list[dict[str, str]]:
    sheet = files("interurban.web.pages").joinpath("static/picture.css").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"\{([^{}]*)\}", sheet) if "--ground:" in block]
    return [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in blocks]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", range(SCHEMES))
def test_marks_and_words_can_be_seen(scheme: int) -> None:
    colours = _schemes()[scheme]
    assert len(_schemes()) == SCHEMES
    least = {pair: _contrast(*(colours[name] for name in pair)) for pair in (*MARKS, *WORDS)}
    assert {pair: found for pair, found in least.items() if found < (3 if pair in MARKS else 4.5)} == {}
