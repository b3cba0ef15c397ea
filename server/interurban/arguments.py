"""What can be typed behind `interurban`: its commands, and which settings each of them takes."""

import argparse
from collections.abc import Collection
from dataclasses import fields
from typing import get_type_hints

from interurban import __version__
from interurban.messages import Language, say
from interurban.remote import options
from interurban.resources import ROOMS
from interurban.settings import Settings

# Who publishes, as the catalogue says it.
_PUBLISHER = (
    "publisher_name", "publisher_iri", "publisher_type", "publisher_code", "contact_mail", "contact_page",
    "rights_holder_name", "rights_holder_iri", "rights_holder_code", "licence",
)  # fmt: skip
_BOUNDS = ("query_seconds", "query_megabytes")  # what a file or query of the inputs may take
# Which settings each command takes; every one of them can also be given in the environment.
_COMMANDS: dict[str, tuple[str, ...]] = {
    "check": ("base", *_PUBLISHER, *_BOUNDS, "language"),
    "build": ("base", "releases", "published", *_PUBLISHER, *_BOUNDS, "language"),
    "serve": (
        "releases", "host", "port", "web_processes", "query_workers", "query_seconds", "short_seconds",
        "query_megabytes", "query_characters", "answer_megabytes", "client_queries", "client_workers",
        "client_connections", "client_requests", "queue_length", "queue_seconds", "cache_megabytes",
        "served_releases", "metrics", "log", "trusted_proxies", "trusted_header", "drain_seconds", "language",
    ),
    "diff": ("releases", "language"),
    "switch": ("releases", "published", "language"),
    "verify": ("releases", "language"),
    "fetch": ("language",),
    "import": (*_BOUNDS, "language"),
    "link": ("releases", "contact_mail", "language"),
    "push": ("releases", "language"),
}  # fmt: skip


def parser(language: Language, typed: Collection[str]) -> argparse.ArgumentParser:
    """Return the parser of what is typed; its help is in the language of the environment.

    What a command takes is only found out, and its part of the program loaded, if it stands there.
    """
    parser = argparse.ArgumentParser(prog="interurban", description=say("cli-interurban").text(language))
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="|".join(_COMMANDS))
    for name in _COMMANDS:
        help_text = say(f"cli-{name}").text(language)
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(command=name)
        if name in typed:
            _add_settings(command, name, language)
            _add_others(command, name, language)
    return parser


def _add_settings(command: argparse.ArgumentParser, name: str, language: Language) -> None:
    hints = get_type_hints(Settings, include_extras=True)
    defaults = {f.name: f.default for f in fields(Settings)}
    if name == "check":
        command.add_argument("source", nargs="*", metavar="SOURCE", help=say("cli-check-source").text(language))
        command.add_argument("--publish", action="store_true", help=say("cli-publish").text(language))
    if name in ("check", "build"):
        command.add_argument("--all", action="store_true", help=say("cli-all").text(language))
    for setting in _COMMANDS[name]:
        help_text = getattr(hints[setting].__metadata__[0], language)
        option = "--" + setting.replace("_", "-")
        command.add_argument(option, metavar="…", help=f"{help_text} ({defaults[setting]})")


def _add_others(command: argparse.ArgumentParser, name: str, language: Language) -> None:
    if name in ("serve", "push"):
        options.add_options(command, name, language)
    if name == "switch":
        command.add_argument("version", help=say("cli-switch-version").text(language))
    elif name == "diff":
        from interurban.web import DIFF_FORMATS

        for position in ("a", "b"):
            command.add_argument(position, help=say(f"cli-diff-{position}").text(language))
        formats = say("cli-diff-format", formats=", ".join(DIFF_FORMATS[1:])).text(language)
        command.add_argument("--format", choices=DIFF_FORMATS, default=DIFF_FORMATS[0], help=formats)
    elif name not in ("serve", "verify", "push"):
        if name in ("fetch", "import"):
            from interurban import sources

            sources.add_options(command, name, language)
        elif name == "link":
            from interurban import link

            link.add_options(command, language)
        for room in ROOMS if name in ("check", "build") else ROOMS[:1]:
            command.add_argument(f"--{room}", metavar="…", help=say("cli-folder", room=room).text(language))
