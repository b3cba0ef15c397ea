"""One connection to another server: kept open, with authentication, and with errors that a person can read.

It follows no redirection, which would take secrets elsewhere. It opens nothing while it is asked: who may open nothing
any more can still ask on a connection that is open.
"""

import base64
import http.client
import socket
import ssl
import urllib.request
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import IO, cast
from urllib.parse import urlencode, urlsplit

from interurban import __version__
from interurban.errors import EndpointError
from interurban.messages import say
from interurban.remote.options import Access

FORM = "application/x-www-form-urlencoded"
_CONNECTING = 5.0  # seconds; a server that takes longer to be reached is as good as gone
_LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}
_LATE = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT}
_SAID: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "remote-unauthorized",
    HTTPStatus.FORBIDDEN: "remote-unauthorized",
    HTTPStatus.NOT_FOUND: "remote-not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "remote-not-found",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "remote-too-large",
}
_WORDS = 200  # characters of what a server says of an error
_LONGEST = 2**20  # bytes of an answer that is not wanted


class Connection:
    """A connection to one address.

    patience: seconds for which the server may say nothing; None where something else ends this process in time. To wait
    for so long takes poll(2), which a process that may open nothing cannot call.
    """

    def __init__(self, address: str, access: Access, patience: float | None = None) -> None:
        self.address = address
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        self._http = (
            http.client.HTTPSConnection(host, port, timeout=_CONNECTING, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=_CONNECTING)
        )
        self._target = (parts.path or "/", parts.query)
        self._access, self._patience = access, patience
        self._challenge: Mapping[str, str] = {}
        self._digest = _digest(address, access)
        self._answer: http.client.HTTPResponse | None = None

    def open(self) -> None:
        """Connect, if nothing is open; EndpointError if that cannot be."""
        if self._http.sock and not self._gone():
            return
        self.close()
        try:
            self._http.connect()
            self._http.sock.settimeout(self._patience)
        except (OSError, UnicodeError) as error:
            self.close()
            raise EndpointError(say("remote-unreached", address=self.address, reason=_reason(error))) from error

    def known_as(self, other: "Connection") -> "Connection":
        """Say from the start who we are as another connection to this server has learned to; return this one."""
        self._challenge, self._digest = other._challenge, other._digest
        return self

    def close(self) -> None:
        """Hang up."""
        self._answer = None
        self._http.close()

    def ask(self, query: str, accept: str, default: Iterable[str] = (), named: Iterable[str] = ()) -> "Body":
        """Ask a query about a dataset (SPARQL 1.1 Protocol, 2.1.2); return the answer, which has to be read to its end.

        As a form, since not every server takes a bare query. Raises EndpointError.
        """
        fields = [
            ("query", query),
            *(("default-graph-uri", g) for g in default),
            *(("named-graph-uri", g) for g in named),
        ]
        return self.send("POST", urlencode(fields).encode(), {"Content-Type": FORM, "Accept": accept})

    def send(self, method: str, body: bytes | None, headers: Mapping[str, str], also: str = "") -> "Body":
        """Send a request and return its answer, if that is one of success; else raises EndpointError.

        also: what is added to the query string of the address.
        """
        path, given = self._target
        target = path + ("?" if given or also else "") + "&".join(part for part in (given, also) if part)
        self.open()
        try:
            answer = self._exchange(method, target, body, headers)
            if answer.status == HTTPStatus.UNAUTHORIZED and self._understood(answer):
                answer.read(_LONGEST)
                if answer.will_close:
                    self.open()
                answer = self._exchange(method, target, body, headers)
            if 200 <= answer.status < 300:
                self._answer = answer
                return Body(answer, self.address)
            raise self._refusal(answer)
        except TimeoutError as error:
            self.close()
            raise EndpointError(say("remote-silent", address=self.address), late=True) from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise EndpointError(say("remote-broken", address=self.address, reason=_reason(error))) from error

    def _exchange(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        sent = {"User-Agent": f"interurban/{__version__}", **headers, **self._authorization(method, target)}
        self._http.request(method, target, body, sent)
        return self._http.getresponse()

    def _authorization(self, method: str, target: str) -> dict[str, str]:
        """Return the field that says who we are, as the server has asked for it (RFC 7617, 7616, 6750)."""
        user, secret = self._access.user, self._access.secret
        if not user:
            return {"Authorization": f"Bearer {secret}"} if secret else {}
        if "basic" in self._challenge:
            return {"Authorization": f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"}
        if "digest" in self._challenge:
            request = urllib.request.Request(self.address, method=method)  # noqa: S310  # nothing is opened
            request.selector = target
            asked = urllib.request.parse_keqv_list(urllib.request.parse_http_list(self._challenge["digest"]))
            try:
                return {"Authorization": f"Digest {self._digest.get_authorization(request, asked)}"}
            except UnicodeEncodeError as error:
                raise EndpointError(say("remote-digest-letters", address=self.address)) from error
        return {}

    def _understood(self, answer: http.client.HTTPResponse) -> bool:
        """Take note of how a server wants to know who we are; tell whether it makes sense to say it (again)."""
        before, self._challenge = self._challenge, {}
        for field in answer.headers.get_all("WWW-Authenticate", []):
            scheme, _, rest = field.partition(" ")
            self._challenge = {**self._challenge, scheme.lower(): rest}
        if "digest" in self._challenge:
            self._challenge = {"digest": self._challenge["digest"]}
        known = bool(self._access.user) and bool({"basic", "digest"}.intersection(self._challenge))
        return known and (not before or "stale=true" in self._challenge.get("digest", "").lower().replace('"', ""))

    def _refusal(self, answer: http.client.HTTPResponse) -> EndpointError:
        """Return what a status means."""
        status = answer.status
        words = " ".join(answer.read(_LONGEST).decode(errors="replace").split())[:_WORDS]
        if not answer.isclosed():
            self.close()
        key = _SAID.get(status, "remote-status")
        if 300 <= status < 400:
            key = "remote-redirect"
        after = answer.headers.get("Retry-After", "")
        pause = int(after) if after.isdecimal() and len(after) < 5 else None
        message = say(key, address=self.address, status=status, words=words or "–")
        return EndpointError(message, status, pause or (1 if status in _LATER else None), late=status in _LATE)

    def _gone(self) -> bool:
        """Tell whether the server has hung up meanwhile, or an answer was not read to its end."""
        if self._answer is not None and not self._answer.isclosed():
            return True
        waiting = self._http.sock
        waiting.settimeout(0)
        try:
            socket.socket.recv(waiting, 1, socket.MSG_PEEK)  # past what TLS makes of a socket
        except BlockingIOError:  # nothing has come, as it should be
            return False
        except OSError:
            return True
        finally:
            waiting.settimeout(self._patience)
        return True


class Body:
    """An answer as a binary file. What breaks off raises EndpointError, and so never looks whole."""

    def __init__(self, answer: http.client.HTTPResponse, address: str) -> None:
        self._answer, self._address = answer, address
        self.media_type = answer.headers.get_content_type()
        self.headers = answer.headers
        # of an answer that ends with its connection nobody knows whether it is whole
        self.framed = answer.chunked or answer.length is not None

    @property
    def file(self) -> IO[bytes]:
        """This answer, for who asks no more of a file than to be read."""
        return cast(IO[bytes], self)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`; none at the end."""
        try:
            found = self._answer.read(None if size < 0 else size)
        except TimeoutError as error:
            raise EndpointError(say("remote-silent", address=self._address), late=True) from error
        except (OSError, http.client.HTTPException) as error:
            raise EndpointError(say("remote-broken", address=self._address, reason=_reason(error))) from error
        if not found and size and self._answer.length:  # http.client says nothing of what is missing then
            raise EndpointError(say("remote-broken", address=self._address, reason=_reason(EOFError())))
        return found


def _digest(address: str, access: Access) -> urllib.request.HTTPDigestAuthHandler:
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, address, access.user, access.secret)
    return urllib.request.HTTPDigestAuthHandler(passwords)


def _reason(error: BaseException) -> str:
    with suppress(AttributeError):
        if error.strerror:  # type: ignore[attr-defined]
            return str(error.strerror)  # type: ignore[attr-defined]
    return str(error) or type(error).__name__
