"""What a person says of other servers: their addresses, who we are there, and what `push` does.

Each is an option of the command and an environment variable (`INTERURBAN_ENDPOINT`), but for the secret: a command line
is seen by everybody on the machine, so that comes from the environment or from a file.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from interurban.errors import SettingError, relative
from interurban.messages import Language, say

_ENVIRONMENT = "INTERURBAN_"
_SERVE = ("engine", "endpoint", "user", "secret_file")
_PUSH = ("endpoint", "graph_store", "update", "user", "secret_file", "keep", "piece_megabytes", "timeout")
DEFAULTS = {"engine": "cage", "keep": "1", "piece_megabytes": "4", "timeout": "600"}
ENGINES = ("cage", "remote")


@dataclass(frozen=True)
class Access:
    """Who we are at a server. user: with basic or digest authentication, as it asks for; else the secret is a token."""

    user: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return "Access(…)"  # a secret stands in no traceback


@dataclass(frozen=True)
class Place:
    """A dataset on a server, where there is room for one release: where it is asked, and where it is written."""

    endpoint: str
    graph_store: str = ""
    update: str = ""


@dataclass(frozen=True)
class Remote:
    """Everything that was said. keep: how many other releases stay; timeout: seconds without an answer."""

    places: tuple[Place, ...]
    access: Access
    keep: int
    piece_megabytes: int
    timeout: int


def add_options(command: argparse.ArgumentParser, name: str, language: Language) -> None:
    """Add what the commands `serve` and `push` take beside their settings."""
    for option in _SERVE if name == "serve" else _PUSH:
        told = say(f"remote-option-{option}", default=DEFAULTS.get(option, "–")).text(language)
        command.add_argument(f"--{option.replace('_', '-')}", metavar="…", help=told)
    if name == "push":
        command.add_argument("version", nargs="?", default="current", help=say("cli-push-version").text(language))
        literals = say("remote-option-other_literals").text(language)
        command.add_argument("--other-literals", action="store_true", help=literals)
        command.add_argument("--json", action="store_true", help=say("cli-json").text(language))


def engine(given: argparse.Namespace, environment: Mapping[str, str]) -> str:
    """Return which engine is to answer queries; SettingError if there is none of that name."""
    if (name := _said("engine", vars(given), environment)) not in ENGINES:
        raise SettingError(say("remote-engine", value=name, engines=", ".join(ENGINES)))
    return name


def remote(given: argparse.Namespace, environment: Mapping[str, str]) -> Remote:
    """Return what is said of other servers; SettingError tells what cannot be."""
    said = vars(given)

    def addresses(name: str) -> list[str]:
        found = [each for each in _said(name, said, environment).split(",") if each]
        for address in found:
            _check(name, address)
        return found

    endpoints = addresses("endpoint")
    if not endpoints:
        raise SettingError(say("remote-no-endpoint"))
    written = {name: addresses(name) for name in ("graph_store", "update")}
    for name, found in written.items():
        if found and len(found) != len(endpoints):
            raise SettingError(say("remote-uneven", name=name, count=len(found), endpoints=len(endpoints)))
    nowhere = [""] * len(endpoints)
    places = map(Place, endpoints, written["graph_store"] or nowhere, written["update"] or nowhere)
    access = Access(_said("user", said, environment), _secret(said, environment))
    if access.user and not access.secret:
        raise SettingError(say("remote-no-secret", user=access.user))
    # what does not fit into a field of HTTP would be told in full by whoever refuses it
    if not access.secret.isprintable() or not (access.user or access.secret.isascii()) or ":" in access.user:
        raise SettingError(say("remote-secret-letters"))
    numbers = {name: _number(name, _said(name, said, environment)) for name in ("keep", "piece_megabytes", "timeout")}
    return Remote(tuple(places), access, **numbers)


def _said(name: str, said: Mapping[str, object], environment: Mapping[str, str]) -> str:
    value = said.get(name)
    return str(value if value is not None else environment.get(_ENVIRONMENT + name.upper(), DEFAULTS.get(name, "")))


def _check(name: str, address: str) -> None:
    parts = urlsplit(address)
    try:
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:  # of the port
        known = None
    if not known or parts.fragment:
        raise SettingError(say("setting-address", name=name, value=address))
    if parts.username is not None:  # the address is told where something is wrong
        raise SettingError(say("remote-secret-told", name=name))


def _secret(said: Mapping[str, object], environment: Mapping[str, str]) -> str:
    if file := _said("secret_file", said, environment):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            raise SettingError(say("remote-secret-file", file=relative(Path(file)))) from error
    return environment.get(f"{_ENVIRONMENT}SECRET", "")


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or (text.strip("0") == "" and name != "keep") or len(text) > 9:
        raise SettingError(say("setting-type", name=name, value=text, type="int"))
    return int(text)
