"""How much it tells that two records agree: the model of Fellegi and Sunter, as `data/linking/model.json` has it.

Of each comparison the model knows levels, and for each how often it is found where two records mean the same (m) and
where they do not (u), of pairs in one country. The logarithm of m/u is the level's weight; weights add up.
"""

import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

SURE = 0.9  # how likely it must be that a thing is meant, to be decided without a person
BY_IDENTIFIER = 0.99  # how likely it is, where an identifier says so
_ORDINARY = 5_000  # inhabitants, for which size tells nothing
_EARTH = 6371.0088  # km, its mean radius


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a comparison found: its name, the level, the weight (natural logarithm), and the value compared, if any."""

    comparison: str
    level: str
    weight: float
    value: float | None = None


class Model:
    """What `model.json` says. found: the odds that what is looked for is there at all, before anything is compared."""

    def __init__(self, text: str) -> None:
        said: dict[str, Any] = json.loads(text)
        self.found: float = said["found"]
        self.similar: dict[str, float] = said["similar"]  # level of a name that is not the same -> how similar it is
        self.attraction: float = said["prominence"]  # how much likelier the larger of two namesakes is meant: a power
        self.elsewhere: float = said.get("elsewhere", 1.0)  # how much less others' names tell, with no country known
        self.sizes: dict[str, int] = said.get("sizes", {})  # inhabitants of an ordinary thing of a kind
        self.levels: dict[str, dict[str, dict[str, float]]] = said["comparisons"]
        self.levels["name"].setdefault("exchange", self.levels["name"]["slip"])  # not told by models of old releases
        self.levels["kind"].setdefault("beside", {"m": 1.0, "u": 1.0})

    def weigh(self, comparison: str, level: str, value: float | None = None) -> Evidence:
        """Return what a level of a comparison tells."""
        return Evidence(comparison, level, self._weights[comparison][level], value)

    def measured(self, comparison: str, value: float) -> Evidence:
        """Return what a measure tells, by the first level that it lies below."""
        level = next(name for name, top in self._tops[comparison] if value < top)
        return self.weigh(comparison, level, value)

    def prominence(self, population: int) -> Evidence:
        """Return what it tells that a thing is as large: lists of cities name large ones rather than small ones."""
        return Evidence("prominence", "", self.attraction * math.log(population / _ORDINARY), population)

    def m(self, comparison: str, level: str) -> float:
        """Return how often a level is found where two records mean the same."""
        return self.levels[comparison][level]["m"]

    @cached_property
    def _weights(self) -> dict[str, dict[str, float]]:
        return {
            comparison: {name: math.log(level["m"] / level["u"]) for name, level in levels.items()}
            for comparison, levels in self.levels.items()
        }

    @cached_property
    def _tops(self) -> dict[str, list[tuple[str, float]]]:
        return {
            comparison: [(name, level.get("below", math.inf)) for name, level in levels.items()]
            for comparison, levels in self.levels.items()
        }


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return how far two points are from each other in km, on a sphere (haversine)."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    across = math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * across))
