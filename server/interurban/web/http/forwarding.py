"""Who asks, where a proxy stands between: what it says of that is believed if it is one of those that are trusted.

Each proxy adds at the end from whom it has the request. So the client is the last one in the list that is none of the
trusted proxies; what stands before that the client may have written. One header is read, the one that the proxies are
known to write: they hand the other one on as it came, and anybody can send it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from interurban.operation.settings import OperationSettings, networks

Address = IPv4Address | IPv6Address

_MOST = 64  # proxies in a row that are looked at
# RFC 7239, 4: parameters of one element, with a token or a quoted string as their value.
_ELEMENT = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*")+')
_FOR = re.compile(r'(?:^|;)[ \t]*for=(?:"((?:[^"\\]|\\.)*)"|([^";,\s]+))[ \t]*(?=;|$)', re.IGNORECASE)
# 6: an address with or without a port, in brackets if it is of IPv6; a port may be hidden behind a name.
_NODE = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[\w.-]+)?|([0-9.]+)(?::[\w.-]+)?", re.ASCII)


class Proxies:
    """The proxies that are trusted, and what they say."""

    def __init__(self, settings: OperationSettings) -> None:
        self._trusted = networks(settings.trusted_proxies)
        self.header = settings.trusted_header.lower().encode()
        self._read = _forwarded if self.header == b"forwarded" else _listed
        self._line = re.compile(rb"\r\n" + self.header + rb":([^\r\n]*)", re.IGNORECASE)
        self.trusts = lru_cache(1024)(self._trusts)

    def _trusts(self, host: str) -> bool:
        """Tell whether a host is one of them."""
        address = _address(host)
        return address is not None and any(address in network for network in self._trusted)

    def client(self, peer: str, lines: Iterable[bytes]) -> str:
        """Return the address of who asks. peer: who has sent the request; lines: the values of the header, in order.

        It is the peer if that is no trusted proxy. What is not an address, or hidden, is as far as anybody knows: then
        it is the trusted proxy that had the request from there.
        """
        found = peer
        if not self.trusts(peer):
            return found
        told = b",".join(lines).decode("latin-1")
        for node in reversed(self._read(told)[-_MOST:]):
            address = _address(node)
            if address is None:
                return found
            found = str(address)
            if not self.trusts(found):
                return found
        return found

    def client_of_head(self, peer: str, head: bytes) -> str:
        """Return the same from a head as it was sent."""
        return self.client(peer, self._line.findall(head)) if self.trusts(peer) else peer

    def client_of(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """Return the same from the headers of a request."""
        return self.client(peer, (value for name, value in headers if name == self.header))


def _listed(told: str) -> list[str]:
    """Return the nodes of X-Forwarded-For, which has an address or nothing between commas."""
    return [_node(part.strip()) for part in told.split(",") if part.strip()]


def _forwarded(told: str) -> list[str]:
    """Return the nodes of Forwarded; "" for an element that does not say for whom, or not readably."""
    found = []
    for element in _ELEMENT.findall(told):
        if element.strip():
            said = _FOR.search(element.strip())
            node = "" if not said else re.sub(r"\\(.)", r"\1", said[1]) if said[1] is not None else said[2]
            found.append(_node(node))
    return found


def _node(text: str) -> str:
    """Return the address of a node, without its port; other text as it is."""
    found = _NODE.fullmatch(text)
    return (found[1] or found[2]) if found else text


def _address(host: str) -> Address | None:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
