"""What `serve` asks: the release in memory, or on the servers to which it was pushed."""

import argparse
from collections.abc import Callable, Mapping

from interurban.engine import Loaded, Remote
from interurban.messages import known_language
from interurban.push import names_of
from interurban.release import Release
from interurban.remote.options import engine, remote
from interurban.settings import Settings
from interurban.web import in_memory


def asked(
    given: argparse.Namespace, settings: Settings, environment: Mapping[str, str]
) -> Callable[[Release], Loaded | Remote]:
    """Return what makes of a release what its queries are asked; SettingError if the settings cannot be."""
    if engine(given, environment) == "cage":
        return in_memory
    options = remote(given, environment)
    endpoints = [place.endpoint for place in options.places]
    language = known_language(settings.language)

    def far(release: Release) -> Remote:
        return Remote(endpoints, options.access, names_of(release), language)

    return far
