"""What a request says in its address and its body, decoded; whatever it sends, that takes milliseconds."""

import binascii
import re

from starlette.requests import Request

from interurban.messages import say
from interurban.web.problems import BadRequestError, MediaTypeError, TooLongError

Parameters = list[tuple[str, str]]

_MOST = 100  # parameters that anybody has a use for
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CHARSET = re.compile(r'\bcharset\s*=\s*"?([\w.:-]+)', re.IGNORECASE)
_READ = ("utf-8", "us-ascii")


def parameters(encoded: bytes) -> Parameters:
    """Return the names and values of a query string or form, in order.

    Raises BadRequestError if it is not UTF-8, is not escaped as it should be, or more parameters than make sense.
    """
    if encoded.count(b"&") >= _MOST:
        raise BadRequestError(say("web-parameters", most=_MOST))
    if not encoded.isascii() or _BROKEN_ESCAPE.search(encoded):
        raise BadRequestError(say("web-escapes"))
    pairs = [pair.partition(b"=") for pair in encoded.split(b"&") if pair]
    return [(_text(_unescaped(name)), _text(_unescaped(value))) for name, _, value in pairs]


async def body(request: Request, limit: int) -> bytes:
    """Return the request's body; TooLongError as soon as it is longer than `limit` bytes."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > limit:
            raise TooLongError(say("web-too-long", limit=limit))
    return bytes(received)


def content_type(request: Request) -> tuple[str, str]:
    """Return the media type of the body ("": none is given) and the charset, both in lower case."""
    given, _, rest = request.headers.get("content-type", "").partition(";")
    charset = _CHARSET.search(rest)
    return given.strip().lower(), charset[1].lower() if charset else "utf-8"


def decoded(content: bytes, charset: str) -> str:
    """Return a body as text; a query is UTF-8 and nothing else (SPARQL 1.1 Protocol, 2.1.3).

    Raises MediaTypeError for another charset, BadRequestError if it is not what it says it is.
    """
    if charset not in _READ:
        raise MediaTypeError(say("web-charset", given=charset))
    return _text(content)


def _unescaped(text: bytes) -> bytes:
    """Return what percent-encoded bytes stand for.

    It is put as quoted-printable, which can be decoded in C: ten times as fast as in Python, and this is where a
    stranger could make a web process work.
    """
    return binascii.a2b_qp(text.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"="))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError(say("web-not-utf8")) from error
