"""Facts as SVG: the templates, which escape everything that is put into them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from interurban.messages import Language, say
from interurban.pictures import bars, cards, egos, growth, maps, timelines
from interurban.pictures.facts import Bars, EgoNetwork, Facts, Growth, Map, Timeline


@dataclass(frozen=True)
class Caption:
    """What a picture is called, and what it tells those who do not see it; key: starts all its names on a page."""

    key: str
    title: str
    description: str
    language: Language


def prepare() -> None:
    """Make all templates ready, so that nobody waits for one."""
    for name in _environment().list_templates():
        _environment().get_template(name)


def draw(facts: Facts, caption: Caption, number: Callable[[int], str], style: str = "", at: Any = None) -> Markup:
    """Return a picture of facts, to be put into a page.

    number: writes numbers as the reader does. style: a sheet that the picture carries along, for one by itself. at:
    where the marks stand, if `layout` has told that. Raises ValueError if there is nothing to be drawn.
    """

    def text(word: str, **values: object) -> str:
        return say(f"picture-{word}", **values).text(caption.language)

    template = _environment().get_template(f"{_TEMPLATES[type(facts)]}.svg")
    given = {"facts": facts, "at": at or layout(facts), "caption": caption, "number": number, "t": text}
    return Markup(template.render(given, style=Markup(style)))  # noqa: S704  # the templates escape


def draw_card(card: cards.Card) -> str:
    """Return the SVG of a page's picture, of which `cards.raster` makes a PNG."""
    size = {"width": cards.WIDTH, "height": cards.HEIGHT}
    return _environment().get_template("card.svg").render(at=cards.layout(card), **size)


def layout(facts: Facts) -> Any:
    """Return where the marks of facts stand."""
    match facts:
        case Bars():
            return bars.layout(facts)
        case Map():
            return maps.layout(facts)
        case Timeline():
            return timelines.layout(facts)
        case Growth():
            return growth.layout(facts)
        case EgoNetwork():
            return egos.layout(facts)


_TEMPLATES = {Bars: "bars", Map: "map", Timeline: "timeline", Growth: "growth", EgoNetwork: "ego"}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("interurban.pictures"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
