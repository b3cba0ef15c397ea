"""What the releases that are served have changed, entity by entity, as their own files tell it."""

from collections.abc import Sequence
from dataclasses import dataclass

from interurban.release.changes import Moments, moments
from interurban.web.site import Site


@dataclass(frozen=True)
class Turn:
    """What one release did to the one before it: IRIs of entities, in order."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    deleted: tuple[str, ...]


class Past:
    """The served releases under their own paths, newest first. Their files are read when somebody wants to know."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self.sites = list(sites)
        self._moments: dict[str, Moments] = {}

    def find(self, version: str) -> Site | None:
        """Return the site of a release that is served, None if it is not."""
        return next((site for site in self.sites if site.release.version == version), None)

    def before(self, site: Site) -> Site | None:
        """Return the site of the release before one, None if it is not served."""
        return self.find(site.release.previous) if site.release.previous else None

    def moments(self, site: Site) -> Moments:
        """Return when each entity of a release came, and when it last changed."""
        version = site.release.version
        if version not in self._moments:
            self._moments[version] = moments(site.release)
        return self._moments[version]

    def turn(self, site: Site) -> Turn:
        """Return what a release changed."""
        published = site.release.published
        changed = sorted((iri, came) for iri, (came, last) in self.moments(site).items() if last == published)
        return Turn(
            tuple(iri for iri, came in changed if came == published),
            tuple(iri for iri, came in changed if came != published),
            tuple(sorted(site.release.manifest["deleted"])),
        )
