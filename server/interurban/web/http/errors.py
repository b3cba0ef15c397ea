"""Why a request cannot be answered as it was made; `problems` has the table of statuses."""

import pyoxigraph as ox

from interurban.errors import InterurbanError
from interurban.messages import Message, say


class WebError(InterurbanError):
    """A request that cannot be answered as it was made."""


class BadRequestError(WebError):
    """The request does not say what it wants, or says it twice."""


class NotFoundError(WebError):
    """There is nothing at this address."""


class GoneError(WebError):
    """There was something at this address, and it will not come back by itself. said: the same as RDF."""

    def __init__(self, message: Message, said: list[ox.Triple]) -> None:
        super().__init__(message)
        self.said = said


class NotAcceptableError(WebError):
    """None of the representations is accepted; `variants` are media type and address of those there are.

    message: why not, if one is accepted and cannot be made.
    """

    def __init__(self, variants: list[tuple[str, str]], message: Message | None = None) -> None:
        available = ", ".join(media_type for media_type, _ in variants)
        super().__init__(message or say("web-not-acceptable", available=available))
        self.variants = variants


class PreconditionError(WebError):
    """The request is meant for another state of this than the one there is."""


class RangeError(WebError):
    """The request wants a part that is not there, of something that has `size` bytes."""

    def __init__(self, message: Message, size: int) -> None:
        super().__init__(message)
        self.size = size


class MediaTypeError(WebError):
    """The request's body is of a type that is not understood here."""


class ContentCodingError(MediaTypeError):
    """The request's body is in a coding that is not read here."""


class ReadOnlyError(WebError):
    """The request wants to change something."""


class TooLongError(WebError):
    """The request is longer than it may be."""
