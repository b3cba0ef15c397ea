"""A page's picture for those who share its address: its name, what it is, a sentence or a number, a map; as PNG.

Social networks show no SVG. What is drawn is our own SVG, in colours of its own since what makes it a PNG knows no
`var()`; it loads nothing from elsewhere, runs nothing, and has its font from a package, not from the machine. What that
has no letters for (Arabic, Chinese) is told in Latin ones.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import fontpkg
import resvg_py
from anyascii import anyascii
from fontTools.ttLib import TTFont

from interurban.pictures import maps

WIDTH, HEIGHT = 1200, 630  # pixels: the shape that the networks show whole
_FONT = "Noto Sans"
_SIZES = (84, 72, 60, 50, 42, 36)  # of a name: the largest in which it has few lines
_BOLD, _PLAIN = 0.6, 0.52  # of its size: how wide a letter is, and a little more; rather a line is broken than cut off
_LINES, _MOST = 3, 300  # lines of a name, and one more of what is told; letters that are looked at
_SMALL = 30  # of what else there is to read
_MARGIN, _GAP = 60, 40
_LARGEST_ABOVE, _WIDEST_KIND = 60, 260  # pixels: of a name above a map, and how wide the kind is beside what is told
_WIDE = 2.0  # a map of such a shape stands below the name, another beside it


@dataclass(frozen=True)
class Card:
    """What stands on it. kind: what the page is about; told: a sentence, or what the number counts; "" for nothing."""

    kind: str
    name: str
    told: str = ""
    number: str = ""
    drawn: maps.Layout | None = None


@dataclass(frozen=True)
class Words:
    """A text in lines, and its size in pixels."""

    lines: Sequence[str]
    size: int


@dataclass(frozen=True)
class Ground:
    """The map, the rectangle in which it stands (left, top, width, height), and units of it to a pixel."""

    map: maps.Layout
    box: tuple[int, int, int, int]
    unit: float


@dataclass(frozen=True)
class Layout:
    """Where everything stands."""

    kind: str
    name: Words
    told: Words
    number: str
    ground: Ground | None


def layout(card: Card) -> Layout:
    """Return where everything stands."""
    ground = _ground(card.drawn) if card.drawn else None
    below = ground is not None and ground.box[0] == _MARGIN
    width = (WIDTH - _MARGIN if below or ground is None else ground.box[0] - _GAP) - _MARGIN
    kind, name, told, count = map(_text, (card.kind, card.name, card.told, card.number))
    sizes = [size for size in _SIZES if size <= _LARGEST_ABOVE or not below]
    every = [_words(name, size, width, 1 if below else _LINES, _BOLD) for size in sizes]
    whole = next((words for words in every if " ".join(words.lines) == name), every[-1])
    beside_kind = width - _WIDEST_KIND if below else width
    return Layout(kind, whole, _words(told, _SMALL, beside_kind, 1 if below else _LINES + 1, _PLAIN), count, ground)


def has_letters_of(text: str) -> bool:
    """Return whether the font has all letters of a text; what is never drawn need not be there."""
    return all(ord(sign) in _letters() for sign in text if sign.isprintable())


def raster(svg: str) -> bytes:
    """Return the PNG of a card's SVG."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[_font()]))


@cache
def _font() -> str:
    return str(fontpkg.path(_FONT))


@cache
def _letters() -> frozenset[int]:
    with TTFont(_font(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _ground(drawn: maps.Layout) -> Ground:
    wide = drawn.frame.width / drawn.frame.height > _WIDE
    width, height = (WIDTH - 2 * _MARGIN, 420) if wide else (560, 510)
    left, top = (_MARGIN, 190) if wide else (WIDTH - _MARGIN - width, _MARGIN)
    return Ground(drawn, (left, top, width, height), max(drawn.part[2] / width, drawn.part[3] / height))


def _words(text: str, size: int, width: int, room: int, letter: float) -> Words:
    return Words(textwrap.wrap(text, int(width / (size * letter)), max_lines=room, placeholder=" …"), size)


def _text(text: str) -> str:
    """Return a text as it can be drawn, in one line: XML has no words for some signs, and the font none for others."""
    drawn = (sign for sign in text[:_MOST] if sign.isprintable() or sign.isspace())
    return " ".join(
        "".join(sign if sign.isspace() or has_letters_of(sign) else anyascii(sign) for sign in drawn).split()
    )
