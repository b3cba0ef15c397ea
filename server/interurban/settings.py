"""The settings: one described table, read once, frozen.

A value comes from the command line, else from the environment (`INTERURBAN_BASE` for `base`), else from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from interurban.errors import SettingError
from interurban.iris import CANONICAL_BASE
from interurban.messages import LANGUAGES, say

_ENVIRONMENT = "INTERURBAN_"


def _setting(default: Any, help_en: str, help_it: str) -> Any:  # noqa: ANN401 - a field of any type
    return field(default=default, metadata={"en": help_en, "it": help_it})


@dataclass(frozen=True)
class Settings:
    """Every setting with its default; the help in both languages is in the fields' metadata."""

    base: str = _setting(
        CANONICAL_BASE,
        "base IRI under which things are named; a copy built with its own address links to itself",
        "IRI di base sotto cui le cose hanno nome; una copia costruita con il proprio indirizzo rimanda a sé stessa",
    )
    releases: Path = _setting(
        Path("releases"),
        "folder that holds the releases; `current` in it names the one that is served",
        "cartella delle release; `current` al suo interno indica quella servita",
    )
    language: str = _setting("en", "language of messages: en or it", "lingua dei messaggi: en o it")
    host: str = _setting("127.0.0.1", "address to listen on", "indirizzo su cui ascoltare")
    port: int = _setting(8000, "port to listen on; 0 takes a free one", "porta su cui ascoltare; 0 ne prende una libera")
    web_processes: int = _setting(
        2, "processes that answer HTTP and write entity documents", "processi che rispondono via HTTP e scrivono le schede"
    )
    query_workers: int = _setting(
        4,
        "processes that answer queries; more than cores, so that short queries overtake long ones",
        "processi che rispondono alle query; più dei core, perché le query brevi superino le lunghe",
    )
    query_seconds: float = _setting(
        10.0, "wall-clock limit of one query, in seconds", "limite di tempo di una query, in secondi"
    )
    query_megabytes: int = _setting(
        1024,
        "memory one query may take beyond the loaded release, in MiB",
        "memoria che una query può usare oltre alla release caricata, in MiB",
    )
    query_characters: int = _setting(
        100_000, "longest query text, in characters", "lunghezza massima di una query, in caratteri"
    )
    queue_seconds: float = _setting(
        5.0,
        "how long a query may wait for a free worker before it is refused, in seconds",
        "quanto una query può aspettare un processo libero prima di essere rifiutata, in secondi",
    )

    def __post_init__(self) -> None:
        if not (self.base.startswith(("http://", "https://")) and self.base.endswith("/")):
            raise SettingError(say("setting-base", value=self.base))
        if self.language not in LANGUAGES:
            raise SettingError(say("setting-language", value=self.language))
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, int | float) and (value < 0 or (value == 0 and f.name != "port")):
                raise SettingError(say("setting-positive", name=f.name, value=value))

    @classmethod
    def read(cls, environment: Mapping[str, str], overrides: Mapping[str, object]) -> "Settings":
        """Return the settings from `overrides` (None: not given), else `environment`, else the defaults.

        Raises SettingError for a value that cannot be read as the setting's type.
        """
        values: dict[str, object] = {}
        for name, kind in get_type_hints(cls).items():
            given = overrides.get(name)
            if given is None:
                given = environment.get(_ENVIRONMENT + name.upper())
            if given is None:
                continue
            try:
                values[name] = kind(given)
            except ValueError as error:
                raise SettingError(say("setting-type", name=name, value=given, type=kind.__name__)) from error
        return cls(**values)  # type: ignore[arg-type] - each value was just made by its field's own type
