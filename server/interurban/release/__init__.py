"""A release: an immutable folder that `build` writes once and `serve` only reads."""

from interurban.release.changes import publish_again
from interurban.release.folder import Release, current, open_release, publish, unverified_current
from interurban.release.history import state

__all__ = ["Release", "current", "open_release", "publish", "publish_again", "state", "unverified_current"]
