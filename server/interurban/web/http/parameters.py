"""What a request says: its query string or form, its body, and the day that it asks for, decoded and checked.

Whatever somebody sends, reading it takes milliseconds.
"""

import binascii
import datetime
import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

from interurban.messages import say
from interurban.web.http.errors import BadRequestError, ContentCodingError, MediaTypeError, TooLongError

Parameters = list[tuple[str, str]]

_MOST = 100  # parameters that anybody has a use for
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CHARSET = re.compile(r'\bcharset\s*=\s*"?([\w.:-]+)', re.IGNORECASE)
_READ = ("utf-8", "us-ascii")
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


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
    """Return the request's body; TooLongError as soon as it is longer than `limit` bytes.

    Raises ContentCodingError if it is in a coding (RFC 9110, 8.4).
    """
    codings = ",".join(request.headers.getlist("content-encoding"))
    if any(coding.strip().lower() not in ("", "identity") for coding in codings.split(",")):
        raise ContentCodingError(say("web-content-coding", given=codings))
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


def single_values(request: Request) -> dict[str, str]:
    """Return the parameters of a request, each given once; BadRequestError for one that is given twice."""
    given = parameters(request.scope["query_string"])
    values = dict(given)
    twice = sorted({name for name in values if [n for n, _ in given].count(name) > 1})
    if twice:
        raise BadRequestError(say("web-parameter-twice", names=", ".join(twice)))
    return values


def requested_day(request: Request) -> str | None:
    """Return the day that ?at= asks for, None for all times; BadRequestError if it is no day, or there are several.

    A year stands for its last day: what is only known to have begun in it had begun by then.
    """
    days = [text for text in request.query_params.getlist("at") if text]  # a form's field may be left empty
    if not days:
        return None
    if len(days) > 1:
        raise BadRequestError(say("web-parameter-twice", names="at"))
    try:
        day = f"{days[0]}-12-31" if _YEAR.fullmatch(days[0]) else days[0]
        if not _DAY.fullmatch(day):
            raise ValueError
        datetime.date.fromisoformat(day)
    except ValueError as error:
        raise BadRequestError(say("question-value", name="at", value=days[0], type=say("type-day"))) from error
    return day


def client_address(request: Request) -> str:
    """Return who asks, as far as shares are concerned: an IPv4 address, or the network of an IPv6 address (/64).

    One host can have as many addresses of such a network as it likes. "" if there is no address at all.
    """
    return network(request.client.host if request.client else "")


@lru_cache(maxsize=1024)
def network(host: str) -> str:
    """Return the address or network that a host counts as."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
