"""From what people wrote to a release: read, resolve, consolidate, derive, validate, export."""

from interurban.build.pipeline import Inputs, build, check

__all__ = ["Inputs", "build", "check"]
