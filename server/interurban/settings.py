"""The settings: one described table, read once, frozen.

A value comes from the command line, else from the environment (`INTERURBAN_BASE` for `base`), else from here.
"""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, get_type_hints

from interurban.errors import SettingError
from interurban.iris import CANONICAL_BASE
from interurban.messages import LANGUAGES, say
from interurban.operation.settings import Help, OperationSettings

_ENVIRONMENT = "INTERURBAN_"
_ADDRESS = re.compile(r"https?://[^\s/?#<>\"{}|^`\\][^\s<>\"{}|^`\\]*")
# The largest values that make sense: for each processor, for each MiB of memory, or by themselves. A setting beyond
# them could take the machine down.
_FOR_EACH_PROCESSOR = {"web_processes": 8, "query_workers": 16}
_OF_MEMORY = {"query_megabytes": 1.0, "answer_megabytes": 1.0, "cache_megabytes": 0.25}
_MOST = {
    "port": 65_535,
    "served_releases": 1_000,
    "query_seconds": 86_400,
    "short_seconds": 86_400,
    "queue_seconds": 3_600,
    "query_characters": 10_000_000,
    "client_queries": 10_000,
    "client_workers": 10_000,
    "client_connections": 1_000_000,
    "client_requests": 1_000_000,
    "queue_length": 10_000,
    "drain_seconds": 3_600,
}
_MAY_BE_ZERO = ("port", "drain_seconds")
_MAIL = re.compile(r"[^\s<>\"{}|^`\\@:]+@[^\s<>\"{}|^`\\@]+")


