"""A release: an immutable folder that `build` writes once and `serve` only reads."""

from interurban.release.changes import publish_again
from interurban.release.folder import Release, current, history, open_release, publish, state

__all__ = ["Release", "current", "history", "open_release", "publish", "publish_again", "state"]
