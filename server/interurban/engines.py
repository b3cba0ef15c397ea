"""What `serve` asks: the release in memory, or on the servers to which it was pushed."""

import argparse
from collections.abc import Callable, Mapping

from pyoxigraph import Store

from interurban.engine import Remote
from interurban.messages import known_language
from interurban.push import names_of
from interurban.release import Release
from interurban.remote.options import engine, remote
from interurban.settings import Settings
from interurban.web import store_of


def asked(
    given: argparse.Namespace, settings: Settings, environment: Mapping[str, str]
) -> Callable[[Release], Store | Remote]:
    """Return what makes of a release what its queries are asked; SettingError if the settings cannot be."""
    if engine(given, environment) == "cage":
        return store_of
    options = remote(given, environment)
    endpoints = [place.endpoint for place in options.places]
    language = known_language(settings.language)

    def far(release: Release) -> Remote:
        return Remote(endpoints, options.access, names_of(release), language)

    return far
