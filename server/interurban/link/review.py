"""What waits for a person, as a page: of each thing the candidates side by side, with what speaks for each."""

from collections.abc import Iterable
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from interurban.link.mappings import Row, expanded
from interurban.messages import Language, say

_WORDS = ("title", "lead", "thing", "candidate", "probability", "evidence")


def page(rows: Iterable[Row], language: Language) -> str:
    """Return the page, HTML that loads nothing, of the rows of the list to review."""
    environment = Environment(
        loader=PackageLoader("interurban.link"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    things = [list(several) for _, several in groupby(rows, key=lambda row: row["subject_id"])]
    words = {word: say(f"review-{word}", count=len(things)).text(language) for word in _WORDS}
    return environment.get_template("review.html").render(
        language=language, things=things, words=words, expanded=expanded
    )
