"""Facts as SVG: the templates, which escape everything that is put into them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from interurban.messages import Language, say
from interurban.web.pictures import bars, cards, egos, growth, maps, timelines
from interurban.web.pictures.facts import Bars, EgoNetwork, Facts, Growth, Map, Timeline


@dataclass(frozen=True)
class Caption:
    """What a picture is called, and what it tells those who do not see it; key: starts all its names on a page."""

    key: str
    title: str
    description: str
    language: Language


def draw(facts: Facts, caption: Caption, number: Callable[[int], str], style: str = "") -> Markup:
    """Return a picture of facts, to be put into a page.

    number: writes numbers as the reader does. style: a sheet that the picture carries along, for one by itself.
    Raises ValueError if there is nothing to be drawn.
    """

    def text(word: str, **values: object) -> str:
        return say(f"picture-{word}", **values).text(caption.language)

    name, places = _laid_out(facts)
    template = _environment().get_template(f"{name}.svg")
    return Markup(  # noqa: S704  # the templates escape
        template.render(facts=facts, at=places, caption=caption, number=number, style=Markup(style), t=text)  # noqa: S704
    )


def draw_card(card: cards.Card) -> str:
    """Return the SVG of a page's picture, of which `cards.raster` makes a PNG."""
    size = {"width": cards.WIDTH, "height": cards.HEIGHT}
    return _environment().get_template("card.svg").render(at=cards.layout(card), **size)


def _laid_out(facts: Facts) -> tuple[str, object]:
    """Return the template for facts, and where their marks stand."""
    match facts:
        case Bars():
            return "bars", bars.layout(facts)
        case Map():
            return "map", maps.layout(facts)
        case Timeline():
            return "timeline", timelines.layout(facts)
        case Growth():
            return "growth", growth.layout(facts)
        case EgoNetwork():
            return "ego", egos.layout(facts)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("interurban.web.pictures"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
