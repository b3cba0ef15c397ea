"""Where the ontology, shapes, data and queries lie, and what is kept for later. No other module knows.

In a checkout they stand beside `server/`; in an installed wheel they are inside the package.
"""

import os
from pathlib import Path
from typing import Literal, get_args

Room = Literal["data", "ontology", "shapes", "queries"]
ROOMS: tuple[Room, ...] = get_args(Room)

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def room(name: Room) -> Path:
    """Return the folder of a room; FileNotFoundError if this installation lacks it."""
    for folder in (_PACKAGE / "_resources" / name, _CHECKOUT / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation of interurban lacks its {name}/ folder")


def cache() -> Path:
    """Return the folder for caches of this program (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "interurban"
