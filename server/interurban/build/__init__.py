"""From what people wrote to a release: read, resolve, consolidate, derive, validate, export."""

from interurban.build.composer import ready
from interurban.build.pipeline import Assembled, Inputs, check, export
from interurban.build.quality import assess

__all__ = ["Assembled", "Inputs", "assess", "check", "export", "ready"]