@dataclass(frozen=True)
class Settings(OperationSettings):
    """Every setting with its default; what each is for stands in its annotation."""

    base: Annotated[
        str,
        Help(
            "base IRI under which things are named; a copy built with its own address links to itself",
            "IRI di base sotto cui le cose hanno nome; una copia costruita con il suo indirizzo rimanda a sé stessa",
        ),
    ] = CANONICAL_BASE
    releases: Annotated[
        Path,
        Help(
            "folder that holds the releases; `current` in it names the one that is served",
            "cartella delle release; `current` al suo interno indica quella servita",
        ),
    ] = Path("releases")
    published: Annotated[
        str,
        Help(
            "instant from which the release counts (ISO 8601); else the day that data/catalog/catalog.ttl states",
            "istante da cui vale la release (ISO 8601); se no, il giorno indicato in data/catalog/catalog.ttl",
        ),
    ] = ""
    served_releases: Annotated[
        int,
        Help(
            "how many releases are served side by side: the current one and those before it",
            "quante release sono pubblicate insieme: la corrente e quelle che la precedono",
        ),
    ] = 5
    language: Annotated[
        str,
        Help("language of messages: en or it", "lingua dei messaggi: en o it"),
    ] = "en"
    host: Annotated[
        str,
        Help("address to listen on", "indirizzo su cui ascoltare"),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        Help("port to listen on; 0 takes a free one", "porta su cui ascoltare; 0 ne prende una libera"),
    ] = 8000
    web_processes: Annotated[
        int,
        Help(
            "processes that answer HTTP and write entity documents",
            "processi che rispondono via HTTP e scrivono le schede",
        ),
    ] = 2
    query_workers: Annotated[
        int,
        Help(
            "processes that are there for short queries; as many again run long ones when there are any",
            "processi pronti per le query brevi; altrettanti eseguono quelle lunghe, quando ce ne sono",
        ),
    ] = 8
    query_seconds: Annotated[
        float,
        Help(
            "wall-clock limit of one query, in seconds; in a build, of processor time for a query or file",
            "limite di tempo di una query, in secondi; in una costruzione, di processore per una query o un file",
        ),
    ] = 10.0
    short_seconds: Annotated[
        float,
        Help(
            "a query that has run for so many seconds is a long one: fewer of those run, in all and for one address",
            "una query che gira da tanti secondi è lunga: di queste ne girano meno, in tutto e per un indirizzo",
        ),
    ] = 0.3
    query_megabytes: Annotated[
        int,
        Help(
            "memory one query may take beyond the loaded release, in MiB",
            "memoria che una query può usare oltre alla release caricata, in MiB",
        ),
    ] = 512
    query_characters: Annotated[
        int,
        Help("longest query text, in characters", "lunghezza massima di una query, in caratteri"),
    ] = 100000
    answer_megabytes: Annotated[
        int,
        Help("longest answer to a query, in MiB", "lunghezza massima della risposta a una query, in MiB"),
    ] = 100
    client_queries: Annotated[
        int,
        Help(
            "how many queries of one address may run or wait at a time; the next is told to come again",
            "quante query di un indirizzo possono girare o aspettare insieme; alla successiva si chiede di ripassare",
        ),
    ] = 24
    client_workers: Annotated[
        int,
        Help(
            "how many short queries of one address may run at a time, and twice as many as long ones; the others wait",
            "quante query brevi di un indirizzo possono girare insieme, il doppio di quelle lunghe; le altre aspettano",
        ),
    ] = 4
    client_connections: Annotated[
        int,
        Help(
            "how many connections of one address may be open to each web process",
            "quante connessioni di un indirizzo possono essere aperte con ogni processo web",
        ),
    ] = 256
    client_requests: Annotated[
        int,
        Help(
            "how many requests of one address each web process reads in a second; the others wait",
            "quante richieste di un indirizzo ogni processo web legge in un secondo; le altre aspettano",
        ),
    ] = 200
    queue_length: Annotated[
        int,
        Help(
            "how many queries may wait for a free worker, in all; the next is told to come again",
            "quante query possono aspettare un processo libero, in tutto; alla successiva si chiede di ripassare",
        ),
    ] = 64
    queue_seconds: Annotated[
        float,
        Help(
            "how long a query may wait for a free worker, in seconds; a long one up to three times as long",
            "quanto una query può aspettare un processo libero, in secondi; una lunga fino al triplo",
        ),
    ] = 5.0
    cache_megabytes: Annotated[
        int,
        Help(
            "memory each web process takes to keep answers that will be the same again, in MiB",
            "memoria con cui ogni processo web conserva le risposte che sarebbero ancora uguali, in MiB",
        ),
    ] = 32
    publisher_name: Annotated[
        str,
        Help("name of who publishes the data", "nome di chi pubblica i dati"),
    ] = "A publisher still to be named"
    publisher_iri: Annotated[
        str,
        Help(
            "IRI of who publishes: of the EU corporate bodies if it is there, else an address of its own",
            "IRI di chi pubblica: quello degli enti UE se esiste, altrimenti un suo indirizzo",
        ),
    ] = "https://example.org/publisher"
    publisher_type: Annotated[
        str,
        Help(
            "what kind of organisation publishes: an IRI of ADMS publisher types",
            "che tipo di organizzazione pubblica: un IRI dei tipi di editore ADMS",
        ),
    ] = "http://purl.org/adms/publishertype/NonProfitOrganisation"
    publisher_code: Annotated[
        str,
        Help(
            "code by which it is known, as the IPA code in Italy; without one the IRI stands for it",
            "codice con cui è nota, come il codice IPA in Italia; senza, vale il suo IRI",
        ),
    ] = ""
    contact_mail: Annotated[
        str,
        Help(
            "mail address for questions about the data",
            "indirizzo di posta per domande sui dati",
        ),
    ] = "contact@example.org"
    contact_page: Annotated[
        str,
        Help(
            "page for questions about the data",
            "pagina per domande sui dati",
        ),
    ] = "https://example.org/contact"
    rights_holder_name: Annotated[
        str,
        Help(
            "name of who holds the rights, if it is somebody else",
            "nome di chi detiene i diritti, se è un altro",
        ),
    ] = ""
    rights_holder_iri: Annotated[
        str,
        Help(
            "IRI of who holds the rights; without one it is who publishes",
            "IRI di chi detiene i diritti; senza, è chi pubblica",
        ),
    ] = ""
    rights_holder_code: Annotated[
        str,
        Help(
            "code by which the holder of the rights is known",
            "codice con cui è noto chi detiene i diritti",
        ),
    ] = ""
    licence: Annotated[
        str,
        Help(
            "licence of what states none of its own: an IRI of the EU authority table that data/catalog describes",
            "licenza di ciò che non ne indica una: un IRI della tabella di autorità UE descritto in data/catalog",
        ),
    ] = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _ADDRESS.fullmatch(self.base) or not self.base.endswith("/") or set("?#") & set(self.base):
            raise SettingError(say("setting-base", value=self.base))
        if self.language not in LANGUAGES:
            raise SettingError(say("setting-language", value=self.language))
        for name in ("publisher_iri", "publisher_type", "contact_page", "rights_holder_iri", "licence"):
            value = getattr(self, name)
            if not _ADDRESS.fullmatch(value) and (value or name != "rights_holder_iri"):
                raise SettingError(say("setting-address", name=name, value=value))
        if not _MAIL.fullmatch(self.contact_mail):
            raise SettingError(say("setting-mail", value=self.contact_mail))
        for f in fields(self):
            value = getattr(self, f.name)
            if not isinstance(value, int | float):
                continue
            if math.isnan(value) or value < 0 or (value == 0 and f.name not in _MAY_BE_ZERO):
                raise SettingError(say("setting-positive", name=f.name, value=value))
            if value > (most := _most(f.name)):
                raise SettingError(say("setting-most", name=f.name, value=value, most=most))

    @classmethod
    def read(cls, environment: Mapping[str, str], overrides: Mapping[str, object]) -> "Settings":
        """Return the settings from `overrides` (None: not given), else `environment`, else the defaults.

        Raises SettingError for a value that cannot be read as the setting's type.
        """
        values: dict[str, object] = {}
        for name, kind in get_type_hints(cls).items():
            given = overrides.get(name)
            if given is None:
                given = environment.get(_ENVIRONMENT + name.upper())
            if given is None:
                continue
            try:
                values[name] = kind(given)
            except ValueError as error:
                raise SettingError(say("setting-type", name=name, value=given, type=kind.__name__)) from error
        return cls(**values)  # type: ignore[arg-type]  # each value was just made by its field's own type


def _most(name: str) -> int:
    """Return the largest value of a setting that makes sense on this machine."""
    if name in _FOR_EACH_PROCESSOR:
        return _FOR_EACH_PROCESSOR[name] * (os.cpu_count() or 1)
    if name in _OF_MEMORY:
        mebibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
        return max(1, int(_OF_MEMORY[name] * mebibytes))
    return _MOST[name]
