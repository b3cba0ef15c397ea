"""Where a place on the earth lies on a map: two frames, their projections and outlines, both true to area.

The projections are the published formulas on a sphere; maps/outlines.mjs draws the outlines with those of d3-geo, and
leaves some places as it projects them, which a test compares.
"""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

_EUROPE = (10.0, 52.0)  # the centre, as in EPSG:3035
_MIDDLE, _SIN, _COS = radians(_EUROPE[0]), sin(radians(_EUROPE[1])), cos(radians(_EUROPE[1]))
_WORLD = 11.0  # the middle meridian, so that no land but Chukotka is cut
_M = sqrt(3) / 2
_A = (1.340264, -0.081106, 0.000893, 0.003796)


@dataclass(frozen=True)
class Frame:
    """A rectangle of a map. land, borders: paths in tenths of a unit; the others: units."""

    name: str
    width: float
    height: float
    scale: float
    translate: tuple[float, float]
    land: str
    borders: str

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return where a place lies: to the right of the left edge, and below the upper one."""
        x, y = _projected(self.name, latitude, longitude)
        return self.translate[0] + self.scale * x, self.translate[1] - self.scale * y

    def holds(self, x: float, y: float) -> bool:
        """Return whether what has been placed so lies in the frame."""
        return 0 <= x <= self.width and 0 <= y <= self.height


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the Equal Earth projection of radians (Šavrič, Patterson and Jenny 2018, equations 1 and 2)."""
    theta = asin(_M * sin(latitude))
    square = theta * theta
    sixth = square**3
    turned = (longitude - radians(_WORLD) + 3 * radians(180)) % radians(360) - radians(180)
    across = _A[0] + 3 * _A[1] * square + sixth * (7 * _A[2] + 9 * _A[3] * square)
    up = theta * (_A[0] + _A[1] * square + sixth * (_A[2] + _A[3] * square))
    return turned * cos(theta) / (_M * across), up


def azimuthal(longitude: float, latitude: float) -> tuple[float, float]:
    """Return Lambert's azimuthal equal-area projection of radians (Snyder 1987, equations 24-2 to 24-4)."""
    east, high, far = longitude - _MIDDLE, sin(latitude), cos(latitude)
    along = far * cos(east)
    k = sqrt(2 / max(1 + _SIN * high + _COS * along, 1e-9))
    return k * far * sin(east), k * (_COS * high - _SIN * along)


_PROJECTIONS = {"europe": azimuthal, "world": equal_earth}
_PLACES = 2**14  # that are remembered: a release has the same ones in many pictures


@lru_cache(_PLACES)
def _projected(frame: str, latitude: float, longitude: float) -> tuple[float, float]:
    return _PROJECTIONS[frame](radians(longitude), radians(latitude))


@cache
def frames() -> dict[str, Frame]:
    """Return the frames by name, the smallest first."""
    told = json.loads(files(__package__).joinpath("outlines.json").read_text(encoding="utf-8"))
    return {
        name: Frame(
            name, f["width"], f["height"], f["scale"], (f["translate"][0], f["translate"][1]), f["land"], f["borders"]
        )
        for name, f in told.items()
    }
