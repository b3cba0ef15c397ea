"""A release: an immutable folder that `build` writes once and `serve` only reads."""

from interurban.release.folder import Release, current, open_release, publish

__all__ = ["Release", "current", "open_release", "publish"]
