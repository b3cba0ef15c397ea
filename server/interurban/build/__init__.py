"""From what people wrote to a release: read, resolve, consolidate, derive, validate, export."""

from interurban.build.pipeline import Assembled, Inputs, check, export

__all__ = ["Assembled", "Inputs", "check", "export"]
