"""Views: what the release is in other people's words (`ontology/views/`, SPARQL CONSTRUCT).

A view of the whole dataset is answered here, once, and its answer goes into the release; one that asks for one thing
(`?_thing_iri`) goes into the release itself, for whoever shows the thing.
"""

from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, construct
from interurban.errors import Place, relative
from interurban.files import read_source
from interurban.iris import Base
from interurban.rdf.formats import canonical_nquads, quads_of

VIEWS = "views"
_THING = "?_thing_iri"


def views(store: ox.Store, folder: Path, base: Base) -> dict[str, bytes]:
    """Return path in the release -> content for each view of `folder` over the dataset in a store.

    Raises InputError for a view that is not a CONSTRUCT query.
    """
    files = {}
    for path in sorted(folder.glob("*.rq")):
        text = read_source(path)
        told = construct(store, Asked(text.replace(_THING, f"<{base.iri}>"), Place(relative(path))), base)
        if _THING in text:
            files[f"{VIEWS}/{path.name}"] = text.encode()
        else:
            files[f"{VIEWS}/{path.stem}.nt"] = canonical_nquads(quads_of(told))
    return files
