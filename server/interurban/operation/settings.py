"""The settings that are for operating, and what is wrong with one."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from interurban.errors import SettingError
from interurban.messages import say

Network = IPv4Network | IPv6Network

FORWARDED = ("X-Forwarded-For", "Forwarded")
LOGS = ("", "json")
_LISTENING = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^\s:\[\]/]+)):(?P<port>\d{1,5})")
_PORTS = 65_536


@dataclass(frozen=True)
class Help:
    """What a setting is for, in each language."""

    en: str
    it: str


@dataclass(frozen=True)
class OperationSettings:
    """Each with its default; what it is for stands in its annotation."""

    metrics: Annotated[
        str,
        Help(
            "address at which Prometheus reads what is counted, as 127.0.0.1:9464; without one, nothing listens",
            "indirizzo a cui Prometheus legge ciò che si conta, come 127.0.0.1:9464; senza, non ascolta nulla",
        ),
    ] = ""
    log: Annotated[
        str,
        Help(
            "json: what is told, and a line for each request, as lines of JSON; without it, what is told as text",
            "json: ciò che si dice, e una riga per richiesta, come righe di JSON; senza, ciò che si dice come testo",
        ),
    ] = ""
    trusted_proxies: Annotated[
        str,
        Help(
            "networks, separated by commas, whose proxies are believed who asks; 127.0.0.1/32,::1/128 for this machine",
            "reti, separate da virgole, ai cui proxy si crede chi chiede; 127.0.0.1/32,::1/128 per questa macchina",
        ),
    ] = ""
    trusted_header: Annotated[
        str,
        Help(
            "the header in which they say it, X-Forwarded-For or Forwarded; the other one is not read",
            "l'intestazione in cui lo dicono, X-Forwarded-For o Forwarded; l'altra non è letta",
        ),
    ] = FORWARDED[0]
    drain_seconds: Annotated[
        float,
        Help(
            "seconds for which a server that is told to end says so at /ready and still answers",
            "secondi per cui un server a cui si dice di finire lo dice in /ready e risponde ancora",
        ),
    ] = 0.0

    def __post_init__(self) -> None:
        listening(self.metrics)
        networks(self.trusted_proxies)
        for name, known in (("log", LOGS), ("trusted_header", FORWARDED)):
            if getattr(self, name) not in known:
                there = ", ".join(value for value in known if value)
                raise SettingError(say("setting-one-of", name=name, value=getattr(self, name), known=there))


def listening(address: str) -> tuple[str, int] | None:
    """Return the host and port of an address to listen on, None for none; SettingError if it is not written so."""
    if not address:
        return None
    found = _LISTENING.fullmatch(address)
    if not found or int(found["port"]) >= _PORTS:
        raise SettingError(say("setting-listening", name="metrics", value=address))
    return found["six"] or found["host"], int(found["port"])


def networks(given: str) -> list[Network]:
    """Return the networks of a list; SettingError for what is none, or has bits beyond its mask."""
    try:
        return [ip_network(text.strip()) for text in given.split(",") if text.strip()]
    except ValueError as error:
        raise SettingError(say("setting-networks", name="trusted_proxies", value=given)) from error
